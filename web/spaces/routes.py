"""The rooms of a dispute: entering one, and speaking in it."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError
from odr.ids import DisputeId, SpaceId
from odr.platform import Platform
from odr.spaces.commands import post_message
from odr.spaces.queries import visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, answer, go, page, read_form, wants_fragment
from web.evidence.phrases import SENTENCES
from web.spaces.rooms import Asked, asked_of, look_in, message_context, path_of, room_page


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
    await look_in(platform, actor, dispute, space)
    return await room_page(request, platform, actor, dispute, space, asked_of(request))


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
        space = await visible_space(uow, actor, dispute, room)
        talk = await message_context(uow, actor, space, await visible_dispute(uow, actor, dispute), asked)
        return page(request, "spaces/_messages.html", status=422, **talk)
    space = await visible_space(uow, actor, dispute, room)
    talk = await message_context(uow, actor, space, await visible_dispute(uow, actor, dispute), Asked())
    talk["announce"] = _("Your message was sent.")
    return answer(request, "spaces/_messages.html", otherwise=f"{path_of(space)}?done=said#messages", **talk)
