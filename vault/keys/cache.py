"""Unwrapped space keys, for minutes, in memory that is zeroed when they leave."""

import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager

from vault.keys.secret import Secret, zero


class KeyCache:
    """At most ``capacity`` keys, each for ``lifetime`` seconds, named by the digest of their wrapped form.

    Naming them by what was wrapped means that a rolled-back or replaced row can never meet another row's key.
    """

    def __init__(self, *, lifetime: float, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._capacity = capacity
        self._clock = clock
        self._held: OrderedDict[bytes, tuple[float, Secret]] = OrderedDict()

    def put(self, name: bytes, key: bytes | bytearray) -> None:
        """Hold a key from now on; the oldest leaves where there is no room."""
        self.drop(name)
        self._held[name] = (self._clock() + self._lifetime, Secret(key))
        while len(self._held) > self._capacity:
            self.drop(next(iter(self._held)))

    def drop(self, name: bytes) -> None:
        """Zero and forget one key, if it is held."""
        _, key = self._held.pop(name, (0.0, Secret()))
        zero(key)

    def clear(self) -> None:
        """Zero and forget all."""
        for name in list(self._held):
            self.drop(name)

    def __contains__(self, name: bytes) -> bool:
        self._expire()
        return name in self._held

    @contextmanager
    def lent(self, name: bytes) -> Generator[bytearray, None, None]:
        """A copy of one held key, zeroed at the end, so that an eviction can't pull it from under its user."""
        copy = Secret(self._held[name][1])
        try:
            yield copy
        finally:
            zero(copy)

    def _expire(self) -> None:
        now = self._clock()
        while self._held:
            name, (until, _) = next(iter(self._held.items()))
            if until > now:
                return
            self.drop(name)
