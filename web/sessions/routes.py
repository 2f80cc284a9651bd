"""The meetings of a mediation on pages: the list, one of them, and the mediator's forms."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, MeetingId, PartyId
from odr.sessions.commands import call_meeting, cancel_meeting, move_meeting, note_meeting
from odr.sessions.plan import AGENDA_LIMIT, PLACE_LIMIT, Plan, moment_in
from odr.sessions.queries import MeetingState, MeetingView, may_call, meetings_for, visible_meeting
from odr.sessions.reading import MinutesBook, minutes_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, local
from web.answer import Answer, Form, go, number_in, page, read_form
from web.sessions.phrases import SENTENCES, STATES, length, lengths

_MEETINGS: Final = "/disputes/{dispute_id:uuid}/meetings"
_MEETING: Final = f"{_MEETINGS}/{{meeting_id:uuid}}"
_EVERYONE: Final = "everyone"


@get(_MEETINGS)
async def show_meetings(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the meetings that one is called to, those to come first."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    known = await meetings_for(uow, actor, dispute.id)
    now = uow.now()
    to_come = [each for each in known if each.state is MeetingState.PLANNED and each.ends_at > now]
    return page(
        request,
        "sessions/list.html",
        dispute=dispute,
        to_come=sorted(to_come, key=lambda each: each.starts_at),
        past=[each for each in known if each not in to_come],
        states=STATES,
        length=length,
        may_call=may_call(actor, dispute),
    )


@get(f"{_MEETINGS}/new")
async def call_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the form that calls a meeting."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    await meetings_for(uow, actor, dispute.id)
    if not may_call(actor, dispute):
        raise NotPermittedError("not_permitted")
    return _form(request, dispute, None, None)


@post(f"{_MEETINGS}/new", status_code=200)
async def call(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Call everyone, or one party apart."""
    form = await read_form(request)
    dispute = DisputeId(dispute_id)
    try:
        meeting_id = await call_meeting(uow, actor, dispute, _plan(form, actor), apart_with=_apart_with(form))
    except InvalidInputError as error:
        facts = await visible_dispute(uow, actor, dispute)
        return _form(request, facts, None, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}", done="called")


@get(_MEETING)
async def show_meeting(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Show one meeting: when, where, what about; and what its mediator may do with it."""
    meeting = await visible_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id))
    return page(
        request,
        "sessions/page.html",
        dispute=await visible_dispute(uow, actor, DisputeId(dispute_id)),
        meeting=meeting,
        state=STATES[meeting.state],
        length=length,
        minutes_link=_minutes_link(await minutes_for(uow, actor, meeting.dispute_id, meeting.id)),
    )


def _minutes_link(book: MinutesBook) -> str:
    """Return what leads to a meeting's minutes: to read them, to write them, or nothing."""
    if book.versions:
        return _("Read the minutes")
    return _("Write the minutes") if book.may_draft else ""


@get(f"{_MEETING}/move")
async def move_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Show the form that moves a meeting."""
    meeting = await visible_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id))
    if not meeting.movable:
        raise NotPermittedError("not_permitted")
    return _form(request, await visible_dispute(uow, actor, DisputeId(dispute_id)), meeting, None)


@post(f"{_MEETING}/move", status_code=200)
async def move(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Give a meeting another time, place or agenda."""
    form = await read_form(request)
    dispute, meeting = DisputeId(dispute_id), MeetingId(meeting_id)
    try:
        await move_meeting(uow, actor, dispute, meeting, _plan(form, actor))
    except InvalidInputError as error:
        facts = await visible_dispute(uow, actor, dispute)
        view = await visible_meeting(uow, actor, dispute, meeting)
        return _form(request, facts, view, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}", done="moved")


@post(f"{_MEETING}/cancel", status_code=200)
async def cancel(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Call a meeting off."""
    await cancel_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id))
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}", done="cancelled")


@post(f"{_MEETING}/held", status_code=200)
async def held(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Note that it took place."""
    await note_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), held=True)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}", done="noted")


@post(f"{_MEETING}/missed", status_code=200)
async def missed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Note that it did not take place."""
    await note_meeting(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), held=False)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}", done="noted")


def _plan(form: Form, actor: Actor) -> Plan:
    return Plan(
        moment_in(form["day"], form["hour"], actor.zone),
        number_in(form["minutes"]),
        form["place"],
        form["agenda"],
    )


def _apart_with(form: Form) -> PartyId | None:
    if form["with"] == _EVERYONE:
        return None
    try:
        return PartyId(UUID(form["with"]))
    except ValueError:
        raise NotFoundError from None


def _form(
    request: Request[None, None, State],
    dispute: DisputeFacts,
    meeting: MeetingView | None,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    context: dict[str, Any] = {
        "dispute": dispute,
        "meeting": meeting,
        "form": form,
        "with_whom": _choices(dispute),
        "lengths": lengths(meeting.minutes if meeting else 0),
        "day": local(meeting.starts_at).date().isoformat() if meeting else "",
        "hour": f"{local(meeting.starts_at):%H:%M}" if meeting else "",
        "place_limit": PLACE_LIMIT,
        "agenda_limit": AGENDA_LIMIT,
    }
    return page(request, "sessions/form.html", status=status, **context)


def _choices(dispute: DisputeFacts) -> list[tuple[str, str, str]]:
    """Return with whom the mediator may meet now."""
    everyone = (_EVERYONE, _("Everyone at the table"), _("Each party's team and the mediator are told."))
    if dispute.stage not in ACTIVITIES[Activity.SPEAK_APART]:
        return [everyone]
    apart = [
        (
            str(party.id),
            _("%(party)s apart", party=party.name),
            _("Only %(party)s is told. Nobody else learns that this meeting exists.", party=party.name),
        )
        for party in dispute.parties
    ]
    return [everyone, *apart]
