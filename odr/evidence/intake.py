"""How bytes come in: ask, receive, ask again and record. No transaction is held while they travel.

The one exception to "one transaction a request": a crash on the way leaves an object that no row names, which the sweep
takes away; never a row without bytes, and never a word "received" before everything rests on the disk.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from odr.disputes.lifecycle import require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotPermittedError, UploadRefusedError
from odr.evidence.labels import TITLE_LIMIT, Label
from odr.evidence.media import HEAD, media_type_of
from odr.evidence.models import Exhibit, ExhibitKind, Origin, Placement
from odr.evidence.names import clean_file_name
from odr.evidence.placing import EXPERT_PREFIX, MEDIATOR_PREFIX, Entry, place, prefix_for
from odr.evidence.queries import may_read, number_of
from odr.ids import DisputeId, ExhibitId, PartyId, SpaceId, new_id
from odr.platform import Platform
from odr.spaces.commands import ACTIVITIES
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import ItemRef, Received

FORM_OVERHEAD: Final = 1024 * 1024
"""How much longer than its file a request may be: boundaries, headers and the form's other fields."""


@dataclass(frozen=True, slots=True)
class About:
    """What the depositor says of a file. ``again``: lodge it although the same bytes were lodged before."""

    title: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    again: bool


@dataclass(frozen=True, slots=True)
class Lodged:
    """What a deposit became: durable, numbered, in the ledger. ``sha256``: 32 bytes; ``size`` in bytes."""

    exhibit_id: ExhibitId
    space_id: SpaceId
    number: str
    file_name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class _Leave:
    """That somebody may lodge in a room, under which rule, and as whose."""

    space: SpaceFacts
    rule: Rule
    party_id: PartyId | None  # whose exhibit it will be; none for the mediator's and the expert's
    owner_id: PartyId | None  # the party it belongs to in that room


def read_about(*, title: str, kind: str, origin: str, document_date: str, again: str) -> About:
    """Check what was typed beside the file. Raises :class:`InvalidInputError` (title, kind, origin, document_date)."""
    typed = Typed()
    about = About(
        title=typed.line("title", title, limit=TITLE_LIMIT, required=False),
        kind=typed.choice("kind", kind, ExhibitKind),
        origin=typed.choice("origin", origin, Origin),
        document_date=typed.day("document_date", document_date, required=False),
        again=again == "yes",
    )
    typed.check()
    return about


def refuse_long(platform: Platform, announced: int | None) -> None:
    """Refuse a request at once whose announced length can't be within the limit."""
    limit = platform.settings.upload_limit
    if announced is not None and announced > limit + FORM_OVERHEAD:
        raise UploadRefusedError("too_large", limit=limit)


async def ask_to_lodge(platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> SpaceFacts:
    """Return the room in which the actor may lodge now; raises as :func:`lodge` does, before any byte is taken."""
    async with platform.unit(write=False) as uow:
        return (await _leave(uow, actor, dispute_id, space_id)).space


async def lodge(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    *,
    about: About,
    name: str,
    chunks: AsyncIterator[bytes],
    expected_sha256: bytes | None = None,
) -> Lodged:
    """Lodge one file in a room: sealed to the store while it arrives, then recorded, numbered and in the ledger.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`; :class:`UploadRefusedError`
    (``empty_file``, ``too_large``, ``digest_mismatch``, and what ``chunks`` raises); :class:`ConflictError`
    (``repeated_file``, its ``number`` in the details); :class:`UnavailableError`. Nothing is recorded then.
    """
    await ask_to_lodge(platform, actor, dispute_id, space_id)
    exhibit_id = ExhibitId(new_id())
    head = bytearray()
    async with platform.unit(write=False):  # nothing is asked of it, so it holds no connection; it speaks our errors
        received = await platform.vault.receive(
            ItemRef(dispute_id, exhibit_id),
            _watched(chunks, head),
            limit=platform.settings.upload_limit,
            expected_sha256=expected_sha256,
        )
    recorded = False
    try:
        async with platform.unit() as uow:
            lodged = await _record(
                uow, actor, dispute_id, space_id, about, clean_file_name(name), bytes(head), received
            )
            recorded = True
    except BaseException:
        if not recorded:  # a commit that failed half-heard may have happened: then the sweep decides
            await asyncio.shield(platform.vault.discard(received))
        raise
    return lodged


async def _record(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    about: About,
    file_name: str,
    head: bytes,
    received: Received,
) -> Lodged:
    """Ask again (the stage, the seat or the room may have changed while bytes travelled), and record everything."""
    await uow.session.execute(select(Space.id).where(Space.id == space_id).with_for_update())
    leave = await _leave(uow, actor, dispute_id, space_id)
    exhibit = Exhibit(
        id=ExhibitId(received.item.item),
        dispute_id=dispute_id,
        owner_id=leave.party_id,
        lodged_by=actor.account_id,
        lodged_at=uow.now(),
        kind=about.kind,
        origin=about.origin,
        document_date=about.document_date,
        size=received.size,
        sha256=received.sha256,
        media_type=media_type_of(head),
    )
    if not about.again:
        await _refuse_repeated(uow, actor, exhibit)
    await uow.vault.keep(uow.session, received, leave.space.ref)
    uow.session.add(exhibit)
    otherwise = EXPERT_PREFIX if leave.space.kind is SpaceKind.EXPERT else MEDIATOR_PREFIX
    entry = Entry(
        by=actor.account_id,
        rule=leave.rule,
        prefix=await prefix_for(uow, exhibit, otherwise=otherwise),
        owner_id=leave.owner_id,
    )
    placement = await place(uow, exhibit, leave.space, Label(about.title or file_name[:TITLE_LIMIT], file_name), entry)
    return Lodged(exhibit.id, leave.space.id, number_of(placement), file_name, exhibit.size, exhibit.sha256)


async def _leave(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> _Leave:
    space = await visible_space(uow, actor, dispute_id, space_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    owner_id = party_id if space.kind is SpaceKind.JOINT else space.party_id
    thing = Thing.WORKING_PAPER if space.kind is SpaceKind.EXPERT else Thing.EXHIBIT
    rule = actor.may(Act.WRITE, thing, Place(dispute_id, owner_id, space.kind))
    if rule is None or space.kind is SpaceKind.NOTES:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, ACTIVITIES[space.kind])
    return _Leave(space, rule, party_id, owner_id)


async def _refuse_repeated(uow: UnitOfWork, actor: Actor, exhibit: Exhibit) -> None:
    """Point out a file that this party (for the mediator and the expert: this person) lodged before, and no other's."""
    same = (
        select(Placement)
        .join(Exhibit, Exhibit.id == Placement.exhibit_id)
        .where(Exhibit.dispute_id == exhibit.dispute_id, Exhibit.sha256 == exhibit.sha256, may_read(actor))
        .order_by(Placement.placed_at.desc(), Placement.id)
        .limit(1)
    )
    same = (
        same.where(Exhibit.owner_id.is_(None), Exhibit.lodged_by == actor.account_id)
        if exhibit.owner_id is None
        else same.where(Exhibit.owner_id == exhibit.owner_id)
    )
    found = await uow.session.scalar(same)
    if found is not None:
        raise ConflictError("repeated_file", number=number_of(found), exhibit=str(found.exhibit_id))


async def _watched(chunks: AsyncIterator[bytes], head: bytearray) -> AsyncIterator[bytes]:
    """Pass bytes on, and keep the first of them to tell what they are. Raises UploadRefusedError for an empty file."""
    empty = True
    async for chunk in chunks:
        if chunk:
            empty = False
            head += chunk[: HEAD - len(head)]
            yield chunk
    if empty:
        raise UploadRefusedError("empty_file")
