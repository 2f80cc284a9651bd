"""The table of tamperings: each damages something good, and names the verdicts that must fail."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.proofs import NOW, SIGNER, a_record, a_renewal, a_stamp, an_existence, gathered, receipts, stamped_by
from vault import JSON, NoteKey, make_package, source_from_bytes
from vault.authority import Authority, make_authority
from vault.ledger.batch import batch_leaf
from vault.ledger.existence import Existence
from vault.ledger.proofs import LogProof, Receipt, Stamp

REFERENCE: Final = "M-7KQ4-92TX"
EXHIBIT: Final = b"From: claire@example.org\r\n\r\nLe serveur est en panne depuis lundi.\r\n" * 40
OTHER: Final = b"From: rene@example.org\r\n\r\nTout fonctionne.\r\n"
FILES: Final = {
    "data/agreement/accord.pdf": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n",
    "data/evidence/C-1 courriels d'\u00e9t\u00e9.eml": EXHIBIT,
    "data/evidence/R-1 journal.log": OTHER,
}
MAILS: Final = "data/evidence/C-1 courriels d'\u00e9t\u00e9.eml"
FORGER: Final = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
DAY: Final = timedelta(days=1)
LATER: Final = NOW + 1000 * DAY
VERDICTS: Final = ("bytes", "inclusion", "time", "signature")
ON_A_SEAL: Final = "seal"
"""The fifth verdict, on a PDF that bears a seal of its own."""


@dataclass(frozen=True)
class Good:
    """What verifies: an exhibit with its receipt and its proof of existence, a sealed record with its receipt."""

    folder: Path
    authority: Authority
    receipt: Receipt
    existence: bytes
    told: tuple[Receipt, ...]
    record: bytes
    seal: Receipt


@dataclass(frozen=True)
class Handed:
    """What a person is handed, what they trust beforehand, and when they read it (now, without ``now``)."""

    content: bytes
    proof: bytes | None
    keys: tuple[NoteKey, ...] = ()
    roots: tuple[x509.Certificate, ...] = ()
    now: datetime | None = None


@dataclass(frozen=True)
class Tampering:
    """One tampering: of what, in words, which verdicts fail, and how it is done. ``note`` says what only a word can."""

    name: str
    of: str
    what: str
    fails: frozenset[str]
    make: Callable[[Good], Handed]
    note: str


TABLE: Final[list[Tampering]] = []
Make = Callable[[Good], Handed]


def tampering(of: str, what: str, *fails: str, note: str = "") -> Callable[[Make], Make]:
    """Put a function into the table. Without a verdict that fails, ``note`` says what the reader is told instead."""
    assert set(fails) <= {*VERDICTS, ON_A_SEAL}
    assert fails or note

    def register(make: Make) -> Make:
        TABLE.append(Tampering(make.__name__, of, what, frozenset(fails), make, note))
        return make

    return register


@cache
def good(folder: Path) -> Good:
    """Make what is good, once for all tests of a folder."""
    authority = make_authority(folder / "authority")
    events: list[Mapping[str, JSON]] = [
        {
            "event": "ExhibitLodged",
            "at": "2026-11-22T14:03:51.120+00:00",
            "number": "C-1",
            "title": "Courriels d'été",
            "file_name": "courriels.eml",
            "sha256": sha256(EXHIBIT),
            "size": len(EXHIBIT),
        },
        {"event": "ExhibitLodged", "number": "R-1", "sha256": sha256(OTHER), "size": len(OTHER)},
        {"event": "AgreementSigned", "sha256": sha256(FILES["data/agreement/accord.pdf"])},
    ]
    told = tuple(stamped_by(each, authority) for each in receipts(events))
    existence = an_existence(hashlib.sha256(EXHIBIT).digest(), len(EXHIBIT)).to_json()
    record, seal = a_record(REFERENCE, FILES, told)
    return Good(folder, authority, told[0], existence, told, record, sealing(seal, authority))


def sealing(seal: bytes, authority: Authority, signer: Ed25519PrivateKey = SIGNER) -> Receipt:
    """The receipt of a sealing: the next leaf of the log, stamped."""
    event = {"event": "RecordSealed", "reference": REFERENCE, "tag_manifest_sha256": seal.hex()}
    earlier = [batch_leaf(1, 1024, bytes([number]) * 32) for number in range(3)]
    return stamped_by(receipts([event], before=earlier, after=(), signer=signer)[0], authority)


def exhibit(good: Good) -> Handed:
    """The exhibit and its receipt, as they are."""
    return Handed(EXHIBIT, good.receipt.to_json())


def existing(good: Good) -> Handed:
    """The exhibit and its proof of existence, as they are."""
    return Handed(EXHIBIT, good.existence)


def generations(good: Good) -> tuple[Authority, Authority, Authority]:
    """Time authorities whose certificates end in 30 days, in 400 days, and in ten years."""
    lives = {"short": 30 * DAY, "middle": 400 * DAY, "long": 3650 * DAY}
    short, middle, long = (make_authority(good.folder / name, lifetime=life) for name, life in lives.items())
    return short, middle, long


def renewed_stamp(good: Good, log: LogProof) -> Stamp:
    """A token whose certificate ends in 30 days; renewed after 20 days, and that renewal after 300."""
    short, middle, long = generations(good)
    stamp = a_stamp(log.checkpoint.text, short)
    first = a_renewal(log.checkpoint.text, stamp.token, middle, now=NOW + 20 * DAY)
    second = a_renewal(first.log.checkpoint.text, first.stamp.token, long, now=NOW + 300 * DAY)
    return replace(stamp, renewals=(first, second))


def renewed(good: Good) -> Handed:
    """The exhibit and its receipt, its time stamp renewed twice, read when only the last renewal still lasts."""
    assert good.receipt.log
    stamp = renewed_stamp(good, good.receipt.log)
    return Handed(EXHIBIT, replace(good.receipt, stamps=(stamp,)).to_json(), now=LATER)


def existing_renewed(good: Good) -> Handed:
    """The exhibit and its proof of existence, stamped and renewed in the same way."""
    proof = Existence.from_json(good.existence)
    return Handed(EXHIBIT, replace(proof, stamps=(renewed_stamp(good, proof.log),)).to_json(), now=LATER)


def record_renewed(good: Good) -> Handed:
    """The record and the receipt of its seal, whose time stamp was renewed."""
    assert good.seal.log
    seal = replace(good.seal, stamps=(renewed_stamp(good, good.seal.log),))
    return Handed(good.record, seal.to_json(), now=LATER)


def record(good: Good) -> Handed:
    """The record and the receipt of its seal, as they are."""
    return Handed(good.record, good.seal.to_json())


def package(good: Good) -> Handed:
    """The package that the archive gives, as it is."""
    made = make_package(REFERENCE, NOW, source_from_bytes("", good.record), good.seal.to_json())
    return Handed(gathered(made.stream()), None)


def edited(proof: bytes, path: str, change: object) -> bytes:
    """A proof with one value changed (by a function, or to a value), again in canonical form."""
    document = json.loads(proof)
    place = document
    *parents, last = path.split(".")
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    key: Any = int(last) if isinstance(place, list) else last
    place[key] = change(place[key]) if callable(change) else change
    return rfc8785.dumps(document)


def flipped(data: bytes, place: int) -> bytes:
    """The same bytes with one bit of one byte turned."""
    place %= len(data)
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def markdown(table: Sequence[Tampering]) -> str:
    """docs/tampering.md."""
    lines = [
        "<!-- Written by `python -m tests.tampering` from tests/tampering. Change the table, not this page. -->",
        "# What was changed, and which verdict fails",
        "",
        "Every line is a test: the damage is done to something good, and both verifiers look at the result: the",
        "command (`entente verify`) and the page that runs in a browser (`verifier.html`, `/verify`). They must give",
        "the same four verdicts, and exactly those marked ✗ must fail. Where nothing fails, the last column says what",
        "the reader is told.",
        "",
    ]
    for of in dict.fromkeys(each.of for each in table):
        sealed = any(ON_A_SEAL in each.fails for each in table if each.of == of)
        columns = (*VERDICTS, ON_A_SEAL) if sealed else VERDICTS
        lines += [
            f"## {of}",
            "",
            f"| what was changed | {' | '.join(columns)} | remark |",
            f"|---|{':-:|' * len(columns)}---|",
        ]
        for each in table:
            if each.of == of:
                cells = ["✗" if verdict in each.fails else "" for verdict in columns]
                lines.append(f"| {each.what} | {' | '.join(cells)} | {each.note} |")
        lines.append("")
    count = (
        f"{len(table)} tamperings. What is refused before it is kept at all (a time stamp's nonce and policy, an upload"
    )
    lines += [f"{count} of other bytes than announced) is in the tests of those parts.", ""]
    return "\n".join(lines)
