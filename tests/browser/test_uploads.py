"""Files on their way through bad lines, closed laptops, restarts and lapsed sign-ins; folders and ZIP files."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import pytest_asyncio
from playwright.async_api import CDPSession, Dialog, Locator, Request, expect

from tests.browser.acts import door, rooms
from tests.browser.cast import Table
from tests.browser.eyes import Eyes
from tests.browser.person import Person

MIB = 1024 * 1024
LARGE = 40 * MIB
PER_SECOND = 12 * MIB


class Desk:
    """Somebody before the form of their draft, on a line whose speed is known."""

    def __init__(self, person: Person, room: str) -> None:
        self.person = person
        self.room = room
        self.offsets: list[int] = []
        self.line: CDPSession
        person.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))

    @property
    def rows(self) -> Locator:
        return self.person.page.locator(".upload-row")

    def row(self, name: str) -> Locator:
        return self.rows.filter(has_text=name).last

    async def come(self) -> None:
        await self.person.goto(self.room)
        await rooms.open_lodging(self.person)

    async def slow_down(self, per_second: int = PER_SECOND) -> None:
        self.line = await self.person.context.new_cdp_session(self.person.page)
        await self.line.send("Network.enable")
        await self.cut(offline=False, per_second=per_second)

    async def cut(self, *, offline: bool, per_second: int = PER_SECOND) -> None:
        """Cuts the line, or gives it back."""
        conditions = {"latency": 5, "downloadThroughput": -1, "uploadThroughput": per_second}
        await self.line.send("Network.emulateNetworkConditions", {"offline": offline, **conditions})

    async def send(self, *files: Path) -> None:
        await self.person.page.set_input_files("form.upload input[name=file]", files)
        await self.person.press_here("Put into my draft")

    async def drop(self, *paths: Path) -> None:
        """Drops files and folders onto the form, as from a window of theirs."""
        page = self.person.page
        zone = page.locator("form.upload .drop")
        await zone.scroll_into_view_if_needed()
        box = await zone.bounding_box()
        assert box
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "data": data}
        line = await self.person.context.new_cdp_session(page)
        for kind in ("dragEnter", "dragOver", "drop"):
            await line.send("Input.dispatchDragEvent", {"type": kind, **place})

    async def half_way(self, name: str) -> None:
        """Waits until something of a file is safe, as the server knows it."""
        while not any(each["name"] == name and each["offset"] for each in await self.under_way()):
            await self.person.page.wait_for_timeout(50)
        await self.is_in(name, "sending")

    async def under_way(self) -> list[dict[str, Any]]:
        """What the server has received so far, and is not lodged."""
        asked = "where => fetch(where, {headers: {Accept: 'application/json'}}).then(answer => answer.json())"
        told: dict[str, list[dict[str, Any]]] = await self.person.page.evaluate(asked, f"{self.room}/uploads")
        return told["uploads"]

    async def is_in(self, name: str, state: str) -> None:
        await expect(self.row(name)).to_have_attribute("data-state", state, timeout=60_000)

    async def is_told(self, name: str, words: str) -> None:
        await expect(self.row(name).locator(".upload-words")).to_contain_text(words)

    async def press(self, name: str, act: str) -> None:
        await self.row(name).locator(f"button[data-act={act}]").click()

    async def agrees(self, name: str) -> None:
        await self.is_in(name, "done")
        await self.is_told(name, self.person.say(rooms.AGREE))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(plain: Table) -> AsyncIterator[Desk]:
    """The claimant of the plain dispute, before a browser with scripts."""
    known = plain["plain claimant"]
    context = await plain.persons()
    person = Person(known.name, known.email, await context.new_page(), known.url, role="depositor")
    await door.sign_in(person)
    made = Desk(person, plain.rooms["plain private"])
    await made.come()
    yield made
    await context.close()


async def looks_well(person: Person) -> None:
    """At both widths, nothing overflows and axe finds nothing grave."""
    eyes = Eyes()
    await eyes(person)
    assert not eyes.findings


def a_file(folder: Path, name: str, size: int = LARGE) -> Path:
    path = folder / name
    path.write_bytes((name.encode() * (size // len(name) + 1))[:size])
    return path


async def test_a_line_that_is_cut_is_told_and_the_file_goes_on_by_itself_where_it_was(desk, tmp_path):
    await desk.slow_down()
    await desk.send(a_file(tmp_path, "coupure.bin"))
    await desk.half_way("coupure.bin")
    await desk.cut(offline=True)
    await desk.is_in("coupure.bin", "offline")
    await desk.is_told("coupure.bin", "La connexion est coupée. ")
    await desk.cut(offline=False)
    await desk.agrees("coupure.bin")
    assert desk.offsets.count(0) == 1, "nothing that was safe is sent twice"


async def test_a_page_that_was_closed_lists_what_was_begun_and_goes_on_with_the_same_file(desk, tmp_path):
    await desk.slow_down()
    laptop = a_file(tmp_path, "portable.bin")
    await desk.send(laptop)
    await desk.half_way("portable.bin")
    await desk.press("portable.bin", "pause")
    await desk.is_told("portable.bin", "Suspendu.")
    await desk.come()
    begun = desk.person.page.locator(".unfinished li").filter(has_text="portable.bin")
    await expect(begun).to_contain_text("Mo sur 41,9 Mo reçus. Choisissez le même fichier")
    await begun.locator("input").set_input_files(a_file(tmp_path, "autre.bin", 1_000))
    await expect(begun).to_contain_text("un autre fichier")
    desk.offsets.clear()
    await begun.locator("input").set_input_files(laptop)
    await desk.agrees("portable.bin")
    await expect(begun).to_have_count(0)
    assert min(desk.offsets) > 0


async def test_a_server_that_goes_down_on_the_way_is_waited_for(desk, site, tmp_path):
    await desk.slow_down()
    await desk.send(a_file(tmp_path, "panne.bin"))
    await desk.half_way("panne.bin")
    site.stop()
    await desk.is_in("panne.bin", "offline")
    site.start()
    await desk.agrees("panne.bin")
    assert desk.offsets.count(0) == 1


async def test_a_sign_in_that_lapses_on_the_way_is_said_and_the_file_goes_on_after_a_new_one(desk, tmp_path):
    person = desk.person
    await desk.slow_down()
    await desk.send(a_file(tmp_path, "session.bin"))
    await desk.half_way("session.bin")
    await person.context.clear_cookies()
    await desk.is_in("session.bin", "signed-out")
    await expect(person.page.get_by_text(person.say("You are no longer signed in"))).to_be_visible()
    async with person.context.expect_page() as opened:
        await person.page.get_by_role("link", name="Se connecter dans un nouvel onglet").click()
    tab = Person(person.name, person.email, await opened.value, person.url)
    await door.fill_in_sign_in(tab)
    await tab.page.close()
    await desk.agrees("session.bin")
    await expect(person.page.get_by_text(person.say("You are no longer signed in"))).to_be_hidden()
    assert desk.offsets.count(0) == 1


async def test_several_files_go_at_once_are_paused_together_and_one_is_cancelled(desk, tmp_path):
    await desk.slow_down()
    names = [f"ensemble-{number}.bin" for number in range(4)]
    await desk.send(*(a_file(tmp_path, name, 9 * MIB) for name in names))
    for name in names[:3]:
        await desk.is_in(name, "sending")
    await desk.is_in(names[3], "waiting")
    await desk.person.page.get_by_role("button", name="Tout suspendre").click()
    for name in names:
        await desk.is_in(name, "paused")
    await desk.press(names[1], "cancel")
    await desk.is_told(names[1], "Envoi annulé.")
    await desk.person.page.get_by_role("button", name="Tout reprendre").click()
    for name in (names[0], *names[2:]):
        await desk.agrees(name)
    await expect(desk.person.page.locator(".upload-sum-words")).to_contain_text("3 sur 3")
    await desk.come()
    await expect(desk.person.page.locator(".unfinished")).to_be_hidden()


async def test_a_name_that_promises_something_else_than_the_content_is_told_at_once(desk, tmp_path):
    tmp_path.joinpath("constat.pdf").write_bytes(b"PK\x03\x04" + bytes(1000))
    await desk.send(tmp_path / "constat.pdf")
    await desk.agrees("constat.pdf")
    await expect(desk.row("constat.pdf").locator(".upload-warning")).to_contain_text("archive ZIP")


async def test_whoever_leaves_while_something_is_sent_is_asked_first(desk, tmp_path):
    await desk.slow_down(MIB)
    await desk.send(a_file(tmp_path, "partir.bin", 9 * MIB))
    await desk.is_in("partir.bin", "sending")
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    desk.person.page.on("dialog", stay)
    await desk.person.page.close(run_before_unload=True)
    while not asked:
        await desk.person.page.wait_for_timeout(50)
    assert asked == ["beforeunload"]
    await desk.press("partir.bin", "cancel")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as people have them."""
    top = tmp_path / "Dossier CRM"
    for path, content in {
        "Contrats/2024/contrat.pdf": b"%PDF-1.7 2024",
        "Contrats/2025/contrat.pdf": b"%PDF-1.7 2025",
        "note.txt": b"Bonjour",
        ".DS_Store": b"junk",
        "vide.txt": b"",
    }.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    return top


async def choose_folder(desk: Desk, folder: Path) -> Locator:
    await desk.person.page.set_input_files("form.upload input[webkitdirectory]", folder)
    found = desk.person.page.locator(".found")
    await expect(found).to_contain_text("Dans le dossier « Dossier CRM »")
    return found


async def test_each_file_of_a_folder_becomes_an_exhibit_but_what_is_empty_or_the_systems(desk, folder):
    found = await choose_folder(desk, folder)
    await expect(found).to_contain_text("3 fichiers sur 5 seront envoyés")
    await expect(found).to_contain_text("Écarté : il est vide.")
    await expect(found).to_contain_text("Écarté : votre système")
    await found.get_by_role("checkbox", name="note.txt").uncheck()
    await expect(found).to_contain_text("2 fichiers sur 5 seront envoyés")
    await looks_well(desk.person)
    await desk.person.press_here("Put into my draft")
    await expect(desk.rows).to_have_count(2)
    for place in range(2):
        await expect(desk.rows.nth(place)).to_have_attribute("data-state", "done")
    await desk.come()
    await desk.person.sees("Dossier CRM/Contrats/2024/contrat.pdf")


async def test_folders_that_are_dropped_are_listed_and_sent_as_those_that_are_chosen(desk, folder, tmp_path):
    page, found = desk.person.page, desk.person.page.locator(".found")
    (tmp_path / "Dossier vide" / "Vide aussi").mkdir(parents=True)
    await desk.drop(tmp_path / "Dossier vide")
    await expect(page.locator("[data-problem]")).to_contain_text(
        "Il n'y a aucun fichier dans le dossier « Dossier vide »"
    )
    await expect(found).to_be_hidden()
    await desk.drop(folder)
    await expect(page.locator("[data-problem]")).to_be_hidden()
    await expect(found).to_contain_text("Dans le dossier « Dossier CRM »")
    await expect(found).to_contain_text("3 fichiers sur 5 seront envoyés")
    await expect(found).to_contain_text("Écarté : il est vide.")
    for path in ("Contrats/2024/contrat.pdf", "Contrats/2025/contrat.pdf"):
        await found.get_by_role("checkbox", name=path).uncheck()
    await desk.person.press_here("Put into my draft")
    await desk.agrees("note.txt")
    await desk.drop(folder)
    await found.get_by_role("radio", name="Tous les fichiers forment une seule pièce").check()
    await found.get_by_role("checkbox", name="note.txt").uncheck()
    await desk.person.press_here("Put into my draft")
    await desk.agrees("Dossier CRM.zip")


async def test_each_folder_of_one_drop_has_its_own_listing_and_its_own_answer(desk, folder, tmp_path):
    page, found = desk.person.page, desk.person.page.locator(".found")
    other, empty, beside = tmp_path / "Courriels", tmp_path / "Dossier vide", tmp_path / "à part.txt"
    empty.mkdir()
    beside.write_bytes(b"beside")
    for name in ("mars.eml", "avril.eml"):
        other.mkdir(exist_ok=True)
        (other / name).write_bytes(f"Subject: {name}".encode())
    await desk.drop(folder, other, empty, beside)
    await expect(found).to_have_count(3)
    await expect(page.locator("[data-problem]")).to_contain_text("« Dossier vide » : il est écarté")
    (crm, mails, loose) = [found.filter(has_text=words) for words in ("« Dossier CRM »", "« Courriels »", "À côté")]
    await expect(crm).to_contain_text("3 fichiers sur 5 seront envoyés")
    await expect(crm).not_to_contain_text("mars.eml")
    await expect(mails).to_contain_text("2 fichiers sur 2 seront envoyés")
    await expect(mails.get_by_role("checkbox", name="mars.eml", exact=True)).to_be_checked()
    await expect(loose).to_contain_text("1 fichier sur 1 sera envoyé")
    await expect(loose.get_by_role("radio")).to_have_count(0)  # files beside the folders are no one exhibit
    await looks_well(desk.person)
    await crm.get_by_role("button", name="Écarter ces fichiers").click()
    await expect(found).to_have_count(2)
    await mails.get_by_role("radio", name="Tous les fichiers forment une seule pièce").check()
    await desk.person.press_here("Put into my draft")
    await expect(found).to_have_count(0)
    await expect(desk.rows).to_have_count(2)
    for name in ("Courriels.zip", "à part.txt"):
        await desk.agrees(name)


async def test_a_folder_as_one_exhibit_is_a_zip_file_that_any_program_opens(desk, folder, tmp_path):
    found = await choose_folder(desk, folder)
    await found.get_by_role("radio", name="Tous les fichiers forment une seule pièce").check()
    await desk.person.press_here("Put into my draft")
    await desk.agrees("Dossier CRM.zip")
    exhibit = await desk.row("Dossier CRM.zip").get_by_role("link", name="Ouvrir la pièce").get_attribute("href")
    saved = await rooms.read_exhibit(desk.person, str(exhibit), tmp_path)
    with ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"Dossier CRM/{path}" for path in sorted(_real(folder))]
        assert archive.read("Dossier CRM/note.txt") == b"Bonjour"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def _real(folder: Path) -> list[str]:
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if path not in {".DS_Store", "vide.txt"}]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(held.getvalue())
    return path


async def send_to_choose(desk: Desk, archive: Path) -> None:
    await desk.person.page.set_input_files("form.upload input[name=file]", archive)
    await desk.person.tick("Choose among its files")
    await desk.person.press_here("Put into my draft")
    await desk.is_in(archive.name, "asked")
    await desk.person.follow("Choose among its files", within=desk.row(archive.name))


async def test_a_zip_file_is_looked_into_and_its_chosen_files_become_exhibits(desk, tmp_path):
    files = {"a/mars.eml": b"From: x", "a/avril.eml": b"From: y", "../dehors.txt": b"x", "autre.zip": b"PK"}
    await send_to_choose(desk, zipped(tmp_path / "courriels.zip", files))
    await desk.person.sees("Écarté : son nom mène hors de")
    await desk.person.sees("il est gardé tel quel, sans être ouvert")
    await looks_well(desk.person)
    await desk.person.page.get_by_label("autre.zip").uncheck()
    await desk.person.press("Put into my draft")
    await desk.person.sees("2 fichiers sont devenus des pièces.")
    await desk.person.reads("It is done.")
    await desk.person.follow("Open the room")
    await desk.person.sees("mars.eml")
    await desk.person.sees("avril.eml")


async def test_a_zip_file_stays_one_exhibit_unless_asked(desk, tmp_path):
    archive = zipped(tmp_path / "entier.zip", {"a.txt": b"entier"})
    await desk.send(archive)
    await desk.agrees("entier.zip")
    await desk.send(archive)
    await desk.is_told("entier.zip", "Vous avez déjà déposé exactement ce fichier")
    await desk.press("entier.zip", "insist")
    await desk.agrees("entier.zip")


async def test_a_zip_file_that_deceives_is_refused_in_words_and_can_be_dropped(desk, tmp_path):
    archive = zipped(tmp_path / "bombe.zip", {"a.bin": bytes(2000), "b.bin": bytes(2000)})
    content = bytearray(archive.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[second + 42 : second + 46] = bytes(4)
    archive.write_bytes(content)
    await send_to_choose(desk, archive)
    await desk.person.is_told("This ZIP file is built to deceive")
    await desk.person.press("Drop it")
    await desk.person.is_told("The ZIP file was dropped. Nothing of it was lodged.")
