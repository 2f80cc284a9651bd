"""What tests do with offers, each in one line: making, opening, answering and withdrawing them, and who was told."""

from contextlib import suppress

from sqlalchemy import select, update

from odr.disputes.mandates import Terms as MandateTerms
from odr.disputes.mandates import declare_own_word, keep_mandate
from odr.disputes.models import Dispute
from odr.disputes.queries import dispute_facts
from odr.errors import NotFoundError
from odr.notices.models import Notice
from odr.offers.answering import accept_offer, refuse_offer
from odr.offers.commands import TypedOffer, make_offer, withdraw_offer
from odr.offers.queries import offers_of, visible_offer
from odr.offers.reading import open_offer
from odr.spaces.queries import space_of
from odr.tasks import awaited
from odr.visibility.terms import SpaceKind
from odr.worker import Worker

TEXT = "Le prestataire verse 12 000 € et achève la reprise des données avant le 30 juin."
OFFER = TypedOffer(TEXT, "12 000")


async def make(platform, case, who="claimant", typed=OFFER, *, instead_of=None):
    async with platform.unit() as uow:
        return await make_offer(uow, case.people[who], case.id, typed, instead_of=instead_of)


async def accept(platform, case, offer, who="respondent"):
    with suppress(NotFoundError):  # nobody accepts what they have not read
        await open_offer(platform, case.people[who], case.id, offer)
    async with platform.unit() as uow:
        return await accept_offer(uow, case.people[who], case.id, offer)


async def refuse(platform, case, offer, who="respondent", words=""):
    async with platform.unit() as uow:
        await refuse_offer(uow, case.people[who], case.id, offer, words=words)


async def withdraw(platform, case, offer, who="claimant"):
    async with platform.unit() as uow:
        await withdraw_offer(uow, case.people[who], case.id, offer)


async def opened(platform, case, offer, who):
    await open_offer(platform, case.people[who], case.id, offer)
    async with platform.unit(write=False) as uow:
        return await visible_offer(uow, case.people[who], case.id, offer)


async def listed(platform, case, who):
    async with platform.unit(write=False) as uow:
        return await offers_of(uow, case.people[who], case.id)


async def tasks_of(platform, case, who):
    async with platform.unit(write=False) as uow:
        return await awaited(uow, case.people[who], await dispute_facts(uow, case.id))


async def told(platform, case):
    """Who was told of what, and when."""
    await Worker(platform).drain()
    names = {actor.account_id: name for name, actor in case.people.items()}
    async with platform.unit(write=False) as uow:
        rows = await uow.session.execute(select(Notice.account_id, Notice.kind, Notice.at).order_by(Notice.at))
        return [(names[row.account_id], row.kind, row.at) for row in rows]


async def at_stage(platform, case, stage):
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=stage))


async def with_word(platform, case, who):
    """Somebody who came to the table says thereby that they may bind their company."""
    actor = case.people[who]
    async with platform.unit() as uow:
        seat = actor.seats[0].seat_id
        await declare_own_word(uow, case.id, case.parties[who], seat, actor_id=actor.account_id, name=actor.name)


async def with_ceiling(platform, case, who, cents):
    actor, party = case.people[who], case.parties[who]
    async with platform.unit() as uow:
        room = await space_of(uow, case.id, SpaceKind.PRIVATE, party)
        terms = MandateTerms(cents, "La direction", None, None)
        await keep_mandate(uow, room, party, actor.seats[0].seat_id, terms, actor_id=actor.account_id)


async def pass_days(platform, clock, days):
    for _ in range(days):
        clock.advance(days=1)
        await Worker(platform).drain()
