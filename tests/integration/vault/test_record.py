"""A sealed record from end to end: written as a stream, read by others' tools, verified offline, attacked."""

import hashlib
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import bagit
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from tests.services.programs import find_program
from vault import NoteKey, Receipt, RecordError, SpaceRef, make_package, make_record, metadata, source_from_bytes
from vault.authority import make_authority, serve
from vault.ledger.log import Ledger
from vault.record.verify import verify
from vault.verify import main

NOW = datetime.now(UTC)
REFERENCE = "ENT-2026-0001"


@dataclass
class Sealed:
    """A sealed record on disk, its package, and who signed."""

    folder: Path
    package: Path
    record: Path
    receipt: Path
    key: NoteKey
    root: x509.Certificate


async def gathered(stream) -> bytes:
    return b"".join([chunk async for chunk in stream])


async def sealed(vault, folder: Path, *, stamped: bool = True) -> Sealed:
    """One dispute told in three events, an agreement and two exhibits, sealed and packaged."""
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    signer = Ed25519PrivateKey.generate()
    with serve(folder / "authority") as authority:
        authorities = [authority] if stamped else []
        ledger = Ledger(vault.keys, uuid4(), "entente.test/log", signer, 60, authorities)
        async with async_sessionmaker(engine).begin() as session:
            space = SpaceRef(uuid4(), uuid4())
            await vault.make_space(session, space)
            for number in range(3):
                await ledger.append(session, space, {"type": "Happened", "number": number})
            await ledger.tick(session, NOW)
            receipts = [await ledger.receipt(session, space, index) for index in range(3)]
            files = [
                source_from_bytes("data/agreement/accord.pdf", b"%PDF-1.7 accord"),
                source_from_bytes("data/evidence/C-1 courriels d'été.eml", b"mail" * 50_000),
                source_from_bytes("data/evidence/R-1 journal.log", b""),
            ]
            bag = make_record(REFERENCE, NOW, files, receipts, key=ledger.key, title="Litige\nCRM")
            record = await gathered(bag.stream())
            assert bag.seal
            event = {"type": "RecordSealed", "reference": REFERENCE, "tag_manifest_sha256": bag.seal.hex()}
            position = await ledger.append(session, space, event)
            await ledger.ask_stamp(session, space, position.index)
            await ledger.tick(session, NOW + timedelta(minutes=1))
            for due in await ledger.due_stamps(session, NOW):
                await ledger.keep_stamp(session, due, ledger.stamp(due))
            receipt = (await ledger.receipt(session, space, position.index)).to_json()
    await engine.dispose()
    package = make_package(REFERENCE, NOW, source_from_bytes("", record), receipt)
    whole = await gathered(package.stream())
    assert len(whole) == package.size
    made = Sealed(
        folder,
        folder / package.name,
        folder / f"{REFERENCE}.zip",
        folder / f"{REFERENCE}.receipt.json",
        ledger.key,
        make_authority(folder / "authority").root,
    )
    made.package.write_bytes(whole)
    made.record.write_bytes(record)
    made.receipt.write_bytes(receipt)
    return made


@pytest_asyncio.fixture
async def record(vault, tmp_path: Path) -> Sealed:
    return await sealed(vault, tmp_path)


def unzipped(record: Sealed) -> Path:
    with zipfile.ZipFile(record.record) as read:
        read.extractall(record.folder)
    return record.folder / REFERENCE


def statuses(report) -> list[str]:
    return [verdict.status for verdict in report.verdicts.values()]


HOLDS = ["holds"] * 4


def test_package_record_and_folder_all_verify(record: Sealed):
    for path in (record.package, record.record, unzipped(record)):
        report = verify(path)
        assert statuses(report) == HOLDS, report.in_english()
        assert report.holds
        assert "enclosed" in report.signature.english
        assert "No independent time stamp." in report.time.english
        assert "Aucun horodatage indépendant." in report.time.french
        assert record.key.fingerprint in report.signature.english


def test_with_trusted_key_and_root_nothing_is_believed_because_it_is_enclosed(record: Sealed):
    report = verify(record.package, trusted_key=record.key, trusted_roots=[record.root])
    assert report.holds
    assert "enclosed" not in report.in_english()


def test_another_trusted_key_or_root_fails(record: Sealed, tmp_path: Path):
    other = NoteKey.of("entente.test/log", Ed25519PrivateKey.generate())
    assert statuses(verify(record.package, trusted_key=other)) == ["holds", "holds", "holds", "fails"]
    root = make_authority(tmp_path / "other").root
    assert statuses(verify(record.package, trusted_roots=[root])) == ["holds", "holds", "fails", "holds"]


def test_the_bag_is_one_for_the_library_of_congress(record: Sealed):
    bagit.Bag(str(unzipped(record))).validate()


def test_the_manual_steps_printed_in_the_record_work(record: Sealed):
    folder = unzipped(record)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        run(folder, "sha256sum", "-c", manifest)
    seal = hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert json.loads(record.receipt.read_bytes())["event"]["tag_manifest_sha256"] == seal
    for readme in ("LISEZ-MOI.txt", "README.txt"):
        assert record.key.fingerprint in (folder / readme).read_text("utf-8")
    receipt = Receipt.from_json(record.receipt.read_bytes())
    assert receipt.log
    (folder / "checkpoint").write_bytes(receipt.log.checkpoint.text)
    (folder / "token").write_bytes(receipt.stamps[0].token)
    root = record.folder / "authority" / "root.pem"
    run(folder, "openssl", "ts", "-verify", "-data", "checkpoint", "-in", "token", "-CAfile", root)


def run(folder: Path, program: str, *arguments: str | Path) -> None:
    argv = [find_program(program), *arguments]
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)  # noqa: S603 -- sha256sum and openssl


async def test_without_any_authority_the_record_says_so_and_the_rest_holds(vault, tmp_path: Path):
    record = await sealed(vault, tmp_path, stamped=False)
    report = verify(record.package)
    assert statuses(report) == ["holds", "holds", "not claimed", "holds"]
    assert report.time.english == "No independent time stamp."
    assert report.holds
    assert "No independent time stamp." in (unzipped(record) / "README.txt").read_text("utf-8")


def test_a_record_without_its_receipt_is_not_vouched_for(record: Sealed):
    record.receipt.unlink()
    report = verify(record.record)
    assert statuses(report) == ["holds", "fails", "not claimed", "not claimed"]
    assert not report.holds


def test_an_unfinished_receipt_proves_nothing_yet(record: Sealed):
    whole = Receipt.from_json(record.receipt.read_bytes())
    record.receipt.write_bytes(replace(whole, batch=None, log=None, stamps=()).to_json())
    report = verify(record.record)
    assert statuses(report) == ["holds", "not claimed", "not claimed", "not claimed"]
    assert not report.holds


def remade(folder: Path) -> None:
    """What a forger does after touching a record: its sums and both manifests anew."""
    payload = [path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file()]
    info = (folder / "bag-info.txt").read_text("utf-8").splitlines()
    info = [line for line in info if not line.startswith("Payload-Oxum")]
    info.append(f"Payload-Oxum: {sum(payload)}.{len(payload)}\n")
    (folder / "bag-info.txt").write_text("\n".join(info), "utf-8")
    for name, chosen in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        lines = [
            f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n"
            for path in files
            if path.startswith("data/") is chosen and path != "tagmanifest-sha256.txt"
        ]
        (folder / name).write_text("".join(lines), "utf-8")


def touch(folder: Path) -> None:
    (folder / "data/evidence/R-1 journal.log").write_bytes(b"one line more")


def unlisted(folder: Path) -> None:
    (folder / "note.txt").write_text("not listed")


def unlisted_payload(folder: Path) -> None:
    (folder / "data/evidence/C-2.txt").write_text("not listed")


def removed(folder: Path) -> None:
    (folder / "data/agreement/accord.pdf").unlink()


def edited_tag(folder: Path) -> None:
    (folder / "metadata/premis.xml").write_text("<premis/>")


def edited_manifest(folder: Path) -> None:
    path = folder / "manifest-sha256.txt"
    path.write_bytes(path.read_bytes().replace(b"accord", b"accore"))


def linked(folder: Path) -> None:
    (folder / "data/agreement/accord.pdf").unlink()
    (folder / "data/agreement/accord.pdf").symlink_to("/etc/hostname")


def linked_folder(folder: Path) -> None:
    shutil.rmtree(folder / "data/agreement")
    (folder / "data/agreement").symlink_to("/etc")


def climbing(folder: Path) -> None:
    with (folder / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(f"{'0' * 64}  data/../../x\n")


def fetching(folder: Path) -> None:
    (folder / "fetch.txt").write_text("http://127.0.0.1/ 1 data/x\n")


def without_declaration(folder: Path) -> None:
    (folder / "bagit.txt").unlink()


@pytest.mark.parametrize(
    "attack",
    [
        touch,
        unlisted,
        unlisted_payload,
        removed,
        edited_tag,
        edited_manifest,
        linked,
        linked_folder,
        climbing,
        fetching,
        without_declaration,
    ],
    ids=lambda attack: attack.__name__,
)
def test_a_touched_record_fails(record: Sealed, attack):
    folder = unzipped(record)
    attack(folder)
    report = verify(folder)
    assert report.bytes.status == "fails"
    assert not report.holds


def new_event(folder: Path) -> None:
    path = folder / "data/record/events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":5'))


def lost_event(folder: Path) -> None:
    path = folder / "data/record/events.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))


@pytest.mark.parametrize(
    "attack", [touch, unlisted, edited_tag, new_event, lost_event], ids=lambda attack: attack.__name__
)
def test_rewritten_manifests_do_not_help_the_forger(record: Sealed, attack):
    folder = unzipped(record)
    attack(folder)
    remade(folder)
    bagit.Bag(str(folder)).validate()  # to others it looks whole
    report = verify(folder)
    assert report.bytes.status == "fails"
    assert "another seal" in report.bytes.english


def rezipped(record: Sealed, change) -> Path:
    """The record's ZIP with a change made to it by hand."""
    target = record.folder / "changed" / f"{REFERENCE}.zip"
    target.parent.mkdir()
    shutil.copy(record.receipt, target.parent)
    with zipfile.ZipFile(record.record) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry), zipfile.ZIP_DEFLATED)
        change(new)
    return target


def test_a_record_zipped_again_by_another_program_is_refused_and_its_folder_verifies(record: Sealed):
    report = verify(rezipped(record, lambda _zip: None))
    assert report.bytes.status == "fails"
    assert "the folder that it unpacks to can still be verified" in report.bytes.english
    assert verify(unzipped(record)).holds


def add_link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo(f"{REFERENCE}/data/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def add_bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr(f"{REFERENCE}/data/bomb", b"\0" * 50_000_000)


DECOMPOSED = "data/evidence/C-1 courriels d'e\u0301te\u0301.eml"
CHANGES = {
    "climbs": lambda archive: archive.writestr("../../evil", b"x"),
    "absolute": lambda archive: archive.writestr("/evil", b"x"),
    "backslash": lambda archive: archive.writestr("..\\evil", b"x"),
    "link": add_link,
    "bomb": add_bomb,
    "case": lambda archive: archive.writestr(f"{REFERENCE}/DATA/agreement/Accord.pdf", b"x"),
    "normalisation": lambda archive: archive.writestr(f"{REFERENCE}/{DECOMPOSED}", b"x"),
    "beside": lambda archive: archive.writestr("beside.txt", b"x"),
    "unlisted": lambda archive: archive.writestr(f"{REFERENCE}/data/more.txt", b"x"),
    "file is a folder": lambda archive: archive.writestr(f"{REFERENCE}/bagit.txt/x", b"x"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_hostile_zip_is_refused(record: Sealed, change):
    report = verify(rezipped(record, CHANGES[change]))
    assert report.bytes.status == "fails"
    assert not report.holds


@pytest.mark.parametrize("cut", [0, 3, 30, 1000, -1, -22])
def test_a_cut_record_fails_without_an_exception(record: Sealed, cut):
    record.record.write_bytes(record.record.read_bytes()[:cut])
    assert not verify(record.record).holds


@pytest.mark.parametrize("place", [100, 5_000, 120_000, 200_000])
def test_a_flipped_byte_fails(record: Sealed, place):
    data = bytearray(record.package.read_bytes())
    data[place] ^= 1
    record.package.write_bytes(data)
    report = verify(record.package)
    assert report.bytes.status == "fails"


def test_a_receipt_of_another_record_fails(record: Sealed):
    other = json.loads(record.receipt.read_bytes())
    other["event"]["tag_manifest_sha256"] = "0" * 64
    record.receipt.write_bytes(json.dumps(other, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    report = verify(record.record)
    assert statuses(report)[:2] == ["fails", "fails"]


def test_the_command_answers_by_its_exit_status(record: Sealed, capsys):
    key, root = record.folder / "key.txt", record.folder / "authority" / "root.pem"
    key.write_text(record.key.text)
    assert main([str(record.package), "--language", "en"]) == 0
    assert "All that is claimed holds." in capsys.readouterr().out
    assert main([str(record.package), "--language", "fr", "--key", str(key), "--root", str(root)]) == 0
    assert "Tout ce qui est prétendu est confirmé." in capsys.readouterr().out
    assert main([str(record.package), "--key", record.key.text]) == 0
    record.receipt.unlink()
    assert main([str(record.record), "--language", "fr"]) == 1
    assert "ÉCHOUÉ" in capsys.readouterr().out
    assert main([str(record.package), "--key", "nonsense"]) == 2
    assert main([str(record.folder / "missing.zip")]) == 1


def test_one_exhibit_verifies_with_its_receipt(record: Sealed):
    exhibit = record.folder / "courriels.eml"
    exhibit.write_bytes(b"content")
    folder = unzipped(record)
    receipt = folder / "proof/receipts/000001.json"
    assert statuses(verify(exhibit, receipt=receipt))[0] == "fails"  # that event names no such file
    assert not verify(exhibit).holds
    assert not verify(exhibit, receipt=record.folder / "none.json").holds


async def test_an_exhibit_s_receipt_names_its_digest(vault, session, tmp_path: Path):
    space = SpaceRef(uuid4(), uuid4())
    await vault.make_space(session, space)
    event = {"type": "ExhibitLodged", "file": {"sha256": hashlib.sha256(b"content").hexdigest()}}
    await vault.ledger.append(session, space, event)
    exhibit, receipt = tmp_path / "a.zip", tmp_path / "r.json"
    exhibit.write_bytes(b"content")
    receipt.write_bytes((await vault.ledger.receipt(session, space, 0)).to_json())
    assert statuses(verify(exhibit, receipt=receipt)) == ["holds", "not claimed", "not claimed", "not claimed"]
    await vault.ledger.tick(session, NOW)
    receipt.write_bytes((await vault.ledger.receipt(session, space, 0)).to_json())
    report = verify(exhibit, receipt=receipt, trusted_key=vault.ledger.key)
    assert statuses(report) == ["holds", "holds", "not claimed", "holds"]
    assert report.holds
    exhibit.write_bytes(b"contents")
    assert statuses(verify(exhibit, receipt=receipt)) == ["fails", "holds", "not claimed", "holds"]


def test_a_record_takes_only_what_fits_its_layout(record: Sealed):
    for reference in ("", "../x", "a/b", ".hidden", "x" * 65, "dot."):
        with pytest.raises(RecordError):
            make_record(reference, NOW, [], [], key=record.key)
    with pytest.raises(RecordError):
        make_record(REFERENCE, NOW, [source_from_bytes("data/else", b"")], [], key=record.key)
    waiting = replace(Receipt.from_json(record.receipt.read_bytes()), batch=None, log=None, stamps=())
    with pytest.raises(RecordError):
        make_record(REFERENCE, NOW, [], [waiting], key=record.key)


LIGHT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"sqlalchemy", "boto3", "rfc8785", "litestar", "msgspec", "typing_extensions"}:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from vault.verify import main
raise SystemExit(main(sys.argv[1:]))
"""


def test_the_verifier_needs_only_two_libraries_and_no_network(record: Sealed):
    argv = [sys.executable, "-c", LIGHT, str(record.package), "--language", "en"]
    root = Path(__file__).parents[3]
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 -- this Python
    assert done.returncode == 0, done.stderr
    assert "All that is claimed holds." in done.stdout
