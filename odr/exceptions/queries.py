"""Exceptions that were used, as the mediator sees them, and whoever was told; nobody else learns that there are any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, select

from odr.disputes.awaiting import Task
from odr.disputes.queries import DisputeFacts
from odr.errors import NotFoundError
from odr.exceptions.models import Ground, LegalException, Matter
from odr.exceptions.weighing import Facts, Recipient
from odr.ids import DisputeId, ExhibitId, LegalExceptionId, PartyId, SpaceId
from odr.parties.queries import parties_of
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, Condition, SpaceKind, Thing
from odr.words import _
from vault import SpaceRef

__all__ = [
    "ExceptionView",
    "Ground",
    "Matter",
    "exceptions_of",
    "facts_of",
    "knows_of",
    "place_of",
    "visible_exception",
]

LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """What was disclosed without consent, on which ground, to whom, why; of which room (``party``: the caucus's).

    ``silence`` and ``tell_by``: why it was not told at once, and until when at the latest.
    """

    id: LegalExceptionId
    dispute_id: DisputeId
    space_id: SpaceId
    kind: SpaceKind
    party_id: PartyId | None
    party: str
    ground: Ground
    matter: Matter
    exhibit_id: ExhibitId | None
    words: str
    number: str
    title: str
    file_name: str
    sha256: str
    recipients: tuple[Recipient, ...]
    why: str
    silence: str
    used_by: str
    used_at: datetime
    tell_by: datetime | None
    told_at: datetime | None
    may_tell: bool


async def visible_exception(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exception_id: LegalExceptionId
) -> ExceptionView:
    """Return one exception; raises :class:`NotFoundError` for who may not know of it."""
    row = await known_row(uow, actor, dispute_id, exception_id)
    return (await _views(uow, actor, dispute_id, [row]))[0]


async def known_row(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exception_id: LegalExceptionId
) -> LegalException:
    """Return an exception's row; raises :class:`NotFoundError` for who may not know of it."""
    row = await uow.session.get(LegalException, exception_id)
    if row is None or row.dispute_id != dispute_id or not knows_of(actor, row):
        raise NotFoundError
    return row


async def exceptions_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ExceptionView, ...]:
    """Return a dispute's exceptions that the actor may know of, the newest first, at most 100."""
    rows = await uow.session.scalars(
        select(LegalException)
        .where(LegalException.dispute_id == dispute_id, _known(actor))
        .order_by(LegalException.used_at.desc(), LegalException.id)
        .limit(LIMIT)
    )
    return await _views(uow, actor, dispute_id, rows.all())


async def has_exceptions(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether there is any that the actor may know of."""
    found = select(LegalException.id).where(LegalException.dispute_id == dispute_id, _known(actor)).limit(1)
    return await uow.session.scalar(found) is not None


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what the mediator has yet to tell; nobody else awaits it, for nobody else knows."""
    rows = await uow.session.scalars(
        select(LegalException)
        .where(
            LegalException.dispute_id == dispute.id,
            LegalException.told_at.is_(None),
            readable(actor, Thing.EXCEPTION, _COLUMNS, Act.USE),
        )
        .order_by(LegalException.tell_by, LegalException.id)
        .limit(LIMIT)
    )
    return tuple(
        Task(
            _("Tell whose confidence it was that you used an exception of the law"),
            _("As soon as nobody is in danger any more. On that day the platform tells it by itself."),
            f"/disputes/{dispute.id}/exceptions/{row.id}",
            until=row.tell_by,
            mine=True,
        )
        for row in rows.all()
    )


def knows_of(actor: Actor, row: LegalException) -> bool:
    """Tell whether the actor may know of an exception that was used: the mediator, and whoever was told."""
    holds = frozenset({Condition.TOLD}) if row.told_at is not None else frozenset[Condition]()
    return actor.may(Act.READ, Thing.EXCEPTION, place_of(row), holds) is not None


def place_of(row: LegalException) -> Place:
    """Return where an exception stands, as the visibility table asks."""
    return Place(row.dispute_id, row.party_id, row.kind, row.used_at)


async def facts_of(uow: UnitOfWork, row: LegalException) -> Facts:
    """Open what was disclosed, to whom and why."""
    room = SpaceRef(row.dispute_id, row.space_id)
    return msgspec.json.decode(await uow.vault.open_text(uow.session, room, row.id, row.facts_sealed), type=Facts)


_COLUMNS: Final = Columns(
    LegalException.dispute_id,
    LegalException.party_id,
    LegalException.kind,
    at=LegalException.used_at,
    told=LegalException.told_at.is_not(None),
)


def _known(actor: Actor) -> ColumnElement[bool]:
    return readable(actor, Thing.EXCEPTION, _COLUMNS)


async def _views(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, rows: Sequence[LegalException]
) -> tuple[ExceptionView, ...]:
    names = await account_names(uow, {row.used_by for row in rows})
    parties = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    views: list[ExceptionView] = []
    for row in rows:
        facts = await facts_of(uow, row)
        views.append(
            ExceptionView(
                id=row.id,
                dispute_id=dispute_id,
                space_id=row.space_id,
                kind=row.kind,
                party_id=row.party_id,
                party=parties.get(row.party_id, "") if row.party_id else "",
                ground=row.ground,
                matter=row.matter,
                exhibit_id=row.exhibit_id,
                words=facts.words,
                number=facts.number,
                title=facts.title,
                file_name=facts.file_name,
                sha256=facts.sha256,
                recipients=facts.recipients,
                why=facts.why,
                silence=facts.silence,
                used_by=names.get(row.used_by, ""),
                used_at=row.used_at,
                tell_by=row.tell_by,
                told_at=row.told_at,
                may_tell=row.told_at is None and actor.may(Act.USE, Thing.EXCEPTION, place_of(row)) is not None,
            )
        )
    return tuple(views)
