"""What people do in the rooms of a dispute: enter, lodge, speak, share, ask, consent, refuse, disclose."""

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.browser.person import Person

AGREE = "Received and sealed. Your browser and the server computed the same fingerprint."


async def enter(person: Person, dispute: str, room: str, *, of: str = "") -> str:
    """Opens a room from the dispute's page by its card; `of` names the party when there are several such rooms."""
    await person.goto(dispute)
    rooms = person.page.get_by_role("region", name=person.say("The rooms"), exact=True)
    card = rooms.get_by_role("link").filter(has_text=person.say(room))
    if of:
        card = card.filter(has_text=of)
    async with person.page.expect_navigation():
        await card.click()
    await person.looks(person)
    return person.path.partition("?")[0].partition("#")[0]


async def open_lodging(person: Person) -> None:
    """Opens the form to lodge, where other exhibits come first."""
    folded = person.main.locator("details:not([open])").filter(has=person.page.locator("form.upload"))
    if await folded.count():
        await folded.locator("summary").first.click()


async def lodge(person: Person, files: Sequence[Path], send: str, **answers: str) -> list[str]:
    """Chooses files and sends them: the page shows the progress and both fingerprints; returns the exhibits' paths."""
    await open_lodging(person)
    await person.page.set_input_files("form.upload input[name=file]", files)
    return await send_chosen(person, files, send, **answers)


async def drop(person: Person, files: Sequence[Path], send: str, **answers: str) -> list[str]:
    """Drags files onto the page instead of choosing them."""
    await open_lodging(person)
    content = [[file.name, base64.b64encode(file.read_bytes()).decode("ascii")] for file in files]
    carried = await person.page.evaluate_handle(
        """(files) => {
          const carried = new DataTransfer();
          for (const [name, text] of files)
            carried.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
          return carried;
        }""",
        content,
    )
    await person.page.dispatch_event("form.upload .drop", "drop", {"dataTransfer": carried})
    return await send_chosen(person, files, send, **answers)


async def send_chosen(
    person: Person, files: Sequence[Path], send: str, *, title: str = "", kind: str = "", origin: str = ""
) -> list[str]:
    """Says what the chosen files are, sends them, and waits until each is received with the same fingerprint."""
    form = person.page.locator("form.upload")
    if title:
        await person.write("Title", title, within=form)
    if kind:
        await person.pick("Kind", person.say(kind), within=form)
    if origin:
        await person.tick(origin, within=form)
    before = await person.page.locator(".upload-row").count()
    await expect(person.labelled("Title", form)).to_have_value(title)
    await person.press_here(send, within=form)
    paths = []
    for place, file in enumerate(files, start=before):
        row = person.page.locator(".upload-row").nth(place)
        await expect(row).to_have_attribute("data-state", "done", timeout=60_000)
        await expect(row).to_contain_text(file.name)
        await expect(row).to_contain_text(person.say(AGREE))
        shown = await row.inner_text()
        digest = sha256(file.read_bytes()).hexdigest()
        assert digest in re.sub(r"\s", "", shown), f"{file.name}: the page shows another fingerprint than {digest}"
        link = row.get_by_role("link", name=person.say("Open the exhibit"), exact=True)
        paths.append(str(await link.get_attribute("href")).removeprefix(person.url))
    return paths


async def say(person: Person, room: str, text: str, label: str, send: str) -> None:
    """Writes a message; it stands among the others without a new page, and the field is empty again."""
    if person.path.partition("?")[0].partition("#")[0] != room:
        await person.goto(room)
    await person.write(label, text)
    await person.press_here(send)
    await expect(messages(person).filter(has_text=text[:60]).last).to_be_visible()
    await expect(person.labelled(label)).to_have_value("")


async def say_in_caucus(person: Person, room: str, text: str) -> None:
    """Speaks with the mediator, or the mediator with one party."""
    await say(person, room, text, "Your message in the caucus", "Send in the caucus")


async def say_to_everyone(person: Person, room: str, text: str) -> None:
    """Speaks at the table."""
    await say(person, room, text, "Your message to everyone", "Send to everyone")


def messages(person: Person) -> Locator:
    return person.main.locator("#_messages .message-text")


async def share(person: Person, exhibit: str, *, into: str) -> None:
    """Moves an own exhibit into a wider room, after reading who will see it there."""
    await person.goto(exhibit)
    button = "Lodge in the caucus" if into == "caucus" else "Share with everyone"
    await person.follow(button)
    await person.reads("Who will see it")
    await person.press(button)
    await person.is_told("The exhibit is in the wider room now, under the number shown here.")


async def ask_to_disclose(mediator: Person, exhibit: str, purpose: str) -> None:
    """The mediator asks for a party's consent."""
    await mediator.goto(exhibit)
    await mediator.follow("Ask to disclose it")
    await mediator.write("For what?", purpose)
    await mediator.tick("The exhibit as it is")
    await mediator.press("Ask for consent")
    await mediator.is_told("Your request is with the party. You will be told of its answer.")


async def consent(person: Person, purpose: str) -> None:
    """Reads the mediator's request to its end and consents."""
    await person.sees(purpose)
    await person.press("I consent")
    await person.is_told("Your consent is recorded. The mediator may now disclose the exhibit as you agreed.")


async def refuse(person: Person, purpose: str, reason: str) -> None:
    """Reads the mediator's request and refuses."""
    await person.sees(purpose)
    await person.write("Reason", reason)
    await person.press("I refuse")
    await person.is_told("Your refusal is recorded. The exhibit stays in the caucus.")


async def disclose(mediator: Person, exhibit: str) -> None:
    """Discloses on the consent."""
    await mediator.goto(exhibit)
    await mediator.follow("Disclose it")
    await mediator.reads("Who will see it")
    await mediator.press("Disclose it")
    await mediator.is_told("The exhibit is in the joint space now, as its party agreed.")


async def read_exhibit(person: Person, exhibit: str, folder: Path) -> Path:
    """Opens an exhibit and saves its file."""
    await person.goto(exhibit)
    link = person.main.get_by_role("link", name=person.say("Download the file"), exact=True)
    return await person.download(link, folder)
