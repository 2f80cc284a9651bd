"""Once a text is frozen, a record sealed or a file destroyed: its own people are given it, and nobody else."""

from odr.agreements.commands import begin_settlement, freeze_text
from odr.agreements.lookup import row_of
from odr.archive.commands import ask_access, close_file
from odr.archive.reopening import ask_reopening
from odr.custody.commands import ask_destruction, decide_destruction
from odr.disputes.commands import end_mediation
from odr.ids import DisputeId
from odr.platform import Platform
from odr.visibility.actor import Actor, CentreRole
from tests.builders import Hands, a_case, an_account
from tests.integration.archive.hands import a_settled_case, lodged
from tests.integration.archive.test_infected_records import infect
from tests.integration.separation.giving import AFTER, given_to
from tests.integration.separation.marked import settle_jobs


async def frozen(platform: Platform) -> tuple[DisputeId, list[Actor]]:
    """A settlement that awaits signatures."""
    case = await a_case(platform)
    async with platform.unit() as uow:
        agreement_id = await begin_settlement(uow, case.people["mediator"], case.id)
        _, version = await row_of(uow, case.id, agreement_id)
    async with platform.unit() as uow:
        digest = version.digest.hex()
        await freeze_text(uow, case.people["mediator"], case.id, agreement_id, digest_seen=digest)
    return case.id, [case.people["claimant"]]


async def ended(platform: Platform) -> tuple[DisputeId, list[Actor]]:
    """A mediation that ended without settlement."""
    case = await a_case(platform)
    async with platform.unit() as uow:
        await end_mediation(uow, case.people["mediator"], case.id, reason="Rien n'avance.")
    return case.id, [case.people["claimant"]]


async def destroyed(platform: Platform) -> tuple[DisputeId, list[Actor]]:
    """An exhibit that a court had destroyed."""
    case = await a_case(platform)
    wrong = await lodged(platform, case.people["claimant"], case, "joint", "À détruire", b"un\n" * 9, "un.txt")
    asking, deciding = [await an_account(platform, name, CentreRole.ARCHIVIST) for name in ("Anne A", "Basile B")]
    async with platform.unit() as uow:
        what = {"scope": "item", "reference": case.reference, "subject": str(wrong), "because": "court"}
        destruction_id = await ask_destruction(uow, asking, **what)
    async with platform.unit() as uow:
        await decide_destruction(uow, deciding, destruction_id, destroy=True)
    return case.id, [asking]


async def test_what_is_given_afterwards_is_given_to_its_own_people_and_to_no_other(
    platform: Platform, clock: Hands
) -> None:
    outsider, given = (await a_case(platform)).people["claimant"], set[str]()
    ways = [await scene(platform) for scene in (frozen, ended, destroyed)]
    case, told, record = await a_settled_case(platform, clock)
    claimant, secretariat, archivist = (case.people[name] for name in ("claimant", "secretariat", "archivist"))
    async with platform.unit() as uow:
        await ask_access(uow, archivist, record.id, motive="Une étude.")
    await settle_jobs(platform, clock)
    for dispute_id, people in (*ways, (case.id, [claimant, secretariat, archivist])):
        given |= await given_to(platform, dispute_id, people, outsider, AFTER)
    async with platform.unit() as uow:
        await close_file(uow, secretariat, case.id)
    given |= await given_to(platform, case.id, [claimant], outsider, AFTER)
    async with platform.unit() as uow:
        await ask_reopening(uow, claimant, case.id, motive="L'échéance n'est pas tenue.")
    await infect(platform, told.exhibits["contract"])
    given |= await given_to(platform, case.id, [claimant, secretariat], outsider, AFTER)
    assert given == set(AFTER)
