"""Sentences as their party and the mediator see them; nobody else learns that there are any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, literal, select

from odr.crossing.commands import Terms, terms_of
from odr.crossing.handing import still_heard, where_said
from odr.crossing.models import Statement, StatementState, Wording
from odr.crossing.paraphrasing import behind
from odr.errors import NotFoundError
from odr.evidence.models import ExhibitVersion
from odr.ids import DisputeId, ExhibitId, MessageId, PartyId, SpaceId, StatementId
from odr.parties.queries import parties_of, seats_of
from odr.people.queries import account_names
from odr.spaces.queries import MessageView, SpaceFacts
from odr.spaces.reading import is_read_beyond
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["StatementState", "StatementView", "Wording", "paraphrases_of", "statements_in", "visible_statement"]

LIMIT: Final = 100
LIVING: Final = frozenset({StatementState.ASKED, StatementState.ALLOWED})
"""Until their time is over; then they have lapsed, whether the timer has fired yet or not."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """A sentence that may be said at the table, or ``apart``: to its recipients alone, to each in its own caucus.

    ``card`` is the message as it will stand, or stands, where it is said, seen by another party. ``opened``: another
    party has read it. ``exhibit_…`` tell of the caucus exhibit that it says in other words, if it does (number and
    title are empty once taken back, ``exhibit_sha256`` has 32 bytes or none); ``outdated``: that one was replaced or
    taken back before the sentence was said. ``stopped``: said apart, and withdrawn since as a wrong disclosure. The
    ``may_…`` say what the reader can do now.
    """

    id: StatementId
    dispute_id: DisputeId
    caucus_id: SpaceId
    party: str
    state: StatementState
    wording: Wording
    text: str
    purpose: str
    recipients: tuple[PartyId, ...]
    recipient_names: tuple[str, ...]
    apart: bool
    reason: str
    offered: bool
    source_id: MessageId | None
    exhibit_id: ExhibitId | None
    exhibit_number: str
    exhibit_title: str
    exhibit_sha256: bytes
    outdated: bool
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    answered_by: str
    answered_at: datetime | None
    said_at: datetime | None
    opened: bool
    card: MessageView
    stopped: bool
    may_answer: bool
    may_withdraw: bool
    may_say: bool
    may_drop: bool
    may_stop: bool


async def statements_in(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts) -> tuple[StatementView, ...]:
    """Return a caucus's sentences, the newest first, at most 100."""
    query = select(Statement).where(Statement.caucus_id == caucus.id, may_do(actor))
    rows = (await uow.session.scalars(query.order_by(Statement.proposed_at.desc(), Statement.id).limit(LIMIT))).all()
    return await _views(uow, actor, caucus.dispute_id, rows)


async def visible_statement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId
) -> StatementView:
    """Return one sentence; raises :class:`NotFoundError` for who may not know of it."""
    query = select(Statement).where(Statement.id == statement_id, Statement.dispute_id == dispute_id, may_do(actor))
    row = await uow.session.scalar(query)
    if row is None:
        raise NotFoundError
    return (await _views(uow, actor, dispute_id, [row]))[0]


async def paraphrases_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[StatementView, ...]:
    """Return the sentences that say in other words what an exhibit shows, the newest first; nobody else has any."""
    versions = select(ExhibitVersion.id).where(ExhibitVersion.exhibit_id == exhibit_id)
    query = select(Statement).where(
        Statement.dispute_id == dispute_id, Statement.exhibit_version_id.in_(versions), may_do(actor)
    )
    rows = (await uow.session.scalars(query.order_by(Statement.proposed_at.desc(), Statement.id).limit(LIMIT))).all()
    return await _views(uow, actor, dispute_id, rows)


def may_do(actor: Actor, act: Act = Act.READ) -> ColumnElement[bool]:
    """Return the condition under which a sentence is one that the actor may do ``act`` with."""
    caucus = literal(SpaceKind.CAUCUS.value)
    columns = Columns(Statement.dispute_id, Statement.owner_id, caucus, at=Statement.proposed_at)
    return readable(actor, Thing.MESSAGE, columns, act)


async def _views(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, rows: Sequence[Statement]
) -> tuple[StatementView, ...]:
    names = await account_names(
        uow, {each for row in rows for each in (row.proposed_by, row.answered_by) if each is not None}
    )
    parties = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    mediators = [seat for seat in await seats_of(uow, dispute_id) if seat.role is SeatRole.MEDIATOR]
    shown = await behind(uow, rows)
    views: list[StatementView] = []
    for row in rows:
        terms, place = await terms_of(uow, row), Place(dispute_id, row.owner_id, SpaceKind.CAUCUS, row.proposed_at)
        said = row.state is StatementState.SAID
        exhibit = shown.get(row.id)
        outdated = exhibit is not None and not exhibit.stands and row.state in LIVING
        living = row.expires_at > uow.now() and not outdated
        messages = await where_said(uow, row.message_id) if said else ()
        read = [await is_read_beyond(uow, each, row.owner_id) for each in messages]
        opened = any(read)
        stands_apart = said and row.apart and await still_heard(uow, row)
        stops = stands_apart and actor.may(Act.QUARANTINE, Thing.MESSAGE, place) is not None
        answers = actor.may(Act.CONSENT, Thing.MESSAGE, place) is not None
        says = actor.may(Act.DISCLOSE, Thing.MESSAGE, place) is not None
        speaker = names.get(row.proposed_by, "") if not row.offered else (mediators[0].name if mediators else "")
        views.append(
            StatementView(
                id=row.id,
                dispute_id=dispute_id,
                caucus_id=row.caucus_id,
                party=parties.get(row.owner_id, ""),
                state=StatementState.LAPSED if not living and row.state in LIVING else row.state,
                wording=row.wording,
                text=terms.text,
                purpose=terms.purpose,
                recipients=terms.recipients,
                recipient_names=tuple(parties.get(each, "") for each in terms.recipients),
                apart=row.apart,
                reason=terms.reason,
                offered=row.offered,
                source_id=row.source_id,
                exhibit_id=exhibit.exhibit_id if exhibit else None,
                exhibit_number=exhibit.number if exhibit else "",
                exhibit_title=exhibit.title if exhibit else "",
                exhibit_sha256=exhibit.sha256 if exhibit else b"",
                outdated=outdated,
                proposed_by=names.get(row.proposed_by, ""),
                proposed_at=row.proposed_at,
                expires_at=row.expires_at,
                answered_by=names.get(row.answered_by, "") if row.answered_by else "",
                answered_at=row.answered_at,
                said_at=row.said_at,
                opened=opened,
                card=_card(row, terms, speaker, row.said_at or uow.now()),
                may_answer=answers and living and row.state is StatementState.ASKED,
                may_withdraw=answers and ((living and row.state is StatementState.ALLOWED) or (said and not opened)),
                may_say=says and living and row.state is StatementState.ALLOWED,
                may_drop=says and living and row.state is StatementState.ASKED,
                stopped=said and row.apart and not stands_apart,
                may_stop=stops,
            )
        )
    return tuple(views)


def _card(row: Statement, terms: Terms, speaker: str, at: datetime) -> MessageView:
    """Return the message as another party will find it."""
    return MessageView(
        id=row.message_id, author=speaker, side="mediator", party="", at=at, text=terms.text, mine=False, new=False
    )
