"""A second dispute of which no word is French or English, lived with scripts off as far as parties are concerned."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.acts import agreeing, door, procedure, rooms
from tests.browser.acts.procedure import Request
from tests.browser.cast import Table
from tests.browser.person import Person

REQUEST = Request(
    title="XK-2026",
    contract="XK-2025-17",
    amount="48000",
    facts="XKXK 2025 XKXK 2026",
    wished="XKXK",
    company="Kilfoyle",
    registration="000 000 000",
    address="17 X, 29000 Q",
    respondent="Zymandra",
    contact_name="Olaf Zymandra",
    contact_email="olaf@zymandra.example",
)
MESSAGE = "XKXK 2026-11 XKXK"


async def newcomer(table: Table, role: str, name: str, address: str, *, scripts: bool) -> Person:
    """Somebody with a browser of their own, whose scripts may be off."""
    context = await table.persons(java_script_enabled=scripts)
    person = Person(name, address, await context.new_page(), table.site.url, role=role)
    table.people[role] = person
    return person


async def lodge_without_scripts(person: Person, files: list[Path], send: str) -> None:
    """The ordinary form: one file, one press, a new page that says it was received."""
    for file in files:
        await rooms.open_lodging(person)
        form = person.page.locator("form.upload")
        await person.labelled("File", form).set_input_files(file)
        await person.press(send, within=form)
        await person.is_told("Received and sealed. The receipt of each file can be downloaded from its page.")
        await person.sees(file.name)


async def say_without_scripts(person: Person, text: str) -> None:
    """The ordinary form: a new page, with the message on it."""
    await person.write("Your message in the caucus", text)
    await person.press("Send in the caucus")
    await expect(rooms.messages(person).filter(has_text=text)).to_be_visible()


async def live_without_scripts(table: Table, folder: Path) -> str:
    """Signs up, files, accepts, signs, lodges and speaks, all by plain forms; returns the dispute's path."""
    secretary, mediator = table["secretariat"], table["mediator"]
    claimant = await newcomer(table, "plain claimant", "Ina Kilfoyle", "ina@kilfoyle.example", scripts=False)
    respondent = await newcomer(table, "plain respondent", REQUEST.contact_name, REQUEST.contact_email, scripts=False)
    await door.make_account(claimant, table.site)
    await door.sign_out(claimant)
    await door.sign_in(claimant)
    dispute = await procedure.file_dispute(claimant, REQUEST)
    await procedure.admit(secretary, dispute, REQUEST)
    await procedure.appoint(secretary, dispute, mediator)
    await procedure.invite_respondent(secretary, dispute, REQUEST)
    await procedure.accept_mediation(respondent, REQUEST, table.site)
    await agreeing.sign(claimant, dispute, "Sign the agreement to mediate", last=False)
    await agreeing.sign(respondent, dispute, "Sign the agreement to mediate", last=True)
    await procedure.declare_independence(mediator, dispute, "XK")
    await procedure.accept_mediator(claimant, dispute, mediator)
    await procedure.accept_mediator(respondent, dispute, mediator)
    papers = [folder / name for name in ("XK-1.bin", "XK-2.bin")]
    for place, paper in enumerate(papers):
        paper.write_bytes(bytes([place]) * 4_321)
    table.rooms["plain private"] = await rooms.enter(claimant, dispute, "Private draft")
    await lodge_without_scripts(claimant, papers, "Put into my draft")
    table.rooms["plain caucus"] = await rooms.enter(claimant, dispute, "Caucus")
    await say_without_scripts(claimant, MESSAGE)
    table.rooms["plain joint"] = await rooms.enter(claimant, dispute, "Joint space")
    await claimant.goto(table.rooms["plain private"])
    await claimant.follow_text(papers[0].name)
    table.exhibits["plain"] = claimant.path.partition("?")[0]
    await rooms.share(claimant, table.exhibits["plain"], into="joint")
    await respondent.goto(table.exhibits["plain"])
    await respondent.sees("C-1")
    return dispute
