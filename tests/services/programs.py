"""Programs that serve the tests: found, started on a free port, awaited, ended with all their children."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 90.0  # seconds that a service may take to answer on a busy machine


class ServiceMissingError(Exception):
    """A program that a service needs is not installed; `python3 run.py test` installs all of them."""


def find_program(name: str) -> str:
    """The path of a program, of this environment first, then of the system."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise ServiceMissingError(f"the program {name} is not installed")
    return found


def free_port() -> int:
    """A port nobody listens on, below 32768 so that no outgoing connection of the system takes it meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 -- any free port will do
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port


def accepts_connections(port: int) -> bool:
    """Whether someone listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


@contextmanager
def scratch_directory(purpose: str) -> Iterator[Path]:
    """A directory with a short path (unix sockets), outside everyone's home, gone at the end."""
    path = Path(tempfile.mkdtemp(prefix=f"entente-{purpose}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def running_program(
    argv: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    end_with: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in its own process group until the block ends; raise with its log's end when it never answers.

    What it runs doesn't count for the coverage of the tests.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 -- fixed argv
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={**clean, **(env or {})},
            user=user,
            group="nogroup" if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
        )
    try:
        await_ready(process, ready, log)
        yield process
    finally:
        end_group(process, end_with)


def await_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    """Return once `ready` says so."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            state = f"ended with {process.returncode}" if process.poll() is not None else f"silent for {PATIENCE:.0f} s"
            raise RuntimeError(f"{process.args!r} {state}:\n{tail}")
        time.sleep(0.02)


def end_group(process: subprocess.Popen[bytes], first: signal.Signals) -> None:
    """Ask the process group to end, then insist."""
    for sign in (first, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=5)
