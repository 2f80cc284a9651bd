"""A store in memory, for tests and trials."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from secrets import token_hex

from vault.envelope import Buffer
from vault.errors import ObjectMissingError, StoreError
from vault.stores.base import Fill, LockMode, PendingUpload, Piece, Protection, StoredObject, Torn, checked_key


class MemoryObjects:
    """Objects that live as long as this object does."""

    locks = False

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._uploads: dict[str, tuple[PendingUpload, dict[int, tuple[int, bytes]]]] = {}
        self._objects: dict[tuple[str, str], tuple[datetime, bytes]] = {}
        self._torn = _TornMemory()
        self.torn: Torn = self._torn

    def begin(self, key: str) -> str:
        """Begin an upload."""
        upload = token_hex(16)
        with self._mutex:
            self._uploads[upload] = (PendingUpload(checked_key(key), upload, datetime.now(UTC)), {})
        return upload

    def put_part(
        self,
        key: str,
        upload: str,
        number: int,
        offset: int,
        data: Buffer,
        sha256: bytes,
        *,
        durable: bool = False,  # noqa: ARG002 -- memory is what it is
        held: bool = False,  # noqa: ARG002 -- a part is kept whole
    ) -> Piece:
        """Keep one part."""
        with self._mutex:
            self._pending(key, upload)[number] = (offset, bytes(data))
        return Piece(number, len(data), sha256)

    def complete(self, key: str, upload: str, pieces: list[Piece]) -> str:
        """Join the parts."""
        with self._mutex:
            parts = self._pending(key, upload)
            if [piece.number for piece in pieces] != sorted(parts):
                raise StoreError("the parts named are not the parts stored")
            content = bytearray(sum(piece.size for piece in pieces))
            for offset, data in parts.values():
                content[offset : offset + len(data)] = data
            del self._uploads[upload]
            self._torn.drop(key, upload)
            self._objects[key, upload] = (datetime.now(UTC), bytes(content))
        return upload

    def abort(self, key: str, upload: str) -> None:
        """Drop an upload."""
        checked_key(key)
        with self._mutex:
            self._uploads.pop(upload, None)
        self._torn.drop(key, upload)

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of an object."""
        return self._object(key, version)[1][offset : offset + length]

    def at_hand(self, key: str, version: str) -> AbstractContextManager[Fill]:
        """All of it is in memory."""

        def fill(offset: int, into: memoryview) -> bool:
            found = self.read(key, version, offset, len(into))
            into[: len(found)] = found
            return len(found) == len(into)

        return nullcontext(fill)

    def size(self, key: str, version: str) -> int:
        """An object's size."""
        return len(self._object(key, version)[1])

    def delete(self, key: str, version: str) -> None:
        """Remove one version."""
        with self._mutex:
            self._object(key, version)
            del self._objects[key, version]

    def lock(self, key: str, version: str, mode: LockMode, until: datetime) -> None:  # noqa: ARG002 -- the protocol's signature
        """Memory has no locks: always refused."""
        raise StoreError("objects in memory cannot be locked")

    def hold(self, key: str, version: str, *, on: bool) -> None:  # noqa: ARG002 -- the protocol's signature
        """Memory has no legal holds: always refused."""
        raise StoreError("objects in memory cannot be held")

    def protection(self, key: str, version: str) -> Protection:
        """Memory has no locks: nothing protects an object."""
        self.size(key, version)
        return Protection()

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All versions under a prefix."""
        for (key, version), (stored_at, content) in sorted(self._objects.items()):
            if key.startswith(f"{prefix}/"):
                yield StoredObject(key, version, len(content), stored_at)

    def uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """All pending uploads under a prefix."""
        for pending, _ in list(self._uploads.values()):
            if pending.key.startswith(f"{prefix}/"):
                yield pending

    def probe(self) -> None:
        """Memory is there: nothing to try."""

    def _pending(self, key: str, upload: str) -> dict[int, tuple[int, bytes]]:
        checked_key(key)
        found = self._uploads.get(upload)
        if found is None or found[0].key != key:
            raise ObjectMissingError("there is no such upload")
        return found[1]

    def _object(self, key: str, version: str) -> tuple[datetime, bytes]:
        found = self._objects.get((checked_key(key), version))
        if found is None:
            raise ObjectMissingError("the store has no such object")
        return found


class _TornMemory:
    """Torn parts, at their place and aside."""

    shared = True

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._there: dict[str, bytearray] = {}
        self._aside: dict[str, bytes] = {}

    def put(self, key: str, upload: str, offset: int, data: Buffer) -> None:  # noqa: ARG002 -- the protocol's signature
        """Hold bytes at their place."""
        with self._mutex:
            there = self._there.setdefault(upload, bytearray())
            there.extend(bytes(max(0, offset + len(data) - len(there))))
            there[offset : offset + len(data)] = data

    def found(self, key: str, upload: str, offset: int, length: int) -> list[bytes]:  # noqa: ARG002 -- same
        """Bytes at the part's place, and those kept aside."""
        with self._mutex:
            there = bytes(self._there.get(upload, b"")[offset : offset + length])
            return [each for each in (there, self._aside.get(upload, b"")) if each]

    def keep(self, key: str, upload: str, offset: int, data: Buffer) -> None:  # noqa: ARG002 -- same
        """Keep this much aside, and cut what is there."""
        with self._mutex:
            self._aside[upload] = bytes(data)
            del self._there.setdefault(upload, bytearray())[offset:]

    def drop(self, key: str, upload: str) -> None:  # noqa: ARG002 -- same
        """Forget all of it."""
        with self._mutex:
            self._aside.pop(upload, None)
            self._there.pop(upload, None)
