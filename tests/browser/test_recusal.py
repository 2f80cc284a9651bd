"""A mediator steps down from an open mediation; a successor comes, and a side chooses what they may know."""

import dataclasses

import pytest

from tests.browser.acts import agreeing, door, procedure, rooms
from tests.browser.cast import Table
from tests.browser.plain import REQUEST, newcomer

ASIDE = "Nous pourrions accepter la moitié, mais ne le dites pas encore."
CASE = dataclasses.replace(
    REQUEST,
    title="Migration de messagerie interrompue",
    company="Kermadec Transports",
    respondent="Ozanne Services",
    contact_name="Odile Ozanne",
    contact_email="odile@ozanne.example",
)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_mediator_steps_down_and_what_was_said_apart_stays_with_its_party(table: Table) -> None:
    secretary, mediator = table["secretariat"], table["mediator"]
    claimant = await newcomer(table, "kermadec", "Ivan Kermadec", "ivan@kermadec.example", scripts=True)
    respondent = await newcomer(table, "ozanne", CASE.contact_name, CASE.contact_email, scripts=True)
    successor = await newcomer(table, "successor", "Solenn Kerveno", "solenn@quai.example", scripts=True)
    await door.invite_colleague(secretary, successor, "Mediator", table.site)
    await door.make_account(claimant, table.site)
    dispute = await procedure.file_dispute(claimant, CASE)
    await procedure.admit(secretary, dispute, CASE)
    await procedure.appoint(secretary, dispute, mediator)
    await procedure.invite_respondent(secretary, dispute, CASE)
    await procedure.accept_mediation(respondent, CASE, table.site)
    await agreeing.sign(claimant, dispute, "Sign the agreement to mediate", last=False)
    await agreeing.sign(respondent, dispute, "Sign the agreement to mediate", last=True)
    await procedure.declare_independence(mediator, dispute, "Une conférence commune en 2019.")
    for representative in (claimant, respondent):
        await procedure.accept_mediator(representative, dispute, mediator)
    caucus = await rooms.enter(claimant, dispute, "Caucus")
    await rooms.say_in_caucus(claimant, caucus, ASIDE)

    await procedure.step_down(mediator, dispute, "Un proche vient de rejoindre l'une des entreprises.")
    await mediator.cannot_reach(dispute, caucus)
    await procedure.appoint(secretary, dispute, successor)
    await successor.cannot_reach(caucus)
    await procedure.declare_independence(successor, dispute, "Aucun conseil commun, mais un même barreau.")
    for representative in (claimant, respondent):
        await procedure.accept_mediator(representative, dispute, successor)
    await successor.goto(caucus)
    await successor.sees_nothing_of(ASIDE)
    await procedure.pass_on(claimant, dispute, successor)
    await successor.goto(caucus)
    await successor.sees(ASIDE)
