"""Verification, offline: of a sealed record, of the package around it, or of one file with its receipt.

Nothing is asked of any server, and nothing is believed because it is enclosed: what was taken from the record itself
(a key, a root certificate) is said to be so. Needs cryptography and rfc3161-client, and nothing else.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from cryptography import x509

from vault.errors import ProofError, RecordError
from vault.ledger.checkpoint import NoteKey
from vault.ledger.entry import JSON, canonical
from vault.ledger.existence import Existence, is_existence
from vault.ledger.proofs import MAX_BYTES, Receipt
from vault.ledger.redaction import Redaction, is_redaction
from vault.record.bagread import read_bag, read_small
from vault.record.destroyed import certificate_of
from vault.record.files import Below, Files, FolderFiles
from vault.record.judge import Proof, Trust, judge_inclusion, judge_signature, judge_time
from vault.record.named import judge_file, judge_revision, values
from vault.record.paper import MAX_PDF, PDF_SIGNATURE, bears_signature, proof_on_paper
from vault.record.pdfseal import judge_seal
from vault.record.report import Report, Verdict, fails, holds, in_english, in_french, not_claimed
from vault.record.zipread import ZipFiles

_SEAL_FIELD: Final = "tag_manifest_sha256"
_EVENTS: Final = "data/record/events.jsonl"
_RECEIPTS: Final = "proof/receipts/"
_READ_BYTES: Final = 1024 * 1024
_SUFFIX: Final = ".receipt.json"
_UNASKED: Final = not_claimed(
    "no receipt was given: what the register says of this file is not known",
    "aucun reçu n'a été donné : ce que le registre dit de ce fichier n'est pas connu",
)


def verify(
    path: Path,
    *,
    receipt: Path | None = None,
    trusted_key: NoteKey | Sequence[NoteKey] | None = None,
    trusted_roots: Sequence[x509.Certificate] = (),
    now: datetime | None = None,
) -> Report:
    """Verify what lies at ``path``.

    A package (a ZIP with a record and its receipt), a record (ZIP or unpacked folder) with ``NAME.receipt.json``
    beside it, or any file with its ``receipt``. Raises nothing for bad input: the report says what fails. Certificates
    are read as of ``now`` (UTC; the clock's own time without it).
    """
    keys = [trusted_key] if isinstance(trusted_key, NoteKey) else list(trusted_key or ())
    trust = Trust(keys, list(trusted_roots), now)
    try:
        return _verified(path, receipt, trust)
    except (RecordError, ProofError, OSError) as error:
        reason = str(error) if not isinstance(error, OSError) else "it cannot be read"
        return _nothing(fails(reason, f"illisible ou altéré ({reason})"))


verify_record = verify
"""The same, by the name that the vault's face gives it."""


def _verified(path: Path, receipt: Path | None, trust: Trust) -> Report:
    """Tell a package from a record from any other file, and verify it as such."""
    if path.is_dir():
        return _record(FolderFiles(path), _beside(path, receipt), trust)
    if not path.is_file():
        raise RecordError("there is no such file or folder")
    found = _find_receipt(path, receipt)
    if not _is_zip(path) or (found is not None and not _claims_seal(found)):
        return _file(path, receipt, trust)
    with path.open("rb") as whole:
        files = ZipFiles(whole)
        inner = [name.removesuffix(_SUFFIX) for name in files.sizes if "/" not in name and name.endswith(_SUFFIX)]
        if len(inner) == 1 and f"{inner[0]}.zip" in files.sizes:
            return _package(files, inner[0], trust)
        if _holds_bag(files):
            return _record(files, _beside(path, receipt), trust)
    return _file(path, receipt, trust)


def _package(files: ZipFiles, name: str, trust: Trust) -> Report:
    """Verify the record in a package, and that what lies beside it is as it was written."""
    for beside in files.sizes.keys() - {f"{name}.zip"}:
        files.check(beside)
    return _record(files.inside(f"{name}.zip"), read_small(files, name + _SUFFIX), trust)


def _record(files: Files, seal: bytes | None, trust: Trust) -> Report:
    """Verify a bag, its receipts, and the receipt of its seal."""
    try:
        facts = read_bag(_rooted(files), sealed=True)
    except RecordError as error:
        return _nothing(fails(str(error), f"le dossier a été altéré ({error})"))
    if seal is None:
        missing = fails(
            "the receipt of the sealing is missing: nobody vouches for the lists inside the record",
            "le reçu du scellement manque : personne ne répond des listes que contient le dossier",
        )
        return Report(
            holds(
                f"as the record's own lists say, which nobody outside confirms: {in_english(facts.files, 'file')}",
                f"conforme aux listes du dossier, que nul ne confirme : {in_french(facts.files, 'fichier')}",
            ),
            missing,
            not_claimed("no receipt of the sealing", "pas de reçu du scellement"),
            not_claimed("no receipt of the sealing", "pas de reçu du scellement"),
        )
    receipt = _receipt(seal)
    if values(receipt.event, _SEAL_FIELD) != [(facts.tag_manifest_sha256 or b"").hex()]:
        other = fails("the receipt is of another seal", "le reçu est celui d'un autre scellement")
        return Report(other, *_judged([receipt], trust))
    told = list(_told(_rooted(files)))
    return Report(
        holds(
            f"as sealed: {in_english(facts.files, 'file')}, {in_english(facts.size, 'byte')}",
            f"tels que scellés : {in_french(facts.files, 'fichier')}, {in_french(facts.size, 'octet')}",
        ),
        *_judged([*told, receipt], trust),
    )


def _file(path: Path, receipt: Path | None, trust: Trust) -> Report:
    """Verify one file with the receipt of the event that names its digest."""
    beside, whole = _beside(path, receipt), _pdf(path)
    pdf = whole if whole is not None and bears_signature(whole) else None
    certificate = certificate_of(whole) if beside is None and whole is not None else None
    if certificate is not None:
        own, stated = certificate
        return Report(stated, *_judged([own], trust), None if pdf is None else judge_seal(pdf, trust.roots))
    if beside is None and pdf is not None:
        return Report(_UNASKED, _UNASKED, _UNASKED, _UNASKED, judge_seal(pdf, trust.roots))
    if beside is None:
        raise RecordError("this is no sealed record, and no receipt was given for it")
    proof = _proof(beside)
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        while chunk := source.read(_READ_BYTES):
            digest.update(chunk)
            size += len(chunk)
    found = judge_file(proof, digest.digest(), size)
    if pdf is None:
        return Report(found, *_judged([proof], trust))
    if found.status == "fails":
        found = judge_revision(proof, pdf) or found
    return Report(found, *_judged([proof], trust), judge_seal(pdf, trust.roots))


def _pdf(path: Path) -> bytes | None:
    """A PDF that is not too large to look at; None for any other file."""
    if path.stat().st_size > MAX_PDF:
        return None
    pdf = path.read_bytes()
    return pdf if pdf.startswith(PDF_SIGNATURE) else None


def _judged(receipts: Sequence[Proof], trust: Trust) -> tuple[Verdict, Verdict, Verdict]:
    """Inclusion, time, signature: in the order of the report."""
    return judge_inclusion(receipts), judge_time(receipts, trust), judge_signature(receipts, trust)


def _told(files: Files) -> Iterator[Receipt]:
    """Read the receipts of the events that the record tells, each of which must be of its line's event."""
    lines = read_small(files, _EVENTS).split(b"\n")
    if lines.pop():
        raise RecordError(f"{_EVENTS} is cut short")
    named: set[str] = set()
    for line in lines:
        told = _line(line)
        path = told.get("receipt")
        if not isinstance(path, str) or not path.startswith(_RECEIPTS) or path in named:
            raise RecordError(f"a line of {_EVENTS} names no receipt of its own")
        named.add(path)
        receipt = _receipt(read_small(files, path))
        if canonical({"event": receipt.event, "receipt": path}) != line:
            raise RecordError(f"{path} is the receipt of another event")
        yield receipt
    if strays := {path for path in files.sizes if path.startswith(_RECEIPTS)} - named:
        raise RecordError(f"{min(strays)} is the receipt of no event told")


def _line(line: bytes) -> dict[str, JSON]:
    try:
        value = cast("JSON", json.loads(line))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RecordError(f"a line of {_EVENTS} is not JSON")
    return value


def _claims_seal(receipt: Path) -> bool:
    """Whether a receipt that was given is that of a sealing; one that cannot be read is left to later."""
    try:
        proof = _proof(_bounded(receipt))
        return isinstance(proof, Receipt) and bool(values(proof.event, _SEAL_FIELD))
    except ProofError:
        return True


def _bounded(path: Path) -> bytes:
    """Read a receipt; of one on paper, what is attached to it."""
    with path.open("rb") as source:
        data = source.read(MAX_BYTES + 1)
        if not data.startswith(PDF_SIGNATURE):
            return data
        return proof_on_paper(data + source.read(MAX_PDF - len(data)))


def _receipt(data: bytes) -> Receipt:
    return Receipt.from_json(data)


def _proof(data: bytes) -> Receipt | Existence | Redaction:
    """Read a receipt, a proof of existence, or a proof of a redaction."""
    if is_redaction(data):
        return Redaction.from_json(data)
    return Existence.from_json(data) if is_existence(data) else _receipt(data)


def _beside(path: Path, receipt: Path | None) -> bytes | None:
    """Read the receipt given, or the one that lies beside."""
    found = _find_receipt(path, receipt)
    return None if found is None else _bounded(found)


def _find_receipt(path: Path, receipt: Path | None) -> Path | None:
    """Find the receipt given, which must be there, or the one beside, which may be."""
    if receipt is not None:
        if not receipt.is_file():
            raise RecordError("the receipt given is not there")
        return receipt
    names = (path.name + _SUFFIX, path.name.removesuffix(".zip") + _SUFFIX)
    return next((place for name in names if (place := path.with_name(name)).is_file()), None)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}


def _holds_bag(files: Files) -> bool:
    return any(name == "bagit.txt" or name.endswith("/bagit.txt") for name in files.sizes)


def _root(files: Files) -> Files:
    """Find the one folder that a bag is in."""
    tops = {name.split("/")[0] for name in files.sizes}
    if len(tops) != 1:
        raise RecordError("a record is one folder, and this holds several things")
    return Below(files, tops.pop())


def _rooted(files: Files) -> Files:
    """Return the bag's own folder: the one given, or the only one inside."""
    return files if "bagit.txt" in files.sizes or not _holds_bag(files) else _root(files)


def _nothing(first: Verdict) -> Report:
    """Report what failed before anything else could be looked at."""
    rest = not_claimed("not looked at", "non examiné")
    return Report(first, rest, rest, rest)
