"""What people do once it is over: keep the record, ask to read it, authorise, verify, close, ask to reopen."""

import asyncio
import subprocess
import sys
from pathlib import Path
from time import monotonic

from playwright.async_api import expect

from tests.browser.acts.procedure import do_task
from tests.browser.person import Person
from tests.browser.site import PATIENCE


async def wait_for_button(person: Person, path: str, label: str) -> None:
    """Comes back to a page until the worker has done its part."""
    deadline = monotonic() + 2 * PATIENCE
    button = person.main.get_by_role("button", name=person.say(label), exact=True)
    await person.goto(path)
    while not await button.count() and monotonic() < deadline:
        await asyncio.sleep(0.3)
        await person.page.reload()
    await expect(button).to_be_visible()


async def save_record(person: Person, path: str, folder: Path) -> Path:
    """Waits until the seal stands in a signed checkpoint, then saves the record."""
    await wait_for_button(person, path, "Download the record")
    await person.looks(person)
    return await person.download(
        person.main.get_by_role("button", name=person.say("Download the record"), exact=True), folder
    )


def verify_offline(record: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs the verifier as anybody could who holds the file, with nothing of ours around it."""
    return subprocess.run(  # noqa: S603 -- fixed argv
        [sys.executable, "-m", "vault.verify", str(record), "--language", "fr", *options],
        cwd=Path(__file__).parents[3],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def verify_on_page(person: Person, file: Path, receipt: Path) -> None:
    """Gives a file and its receipt to the page that verifies."""
    await person.goto("/verify")
    await person.page.set_input_files("#receipt", receipt)
    await person.page.set_input_files("#file", file)
    await expect(person.page.locator("html[data-state=done] #report")).to_be_visible(timeout=1000 * PATIENCE)
    for verdict in ("bytes", "inclusion", "signature"):
        await expect(person.page.locator(f"[data-verdict={verdict}]")).to_have_attribute("data-status", "holds")


async def find_record(archivist: Person, reference: str) -> str:
    """Finds a record among those sealed, by its reference: what it is, not what it says."""
    await archivist.goto("/archive")
    await archivist.page.get_by_role("searchbox").fill(reference)
    await archivist.press("Search")
    await archivist.follow_text(reference)
    await archivist.reads("You see what it is, not what it says.")
    return archivist.path.partition("?")[0]


async def ask_to_read(archivist: Person, record: str, motive: str) -> None:
    """Says why the record must be read."""
    await archivist.goto(record)
    await expect(
        archivist.main.get_by_role("button", name=archivist.say("Download the record"), exact=True)
    ).to_have_count(0)
    await archivist.write("Why?", motive)
    await archivist.press("Ask to read this record")
    await archivist.is_told("Your request is recorded. A second person decides; you are told by mail.")


async def authorise(second: Person, motive: str) -> None:
    """A second person reads the motive and authorises."""
    await second.goto("/archive")
    await second.follow("Read the reason and decide", exact=False)
    await second.sees(motive)
    await second.press("Authorise")
    await second.is_told("Access is authorised for seven days, and whoever asked is told.")


async def close_file(secretary: Person, dispute: str) -> None:
    """The secretariat closes the file of a dispute that has ended."""
    await secretary.goto(dispute)
    await secretary.follow("Close the file", exact=False)
    await secretary.press("Close the file")


async def ask_to_reopen(person: Person, dispute: str, motive: str) -> None:
    """A party asks for a new mediation."""
    await person.goto(dispute)
    await person.follow("Ask to reopen the dispute", exact=False)
    await person.write("Why?", motive)
    await person.press("Ask to reopen")


async def agree_to_reopen(keeper: Person, dispute: str, motive: str, *, last: bool) -> None:
    """Somebody of the centre reads the motive and agrees."""
    await do_task(keeper, dispute, "Decide on the request to reopen this dispute")
    await keeper.sees(motive)
    await keeper.press("Agree to reopen")
    await keeper.is_told(
        "Two people agreed: a linked new file was made. The sealed record stays as it is."
        if last
        else "You agreed. One more person at the centre has to agree."
    )
