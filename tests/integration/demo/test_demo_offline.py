"""The offline verifier's cage: the first try to look at the platform or to reach the network ends the process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.demo.starting import environment
from web.demo.offline import REFUSED

TRIES = {
    "a file of the platform": "open({secret!r}).read()",
    "a file through a link": "open({link!r}).read()",
    "a listing": "import os; os.listdir({folder!r})",
    "a database": "import sqlite3; sqlite3.connect({secret!r})",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "another program": "import subprocess; subprocess.run(['true'])",
    "a fork": "import os; os.fork()",
}


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES.keys())
def test_the_verifier_cannot_reach(tmp_path: Path, attempt: str) -> None:
    folder = tmp_path / "platform"
    folder.mkdir()
    secret = folder / "secret"
    secret.write_text("keys")
    link = tmp_path / "link"
    link.symlink_to(secret)
    code = attempt.format(secret=str(secret), link=str(link), folder=str(folder))
    program = "\n".join(
        (
            "import socket, sqlite3, subprocess",
            "from pathlib import Path",
            "from web.demo.offline import forbid",
            f"forbid(Path({str(folder)!r}))",
            code,
            "print('reached')",
        )
    )
    done = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == REFUSED, done.stdout + done.stderr
    assert "reached" not in done.stdout


def test_the_verifier_itself_runs_in_the_cage(tmp_path: Path) -> None:
    file = tmp_path / "not-a-record"
    file.write_text("nothing")
    done = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-I", "-m", "web.demo.offline", "/nowhere", "--", str(file), "--language", "en"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "Verification FAILED." in done.stdout
