"""What people do on the way to an agreement: sign, ask an expert, examine, report, draft, comment, freeze."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import expect

from tests.browser.acts.procedure import do_task
from tests.browser.acts.rooms import lodge
from tests.browser.person import Person


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a settlement; `concession` is "The claimant", "The respondent" or empty."""

    heading: str
    text: str
    concession: str = ""


@dataclass(frozen=True, slots=True)
class Instalments:
    """An amount to split; the first due date is an ISO day."""

    amount: str
    count: int
    first: str
    payer: str
    payee: str
    what: str


async def sign(person: Person, dispute: str, task: str, *, last: bool) -> None:
    """Reads an agreement to its end, types the password once more, and signs."""
    await do_task(person, dispute, task)
    await person.reads("Your signature is awaited")
    await person.follow("Go on to sign")
    await person.reads("What signing means")
    await person.write("Your password, once more", person.password)
    await person.press("I sign")
    await person.is_told(
        "You have signed, and now every party has." if last else "You have signed. The others have yet to."
    )


async def sign_with_a_wrong_password(person: Person, dispute: str, task: str) -> None:
    """Mistypes the password: nothing is signed, and the page says so."""
    await do_task(person, dispute, task)
    await person.follow("Go on to sign")
    await person.write("Your password, once more", "pas celui-là, hélas")
    await person.press("I sign")
    await person.reads("This is not your password. Nothing was signed.")


# ---- the expert


async def ask_expert(mediator: Person, dispute: str, expert: Person, questions: str) -> str:
    """Puts questions to a neutral expert, with everyone knowing; returns the mission's path."""
    await mediator.goto(dispute)
    await mediator.follow("Expertise")
    await mediator.follow("Ask an expert")
    await mediator.pick("Which expert?", expert.name)
    await mediator.write("The questions (terms of reference)", questions)
    await mediator.press("Ask, for all to see")
    await mediator.is_told("The expert is asked, and both parties are told.")
    return mediator.path.partition("?")[0]


async def accept_mission(expert: Person, dispute: str, declaration: str) -> None:
    """Declares independence and takes the mission."""
    await do_task(expert, dispute, "Accept or decline the expert's mission")
    await expert.write("Your declaration of independence", declaration)
    await expert.tick("I am independent of the parties and have no interest in the outcome.")
    await expert.press("Accept the mission")
    await expert.is_told(
        "You accepted. Everyone at the table reads your declaration; the mediator can supply exhibits now."
    )


async def supply(mediator: Person, dispute: str, numbers: Sequence[str]) -> None:
    """Lays exhibits of the joint space on the expert's desk, by their numbers."""
    await do_task(mediator, dispute, "Supply the expert with exhibits of the joint space")
    for number in numbers:
        await mediator.main.get_by_role("checkbox", name=re.compile(rf"^{re.escape(number)}\b")).check()
    await mediator.press("Lay them on the expert's desk")
    await mediator.is_told("The exhibits are on the expert's desk.")


async def report(expert: Person, mission: str, file: Path, note: str) -> None:
    """Keeps a working note, puts the report on the desk, and posts it to everyone at the same moment."""
    await expert.goto(mission)
    await expert.write("A note", note)
    await expert.press("Keep this note")
    await expert.is_told("Your note is kept. You alone read it.")
    await lodge(expert, [file], "Put on my desk", title="Rapport d'expertise")
    await expert.goto(mission)
    await expert.follow("Post it as the report", exact=False)
    await expert.reads("What will happen")
    await expert.press("Post to everyone")
    await expert.is_told("Your report reached both parties and the mediator at the same moment.")


# ---- the settlement


async def begin_draft(mediator: Person, dispute: str) -> str:
    """Takes the pen; returns the settlement's path."""
    await mediator.goto(dispute)
    await mediator.follow("Agreements")
    await mediator.press("Draft the settlement agreement")
    await mediator.is_told("The dispute is at drafting now.")
    return mediator.path.partition("/edit")[0]


async def write_settlement(
    mediator: Person, settlement: str, preamble: str, articles: Sequence[Article], instalments: Instalments | None
) -> None:
    """Writes every article, says whose concession it is, splits the payment, and tells the parties."""
    await mediator.goto(f"{settlement}/edit")
    await mediator.write("Preamble", preamble)
    groups = mediator.main.get_by_role("group", name=re.compile(rf"^{mediator.say('Article %(number)s', number='')}"))
    while await groups.count() < len(articles):
        await mediator.press("Add an article")
    for place, article in enumerate(articles):
        group = groups.nth(place)
        await mediator.write("Heading", article.heading, within=group)
        await mediator.write("Text", article.text, within=group)
        if article.concession:
            await mediator.pick("Whose concession is it?", mediator.say(article.concession), within=group)
    if instalments:
        await split(mediator, instalments)
    await mediator.press("Save, and tell the parties by mail")
    await mediator.is_told("Your version is saved, and the parties are told that it awaits them.")


async def split(mediator: Person, instalments: Instalments) -> None:
    """Splits an amount into monthly instalments."""
    await mediator.main.get_by_text(mediator.say("Split an amount into monthly instalments"), exact=True).click()
    more = mediator.main.locator("details.more", has_text=mediator.say("Split an amount into monthly instalments"))
    await mediator.write("Amount to split", instalments.amount, within=more)
    await mediator.write("Number of instalments", str(instalments.count), within=more)
    await mediator.write("First due date", instalments.first, within=more)
    await mediator.pick("Who pays", instalments.payer, within=more)
    await mediator.pick("To whom", instalments.payee, within=more)
    await mediator.write("For what", instalments.what, within=more)
    await mediator.press("Add these instalments", within=more)
    payments = mediator.main.get_by_role("group", name=re.compile(rf"^{mediator.say('Payment %(number)s', number='')}"))
    await expect(payments).to_have_count(instalments.count)


async def revise(mediator: Person, settlement: str, place: int, text: str) -> None:
    """Changes one article's text and saves a new version."""
    await mediator.goto(f"{settlement}/edit")
    group = mediator.main.get_by_role("group", name=mediator.say("Article %(number)s", number=place), exact=True)
    await mediator.write("Text", text, within=group)
    await mediator.press("Save this version")
    await mediator.is_told("Your version is saved. Everyone at the table can read it.")


async def comment(person: Person, settlement: str, number: int, text: str) -> None:
    """Comments on a version, for everyone."""
    await person.goto(settlement)
    await person.write("Your comment on version %(number)s", text, number=number)
    await person.press("Send to everyone")
    await person.is_told("Your comment was sent to everyone at the table.")


async def compare(person: Person, settlement: str, before: str, after: str) -> None:
    """Reads what changed in the newest version, letter by letter."""
    await person.goto(settlement)
    await person.follow("What changed", exact=False)
    await expect(person.main.locator("del").filter(has_text=before)).to_have_count(1)
    await expect(person.main.locator("ins").filter(has_text=after)).to_have_count(1)


async def freeze(mediator: Person, settlement: str) -> None:
    """Freezes the text for signature."""
    await mediator.goto(settlement)
    await mediator.follow("Freeze it for signature")
    await mediator.reads("What will happen")
    await mediator.press("Freeze this text")
    await mediator.is_told("The text is frozen. The representatives are told that it awaits their signature.")


async def take_document(person: Person, settlement: str, folder: Path) -> tuple[Path, Path]:
    """Saves the signed document and its receipt."""
    await person.goto(settlement)
    sheet = person.page.get_by_role("region", name=person.say("The signed document"), exact=True)
    document = await person.download(sheet.get_by_role("link", name=person.say("Save it"), exact=True), folder)
    receipt = await person.download(sheet.get_by_role("link", name=person.say("Save its receipt"), exact=True), folder)
    return document, receipt
