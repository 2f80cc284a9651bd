"""The front page, the language switch, how proofs work, health."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
