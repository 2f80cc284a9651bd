"""Tamperings with a redacted copy, its original, and the proof that ties them."""

from typing import Final

from tests.proofs import receipts, stamped_by
from tests.tampering.table import EXHIBIT, OTHER, Good, Handed, edited, flipped, sha256, tampering
from vault import Redaction, redaction_commitment

REDACTION: Final = "A redacted copy and the proof of its original"
COPY: Final = EXHIBIT.replace(b"claire@example.org", b"XXXXXX")
SALT: Final = bytes(range(32))


def proof(good: Good) -> bytes:
    """What proves that the copy is of the exhibit."""
    original = bytes.fromhex(sha256(EXHIBIT))
    redacts = redaction_commitment(SALT, original).hex()
    (receipt,) = receipts([{"event": "ExhibitLodged", "sha256": sha256(COPY), "size": len(COPY), "redacts": redacts}])
    return Redaction(original, SALT, stamped_by(receipt, good.authority)).to_json()


def redacted(good: Good) -> Handed:
    """The copy and its proof, as they are."""
    return Handed(COPY, proof(good))


def original(good: Good) -> Handed:
    """The original and the same proof."""
    return Handed(EXHIBIT, proof(good))


@tampering(REDACTION, "one bit of the copy", "bytes")
def redacted_flipped(good: Good) -> Handed:
    return Handed(flipped(COPY, 9), proof(good))


@tampering(REDACTION, "one bit of the original", "bytes")
def redacted_original_flipped(good: Good) -> Handed:
    return Handed(flipped(EXHIBIT, 9), proof(good))


@tampering(REDACTION, "another original, and its digest written into the proof", "inclusion")
def redacted_other_original(good: Good) -> Handed:
    return Handed(OTHER, edited(proof(good), "original_sha256", sha256(OTHER)))


@tampering(REDACTION, "the salt", "inclusion")
def redacted_salt(good: Good) -> Handed:
    return Handed(COPY, edited(proof(good), "salt", "11" * 32))


@tampering(REDACTION, "another original, with the copy's event edited to name it", "inclusion")
def redacted_edited_event(good: Good) -> Handed:
    named = redaction_commitment(SALT, bytes.fromhex(sha256(OTHER))).hex()
    return Handed(OTHER, edited(edited(proof(good), "original_sha256", sha256(OTHER)), "receipt.event.redacts", named))


@tampering(REDACTION, "the receipt of an exhibit that is no copy of anything", "inclusion")
def redacted_of_nothing(good: Good) -> Handed:
    return Handed(EXHIBIT, Redaction(bytes.fromhex(sha256(OTHER)), SALT, good.receipt).to_json())
