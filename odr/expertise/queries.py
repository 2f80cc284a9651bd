"""What may be seen of missions: the terms, the answer, what was supplied, the report; the expert's own desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from odr.appointment.windows import is_contestable
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import ExhibitKind, ExhibitVersion, Opening, Placement
from odr.evidence.queries import ExhibitRow, exhibits_in
from odr.expertise.events import Seen
from odr.expertise.lookup import mission_row, own_mission, required_rule, within_sight
from odr.expertise.models import Mission, MissionState, Supply
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, MessageId, MissionId, SpaceId
from odr.people.queries import account_names, people_with_role
from odr.spaces.models import Message
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "DeskNote",
    "MissionState",
    "MissionView",
    "Seen",
    "SuppliedView",
    "experts_to_ask",
    "may_open_mission",
    "missions_of",
    "notes_on",
    "papers_to_post",
    "seen_by_expert",
    "still_to_supply",
    "visible_mission",
]


@dataclass(frozen=True, slots=True)
class SuppliedView:
    """An exhibit on the expert's desk: its joint number, title, SHA-256 (32 bytes), size in bytes, and since when."""

    exhibit_id: ExhibitId
    version_id: ExhibitVersionId
    number: str
    title: str
    sha256: bytes
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MissionView:
    """A mission as one reader may know it.

    ``answer`` is the declaration of independence, or why the expert declined. ``seen`` is what the expert had seen when
    the report was posted. ``desk_id`` is set for the expert alone; ``open_now``: the stage allows work on it.
    """

    id: MissionId
    dispute_id: DisputeId
    expert: str
    state: MissionState
    questions: str
    opened_by: str
    opened_at: datetime
    answered_at: datetime | None
    answer: str
    supplied: tuple[SuppliedView, ...]
    report_id: ExhibitId | None
    report_number: str
    report_sha256: bytes
    reported_at: datetime | None
    seen: tuple[Seen, ...]
    desk_id: SpaceId | None
    may_direct: bool
    may_be_objected: bool
    open_now: bool


@dataclass(frozen=True, slots=True)
class DeskNote:
    """A working note of the expert's."""

    id: MessageId
    at: datetime
    text: str


def may_open_mission(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether the actor may open a mission now."""
    place = Place(dispute.id, None, SpaceKind.JOINT)
    rule = actor.may(Act.OPEN, Thing.TERMS_OF_REFERENCE, place)
    return rule is not None and dispute.stage in ACTIVITIES[Activity.EXAMINE]


async def missions_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[MissionView, ...]:
    """Return the missions that the actor may know of, the newest first. Raises NotFoundError for who may read none."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id)
    rows = await uow.session.scalars(
        select(Mission).where(within_sight(actor, dispute_id)).order_by(Mission.opened_at.desc(), Mission.id)
    )
    return tuple([await _view(uow, actor, dispute, row) for row in rows.all()])


async def visible_mission(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId) -> MissionView:
    """Return one mission. Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    return await _view(uow, actor, dispute, await mission_row(uow, actor, dispute_id, mission_id))


async def _view(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, row: Mission) -> MissionView:
    joint = await space_of(uow, row.dispute_id, SpaceKind.JOINT)
    names = await account_names(uow, {row.expert_id, row.opened_by})

    async def opened(label: UUID | None, sealed: bytes | None) -> str:
        if label is None or sealed is None:
            return ""
        return await uow.vault.open_text(uow.session, joint.ref, label, sealed)

    number, sha256 = await _report(uow, row)
    seen = await opened(row.report_exhibit_id, row.seen_sealed)
    return MissionView(
        id=row.id,
        dispute_id=row.dispute_id,
        expert=names.get(row.expert_id, ""),
        state=row.state,
        questions=await opened(row.id, row.terms_sealed),
        opened_by=names.get(row.opened_by, ""),
        opened_at=row.opened_at,
        answered_at=row.answered_at,
        answer=await opened(row.space_id, row.answer_sealed),
        supplied=await _supplied(uow, row),
        report_id=row.report_exhibit_id,
        report_number=number,
        report_sha256=sha256,
        reported_at=row.reported_at,
        seen=msgspec.json.decode(seen, type=tuple[Seen, ...]) if seen else (),
        desk_id=row.space_id if row.expert_id == actor.account_id else None,
        may_direct=actor.may(Act.OPEN, Thing.TERMS_OF_REFERENCE, joint.place) is not None,
        may_be_objected=await is_contestable(uow, row.id),
        open_now=dispute.stage in ACTIVITIES[Activity.EXAMINE],
    )


async def _supplied(uow: UnitOfWork, row: Mission) -> tuple[SuppliedView, ...]:
    found = (
        await uow.session.execute(
            select(Supply.supplied_at, Placement, ExhibitVersion)
            .join(Placement, Placement.id == Supply.placement_id)
            .join(ExhibitVersion, ExhibitVersion.id == Supply.version_id)
            .where(Supply.mission_id == row.id)
            .order_by(Placement.prefix, Placement.number, Supply.supplied_at)
        )
    ).all()
    labels = await read_labels(uow, [placement for _at, placement, _version in found])
    return tuple(
        SuppliedView(
            version.exhibit_id, version.id, number_of(placement), label.title, version.sha256, version.size, at
        )
        for (at, placement, version), label in zip(found, labels, strict=True)
    )


async def _report(uow: UnitOfWork, row: Mission) -> tuple[str, bytes]:
    if row.report_exhibit_id is None:
        return "", b""
    found = (
        await uow.session.execute(
            select(Placement, ExhibitVersion.sha256)
            .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
            .where(Placement.exhibit_id == row.report_exhibit_id, Placement.kind == SpaceKind.JOINT)
        )
    ).one_or_none()
    return (number_of(found[0]), found[1]) if found else ("", b"")


async def seen_by_expert(uow: UnitOfWork, row: Mission) -> tuple[Seen, ...]:
    """Return each supplied exhibit with its digest and when its expert first opened it, in the order of numbers."""
    openings = await uow.session.execute(
        select(Opening.version_id, func.min(Opening.at).label("first"))
        .join(Supply, Supply.version_id == Opening.version_id)
        .where(Supply.mission_id == row.id, Opening.reader_id == row.expert_id)
        .group_by(Opening.version_id)
    )
    first = {opening.version_id: opening.first for opening in openings}
    return tuple(
        Seen(one.number, one.sha256.hex(), one.at, first.get(one.version_id)) for one in await _supplied(uow, row)
    )


async def experts_to_ask(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[tuple[str, str], ...]:
    """Return the centre's experts for whoever may open a mission: (account id, name)."""
    required_rule(actor, Act.OPEN, dispute_id)
    return tuple((str(found), name) for found, name in await people_with_role(uow, CentreRole.EXPERT))


async def still_to_supply(uow: UnitOfWork, actor: Actor, mission: MissionView) -> tuple[ExhibitRow, ...]:
    """Return the joint exhibits whose current version is not on this mission's desk yet, for whoever may supply it."""
    required_rule(actor, Act.OPEN, mission.dispute_id)
    joint = await space_of(uow, mission.dispute_id, SpaceKind.JOINT)
    there = {one.version_id for one in mission.supplied}
    rows: list[ExhibitRow] = []
    after = ""
    while True:
        page = await exhibits_in(uow, actor, mission.dispute_id, joint.id, after=after)
        rows.extend(row for row in page.rows if row.id is not None and row.version_id not in there)
        if not page.after:
            return tuple(rows)
        after = page.after


async def papers_to_post(uow: UnitOfWork, actor: Actor, mission: MissionView) -> Sequence[ExhibitRow]:
    """Return the papers on the expert's own desk that may become the report."""
    if mission.desk_id is None:
        return ()
    page = await exhibits_in(uow, actor, mission.dispute_id, mission.desk_id, kind=ExhibitKind.REPORT)
    return [row for row in page.rows if row.mine and row.id is not None]


async def notes_on(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId) -> tuple[DeskNote, ...]:
    """Return the working notes of one's own mission, the oldest first. Raises NotPermittedError for everybody else."""
    row = await own_mission(uow, actor, dispute_id, mission_id)
    mine = readable(actor, Thing.WORKING_PAPER, Columns(Message.dispute_id, Message.owner_id, Message.kind))
    notes = (
        await uow.session.scalars(
            select(Message).where(Message.space_id == row.space_id, mine).order_by(Message.at, Message.id)
        )
    ).all()
    desk = await space_of(uow, dispute_id, SpaceKind.EXPERT, mission_id=mission_id)
    texts = await uow.vault.open_texts(uow.session, desk.ref, [(note.id, note.body_sealed) for note in notes])
    return tuple(DeskNote(note.id, note.at, text) for note, text in zip(notes, texts, strict=True))
