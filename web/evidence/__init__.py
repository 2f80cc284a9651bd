"""Lodging, reading, moving and disclosing exhibits."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
