"""Files are shown to clamd while they arrive; nothing it does or doesn't do ever loses or delays a deposit."""

import asyncio
import io
import time
import zipfile
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, update

from odr.evidence.history import versions_of
from odr.evidence.models import ExhibitVersion
from odr.evidence.rescanning import scan_waiting
from odr.evidence.scanning import (
    Because,
    Outcome,
    ScannerAwayError,
    Verdict,
    ask_engine,
    begin_scan,
)
from odr.ids import ExhibitId, JobId
from odr.outbox import Job, JobRow
from odr.settings import UnixClamd, read_clamd
from tests.builders import a_case
from tests.integration.evidence.hands import PDF, lodged, post, room
from tests.services.clamd import INFECTION, SIGNATURE, STREAM_LIMIT, lying_clamd

NO_JOB = Job(JobId(UUID(int=0)), "scan_waiting", {}, 1, "test")


async def scan_of(address, content, *, patience=5.0):
    scan = begin_scan(read_clamd(address), patience=patience)
    for start in range(0, len(content), 100_000):
        await scan.update(content[start : start + 100_000])
    return await scan.finish()


def encrypted_zip():
    """A ZIP whose one entry says that it is encrypted."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("secret.txt", b"x" * 200)
    content = bytearray(held.getvalue())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


async def test_a_real_clamd_tells_clean_infected_encrypted_and_too_large_apart(clamd):
    clean = await scan_of(clamd, b"bonjour")
    assert clean.outcome is Outcome.CLEAN
    assert clean.engine.startswith("ClamAV ")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"abc" + INFECTION)
    for content in (b"x" * 300_000 + INFECTION, zipped.getvalue()):
        found = await scan_of(clamd, content)
        assert found.outcome is Outcome.INFECTED
        assert found.signature.startswith(SIGNATURE)
    assert await scan_of(clamd, b"x" * (STREAM_LIMIT + 1)) == Verdict(
        Outcome.UNSCANNED, Because.TOO_LARGE, engine=clean.engine
    )
    assert (await scan_of(clamd, encrypted_zip())).because is Because.ENCRYPTED
    assert await ask_engine(UnixClamd(clamd.removeprefix("unix:"))) == clean.engine


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (b"2: stream: OK\0", 1000),  # before it saw all
        (b"2: stream: perhaps\0", None),
        (b"2: stream: Broken. ERROR\0", None),
        (b"no protocol\0", None),
        (b"x" * 10_000, None),
        (b"\0", None),
    ],
)
async def test_a_clamd_that_lies_is_never_believed(tmp_path, answer, after):
    async with lying_clamd(tmp_path, answer, after=after) as address:
        verdict = await scan_of(address, b"x" * 900_000)
    assert verdict.outcome is Outcome.WAITING


async def test_a_clamd_that_never_answers_is_not_waited_for(tmp_path):
    async with lying_clamd(tmp_path, b"", after=1000) as address:
        started = time.monotonic()
        verdict = await scan_of(address, b"x" * 20_000_000, patience=0.2)
        assert time.monotonic() - started < 3
    assert verdict.outcome is Outcome.WAITING
    with pytest.raises(ScannerAwayError):
        await ask_engine(UnixClamd(str(tmp_path / "nowhere")))


async def test_a_scan_may_be_abandoned_at_any_moment(clamd):
    for pieces in range(3):
        scan = begin_scan(read_clamd(clamd))
        for _piece in range(pieces):
            await scan.update(b"x" * 1000)
        await scan.abandon()
        await scan.abandon()
    assert await begin_scan(None).finish() == Verdict(Outcome.UNSCANNED, Because.NO_SCANNER)


@pytest.fixture
async def guarded(platform, clamd):
    """A platform with a scanner."""
    platform.settings = replace(platform.settings, clamd=read_clamd(clamd))
    return platform


async def version_of(platform, told):
    async with platform.unit(write=False) as uow:
        return await uow.session.scalar(select(ExhibitVersion).where(ExhibitVersion.exhibit_id == UUID(told["id"])))


async def test_a_deposit_says_what_the_scanner_found_and_keeps_it_sealed(guarded, sign_in):
    case = await a_case(guarded)
    claire = await sign_in(case.people["claimant"])
    clean = await lodged(claire, case, "joint", content=b"bonjour", name="note.txt")
    infected = await lodged(claire, case, "joint", content=b"a" + INFECTION, name="note2.txt")
    assert (clean["scan"], clean["warnings"]) == ("clean", [])
    assert infected["scan"] == "infected"
    assert len(infected["warnings"]) == 1
    row = await version_of(guarded, infected)
    assert row.scanned_at is not None
    assert SIGNATURE.encode() not in row.signature_sealed
    assert "Aucun virus trouvé" in (await claire.get(clean["url"])).text
    page = (await claire.get(infected["url"])).text
    assert SIGNATURE in page  # its own side is told what was found
    rene = await sign_in(case.people["respondent"])
    theirs = (await rene.get(infected["url"])).text
    assert "Infecté" in theirs
    assert SIGNATURE not in theirs


async def test_since_when_a_file_was_scanned_is_told_to_its_own_side_alone(guarded, sign_in, clock):
    case = await a_case(guarded)
    claire, rene, mediator = [await sign_in(case.people[who]) for who in ("claimant", "respondent", "mediator")]
    draft = await lodged(claire, case, "private_claimant", content=b"a" + INFECTION, name="note.txt")
    clock.advance(minutes=9)
    for into in ("caucus", "joint"):
        await claire.post(f"{draft['url']}/share", data={"into": into})
    for path in (draft["url"], f"{draft['url']}/infected"):
        assert "ClamAV" in (await claire.get(path)).text
        for other in (rene, mediator):  # a draft is its party's, and since when it is there, too
            answer = await other.get(path)
            assert answer.status_code == 200
            assert "ClamAV" not in answer.text
    async with guarded.unit(write=False) as uow:
        (version,) = await versions_of(uow, case.people["respondent"], case.id, ExhibitId(UUID(draft["id"])))
    assert (version.scan.outcome, version.scan.at, version.scan.engine) == (Outcome.INFECTED, None, "")


async def test_an_infected_file_is_handed_out_only_to_who_says_why(guarded, sign_in):
    case = await a_case(guarded)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    told = await lodged(claire, case, "joint", content=b"a" + INFECTION, name="macro.txt")
    for client in (claire, rene):
        assert (await client.get(f"{told['url']}/file")).status_code == 403
        assert (await client.head(f"{told['url']}/file")).status_code == 403
        assert (await client.get(f"{told['url']}/file", headers={"Range": "bytes=0-3"})).status_code == 403
        assert f"{told['url']}/file" not in (await client.get(told["url"])).text
    form = await rene.get(f"{told['url']}/infected")
    assert "VersionView" not in form.text, "the footer names the program's version, not the file's"
    assert form.status_code == 200
    version = form.text.split('name="version" value="')[1][:36]
    assert (await post(rene, f"{told['url']}/infected", version=version, reason="")).status_code == 422
    done = await post(rene, f"{told['url']}/infected", version=version, reason="Notre expert l'examine")
    assert done.status_code == 303
    assert (await rene.get(f"{told['url']}/file")).content == b"a" + INFECTION
    assert (await claire.get(f"{told['url']}/file")).status_code == 403  # each for oneself
    async with guarded.unit(write=False) as uow:
        own = await uow.vault.ledger.events(uow.session, case.ref("private_respondent"))
        joint = await uow.vault.ledger.events(uow.session, case.ref("joint"))
    released = [event.event for event in own if event.event["event"] == "InfectedFileReleased"]
    assert [event["reason"] for event in released] == ["Notre expert l'examine"]
    assert all(event.event["event"] != "InfectedFileReleased" for event in joint)


async def test_who_may_not_read_an_infected_file_learns_nothing_of_it(guarded, sign_in):
    case = await a_case(guarded)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "caucus_claimant", content=b"a" + INFECTION, name="macro.txt")
    clean = await lodged(claire, case, "joint", name="propre.pdf")
    for name in ("respondent", "expert", "secretariat", "archivist", "stranger"):
        client = await sign_in(case.people[name])
        assert (await client.get(f"{told['url']}/infected")).status_code == 404
        assert (await post(client, f"{told['url']}/infected", reason="x")).status_code == 404
    assert (await claire.get(f"{clean['url']}/infected")).status_code == 404  # nothing was found in it
    assert (await post(claire, f"{clean['url']}/infected", reason="x")).status_code == 409


async def test_with_no_scanner_the_page_says_so(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "joint")
    assert told["scan"] == "unscanned"
    assert "Non analysé" in (await claire.get(told["url"])).text
    assert (await claire.get(f"{told['url']}/file")).content == PDF


async def test_what_the_scanner_missed_is_scanned_later_from_the_sealed_object(platform, sign_in, clamd, tmp_path):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    before = await lodged(claire, case, "joint", content=b"avant" + INFECTION, name="avant.txt")
    platform.settings = replace(platform.settings, clamd=UnixClamd(str(tmp_path / "away")))
    away = await lodged(claire, case, "caucus_claimant", content=b"pendant" + INFECTION, name="pendant.txt")
    clean = await lodged(claire, case, "private_claimant", content=b"sain", name="sain.txt")
    assert away["scan"] == clean["scan"] == "waiting"
    assert "Pas encore analysé" in (await claire.get(away["url"])).text
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(JobRow.id).where(JobRow.kind == "scan_waiting")) is not None
    await scan_waiting(platform, NO_JOB)  # still away
    assert (await version_of(platform, away)).scan is Outcome.WAITING
    platform.settings = replace(platform.settings, clamd=read_clamd(clamd))
    async with platform.unit() as uow:
        await uow.session.execute(
            update(ExhibitVersion).where(ExhibitVersion.scan_due_at.is_not(None)).values(scan_due_at=uow.now())
        )
    await scan_waiting(platform, NO_JOB)
    found = [(await version_of(platform, told)).scan for told in (before, away, clean)]
    assert found == [Outcome.INFECTED, Outcome.INFECTED, Outcome.CLEAN]
    assert SIGNATURE in (await claire.get(away["url"])).text


async def test_without_a_scanner_nothing_waits_any_more(platform, sign_in, tmp_path):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    platform.settings = replace(platform.settings, clamd=UnixClamd(str(tmp_path / "away")))
    told = await lodged(claire, case, "joint")
    platform.settings = replace(platform.settings, clamd=None)
    await scan_waiting(platform, NO_JOB)
    row = await version_of(platform, told)
    assert (row.scan, row.scan_because) == (Outcome.UNSCANNED, Because.NO_SCANNER)


async def test_deposits_do_not_wait_for_a_clamd_that_is_away(platform, sign_in, tmp_path):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    platform.settings = replace(platform.settings, clamd=UnixClamd(str(tmp_path / "away")))
    told = await asyncio.wait_for(lodged(claire, case, "joint", content=b"x" * 9_000_000, name="gros.bin"), 30)
    assert told["scan"] == "waiting"
    assert len((await claire.get(f"{told['url']}/file")).content) == 9_000_000


async def test_the_list_of_a_room_marks_what_is_infected(guarded, sign_in):
    case = await a_case(guarded)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "joint", content=b"a" + INFECTION, name="macro.txt")
    assert "Infecté" in (await claire.get(room(case, "joint"))).text
