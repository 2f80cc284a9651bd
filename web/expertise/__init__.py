"""The expert's mission, supplies and report."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
