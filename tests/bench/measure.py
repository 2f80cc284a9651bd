"""How things are measured: beside their limit, in turns with it, in one run; the best of five counts."""

import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB
ROUNDS = 5
BLOCK = os.urandom(MIB)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``ratio`` is the better the larger; ``bar`` is the least that it may be.

    ``limit`` has the same unit as ``value``: what the machine (or a peer, or an allowance) gave in the same run.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    bar: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the bar is reached; a figure without one only tells."""
        return self.bar is None or (self.ratio is not None and self.ratio >= self.bar)

    def as_json(self) -> str:
        """One line of JSON."""
        rounded = {key: round(each, 4) if isinstance(each, float) else each for key, each in asdict(self).items()}
        return json.dumps(rounded)


def rate(name: str, value: float, limit: float, bar: float | None = None) -> Figure:
    """Work a second, the more the better."""
    return Figure(name, value, "MiB/s", limit, value / limit, bar)


def cost(name: str, value: float, limit: float, unit: str, bar: float | None = 1.0) -> Figure:
    """What something costs (time, memory), the less the better."""
    return Figure(name, value, unit, limit, limit / max(value, 1e-9), bar)


def processor_seconds() -> float:
    """The processor time of this process, its threads and the children that it has waited for."""
    spent = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def in_turns(
    *runs: Callable[[], object], clock: Callable[[], float] = time.perf_counter, rounds: int = ROUNDS
) -> Sequence[float]:
    """The best time of each, measured in turns so that all meet the same machine."""
    best = [float("inf")] * len(runs)
    for _ in range(rounds):
        for number, run in enumerate(runs):
            start = clock()
            run()
            best[number] = min(best[number], clock() - start)
    return best


@contextmanager
def on_one_core() -> Iterator[None]:
    """Keep this thread, and those that it starts, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def peak_memory(process: int | str = "self") -> int:
    """The largest resident set of a process since :func:`forget_peak`, in bytes."""
    return _status(process, "VmHWM")


def resident_memory(process: int | str = "self") -> int:
    """The resident set of a process, in bytes."""
    return _status(process, "VmRSS")


def forget_peak(process: int | str = "self") -> None:
    """Begin the peak of a process anew (proc(5), clear_refs)."""
    with open(f"/proc/{process}/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123 -- not a file of a disk
        file.write("5")


def _status(process: int | str, field: str) -> int:
    with open(f"/proc/{process}/status", encoding="ascii") as file:  # noqa: PTH123 -- same
        line = next(line for line in file if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024
