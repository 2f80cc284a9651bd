"""Sealed records, access and reopening."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
