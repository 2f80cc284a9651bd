"""Runs the offline verifier with the platform out of its reach: no network, and nothing below a forbidden folder.

    python -I -m web.demo.offline FORBIDDEN -- ARGUMENTS OF THE VERIFIER

A hook of the interpreter (PEP 578) ends the process at the first try; Python code cannot take it away again.
"""

import os
import runpy
import sys
from pathlib import Path
from typing import Final

REFUSED: Final = 70
_BARRED: Final = (
    "socket.",
    "http.client.",
    "urllib.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
)


def forbid(folder: Path) -> None:
    """End this process if it opens anything below ``folder``, reaches for the network or starts a program."""
    barred = os.fspath(folder.resolve())

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(_BARRED):
            _end(event)
        if event in {"open", "os.listdir", "os.scandir", "sqlite3.connect"} and arguments:
            named = arguments[0]
            if isinstance(named, (str, bytes)):  # a path object has become text before the hook is called
                where = os.path.realpath(os.fsdecode(named))
                if where == barred or where.startswith(barred + os.sep):
                    _end(f"{event} {where}")

    sys.addaudithook(watch)


def _end(what: str) -> None:
    os.write(2, f"offline: {what} was tried\n".encode())
    os._exit(REFUSED)


def main() -> None:
    """Forbid, then become the verifier."""
    folder, dashes, *arguments = sys.argv[1:]
    if dashes != "--":
        raise SystemExit(2)
    forbid(Path(folder))
    sys.argv = ["vault.verify", *arguments]
    runpy.run_module("vault.verify", run_name="__main__")


if __name__ == "__main__":
    main()
