"""What people do with an invitation beside accepting it, and with the clauses of the agreement to mediate."""

from pathlib import Path

from tests.browser.acts.procedure import do_task
from tests.browser.person import Person
from tests.browser.site import Site


async def see_invitation(invited: Person, site: Site) -> str:
    """Opens the mail's link, and asks to see the invitation; returns its path."""
    await invited.goto(await site.open_mail(invited.email, about="/invitation/"))
    await invited.press("See the invitation")
    return invited.path.partition("?")[0]


async def pass_on(invited: Person, site: Site, invitation: str, colleague: str, address: str) -> None:
    """Names the colleague who should answer."""
    await invited.goto(invitation)
    await invited.follow("Somebody else of my company should answer")
    await invited.write("First and last name of your colleague", colleague)
    await invited.write("Your colleague's e-mail address", address)
    await invited.write("Code from the mail", await site.read_code(invited.email))
    await invited.press("Pass it on")
    await invited.sees(colleague)


async def decline(invited: Person, site: Site, invitation: str, reason: str) -> None:
    """Declines with a reason that the record may not repeat."""
    await invited.goto(invitation)
    await invited.follow("Decline…")
    await invited.write("Your reason", reason)
    await invited.write("Code from the mail", await site.read_code(invited.email))
    await invited.press("Decline the mediation")
    await invited.reads("You have declined")


async def remind(secretary: Person, dispute: str) -> None:
    """Sends a reminder by hand."""
    await secretary.goto(f"{dispute}/invitation")
    await secretary.press("Send a reminder")
    await secretary.is_told("The reminder is on its way.")


async def take_record(person: Person, dispute: str, folder: Path) -> tuple[Path, Path]:
    """Saves the record of the attempt and its receipt."""
    await person.goto(f"{dispute}/invitation")
    sheet = person.page.get_by_role("region", name=person.say("Record of the attempt"), exact=True)
    record = await person.download(sheet.get_by_role("link", name=person.say("Save it"), exact=True), folder)
    receipt = await person.download(sheet.get_by_role("link", name=person.say("Save its receipt"), exact=True), folder)
    return record, receipt


async def propose_term(person: Person, dispute: str, months: str, reason: str) -> None:
    """Proposes another length of the mediation."""
    await do_task(person, dispute, "Sign the agreement to mediate")
    await person.main.locator("details.more summary").get_by_text(person.say("Choose a clause")).click()
    await person.follow_text("Durée")  # the text is in the language of whoever filed
    await person.write("Length of the mediation, in months (1 to 12)", months)
    await person.write("Why?", reason)
    await person.press("Propose to everyone")
    await person.is_told("Your proposal is before everyone at the table.")


async def agree(person: Person, dispute: str, reason: str) -> None:
    """Reads a proposal with its reason, and agrees to it."""
    await do_task(person, dispute, "Answer a proposal for the agreement to mediate")
    await person.sees(reason)
    await person.press("Agree")
