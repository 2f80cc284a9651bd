"""Which rooms a person may enter, and what is said in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, tuple_

from odr.errors import NotFoundError
from odr.ids import AccountId, DisputeId, MessageId, MissionId, PartyId, SpaceId
from odr.parties.queries import parties_of
from odr.people.queries import account_names
from odr.spaces.models import Message, Reading, Space, Visit
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef

PAGE: Final = 50

THINGS: Final = {
    SpaceKind.PRIVATE: Thing.EXHIBIT,
    SpaceKind.CAUCUS: Thing.MESSAGE,
    SpaceKind.JOINT: Thing.MESSAGE,
    SpaceKind.NOTES: Thing.NOTE,
    SpaceKind.EXPERT: Thing.WORKING_PAPER,
}
"""Reading which thing means being let into a room of this kind. The procedure space is no room: it has other pages."""

_ORDER: Final = (SpaceKind.PRIVATE, SpaceKind.CAUCUS, SpaceKind.JOINT, SpaceKind.EXPERT, SpaceKind.NOTES)


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """A room: whose it is (``party_id``, ``party_name``; none for the joint room, the notes and the expert's desk)."""

    id: SpaceId
    dispute_id: DisputeId
    kind: SpaceKind
    party_id: PartyId | None
    party_name: str
    holder_id: AccountId | None

    @property
    def ref(self) -> SpaceRef:
        """The vault's name for it."""
        return SpaceRef(self.dispute_id, self.id)

    @property
    def place(self) -> Place:
        """Where it is, as the visibility table asks."""
        return self.place_of(self.party_id)

    def place_of(self, owner_id: PartyId | None, at: datetime | None = None) -> Place:
        """Where a thing in it is that belongs to this party, and has been there since ``at``."""
        return Place(self.dispute_id, owner_id, self.kind, at)


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as its room shows it. ``side`` is claimant, respondent or mediator; ``party`` the author's, if any.

    Once ``withdrawn`` its text is empty, ``at`` says when, and ``author`` who took it back: nobody, for a message of
    the mediator's that was stopped. ``returnable``: the reader wrote it and nobody of another party has been handed
    it, so it can be taken back.
    """

    id: MessageId
    author: str
    side: str
    party: str
    at: datetime
    text: str
    mine: bool
    new: bool
    withdrawn: bool = False
    returnable: bool = False


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Up to 50 messages, newest last; ``earlier`` is the id to ask with for the page before, if there is one."""

    messages: tuple[MessageView, ...]
    earlier: MessageId | None


def slot_of(
    kind: SpaceKind, party_id: PartyId | None, mission_id: MissionId | None, holder_id: AccountId | None = None
) -> str:
    """Return the one word under which a dispute has this room once; each mediator has notes of their own."""
    whose = party_id or mission_id or (holder_id if kind is SpaceKind.NOTES else None)
    return f"{kind}:{whose}" if whose else str(kind)


def may_enter(actor: Actor, space: SpaceFacts) -> Rule | None:
    """Return the rule that lets a person into a room, or ``None``."""
    if space.kind not in THINGS or space.holder_id not in {None, actor.account_id}:
        return None
    return actor.may(Act.READ, THINGS[space.kind], space.place)


async def find_space(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    kind: SpaceKind,
    party_id: PartyId | None = None,
    mission_id: MissionId | None = None,
    *,
    holder_id: AccountId | None = None,
) -> SpaceFacts | None:
    """Return a room for the rules' own use, whoever asks; ``None`` while it does not exist."""
    slot = slot_of(kind, party_id, mission_id, holder_id)
    row = await uow.session.scalar(select(Space).where(Space.dispute_id == dispute_id, Space.slot == slot))
    return None if row is None else (await facts_of(uow, dispute_id, [row]))[0]


async def space_of(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    kind: SpaceKind,
    party_id: PartyId | None = None,
    mission_id: MissionId | None = None,
    *,
    holder_id: AccountId | None = None,
) -> SpaceFacts:
    """Return a room for the rules' own use, whoever asks; raises :class:`NotFoundError` while it does not exist."""
    found = await find_space(uow, dispute_id, kind, party_id, mission_id, holder_id=holder_id)
    if found is None:
        raise NotFoundError
    return found


async def visible_space(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> SpaceFacts:
    """Return a room that the actor may enter; raises :class:`NotFoundError` for every other one."""
    rows = (await uow.session.scalars(select(Space).where(Space.id == space_id, Space.dispute_id == dispute_id))).all()
    for space in await facts_of(uow, dispute_id, rows):  # of none, too: a hidden room takes no longer than no room
        if may_enter(actor, space) is not None:
            return space
    raise NotFoundError


async def spaces_for(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[SpaceFacts, ...]:
    """Return every room of a dispute that the actor may enter: draft, caucuses, joint, expert's desk, notes."""
    rows = (await uow.session.scalars(select(Space).where(Space.dispute_id == dispute_id))).all()
    rooms = [space for space in await facts_of(uow, dispute_id, rows) if may_enter(actor, space)]
    return tuple(sorted(rooms, key=lambda space: (_ORDER.index(space.kind), space.party_name, str(space.id))))


async def facts_of(uow: UnitOfWork, dispute_id: DisputeId, rows: Iterable[Space]) -> list[SpaceFacts]:
    """Turn rows of one dispute into facts."""
    names = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    return [
        SpaceFacts(
            id=row.id,
            dispute_id=row.dispute_id,
            kind=row.kind,
            party_id=row.party_id,
            party_name=names.get(row.party_id, "") if row.party_id else "",
            holder_id=row.holder_id,
        )
        for row in rows
    ]


async def last_visit(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> datetime | None:
    """Return when the actor's visit before this one ended: what came after is new. ``None`` at the first visit."""
    return await uow.session.scalar(
        select(Visit.before).where(Visit.account_id == actor.account_id, Visit.dispute_id == dispute_id)
    )


async def messages_in(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, *, before: MessageId | None = None, noted: bool = True
) -> MessagePage:
    """Return the newest 50 messages of a room, or the 50 before one of them; newest last.

    Of what is noted (:func:`is_noted`) only what was noted as handed to the actor (see reading.py), so that nothing is
    read unnoted and taken back later. Raises :class:`NotFoundError` for a message to start from that the actor may not
    read.
    """
    query = await newest_messages(uow, actor, space, before)
    if noted:
        free = or_(~is_noted(space), Message.author_id == actor.account_id, Message.withdrawn_at.is_not(None))
        query = query.where(or_(free, handed_to(actor)))
    shown = list(reversed((await uow.session.scalars(query.limit(PAGE))).all()))
    views = await _views(uow, actor, space, shown)
    if not shown:
        return MessagePage(views, None)
    older = await uow.session.scalar((await newest_messages(uow, actor, space, shown[0].id)).limit(1))
    return MessagePage(views, shown[0].id if older is not None else None)


async def message_in(uow: UnitOfWork, actor: Actor, space: SpaceFacts, message_id: MessageId) -> MessageView:
    """Return one message of a room, as its page shows it; raises :class:`NotFoundError` where the actor reads none."""
    query = (await newest_messages(uow, actor, space, None)).where(Message.id == message_id)
    query = query.where(or_(~is_noted(space), Message.author_id == actor.account_id, handed_to(actor)))
    row = await uow.session.scalar(query)
    if row is None:
        raise NotFoundError
    return (await _views(uow, actor, space, [row]))[0]


async def newest_messages(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, before: MessageId | None
) -> Select[Message]:
    """Return the query of a room's messages that the actor may read, newest first, up to one of them.

    Raises :class:`NotFoundError` for a message to start from that the actor may not read.
    """
    thing = Thing.NOTE if space.kind is SpaceKind.NOTES else Thing.MESSAGE
    mine = readable(actor, thing, Columns(Message.dispute_id, Message.owner_id, Message.kind, at=Message.at))
    query = select(Message).where(Message.space_id == space.id, mine)
    if before is not None:
        start = await uow.session.scalar(query.where(Message.id == before))
        if start is None:
            raise NotFoundError
        query = query.where(tuple_(Message.at, Message.id) < tuple_(start.at, start.id))
    return query.order_by(Message.at.desc(), Message.id.desc())


def is_noted(space: SpaceFacts) -> ColumnElement[bool]:
    """Return the condition under which a message of a room is noted before it is handed to anybody.

    Everything in the joint space. In a caucus, what the mediator says there: it may be a sentence of another party's,
    whose consent can be withdrawn until it is read. The reader's note of it tells nobody which of them is one.
    """
    if space.kind is SpaceKind.CAUCUS:
        return Message.author_party_id.is_(None)
    return literal(space.kind is SpaceKind.JOINT)


def handed_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a message was noted as handed to the actor."""
    return exists().where(Reading.message_id == Message.id, Reading.reader_id == actor.account_id)


def handed_beyond(party: PartyId | None) -> ColumnElement[bool]:
    """Return the condition under which a message was handed to somebody of another party than this one."""
    others = exists().where(Reading.message_id == Message.id, Reading.party_id.is_not(None))
    return others if party is None else others.where(Reading.party_id != party)


async def _views(uow: UnitOfWork, actor: Actor, space: SpaceFacts, rows: Sequence[Message]) -> tuple[MessageView, ...]:
    if not rows:
        return ()
    living = [row for row in rows if row.withdrawn_at is None]
    opened = await uow.vault.open_texts(uow.session, space.ref, [(row.id, row.body_sealed) for row in living])
    texts = dict(zip((row.id for row in living), opened, strict=True))
    told = {row.id: row.author_id if row.withdrawn_at is None else row.withdrawn_by for row in rows}
    names = await account_names(uow, told.values())
    returnable = await _returnable(uow, actor, space, rows)
    parties = {party.id: party for party in await parties_of(uow, space.dispute_id)}
    since = await last_visit(uow, actor, space.dispute_id)
    views: list[MessageView] = []
    for row in rows:
        party = parties.get(row.author_party_id) if row.author_party_id else None
        mine = row.author_id == actor.account_id
        views.append(
            MessageView(
                id=row.id,
                author=names.get(who, "") if (who := told[row.id]) else "",
                side=str(party.side) if party else "mediator",
                party=party.name if party else "",
                at=row.withdrawn_at or row.at,
                text=texts.get(row.id, ""),
                mine=mine,
                new=since is not None and row.at > since and not mine and row.withdrawn_at is None,
                withdrawn=row.withdrawn_at is not None,
                returnable=row.id in returnable,
            )
        )
    return tuple(views)


async def _returnable(uow: UnitOfWork, actor: Actor, space: SpaceFacts, rows: Sequence[Message]) -> set[MessageId]:
    mine = [row.id for row in rows if row.author_id == actor.account_id and row.withdrawn_at is None]
    if space.kind is not SpaceKind.JOINT or not mine:
        return set()
    kept = select(Message.id).where(Message.id.in_(mine), ~handed_beyond(actor.party_in(space.dispute_id)))
    return set(await uow.session.scalars(kept))
