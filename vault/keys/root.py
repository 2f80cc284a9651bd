"""What a root key does: wrap the 32 bytes of a space key, and unwrap them for the same context only."""

from collections.abc import Mapping
from typing import Protocol


class RootKey(Protocol):
    """A root key: in a file, or in a service that never shows it."""

    @property
    def name(self) -> str:
        """The key that wraps from now on, as stored beside what it wrapped."""
        ...

    def holds(self, name: str) -> bool:
        """Whether this root can unwrap what the root of that name wrapped."""
        ...

    async def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """Wrap 32 bytes. Raises KeyRootError, KeyRootUnavailableError."""
        ...

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The 32 bytes, if they were wrapped for this very context. Raises KeyRootError, KeyRootUnavailableError."""
        ...
