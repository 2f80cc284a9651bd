r"""Redaction proofs: of which original a redacted copy was said to be, when it was lodged; no I/O.

The event that lodged the copy names ``SHA-256("entente-redaction/v1\0" ‖ salt 32 ‖ SHA-256 of the original 32)``; the
proof is that event's receipt, with what opens this commitment. What was blackened, it does not prove.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from vault.errors import ProofError
from vault.ledger.checkpoint import Checkpoint, NoteKey
from vault.ledger.entry import canonical, read_canonical
from vault.ledger.existence import read_digest
from vault.ledger.merkle import HASH_SIZE
from vault.ledger.parts import MAX_BYTES, LogProof, Stamp, names
from vault.ledger.proofs import Receipt

FORMAT: Final = "entente-redaction/v1"
_DOMAIN: Final = b"entente-redaction/v1\0"


@dataclass(frozen=True, slots=True)
class Redaction:
    """The digest of an original and the salt (32 B each) that open what the receipt of its redacted copy names."""

    original_sha256: bytes
    salt: bytes
    receipt: Receipt

    @property
    def copy_sha256(self) -> str:
        """The copy's digest as its event names it, in hexadecimal; empty where it names none."""
        named = self.receipt.event.get("sha256")
        return named if isinstance(named, str) else ""

    @property
    def complete(self) -> bool:
        """Whether a signed checkpoint covers the copy's lodging."""
        return self.receipt.complete

    @property
    def log(self) -> LogProof | None:
        """Where it stands in the log."""
        return self.receipt.log

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Tokens over its checkpoint."""
        return self.receipt.stamps

    def check_inclusion(self) -> Checkpoint:
        """Open the commitment, and follow the copy's lodging up to its checkpoint. Raises ProofError."""
        if self.receipt.event.get("redacts") != redaction_commitment(self.salt, self.original_sha256).hex():
            raise ProofError("the copy was not said to be of this original")
        return self.receipt.check_inclusion()

    def check_signature(self, key: NoteKey) -> None:
        """Raise ProofError unless ``key`` signed the checkpoint."""
        self.receipt.check_signature(key)

    def to_json(self) -> bytes:
        """Write the proof as RFC 8785 JSON, format ``entente-redaction/v1`` (docs/formats.md)."""
        receipt = read_canonical(self.receipt.to_json(), limit=MAX_BYTES)
        opened = {"original_sha256": self.original_sha256.hex(), "salt": self.salt.hex()}
        return canonical({"format": FORMAT, **opened, "receipt": receipt}, limit=MAX_BYTES)

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a proof strictly, the receipt in it as strictly. Raises ProofError. Nothing is proven by reading."""
        top = names(read_canonical(data, limit=MAX_BYTES), "format", "original_sha256", "salt", "receipt")
        receipt = top["receipt"]
        if top["format"] != FORMAT or not isinstance(receipt, dict):
            raise ProofError("this is not a proof of a redaction of a known format")
        original, salt = read_digest(top["original_sha256"]), read_digest(top["salt"])
        return cls(original, salt, Receipt.from_json(canonical(receipt, limit=MAX_BYTES)))


def is_redaction(data: bytes) -> bool:
    """Whether these bytes say that they are a redaction proof. Raises ProofError unless they are canonical JSON."""
    return read_canonical(data, limit=MAX_BYTES).get("format") == FORMAT


def redaction_commitment(salt: bytes, sha256: bytes) -> bytes:
    """Return the commitment to an original's digest (32 bytes each)."""
    if len(salt) != HASH_SIZE or len(sha256) != HASH_SIZE:
        raise ProofError("a commitment is to a digest, under a salt, of 32 bytes each")
    return hashlib.sha256(_DOMAIN + salt + sha256).digest()
