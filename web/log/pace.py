"""A pace for what anyone may ask without signing in: a bucket for each address, refilled as time passes."""

import time
from collections import OrderedDict
from typing import Final

RATE: Final = 20.0
"""Requests a second that one address may make for long: a mirror of a year's log takes some minutes."""
BURST: Final = 300.0
ADDRESSES: Final = 4096


class Pace:
    """Counts in memory only: no address is kept beyond the last 4,096, and none is logged."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, address: str, now: float | None = None, *, price: int = 1) -> int:
        """Take one request of this address; 0 when it may pass, else for how many seconds it should wait.

        ``price``: for how many requests it counts.
        """
        moment = time.monotonic() if now is None else now
        left, seen = self._buckets.pop(address, (BURST, moment))
        left = min(BURST, left + (moment - seen) * RATE)
        passes = left >= price
        self._buckets[address] = (left - price if passes else left, moment)
        if len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if passes else 1 + int((price - left) / RATE)
