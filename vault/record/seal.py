"""Sealing: lay out a record from files and receipts, and wrap it with the receipt of its own seal for download."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vault.errors import RecordError
from vault.ledger.checkpoint import NoteKey
from vault.ledger.entry import canonical
from vault.ledger.proofs import Receipt, Stamp
from vault.record.archive import Archive, Source, archive_size, source_from_bytes
from vault.record.bag import Bag, Written
from vault.record.names import check_path
from vault.record.premis import premis
from vault.record.readme import SEAL_CERTIFICATES, StampNote, package_readme, record_readme
from vault.record.verifier import VERIFIER, verifier_page

EVENTS: Final = "data/record/events.jsonl"
RECEIPTS: Final = "proof/receipts/"
SEAL_FIELD: Final = "tag_manifest_sha256"
"""Name under which the event of a sealing holds the record's seal, in hexadecimal."""
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Package:
    """A download: its length in bytes, and how to write it."""

    name: str
    size: int
    stream: Callable[[], AsyncIterator[bytes]]


def make_record(
    reference: str,
    made_at: datetime,
    files: Sequence[Source],
    receipts: Sequence[Receipt],
    *,
    key: NoteKey,
    software: str = "Entente",
    title: str | None = None,
    seal_certificates: bytes = b"",
) -> Bag:
    """Lay out a sealed record; write it with ``.stream()``, then read its ``.seal`` (32 B).

    ``files`` have paths under data/agreement/, data/evidence/ and data/record/; ``receipts`` are those of the events to
    tell, in their order, complete ones. The seal is then to be recorded as an event under ``tag_manifest_sha256``,
    whose receipt lies beside the record, never in it. ``seal_certificates`` (PEM) are those of the seal on the
    platform's own documents. Raises RecordError for a bad reference, path or receipt.
    """
    if not _REFERENCE.fullmatch(reference) or reference.endswith("."):
        raise RecordError("a record's reference has up to 64 letters, digits, dots, dashes and underscores")
    if not all(source.path.startswith(("data/agreement/", "data/evidence/", "data/record/")) for source in files):
        raise RecordError("files of a record lie under data/agreement/, data/evidence/ or data/record/")
    if not all(receipt.complete for receipt in receipts):
        raise RecordError("a receipt is not complete yet: seal after the log's next checkpoint")
    paths = [f"{RECEIPTS}{number:06d}.json" for number in range(1, len(receipts) + 1)]
    lines = [
        canonical({"event": receipt.event, "receipt": path}) + b"\n"
        for receipt, path in zip(receipts, paths, strict=True)
    ]
    proofs, notes = _proofs(receipts)
    french, english = record_readme(reference, key.fingerprint, notes, sealed=bool(seal_certificates))
    tags = [
        source_from_bytes("LISEZ-MOI.txt", french),
        source_from_bytes("README.txt", english),
        source_from_bytes(VERIFIER, verifier_page()),
        *(source_from_bytes(path, receipt.to_json()) for path, receipt in zip(paths, receipts, strict=True)),
        *proofs,
        source_from_bytes("proof/certs/platform-key.txt", f"{key.text}\n".encode()),
        source_from_bytes("proof/certs/platform-key.pem", key.pem),
        *([source_from_bytes(SEAL_CERTIFICATES, seal_certificates)] if seal_certificates else []),
    ]

    checked = {source.path: source.checked_at for source in files if source.checked_at is not None}

    def described(payload: Sequence[Written]) -> Sequence[Source]:
        return [source_from_bytes("metadata/premis.xml", premis(reference, made_at, software, payload, checked))]

    info = [("External-Identifier", reference), ("Bag-Software-Agent", software)]
    if title:
        info.append(("External-Description", " ".join(title.split())))
    payload = [*files, source_from_bytes(EVENTS, b"".join(lines))]
    return Bag(reference, made_at, payload, tags, described, info)


def make_package(reference: str, made_at: datetime, record: Source, receipt_json: bytes) -> Package:
    """Wrap a record with the receipt of its seal into one ZIP of known length. ``record.path`` is not used."""
    check_path(reference)
    french, english = package_readme(reference)
    entries = [
        source_from_bytes("LISEZ-MOI.txt", french),
        source_from_bytes("README.txt", english),
        Source(f"{reference}.zip", record.size, record.chunks),
        source_from_bytes(f"{reference}.receipt.json", receipt_json),
    ]

    async def stream() -> AsyncIterator[bytes]:
        archive = Archive(made_at)
        for entry in entries:
            async for chunk in archive.add(entry):
                yield chunk
        yield archive.close()

    size = archive_size([(entry.path, entry.size) for entry in entries])
    return Package(f"{reference}-sealed.zip", size, stream)


def _proofs(receipts: Sequence[Receipt]) -> tuple[list[Source], list[StampNote]]:
    """Each checkpoint, token and root once, as files that ``openssl ts`` takes, and what to say of them."""
    found: dict[str, bytes] = {}
    notes: dict[str, StampNote] = {}
    for receipt in receipts:
        if receipt.log is None:
            continue
        size = receipt.log.checkpoint.size
        checkpoint = f"proof/checkpoints/{size}.txt"
        _put(found, checkpoint, receipt.log.checkpoint.text)
        for stamp in receipt.stamps:
            token = f"proof/tsr/{size}-{_slug(stamp)}.tsr"
            root = f"proof/certs/{_slug(stamp)}.pem"
            found[token] = stamp.token
            _put(found, root, x509.load_der_x509_certificate(stamp.root).public_bytes(Encoding.PEM))
            notes[token] = StampNote(stamp.authority, stamp.independent, checkpoint, token, root)
    return [source_from_bytes(path, data) for path, data in sorted(found.items())], list(notes.values())


def _put(found: dict[str, bytes], path: str, data: bytes) -> None:
    if found.setdefault(path, data) != data:
        raise RecordError("two proofs contradict each other: the log was forked, or a root was exchanged")


def _slug(stamp: Stamp) -> str:
    """File name of an authority: its name in plain letters, and the beginning of its root's fingerprint."""
    plain = re.sub(r"[^a-z0-9]+", "-", stamp.authority.lower()).strip("-")[:40]
    return f"{plain or 'authority'}-{hashlib.sha256(stamp.root).hexdigest()[:8]}"
