"""The offline verifier's command: ``python -m vault.verify`` and ``entente verify``."""

import argparse
import locale
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from vault.errors import ProofError
from vault.ledger.checkpoint import NoteKey
from vault.record.report import Report, on_own_clock, retold
from vault.record.verify import verify

__all__ = ["Report", "main", "verify"]


def main(argv: Sequence[str] | None = None) -> int:
    """Verify what the arguments name and print four verdicts; of a PDF with a seal of its own, one more.

    Returns 0 when all that is claimed holds, 1 when something does not, 2 when the arguments cannot be used.
    """
    parser = argparse.ArgumentParser(
        prog="entente verify",
        description="Verify a sealed record, or a file with its receipt, offline. / Vérifier un dossier scellé, "
        "ou un fichier avec son reçu, hors ligne.",
    )
    parser.add_argument("path", type=Path, metavar="RECORD", help="package, record (ZIP or folder), or any file")
    parser.add_argument("--receipt", type=Path, help="receipt, JSON or PDF (default: NAME.receipt.json beside)")
    parser.add_argument(
        "--key", action="append", default=[], help="trusted key of the log, as published (name+hash+key), or its file"
    )
    parser.add_argument(
        "--root",
        action="append",
        default=[],
        type=Path,
        help="trusted root of time stamps or of a PDF's seal (PEM)",
    )
    parser.add_argument("--language", choices=("fr", "en"), help="default: the system's")
    given = parser.parse_args(argv)
    try:
        keys = [NoteKey.from_text(_text(key)) for key in given.key]
        roots = [root for path in given.root for root in x509.load_pem_x509_certificates(path.read_bytes())]
    except (ProofError, ValueError, OSError) as error:
        print(f"entente verify: {error}", file=sys.stderr)  # noqa: T201 -- a command speaks on its streams
        return 2
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is in the report
    report = verify(given.path, receipt=given.receipt, trusted_key=keys, trusted_roots=roots)
    french = given.language == "fr" or (given.language is None and _speaks_french())
    said = retold(report.in_french() if french else report.in_english(), on_own_clock)
    print(said)  # noqa: T201 -- a command speaks on its streams
    return 0 if report.holds else 1


def _text(key: str) -> str:
    return Path(key).read_text("utf-8").strip() if "+" not in key or Path(key).is_file() else key


def _speaks_french() -> bool:
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    return spoken.lower().startswith("fr")


if __name__ == "__main__":
    raise SystemExit(main())
