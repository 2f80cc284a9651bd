"""The rooms of a dispute and what is said in them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from odr.disputes.queries import visible_dispute
from odr.ids import DisputeId, MessageId, SpaceId
from odr.platform import Platform
from odr.spaces.commands import post_message
from odr.spaces.queries import messages_in, spaces_for, visible_space
from odr.spaces.reading import read_on
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import create, read
from web.api.shapes import Made, Text, shown

ROOMS = "/disputes/{dispute_id:uuid}/rooms"


class Room(msgspec.Struct):
    """A room that one may enter. ``party_id``: whose draft or caucus it is."""

    id: UUID
    kind: SpaceKind
    party_id: UUID | None
    party_name: str


class Message(msgspec.Struct):
    """Something said. ``side``: claimant, respondent or mediator.

    Once ``withdrawn``, who did so and when are left; nobody (empty), for a message of the mediator's that was stopped.
    """

    id: UUID
    author: str
    side: str
    party: str
    at: datetime
    text: str
    mine: bool
    withdrawn: bool


class MessageList(msgspec.Struct):
    """Up to 50 messages, newest last; ``earlier`` is what to ask with, as ``before``, for those before."""

    messages: list[Message]
    earlier: UUID | None


class NewMessage(msgspec.Struct, forbid_unknown_fields=True):
    """What to say."""

    text: Annotated[Text, msgspec.Meta(min_length=1)]


@read(ROOMS)
async def list_rooms(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[Room]:
    """Return the rooms of a dispute that one may enter."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [shown(space, Room) for space in await spaces_for(uow, actor, dispute.id)]


@read(f"{ROOMS}/{{space_id:uuid}}/messages")
async def list_messages(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
) -> MessageList:
    """Return what was said in a room, the newest 50, or the 50 before one of them; of the joint room it is noted."""
    dispute, start = DisputeId(dispute_id), MessageId(before) if before else None
    await read_on(platform, actor, dispute, SpaceId(space_id), start)
    async with platform.unit(write=False) as uow:
        space = await visible_space(uow, actor, dispute, SpaceId(space_id))
        found = await messages_in(uow, actor, space, before=start)
    messages = [shown(each, Message) for each in found.messages]
    return MessageList(messages, found.earlier)


@create(f"{ROOMS}/{{space_id:uuid}}/messages")
async def say(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    data: JSONBody[NewMessage],
) -> Made:
    """Say something in a caucus or in the joint room, or take a note."""
    return Made(await post_message(uow, actor, DisputeId(dispute_id), SpaceId(space_id), text=data.text))


handlers = (list_rooms, list_messages, say)
