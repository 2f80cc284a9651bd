"""What an operator sees and types about stored objects: counts and ids, never what an item holds."""

import html
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from odr.doctor.examining import examine
from odr.doctor.finding import State
from odr.keeping.copying import copy_waiting
from odr.keeping.scrubbing import scrub_all
from odr.platform import Platform
from odr.visibility.actor import CentreRole
from odr.words import use_language
from tests.builders import Hands, a_browser, an_account
from tests.integration.keeping.hands import Damager, keep, some
from tests.services.issuer import NAME, Issuer
from vault import Copy, ItemRef
from web.app import build_app
from web.cli import main

SEALS = [
    ("fr", "ni avancé ni qualifié", "Ce n\u2019est pas un cachet électronique qualifié"),
    ("en", "neither advanced nor qualified", "It is not a qualified electronic seal"),
]


async def damaged(platform: Platform, *, both: bool) -> ItemRef:
    item, _ = await keep(platform, b"ZzSECRETzZ contrat")
    await copy_waiting(platform, seconds=60)
    await Damager(platform).rot(item, Copy.FIRST)
    if both:
        await Damager(platform).lose(item, Copy.SECOND)
    await scrub_all(platform)
    return item


@pytest.mark.parametrize(("language", "words"), [("fr", "Des dégâts subsistent"), ("en", "Damage stands")])
async def test_the_page_of_health_tells_of_damage_and_not_of_which_item(
    platform_of_two: Platform, language: str, words: str
) -> None:
    admin = await an_account(platform_of_two, "Adèle", CentreRole.ADMINISTRATOR, language=language)
    item = await damaged(platform_of_two, both=True)
    async with a_browser(platform_of_two, build_app(platform_of_two), admin) as client:
        page = (await client.get("/operations")).text
    assert words in page
    assert "ZzSECRETzZ" not in page
    assert str(item.item) not in page, "it may be of a caucus: the machine's own command names it"
    assert str(item.collection) not in page, "not even whose it is"


async def test_the_page_of_health_warns_before_the_seal_on_documents_ends(platform: Platform) -> None:
    admin = await an_account(platform, "Adèle", CentreRole.ADMINISTRATOR, language="en")
    path, day = platform.settings.data_dir / "pdf-seal.pem", timedelta(days=1)
    issuer, soon, broken = Issuer(), "The seal's certificate ends on", "The seal cannot be used"
    async with a_browser(platform, build_app(platform), admin) as client:
        assert "No seal yet" in (await client.get("/operations")).text
        issuer.seal(path, 400 * day)
        page = html.unescape((await client.get("/operations")).text)
        assert NAME in page
        assert soon not in page
        issuer.seal(path, 59 * day)
        assert soon in html.unescape((await client.get("/operations")).text)
        issuer.seal(path, -day)
        assert "nothing more can be sealed" in (await client.get("/operations")).text
        path.write_bytes(b"no key")
        page = (await client.get("/operations")).text
        assert broken in page
        assert "No seal yet" not in page


@pytest.mark.parametrize(("language", "simple", "issued"), SEALS)
async def test_who_holds_a_document_reads_what_seals_it_and_never_that_it_is_qualified(
    platform: Platform, language: str, simple: str, issued: str
) -> None:
    path = platform.settings.data_dir / "pdf-seal.pem"
    async with a_browser(platform, build_app(platform), None) as client:
        client.headers["Accept-Language"] = language
        assert (await client.get("/about/seal.pem")).status_code == 404
        _ = platform.vault.papers.key
        page = html.unescape((await client.get("/about/seal")).text)
        assert simple in page
        saved = (await client.get("/about/seal.pem")).content
        shown = re.sub("<[^>]*>|\\s", "", page)
        assert load_pem_x509_certificate(saved).fingerprint(SHA256()).hex() in shown
        assert b"PRIVATE" not in saved
        keys = (await client.get("/api/v1/keys")).json()
        assert keys["document_seal"].encode() == saved
        Issuer().seal(path, timedelta(days=400))
        page = html.unescape((await client.get("/about/seal")).text)
        assert NAME in page
        assert issued in page
        assert simple not in page
        path.write_bytes(b"no key")
        assert (await client.get("/about/seal")).status_code == 200


async def test_damage_that_stands_fails_the_doctor_and_mended_damage_does_not(platform_of_two: Platform) -> None:
    await damaged(platform_of_two, both=False)
    assert (await seen(platform_of_two))["Stored objects"] is State.OK
    await damaged(platform_of_two, both=True)
    found = await seen(platform_of_two)
    assert (found["Stored objects"], found["Second store"]) == (State.FAIL, State.OK)


async def test_a_second_store_that_is_behind_or_away_fails_the_doctor(platform_of_two: Platform, clock: Hands) -> None:
    await keep(platform_of_two, some(10))
    assert (await seen(platform_of_two))["Second store"] is State.OK
    clock.advance(hours=2)
    assert (await seen(platform_of_two))["Second store"] is State.FAIL
    await copy_waiting(platform_of_two, seconds=60)
    assert (await seen(platform_of_two))["Second store"] is State.OK
    second = platform_of_two.settings.data_dir.parent / "second"
    second.rename(second.with_name("moved"))
    second.write_text("a file is in the way")
    assert (await seen(platform_of_two))["Second store"] is State.FAIL


async def seen(platform: Platform) -> dict[str, State]:
    with use_language("en"):
        return {finding.name: finding.state for finding in await examine(platform)}


async def test_a_pace_that_is_too_slow_is_said(platform: Platform) -> None:
    await keep(platform, some(100))
    object.__setattr__(platform.settings.scrub, "whole_every", platform.settings.scrub.whole_every * 0)
    assert (await seen(platform))["Stored objects"] is State.FAIL


@pytest.fixture
def type_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """``type_it(directory, "scrub", "--all")``: the command over an installation, and all that it printed."""

    def run(directory: Path, *argv: str) -> tuple[int, str]:
        from odr.first_start import make_environment  # noqa: PLC0415 -- only here

        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(("ENTENTE_", "LC_", "LANG"))]:
                patch.delenv(name)
            made = make_environment(directory, public_url="http://127.0.0.1:8000", centre_name="Centre")
            made["ENTENTE_REPLICA"] = f"files:{directory.parent / 'second'}"
            for name, value in made.items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = main(argv)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


async def test_scrub_and_repair_are_typed(platform_of_two: Platform, type_it: Callable[..., tuple[int, str]]) -> None:
    import asyncio  # noqa: PLC0415 -- the commands run a loop of their own, in a thread

    directory = platform_of_two.settings.data_dir
    item, _ = await keep(platform_of_two, b"contrat")
    await copy_waiting(platform_of_two, seconds=60)

    async def typed(*argv: str) -> tuple[int, str]:
        return await asyncio.to_thread(type_it, directory, *argv)

    status, said = await typed("scrub", "--status")
    assert (status, "2 were never read again yet" in said) == (0, True)
    assert (await typed("scrub"))[0] == 0
    await Damager(platform_of_two).rot(item, Copy.FIRST)
    status, said = await typed("scrub", "--all")
    assert status == 0
    assert f"Item {item.item}, first copy: its bytes have changed. It was mended." in said
    await Damager(platform_of_two).lose(item, Copy.FIRST)
    assert (await typed("repair"))[0] == 0, "nothing is known to be damaged yet"
    assert (await typed("repair", "--item", str(item.item)))[0] == 0
    assert (await typed("scrub", "--item", str(item.collection))) == (1, "No such item is recorded.\n")
    for copy in Copy:
        await Damager(platform_of_two).rot(item, copy)
    status, said = await typed("scrub", "--item", str(item.item))
    assert (status, said.count("Rot found")) == (1, 2)
    assert (await typed("repair"))[0] == 1
    assert (await typed("sweep"))[0] == 0
