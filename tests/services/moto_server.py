"""moto as a server: an S3 and a KMS that answer like AWS in shape, though more laxly than AWS in rules."""

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.services.programs import LOOPBACK, ServiceMissingError, accepts_connections, free_port, running_program

REGION = "eu-west-3"
ACCESS_KEY = "testing"
SECRET_KEY = "testing"  # moto accepts any


@dataclass(frozen=True)
class MotoServer:
    """Where it listens, and how to be let in."""

    url: str
    region: str = REGION
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY

    def reset(self) -> None:
        """Forget every bucket and key."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")  # noqa: S310 -- loopback
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- loopback
            answer.read()


@contextmanager
def running_moto(directory: Path) -> Iterator[MotoServer]:
    """Start it in a process of its own, so that none of its patches reach the tests."""
    if find_spec("moto") is None:
        raise ServiceMissingError("the package moto is not installed")
    port = free_port()
    argv = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)]
    with running_program(argv, log=directory / "moto.log", ready=lambda: accepts_connections(port)):
        yield MotoServer(f"http://{LOOPBACK}:{port}")
