"""Verify a sealed record, or a file with its receipt, offline."""

from collections.abc import Sequence

from odr.archive.verifying import verify_from_terminal


def run(argv: Sequence[str]) -> int:
    """Print four verdicts; 0 when all that is claimed holds, 1 when something does not."""
    return verify_from_terminal(argv)
