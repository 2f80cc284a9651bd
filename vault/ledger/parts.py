"""Parts that proofs share: a place in the signed log, its time stamps, and their strict JSON; no I/O."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vault.errors import ProofError
from vault.ledger.batch import batch_leaf
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import JSON
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE, leaf_hash, root_from_inclusion

MAX_BYTES: Final = 1024 * 1024
MAX_PROOF: Final = 64
MAX_STAMPS: Final = 8
MAX_TOKEN: Final = 64 * 1024
_MAX_NAME: Final = 200
_RENEWAL: Final = b"entente-renewal/v1\0"


@dataclass(frozen=True, slots=True)
class LogProof:
    """Where a batch stands in the platform's log, under which signed head, and with whose key."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    key: NoteKey


@dataclass(frozen=True, slots=True)
class BatchPlace:
    """Where a leaf stands in the batch of the tick ``slot``."""

    slot: int
    index: int
    width: int
    path: tuple[bytes, ...]

    def log_leaf(self, leaf: bytes) -> bytes:
        """Return the log's leaf hash that ``leaf`` (a leaf hash) leads to. Raises ProofError."""
        return batch_leaf(self.slot, self.width, root_from_inclusion(self.index, self.width, leaf, self.path))


@dataclass(frozen=True, slots=True)
class Stamp:
    """An RFC 3161 answer (DER) over a checkpoint's exact bytes, and what its authority is said to be.

    ``root`` is the authority's root certificate (DER) as the platform pinned it: a claim until it is compared.
    ``renewals``: how later stamps cover this one, each the one before it (RFC 4998 section 4.1, time-stamp renewal).
    """

    authority: str
    independent: bool
    token: bytes
    root: bytes
    renewals: "tuple[Renewal, ...]" = ()


@dataclass(frozen=True, slots=True)
class Renewal:
    """That a checkpoint and its token stood in the log before a later checkpoint was stamped by ``stamp``."""

    batch: BatchPlace
    log: LogProof
    stamp: Stamp

    def check(self, checkpoint: bytes, token: bytes) -> None:
        """Raise ProofError unless these bytes stand in the log under this renewal's checkpoint, and it is signed."""
        leaf = self.batch.log_leaf(renewal_leaf(checkpoint, token))
        later = self.log.checkpoint
        if root_from_inclusion(self.log.index, later.size, leaf, self.log.path) != later.root:
            raise ProofError("a renewal of a time stamp leads to another root than its checkpoint's")
        check_signature(later, self.log.key)


def renewal_leaf(checkpoint: bytes, token: bytes) -> bytes:
    """Leaf hash of a stamped checkpoint: "entente-renewal/v1" 0x00 ‖ SHA-256 of checkpoint ‖ SHA-256 of token."""
    return leaf_hash(_RENEWAL + hashlib.sha256(checkpoint).digest() + hashlib.sha256(token).digest())


def log_json(log: LogProof) -> JSON:
    """Write a place in the log."""
    return {
        "index": log.index,
        "path": path_json(log.path),
        "checkpoint": log.checkpoint.text.decode(),
        "key": log.key.text,
    }


def read_log(value: JSON) -> LogProof:
    """Read a place in the log. Raises ProofError."""
    fields = names(value, "index", "path", "checkpoint", "key")
    checkpoint = read_checkpoint(string(fields["checkpoint"]).encode())
    key = NoteKey.from_text(string(fields["key"]))
    if key.name != checkpoint.origin:
        raise ProofError("the receipt's key is of another log than its checkpoint")
    return LogProof(integer(fields["index"], checkpoint.size), read_path(fields["path"]), checkpoint, key)


def stamps_json(stamps: Sequence[Stamp]) -> JSON:
    """Write time stamps."""
    return [_stamp_json(stamp) for stamp in stamps]


def read_stamps(value: JSON) -> tuple[Stamp, ...]:
    """Read time stamps. Raises ProofError."""
    return tuple(_stamp(each) for each in items(value, MAX_STAMPS))


def path_json(path: Sequence[bytes]) -> JSON:
    """Write the hashes of a path."""
    return [text(step) for step in path]


def read_path(value: JSON) -> tuple[bytes, ...]:
    """Read the hashes of a path. Raises ProofError."""
    return tuple(raw(step, HASH_SIZE) for step in items(value, MAX_PROOF))


def names(value: JSON, *wanted: str) -> dict[str, JSON]:
    """Return an object that has exactly these names. Raises ProofError."""
    if not isinstance(value, dict) or set(value) != set(wanted):
        raise ProofError("a part of the receipt has other names than it must have")
    return value


def items(value: JSON, limit: int) -> Sequence[JSON]:
    """Return a list of at most ``limit`` things. Raises ProofError."""
    if not isinstance(value, list) or len(value) > limit:
        raise ProofError("a list of the receipt is missing or too long")
    return value


def integer(value: JSON, below: int = MAX_SIZE) -> int:
    """Return a whole number from 0 up to, not including, ``below``. Raises ProofError."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise ProofError("a number of the receipt is out of its range")
    return value


def string(value: JSON) -> str:
    """Return a text. Raises ProofError."""
    if not isinstance(value, str):
        raise ProofError("a text of the receipt is missing")
    return value


def uuid(value: JSON) -> UUID:
    """Return a UUID in its canonical spelling. Raises ProofError."""
    written = string(value)
    try:
        found = UUID(written)
    except ValueError:
        raise ProofError("the receipt's pseudonym is not a UUID") from None
    if str(found) != written:
        raise ProofError("the receipt's pseudonym is not in its canonical form")
    return found


def raw(value: JSON, size: int | None = None) -> bytes:
    """Return bytes that are written in base64, in its one canonical spelling. Raises ProofError."""
    written = string(value)
    try:
        data = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise ProofError("a value of the receipt is not base64") from None
    if text(data) != written or (size is not None and len(data) != size) or not 0 < len(data) <= MAX_TOKEN:
        raise ProofError("a value of the receipt has a wrong size or spelling")
    return data


def text(data: bytes) -> str:
    """Write bytes in base64."""
    return base64.b64encode(data).decode()


def place_json(place: BatchPlace) -> JSON:
    """Write a place in a batch."""
    return {"slot": place.slot, "index": place.index, "width": place.width, "path": path_json(place.path)}


def read_place(value: JSON) -> BatchPlace:
    """Read a place in a batch. Raises ProofError."""
    fields = names(value, "slot", "index", "width", "path")
    width = integer(fields["width"])
    return BatchPlace(integer(fields["slot"]), integer(fields["index"], width), width, read_path(fields["path"]))


def _stamp_json(stamp: Stamp) -> dict[str, JSON]:
    written: dict[str, JSON] = {
        "authority": stamp.authority,
        "independent": stamp.independent,
        "token": text(stamp.token),
        "root": text(stamp.root),
    }
    if stamp.renewals:
        written["renewals"] = [
            {"batch": place_json(each.batch), "log": log_json(each.log), "stamp": _stamp_json(each.stamp)}
            for each in stamp.renewals
        ]
    return written


def _stamp(value: JSON, *, renewed: bool = True) -> Stamp:
    """Read a stamp; ``renewals`` is there only when there are any, and never within a renewal."""
    more = ("renewals",) if renewed and isinstance(value, dict) and "renewals" in value else ()
    fields = names(value, "authority", "independent", "token", "root", *more)
    authority, independent = string(fields["authority"]), fields["independent"]
    if not isinstance(independent, bool) or not 0 < len(authority) <= _MAX_NAME:
        raise ProofError("a time stamp of the receipt does not say whose it is")
    renewals = tuple(_renewal(each) for each in items(fields["renewals"], MAX_STAMPS)) if more else ()
    if more and not renewals:
        raise ProofError("a time stamp of the receipt lists renewals and has none")
    return Stamp(authority, independent, raw(fields["token"]), raw(fields["root"]), renewals)


def _renewal(value: JSON) -> Renewal:
    fields = names(value, "batch", "log", "stamp")
    return Renewal(read_place(fields["batch"]), read_log(fields["log"]), _stamp(fields["stamp"], renewed=False))
