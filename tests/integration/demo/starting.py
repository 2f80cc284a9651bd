"""The demo as people start it: a process of its own, in a directory of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ENTENTE = (sys.executable, "-m", "web.cli", "demo")
PATIENCE_SECONDS = 400.0
READY = "Ctrl-C"
ROOT = Path(__file__).parents[3]


def a_free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    return {**clean, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


@dataclass
class Visited:
    """A demo that is open: what it said, its directory, and the processor time that its start took."""

    directory: Path
    said: list[str] = field(default_factory=list)
    processor_seconds: float = 0.0

    @property
    def doors(self) -> list[str]:
        return [line.strip() for line in self.said if "/demo/enter/" in line]

    @property
    def url(self) -> str:
        return self.doors[0].partition("/demo/")[0]


@contextmanager
def an_open_demo(directory: Path, *arguments: str) -> Iterator[Visited]:
    """Start the demo, wait until it says that it is open, and end it as Ctrl-C does."""
    command = [*ENTENTE, "--directory", str(directory), *arguments]
    process = subprocess.Popen(  # noqa: S603 -- our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment()
    )
    visited = Visited(directory)
    end = time.monotonic() + PATIENCE_SECONDS
    with process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                visited.said.append(line.rstrip("\n"))
                if line.startswith(READY):
                    break
                assert time.monotonic() < end, visited.said[-5:]
            assert process.poll() is None, visited.said[-10:]
            spent = psutil.Process(process.pid).cpu_times()
            visited.processor_seconds = spent.user + spent.system
            yield visited
            process.send_signal(signal.SIGINT)
            left = process.stdout.read()
            assert process.wait(timeout=30) == 0, left
            assert "Traceback" not in left
        finally:
            process.kill()
