"""Receipts: one event, and everything needed to prove offline that it stands in the signed log; no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from vault.errors import ProofError
from vault.ledger.batch import Head, batch_leaf, head_leaf
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature
from vault.ledger.entry import JSON, canonical, entry_hash, read_canonical
from vault.ledger.merkle import HASH_SIZE, root_from_inclusion
from vault.ledger.parts import (
    MAX_BYTES,
    LogProof,
    Stamp,
    integer,
    log_json,
    names,
    path_json,
    raw,
    read_log,
    read_path,
    read_stamps,
    stamps_json,
    text,
    uuid,
)

__all__ = ["MAX_BYTES", "BatchProof", "LogProof", "Receipt", "SpaceProof", "Stamp"]

FORMAT: Final = "entente-receipt/v1"


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
                "salt": text(self.salt),
                "space": {
                    "pseudonym": str(self.space.tree),
                    "index": self.space.index,
                    "size": self.space.size,
                    "path": path_json(self.space.path),
                },
                "batch": None if self.batch is None else _batch_json(self.batch),
                "log": None if self.log is None else log_json(self.log),
                "stamps": stamps_json(self.stamps),
            },
            limit=MAX_BYTES,
        )

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a receipt strictly: canonical JSON, no unknown or missing name, every count and size bounded.

        Raises ProofError. Nothing is proven by reading: see ``check_inclusion`` and ``check_signature``.
        """
        top = names(read_canonical(data, limit=MAX_BYTES), "format", "event", "salt", "space", "batch", "log", "stamps")
        if top["format"] != FORMAT:
            raise ProofError("this is not a receipt of a known format")
        event = top["event"]
        if not isinstance(event, dict):
            raise ProofError("the receipt's event is not an object")
        canonical(event)
        batch = None if top["batch"] is None else _batch(top["batch"])
        log = None if top["log"] is None else read_log(top["log"])
        stamps = read_stamps(top["stamps"])
        if (batch is None) != (log is None) or (log is None and stamps):
            raise ProofError("the receipt is neither complete nor waiting")
        return cls(event, raw(top["salt"], HASH_SIZE), _space(top["space"]), batch, log, stamps)


def _batch_json(batch: BatchProof) -> JSON:
    return {
        "slot": batch.slot,
        "salt": text(batch.salt),
        "index": batch.index,
        "width": batch.width,
        "path": path_json(batch.path),
    }


def _space(value: JSON) -> SpaceProof:
    fields = names(value, "pseudonym", "index", "size", "path")
    size = integer(fields["size"])
    return SpaceProof(uuid(fields["pseudonym"]), integer(fields["index"], size), size, read_path(fields["path"]))


def _batch(value: JSON) -> BatchProof:
    fields = names(value, "slot", "salt", "index", "width", "path")
    width = integer(fields["width"])
    index = integer(fields["index"], width)
    return BatchProof(integer(fields["slot"]), raw(fields["salt"], HASH_SIZE), index, width, read_path(fields["path"]))
