"""Minutes of meetings: drafted, published, approved, contested."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.ids import DisputeId, MeetingId
from odr.sessions.keeping import approve_minutes, contest_minutes, draft_minutes, publish_minutes
from odr.sessions.reading import MinutesReply, minutes_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import read, replace, send
from web.api.sessions import MEETING
from web.api.shapes import Text, shown

MINUTES: Final = f"{MEETING}/minutes"
Number = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class MinutesAnswer(msgspec.Struct):
    """What a party said of a version."""

    party_id: UUID
    party_name: str
    reply: MinutesReply
    why: str
    by: str
    at: datetime


class MinutesVersion(msgspec.Struct):
    """A version of the minutes. ``answer_by``: until when parties are asked; ``awaited``: which ones are, by name."""

    number: int
    text: str
    sha256: str
    by: str
    published_at: datetime
    answer_by: datetime | None
    answers: list[MinutesAnswer]
    awaited: list[str]


class MeetingMinutes(msgspec.Struct):
    """A meeting's minutes, the newest version first; ``draft``: one's own (mediator); ``agreed``: by every party."""

    versions: list[MinutesVersion]
    draft: str
    agreed: bool


class MinutesText(msgspec.Struct, forbid_unknown_fields=True):
    """What is drafted."""

    text: Text


class NewMinutes(MinutesText, forbid_unknown_fields=True):
    """What is published; ``seen``: the newest version that its author had read (0: none)."""

    seen: Number = 0


class MinutesRead(msgspec.Struct, forbid_unknown_fields=True):
    """Which version is approved."""

    number: Number


class MinutesContest(MinutesRead, forbid_unknown_fields=True):
    """Which version is contested, and why."""

    why: Text


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, meeting_id: UUID) -> MeetingMinutes:
    book = await minutes_for(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id))
    versions = [
        shown(
            each,
            MinutesVersion,
            sha256=each.sha256.hex(),
            answers=[shown(answer, MinutesAnswer) for answer in each.answers],
            awaited=list(each.awaited),
        )
        for each in book.versions
    ]
    return MeetingMinutes(versions, book.draft, book.agreed)


@read(MINUTES)
async def show_meeting_minutes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> MeetingMinutes:
    """Return a meeting's minutes, to those who were called."""
    return await _shown(uow, actor, dispute_id, meeting_id)


@replace(f"{MINUTES}/draft")
async def keep_minutes_draft(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
    data: JSONBody[MinutesText],
) -> MeetingMinutes:
    """Keep a draft, which nobody else reads (mediator)."""
    await draft_minutes(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), text=data.text)
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(MINUTES)
async def publish_meeting_minutes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
    data: JSONBody[NewMinutes],
) -> MeetingMinutes:
    """Publish a version to everyone in the meeting's room at once (mediator)."""
    await publish_minutes(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), text=data.text, seen=data.seen)
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MINUTES}/approve")
async def approve_meeting_minutes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
    data: JSONBody[MinutesRead],
) -> MeetingMinutes:
    """Approve a version for one's party (representative, counsel, coordinator)."""
    await approve_minutes(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), number=data.number)
    return await _shown(uow, actor, dispute_id, meeting_id)


@send(f"{MINUTES}/contest")
async def contest_meeting_minutes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
    data: JSONBody[MinutesContest],
) -> MeetingMinutes:
    """Contest a version for one's party, saying what is wrong."""
    await contest_minutes(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), number=data.number, why=data.why)
    return await _shown(uow, actor, dispute_id, meeting_id)


handlers = (
    show_meeting_minutes,
    keep_minutes_draft,
    publish_meeting_minutes,
    approve_meeting_minutes,
    contest_meeting_minutes,
)
