"""The checks of run.py find what they are there to find."""

import os
import re
import shutil
import subprocess
import time

import pytest

import run


@pytest.fixture
def tree(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)  # noqa: S603, S607 -- fixed argv
    monkeypatch.setattr(run, "ROOT", tmp_path)
    return tmp_path


def test_a_registry_host_is_found_in_any_text_file(tree):
    (tree / "notes.md").write_text("Fetched\nfrom files." + "pythonhosted" + ".org today\n")
    assert run.committed_files() == "notes.md:2: registry host " + "pythonhosted" + ".org"


def test_a_path_of_a_machine_is_found_but_not_a_relative_one(tree):
    (tree / "notes.md").write_text("see docs/wo" + "rk/a.md and ~/ro" + "ot/x\n" + "see /wo" + "rk/main/x\n")
    assert run.committed_files() == "notes.md:2: path of a machine /" + "work"


def test_a_file_that_a_build_could_make_is_found_by_its_size(tree):
    (tree / "big.bin").write_bytes(b"\0" * (run.LARGEST_FILE + 1))
    assert run.committed_files() == "big.bin: 524,289 bytes, over 524,288"


def test_what_git_ignores_is_not_looked_at(tree):
    (tree / ".gitignore").write_text("/big.bin\n")
    (tree / "big.bin").write_bytes(b"\0" * (run.LARGEST_FILE + 1))
    assert run.committed_files() == ""


def test_a_command_that_the_readme_invents_is_found(tree, monkeypatch):
    (tree / "entente").write_text("#!/bin/sh\necho 'commands: serve, demo'\n")
    (tree / "entente").chmod(0o755)
    monkeypatch.setattr(run, "BIN", tree)
    (tree / "README.md").write_text(
        "`python3 run.py demo`, `python3 run.py fly`\n\n    entente serve\n    entente dance\n"
    )
    found = run.readme_commands().splitlines()
    assert [line.split("`")[1] for line in found] == ["run.py fly", "entente dance"]


def test_each_import_contract_is_broken_by_what_it_forbids(tmp_path):
    for name in ("odr", "vault", "web"):
        shutil.copytree(run.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(run.ROOT / "pyproject.toml", tmp_path)
    planted = {
        "vault/upward.py": "import odr.errors\nimport litestar\n",
        "odr/helpers.py": "from vault.keys import keyring\n",
        "odr/ids.py": (run.ROOT / "odr" / "ids.py").read_text() + "\nimport odr.worker\n",
        "web/signin/tokens.py": "from jose import jwt\n",
        "web/home/reach.py": "import sqlalchemy\nimport odr.people.models\nfrom jose import jwt\n",
        "vault/record/verify.py": (run.ROOT / "vault/record/verify.py").read_text() + "\nimport boto3\n",
    }
    for name, text in planted.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(  # noqa: S603 -- fixed argv
        [str(run.BIN / "lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    verdicts = [line for line in done.stdout.splitlines() if re.search(" (KEPT|BROKEN)\\b", line)]
    assert len(verdicts) == 7, done.stdout
    assert [line for line in verdicts if " KEPT" in line] == []


def test_a_child_that_is_told_to_end_tidies_up_first(tmp_path):
    """SIGTERM to run.py alone reaches the child as an interrupt, and run.py waits for it."""
    program = tmp_path / "child.py"
    program.write_text(
        "import pathlib, time\n"
        "try:\n    pathlib.Path('started').touch(); time.sleep(60)\n"
        "except KeyboardInterrupt:\n    time.sleep(0.3); pathlib.Path('tidied').touch()\n"
    )
    parent = (
        "import signal, sys, run, pathlib\n"
        f"run.ROOT = pathlib.Path({str(tmp_path)!r})\n"
        f"run.COMMANDS['x'] = lambda args: run.run([sys.executable, {str(program)!r}])\n"
        "sys.exit(run.main(['x']))\n"
    )
    with subprocess.Popen([run.PYTHON, "-c", parent], cwd=run.ROOT) as process:  # noqa: S603 -- fixed argv
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.terminate()
        assert process.wait(timeout=10) == 128 + 15
    assert (tmp_path / "tidied").exists()


def test_the_wheel_holds_every_file_that_the_packages_need(tmp_path):
    for name in ("odr", "vault", "web", "migrations"):
        shutil.copytree(run.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "NOTICE"):
        shutil.copy(run.ROOT / name, tmp_path)
    (tmp_path / "README.md").write_text("x")
    build = [run.PYTHON, "-c", "from setuptools.build_meta import build_wheel; print(build_wheel('out'))"]
    (tmp_path / "out").mkdir()
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 -- fixed argv
    (wheel,) = (tmp_path / "out").glob("*.whl")
    unpacked = tmp_path / "unpacked"
    shutil.unpack_archive(wheel, unpacked, "zip")
    sources = {
        path.relative_to(tmp_path)
        for name in ("odr", "vault", "web", "migrations")
        for path in (tmp_path / name).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {str(path) for path in sources if not (unpacked / path).exists()} == set()
