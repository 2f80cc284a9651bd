"""Receipts: one event, and everything needed to prove offline that it stands in the signed log; no I/O."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from vault.errors import ProofError
from vault.ledger.batch import Head, batch_leaf, head_leaf
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import JSON, canonical, entry_hash, read_canonical
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE, root_from_inclusion

FORMAT: Final = "entente-receipt/v1"
MAX_BYTES: Final = 1024 * 1024
MAX_PROOF: Final = 64
MAX_STAMPS: Final = 8
MAX_TOKEN: Final = 64 * 1024
_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Stamp:
    """An RFC 3161 answer (DER) over a checkpoint's exact bytes, and what its authority is said to be.

    ``root`` is the authority's root certificate (DER) as the platform pinned it: a claim until it is compared.
    """

    authority: str
    independent: bool
    token: bytes
    root: bytes


@dataclass(frozen=True, slots=True)
class SpaceProof:
    """Where the event stands in its space's tree: ``index`` among ``size`` leaves. The tree bears a pseudonym."""

    tree: UUID
    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BatchProof:
    """Where the space's head stands in the batch of the tick ``slot``."""

    slot: int
    salt: bytes
    index: int
    width: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogProof:
    """Where the batch stands in the platform's log, under which signed head, and with whose key."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint
    key: NoteKey


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an event was recorded. ``batch`` and ``log`` are None until the next tick has signed it."""

    event: Mapping[str, JSON]
    salt: bytes
    space: SpaceProof
    batch: BatchProof | None
    log: LogProof | None
    stamps: tuple[Stamp, ...]

    @property
    def complete(self) -> bool:
        """Whether a signed checkpoint covers the event."""
        return self.batch is not None and self.log is not None

    def check_inclusion(self) -> Checkpoint:
        """Follow the event up through its space, its batch and the log; return the checkpoint it arrives at.

        The checkpoint's **signature is not verified here** (see ``check_signature``), nor are the time stamps.
        Raises ProofError when any step leads elsewhere, or the receipt is not complete.
        """
        leaf = entry_hash(self.salt, canonical(self.event))
        space_root = root_from_inclusion(self.space.index, self.space.size, leaf, self.space.path)
        if self.batch is None or self.log is None:
            raise ProofError("this receipt was made before the log's next checkpoint: nothing signed covers it yet")
        head = head_leaf(Head(self.space.tree, self.space.size, space_root), self.batch.salt)
        batch_root = root_from_inclusion(self.batch.index, self.batch.width, head, self.batch.path)
        log_leaf = batch_leaf(self.batch.slot, self.batch.width, batch_root)
        checkpoint = self.log.checkpoint
        if root_from_inclusion(self.log.index, checkpoint.size, log_leaf, self.log.path) != checkpoint.root:
            raise ProofError("the proof leads to another root than the checkpoint's")
        return checkpoint

    def check_signature(self, key: NoteKey) -> None:
        """Raise ProofError unless ``key`` signed the receipt's checkpoint."""
        if self.log is None:
            raise ProofError("this receipt was made before the log's next checkpoint: nothing is signed yet")
        check_signature(self.log.checkpoint, key)

    def to_json(self) -> bytes:
        """Write the receipt as RFC 8785 JSON, format ``entente-receipt/v1`` (docs/formats.md)."""
        return canonical(
            {
                "format": FORMAT,
                "event": self.event,
                "salt": _text(self.salt),
                "space": {
                    "pseudonym": str(self.space.tree),
                    "index": self.space.index,
                    "size": self.space.size,
                    "path": [_text(step) for step in self.space.path],
                },
                "batch": None if self.batch is None else _batch_json(self.batch),
                "log": None if self.log is None else _log_json(self.log),
                "stamps": [
                    {
                        "authority": stamp.authority,
                        "independent": stamp.independent,
                        "token": _text(stamp.token),
                        "root": _text(stamp.root),
                    }
                    for stamp in self.stamps
                ],
            },
            limit=MAX_BYTES,
        )

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a receipt strictly: canonical JSON, no unknown or missing name, every count and size bounded.

        Raises ProofError. Nothing is proven by reading: see ``check_inclusion`` and ``check_signature``.
        """
        top = _names(
            read_canonical(data, limit=MAX_BYTES), "format", "event", "salt", "space", "batch", "log", "stamps"
        )
        if top["format"] != FORMAT:
            raise ProofError("this is not a receipt of a known format")
        event = top["event"]
        if not isinstance(event, dict):
            raise ProofError("the receipt's event is not an object")
        canonical(event)
        batch, log = _batch(top["batch"]), _log(top["log"])
        stamps = tuple(_stamp(value) for value in _list(top["stamps"], MAX_STAMPS))
        if (batch is None) != (log is None) or (log is None and stamps):
            raise ProofError("the receipt is neither complete nor waiting")
        return cls(event, _bytes(top["salt"], HASH_SIZE), _space(top["space"]), batch, log, stamps)


def _batch_json(batch: BatchProof) -> JSON:
    return {
        "slot": batch.slot,
        "salt": _text(batch.salt),
        "index": batch.index,
        "width": batch.width,
        "path": [_text(step) for step in batch.path],
    }


def _log_json(log: LogProof) -> JSON:
    return {
        "index": log.index,
        "path": [_text(step) for step in log.path],
        "checkpoint": log.checkpoint.text.decode(),
        "key": log.key.text,
    }


def _space(value: JSON) -> SpaceProof:
    fields = _names(value, "pseudonym", "index", "size", "path")
    size = _integer(fields["size"])
    return SpaceProof(_uuid(fields["pseudonym"]), _integer(fields["index"], size), size, _path(fields["path"]))


def _batch(value: JSON) -> BatchProof | None:
    if value is None:
        return None
    fields = _names(value, "slot", "salt", "index", "width", "path")
    width = _integer(fields["width"])
    index = _integer(fields["index"], width)
    return BatchProof(_integer(fields["slot"]), _bytes(fields["salt"], HASH_SIZE), index, width, _path(fields["path"]))


def _log(value: JSON) -> LogProof | None:
    if value is None:
        return None
    fields = _names(value, "index", "path", "checkpoint", "key")
    checkpoint = read_checkpoint(_string(fields["checkpoint"]).encode())
    key = NoteKey.from_text(_string(fields["key"]))
    if key.name != checkpoint.origin:
        raise ProofError("the receipt's key is of another log than its checkpoint")
    return LogProof(_integer(fields["index"], checkpoint.size), _path(fields["path"]), checkpoint, key)


def _stamp(value: JSON) -> Stamp:
    fields = _names(value, "authority", "independent", "token", "root")
    authority, independent = _string(fields["authority"]), fields["independent"]
    if not isinstance(independent, bool) or not 0 < len(authority) <= _MAX_NAME:
        raise ProofError("a time stamp of the receipt does not say whose it is")
    return Stamp(authority, independent, _bytes(fields["token"]), _bytes(fields["root"]))


def _names(value: JSON, *names: str) -> dict[str, JSON]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise ProofError("a part of the receipt has other names than it must have")
    return value


def _list(value: JSON, limit: int) -> Sequence[JSON]:
    if not isinstance(value, list) or len(value) > limit:
        raise ProofError("a list of the receipt is missing or too long")
    return value


def _path(value: JSON) -> tuple[bytes, ...]:
    return tuple(_bytes(step, HASH_SIZE) for step in _list(value, MAX_PROOF))


def _integer(value: JSON, below: int = MAX_SIZE) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise ProofError("a number of the receipt is out of its range")
    return value


def _string(value: JSON) -> str:
    if not isinstance(value, str):
        raise ProofError("a text of the receipt is missing")
    return value


def _uuid(value: JSON) -> UUID:
    text = _string(value)
    try:
        found = UUID(text)
    except ValueError:
        raise ProofError("the receipt's pseudonym is not a UUID") from None
    if str(found) != text:
        raise ProofError("the receipt's pseudonym is not in its canonical form")
    return found


def _bytes(value: JSON, size: int | None = None) -> bytes:
    text = _string(value)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofError("a value of the receipt is not base64") from None
    if _text(data) != text or (size is not None and len(data) != size) or not 0 < len(data) <= MAX_TOKEN:
        raise ProofError("a value of the receipt has a wrong size or spelling")
    return data


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
