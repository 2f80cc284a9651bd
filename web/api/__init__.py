"""The JSON API: the same commands, the same queries."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
