"""The sealed record: whole, provable by anyone, and silent about every other room."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from odr.archive import sealing
from odr.archive.contents import gather
from odr.archive.models import Record, RecordCheck
from odr.archive.releasing import release_record
from odr.archive.sealing import seal_record
from odr.archive.verifying import check_record
from odr.bootstrap import Platform
from odr.disputes.commands import move
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.models import Dispute
from odr.disputes.qualifying import reject_dispute
from odr.disputes.queries import dispute_facts
from odr.event import EventRow
from odr.ids import JobId, new_id
from odr.outbox import Job
from odr.spaces.models import Space
from odr.worker import Worker
from tests.builders import Hands, a_case
from tests.integration.archive.hands import (
    SECRET,
    a_settled_case,
    secret_ids,
    the_record,
    turn,
    unpacked,
)
from vault import make_record


async def package_of(platform: Platform, case, path: Path) -> Path:
    async with platform.unit(write=False) as uow:
        record_id = (await uow.session.scalars(select(Record.id).where(Record.dispute_id == case.id))).one()
    release = await release_record(platform, case.people["claimant"], record_id)
    data = b"".join([piece async for piece in release.stream()])
    assert len(data) == release.size
    package = path / release.name
    package.write_bytes(data)
    return package


def offline(path: Path) -> subprocess.CompletedProcess[str]:
    """Verify as a stranger would: another process, nothing of ours but the verifier."""
    argv = [sys.executable, "-m", "vault.verify", str(path), "--language", "en"]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 -- fixed


async def test_a_settled_dispute_has_one_sealed_record_that_a_stranger_can_verify(
    any_platform: Platform, clock: Hands, tmp_path: Path
):
    case, told, record = await a_settled_case(any_platform, clock)
    package = await package_of(any_platform, case, tmp_path)
    said = offline(package)
    assert said.returncode == 0, said.stdout + said.stderr
    assert record.outcome == "settled"
    with zipfile.ZipFile(package) as outer:
        assert {name for name in outer.namelist() if "/" not in name} == {
            "LISEZ-MOI.txt",
            "README.txt",
            f"{case.reference}.zip",
            f"{case.reference}.receipt.json",
        }
        (tmp_path / "inner.zip").write_bytes(outer.read(f"{case.reference}.zip"))
    with zipfile.ZipFile(tmp_path / "inner.zip") as inner:
        names = {name.removeprefix(f"{case.reference}/") for name in inner.namelist()}
        listed = json.loads(inner.read(f"{case.reference}/data/evidence/list.json"))
        lines = inner.read(f"{case.reference}/data/record/messages.jsonl").decode().splitlines()
        events = inner.read(f"{case.reference}/data/record/events.jsonl").decode()
        missions = json.loads(inner.read(f"{case.reference}/data/record/expertise.json"))
        gone = json.loads(inner.read(f"{case.reference}/data/record/withheld.json"))
        facts = json.loads(inner.read(f"{case.reference}/data/record/dispute.json"))
    assert {"data/agreement/agreement.pdf", "data/agreement/agreement.json", "metadata/premis.xml"} <= names
    assert "data/agreement/agreement-signatures.json" in names
    assert {entry["number"] for entry in listed} == {"C-1", "C-2", "R-1", "E-1"}
    assert "data/evidence/C-1 Contrat _ signé.pdf" in names
    assert {f"data/evidence/{entry['file']}" for entry in listed} <= names
    taken_back = None
    assert {json.loads(line)["text"] for line in lines} == {
        "Bienvenue à tous.",
        "Merci, nous proposons mardi.",
        taken_back,
    }
    assert [each["event"] for each in gone] == ["ExhibitLodged", "SpokenTogether"]
    assert "AgreementDocumented" in events
    assert "StageChanged" in events
    assert missions[0]["questions"] == "Le logiciel marche-t-il ?"
    assert missions[0]["seen"][0]["number"] == "C-1"
    assert facts["title"] == "CRM livré avec six mois de retard"
    assert str(told.exhibits["contract"]) in {entry["exhibit_id"] for entry in listed}


async def test_nothing_of_a_caucus_a_draft_a_note_or_a_working_paper_is_in_a_record(
    platform: Platform, tmp_path: Path, settled
):
    case, told, _record = settled
    package = await package_of(platform, case, tmp_path)
    hidden = [word.encode() for word in {SECRET, *await secret_ids(platform, case, told)}]
    files = list(unpacked(package.read_bytes()))
    assert len(files) > 30
    assert any(b"Bienvenue" in content for _name, content in files)  # what is joint is found by the same search
    for name, content in files:
        for word in hidden:
            assert word not in content, f"{word!r} stands in {name}"
            assert word not in name.encode()


async def test_a_record_with_one_byte_changed_does_not_verify(platform: Platform, tmp_path: Path, settled):
    case, _told, _record = settled
    package = await package_of(platform, case, tmp_path)
    data = bytearray(package.read_bytes())
    place = data.index(b"Merci, nous proposons mardi.")
    data[place] ^= 1
    package.write_bytes(bytes(data))
    assert offline(package).returncode == 1


async def test_a_record_says_when_each_stored_file_was_last_found_right(platform: Platform, clock: Hands, settled):
    case, _told, _record = settled
    async with platform.unit() as uow:
        await uow.enqueue("scrub_objects", {})
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        dispute = await dispute_facts(uow, case.id)
        contents = await gather(uow, dispute, {}, centre="")
    assert contents is not None
    stored = {source.path: source.checked_at for source in contents.files if source.checked_at is not None}
    assert {"data/agreement/agreement.pdf", "data/evidence/C-1 Contrat _ signé.pdf"} <= stored.keys()
    bag = make_record("M-1", clock(), contents.files, [], key=platform.vault.ledger.key)
    whole = b"".join([piece async for piece in bag.stream()])
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        told = read.read("M-1/metadata/premis.xml").decode()
    assert told.count("<premis:eventType>fixity check</premis:eventType>") == len(stored)
    moment = stored["data/agreement/agreement.pdf"]
    assert moment is not None
    assert f"<premis:eventDateTime>{moment.isoformat(timespec='seconds')}</premis:eventDateTime>" in told


async def test_sealing_again_changes_nothing(platform: Platform, settled):
    case, _told, record = settled
    before = {path: path.stat().st_mtime_ns for path in platform.settings.data_dir.rglob("store/**/*")}
    payload = {"dispute_id": str(case.id)}
    await seal_record(platform, Job(JobId(new_id()), "seal_record", payload, 1, "worker"))
    assert {path: path.stat().st_mtime_ns for path in platform.settings.data_dir.rglob("store/**/*")} == before
    assert (await the_record(platform, case)).seal == record.seal


async def test_two_workers_that_seal_at_once_make_one_record(platform: Platform, monkeypatch):
    case = await a_case(platform, Stage.NOT_SETTLED)
    real = gather
    job = Job(JobId(new_id()), "seal_record", {"dispute_id": str(case.id)}, 1, "worker")
    async with platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())

    async def gather_while_another_seals(*args, **named):
        monkeypatch.setattr(sealing, "gather", real)
        await seal_record(platform, job)
        return await real(*args, **named)

    monkeypatch.setattr(sealing, "gather", gather_while_another_seals)
    await seal_record(platform, job)
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Record)) == 1
    stored = [path for path in (platform.settings.data_dir / "store").rglob("*") if path.is_file()]
    assert len(stored) == 1


async def test_a_record_waits_for_the_checkpoint_of_its_last_event(platform: Platform, clock: Hands):
    case = await a_case(platform)
    async with platform.unit() as uow:
        await move(uow, case.id, Step.END, frozenset({By.MEDIATOR}), case.people["mediator"])
    job = Job(JobId(new_id()), "seal_record", {"dispute_id": str(case.id)}, 1, "worker")
    await seal_record(platform, job)
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Record)) == 0
    await turn(platform, clock, times=4)
    assert (await the_record(platform, case)).outcome == "not_settled"


async def test_a_file_that_was_closed_before_its_sealing_is_sealed_with_how_it_ended(platform: Platform, clock: Hands):
    case = await a_case(platform)
    async with platform.unit() as uow:
        await move(uow, case.id, Step.END, frozenset({By.MEDIATOR}), case.people["mediator"])
        await move(uow, case.id, Step.SEAL, frozenset({By.PLATFORM}), None)
    await seal_record(platform, Job(JobId(new_id()), "seal_record", {"dispute_id": str(case.id)}, 1, "worker"))
    await turn(platform, clock, times=4)
    assert (await the_record(platform, case)).outcome == "not_settled"


async def test_a_mediation_without_agreement_is_sealed_with_its_certificate(platform: Platform, tmp_path: Path, ended):
    case, record = ended
    package = await package_of(platform, case, tmp_path)
    assert record.outcome == "not_settled"
    assert any(name.endswith("data/agreement/end-certificate.pdf") for name, _ in unpacked(package.read_bytes()))
    assert offline(package).returncode == 0


async def test_a_refused_request_is_sealed_with_its_procedure_alone(platform: Platform, clock: Hands, tmp_path: Path):
    case = await a_case(platform, Stage.REFERRED)
    async with platform.unit() as uow:
        joint = await uow.session.get(Space, case.spaces["joint"])  # a referral has no joint room yet
        await uow.session.delete(joint)
        await reject_dispute(uow, case.people["secretariat"], case.id, reason="Hors de notre compétence.")
    await turn(platform, clock, times=5)
    record = await the_record(platform, case)
    assert record.space_id == case.spaces["procedure"]
    package = await package_of(platform, case, tmp_path)
    names = [name for name, _content in unpacked(package.read_bytes())]
    assert not [name for name in names if "evidence" in name or "agreement" in name]
    assert offline(package).returncode == 0


async def test_the_server_verifies_its_own_records_and_keeps_the_four_verdicts(platform: Platform, settled):
    _case, _told, record = settled
    async with platform.unit(write=False) as uow:
        check = (await uow.session.scalars(select(RecordCheck).where(RecordCheck.record_id == record.id))).first()
    assert check is not None
    assert check.holds
    assert set(check.verdicts) == {"bytes", "inclusion", "time", "signature"}
    assert not list((platform.settings.data_dir / "checking").iterdir())


async def test_a_record_damaged_in_the_store_is_found_out(platform: Platform, settled):
    _case, _told, record = settled
    objects = [path for path in (platform.settings.data_dir / "store").rglob("*") if path.is_file()]
    largest = max(objects, key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.chmod(0o600)
    largest.write_bytes(bytes(data))
    await check_record(platform, Job(JobId(new_id()), "check_record", {"record_id": str(record.id)}, 1, "worker"))
    async with platform.unit(write=False) as uow:
        query = select(RecordCheck).where(RecordCheck.record_id == record.id).order_by(RecordCheck.id.desc())
        newest = (await uow.session.scalars(query)).first()
    assert newest is not None
    assert not newest.holds
    assert newest.verdicts["bytes"]["status"] == "fails"


async def test_each_copy_taken_stands_in_the_ledger_that_the_parties_read(platform: Platform, tmp_path: Path, settled):
    case, _told, record = settled
    await package_of(platform, case, tmp_path)
    await package_of(platform, case, tmp_path)
    async with platform.unit(write=False) as uow:
        taken = await uow.session.scalars(select(EventRow).where(EventRow.name == "RecordReleased"))
        rows = taken.all()
    assert len(rows) == 2
    assert {row.space_id for row in rows} == {case.spaces["joint"]}
    assert record.space_id == case.spaces["joint"]


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SIGNING])
async def test_a_dispute_under_way_is_never_sealed(platform: Platform, clock: Hands, stage: Stage):
    case = await a_case(platform, stage)
    await seal_record(platform, Job(JobId(new_id()), "seal_record", {"dispute_id": str(case.id)}, 1, "worker"))
    await turn(platform, clock)
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Record)) == 0
        assert (await uow.session.get_one(Dispute, case.id)).stage is stage
