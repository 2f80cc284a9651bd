"""The browser of the tests is a real Chromium; each person has cookies of their own."""

import http.server
import threading
from functools import partial

import pytest

PAGE = """<!doctype html><html lang="fr"><title>Accueil</title><p id="dit"></p><script src="/dit.js"></script></html>"""
SCRIPT = 'document.getElementById("dit").textContent = navigator.language + " " + document.cookie;'
BROKEN = '<!doctype html><title>x</title><script src="/casse.js"></script>'


@pytest.fixture
def site(tmp_path):
    for name, content in {"index.html": PAGE, "dit.js": SCRIPT, "casse.html": BROKEN}.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "casse.js").write_text("throw new Error('en panne');")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_page_is_shown_and_its_script_runs_in_french(new_person, site):
    page = await (await new_person()).new_page()
    await page.goto(site)
    assert await page.title() == "Accueil"
    assert (await page.locator("#dit").inner_text()).startswith("fr-FR")


async def test_two_persons_share_no_cookie(new_person, site):
    lea, marc = await new_person(), await new_person(locale="en-GB")
    await lea.add_cookies([{"name": "de", "value": "lea", "url": site}])
    page = await marc.new_page()
    await page.goto(site)
    assert await page.locator("#dit").inner_text() == "en-GB"
    assert await marc.cookies() == []


async def test_an_error_in_a_page_is_remembered(new_person, site):
    page = await (await new_person()).new_page()
    async with page.expect_event("pageerror"):
        await page.goto(f"{site}/casse.html")
    assert ["en panne" in complaint for complaint in new_person.complaints] == [True]
    new_person.complaints.clear()


async def test_without_scripts_the_page_still_comes(new_person, site):
    page = await (await new_person(java_script_enabled=False)).new_page()
    await page.goto(site)
    assert await page.locator("#dit").inner_text() == ""
