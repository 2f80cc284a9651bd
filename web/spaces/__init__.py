"""A room's page: its messages and its exhibits."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
