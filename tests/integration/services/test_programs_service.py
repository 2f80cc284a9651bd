"""A program started for the tests is awaited, and never outlives them."""

import sys
import time
from pathlib import Path

import pytest

from tests.services.programs import (
    ServiceMissingError,
    accepts_connections,
    find_program,
    free_port,
    running_program,
    scratch_directory,
)

PARENT = """
import subprocess, sys, time, pathlib
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", deaf])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(60)
"""


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 -- not a file of ours
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_ends_early_is_reported_with_its_last_words(tmp_path):
    argv = [sys.executable, "-c", "import sys; sys.exit('no room left')"]
    with (
        pytest.raises(RuntimeError, match="no room left"),
        running_program(argv, log=tmp_path / "log", ready=lambda: False),
    ):
        pass


def test_grandchildren_end_too_even_when_they_ignore_the_request(tmp_path):
    child = tmp_path / "child"
    with running_program(
        [sys.executable, "-c", PARENT], log=tmp_path / "log", ready=lambda: child.exists() and child.read_text() != ""
    ):
        pid = int(child.read_text())
        assert alive(pid)
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid)


def test_coverage_of_the_tests_does_not_reach_into_services(tmp_path, monkeypatch):
    monkeypatch.setenv("COVERAGE_PROCESS_START", "x")
    said = tmp_path / "log"
    argv = [sys.executable, "-c", "import os, time; print(sorted(os.environ), flush=True); time.sleep(60)"]
    with running_program(argv, log=said, ready=lambda: b"]" in said.read_bytes()):
        assert "PATH" in said.read_text()
        assert "COVERAGE" not in said.read_text()


def test_a_missing_program_is_named():
    with pytest.raises(ServiceMissingError, match="no-such-program"):
        find_program("no-such-program")


def test_a_free_port_is_below_what_the_system_gives_away():
    port = free_port()
    assert 20_000 <= port < 32_000
    assert not accepts_connections(port)


def fill_and_fail(seen):
    with scratch_directory("trial") as path:
        seen.append(path)
        (path / "file").write_text("x")
        raise ZeroDivisionError


def test_a_scratch_directory_is_gone_even_after_a_failure():
    seen: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        fill_and_fail(seen)
    assert not seen[0].exists()
