"""The root key in a keyring file of mode 0600, for installations without a key service."""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self
from uuid import UUID, uuid4

import msgspec

from vault import envelope
from vault.errors import ConfigurationError, KeyRootError, SealError
from vault.keys.files import create_secret, read_secret

FORMAT: Final = "entente-keyring/v1"
ID_SIZE: Final = 16


class _Keyring(msgspec.Struct, forbid_unknown_fields=True):
    """The file: every root key ever used, by id, and the id of the one that wraps now."""

    format: str
    current: UUID
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class LocalRootKey:
    """Wraps with one key of the file, unwraps with any. A wrapped key is the root's id (16 B), then a message."""

    current: UUID
    keys: Mapping[UUID, bytes] = field(repr=False)

    @classmethod
    def load(cls, path: Path, *, create: bool = False) -> Self:
        """Read the keyring file, made first if asked and missing. Raises ConfigurationError."""
        if create and not path.exists():
            first = uuid4()
            create_secret(path, _write(first, {first: secrets.token_bytes(envelope.KEY_SIZE)}))
        return cls(*_read(path, read_secret(path)))

    @property
    def name(self) -> str:
        """``local:`` and the current key's id."""
        return f"local:{self.current}"

    def holds(self, name: str) -> bool:
        """Whether the file has the key of that name."""
        return name in {f"local:{key}" for key in self.keys}

    async def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """Wrap 32 bytes for one context."""
        sealed = envelope.seal(self.keys[self.current], root_context(context), key)
        return self.current.bytes + sealed

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The 32 bytes. Raises KeyRootError where they were wrapped for another context, or altered."""
        key = self.keys.get(UUID(bytes=wrapped[:ID_SIZE])) if len(wrapped) > ID_SIZE else None
        if key is None:
            raise KeyRootError("the keyring file lacks the root key of this space key")
        try:
            return envelope.open_message(key, root_context(context), wrapped[ID_SIZE:])
        except SealError as error:
            raise KeyRootError("the root key does not open this space key: it was altered or moved") from error


def root_context(context: Mapping[str, str]) -> bytes:
    """The encryption context as a message's context: a domain and the SHA-256 of its JSON, keys sorted, no spaces."""
    canonical = json.dumps(dict(context), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return b"entente-vault/root/v1\0" + hashlib.sha256(canonical.encode()).digest()


def rotate_file(path: Path, into: Path) -> None:
    """Write the keyring with a new current key to a new file; the old keys stay, to open what they wrapped.

    Raises ConfigurationError, also where ``into`` exists.
    """
    _, keys = _read(path, read_secret(path))
    newest = uuid4()
    if not create_secret(into, _write(newest, {**keys, newest: secrets.token_bytes(envelope.KEY_SIZE)})):
        raise ConfigurationError(f"{into} exists already")


def _write(current: UUID, keys: Mapping[UUID, bytes]) -> bytes:
    encoded = {str(key): b64encode(secret).decode() for key, secret in keys.items()}
    return msgspec.json.format(msgspec.json.encode(_Keyring(FORMAT, current, encoded))) + b"\n"


def _read(path: Path, content: bytes) -> tuple[UUID, dict[UUID, bytes]]:
    try:
        file = msgspec.json.decode(content, type=_Keyring)
        keys = {UUID(key): b64decode(secret, validate=True) for key, secret in file.keys.items()}
    except ValueError:
        raise ConfigurationError(f"{path} is no keyring file of format {FORMAT}") from None
    if file.format != FORMAT or file.current not in keys or any(len(k) != envelope.KEY_SIZE for k in keys.values()):
        raise ConfigurationError(f"{path} is no keyring file of format {FORMAT}")
    return file.current, keys
