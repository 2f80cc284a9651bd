"""Tamperings with a sealed record: its files, its lists, its events, the receipt of its seal."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Final

import rfc8785

from tests.proofs import KEY, NOW, a_record, gathered, receipts, stamped_by
from tests.tampering.table import (
    EXHIBIT,
    FILES,
    FORGER,
    MAILS,
    OTHER,
    REFERENCE,
    Good,
    Handed,
    flipped,
    package,
    record,
    sealing,
    tampering,
)
from vault.record.archive import Archive, source_from_bytes

RECORD: Final = "A sealed record"
AGREEMENT: Final = "The agreement in a sealed record"
ACCORD: Final = "data/agreement/accord.pdf"
EVENTS: Final = "data/record/events.jsonl"
MANIFEST: Final = "manifest-sha256.txt"
TAGS: Final = "tagmanifest-sha256.txt"
FIRST: Final = "proof/receipts/000001.json"


def contents(whole: bytes) -> dict[str, bytes]:
    """Files of a record, from its folder on."""
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        return {info.filename.removeprefix(f"{REFERENCE}/"): read.read(info) for info in read.infolist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of files in the order given, as ours are written: whoever alters a record can do that too."""

    async def stream() -> AsyncIterator[bytes]:
        archive = Archive(NOW)
        for path, data in files.items():
            async for chunk in archive.add(source_from_bytes(path, data)):
                yield chunk
        yield archive.close()

    return gathered(stream())


def rezipped(files: Mapping[str, bytes]) -> bytes:
    """A record of these files."""
    return zipped({f"{REFERENCE}/{path}": data for path, data in files.items()})


def relisted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files with both lists rewritten to fit them, as a careful forger would."""
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    tags = {path: data for path, data in files.items() if not path.startswith("data/") and path != TAGS}
    tags[MANIFEST] = listing(payload)
    return {**payload, **tags, TAGS: listing(tags)}


def listing(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())).encode()


def with_files(good: Good, changes: Mapping[str, bytes | None]) -> Handed:
    """The record with files changed, added or (None) taken away; its lists stay as they are."""
    files = {**contents(good.record), **changes}
    kept = {path: data for path, data in files.items() if data is not None}
    return Handed(rezipped(kept), good.seal.to_json())


def forged(good: Good, changes: Mapping[str, bytes | None]) -> Handed:
    """The same, with the lists rewritten."""
    files = {path: data for path, data in {**contents(good.record), **changes}.items() if data is not None}
    return Handed(rezipped(relisted(files)), good.seal.to_json())


@tampering(RECORD, "one bit of an exhibit", "bytes")
def record_flipped(good: Good) -> Handed:
    return with_files(good, {MAILS: flipped(EXHIBIT, 9)})


@tampering(RECORD, "one bit of an exhibit, in the package as it was downloaded", "bytes")
def package_flipped(good: Good) -> Handed:
    whole = package(good).content
    return Handed(flipped(whole, whole.index(EXHIBIT) + 9), None)


@tampering(RECORD, "two exhibits exchanged", "bytes")
def record_swapped(good: Good) -> Handed:
    return with_files(good, {MAILS: OTHER, "data/evidence/R-1 journal.log": EXHIBIT})


@tampering(RECORD, "an exhibit taken away", "bytes")
def record_missing(good: Good) -> Handed:
    return with_files(good, {MAILS: None})


@tampering(RECORD, "an exhibit renamed", "bytes")
def record_renamed(good: Good) -> Handed:
    return with_files(good, {MAILS: None, "data/evidence/C-9 courriels.eml": EXHIBIT})


@tampering(RECORD, "an exhibit added", "bytes")
def record_added(good: Good) -> Handed:
    return with_files(good, {"data/evidence/C-2 note.txt": b"added"})


@tampering(RECORD, "an exhibit changed, and the lists rewritten to fit", "bytes")
def record_relisted(good: Good) -> Handed:
    return forged(good, {MAILS: OTHER})


@tampering(RECORD, "an exhibit added, and the lists rewritten to fit", "bytes")
def record_added_relisted(good: Good) -> Handed:
    return forged(good, {"data/evidence/C-2 note.txt": b"added"})


@tampering(RECORD, "a line of the first list", "bytes")
def record_manifest(good: Good) -> Handed:
    lines = contents(good.record)[MANIFEST].replace(b"0", b"1", 1)
    return with_files(good, {MANIFEST: lines})


@tampering(RECORD, "a file outside data/ that no list names", "bytes")
def record_unlisted_tag(good: Good) -> Handed:
    return with_files(good, {"note.txt": b"not listed"})


@tampering(RECORD, "the sheet that explains the record", "bytes")
def record_readme(good: Good) -> Handed:
    return with_files(good, {"LISEZ-MOI.txt": b"Tout est en ordre.\n"})


@tampering(RECORD, "the page that verifies, as it lies in the record", "bytes")
def record_page(good: Good) -> Handed:
    return with_files(good, {"verifier.html": b"<p>All that is claimed holds.</p>"})


@tampering(RECORD, "a word of an event told", "bytes")
def record_event(good: Good) -> Handed:
    lines = contents(good.record)[EVENTS].replace(b"C-1", b"C-2")
    return with_files(good, {EVENTS: lines})


@tampering(RECORD, "a word of an event told, and the lists rewritten to fit", "bytes")
def record_event_relisted(good: Good) -> Handed:
    return forged(good, {EVENTS: contents(good.record)[EVENTS].replace(b"C-1", b"C-2")})


@tampering(RECORD, "an event left out, and the lists rewritten to fit", "bytes")
def record_event_lost(good: Good) -> Handed:
    lines = contents(good.record)[EVENTS].split(b"\n", 1)[1]
    return forged(good, {EVENTS: lines, FIRST: None})


@tampering(RECORD, "the receipt of an event told, for another event's", "bytes")
def record_receipt(good: Good) -> Handed:
    return with_files(good, {FIRST: good.told[1].to_json()})


@tampering(RECORD, "an instruction to fetch files from elsewhere", "bytes")
def record_fetch(good: Good) -> Handed:
    return with_files(good, {"fetch.txt": b"http://example.org/x 1 data/x\n"})


@tampering(RECORD, "the declaration of what it is, taken away", "bytes")
def record_undeclared(good: Good) -> Handed:
    return with_files(good, {"bagit.txt": None, "sub/bagit.txt": b"x"})


@tampering(RECORD, "the last list, taken away", "bytes")
def record_without_tags(good: Good) -> Handed:
    return with_files(good, {TAGS: None})


@tampering(RECORD, "a path that climbs out of the record", "bytes")
def record_climbing(good: Good) -> Handed:
    return with_files(good, {"../../outside.txt": b"x"})


@tampering(RECORD, "an absolute path", "bytes")
def record_absolute(good: Good) -> Handed:
    return Handed(
        zipped({**{f"{REFERENCE}/{p}": d for p, d in contents(good.record).items()}, "/etc/x": b"x"}),
        good.seal.to_json(),
    )


@tampering(RECORD, "a path with backslashes", "bytes")
def record_backslash(good: Good) -> Handed:
    return with_files(good, {"data\\evidence\\x.txt": b"x"})


@tampering(RECORD, "a path that climbs, written into a list", "bytes")
def record_listed_climbing(good: Good) -> Handed:
    line = f"{hashlib.sha256(b'x').hexdigest()}  data/../../x\n".encode()
    return with_files(good, {MANIFEST: contents(good.record)[MANIFEST] + line})


@tampering(RECORD, "a second file whose name is the same once Unicode is normalised", "bytes")
def record_unicode(good: Good) -> Handed:
    return with_files(good, {"data/evidence/C-1 courriels d'e\u0301te\u0301.eml": EXHIBIT})


@tampering(RECORD, "a second file whose name differs by its capitals only", "bytes")
def record_capitals(good: Good) -> Handed:
    return with_files(good, {"DATA/evidence/R-1 JOURNAL.log": b"x"})


@tampering(RECORD, "another thing beside the record's one folder", "bytes")
def record_beside(good: Good) -> Handed:
    files = {f"{REFERENCE}/{path}": data for path, data in contents(good.record).items()}
    return Handed(zipped({**files, "other/bagit.txt": b"x"}), good.seal.to_json())


@tampering(RECORD, "another record's receipt beside it", "bytes")
def record_other_seal(good: Good) -> Handed:
    _, seal = a_record(REFERENCE, {**FILES, MAILS: OTHER}, good.told)
    return Handed(good.record, sealing(seal, good.authority).to_json())


@tampering(RECORD, "the receipt of its seal, edited to name another seal and record", "bytes", "inclusion")
def record_edited_seal(good: Good) -> Handed:
    event = {**good.seal.event, "tag_manifest_sha256": "00" * 32}
    return Handed(good.record, replace(good.seal, event=event).to_json())


@tampering(
    RECORD,
    "an exhibit changed, the lists rewritten, and the receipt of the seal edited to name the new one",
    "inclusion",
)
def record_resealed(good: Good) -> Handed:
    made, seal = a_record(REFERENCE, {**FILES, MAILS: OTHER}, good.told)
    event = {**good.seal.event, "tag_manifest_sha256": seal.hex()}
    return Handed(made, replace(good.seal, event=event).to_json())


@tampering(
    RECORD, "made anew by a forger under a key of their own, and the reader trusts the published key", "signature"
)
def record_forged(good: Good) -> Handed:
    made, seal = a_record(REFERENCE, {**FILES, MAILS: OTHER}, good.told)
    return Handed(made, sealing(seal, good.authority, FORGER).to_json(), keys=(KEY,))


@tampering(
    RECORD, "no receipt of its seal", "inclusion", note="bytes agree with the record's own lists only, and it says so"
)
def record_unsealed(good: Good) -> Handed:
    return Handed(good.record, None)


@tampering(
    RECORD,
    "the receipt of its seal as it was before the log's next checkpoint",
    note="not confirmed: inclusion and signature read “not claimed”",
)
def record_waiting(good: Good) -> Handed:
    return Handed(good.record, replace(good.seal, batch=None, log=None, stamps=()).to_json())


@tampering(RECORD, "the log forked: two signed checkpoints of one size", "inclusion")
def record_of_a_fork(good: Good) -> Handed:
    made, seal = a_record(REFERENCE, FILES, good.told)
    event = {"event": "RecordSealed", "reference": REFERENCE, "tag_manifest_sha256": seal.hex()}
    return Handed(made, stamped_by(receipts([event])[0], good.authority).to_json())


@tampering(RECORD, "an event that its own receipt does not prove, in a record whose seal does hold", "inclusion")
def record_unproven(good: Good) -> Handed:
    false = replace(good.told[0], event={**good.told[0].event, "number": "C-7"})
    made, seal = a_record(REFERENCE, FILES, [false, *good.told[1:]])
    return Handed(made, sealing(seal, good.authority).to_json())


@tampering(RECORD, "an existence proof in the place of the receipt of its seal", "bytes")
def record_with_existence(good: Good) -> Handed:
    return Handed(record(good).content, good.existence)


@tampering(AGREEMENT, "one bit of the PDF", "bytes")
def accord_flipped(good: Good) -> Handed:
    return with_files(good, {ACCORD: flipped(FILES[ACCORD], 12)})


@tampering(AGREEMENT, "a revision appended to the PDF", "bytes")
def accord_appended(good: Good) -> Handed:
    return with_files(good, {ACCORD: FILES[ACCORD] + b"2 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"})


@tampering(AGREEMENT, "a revision appended to the PDF, and the lists rewritten to fit", "bytes")
def accord_appended_relisted(good: Good) -> Handed:
    return forged(good, {ACCORD: FILES[ACCORD] + b"%%EOF\n"})


@tampering(AGREEMENT, "another agreement in its place, with the event of its signing edited to name it", "bytes")
def accord_exchanged(good: Good) -> Handed:
    line = rfc8785.dumps(
        {"event": {**good.told[2].event, "sha256": "11" * 32}, "receipt": "proof/receipts/000003.json"}
    )
    lines = contents(good.record)[EVENTS].split(b"\n")
    return forged(good, {ACCORD: b"%PDF-1.7 other", EVENTS: b"\n".join([*lines[:2], line, b""])})
