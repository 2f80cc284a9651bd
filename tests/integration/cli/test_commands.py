"""The command line: what it prints, what it returns, and no traceback for what an operator can mend."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from odr.bootstrap import build_platform
from odr.first_start import make_environment
from odr.settings import read_settings
from vault import ItemRef
from web.cli import COMMANDS, main
from web.terminal import operator_language

PORT_TRIES = 600  # a machine that is busy with other things starts a server in half a minute


def environment(directory: Path, public_url: str = "http://127.0.0.1:8000", **more: str) -> dict[str, str]:
    directory.mkdir(exist_ok=True)
    made = make_environment(directory, public_url=public_url, centre_name="Centre de médiation de l'Essai")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ENTENTE_", "LC_", "LANG"))}
    return {**plain, **made, **more}


def entente(*argv: str, env: dict[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "web.cli", *argv]
    root = Path(__file__).parents[3]
    env = {**env, "PYTHONPATH": str(root)}
    return subprocess.run(line, env=env, cwd=cwd or root, capture_output=True, text=True, check=False, timeout=90)  # noqa: S603 -- ours


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """``here("sweep", env=…)``: the command in this process, which is quicker than a new one."""

    def run(*argv: str, env: dict[str, str]) -> Said:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(("ENTENTE_", "LC_", "LANG"))]:
                patch.delenv(name)
            for name, value in env.items():
                patch.setenv(name, value)
            capsys.readouterr()
            status = main(argv)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


@pytest.fixture
def ready(tmp_path: Path, migrated_database: Path) -> dict[str, str]:
    """Settings over a migrated database."""
    shutil.copytree(migrated_database, tmp_path / "data")
    return environment(tmp_path / "data", ENTENTE_WORKER="apart")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*argv: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    root = Path(__file__).parents[3]
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- ours
            [sys.executable, "-m", "web.cli", *argv], cwd=root, env=env, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    for _ in range(PORT_TRIES):
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 -- loopback
                return True
        except OSError:
            time.sleep(0.1)
    return False


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert {line.split()[1] for line in said.splitlines() if line.startswith("    entente ")} == set(COMMANDS)


def test_no_command_shows_the_help_and_an_unknown_one_is_named(capsys: pytest.CaptureFixture[str], monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main([]) == 2
    assert main(["dance"]) == 2
    assert "la commande dance" in capsys.readouterr().err


def test_every_command_explains_itself(tmp_path: Path):
    env = environment(tmp_path / "data")
    for name in ("create-person", "doctor"):
        said = entente(name, "--help", env=env)
        assert said.returncode == 0
        assert f"entente {name}" in said.stdout


@pytest.mark.parametrize(
    ("given", "language"),
    [({"LANG": "fr_FR.UTF-8"}, "fr"), ({"LANG": "C"}, "en"), ({}, "en"), ({"LC_ALL": "en_GB", "LANG": "fr_FR"}, "en")],
)
def test_commands_speak_the_operators_language(given: dict[str, str], language: str):
    assert operator_language(given) == language


def test_wrong_settings_are_named_one_a_line_without_a_traceback(here, tmp_path: Path):
    env = environment(tmp_path / "data", ENTENTE_PUBLIC_URL="http://example.org", ENTENTE_STORE="ftp:nowhere")
    for command in ("serve", "worker", "migrate", "doctor", "sweep"):
        said = here(command, env=env)
        assert said.returncode == 2
        lines = said.stderr.splitlines()
        assert [line.split(":")[0] for line in lines] == ["ENTENTE_PUBLIC_URL", "ENTENTE_STORE"]
        assert all("Example: ENTENTE_" in line for line in lines)


def test_a_database_that_is_away_is_said_in_one_line(tmp_path: Path):
    env = environment(tmp_path / "data", ENTENTE_DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    for command in ("migrate", "worker", "serve"):
        said = entente(command, env=env)
        assert said.returncode == 1, command
        assert "Traceback" not in said.stderr
        assert "ENTENTE_DATABASE_URL" in said.stderr


def test_migrating_twice_changes_nothing_the_second_time(here, tmp_path: Path):
    env = environment(tmp_path / "data")
    assert "The database is ready." in here("migrate", env=env).stdout
    assert "already" in here("migrate", env=env).stdout


def test_nothing_serves_an_old_database(tmp_path: Path):
    env = environment(tmp_path / "data")
    for command in ("serve", "worker"):
        said = entente(command, env=env)
        assert said.returncode == 1
        assert "entente migrate" in said.stderr


@pytest.mark.usefixtures("ready")
def test_the_site_is_served_logged_without_paths_and_ended_by_a_signal(tmp_path: Path):
    port = free_port()
    env = environment(tmp_path / "data", f"http://127.0.0.1:{port}", ENTENTE_WORKER="inside")
    with running("serve", "--port", str(port), env=env, log=tmp_path / "log") as process:
        assert answers(f"http://127.0.0.1:{port}/health")
        assert entente("health", "--url", f"http://127.0.0.1:{port}", env=env).returncode == 0
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/invitation/a-secret-of-a-link", timeout=5)
        taken = entente("serve", "--port", str(port), env=env)
        assert taken.returncode == 1
        assert f"127.0.0.1:{port}" in taken.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert "a-secret-of-a-link" not in "\n".join(lines)
    assert entente("health", "--url", f"http://127.0.0.1:{port}", "--seconds", "1", env=env).returncode == 1


def test_connections_send_at_once():
    from web.commands.serve import listen  # noqa: PLC0415 -- loads the whole site

    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _address = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_worker_works_until_it_is_told_to_stop(ready: dict[str, str], tmp_path: Path):
    with running("worker", env=ready, log=tmp_path / "log") as process:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and not _checkpoints(ready):
            time.sleep(0.2)
        assert _checkpoints(ready)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def _checkpoints(env: dict[str, str]) -> int:
    import sqlite3  # noqa: PLC0415 -- only here

    with sqlite3.connect(f"file:{env['ENTENTE_DATA_DIR']}/entente.sqlite3?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM ledger_checkpoints").fetchone()[0])


def test_a_first_administrator_gets_a_link_that_serves_once(here, ready: dict[str, str]):
    said = here("create-person", "ada@example.org", "Ada Admin", "--role", "administrator", env=ready)
    assert said.returncode == 0
    assert said.stdout.startswith("http://127.0.0.1:8000/invitation/")
    assert len(said.stdout.strip().rpartition("/")[2]) >= 40
    token = said.stdout.strip().rpartition("/")[2].encode()
    data = Path(ready["ENTENTE_DATA_DIR"])
    assert token not in b"".join(path.read_bytes() for path in data.glob("entente.sqlite3*"))


def test_a_person_without_a_usable_address_is_refused(here, ready: dict[str, str]):
    said = here("create-person", "not-an-address", "Ada", "--role", "secretariat", env=ready)
    assert (said.returncode, said.stdout) == (2, "")
    assert "e-mail address" in said.stderr


def test_a_sweep_tells_and_only_applies_when_asked(here, ready: dict[str, str]):
    assert "0 objects" in here("sweep", env=ready).stdout
    asyncio.run(_leave_an_orphan(ready))
    store = Path(ready["ENTENTE_STORE"].removeprefix("files:"))
    (orphan,) = [path for path in store.rglob("*") if path.is_file()]
    two_days_ago = time.time() - 2 * 86400
    os.utime(orphan, (two_days_ago, two_days_ago))
    told = here("sweep", env=ready)
    assert (told.returncode, "1 object that no row names" in told.stdout, orphan.exists()) == (0, True, True)
    applied = here("sweep", "--apply", env=ready)
    assert (applied.returncode, "They were removed." in applied.stdout, orphan.exists()) == (0, True, False)


async def _leave_an_orphan(env: dict[str, str]) -> None:
    """Bytes in the store that no transaction ever recorded."""
    platform = build_platform(read_settings(env))

    async def pieces() -> AsyncIterator[bytes]:
        yield b"left behind"

    await platform.vault.receive(ItemRef(uuid4(), uuid4()), pieces(), limit=100)
    await platform.close()


def test_documents_are_written_and_then_found_fresh_and_an_edited_one_stale(here, tmp_path: Path):
    env = environment(tmp_path / "data")
    folder = tmp_path / "docs"
    assert here("docs", "--check", "--folder", str(folder), env=env).returncode == 1
    assert here("docs", "--folder", str(folder), env=env).returncode == 0
    assert here("docs", "--check", "--folder", str(folder), env=env).returncode == 0
    (folder / "lifecycle.md").write_text("# other\n")
    stale = here("docs", "--check", "--folder", str(folder), env=env)
    assert stale.returncode == 1
    assert "lifecycle.md" in stale.stderr
    assert "visibility.md" not in stale.stderr


def test_verify_needs_no_settings_and_refuses_what_is_no_record(tmp_path: Path):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ENTENTE_")}
    (tmp_path / "note.txt").write_text("not a record")
    said = entente("verify", str(tmp_path / "note.txt"), "--language", "en", env=plain)
    assert said.returncode == 1
    assert "Verification FAILED." in said.stdout
