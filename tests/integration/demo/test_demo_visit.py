"""`entente demo`: a door for each role, mails to read, and a second start that finds everything."""

import html
import re
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.integration.demo.starting import an_open_demo, environment

TIMES_LOADING = 2.5  # 1.4 on a quiet machine; playing the cases again takes ten times as long as loading


@pytest.fixture(scope="module")
def visited(played: Path):
    with an_open_demo(played) as demo:
        yield demo


def browser(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, follow_redirects=True, headers={"Accept": "text/html", "Accept-Language": "fr"})


def test_a_second_start_plays_nothing_and_takes_little_more_than_loading_the_code(visited) -> None:
    loading = subprocess.Popen([sys.executable, "-c", "import web.app, odr.migrate; input()"], stdin=subprocess.PIPE,
                               env=environment())  # fmt: skip
    try:
        watched = psutil.Process(loading.pid)
        spent = 0.0
        while (now := sum(watched.cpu_times()[:2])) > spent or now == 0:
            spent = now
            with_pause(0.3)
    finally:
        loading.communicate(b"\n")
    assert len(visited.doors) == 13
    assert not any("──" in line for line in visited.said)
    assert visited.processor_seconds < TIMES_LOADING * spent


def with_pause(seconds: float) -> None:
    import time  # noqa: PLC0415 -- only here

    time.sleep(seconds)


def test_each_door_lets_its_person_in_and_shows_their_disputes(visited) -> None:
    seated = 0
    for door in visited.doors:
        with browser(visited.url) as person:
            page = person.get(door)
            assert page.status_code == 200
            assert page.url.path == "/disputes"
            found = set(re.findall(r"/disputes/([0-9a-f-]{36})", page.text))
            seated += bool(found)
            for dispute in found:
                assert person.get(f"/disputes/{dispute}").status_code == 200
    assert seated == 12  # everybody but the archivist, whose task stands in the archive


def test_a_door_opens_again_and_a_forged_one_never(visited) -> None:
    with browser(visited.url) as person:
        assert person.get(visited.doors[0]).status_code == 200
        assert person.get(visited.doors[0]).status_code == 200
        forged = person.get(visited.doors[0][:-1] + ("a" if visited.doors[0][-1] != "a" else "b"))
        assert forged.status_code == 410


AWAITED = {
    "maiwenn.leguirrec@trehoublan-agencement.example": "may this sentence be said",
    "solene.garrigoux@trois-ponts.example": "request to disclose exhibit R-1",
    "claire.vauquelin@mediateurs.example.org": "its party consented",
    "imogen.thackeray@expertise-si.example.org": "Accept or decline the expert's mission",
    "awa.diagourou@quai-saint-corentin.example": "Review the appointment of Edmund Harcastle",
}
"""What the managed-services case awaits of each role; the archivist's tasks stand in the archive."""


def test_the_case_that_is_half_way_awaits_something_of_each_role(visited) -> None:
    password = next(line.rpartition(" ")[2] for line in visited.said if "demo-" in line and "http" not in line)
    reference = ""
    with httpx.Client(base_url=f"{visited.url}/api/v1", headers={"Accept-Language": "en"}) as api:
        for email, label in AWAITED.items():
            bearer = api.post("/token", json={"email": email, "password": password}).json()["access_token"]
            headers = {"Authorization": f"Bearer {bearer}"}
            disputes = api.get("/disputes", params={"stage": "open"}, headers=headers).json()["disputes"]
            (hosting,) = [each for each in disputes if each["respondent"] == "Infogérance des Trois Ponts"]
            reference = hosting["reference"]
            awaits = api.get(f"/disputes/{hosting['id']}", headers=headers).json()["awaits"]
            assert any(label in task["label"] for task in awaits if task["mine"]), (email, awaits)
    archivist = next(door for door, line in doors_with_names(visited) if line.startswith("Bastien Crozemarie"))
    with browser(visited.url) as person:
        person.get(archivist)
        archive = person.get("/archive").text
        assert "/archive/reopenings/" in archive
        (asked,) = re.findall(r'href="(/custody/[0-9a-f-]{36})"', archive)
        decision = person.get(asked).text
        assert reference in decision
        assert "personnes-jointes" not in decision


def doors_with_names(visited) -> list[tuple[str, str]]:
    """Each door, with the line that names its person: two lines above it."""
    lines = [line.strip() for line in visited.said]
    return [(line, lines[place - 2]) for place, line in enumerate(lines) if "/demo/enter/" in line]


def test_the_people_page_lets_everyone_in_and_says_which_case_shows_what(visited) -> None:
    with browser(visited.url) as person:
        page = person.get("/demo")
        assert page.status_code == 200
        assert len(re.findall(r'href="/demo/enter/', page.text)) == 13
        assert len(re.findall(r"M-[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)) == 5
        assert "l’accord de l’archiviste est attendu" in page.text  # noqa: RUF001 -- French typography
        first = re.findall(r'href="(/demo/enter/[^"]+)"', page.text)[0]
        assert person.get(first).url.path == "/disputes"


def test_the_mails_can_be_read_and_their_links_followed(visited) -> None:
    with browser(visited.url) as anybody:
        page = anybody.get("/demo/mail")
        assert page.status_code == 200
        assert "Quiconque peut ouvrir ce site" in page.text
        names = re.findall(r'href="/demo/mail/([^"?]+\.eml)"', page.text)
        assert len(names) > 50
        to_one = anybody.get("/demo/mail", params={"to": "claire.vauquelin@mediateurs.example.org"})
        while older := re.search(r'rel="next" href="(/demo/mail\?[^"]+)"', to_one.text):
            to_one = anybody.get(html.unescape(older[1]))
        oldest = re.findall(r'href="/demo/mail/([^"?]+\.eml)"', to_one.text)[-3:]
        texts = [anybody.get(f"/demo/mail/{name}").text for name in oldest]
        assert any(re.search(r'<a href="http://127\.0\.0\.1:\d+/invitation/', text) for text in texts)
        shown = anybody.get(f"/demo/mail/{names[0]}/html")
        assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert anybody.get("/demo/mail/..%2fdoors.json").status_code == 404
        assert anybody.get("/demo/mail/doors.json").status_code == 404
        to_one = anybody.get("/demo/mail", params={"to": "imogen.thackeray@expertise-si.example.org"})
        assert "maiwenn" not in to_one.text


def test_no_mail_tells_what_was_said_or_lodged(visited) -> None:
    with httpx.Client(base_url=visited.url, headers={"Accept": "application/json"}) as anybody:
        mails = found = anybody.get("/demo/mail").json()
        while found:
            found = anybody.get("/demo/mail", params={"before": found[-1]["name"]}).json()
            mails = mails + found
    text = " ".join(mail["subject"] + mail["text"] for mail in mails)
    for secret in ("taux de transformation", "cahier des charges", "48 000", "commerciaux ouvrent", "Hébergement"):
        assert secret.casefold() not in text.casefold()


def test_the_demo_s_secrets_are_for_its_owner_only(played: Path) -> None:
    for path in (played / ".entente-demo", played / "platform" / "doors.json", played / "platform" / "secrets"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("path", ["/demo", "/demo/mail", "/demo/mail/x.eml", "/demo/enter/token"])
async def test_outside_the_demo_its_doors_do_not_exist(sign_in, path: str) -> None:
    browser_of_nobody = await sign_in(None)
    assert (await browser_of_nobody.get(path)).status_code == 404
