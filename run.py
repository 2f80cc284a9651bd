#!/usr/bin/env python3
"""The one door for working on Entente: it prepares what a command needs, then runs it.

    python3 run.py demo [ARGS]    watch a whole mediation in your browser (--script: in the terminal)
    python3 run.py test [ARGS]    every check and every test; with ARGS only what pytest is told by them
    python3 run.py check          linters, types, import contracts, documents, infra files
    python3 run.py dev [ARGS]     the server, restarted at each change
    python3 run.py bench [ARGS]   measure speeds against limits found in the same run
    python3 run.py shots [ARGS]   remake the pictures of docs/tour in a real browser
    python3 run.py lock [ARGS]    write the locks anew from pyproject.toml (--upgrade: newest versions)

Needs Python 3.11 or later on Linux or macOS, and a network the first time only. Everything is put in .venv.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = str(BIN / "python")
BYTECODE = VENV / "bytecode"  # kept: each program that the tests start would compile all it loads anew, for seconds

INSTALLER_LOCK = ROOT / "requirements-uv.lock"
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"  # holds everything of RUN_LOCK, at the same versions
BENCH_LOCK = ROOT / "requirements-bench.lock"  # holds everything of TEST_LOCK, and the peers that bench measures

LARGEST_FILE = 512 * 1024  # bytes; what is larger is made from a seed, not committed
DEBIAN_PACKAGES = ("chromium", "clamav-daemon", "fonts-dejavu-core", "fonts-liberation", "openssl", "poppler-utils")
IO_FREE_CORES = (ROOT / "tests/io_free_cores.txt").read_text().split()

# ── What a command needs ─────────────────────────────────────────────────────────────────────────────────────────────


def prepare(lock: Path) -> None:
    """Bring .venv to what `lock` says; a stamp file makes this free when nothing changed since the last time."""
    stamp, started = VENV / f"{lock.stem}.ready", time.monotonic()
    if stamp.is_file() and stamp.read_text() == digest_of(lock) and Path(PYTHON).exists():
        return
    say(f"preparing {VENV.name} from {lock.name} …")
    if not (Path(PYTHON).exists() and (BIN / "pip").exists()):
        must([sys.executable, "-m", "venv", "--clear", str(VENV)], hint="On Debian: apt-get install python3-venv")
    need_network = "The first start, and each change of a lock, needs a network; other starts don't."
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--only-binary=:all:"]
    must([*pip, "--require-hashes", "-r", str(INSTALLER_LOCK)], hint=need_network)
    install = [str(BIN / "uv"), "pip", "install", "--quiet", f"--python={PYTHON}"]
    must([*install, "--require-hashes", "-r", str(lock)], hint=need_network)
    must([*install, "--no-deps", "--no-build-isolation", "--offline", "--editable", str(ROOT)])
    shutil.rmtree(BYTECODE, ignore_errors=True)  # a package's files may be as old and as long as those they replace
    for ready in {RUN_LOCK: [RUN_LOCK], TEST_LOCK: [RUN_LOCK, lock]}.get(lock, [RUN_LOCK, TEST_LOCK, lock]):
        (VENV / f"{ready.stem}.ready").write_text(digest_of(ready))
    say(f"prepared in {time.monotonic() - started:.1f} s")


def digest_of(lock: Path) -> str:
    """The SHA-256 of all that decides what .venv must hold: the locks, the place, and the project's own metadata."""
    project = ROOT.joinpath("pyproject.toml").read_text().partition("\n[tool.ruff]")[0]
    parts = [str(ROOT), project, *(path.read_text() for path in (INSTALLER_LOCK, RUN_LOCK, lock))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def install_debian_packages(*more: str) -> None:
    """Install what only Debian packages bring; without root, print the one line to run and stop."""
    wanted = (*DEBIAN_PACKAGES, *more)
    if not shutil.which("apt-get"):
        if missing := [program for program in ("chromium", "clamd", "openssl", "pdfsig") if not shutil.which(program)]:
            stop(f"the tests need {', '.join(missing)}: install them with your system's package manager")
        return
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *wanted]
    known = subprocess.run(query, capture_output=True, text=True, check=False).stdout.splitlines()  # noqa: S603 -- fixed
    missing = [package for package in wanted if f"{package} installed" not in known]
    line = "apt-get install --yes --no-install-recommends " + " ".join(missing)
    if missing and os.geteuid() != 0:
        stop(f"the tests need Debian packages. Run this line, then start again:\n\n    sudo {line}\n")
    if missing:
        must(["apt-get", "update", "--quiet"])
        must(["env", "DEBIAN_FRONTEND=noninteractive", *shlex.split(line)])


# ── The commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


def demo(args: Sequence[str]) -> int:
    """Play the demo case; nothing but Python packages is needed for it."""
    prepare(RUN_LOCK)
    become([str(BIN / "entente"), "demo", *args])


def dev(args: Sequence[str]) -> int:
    """Serve this tree, restarting at each change."""
    prepare(RUN_LOCK)
    become([str(BIN / "entente"), "serve", "--reload", *args])


def bench(args: Sequence[str]) -> int:
    """Measure; every limit is found in the same run."""
    install_debian_packages("age")
    prepare(BENCH_LOCK)
    become([PYTHON, "-m", "tests.bench", *args])


def shots(args: Sequence[str]) -> int:
    """Live the main job in a browser and keep its pictures."""
    install_debian_packages()
    prepare(TEST_LOCK)
    become([PYTHON, "-m", "tests.browser.shots", *args])


def test(args: Sequence[str]) -> int:
    """Run all checks and all tests even when one fails: whoever reads the output sees everything at once."""
    install_debian_packages()
    prepare(TEST_LOCK)
    if args:
        become([PYTHON, "-m", "pytest", *args])
    checked = check(())
    tested = run([PYTHON, "-m", "pytest", "--numprocesses=2", "--dist=loadfile", "--cov", "--cov-report="])
    report = [PYTHON, "-m", "coverage", "report", "--skip-covered", "--skip-empty"]
    say("coverage, at least 90 % everywhere")
    covered = run([*report, "--fail-under=90"])
    say("coverage, 100 % of the cores that decide about trust")
    proven = run([*report, "--fail-under=100", f"--include={','.join(IO_FREE_CORES)}"])
    return checked or tested or covered or proven


def check(_args: Sequence[str]) -> int:
    """Run all checks, two at a time, and show every failure in full."""
    prepare(TEST_LOCK)
    tools = [
        tool("basedpyright", "basedpyright", "--warnings"),
        tool("mypy", "mypy"),
        tool("ruff lint", "ruff", "check", "--quiet"),
        tool("ruff format", "ruff", "format", "--check", "--quiet"),
        tool("import contracts", "lint-imports"),
        ("dead code", dead_code),
        tool("Dockerfile", "hadolint", "infra/Dockerfile"),
        tool("compose file", "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "infra/compose.yaml"),
        tool("generated documents", "python", "-m", "web.cli", "docs", "--check"),
        ("README commands", readme_commands),
        ("committed files", committed_files),
    ]
    failures: list[str] = []
    with ThreadPoolExecutor(max_workers=2) as two_cores:
        running = {two_cores.submit(timed, finding): name for name, finding in tools}
        try:
            for done in as_completed(running):
                seconds, found = done.result()
                say(f"{'✗' if found else '✓'} {running[done]:<22}{seconds:6.1f} s")
                failures += [f"── {running[done]} ──\n{found.rstrip()}\n"] if found else []
        finally:  # interrupted: begin no further check
            two_cores.shutdown(cancel_futures=True)
    say("\n".join([*failures, f"checks: {len(tools) - len(failures)} passed, {len(failures)} failed"]))
    return 1 if failures else 0


def lock(args: Sequence[str]) -> int:
    """Write the three locks: hashes for every platform, and no host's name in them."""
    prepare(RUN_LOCK)
    shape = ["--quiet", "--generate-hashes", "--no-header", "--no-annotate", "--universal", "--python-version=3.11"]
    inputs = {
        INSTALLER_LOCK: ["--group=pyproject.toml:installer"],
        RUN_LOCK: ["pyproject.toml", "--group=build"],
        TEST_LOCK: ["pyproject.toml", "--group=test", f"--constraint={RUN_LOCK.name}"],
        BENCH_LOCK: ["pyproject.toml", "--group=bench", f"--constraint={TEST_LOCK.name}"],
    }
    for target, sources in inputs.items():
        must([str(BIN / "uv"), "pip", "compile", *shape, *sources, f"--output-file={target.name}", *args])
        if "://" in target.read_text():
            stop(f"{target.name} names a host: a dependency must come by its name only")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    command.__name__: command for command in (demo, test, check, dev, bench, shots, lock)
}

# ── Checks of our own: each returns what is wrong, or nothing ────────────────────────────────────────────────────────


def dead_code() -> str:
    """Nothing stands unused; fields and columns are left out, since templates and the database read them too."""
    lines = tool("dead code", "vulture")[1]().splitlines()
    return "\n".join(line for line in lines if not re.search(r"unused (variable|attribute) ", line))


def readme_commands() -> str:
    """Every command that the README shows exists."""
    readme = (ROOT / "README.md").read_text()
    usage = subprocess.run([str(BIN / "entente"), "--help"], capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    wrong = [f"run.py {name}" for name in re.findall(r"run\.py (\w+)", readme) if name not in COMMANDS]
    named = re.findall(r"(?m)(?:^\s*|`)(?:\S*/)?entente ([a-z]+)", readme)
    wrong += [f"entente {name}" for name in named if not re.search(rf"\b{name}\b", usage.stdout)]
    return "\n".join(f"README.md shows `{line}`, which doesn't exist" for line in wrong)


def committed_files() -> str:
    """No file names a package registry's host or a place on someone's machine, and none is too large."""
    words = "pypi|pythonhosted|npmjs|debian|ubuntu|docker|ghcr|quay|gcr|crates|jsdelivr|unpkg|cdnjs|golang"
    host = re.compile(rf"\b({words})[.](org|io|com|net)\b")
    place = re.compile(r"(?<![\w.~-])/(root|work|Users|home/[a-z])\b")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- fixed
    wrong: list[str] = []
    for path in filter(Path.is_file, (ROOT / name for name in sorted(set(names.split("\0"))))):
        name, data = path.relative_to(ROOT), path.read_bytes()
        wrong += [f"{name}: {len(data):,} bytes, over {LARGEST_FILE:,}"] if len(data) > LARGEST_FILE else []
        lines = [] if b"\0" in data else data.decode(errors="replace").splitlines()
        for number, line in enumerate(lines, start=1):
            wrong += [f"{name}:{number}: registry host {found[0]}" for found in host.finditer(line)]
            wrong += [f"{name}:{number}: path of a machine {found[0]}" for found in place.finditer(line)]
    return "\n".join(wrong)


# ── Running other programs ───────────────────────────────────────────────────────────────────────────────────────────


def tool(name: str, program: str, *args: str) -> tuple[str, Callable[[], str]]:
    """One check done by a program of .venv: what it prints is wrong when it exits with a failure."""

    def finding() -> str:
        done = subprocess.run([str(BIN / program), *args], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- no shell
        return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}" or f"exit status {done.returncode}"

    return name, finding


def timed(finding: Callable[[], str]) -> tuple[float, str]:
    """The seconds that a check took, and what it found; one that breaks has failed like any other."""
    started = time.monotonic()
    try:
        found = finding()
    except (OSError, subprocess.SubprocessError) as problem:
        found = str(problem)
    return time.monotonic() - started, found


def become(argv: Sequence[str]) -> NoReturn:
    """Replace this process, so that signals, the terminal and the exit status are the program's own."""
    os.chdir(ROOT)
    os.execv(argv[0], list(argv))  # noqa: S606 -- a program of .venv, no shell


def run(argv: Sequence[str]) -> int:
    """Run to the end and return the exit status; when interrupted, let the child tidy up before leaving."""
    with subprocess.Popen(argv, cwd=ROOT) as child:  # noqa: S603 -- no shell
        try:
            return child.wait()
        except SystemExit:  # SIGTERM came to us alone; Ctrl-C the terminal sends to the child too
            child.send_signal(signal.SIGINT)
            raise
        finally:
            child.wait()


def must(argv: Sequence[str], hint: str = "") -> None:
    """Run, and leave when it fails."""
    if status := run(argv):
        stop(f"{shlex.join(argv[:6])} … ended with status {status}. {hint}".rstrip())


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)  # noqa: T201 -- this is a command-line program


def stop(text: str) -> NoReturn:
    """Leave with one sentence that says what to do."""
    sys.exit(f"run.py: {text}")


def main(argv: Sequence[str]) -> int:
    """Find the command and run it."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- a newcomer's Python is whatever it is
        stop(f"Entente needs Python 3.11 or later; this is {sys.version.split()[0]}")
    if (command := COMMANDS.get(argv[0] if argv else "")) is None:
        say((__doc__ or "").strip())
        return 0 if argv and argv[0] in {"help", "-h", "--help"} else 2
    os.environ |= {"UV_PYTHON_DOWNLOADS": "never", "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # through every `except` and `finally`
    try:
        return command(argv[1:])
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
