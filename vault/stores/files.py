"""A store in a folder: written aside, made durable, then renamed into place."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Final

from vault.envelope import Buffer
from vault.errors import ConfigurationError, ObjectMissingError, StoreError
from vault.stores.base import Fill, LockMode, PendingUpload, Piece, Protection, StoredObject, Torn, checked_key, nothing
from vault.stores.torn_files import TornFiles, named, sync_folder, write_at

_VERSION: Final = re.compile(r"[0-9a-f]{32}")


class FileObjects:
    """Objects as files ``objects/KEY@VERSION``; uploads as ``uploads/VERSION@KEY`` with ``~`` for each slash.

    What is kept of an upload's torn part lies in ``torn`` under the same name.
    """

    locks = False

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self._uploads = folder / "uploads"
        self._torn = TornFiles(self._aside, folder / "torn")
        self.torn: Torn = self._torn

    def begin(self, key: str) -> str:
        """Begin an upload: an empty file aside."""
        upload = token_hex(16)
        with named():
            self._uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._aside(key, upload), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
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
        durable: bool = False,
        held: bool = False,
    ) -> Piece:
        """Write one part at its place."""
        with named(), self._aside(key, upload).open("r+b", buffering=0) as file:
            if not held:
                write_at(file.fileno(), data, offset)
            if durable:
                os.fdatasync(file.fileno())
                if number == 1:
                    sync_folder(self._uploads)
            elif sys.platform == "linux":  # starts writing to the disk now, so that the final fsync finds little left
                os.posix_fadvise(file.fileno(), offset, len(data), os.POSIX_FADV_DONTNEED)
        return Piece(number, len(data), sha256)

    def complete(self, key: str, upload: str, pieces: list[Piece]) -> str:
        """Make the file and its name durable."""
        aside, place = self._aside(key, upload), self._place(key, upload)
        with named():
            with aside.open("rb") as file:
                if os.fstat(file.fileno()).st_size != sum(piece.size for piece in pieces):
                    raise StoreError("the parts named are not the parts stored")
                os.fsync(file.fileno())
            self._torn.drop(key, upload)
            self._make_folders(place.parent)
            aside.rename(place)
            sync_folder(place.parent)
        return upload

    def abort(self, key: str, upload: str) -> None:
        """Drop an upload."""
        aside = self._aside(key, upload)
        with named():
            self._torn.drop(key, upload)
            aside.unlink(missing_ok=True)

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of an object."""
        with named(), self._place(key, version).open("rb", buffering=0) as file:
            parts: list[bytes] = []
            while length > 0 and (part := os.pread(file.fileno(), length, offset)):
                parts.append(part)
                offset += len(part)
                length -= len(part)
            return parts[0] if len(parts) == 1 else b"".join(parts)

    @contextmanager
    def at_hand(self, key: str, version: str) -> Iterator[Fill]:
        """What lies in the system's page cache; what is amiss is told to whoever waits for it."""
        try:
            file = os.open(self._place(key, version), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            yield nothing
            return
        try:
            yield partial(_fill, file)
        finally:
            os.close(file)

    def size(self, key: str, version: str) -> int:
        """An object's size."""
        with named():
            return self._place(key, version).stat().st_size

    def delete(self, key: str, version: str) -> None:
        """Remove one version."""
        place = self._place(key, version)
        with named():
            place.unlink()
            sync_folder(place.parent)

    def lock(self, key: str, version: str, mode: LockMode, until: datetime) -> None:  # noqa: ARG002 -- the protocol's signature
        """Files have no locks: always refused."""
        raise StoreError("objects in files cannot be locked")

    def hold(self, key: str, version: str, *, on: bool) -> None:  # noqa: ARG002 -- the protocol's signature
        """Files have no legal holds: always refused."""
        raise StoreError("objects in files cannot be held")

    def protection(self, key: str, version: str) -> Protection:
        """Files have no locks: nothing protects an object."""
        self.size(key, version)
        return Protection()

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All versions under a prefix."""
        top = self._objects / checked_key(prefix)
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                key, at, version = (Path(folder) / name).relative_to(self._objects).as_posix().partition("@")
                if at and _VERSION.fullmatch(version):
                    facts = (Path(folder) / name).stat()
                    yield StoredObject(key, version, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """All pending uploads under a prefix."""
        checked_key(prefix)
        for path in sorted(self._uploads.glob("*@*")):
            upload, _, name = path.name.partition("@")
            key = name.replace("~", "/")
            if key.startswith(f"{prefix}/"):
                yield PendingUpload(key, upload, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def probe(self) -> None:
        """Write, read and delete a small object."""
        content = token_bytes(64)
        try:
            upload = self.begin("probe/files")
            piece = self.put_part("probe/files", upload, 1, 0, content, b"")
            version = self.complete("probe/files", upload, [piece])
            read = self.read("probe/files", version, 0, len(content))
            self.delete("probe/files", version)
        except StoreError as error:
            raise ConfigurationError(f"the store's folder cannot be used: {error}") from error
        if read != content:
            raise ConfigurationError("the store's folder gives back other bytes than were written")

    def _make_folders(self, folder: Path) -> None:
        """Make the folders down to an object, each entry durable in its parent."""
        missing: list[Path] = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
            sync_folder(each.parent)

    def _aside(self, key: str, upload: str) -> Path:
        if not _VERSION.fullmatch(upload):
            raise ObjectMissingError("there is no such upload")
        return self._uploads / f"{upload}@{checked_key(key).replace('/', '~')}"

    def _place(self, key: str, version: str) -> Path:
        if not _VERSION.fullmatch(version):
            raise ObjectMissingError("the store has no such version")
        return self._objects / f"{checked_key(key)}@{version}"


def _fill(file: int, offset: int, into: memoryview) -> bool:
    """Fill ``into`` out of the system's page cache, if all of it lies there."""
    if sys.platform != "linux":
        return False
    try:
        return os.preadv(file, [into], offset, os.RWF_NOWAIT) == len(into)
    except OSError:
        return False
