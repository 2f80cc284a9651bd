"""The root key in OpenBao's transit engine: it never leaves the service, and each context has a key of its own.

The key is made with ``derived=true``: transit derives one key a context, and the context of a space key is the
canonical JSON of its encryption context. Calls run in threads.
"""

import asyncio
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from vault.errors import KeyRootError
from vault.keys.bao import Bao, number_of, text_of
from vault.keys.root import Wrapped
from vault.keys.secret import zero

_CIPHERTEXT: Final = re.compile(r"vault:v([1-9][0-9]{0,8}):[A-Za-z0-9+/=]{1,1000}")


class OpenBaoRootKey:
    """Wraps and unwraps by transit's encrypt, decrypt and rewrap. ``minimum`` is the oldest version still believed."""

    def __init__(self, bao: Bao, *, minimum: int = 1) -> None:
        self._bao = bao
        self._minimum = minimum
        self._derived = False

    async def current(self) -> str:
        """``bao:`` and the key's place, ``@`` and its newest version."""
        return await asyncio.to_thread(self._current)

    def holds(self, name: str) -> bool:
        """Whether it is a version of this key that may still be used."""
        place, _, version = name.rpartition("@")
        return place == self._place and version.isdecimal() and int(version) >= self._minimum

    async def wrap(self, key: bytes | bytearray, context: Mapping[str, str]) -> Wrapped:
        """Encrypt 32 bytes for one context, under the newest version."""
        return await asyncio.to_thread(self._wrap, key, context)

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytearray:
        """Decrypt for the same context."""
        return await asyncio.to_thread(self._unwrap, wrapped, context)

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> Wrapped:
        """Encrypt under the newest version what an earlier one encrypted; the 32 bytes never leave the service."""
        return await asyncio.to_thread(self._rewrap, wrapped, context)

    async def rotate(self) -> None:
        """Make a new version; the token's policy must allow it."""
        await asyncio.to_thread(self._bao.post, self._key("keys", "rotate"), {})

    async def rotated_at(self) -> datetime | None:
        """When the newest version was made."""
        facts = await asyncio.to_thread(self._facts)
        made = facts["keys"][str(number_of(facts, "latest_version"))]
        return datetime.fromtimestamp(made, UTC)

    async def destroy_former(self) -> None:
        """Refuse, then trim away, every version but the newest; the token's policy must allow it."""
        await asyncio.to_thread(self._destroy_former)

    @property
    def _place(self) -> str:
        return f"bao:{self._bao.place}"

    def _key(self, verb: str, act: str = "") -> str:
        return f"{self._bao.mount}/{verb}/{self._bao.key}{'/' if act else ''}{act}"

    def _facts(self) -> dict[str, Any]:
        facts = self._bao.get(self._key("keys"))
        if facts.get("derived") is not True or facts.get("supports_encryption") is not True:
            raise KeyRootError("the transit key must encrypt, and be made with derived=true")
        if facts.get("exportable") is not False or facts.get("allow_plaintext_backup") is not False:
            raise KeyRootError("the transit key can be taken out of its service: make one that is not exportable")
        self._derived = True
        return facts

    def _current(self) -> str:
        return f"{self._place}@{number_of(self._facts(), 'latest_version')}"

    def _wrap(self, key: bytes | bytearray, context: Mapping[str, str]) -> Wrapped:
        if not self._derived:  # encrypt would make a key that is not there, if the policy let it
            self._facts()
        answer = self._bao.post(
            self._key("encrypt"), {"plaintext": b64encode(key).decode(), "context": _context(context)}
        )
        return self._read(answer)

    def _unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytearray:
        self._version(wrapped)
        answer = self._bao.post(
            self._key("decrypt"), {"ciphertext": wrapped.decode("ascii"), "context": _context(context)}
        )
        key = bytearray(32)
        try:
            key[:] = b64decode(text_of(answer, "plaintext"), validate=True)
        except ValueError:
            zero(key)
            raise KeyRootError("the key service answered with something else than a key") from None
        return key

    def _rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> Wrapped:
        self._version(wrapped)
        return self._read(
            self._bao.post(self._key("rewrap"), {"ciphertext": wrapped.decode("ascii"), "context": _context(context)})
        )

    def _read(self, answer: Mapping[str, Any]) -> Wrapped:
        data = text_of(answer, "ciphertext").encode()
        return Wrapped(f"{self._place}@{self._version(data)}", data)

    def _version(self, wrapped: bytes) -> int:
        """The version that a wrapped key names; no such key, or too old a one, is refused before anything is asked."""
        found = _CIPHERTEXT.fullmatch(wrapped.decode("latin-1"))
        if found is None:
            raise KeyRootError("this is no key that OpenBao wrapped")
        version = int(found[1])
        if version < self._minimum:
            raise KeyRootError("the wrapped key lies under a version of the root that is no longer believed")
        return version

    def _destroy_former(self) -> None:
        newest = number_of(self._facts(), "latest_version")
        self._bao.post(
            self._key("keys", "config"), {"min_decryption_version": newest, "min_encryption_version": newest}
        )
        self._bao.post(self._key("keys", "trim"), {"min_available_version": newest})


def _context(context: Mapping[str, str]) -> str:
    """The canonical encryption context (JSON, names sorted, no spaces, ASCII only) in base64."""
    canonical = json.dumps(dict(context), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return b64encode(canonical.encode()).decode()
