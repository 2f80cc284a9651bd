"""Coverage's tracer asks at each call in which greenlet it is; the answer is looked up in C here, not in Python.

It keeps the greenlets that it met in a ``WeakKeyDictionary``, whose lookup is Python: half of what tracing costs. A
plain dict does the same if those that have ended are taken out of it, after each test.
"""

import weakref
from typing import Any, Final
from unittest.mock import patch

from coverage import Coverage

_met: Final[list[dict[Any, int]]] = []


def _index() -> dict[Any, int]:
    made: dict[Any, int] = {}
    _met.append(made)
    return made


def _any_call() -> None:
    """The tracer makes its index at the first call that it sees."""


def start(measuring: Coverage) -> None:
    """Start measuring, with a tracer that looks its greenlets up in C."""
    with patch.object(weakref, "WeakKeyDictionary", _index):
        measuring.start()
        _any_call()


def forget_the_ended() -> None:
    """Let go of the greenlets that have ended."""
    for index in _met:
        for ended in [greenlet for greenlet in index if greenlet.dead]:
            del index[ended]
