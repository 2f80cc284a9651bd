"""run.py, and the locks that it installs from."""

import re
import tomllib
from pathlib import Path

import pytest

import run

LOCKS = (run.INSTALLER_LOCK, run.RUN_LOCK, run.TEST_LOCK)


def pins(lock):
    return dict(re.findall(r"(?m)^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", lock.read_text()))


def test_every_command_is_in_the_usage_and_nothing_else_is():
    shown = re.findall(r"(?m)^    python3 run\.py (\w+)", run.__doc__)
    assert sorted(shown) == sorted(run.COMMANDS)


def test_an_unknown_command_prints_the_usage_and_fails(capsys):
    assert run.main(["tset"]) == 2
    assert "python3 run.py test" in capsys.readouterr().out


def test_asking_for_help_is_no_failure():
    assert run.main(["--help"]) == 0


def test_run_py_stays_readable_in_one_sitting():
    assert len((run.ROOT / "run.py").read_text().splitlines()) <= 300


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_hashes_every_package(lock):
    text = lock.read_text()
    assert "://" not in text
    assert pins(lock)
    for entry in re.split(r"(?m)^(?=\S)", text):
        assert not entry.strip() or "--hash=sha256:" in entry


def test_tests_run_the_very_versions_that_run():
    running, testing = pins(run.RUN_LOCK), pins(run.TEST_LOCK)
    assert {name: testing.get(name) for name in running} == running


def test_every_dependency_that_the_project_names_is_locked():
    project = tomllib.loads((run.ROOT / "pyproject.toml").read_text())
    named = {re.split(r"[\[<>= ]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert named <= set(pins(run.RUN_LOCK))
    groups = project["dependency-groups"]
    wanted = {re.split(r"[\[<>= ]", line)[0].lower() for line in groups["test"] if isinstance(line, str)}
    assert wanted <= set(pins(run.TEST_LOCK))
    assert "setuptools" in pins(run.RUN_LOCK)


def test_the_digest_changes_with_what_must_be_installed_and_not_with_a_tools_settings(tmp_path, monkeypatch):
    for name in ("requirements-uv.lock", "requirements.lock", "requirements-test.lock", "pyproject.toml"):
        (tmp_path / name).write_text(f"# {name}\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "INSTALLER_LOCK", tmp_path / "requirements-uv.lock")
    monkeypatch.setattr(run, "RUN_LOCK", tmp_path / "requirements.lock")
    lock = tmp_path / "requirements-test.lock"
    before = run.digest_of(lock)
    (tmp_path / "pyproject.toml").write_text("# pyproject.toml\n\n[tool.ruff]\nline-length = 1\n")
    assert run.digest_of(lock) == before
    seen = {before}
    for name in ("requirements-uv.lock", "requirements.lock", "requirements-test.lock", "pyproject.toml"):
        (tmp_path / name).write_text("changed\n")
        seen.add(run.digest_of(lock))
    assert len(seen) == 5


def test_a_second_start_starts_no_program(tmp_path, monkeypatch):
    lock = tmp_path / "some.lock"
    lock.write_text("x")
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run, "PYTHON", str(lock))
    monkeypatch.setattr(run, "must", lambda *_args, **_kw: pytest.fail("something was installed"))
    (tmp_path / "some.ready").write_text(run.digest_of(lock))
    run.prepare(lock)
    (tmp_path / "some.ready").write_text("of another day")
    with pytest.raises(pytest.fail.Exception, match="something was installed"):
        run.prepare(lock)


def test_without_root_the_one_line_to_run_is_printed(monkeypatch):
    monkeypatch.setattr("run.shutil.which", lambda _name: "apt-get")
    monkeypatch.setattr("run.os.geteuid", lambda: 1000)
    monkeypatch.setattr(run, "DEBIAN_PACKAGES", ("chromium", "poppler-utils"))
    known = type("Known", (), {"stdout": "chromium installed\npoppler-utils not-installed\n"})
    monkeypatch.setattr("run.subprocess.run", lambda *_args, **_kw: known)
    monkeypatch.setattr(run, "must", lambda *_args, **_kw: pytest.fail("nothing may be installed without root"))
    with pytest.raises(SystemExit, match="sudo apt-get install --yes --no-install-recommends poppler-utils\n"):
        run.install_debian_packages()


def test_a_check_that_breaks_fails_and_the_others_still_run(monkeypatch, capsys):
    def broken():
        raise FileNotFoundError("no such tool")

    monkeypatch.setattr(run, "prepare", lambda _lock: None)
    monkeypatch.setattr(run, "tool", lambda name, *_argv: (name, lambda: "" if name == "mypy" else f"{name} is wrong"))
    monkeypatch.setattr(run, "committed_files", broken)
    monkeypatch.setattr(run, "readme_commands", lambda: "")
    assert run.check(()) == 1
    out = capsys.readouterr().out
    assert "no such tool" in out
    assert "ruff lint is wrong" in out
    assert "✓ mypy" in out


def test_ci_runs_what_a_newcomer_runs():
    script = Path(run.ROOT / ".ci" / "run")
    assert script.stat().st_mode & 0o111
    lines = script.read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-1].endswith("python3 run.py test")
