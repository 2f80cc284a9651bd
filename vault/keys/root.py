"""What a root key does: wrap the 32 bytes of a space key, and unwrap them for the same context only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A wrapped space key, and the name of the very root key (and its version) that it lies under."""

    root: str
    data: bytes


class RootKey(Protocol):
    """A root key: in a file, or in a service that never shows it.

    Errors of all: KeyRootError, KeyRootUnavailableError. No error ever holds a key, or what a service said.
    """

    async def current(self) -> str:
        """Return the name of the key that wraps from now on."""
        ...

    def holds(self, name: str) -> bool:
        """Whether this root is the one to ask for what the root of that name wrapped."""
        ...

    async def wrap(self, key: bytes | bytearray, context: Mapping[str, str]) -> Wrapped:
        """Wrap 32 bytes."""
        ...

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytearray:
        """Return the 32 bytes, if they were wrapped for this very context; the caller zeroes them."""
        ...

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> Wrapped:
        """Wrap anew under the current key what one of this root's keys wrapped."""
        ...

    async def rotate(self) -> None:
        """Make a new current key; the former ones still open what they wrapped."""
        ...

    async def rotated_at(self) -> datetime | None:
        """Return when the current key was made, ``None`` where that cannot be known."""
        ...

    async def destroy_former(self) -> None:
        """Destroy every key but the current one, for good. What still lies under them opens for nobody any more."""
        ...
