"""The rooms of a dispute: entering one, and speaking in it."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import DisputeId, MessageId, SpaceId
from odr.platform import Platform
from odr.spaces.commands import post_message
from odr.spaces.queries import message_in, visible_space
from odr.spaces.reading import note_readings, take_back_message
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, answer, go, page, read_form, wants_fragment
from web.evidence.phrases import SENTENCES
from web.spaces.rooms import Asked, asked_of, look_in, message_context, path_of, room_page

_MESSAGE: Final = "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/messages/{message_id:uuid}"


@get("/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}")
async def show_room(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Show a room: who can read it, its exhibits, what is said in it."""
    dispute, space = DisputeId(dispute_id), SpaceId(space_id)
    asked = asked_of(request)
    await look_in(platform, actor, dispute, space, asked.before)
    return await room_page(request, platform, actor, dispute, space, asked)


@get(
    [
        "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/messages",
        "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/exhibits",
    ]
)
async def back_to_room(dispute_id: FromPath[UUID], space_id: FromPath[UUID]) -> Answer:
    """Lead back to the room from an address where forms are sent (a page shown again after a mistake, reloaded)."""
    return go(f"/disputes/{dispute_id}/rooms/{space_id}")


@post("/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/messages", status_code=200)
async def speak(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Say something, and answer with the messages."""
    dispute, room = DisputeId(dispute_id), SpaceId(space_id)
    form = await read_form(request)
    try:
        await post_message(uow, actor, dispute, room, text=form["text"])
    except InvalidInputError as error:
        asked = Asked(message_form=form.keep(error, SENTENCES))
        if not wants_fragment(request):
            return await room_page(request, platform, actor, dispute, room, asked, status=422)
        return page(request, "spaces/_messages.html", status=422, **await _talk(uow, actor, dispute, room, asked))
    talk = await _talk(uow, actor, dispute, room, Asked())
    talk["announce"] = _("Your message was sent.")
    otherwise = f"{talk['room_path']}?done=said#messages"
    return answer(request, "spaces/_messages.html", otherwise=otherwise, **talk)


@get(f"{_MESSAGE}/take-back")
async def confirm_taking_back(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Answer:
    """Say what taking a message back does, before it is done."""
    dispute = DisputeId(dispute_id)
    space = await visible_space(uow, actor, dispute, SpaceId(space_id))
    message = await message_in(uow, actor, space, MessageId(message_id))
    if not message.returnable:
        raise NotFoundError
    path = path_of(space)
    shown = await visible_dispute(uow, actor, dispute)
    return page(request, "spaces/take_back.html", dispute=shown, message=message, room_path=path)


@post(f"{_MESSAGE}/take-back", status_code=200)
async def take_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Answer:
    """Take one's own message back from the joint space before another party has read it."""
    await take_back_message(uow, actor, DisputeId(dispute_id), SpaceId(space_id), MessageId(message_id))
    return go(f"/disputes/{dispute_id}/rooms/{space_id}", done="message_taken_back")


async def _talk(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, asked: Asked
) -> dict[str, Any]:
    space = await visible_space(uow, actor, dispute_id, space_id)
    await note_readings(uow, actor, space)
    return await message_context(uow, actor, space, await visible_dispute(uow, actor, dispute_id), asked)
