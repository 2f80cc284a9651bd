"""Verification of sealed records, by the vault's own offline verifier."""

from collections.abc import Sequence

from vault import verify_command


def verify_from_terminal(argv: Sequence[str]) -> int:
    """Verify what the arguments name and print four verdicts; 0 when all that is claimed holds, 1 or 2 otherwise."""
    return verify_command(argv)
