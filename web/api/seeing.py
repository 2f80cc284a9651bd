"""Seeing the joint room as a party sees it, for the mediator; nothing is noted."""

from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from odr.crossing.seeing import eyes_of, offers_seen
from odr.evidence.queries import exhibits_in
from odr.ids import DisputeId, MessageId, PartyId
from odr.spaces.queries import messages_in, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import read
from web.api.exhibits import ExhibitLine
from web.api.offers import Offer, offer_body
from web.api.rooms import Message
from web.api.shapes import shown


class JointAsSeen(msgspec.Struct):
    """Up to 50 exhibits and 50 messages, and the offers, as a party sees them.

    ``after``, ``earlier``: what to ask with for others. An offer that the mediator has not opened has no terms here.
    """

    exhibits: list[ExhibitLine]
    after: str | None
    messages: list[Message]
    earlier: UUID | None
    offers: list[Offer]


@read("/disputes/{dispute_id:uuid}/as/{party_id:uuid}")
async def see_as_party(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
    after: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> JointAsSeen:
    """Return the joint room as one of the parties sees it (mediator)."""
    dispute = DisputeId(dispute_id)
    eyes, _party = await eyes_of(uow, actor, dispute, PartyId(party_id))
    joint = await space_of(uow, dispute, SpaceKind.JOINT)
    exhibits = await exhibits_in(uow, eyes, dispute, joint.id, after=after)
    talk = await messages_in(uow, eyes, joint, before=MessageId(before) if before else None, noted=False)
    offers, _unopened = await offers_seen(uow, actor, eyes, dispute)
    return JointAsSeen(
        [shown(each, ExhibitLine) for each in exhibits.rows],
        exhibits.after,
        [shown(each, Message) for each in talk.messages],
        talk.earlier,
        [offer_body(each) for each in offers],
    )


handlers = (see_as_party,)
