"""On the way to the open table, and while the work rests: what is given is given to its own people, and to no other."""

from datetime import timedelta

from msgspec.structs import replace

from odr.appointment.choosing import list_mediators
from odr.disputes.answering import decline
from odr.disputes.lifecycle import Stage
from odr.ids import DisputeId
from odr.intake.complaints import complain
from odr.intake.completing import ask_completion
from odr.intake.proposals import propose_terms
from odr.platform import Platform
from odr.visibility.actor import Actor, CentreRole
from odr.worker import Worker
from tests.builders import Hands, a_case, an_account
from tests.integration.separation.giving import BEFORE, given_to
from tests.integration.separation.marked import settle_jobs
from tests.journey import DRAFT, Journey, a_journey
from tests.mailbox import link_to

Way = tuple[DisputeId, list[Actor]]


async def begun(platform: Platform, name: str) -> tuple[Journey, str]:
    """A draft of its own people; returns the address of who is called."""
    address = f"{name}@lysandrel.example"
    return await a_journey(platform, replace(DRAFT, contact_email=address)), address


async def complained(platform: Platform) -> Way:
    """A complaint, which the other company has opened, and terms that the claimant proposes."""
    journey, address = await begun(platform, "complained")
    async with platform.unit() as uow:
        await complain(uow, await journey.claimant(), journey.dispute_id)
    await journey.accept(await link_to(platform, address))
    claimant, respondent = await journey.claimant(), await journey.respondent()
    async with platform.unit() as uow:
        await propose_terms(uow, claimant, journey.dispute_id, text="Une remise de dix pour cent.")
    return journey.dispute_id, [claimant, respondent]


async def asked(platform: Platform) -> Way:
    """A request that the centre asks to be completed."""
    journey, _address = await begun(platform, "asked")
    await journey.file()
    async with platform.unit() as uow:
        until = (uow.now() + timedelta(days=7)).date().isoformat()
        secretariat = await journey.secretariat()
        await ask_completion(uow, secretariat, journey.dispute_id, question="Le contrat ?", until=until)
    return journey.dispute_id, [await journey.claimant(), secretariat]


async def to_be_invited(platform: Platform) -> Way:
    """A request that the centre has found admissible."""
    journey, _address = await begun(platform, "to.be.invited")
    await journey.file()
    await journey.qualify()
    await journey.appoint()
    return journey.dispute_id, [await journey.secretariat()]


async def invited(platform: Platform) -> Way:
    """An invitation that left."""
    journey, address = await begun(platform, "invited")
    await journey.file()
    await journey.qualify()
    await journey.appoint()
    await journey.invite()
    await link_to(platform, address)
    return journey.dispute_id, [await journey.claimant(), await journey.secretariat()]


async def declined(platform: Platform) -> Way:
    """An invitation that is answered with no, which the record of the attempt says."""
    journey, address = await begun(platform, "declined")
    await journey.file()
    await journey.qualify()
    await journey.appoint()
    await journey.invite()
    token = await link_to(platform, address)
    await decline(platform, token, reason="Nous préférons le juge.", code=await journey.open(token))
    return journey.dispute_id, [await journey.claimant(), await journey.secretariat()]


async def choosing(platform: Platform) -> Way:
    """Both are here, and rank three mediators."""
    journey, address = await begun(platform, "choosing")
    await journey.file()
    await journey.qualify()
    await journey.invite()
    await journey.accept(await link_to(platform, address))
    more = [await an_account(platform, name, CentreRole.MEDIATOR) for name in ("Ada Une", "Basile Deux")]
    listed = [journey.mediator_id, *(each.account_id for each in more)]
    async with platform.unit() as uow:
        await list_mediators(uow, await journey.secretariat(), journey.dispute_id, accounts=listed)
    return journey.dispute_id, [await journey.claimant(), await journey.respondent()]


async def signing(platform: Platform) -> Way:
    """An agreement to mediate awaits signatures, and the mediator's declaration may be objected to."""
    journey, address = await begun(platform, "signing")
    await journey.file()
    await journey.qualify()
    await journey.appoint()
    await journey.invite()
    await journey.accept(await link_to(platform, address))
    await journey.declare()
    await Worker(platform).drain()
    return journey.dispute_id, [await journey.claimant(), await journey.respondent()]


async def resting(platform: Platform) -> Way:
    """A mediation that its mediator has paused."""
    case = await a_case(platform, Stage.SUSPENDED)
    return case.id, [case.people["mediator"]]


async def test_what_is_given_on_the_way_is_given_to_its_own_people_and_to_no_other(
    platform: Platform, clock: Hands
) -> None:
    scenes = (complained, asked, to_be_invited, invited, declined, choosing, signing, resting)
    ways = [await scene(platform) for scene in scenes]
    await settle_jobs(platform, clock)
    outsider = (await a_case(platform)).people["claimant"]
    given: set[str] = set()
    for dispute_id, people in ways:
        given |= await given_to(platform, dispute_id, people, outsider, BEFORE)
    assert given == set(BEFORE)
