"""What was handed to one party alone, as that party and the mediator read it in its caucus; its bytes, its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, literal, select, update

from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.event import EventRow
from odr.evidence.events import DocumentHanded
from odr.evidence.files import FileView
from odr.evidence.labels import Label, handed_number, read_labels
from odr.evidence.media import name_agrees
from odr.evidence.models import Consent, Exhibit, ExhibitVersion, HandedExhibit, Opening, Redaction
from odr.evidence.openings import FileFacts, OpenedFile, is_noted, keep_opening, unsealed
from odr.evidence.placing import item_of
from odr.evidence.scanning import Outcome
from odr.ids import DisclosureId, DisputeId, HandedId, SpaceId
from odr.parties.queries import parties_of
from odr.people.watching import while_seated
from odr.platform import Platform
from odr.spaces.queries import SpaceFacts, last_visit
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.filter import Columns, readable
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import Receipt, destroyed_among

LISTED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFile(FileView):
    """What a recipient reads of what was, or is to be, handed to it.

    Nothing tells whose it is, nor who else has it. ``redacted``: it is a redacted copy of something that stays with
    its party.
    """

    redacted: bool
    destroyed: bool


@dataclass(frozen=True, slots=True)
class HandedView:
    """What was handed to a party alone, under its own number there. Once withdrawn it has no ``file``: ``at`` is when.

    ``party_name``: the recipient's.
    """

    id: HandedId
    space_id: SpaceId
    party_name: str
    number: str
    at: datetime
    new: bool
    file: HandedFile | None


async def handed_in(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts) -> tuple[HandedView, ...]:
    """Return what was handed to a caucus's party alone, in the order of its numbers; nothing for any other room."""
    query = select(HandedExhibit).where(HandedExhibit.space_id == caucus.id, may_read_handed(actor))
    rows = (await uow.session.scalars(query.order_by(HandedExhibit.number).limit(LISTED))).all()
    return await _views(uow, actor, caucus.dispute_id, rows)


async def visible_handed(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, handed_id: HandedId) -> HandedView:
    """Return one thing that was handed over; raises :class:`NotFoundError` for who may not read it, or once gone."""
    return (await _views(uow, actor, dispute_id, [(await _standing(uow, actor, dispute_id, handed_id))[0]]))[0]


async def open_handed(platform: Platform, actor: Actor, dispute_id: DisputeId, handed_id: HandedId) -> OpenedFile:
    """Open what was handed over, and note it for the party that lodged it, before the first byte leaves.

    From its recipient's first opening on, it can't be withdrawn any more, only stopped. Raises
    :class:`NotFoundError`, :class:`NotPermittedError` (``infected_apart``), :class:`ConflictError` (``destroyed``),
    :class:`UnavailableError`.
    """
    async with platform.unit(write=False) as uow:
        row, version, _ = await _standing(uow, actor, dispute_id, handed_id)
        if await is_noted(uow, actor, row.id, version.id):
            return await _opened(platform, uow, actor, row, version)
    async with platform.unit() as uow:
        row, version, rule = await _standing(uow, actor, dispute_id, handed_id)
        standing = await uow.session.scalar(
            select(HandedExhibit.withdrawn_at).where(HandedExhibit.id == row.id).with_for_update()
        )
        if standing is not None:
            raise NotFoundError
        if version.scan is Outcome.INFECTED:
            raise NotPermittedError("infected_apart")
        seat = actor.seat_in(dispute_id)
        if seat is None or seat.role is not SeatRole.MEDIATOR:
            await _end_withdrawing(uow, row.disclosure_id)
        if not await is_noted(uow, actor, row.id, version.id):
            exhibit = await uow.session.get_one(Exhibit, row.exhibit_id)
            await keep_opening(uow, actor, exhibit, row.id, version.id, SpaceKind.CAUCUS, rule)
        return await _opened(platform, uow, actor, row, version)


def may_read_handed(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which the actor may know of what was handed over; what is gone is only a number."""
    caucus = literal(SpaceKind.CAUCUS.value)
    columns = Columns(HandedExhibit.dispute_id, HandedExhibit.party_id, caucus, at=HandedExhibit.handed_at)
    return readable(actor, Thing.HANDED, columns)


async def receipt_of_handed(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, handed_id: HandedId
) -> tuple[str, Receipt]:
    """Return the number of what was handed over and the receipt of its entry into its recipient's caucus.

    It tells what the page tells, with the digest and the moment, and names no other room. Who opened it gets it: until
    then it may be withdrawn, and no proof of it is to stay behind. Raises :class:`NotFoundError`,
    :class:`ConflictError` (``destroyed``, ``not_opened_yet``).
    """
    row, version, _ = await _standing(uow, actor, dispute_id, handed_id)
    if await destroyed_among(uow.session, [item_of(version)]):
        raise ConflictError("destroyed")
    if not await has_opened(uow, actor, row.id):
        raise ConflictError("not_opened_yet")
    told = EventRow.space_id == row.space_id, EventRow.name == DocumentHanded.__name__, EventRow.subject_id == row.id
    index = (await uow.session.scalars(select(EventRow.index).where(*told))).one()
    return handed_number(row), await uow.vault.ledger.receipt(uow.session, space_ref(row), index)


async def has_opened(uow: UnitOfWork, actor: Actor, handed_id: HandedId) -> bool:
    """Tell whether the actor has opened what was handed over; who else has is not told."""
    mine = Opening.placement_id == handed_id, Opening.reader_id == actor.account_id
    return await uow.session.scalar(select(Opening.id).where(*mine).limit(1)) is not None


async def file_of(uow: UnitOfWork, exhibit: Exhibit, version: ExhibitVersion, label: Label) -> HandedFile:
    """Return what a recipient reads, or would read, of a version under this label. For queries that permitted it."""
    return HandedFile(
        title=label.title,
        file_name=label.file_name,
        kind=exhibit.kind,
        origin=exhibit.origin,
        document_date=version.document_date,
        size=version.size,
        sha256=version.sha256,
        media_type=version.media_type,
        name_agrees=name_agrees(label.file_name, version.media_type),
        scan=version.scan,
        redacted=await uow.session.get(Redaction, version.id) is not None,
        destroyed=bool(await destroyed_among(uow.session, [item_of(version)])),
    )


async def _standing(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, handed_id: HandedId
) -> tuple[HandedExhibit, ExhibitVersion, Rule]:
    row = await uow.session.get(HandedExhibit, handed_id)
    if row is None or row.dispute_id != dispute_id or row.withdrawn_at is not None:
        raise NotFoundError
    rule = actor.may(Act.READ, Thing.HANDED, Place(dispute_id, row.party_id, SpaceKind.CAUCUS, row.handed_at))
    if rule is None:
        raise NotFoundError
    return row, await uow.session.get_one(ExhibitVersion, row.version_id), rule


async def _opened(
    platform: Platform, uow: UnitOfWork, actor: Actor, row: HandedExhibit, version: ExhibitVersion
) -> OpenedFile:
    if version.scan is Outcome.INFECTED:
        raise NotPermittedError("infected_apart")
    (label,) = await read_labels(uow, [row])
    opened = await unsealed(uow, version, space_ref(row))
    facts = FileFacts(handed_number(row), label.file_name, version.size, version.sha256, version.media_type)
    return OpenedFile(
        facts, opened, partial(while_seated, platform, actor, row.dispute_id, stands=partial(_stands, row.id))
    )


async def _stands(handed_id: HandedId, uow: UnitOfWork) -> bool:
    there = select(HandedExhibit.id).where(HandedExhibit.id == handed_id, HandedExhibit.withdrawn_at.is_(None))
    return await uow.session.scalar(there) is not None


async def _end_withdrawing(uow: UnitOfWork, disclosure_id: DisclosureId) -> None:
    await uow.session.execute(
        update(Consent)
        .where(Consent.disclosure_id == disclosure_id, Consent.first_opened_at.is_(None))
        .values(first_opened_at=uow.now())
        .execution_options(synchronize_session=False)
    )


async def _views(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, rows: Sequence[HandedExhibit]
) -> tuple[HandedView, ...]:
    parties = {party.id: party.name for party in await parties_of(uow, dispute_id)} if rows else {}
    since = await last_visit(uow, actor, dispute_id) if rows else None
    standing = [row for row in rows if row.withdrawn_at is None]
    labels = dict(zip((row.id for row in standing), await read_labels(uow, standing), strict=True))
    views: list[HandedView] = []
    for row in rows:
        label = labels.get(row.id)
        mine = row.party_id == actor.party_in(dispute_id)
        views.append(
            HandedView(
                id=row.id,
                space_id=row.space_id,
                party_name=parties.get(row.party_id, ""),
                number=handed_number(row),
                at=row.withdrawn_at or row.handed_at,
                new=mine and label is not None and since is not None and row.handed_at > since,
                file=await _file_at(uow, row, label) if label is not None else None,
            )
        )
    return tuple(views)


async def _file_at(uow: UnitOfWork, row: HandedExhibit, label: Label) -> HandedFile:
    exhibit = await uow.session.get_one(Exhibit, row.exhibit_id)
    return await file_of(uow, exhibit, await uow.session.get_one(ExhibitVersion, row.version_id), label)
