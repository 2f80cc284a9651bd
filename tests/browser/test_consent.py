"""Coming to the table: an invitation that is passed on and declined, a convention with one clause changed."""

import asyncio
from dataclasses import replace
from time import monotonic

from tests.browser.acts import agreeing, consenting, door, procedure
from tests.browser.cast import Table
from tests.browser.person import Person
from tests.browser.plain import REQUEST, newcomer
from tests.browser.site import PATIENCE
from tests.paper import words

REASON = "Nous préférons nous en expliquer devant le tribunal."
WHY = "L'expertise ne tiendra pas en trois mois."


async def arrive(table: Table, title: str, address: str) -> tuple[str, procedure.Request]:
    """A claimant files, the centre admits and invites; returns the dispute's path and the request."""
    request = replace(REQUEST, title=title, contact_email=address)
    claimant = await newcomer(table, title, "Ina Kilfoyle", f"ina.{title.lower()}@kilfoyle.example", scripts=True)
    await door.make_account(claimant, table.site)
    dispute = await procedure.file_dispute(claimant, request)
    await procedure.admit(table["secretariat"], dispute, request)
    await procedure.invite_respondent(table["secretariat"], dispute, request)
    return dispute, request


async def decline_after_passing_on(table: Table) -> None:
    """The invited names a colleague, who declines; the claimant takes the record of the attempt home."""
    dispute, request = await arrive(table, "XK-2031", "olaf.31@zymandra.example")
    claimant = table["XK-2031"]
    invited = await newcomer(table, "invited", "Olaf Zymandra", request.contact_email, scripts=True)
    invitation = await consenting.see_invitation(invited, table.site)
    await consenting.pass_on(invited, table.site, invitation, "Una Zymandra", "una@zymandra.example")
    await invited.goto(invitation)
    await invited.reads("This link has been replaced")
    colleague = await newcomer(table, "colleague invited", "Una Zymandra", "una@zymandra.example", scripts=True)
    invitation = await consenting.see_invitation(colleague, table.site)
    await consenting.remind(table["secretariat"], dispute)
    await consenting.decline(colleague, table.site, invitation, REASON)
    await colleague.goto(invitation)
    await colleague.reads("This invitation has been answered already")
    await claimant.goto(f"{dispute}/invitation")
    for fact in (REASON, "una@zymandra.example", request.contact_email):
        await claimant.sees(fact)
    await record_is_there(claimant)
    record, receipt = await consenting.take_record(claimant, dispute, table.folder)
    told = words(record.read_bytes())
    assert "Constat de tentative de médiation" in told
    assert REASON not in told
    assert receipt.read_bytes().startswith(b"{")


async def record_is_there(claimant: Person) -> None:
    """Loads the page again until the worker has made the record."""
    link = claimant.main.get_by_role("link", name=claimant.say("Save its receipt"), exact=True)
    deadline = monotonic() + PATIENCE
    while not await link.count() and monotonic() < deadline:
        await asyncio.sleep(0.2)
        await claimant.page.reload()


async def negotiate_the_term(table: Table) -> None:
    """The respondent proposes another length, the claimant agrees, and both sign the second version."""
    dispute, request = await arrive(table, "XK-2032", "olaf.32@zymandra.example")
    claimant = table["XK-2032"]
    respondent = await newcomer(table, "accepting", "Olaf Zymandra", request.contact_email, scripts=True)
    await procedure.accept_mediation(respondent, request, table.site)
    await agreeing.sign(claimant, dispute, "Sign the agreement to mediate", last=False)
    await consenting.propose_term(respondent, dispute, "6", WHY)
    await consenting.agree(claimant, dispute, WHY)
    await claimant.is_told("Every side has agreed: this is the text now, and it awaits signatures.")
    await claimant.sees("six mois")
    await claimant.follow("What changed", exact=False)
    await claimant.sees("six")
    await agreeing.sign(claimant, dispute, "Sign the agreement to mediate", last=False)
    await agreeing.sign(respondent, dispute, "Sign the agreement to mediate", last=True)


async def test_an_invitation_is_passed_on_declined_and_recorded(table):
    await decline_after_passing_on(table)
    assert not table.persons.complaints, table.persons.complaints


async def test_one_clause_of_the_agreement_to_mediate_is_negotiated(table):
    await negotiate_the_term(table)
    assert not table.persons.complaints, table.persons.complaints
    mine = [finding for finding in table.looks.findings if "invitation" in finding or "agreements" in finding]
    assert not mine, mine
