"""What is left of an exhibit that was taken back: its number, and for whoever lodged it, the receipt of its entry."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from odr.errors import ConflictError, NotFoundError
from odr.evidence.labels import number_of
from odr.evidence.models import ExhibitVersion, Placement
from odr.evidence.sight import may_prove
from odr.ids import DisputeId, ExhibitId, PartyId
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from vault import ProofError, Receipt

_WIDEST_FIRST: Final = (SpaceKind.EXPERT, SpaceKind.JOINT, SpaceKind.CAUCUS, SpaceKind.PRIVATE)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back from a room: its number there, whose it was (``None``: no party's), and its receipt."""

    number: str
    prefix: str
    room: SpaceKind
    owner_id: PartyId | None
    receipt: Receipt


async def taken_back(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, room: SpaceKind | None = None
) -> TakenBack:
    """Return the receipt of what the actor lodged and somebody of theirs took back since.

    Of its entry into the widest room that it was taken back from, unless ``room`` says another. Raises
    :class:`NotFoundError` for everybody else, :class:`ConflictError` (``destroyed``) where the register forgot it.
    """
    rows = await uow.session.scalars(
        select(Placement)
        .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
        .where(
            Placement.dispute_id == dispute_id,
            Placement.exhibit_id == exhibit_id,
            Placement.withdrawn_at.is_not(None),
            ExhibitVersion.lodged_by == actor.account_id,
        )
    )
    mine = [each for each in rows if room in {None, each.kind} and may_prove(actor, each)]
    if not mine:
        raise NotFoundError
    widest = min(mine, key=lambda each: _WIDEST_FIRST.index(each.kind))
    try:
        receipt = await uow.vault.ledger.receipt(uow.session, space_ref(widest), widest.event_index)
    except ProofError:
        raise ConflictError("destroyed") from None
    return TakenBack(number_of(widest), widest.prefix, widest.kind, widest.owner_id, receipt)
