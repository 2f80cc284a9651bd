"""`python3 run.py bench`: how fast this is, beside what the machine can do, in one run.

Prints a table, or with --json one JSON object a line: name, value, unit, limit (same unit), ratio (the larger, the
better), bar (the least ratio that will do; null: the figure only tells). The exit status is 1 when a bar is missed.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import document, large, peers, proofs, sealing, small, stack
from tests.bench.measure import Figure

Bench = Callable[[Path], Iterator[Figure]]
MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made in it
BENCHES: dict[str, tuple[Bench, Path | None]] = {
    "ingest": (sealing.ingest, None),
    "peers": (peers.compared, MEMORY),
    "ranges": (sealing.ranges, None),
    "memory": (sealing.memory, None),
    "inclusion": (proofs.inclusion, None),
    "receipts": (proofs.receipts, None),
    "stack": (stack.through_http, None),
    "small": (small.many_small_files, None),
    "large": (large.through_bad_lines, None),
}
"""By name: what is measured, and where its files lie (nowhere in particular, or in memory)."""
ASKED_FOR = {"large"}
"""What is measured only by its name: it writes 10 GiB."""


def main(argv: Sequence[str]) -> int:
    """Measure what was asked for, tell it, and say whether every bar holds."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHES)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--document", action="store_true", help="write the table into docs/performance.md")
    given = parser.parse_args(argv)
    if unknown := set(given.names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name, (bench, place) in BENCHES.items():
        if name not in given.names if given.names else name in ASKED_FOR:
            continue
        folder = Path(tempfile.mkdtemp(prefix="entente-bench-", dir=place))
        try:
            for figure in bench(folder):
                figures.append(figure)
                say(figure.as_json() if given.json else document.line(figure))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if given.document:
        document.write(figures)
    return 0 if all(figure.holds for figure in figures) else 1


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
