"""The minutes of a meeting on pages: read, drafted, published, approved, contested."""

from typing import Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError
from odr.ids import DisputeId, MeetingId
from odr.sessions.keeping import (
    TEXT_LIMIT,
    WHY_LIMIT,
    approve_minutes,
    contest_minutes,
    draft_minutes,
    publish_minutes,
)
from odr.sessions.queries import visible_meeting
from odr.sessions.reading import minutes_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, number_in, page, read_form
from web.errors import BY_CODE
from web.sessions.phrases import REPLIES, SENTENCES

MINUTES: Final = "/disputes/{dispute_id:uuid}/meetings/{meeting_id:uuid}/minutes"
_PUBLISH: Final = "publish"


@get(MINUTES)
async def show_minutes(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Show a meeting's minutes, who approved or contested them, and what one may do with them."""
    return await _shown(request, uow, actor, dispute_id, meeting_id)


@post(MINUTES, status_code=200)
async def write_minutes(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Keep what was typed as a draft, or publish it. Nothing typed is lost by a refusal."""
    form = await read_form(request)
    dispute, meeting = DisputeId(dispute_id), MeetingId(meeting_id)
    publish = form["act"] == _PUBLISH
    try:
        if publish:
            await publish_minutes(uow, actor, dispute, meeting, text=form["text"], seen=number_in(form["seen"]))
        else:
            await draft_minutes(uow, actor, dispute, meeting, text=form["text"])
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _shown(request, uow, actor, dispute_id, meeting_id, writing=kept, status=422)
    except ConflictError as error:
        form.errors = _said(error)
        return await _shown(request, uow, actor, dispute_id, meeting_id, writing=form, status=409)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}/minutes", done="published" if publish else "kept")


@post(f"{MINUTES}/approve", status_code=200)
async def approve(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Approve the version that was shown."""
    form = await read_form(request)
    number = number_in(form["number"])
    await approve_minutes(uow, actor, DisputeId(dispute_id), MeetingId(meeting_id), number=number)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}/minutes", done="approved")


@post(f"{MINUTES}/contest", status_code=200)
async def contest(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    meeting_id: FromPath[UUID],
) -> Answer:
    """Contest the version that was shown, and say why. Nothing typed is lost by a refusal."""
    form = await read_form(request)
    dispute, meeting, number = DisputeId(dispute_id), MeetingId(meeting_id), number_in(form["number"])
    try:
        await contest_minutes(uow, actor, dispute, meeting, number=number, why=form["why"])
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _shown(request, uow, actor, dispute_id, meeting_id, contesting=kept, status=422)
    except ConflictError as error:
        form.errors = _said(error)
        return await _shown(request, uow, actor, dispute_id, meeting_id, contesting=form, status=409)
    return go(f"/disputes/{dispute_id}/meetings/{meeting_id}/minutes", done="contested")


def _said(error: ConflictError) -> dict[str, str]:
    """Return what a refusal says, for the top of the form; what has no words here goes to the table of errors."""
    if error.code not in BY_CODE:
        raise error
    return {"": f"{_(BY_CODE[error.code].title)}. {_(BY_CODE[error.code].what_to_do)}"}


async def _shown(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: UUID,
    meeting_id: UUID,
    *,
    writing: Form | None = None,
    contesting: Form | None = None,
    status: int = 200,
) -> Answer:
    dispute, meeting = DisputeId(dispute_id), MeetingId(meeting_id)
    book = await minutes_for(uow, actor, dispute, meeting)
    begin = book.draft or (book.versions[0].text if book.versions else "")
    return page(
        request,
        "sessions/minutes.html",
        status=status,
        dispute=await visible_dispute(uow, actor, dispute),
        meeting=await visible_meeting(uow, actor, dispute, meeting),
        book=book,
        mediates=actor.party_in(dispute) is None,
        path=f"/disputes/{dispute_id}/meetings/{meeting_id}/minutes",
        begin=begin,
        writing=writing,
        contesting=contesting,
        replies=REPLIES,
        limits=(TEXT_LIMIT, WHY_LIMIT),
    )
