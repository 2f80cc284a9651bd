"""What may be seen of minutes: the versions of a meeting, who approved or contested them, and one's own draft."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.ids import AccountId, DisputeId, MeetingId, PartyId
from odr.people.queries import account_names
from odr.sessions.keeping import answering_rule, answers_to, is_agreed, place_of_minutes, readable_meeting, unanswered
from odr.sessions.models import Meeting, MeetingState, Minutes, MinutesAnswer, MinutesDraft, MinutesReply
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, Thing

__all__ = ["AnswerView", "MinutesBook", "MinutesReply", "MinutesView", "minutes_for", "pending_minutes"]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What a party said of a version: approved, or contested and why."""

    party_id: PartyId
    party_name: str
    reply: MinutesReply
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MinutesView:
    """One version. ``answer_by``: until when the parties are asked (of a joint meeting); ``awaited``: who is, still."""

    number: int
    text: str
    sha256: bytes
    by: str
    published_at: datetime
    answer_by: datetime | None
    answers: tuple[AnswerView, ...]
    awaited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MinutesBook:
    """A meeting's minutes, the newest version first. ``draft`` is the reader's own, where they keep the minutes.

    ``may_publish``: the meeting was held, and its minutes are not agreed to yet; ``agreed``: by every party;
    ``closed``: the mediation is over, and with it the time to write or to answer them; ``awaits_own``: the reader's own
    party has not answered the newest version yet.
    """

    versions: tuple[MinutesView, ...]
    draft: str
    draft_at: datetime | None
    may_draft: bool
    may_publish: bool
    may_approve: bool
    may_contest: bool
    agreed: bool
    closed: bool
    awaits_own: bool

    @property
    def newest(self) -> int:
        """The number of the newest version, 0 where there is none."""
        return self.versions[0].number if self.versions else 0


async def minutes_for(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, meeting_id: MeetingId) -> MinutesBook:
    """Return a meeting's minutes to who may read them. Raises NotFoundError."""
    meeting = await readable_meeting(uow, actor, dispute_id, meeting_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    rows = list(
        await uow.session.scalars(
            select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.number.desc())
        )
    )
    answers = await answers_to(uow, rows)
    said = [each for about in answers.values() for each in about]
    people: set[AccountId] = {row.written_by for row in rows} | {each.account_id for each in said}
    names = await account_names(uow, people)
    versions = tuple([await _view(uow, dispute, row, answers[row.id], names) for row in rows])
    newest = answers[rows[0].id] if rows else []
    works = dispute.stage in ACTIVITIES[Activity.KEEP_MINUTES]
    writes = works and actor.may(Act.WRITE, Thing.MINUTES, place_of_minutes(meeting)) is not None
    agreed = is_agreed(dispute, newest)
    draft = await _own_draft(uow, actor, meeting) if writes else None
    own = actor.party_in(dispute_id)
    open_to_own = works and bool(rows) and own is not None and all(each.party_id != own for each in newest)
    return MinutesBook(
        versions=versions,
        draft=await uow.vault.open_text(uow.session, space_ref(draft), draft.id, draft.text_sealed) if draft else "",
        draft_at=draft.at if draft else None,
        may_draft=writes and not agreed,
        may_publish=writes and not agreed and meeting.state is MeetingState.HELD,
        may_approve=open_to_own and answering_rule(actor, meeting, Act.APPROVE) is not None,
        may_contest=open_to_own and answering_rule(actor, meeting, Act.CONTEST) is not None,
        agreed=agreed,
        closed=not works,
        awaits_own=works and bool(rows) and own in unanswered(dispute, rows[0], newest),
    )


async def pending_minutes(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts
) -> tuple[tuple[Minutes, tuple[PartyId, ...], bool], ...]:
    """Return the newest minutes that the actor may read and that are not settled.

    Of each: who has not answered yet (of a joint meeting), and whether a party contests it.
    """
    rows = await uow.session.execute(
        select(Minutes, Meeting)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .where(Minutes.dispute_id == dispute.id)
        .order_by(Minutes.published_at, Minutes.id)
    )
    newest = {
        meeting.id: minutes
        for minutes, meeting in rows.all()
        if actor.may(Act.READ, Thing.MINUTES, place_of_minutes(meeting)) is not None
    }
    answers = await answers_to(uow, newest.values()) if newest else {}
    return tuple(
        (
            row,
            unanswered(dispute, row, answers[row.id]),
            any(each.reply is MinutesReply.CONTESTED for each in answers[row.id]),
        )
        for row in newest.values()
    )


async def _view(
    uow: UnitOfWork, dispute: DisputeFacts, row: Minutes, answers: list[MinutesAnswer], names: dict[AccountId, str]
) -> MinutesView:
    said: list[AnswerView] = []
    for each in answers:
        party = dispute.party(each.party_id)
        why = (
            await uow.vault.open_text(uow.session, space_ref(row), each.label, each.why_sealed)
            if each.why_sealed
            else ""
        )
        name = names.get(each.account_id, "")
        said.append(AnswerView(each.party_id, party.name if party else "", each.reply, why, name, each.at))
    missing = unanswered(dispute, row, answers)
    return MinutesView(
        number=row.number,
        text=await uow.vault.open_text(uow.session, space_ref(row), row.id, row.text_sealed),
        sha256=row.sha256,
        by=names.get(row.written_by, ""),
        published_at=row.published_at,
        answer_by=row.answer_by,
        answers=tuple(said),
        awaited=tuple(party.name for party in dispute.parties if party.id in missing),
    )


async def _own_draft(uow: UnitOfWork, actor: Actor, meeting: Meeting) -> MinutesDraft | None:
    draft: MinutesDraft | None = await uow.session.scalar(
        select(MinutesDraft).where(MinutesDraft.meeting_id == meeting.id, MinutesDraft.author_id == actor.account_id)
    )
    return draft
