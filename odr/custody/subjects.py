"""What a destruction or a hold is about: named by its id, of one dispute."""

from typing import Final
from uuid import UUID

from odr.custody.models import Scope
from odr.custody.shredding import versions_of
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import ConflictError
from odr.ids import ExhibitId
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from odr.visibility.terms import SpaceKind

OVER: Final = frozenset({Stage.ARCHIVED, Stage.DISPOSED})
STANDING: Final = frozenset({SpaceKind.PROCEDURE, SpaceKind.JOINT})  # rooms that a dispute's pages need


async def is_there(uow: UnitOfWork, scope: Scope, dispute: Dispute, subject_id: UUID) -> bool:
    """Tell whether a dispute has this exhibit or room. Raises ConflictError ``needed`` for a room that must stay."""
    if scope is Scope.SPACE:
        space = await uow.session.get(Space, subject_id)
        if space is None or space.dispute_id != dispute.id:
            return False
        if space.kind in STANDING or dispute.stage not in OVER:
            raise ConflictError("needed")
        return True
    return bool(await versions_of(uow, dispute.id, ExhibitId(subject_id)))


def read_id(text: str) -> UUID | None:
    """Return an id as it was typed, or ``None`` for what is none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None
