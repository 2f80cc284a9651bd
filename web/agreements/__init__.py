"""Drafting, freezing and signing agreements."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
