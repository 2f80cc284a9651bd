"""Reading from a store beside which there is another: it is not waited for longer than a bound, and that is remembered.

A store that hangs would hold every reader up for as long as its own patience lasts, try after try, although the second
copy lies ready. So each read is given a few seconds; one that does not answer in time, or says that it is away, opens
the circuit: for a minute every read fails at once, and the second store is read. Then one reader tries it again.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Final

from vault.errors import StoreUnavailableError
from vault.stores.base import Fill, Readable, nothing

BOUND_SECONDS: Final = 3.0
OPEN_SECONDS: Final = 60.0
_AT_ONCE: Final = 16


class Circuit:
    """One store as readers see it who can read elsewhere."""

    def __init__(
        self,
        store: Readable,
        *,
        bound: float = BOUND_SECONDS,
        open_for: float = OPEN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._bound = bound
        self._open_for = open_for
        self._clock = clock
        self._until = 0.0
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bounded-read")

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of one version. Raises StoreUnavailableError within the bound, or at once while it is remembered."""
        self._enter()
        reading = self._threads.submit(self._store.read, key, version, offset, length)
        try:
            data = reading.result(self._bound)
        except TimeoutError:
            reading.cancel()
            self._open()
            raise StoreUnavailableError("the store does not answer in time") from None
        except StoreUnavailableError:
            self._open()
            raise
        self._until = 0.0
        return data

    def at_hand(self, key: str, version: str) -> AbstractContextManager[Fill]:  # noqa: ARG002 -- the protocol's signature
        """Nothing: even to ask a store that hangs may take as long as it likes."""
        return nullcontext(nothing)

    def _enter(self) -> None:
        """Let a reader through; of those who come after a failure, one alone tries."""
        with self._lock:
            now = self._clock()
            if now < self._until:
                raise StoreUnavailableError("the store did not answer a moment ago")
            if self._until:
                self._until = now + self._bound

    def _open(self) -> None:
        with self._lock:
            self._until = self._clock() + self._open_for
