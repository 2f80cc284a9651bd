"""A ZIP file that was sent, and each chosen file of it an exhibit."""

import io
from contextlib import nullcontext
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select, update

from odr.errors import UnavailableError
from odr.evidence import unpacking
from odr.evidence.models import ExhibitVersion
from odr.evidence.unpacking import held_archive
from odr.evidence.upload_models import EntryState, UnpackedEntry, Upload
from odr.ids import UploadId
from odr.outbox import JobRow
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import lodge, room
from tests.integration.evidence.test_uploads import TUS, begun, lodge_it, send
from vault.stores.base import nothing

FILES = {
    "Contrats/Avenant n° 2.pdf": b"%PDF-1.7 " + b"avenant " * 5_000,
    "courriels/mars.eml": b"From: x\r\n\r\n" + b"mars " * 900,
    "../../etc/passwd": b"root",
    "__MACOSX/._x": b"junk",
    "vide.txt": b"",
    "annexe.zip": b"PK\x05\x06" + bytes(18),
}
CHOSEN = ["Avenant n° 2.pdf", "mars.eml", "annexe.zip"]


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


async def asked(client: Any, case: Any, content: bytes, space: str = "caucus_claimant") -> str:
    """Sends an archive to choose from; the address of the choice."""
    url = await begun(client, case, space, len(content), name="dossier.zip", archive="ask", kind="contract")
    await send(client, url, 0, content)
    answer = await lodge_it(client, url)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["archive"]["url"]
    return found


async def choose(client: Any, url: str, *entries: int, what: str = "chosen") -> Any:
    return await client.post(url, data={"what": what, "entry": [str(each) for each in entries]})


async def exhibits(platform: Any) -> list[ExhibitVersion]:
    async with platform.unit(write=False) as uow:
        return list(await uow.session.scalars(select(ExhibitVersion).order_by(ExhibitVersion.size)))


async def test_the_page_lists_what_it_holds_and_each_chosen_file_becomes_an_exhibit(any_platform, sign_in):
    case = await a_case(any_platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, zipped(FILES))
    page = (await claire.get(url)).text
    for words in ("Avenant n° 2.pdf", "mène hors de", "il est vide", "sans être ouvert", "ne prouve rien"):
        assert words in page
    assert page.count("checked") == len(CHOSEN)
    assert (await choose(claire, url, 0, 1, 5)).headers["location"] == url
    assert "0 / 3" in (await claire.get(url)).text
    await Worker(any_platform).drain()
    page = (await claire.get(url)).text
    assert "3 fichiers sont devenus des pièces" in page
    assert "hx-get" not in page.partition('id="unpacking"')[2].partition(">")[0]
    assert [each.sha256.hex() for each in await exhibits(any_platform)]
    listed = (await claire.get(room(case, "caucus_claimant"))).text
    assert all(name in listed for name in CHOSEN)
    async with any_platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(Upload)) is None
    assert len(list(any_platform.vault.store.objects(str(any_platform.vault.tenant)))) == len(CHOSEN)


async def test_nobody_else_finds_the_archive_whatever_they_may_read(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, zipped(FILES), "joint")
    for role in ("mediator", "respondent", "claimant_counsel"):
        other = await sign_in(case.people[role])
        assert (await other.get(url)).status_code == 404
        assert (await choose(other, url, 0)).status_code == 404
    await choose(claire, url, 0)
    for role in ("mediator", "respondent"):
        assert (await (await sign_in(case.people[role])).get(url)).status_code == 404


async def test_nothing_ticked_and_what_is_left_out_are_refused_and_the_page_says_so(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, zipped(FILES))
    for entries in ((), (2,), (0, 99)):
        refused = await choose(claire, url, *entries)
        assert refused.status_code == 422
        assert "Cochez au moins un" in refused.text
    assert not await exhibits(platform)


async def test_the_archive_is_lodged_as_it_is_or_dropped(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = zipped(FILES)
    dropped = await choose(claire, await asked(claire, case, content), what="drop")
    assert dropped.headers["location"].endswith("done=archive_dropped")
    assert not await exhibits(platform)
    whole = await choose(claire, await asked(claire, case, content), what="whole")
    assert whole.headers["location"].endswith("done=lodged")
    assert [each.size for each in await exhibits(platform)] == [len(content)]
    again = await choose(claire, await asked(claire, case, content), what="whole")
    assert again.status_code == 409
    assert "déjà déposé" in again.text


async def test_an_archive_that_is_none_is_told_and_can_still_be_lodged_as_it_is(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, b"PK\x03\x04 and nothing after it")
    page = await claire.get(url)
    assert page.status_code == 200
    assert "pas un fichier ZIP que nous" in page.text
    assert (await choose(claire, url, what="whole")).status_code == 303


async def test_a_worker_that_was_killed_goes_on_and_lodges_nothing_twice(platform, sign_in, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, zipped(FILES))
    await choose(claire, url, 0, 1, 5)
    noted = unpacking._note  # noqa: SLF001 -- the moment at which it is killed
    calls: list[Any] = []

    async def killed_before_it_notes(*values: Any) -> None:
        calls.append(values)
        if len(calls) == 2:
            raise UnavailableError("database_away")
        await noted(*values)

    monkeypatch.setattr(unpacking, "_note", killed_before_it_notes)
    await Worker(platform).drain()
    assert len(await exhibits(platform)) == 2
    async with platform.unit() as uow:
        await uow.session.execute(update(JobRow).values(run_at=uow.now()))
    await Worker(platform).drain()
    assert len(await exhibits(platform)) == 3
    async with platform.unit(write=False) as uow:
        states = set(await uow.session.scalars(select(UnpackedEntry.state)))
    assert states == {EntryState.LODGED}


async def test_an_archive_given_up_meanwhile_ends_and_says_what_was_not_lodged(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await asked(claire, case, zipped(FILES))
    await choose(claire, url, 0, 1)
    assert (await claire.delete(url.removesuffix("/archive"), headers=TUS)).status_code == 204
    await Worker(platform).drain()
    page = (await claire.get(url)).text
    assert "ont pas été déposés" in page
    assert "mars.eml" in page
    assert not await exhibits(platform)


async def test_the_same_file_and_a_damaged_one_are_told_by_name_and_the_others_lodged(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = bytearray(zipped({"bon.txt": b"bon " * 50, "abime.txt": b"abime" * 50, "double.txt": b"bon " * 50}))
    place = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[place + 16] ^= 1  # its checksum in the directory
    url = await asked(claire, case, bytes(content))
    await choose(claire, url, what="all")
    await Worker(platform).drain()
    page = (await claire.get(url)).text
    assert "1 fichier est devenu une pièce" in page
    assert "abime.txt" in page
    assert "Il est abîmé" in page
    assert "Vous avez déjà déposé exactement ce fichier" in page
    assert len(await exhibits(platform)) == 1


async def test_a_plain_form_leads_to_the_same_choice(any_platform, sign_in):
    case = await a_case(any_platform)
    claire = await sign_in(case.people["claimant"])
    content = zipped(FILES)
    answer = await lodge(
        claire, case, "caucus_claimant", content=content, name="dossier.zip", json=False, archive="ask"
    )
    assert answer.status_code == 303
    url = answer.headers["location"]
    assert url.endswith("/archive")
    assert "Avenant n° 2.pdf" in (await claire.get(url)).text
    await choose(claire, url, 0)
    await Worker(any_platform).drain()
    assert len(await exhibits(any_platform)) == 1


async def test_listing_reads_the_end_of_the_archive_and_not_all_of_it(platform, sign_in, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    with io.BytesIO() as held:
        with ZipFile(held, "w") as archive:
            archive.writestr("large.bin", bytes(20 * 1024 * 1024))
        content = held.getvalue()
    await asked(claire, case, content)
    read: list[int] = []
    original = platform.vault.store.read

    def counted(key: str, version: str, offset: int, length: int) -> bytes:
        read.append(length)
        found: bytes = original(key, version, offset, length)
        return found

    monkeypatch.setattr(platform.vault.store, "read", counted)
    monkeypatch.setattr(platform.vault.store, "at_hand", lambda *_asked: nullcontext(nothing))
    async with platform.unit(write=False) as uow:
        row = (await uow.session.scalars(select(Upload))).one()
    held_now = await held_archive(platform, case.people["claimant"], case.id, UploadId(row.id))
    assert held_now.listing.entries[0].size == 20 * 1024 * 1024
    assert sum(read) < 4 * 1024 * 1024
