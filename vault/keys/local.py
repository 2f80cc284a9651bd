"""The root key in a keyring file of mode 0600, for installations without a key service."""

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self
from uuid import UUID, uuid4

import msgspec

from vault import envelope
from vault.errors import ConfigurationError, KeyRootError, KeyRootUnavailableError, SealError
from vault.keys.files import alone_with, create_secret, read_secret, replace_secret
from vault.keys.root import Wrapped
from vault.keys.secret import Secret, zero

FORMAT: Final = "entente-keyring/v1"
ID_SIZE: Final = 16


class _Keyring(msgspec.Struct, forbid_unknown_fields=True):
    """The file: every root key still needed, by id, and the id of the one that wraps now."""

    format: str
    current: UUID
    keys: dict[str, bytearray]

    def zero(self) -> None:
        """Overwrite what was read."""
        for key in self.keys.values():
            zero(key)


class LocalRootKey:
    """Wraps with one key of the file, unwraps with any. A wrapped key is the root's id (16 B), then a message.

    The file is looked at before each use and read again when it changed, so that a rotation by a command is known to
    every process at once, and a file that was taken away is a root that isn't there.
    """

    def __init__(self, current: UUID, keys: Mapping[UUID, bytes | bytearray], path: Path | None = None) -> None:
        self._current = current
        self._keys = {key: Secret(secret) for key, secret in keys.items()}
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> Self:
        """Read the keyring file, made first if asked and missing. Raises ConfigurationError."""
        if create and not path.exists():
            first, made = uuid4(), Secret.fresh(envelope.KEY_SIZE)
            try:
                create_secret(path, _write(first, {first: made}))
            finally:
                zero(made)
        root = cls(UUID(int=0), {}, path)
        root._read()
        return root

    async def current(self) -> str:
        """``local:`` and the current key's id."""
        self._refresh()
        return _name(self._current)

    def holds(self, name: str) -> bool:
        """Whether the file has the key of that name."""
        self._refresh()
        return any(name == _name(key) for key in self._keys)

    async def wrap(self, key: bytes | bytearray, context: Mapping[str, str]) -> Wrapped:
        """Wrap 32 bytes for one context."""
        self._refresh()
        sealed = envelope.seal(self._keys[self._current], root_context(context), key)
        return Wrapped(_name(self._current), self._current.bytes + sealed)

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytearray:
        """The 32 bytes. Raises KeyRootError where they were wrapped for another context, or altered."""
        self._refresh()
        key = self._keys.get(UUID(bytes=wrapped[:ID_SIZE])) if len(wrapped) > ID_SIZE else None
        if key is None:
            raise KeyRootError("the keyring file lacks the root key of this space key")
        try:
            return envelope.open_key(key, root_context(context), wrapped[ID_SIZE:])
        except SealError as error:
            raise KeyRootError("the root key does not open this space key: it was altered or moved") from error

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> Wrapped:
        """Wrap anew under the current key."""
        key = await self.unwrap(wrapped, context)
        try:
            return await self.wrap(key, context)
        finally:
            zero(key)

    async def rotate(self) -> None:
        """Put a keyring with a new current key in the file's place; the old keys stay, to open what they wrapped."""
        made, newest = Secret.fresh(envelope.KEY_SIZE), uuid4()
        with self._changing() as path:
            replace_secret(path, _write(newest, {**self._keys, newest: made}))
        zero(made)
        self._refresh()

    async def rotated_at(self) -> datetime | None:
        """When the file was last written."""
        if self._path is None:
            return None
        self._refresh()
        return datetime.fromtimestamp(self._path.stat().st_mtime, UTC)

    async def destroy_former(self) -> None:
        """Keep the current key alone. What the disk still has of the old file is the disk's affair."""
        with self._changing() as path:
            replace_secret(path, _write(self._current, {self._current: self._keys[self._current]}))
        self._refresh()

    @contextmanager
    def _changing(self) -> Generator[Path, None, None]:
        """The file, read afresh, and nobody else changing it."""
        if self._path is None:
            raise KeyRootError("this root key lies in no file")
        try:
            with alone_with(self._path):
                self._refresh()
                yield self._path
        except ConfigurationError as error:
            raise KeyRootError(str(error)) from None

    def _refresh(self) -> None:
        if self._path is None:
            return
        try:
            facts = self._path.stat()
        except OSError:
            raise KeyRootUnavailableError("the keyring file is not there") from None
        if (facts.st_mtime_ns, facts.st_ino, facts.st_size) != self._seen:
            try:
                self._read()
            except ConfigurationError as error:
                raise KeyRootError(str(error)) from None

    def _read(self) -> None:
        """Take the file's keys in place of those held. Raises ConfigurationError."""
        path = self._path
        if path is None:
            return
        facts = path.stat() if path.exists() else None
        content = read_secret(path)
        try:
            file = _decoded(path, content)
        finally:
            zero(content)
        held = self._keys
        self._keys = {UUID(key): Secret(secret) for key, secret in file.keys.items()}
        self._current = file.current
        file.zero()
        for secret in held.values():
            zero(secret)
        self._seen = None if facts is None else (facts.st_mtime_ns, facts.st_ino, facts.st_size)


def root_context(context: Mapping[str, str]) -> bytes:
    """The encryption context as a message's context: a domain and the SHA-256 of its JSON, keys sorted, no spaces."""
    canonical = json.dumps(dict(context), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return b"entente-vault/root/v1\0" + hashlib.sha256(canonical.encode()).digest()


def _name(key: UUID) -> str:
    return f"local:{key}"


def _write(current: UUID, keys: Mapping[UUID, bytearray]) -> bytearray:
    """The file's content; the caller's keys go straight into it as base64."""
    content = bytearray()
    shown = {"format": FORMAT, "current": current, "keys": {str(key): memoryview(one) for key, one in keys.items()}}
    msgspec.json.Encoder().encode_into(shown, content)
    content += b"\n"
    return content


def _decoded(path: Path, content: bytearray) -> _Keyring:
    refusal = ConfigurationError(f"{path} is no keyring file of format {FORMAT}")
    try:
        file = msgspec.json.decode(content, type=_Keyring)
        known = {UUID(key) for key in file.keys}
    except ValueError:
        raise refusal from None
    if (
        file.format != FORMAT
        or file.current not in known
        or any(len(key) != envelope.KEY_SIZE for key in file.keys.values())
    ):
        raise refusal
    return file
