"""Requests to read a sealed record and requests to reopen a dispute, as the people who decide see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, and_, select

from odr.archive.models import AccessRequest, AccessState, Reopening, ReopeningState, ReopeningVote
from odr.archive.queries import RecordView, is_keeper
from odr.disputes.awaiting import Task
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, Stage
from odr.errors import NotFoundError
from odr.ids import AccessId, AccountId, DisputeId, RecordId, ReopeningId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _
from vault import SpaceRef

__all__ = [
    "QUORUM",
    "AccessState",
    "AccessView",
    "ReopeningState",
    "ReopeningView",
    "accesses_of",
    "open_accesses",
    "open_reopenings",
    "reopenings_of",
    "tasks",
    "visible_access",
    "visible_reopening",
]

QUORUM: Final = 2
"""How many people of the centre must agree to reopen."""

PENDING: Final = 50
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class AccessView:
    """A request to read a record. ``state`` is what was decided; ``holds`` whether it lets its asker read now."""

    id: AccessId
    record_id: RecordId
    reference: str
    asked_by: str
    asked_at: datetime
    motive: str
    state: AccessState
    decided_by: str
    decided_at: datetime | None
    expires_at: datetime | None
    mine: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class ReopeningView:
    """A request to reopen; ``agreed`` names who of the centre agreed so far, two are needed."""

    id: ReopeningId
    record_id: RecordId
    dispute_id: DisputeId
    reference: str
    asked_by: str
    asked_at: datetime
    motive: str
    state: ReopeningState
    decided_at: datetime | None
    agreed: tuple[str, ...]
    mine: bool
    agreed_by_me: bool
    new_dispute_id: DisputeId | None


async def accesses_of(uow: UnitOfWork, actor: Actor, record: RecordView) -> tuple[AccessView, ...]:
    """Return every request to read a record, the newest first, for who keeps the archive."""
    return await _accesses(uow, actor, AccessRequest.record_id == record.id)


async def open_accesses(uow: UnitOfWork, actor: Actor) -> tuple[AccessView, ...]:
    """Return the requests that await a decision, for who keeps the archive."""
    return await _accesses(uow, actor, AccessRequest.state == AccessState.ASKED)


async def _accesses(uow: UnitOfWork, actor: Actor, which: ColumnElement[bool]) -> tuple[AccessView, ...]:
    if not is_keeper(actor):
        raise NotFoundError
    rows = (
        await uow.session.execute(
            select(AccessRequest, Dispute.reference, Dispute.procedure_space_id)
            .join(Dispute, Dispute.id == AccessRequest.dispute_id)
            .where(which)
            .order_by(AccessRequest.asked_at.desc(), AccessRequest.id)
            .limit(PENDING)
        )
    ).all()
    people = [person for row, *_rest in rows for person in (row.asked_by, row.decided_by)]
    names = await account_names(uow, {person for person in people if person is not None})
    views: list[AccessView] = []
    for row, reference, space in rows:
        motive = await uow.vault.open_text(uow.session, SpaceRef(row.dispute_id, space), row.id, row.motive_sealed)
        holds = row.state is AccessState.AUTHORISED and row.expires_at is not None and row.expires_at > uow.now()
        views.append(
            AccessView(
                id=row.id,
                record_id=row.record_id,
                reference=reference,
                asked_by=names.get(row.asked_by, ""),
                asked_at=row.asked_at,
                motive=motive,
                state=row.state,
                decided_by=names.get(row.decided_by, "") if row.decided_by else "",
                decided_at=row.decided_at,
                expires_at=row.expires_at,
                mine=row.asked_by == actor.account_id,
                holds=holds,
            )
        )
    return tuple(views)


async def reopenings_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ReopeningView, ...]:
    """Return every request to reopen a dispute, the newest first; for its table and for who keeps the archive."""
    if not is_keeper(actor) and actor.may(Act.READ, Thing.EVENT, Place(dispute_id, None, SpaceKind.JOINT)) is None:
        raise NotFoundError
    return await _reopenings(uow, actor, Reopening.dispute_id == dispute_id)


async def open_reopenings(uow: UnitOfWork, actor: Actor) -> tuple[ReopeningView, ...]:
    """Return the requests to reopen that await the centre, for who keeps the archive."""
    if not is_keeper(actor):
        raise NotFoundError
    return await _reopenings(uow, actor, Reopening.state == ReopeningState.ASKED)


async def _reopenings(uow: UnitOfWork, actor: Actor, which: ColumnElement[bool]) -> tuple[ReopeningView, ...]:
    rows = (
        await uow.session.execute(
            select(Reopening, Dispute.reference, Dispute.procedure_space_id)
            .join(Dispute, Dispute.id == Reopening.dispute_id)
            .where(which)
            .order_by(Reopening.asked_at.desc(), Reopening.id)
            .limit(PENDING)
        )
    ).all()
    votes = await _votes(uow, [row.id for row, *_rest in rows])
    everyone = {row.asked_by for row, *_rest in rows} | {account for given in votes.values() for account in given}
    names = await account_names(uow, everyone)
    views: list[ReopeningView] = []
    for row, reference, space in rows:
        given = votes.get(row.id, [])
        motive = await uow.vault.open_text(uow.session, SpaceRef(row.dispute_id, space), row.id, row.motive_sealed)
        views.append(
            ReopeningView(
                id=row.id,
                record_id=row.record_id,
                dispute_id=row.dispute_id,
                reference=reference,
                asked_by=names.get(row.asked_by, ""),
                asked_at=row.asked_at,
                motive=motive,
                state=row.state,
                decided_at=row.decided_at,
                agreed=tuple(names.get(account, "") for account in given),
                mine=row.asked_by == actor.account_id,
                agreed_by_me=actor.account_id in given,
                new_dispute_id=row.new_dispute_id,
            )
        )
    return tuple(views)


async def _votes(uow: UnitOfWork, ids: Sequence[ReopeningId]) -> dict[ReopeningId, list[AccountId]]:
    rows = await uow.session.scalars(
        select(ReopeningVote).where(ReopeningVote.reopening_id.in_(ids)).order_by(ReopeningVote.at)
    )
    found: dict[ReopeningId, list[AccountId]] = {}
    for row in rows:
        found.setdefault(row.reopening_id, []).append(row.account_id)
    return found


async def visible_access(uow: UnitOfWork, actor: Actor, access_id: AccessId) -> AccessView:
    """Return one request to read a record, for who keeps the archive; raises :class:`NotFoundError` otherwise."""
    return _only(await _accesses(uow, actor, AccessRequest.id == access_id))


async def visible_reopening(uow: UnitOfWork, actor: Actor, reopening_id: ReopeningId) -> ReopeningView:
    """Return one request to reopen, for who keeps the archive; raises :class:`NotFoundError` otherwise."""
    if not is_keeper(actor):
        raise NotFoundError
    return _only(await _reopenings(uow, actor, Reopening.id == reopening_id))


def _only(found: tuple[V, ...]) -> V:
    if not found:
        raise NotFoundError
    return found[0]


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what a dispute's archive awaits from the actor: their answer to a request to reopen it."""
    if not is_keeper(actor) or dispute.stage is not Stage.REOPENING_REQUESTED:
        return ()
    asked = await _reopenings(
        uow, actor, and_(Reopening.dispute_id == dispute.id, Reopening.state == ReopeningState.ASKED)
    )
    return tuple(
        Task(
            _("Decide on the request to reopen this dispute"),
            _("Two people of the centre must agree."),
            f"/archive/reopenings/{one.id}",
            mine=True,
        )
        for one in asked
        if not one.mine and not one.agreed_by_me
    )
