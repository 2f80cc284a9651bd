"""Seeing as a party, on pages: the joint space and each exhibit's card, now or as after a sharing. Read-only."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.commands import say_statement
from odr.crossing.seeing import exhibit_seen, eyes_of, offer_seen, offers_seen, rehearse
from odr.disputes.queries import visible_dispute
from odr.evidence.disclosures import disclose
from odr.evidence.queries import exhibits_in
from odr.ids import DisputeId, ExhibitId, MessageId, OfferId, PartyId, StatementId
from odr.offers.queries import OfferState
from odr.parties.queries import parties_of
from odr.platform import Platform
from odr.spaces.queries import messages_in, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.agreements.paper import money
from web.answer import Answer, id_in, page
from web.evidence.phrases import KINDS, ORIGIN_WORDS, mismatch_words, scan_words, type_words
from web.offers.phrases import ENDS, REPLIES, STATES
from web.spaces.rooms import path_of

_AS: Final = "/disputes/{dispute_id:uuid}/as/{party_id:uuid}"


@dataclass(frozen=True, slots=True)
class Looking:
    """At what one looks, through whose eyes, from where in the lists."""

    dispute_id: DisputeId
    party_id: PartyId
    after: str = ""
    before: MessageId | None = None


@get(_AS)
async def see_as(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Answer:
    """Show the joint space exactly as a party sees it."""
    query = request.query_params
    before = id_in(query.get("before", ""))
    looking = Looking(
        DisputeId(dispute_id), PartyId(party_id), query.get("after", "")[:20], MessageId(before) if before else None
    )
    return page(request, "crossing/as_party.html", afterwards="", **await _joint(uow, actor, looking))


@get(f"{_AS}/after/exhibits/{{exhibit_id:uuid}}")
async def see_as_after_exhibit(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show it as it would be if an exhibit were disclosed now: done, looked at, and undone."""
    looking = Looking(DisputeId(dispute_id), PartyId(party_id))

    async def act(uow: UnitOfWork) -> None:
        await eyes_of(uow, actor, looking.dispute_id, looking.party_id)
        await disclose(uow, actor, looking.dispute_id, ExhibitId(exhibit_id))

    context = await rehearse(platform, act, lambda uow: _joint(uow, actor, looking))
    back = f"/disputes/{dispute_id}/exhibits/{exhibit_id}/disclose"
    return page(request, "crossing/as_party.html", afterwards=back, **context)


@get(f"{_AS}/after/statements/{{statement_id:uuid}}")
async def see_as_after_statement(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """The same if a sentence were said now."""
    looking = Looking(DisputeId(dispute_id), PartyId(party_id))

    async def act(uow: UnitOfWork) -> None:
        await eyes_of(uow, actor, looking.dispute_id, looking.party_id)
        await say_statement(uow, actor, looking.dispute_id, StatementId(statement_id))

    context = await rehearse(platform, act, lambda uow: _joint(uow, actor, looking))
    return page(
        request, "crossing/as_party.html", afterwards=f"/disputes/{dispute_id}/statements/{statement_id}", **context
    )


@get(f"{_AS}/exhibits/{{exhibit_id:uuid}}")
async def see_exhibit_as(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show an exhibit's card as a party sees it at the table."""
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    eyes, party = await eyes_of(uow, actor, dispute, PartyId(party_id))
    seen, current = await exhibit_seen(uow, eyes, dispute, exhibit)
    return page(
        request,
        "crossing/exhibit_as_party.html",
        dispute=await visible_dispute(uow, actor, dispute),
        party=party,
        back=f"/disputes/{dispute_id}/as/{party_id}",
        exhibit=seen,
        current=current,
        destroyed=False,
        kind_word=_(KINDS[seen.kind]),
        origin_word=_(ORIGIN_WORDS[seen.origin]),
        content_word=type_words(seen.media_type),
        scan_words=scan_words,
    )


@get(f"{_AS}/offers/{{offer_id:uuid}}")
async def see_offer_as(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
    offer_id: FromPath[UUID],
) -> Answer:
    """Show an offer as a party reads it, without opening it for anybody."""
    dispute, offer = DisputeId(dispute_id), OfferId(offer_id)
    eyes, party = await eyes_of(uow, actor, dispute, PartyId(party_id))
    seen, unopened = await offer_seen(uow, actor, eyes, dispute, offer)
    path = f"/disputes/{dispute_id}/as/{party_id}"
    return page(
        request,
        "crossing/offer_as_party.html",
        dispute=await visible_dispute(uow, actor, dispute),
        party=party,
        back=path,
        offer=seen,
        unopened=unopened,
        own_path=f"/disputes/{dispute_id}/offers/{offer_id}",
        offers=f"{path}/offers",
        state=STATES[seen.state],
        ends=ENDS.get(seen.state, ""),
        replies=REPLIES,
        money=money,
    )


async def _joint(uow: UnitOfWork, actor: Actor, looking: Looking) -> dict[str, Any]:
    dispute_id, party_id = looking.dispute_id, looking.party_id
    eyes, party = await eyes_of(uow, actor, dispute_id, party_id)
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    exhibits = await exhibits_in(uow, eyes, dispute_id, joint.id, after=looking.after)
    talk = await messages_in(uow, eyes, joint, before=looking.before, noted=False)
    offers, unopened = await offers_seen(uow, actor, eyes, dispute_id)
    path = f"/disputes/{dispute_id}/as/{party_id}"
    return {
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "party": party,
        "others": [(each.name, f"/disputes/{dispute_id}/as/{each.id}") for each in await parties_of(uow, dispute_id)],
        "room_path": path_of(joint),
        "space": joint,
        "path": path,
        "exhibits": exhibits,
        "exhibits_path": f"{path}/exhibits",
        "older": f"{path}?after={exhibits.after}" if exhibits.after else "",
        "kinds": KINDS,
        "mismatch_words": mismatch_words,
        "messages": talk.messages,
        "stand": [each for each in offers if each.state is OfferState.OPEN],
        "ended": [each for each in offers if each.state is not OfferState.OPEN],
        "states": STATES,
        "money": money,
        "unopened": unopened,
        "earlier": f"{path}?before={talk.earlier}" if talk.earlier else "",
    }
