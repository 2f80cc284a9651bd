"""What a store does. Every call blocks: the vault makes it from a worker thread."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from vault.envelope import Buffer

KEY_SHAPE: Final = re.compile(r"[0-9a-z][0-9a-z-]{0,63}(/[0-9a-z][0-9a-z-]{0,63}){0,7}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored part of an upload: its number from 1, its size in bytes, and the store's own tag for it."""

    number: int
    size: int
    sha256: bytes
    tag: str = ""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One version of one object in a store."""

    key: str
    version: str
    size: int
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """An upload that was begun and neither completed nor aborted."""

    key: str
    upload: str
    begun_at: datetime


class LockMode(StrEnum):
    """What a store's lock allows: GOVERNANCE ends early for whoever may bypass it, COMPLIANCE for nobody."""

    GOVERNANCE = "GOVERNANCE"
    COMPLIANCE = "COMPLIANCE"


@dataclass(frozen=True, slots=True)
class Protection:
    """What keeps one version from being deleted: its lock's mode and end, and whether it is under a legal hold."""

    mode: LockMode | None = None
    until: datetime | None = None
    held: bool = False


Fill: TypeAlias = Callable[[int, memoryview], bool]
"""``fill(offset, into)`` fills all of ``into`` from ``offset`` on, or says that not all of it lies in memory."""


def nothing(_offset: int, _into: memoryview) -> bool:
    """What a store has at hand of which every reading may take its time."""
    return False


class Readable(Protocol):
    """What reads ranges of objects."""

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of one version. Raises StoreUnavailableError, StoreError."""
        ...

    def at_hand(self, key: str, version: str) -> AbstractContextManager[Fill]:
        """What of one version lies in memory, as long as the block lasts; a disk or a network is never waited for."""
        ...


class Torn(Protocol):
    """What there is of parts that are not whole yet. Errors: StoreUnavailableError, StoreError, DiskFullError."""

    @property
    def shared(self) -> bool:
        """Whether other machines find it as well."""
        ...

    def put(self, key: str, upload: str, offset: int, data: Buffer) -> None:
        """Hold bytes at their place in the object: they outlive this process from now on, though no loss of power."""
        ...

    def found(self, key: str, upload: str, offset: int, length: int) -> list[bytes]:
        """What is held from a part's ``offset`` on, at its place and aside: any of it may be older than the rest."""
        ...

    def keep(self, key: str, upload: str, offset: int, data: Buffer) -> None:
        """Keep this much of the part at ``offset``, durably and aside, and drop all else from there on."""
        ...

    def drop(self, key: str, upload: str) -> None:
        """Drop what was kept of an upload that is over."""
        ...


class ObjectStore(Readable, Protocol):
    """Objects by key and version, written in parts, read by range.

    A key is one to eight names of ``[0-9a-z-]`` joined by slashes (ValueError otherwise). Two uploads under one key
    make two versions. Errors of all: StoreUnavailableError, StoreError.
    """

    @property
    def locks(self) -> bool:
        """Whether kept objects are put under the store's own lock."""
        ...

    @property
    def torn(self) -> Torn | None:
        """Parts that come bit by bit, where the store can hold them before they are whole."""
        ...

    def begin(self, key: str) -> str:
        """Begin an upload; its id. Nothing can be read under the key before ``complete``."""
        ...

    def put_part(
        self,
        key: str,
        upload: str,
        number: int,
        offset: int,
        data: Buffer,
        sha256: bytes,
        *,
        durable: bool = False,
        held: bool = False,
    ) -> Piece:
        """Store one part (numbers from 1), of which every one but the last has 5 MiB at least.

        ``offset`` is where it will start in the object; ``sha256`` is the digest of ``data``. Parts may come in any
        order and at once; one sent again replaces the first. With ``durable`` it outlives a loss of power from now on,
        not only from ``complete`` on. Where it is ``held`` at its place already, its bytes are not written again.
        Raises DiskFullError.
        """
        ...

    def complete(self, key: str, upload: str, pieces: list[Piece]) -> str:
        """Publish the object, durably and whole, its length checked; its version. Raises DiskFullError."""
        ...

    def abort(self, key: str, upload: str) -> None:
        """Drop an upload and its parts. An upload that is gone already is no error."""
        ...

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset``, fewer where the object ends. Raises ObjectMissingError."""
        ...

    def size(self, key: str, version: str) -> int:
        """The object's size in bytes. Raises ObjectMissingError."""
        ...

    def delete(self, key: str, version: str) -> None:
        """Remove one version for good. Raises ObjectMissingError, ObjectLockedError."""
        ...

    def lock(self, key: str, version: str, mode: LockMode, until: datetime) -> None:
        """Lock one version until then; a later end replaces an earlier one, never the other way round.

        Raises ObjectMissingError, StoreError where the store has no locks or refuses this one.
        """
        ...

    def hold(self, key: str, version: str, *, on: bool) -> None:
        """Put one version under a legal hold, or lift it. Raises ObjectMissingError, StoreError without locks."""
        ...

    def protection(self, key: str, version: str) -> Protection:
        """What protects one version, by the store's own word. Raises ObjectMissingError."""
        ...

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """Every version of every object whose key starts with ``prefix/``."""
        ...

    def uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """Every pending upload to a key that starts with ``prefix/``."""
        ...

    def probe(self) -> None:
        """Write, read and delete a small object. Raises ConfigurationError, saying what to change."""
        ...


def checked_key(key: str) -> str:
    """The key, if it is a safe one. Raises ValueError."""
    if not KEY_SHAPE.fullmatch(key):
        raise ValueError("an object's key is one to eight names of [0-9a-z-] joined by slashes")
    return key
