"""Existence proofs: that bytes were kept by a certain moment, and nothing else of where, by whom or among what; no I/O.

Each kept item version is also a member of a batch, by a salted leaf of its own. The salt is derived from the item's
data key: nobody without that key can tell which leaf is whose, and whoever shreds the key has forgotten the salt.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vault.envelope import Buffer
from vault.errors import ProofError
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature
from vault.ledger.entry import JSON, canonical, read_canonical
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE, leaf_hash, root_from_inclusion
from vault.ledger.parts import (
    MAX_BYTES,
    BatchPlace,
    LogProof,
    Stamp,
    integer,
    log_json,
    names,
    place_json,
    raw,
    read_log,
    read_place,
    read_stamps,
    stamps_json,
    string,
    text,
)
from vault.refs import ItemRef

FORMAT: Final = "entente-existence/v1"
SALT_SIZE: Final = 32
_LEAF: Final = b"entente-existence/v1\0"
_SALT: Final = b"entente-existence-salt/v1\0"
_SUBJECT: Final = b"entente-kept-item/v1\0"


@dataclass(frozen=True, slots=True)
class Existence:
    """Proof that bytes of ``size`` with this SHA-256 (32 B) were kept before the checkpoint was signed."""

    sha256: bytes
    size: int
    salt: bytes
    batch: BatchPlace
    log: LogProof
    stamps: tuple[Stamp, ...]

    @property
    def complete(self) -> bool:
        """Whether a signed checkpoint covers it: always, for there is no such proof before."""
        return True

    def check_inclusion(self) -> Checkpoint:
        """Follow the file up through its batch and the log; return the checkpoint it arrives at.

        The checkpoint's **signature is not verified here** (see ``check_signature``), nor are the time stamps.
        Raises ProofError when any step leads elsewhere.
        """
        leaf = self.batch.log_leaf(existence_leaf(self.salt, self.size, self.sha256))
        checkpoint = self.log.checkpoint
        if root_from_inclusion(self.log.index, checkpoint.size, leaf, self.log.path) != checkpoint.root:
            raise ProofError("the proof leads to another root than the checkpoint's")
        return checkpoint

    def check_signature(self, key: NoteKey) -> None:
        """Raise ProofError unless ``key`` signed the proof's checkpoint."""
        check_signature(self.log.checkpoint, key)

    def to_json(self) -> bytes:
        """Write the proof as RFC 8785 JSON, format ``entente-existence/v1`` (docs/formats.md)."""
        return canonical(
            {
                "format": FORMAT,
                "sha256": self.sha256.hex(),
                "size": self.size,
                "salt": text(self.salt),
                "batch": place_json(self.batch),
                "log": log_json(self.log),
                "stamps": stamps_json(self.stamps),
            },
            limit=MAX_BYTES,
        )

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a proof strictly: canonical JSON, no unknown or missing name, every count and size bounded.

        Raises ProofError. Nothing is proven by reading: see ``check_inclusion`` and ``check_signature``.
        """
        top = names(read_canonical(data, limit=MAX_BYTES), "format", "sha256", "size", "salt", "batch", "log", "stamps")
        if top["format"] != FORMAT:
            raise ProofError("this is not a proof of existence of a known format")
        return cls(
            read_digest(top["sha256"]),
            integer(top["size"]),
            raw(top["salt"], SALT_SIZE),
            read_place(top["batch"]),
            read_log(top["log"]),
            read_stamps(top["stamps"]),
        )


def is_existence(data: bytes) -> bool:
    """Whether these bytes say that they are a proof of existence. Raises ProofError unless they are canonical JSON."""
    return read_canonical(data, limit=MAX_BYTES).get("format") == FORMAT


def existence_leaf(salt: bytes, size: int, sha256: bytes) -> bytes:
    """Leaf hash of kept bytes: "entente-existence/v1" 0x00 ‖ salt 32 ‖ size u64 BE ‖ SHA-256 32."""
    if len(salt) != SALT_SIZE or len(sha256) != HASH_SIZE or not 0 <= size <= MAX_SIZE:
        raise ProofError("what was kept has a salt, a size and a SHA-256")
    return leaf_hash(_LEAF + salt + size.to_bytes(8, "big") + sha256)


def existence_salt(data_key: Buffer, tenant: UUID, item: ItemRef) -> bytes:
    """Salt of an item version's leaf: HKDF-Expand-SHA-512 of its data key, 32 bytes, for these ids."""
    return HKDFExpand(SHA512(), SALT_SIZE, _SALT + tenant.bytes + _item_bytes(item)).derive(data_key)


def item_subject(item: ItemRef) -> UUID:
    """Pseudonym under which an item version's leaf is kept."""
    return UUID(bytes=hashlib.sha256(_SUBJECT + _item_bytes(item)).digest()[:16])


def _item_bytes(item: ItemRef) -> bytes:
    return item.collection.bytes + item.item.bytes + item.version.to_bytes(4, "big")


def read_digest(value: JSON) -> bytes:
    """Read 32 bytes written as 64 small hexadecimal digits. Raises ProofError."""
    written = string(value)
    try:
        found = bytes.fromhex(written)
    except ValueError:
        found = b""
    if len(found) != HASH_SIZE or found.hex() != written:
        raise ProofError("the proof's SHA-256 is not written as 64 small hexadecimal digits")
    return found
