"""Minutes of a meeting: drafted by the mediator, published to the room at one instant, approved or contested.

Minutes of a joint meeting hold once every party has approved the same version. Those of a caucus are that party's and
the mediator's: it may contest them, and nobody else ever learns of them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import delete, select

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.event import Event
from odr.ids import DisputeId, MeetingId, MinutesId, PartyId, new_id
from odr.sessions.events import (
    MinutesApproved,
    MinutesContested,
    MinutesContestedApart,
    MinutesPublished,
    MinutesPublishedApart,
)
from odr.sessions.models import Meeting, MeetingState, Minutes, MinutesAnswer, MinutesDraft, MinutesReply
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

TEXT_LIMIT: Final = 40_000
WHY_LIMIT: Final = 4_000
MOST: Final = 50
"""Versions of one meeting's minutes."""


async def draft_minutes(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, text: str
) -> None:
    """The mediator keeps a draft as it was typed; only who wrote it reads it. An empty one is thrown away.

    Raises InvalidInputError (``text``: too_long), NotFoundError, NotPermittedError, WrongStageError.
    """
    row, _rule, _dispute = await _kept_by(uow, actor, dispute_id, meeting_id)
    typed = Typed()
    clean = typed.text("text", text, limit=TEXT_LIMIT, required=False)
    typed.check()
    await _throw_away(uow, actor, meeting_id)
    if clean:
        draft_id = MinutesId(new_id())
        uow.session.add(
            MinutesDraft(
                id=draft_id,
                meeting_id=meeting_id,
                dispute_id=dispute_id,
                space_id=row.space_id,
                author_id=actor.account_id,
                text_sealed=await uow.vault.seal_text(uow.session, space_ref(row), draft_id, clean),
                at=uow.now(),
            )
        )
        await uow.session.flush()


async def publish_minutes(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, text: str, seen: int
) -> int:
    """The mediator gives the room a version of the minutes, to everyone there at once, and returns its number.

    ``seen`` is the newest version that its author had read (0: none). Raises InvalidInputError (``text``: required,
    too_long, nothing_changed), ConflictError (``meeting_not_held``, ``minutes_agreed``, ``minutes_newer``,
    ``too_many_minutes``), NotFoundError, NotPermittedError, WrongStageError.
    """
    row, rule, dispute = await _kept_by(uow, actor, dispute_id, meeting_id, lock=True)
    typed = Typed()
    clean = typed.text("text", text, limit=TEXT_LIMIT)
    typed.check()
    if row.state is not MeetingState.HELD:
        raise ConflictError("meeting_not_held")
    newest = await newest_minutes(uow, meeting_id)
    sha256 = hashlib.sha256(clean.encode()).digest()
    if newest is not None and is_agreed(dispute, (await answers_to(uow, [newest]))[newest.id]):
        raise ConflictError("minutes_agreed")
    if (newest.number if newest else 0) != seen:
        raise ConflictError("minutes_newer")
    if newest is not None and newest.sha256 == sha256:
        typed.wrong("text", "nothing_changed")
        typed.check()
    number = 1 if newest is None else newest.number + 1
    if number > MOST:
        raise ConflictError("too_many_minutes")
    minutes_id, now = MinutesId(new_id()), uow.now()
    answer_by = due_at(Deadline.MINUTES, now) if row.kind is SpaceKind.JOINT else None
    uow.session.add(
        Minutes(
            id=minutes_id,
            meeting_id=meeting_id,
            dispute_id=dispute_id,
            space_id=row.space_id,
            kind=row.kind,
            party_id=row.party_id,
            number=number,
            text_sealed=await uow.vault.seal_text(uow.session, space_ref(row), minutes_id, clean),
            sha256=sha256,
            written_by=actor.account_id,
            published_at=now,
            answer_by=answer_by,
        )
    )
    await _throw_away(uow, actor, meeting_id)
    await uow.session.flush()
    if answer_by is not None:
        await set_timer(uow, Deadline.MINUTES, dispute_id, answer_by, subject_id=minutes_id)
    published = MinutesPublished if row.kind is SpaceKind.JOINT else MinutesPublishedApart
    await uow.record(
        published(
            dispute_id=dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            meeting_id=meeting_id,
            number=number,
            sha256=sha256.hex(),
        )
    )
    return number


async def approve_minutes(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, number: int
) -> None:
    """Approve a version of the minutes of a joint meeting for one's party (who acts for it before everyone).

    Raises NotFoundError, NotPermittedError (``for_your_agent``), WrongStageError, ConflictError (``minutes_newer``,
    ``minutes_answered``).
    """
    row, newest, party_id, rule = await _answered(uow, actor, dispute_id, meeting_id, Act.APPROVE, number)
    if row.kind is not SpaceKind.JOINT:
        raise NotPermittedError("not_permitted")
    await _answer(uow, actor, newest, party_id, MinutesReply.APPROVED, "")
    await uow.record(
        MinutesApproved(
            dispute_id=dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            meeting_id=meeting_id,
            number=number,
            party_id=party_id,
        )
    )


async def contest_minutes(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, number: int, why: str
) -> None:
    """Contest a version of the minutes for one's party, saying what is wrong; the room's readers read it.

    Raises InvalidInputError (``why``: required, too_long) and as :func:`approve_minutes`; of a caucus, anyone of the
    party may.
    """
    row, newest, party_id, rule = await _answered(uow, actor, dispute_id, meeting_id, Act.CONTEST, number)
    typed = Typed()
    clean = typed.text("why", why, limit=WHY_LIMIT)
    typed.check()
    await _answer(uow, actor, newest, party_id, MinutesReply.CONTESTED, clean)
    event: Event = (MinutesContested if row.kind is SpaceKind.JOINT else MinutesContestedApart)(
        dispute_id=dispute_id,
        space_id=row.space_id,
        rule=rule.number,
        actor_id=actor.account_id,
        meeting_id=meeting_id,
        number=number,
        party_id=party_id,
        sha256=hashlib.sha256(clean.encode()).hexdigest(),
    )
    await uow.record(event)


async def destroy_drafts(uow: UnitOfWork, dispute_id: DisputeId) -> None:
    """Destroy what was written of minutes and never published: like the mediator's notes, it ends with the file."""
    await uow.session.execute(delete(MinutesDraft).where(MinutesDraft.dispute_id == dispute_id))


async def newest_minutes(uow: UnitOfWork, meeting_id: MeetingId) -> Minutes | None:
    """Return the newest version of a meeting's minutes, whoever asks."""
    newest: Minutes | None = await uow.session.scalar(
        select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.number.desc()).limit(1)
    )
    return newest


async def answers_to(uow: UnitOfWork, versions: Iterable[Minutes]) -> dict[MinutesId, list[MinutesAnswer]]:
    """Return what parties said of each of these versions, in the order in which they did."""
    ids = [row.id for row in versions]
    found = await uow.session.scalars(
        select(MinutesAnswer)
        .where(MinutesAnswer.minutes_id.in_(ids))
        .order_by(MinutesAnswer.at, MinutesAnswer.party_id)
    )
    said: dict[MinutesId, list[MinutesAnswer]] = {each: [] for each in ids}
    for answer in found:
        said[answer.minutes_id].append(answer)
    return said


def is_agreed(dispute: DisputeFacts, answers: Sequence[MinutesAnswer]) -> bool:
    """Tell whether every party has approved the version that these answers are about."""
    approved = {each.party_id for each in answers if each.reply is MinutesReply.APPROVED}
    return approved >= {party.id for party in dispute.parties}


def unanswered(dispute: DisputeFacts, minutes: Minutes, answers: Sequence[MinutesAnswer]) -> tuple[PartyId, ...]:
    """Return which parties were asked about a version (of a joint meeting) and have not answered yet."""
    answered = {each.party_id for each in answers}
    asked = dispute.parties if minutes.kind is SpaceKind.JOINT else ()
    return tuple(party.id for party in asked if party.id not in answered)


def place_of_minutes(meeting: Meeting) -> Place:
    """Return where the visibility table finds a meeting's minutes: what was said apart is of the day of the call."""
    return Place(meeting.dispute_id, meeting.party_id, meeting.kind, meeting.called_at)


def answering_rule(actor: Actor, meeting: Meeting, act: Act) -> Rule | None:
    """Return the line under which the actor approves or contests for their party, if any."""
    place = place_of_minutes(meeting)
    if meeting.kind is SpaceKind.JOINT:
        place = Place(meeting.dispute_id, actor.party_in(meeting.dispute_id), meeting.kind, meeting.called_at)
    return actor.may(act, Thing.MINUTES, place)


async def readable_meeting(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, lock: bool = False
) -> Meeting:
    """Return a meeting whose minutes the actor may read, if there are any. Raises NotFoundError."""
    query = select(Meeting).where(Meeting.id == meeting_id, Meeting.dispute_id == dispute_id)
    row = await uow.session.scalar(query.with_for_update() if lock else query)
    if row is None or actor.may(Act.READ, Thing.MINUTES, place_of_minutes(row)) is None:
        raise NotFoundError
    return row


async def _kept_by(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, *, lock: bool = False
) -> tuple[Meeting, Rule, DisputeFacts]:
    """Return a meeting, the line under which the actor keeps its minutes, and its dispute."""
    row = await readable_meeting(uow, actor, dispute_id, meeting_id, lock=lock)
    rule = actor.may(Act.WRITE, Thing.MINUTES, place_of_minutes(row))
    if rule is None:
        raise NotPermittedError("not_permitted")
    dispute = await visible_dispute(uow, actor, dispute_id)
    require(dispute.stage, Activity.KEEP_MINUTES)
    return row, rule, dispute


async def _answered(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId, act: Act, number: int
) -> tuple[Meeting, Minutes, PartyId, Rule]:
    row = await readable_meeting(uow, actor, dispute_id, meeting_id, lock=True)
    party_id, rule = actor.party_in(dispute_id), answering_rule(actor, row, act)
    if party_id is None or rule is None:
        own = Place(dispute_id, party_id, row.kind, row.called_at)
        raise NotPermittedError(actor.refusal(act, Thing.MINUTES, own))
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.KEEP_MINUTES)
    newest = await newest_minutes(uow, meeting_id)
    if newest is None:
        raise NotFoundError
    if newest.number != number:
        raise ConflictError("minutes_newer")
    if await uow.session.get(MinutesAnswer, (newest.id, party_id)) is not None:
        raise ConflictError("minutes_answered")
    return row, newest, party_id, rule


async def _answer(
    uow: UnitOfWork, actor: Actor, minutes: Minutes, party_id: PartyId, reply: MinutesReply, why: str
) -> None:
    label = new_id()
    uow.session.add(
        MinutesAnswer(
            minutes_id=minutes.id,
            party_id=party_id,
            reply=reply,
            label=label,
            why_sealed=await uow.vault.seal_text(uow.session, space_ref(minutes), label, why) if why else None,
            account_id=actor.account_id,
            at=uow.now(),
        )
    )
    await uow.session.flush()


async def _throw_away(uow: UnitOfWork, actor: Actor, meeting_id: MeetingId) -> None:
    await uow.session.execute(
        delete(MinutesDraft).where(MinutesDraft.meeting_id == meeting_id, MinutesDraft.author_id == actor.account_id)
    )
