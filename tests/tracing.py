"""Coverage's tracer asks at each call in which greenlet it is; the answer is looked up in C here, not in Python.

It keeps the greenlets that it met in a ``WeakKeyDictionary``, whose lookup is Python: half of what tracing costs. A
plain dict does the same if those that have ended are taken out of it, after each test.

In the other threads it knows a greenlet by its id. When a thread ends, so does its greenlet, and a
``WeakKeyDictionary`` then runs Python in the midst of that: traced there, while another thread ends, Python 3.11 goes
round for ever (seen once in an hour on a busy machine; not even the timeout of a test came through).
"""

import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import FrameType, ModuleType
from typing import Any, Final
from unittest.mock import patch

from coverage import Coverage
from coverage.collector import Collector

MEASURED: Final = ("odr", "vault", "web")

_met: Final[list[dict[Any, int]]] = []
_weak_keys: Final = weakref.WeakKeyDictionary


def _index() -> dict[Any, int]:
    made: dict[Any, int] = {}
    _met.append(made)
    return made


class _ById(dict[Any, int]):
    """Holds on to no key: when a thread ends, greenlet looks through all objects for whoever does."""

    def __getitem__(self, key: Any) -> int:
        return super().__getitem__(id(key))

    def __setitem__(self, key: Any, value: int) -> None:
        super().__setitem__(id(key), value)


def _any_call() -> None:
    """The tracer makes its index at the first call that it sees."""


def start(measuring: Coverage) -> None:
    """Start measuring, with a tracer that looks its greenlets up in C."""
    with patch.object(weakref, "WeakKeyDictionary", _index):
        measuring.start()
        _any_call()


def _trace_this_thread(collector: Collector, frame: FrameType, event: Any, arg: Any) -> Any:
    """What a new thread calls first: coverage's own, with a tracer that keeps no greenlet."""
    sys.settrace(None)
    tracer = collector._start_tracer()  # noqa: SLF001 -- as coverage's own does
    setattr(weakref, "WeakKeyDictionary", _ById)  # noqa: B010 -- for the tracer's first call
    try:
        return tracer(frame, event, arg) if tracer is not None else None
    finally:
        setattr(weakref, "WeakKeyDictionary", _weak_keys)  # noqa: B010 -- not what another thread put there


setattr(Collector, "_installation_trace", _trace_this_thread)  # noqa: B010 -- a method of coverage's


@contextmanager
def tracing_only_what_loads(measuring: Coverage) -> Iterator[None]:
    """While tests are collected, trace our own modules as they are run, and nothing else: half of it was tracing."""
    tracer, run = sys.gettrace(), SourceFileLoader.exec_module

    def exec_module(loader: SourceFileLoader, module: ModuleType) -> None:
        if sys.gettrace() is not None or not _is_measured(module.__spec__):
            run(loader, module)
            return
        sys.settrace(tracer)
        _any_call()
        try:
            run(loader, module)
        finally:
            sys.settrace(None)

    sys.settrace(None)
    try:
        with patch.object(SourceFileLoader, "exec_module", exec_module):
            yield
    finally:
        sys.settrace(tracer)
        measuring.stop()
        start(measuring)


def _is_measured(spec: ModuleSpec | None) -> bool:
    return spec is not None and spec.name.partition(".")[0] in MEASURED


def forget_the_ended() -> None:
    """Let go of the greenlets that have ended."""
    for index in _met:
        for ended in [greenlet for greenlet in index if greenlet.dead]:
            del index[ended]
