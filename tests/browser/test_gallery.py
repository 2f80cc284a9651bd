import importlib.util
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.eyes import violations

HERE = Path(__file__).parent


def _served() -> Callable[[], AbstractContextManager[Any]]:
    spec = importlib.util.spec_from_file_location("gallery", HERE / "gallery.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    served: Callable[[], AbstractContextManager[Any]] = module.served_gallery
    return served


@pytest.fixture(scope="module")
def gallery() -> Iterator[Any]:
    with _served()() as server:
        server.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield server


SHEETS = ["/?room=private", "/?room=caucus&wrong=1", "/?room=joint&language=en", "/?room=expert", "/?room=notes"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_finds_nothing_on_any_part_in_any_room(new_person, gallery, scheme, width):
    person = await new_person(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = await person.new_page()
    for sheet in (*SHEETS, "/home", "/error"):
        await page.goto(gallery.address + sheet)
        found = await violations(page)
        assert not found, (sheet, found)
        wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, sheet


@pytest.mark.parametrize("width", [1280, 390])
async def test_what_is_pressed_is_large_enough_for_a_thumb(new_person, gallery, width):
    person = await new_person(viewport={"width": width, "height": 900})
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=caucus&wrong=1")
    small = await page.evaluate(
        """Array.from(document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea"))
        .filter((part) => part.checkVisibility() && !part.closest(".skip, p:not([class]), dd"))
        .map((part) => [part.outerHTML.slice(0, 90), (part.closest(".choice, .drop") ?? part).getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && box.height < 43.5).map(([html, box]) => `${box.height} ${html}`)"""
    )
    assert not small


async def test_several_files_are_sent_at_once_and_each_fingerprint_compared(new_person, gallery, tmp_path):
    files = {"mars.eml": 3_000_000, "swapped.pdf": 10_000, "refused.exe": 10, "vide.txt": 0, "gros.bin": 5_000_001}
    for name, octets in files.items():
        (tmp_path / name).write_bytes(b"\xa5" * octets)
    person = await new_person()
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=caucus")
    gallery.orders.clear()
    await page.set_input_files("input[type=file]", [tmp_path / name for name in files])
    await page.click("form.upload button[type=submit]")
    rows = page.locator(".upload-row")
    states = [
        ("done", "même empreinte"),
        ("differs", "diffèrent"),
        ("failed", "infecté"),
        ("failed", "vide"),
        ("failed", "5 Mo"),
    ]
    await expect(rows).to_have_count(len(files))
    for place, (state, words) in enumerate(states):
        await expect(rows.nth(place)).to_have_attribute("data-state", state)
        await expect(rows.nth(place).locator(".upload-words")).to_contain_text(words.replace("5 Mo", "5\u00a0Mo"))
    await expect(page.locator(".upload-status")).to_contain_text("1 sur 5")
    assert gallery.orders == [["name", "nature"]] * 3
    await expect(rows.nth(0).locator("[data-link=receipt]")).to_be_visible()
    await expect(rows.nth(0).locator("[data-act=cancel]")).to_be_hidden()


async def test_a_lost_connection_is_told_and_the_file_goes_on_by_itself(new_person, gallery, tmp_path):
    (tmp_path / "planning.csv").write_bytes(b"a;b\n" * 1000)
    person = await new_person()
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=caucus")
    await page.route("**/upload/*", lambda route: route.abort())
    await page.set_input_files("input[type=file]", tmp_path / "planning.csv")
    await page.click("form.upload button[type=submit]")
    row = page.locator(".upload-row")
    await expect(row.locator(".upload-words")).to_contain_text("La connexion est coupée. 0 % sont en sûreté")
    await page.unroute("**/upload/*")
    await expect(row).to_have_attribute("data-state", "done")


async def test_a_transfer_is_paused_resumed_cancelled_and_sent_again(new_person, gallery, tmp_path):
    (tmp_path / "slow.log").write_bytes(b"x" * 100_000)
    person = await new_person()
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=caucus")
    await page.route("**/upload/*", lambda _route: None)
    await page.set_input_files("input[type=file]", tmp_path / "slow.log")
    await page.click("form.upload button[type=submit]")
    row = page.locator(".upload-row")
    await row.locator("[data-act=pause]").click()
    await expect(row).to_have_attribute("data-state", "paused")
    await row.locator("[data-act=resume]").click()
    await expect(row).to_have_attribute("data-state", "sending")
    await row.locator("[data-act=cancel]").click()
    await expect(row).to_have_attribute("data-state", "cancelled")
    await page.unroute("**/upload/*")
    await row.locator("[data-act=again]").click()
    await expect(row).to_have_attribute("data-state", "done")


async def test_the_keyboard_alone_reaches_the_content_and_closes_the_menu(new_person, gallery):
    person = await new_person()
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=joint")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()
    await page.locator("details.account summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".account-menu")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".account-menu")).to_be_hidden()
    await expect(page.locator("details.account summary")).to_be_focused()


async def test_errors_take_the_focus_and_lead_to_their_fields(new_person, gallery):
    person = await new_person()
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=joint&wrong=1")
    await expect(page.locator(".error-summary")).to_be_focused()
    await page.click(".error-summary a >> nth=0")
    await expect(page.locator("#f-day")).to_be_focused()


async def test_without_scripts_one_file_goes_as_an_ordinary_form(new_person, gallery):
    person = await new_person(java_script_enabled=False)
    page = await person.new_page()
    await page.goto(gallery.address + "/?room=caucus")
    await expect(page.locator("button.copy").first).to_be_hidden()
    await expect(page.locator("input[name=file]")).not_to_have_attribute("multiple", "")
    await expect(page.locator(".drop-words")).to_be_hidden()
