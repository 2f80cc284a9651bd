"""Real services for the tests: started when first asked for, shared by the session, ended whatever happens.

A service that isn't installed skips the tests that need it, by its name; under CI it fails them.
"""
# ruff: noqa: PLC0415 -- a service's module is imported when first asked for: unit tests start without any

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import pytest
import pytest_asyncio
from coverage import Coverage
from hypothesis import settings as hypothesis_settings

from tests.services.programs import ServiceMissingError, scratch_directory
from tests.tracing import forget_the_ended, start, tracing_only_what_loads

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.services.browser import Persons
    from tests.services.mail import MailCatcher
    from tests.services.moto_server import MotoServer
    from tests.services.openbao import BaoServer
    from tests.services.postgres import PostgresServer
    from tests.services.seaweedfs import S3Endpoint
    from vault import TimeAuthority

Served = TypeVar("Served")
UNDER_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

MEMORY: Final = Path("/dev/shm")  # noqa: S108 -- a place, and only for directories with names of their own
ROOM: Final = 6 * 1024**3
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    # What a test writes is gone a moment later: waiting for a disk takes longer than most tests.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

if sys.dont_write_bytecode:
    # Each program that a test starts would compile all that it loads anew, for seconds: it is kept apart from the tree.
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(sys.prefix) / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

hypothesis_settings.register_profile("entente", deadline=None, print_blob=True, derandomize=UNDER_CI)
hypothesis_settings.register_profile("long", max_examples=20_000, deadline=None, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "entente"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """In a worker, end what measures already, before pytest-cov starts the measurement that counts.

    Coverage measures the worker as a program that a test starts, and pytest-cov as if it were alone. Neither is kept,
    but each went on tracing whenever the one that counts was stopped.
    """
    if hasattr(session.config, "workerinput"):
        while (earlier := Coverage.current()) is not None:
            earlier.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests untraced, but for the modules of ours that they load."""
    measuring = Coverage.current()
    if measuring is None:
        return (yield)
    with tracing_only_what_loads(measuring):
        return (yield)


def pytest_collection_finish() -> None:
    """Keep what was loaded out of the garbage collector's way, as the server does: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run in the session's one loop, where the browser lives."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


ROAMING: Final = (
    "tests/browser/",
    "tests/integration/demo/",
    "tests/integration/faults/",
    "tests/integration/separation/",
    "tests/integration/visibility/",
)
"""Whole lives and whole crawls: they pass every line and look at few, so coverage counts without them (ADR 13)."""


class AlsoTracedError(Exception):
    """Something else traces what should go untraced: it would go on at half its speed, and nobody would notice."""


def _is_traced(item: pytest.Item) -> bool:
    """Not what roams, and not what only says again on PostgreSQL and S3 what was said on SQLite and files."""
    callspec = getattr(item, "callspec", None)
    again = callspec is not None and "grand" in callspec.params.values()
    roams = item.nodeid.startswith(ROAMING) or item.get_closest_marker("roams") is not None
    return not again and not roams


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace what is looked at, and the programs that it starts; the rest takes half the time untraced."""
    measuring = Coverage.current()
    if measuring is None:
        return (yield)
    if _is_traced(item):
        try:
            return (yield)
        finally:
            forget_the_ended()
    told = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_")}
    measuring.stop()
    if sys.gettrace() is not None:
        raise AlsoTracedError
    try:
        return (yield)
    finally:
        start(measuring)
        os.environ.update(told)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal the files out so that both workers end together."""
    from tests.dealing import Dealing

    return Dealing(config, log)


def without(service: str, reason: Exception) -> NoReturn:
    """Fail under CI, skip elsewhere."""
    message = f"{service}: {reason}"
    if UNDER_CI:
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def serving(service: str, start: Callable[[Path], AbstractContextManager[Served]]) -> Iterator[Served]:
    """Start a service in a directory of its own."""
    with scratch_directory(service) as directory:
        starting = start(directory)
        try:
            served = starting.__enter__()
        except (ServiceMissingError, ModuleNotFoundError, FileNotFoundError) as missing:
            without(service, missing)
        try:
            yield served
        finally:
            starting.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres() -> "Iterator[PostgresServer]":
    """A PostgreSQL server; take `fresh_postgres` for a database that nobody else touches."""
    from tests.services.postgres import running_postgres

    with serving("postgresql", running_postgres) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: "PostgresServer") -> Iterator[str]:
    """SQLAlchemy's URL of one database for the whole session."""
    with postgres.new_database() as name:
        yield postgres.url(name)


@pytest.fixture
def fresh_postgres(postgres: "PostgresServer") -> Iterator[str]:
    """SQLAlchemy's URL of an empty database for this test alone."""
    with postgres.new_database() as name:
        yield postgres.url(name)


@pytest.fixture(scope="session")
def seaweedfs() -> "Iterator[S3Endpoint]":
    """SeaweedFS: an S3 that holds locked objects as S3 does."""
    from tests.services.seaweedfs import running_seaweedfs

    with serving("seaweedfs", running_seaweedfs) as server:
        yield server


@pytest.fixture(scope="session")
def clamd() -> Iterator[str]:
    """A clamd that knows one infection (see tests/services/clamd.py); gives what ENTENTE_CLAMD takes."""
    from tests.services.clamd import running_clamd

    with serving("clamd", running_clamd) as address:
        yield address


@pytest.fixture(scope="session")
def moto() -> "Iterator[MotoServer]":
    """moto's S3 and KMS; give each test's bucket a name of its own."""
    from tests.services.moto_server import running_moto

    with serving("moto", running_moto) as server:
        yield server


@pytest.fixture(scope="session")
def openbao() -> "Iterator[BaoServer]":
    """OpenBao, in memory; give each test a transit engine of its own."""
    from tests.services.openbao import running_openbao

    with serving("openbao", running_openbao) as server:
        yield server


@pytest.fixture(scope="session")
def certomancer() -> "Iterator[TimeAuthority]":
    """A time-stamping authority of certomancer."""
    from tests.services.time_authorities import running_certomancer

    with serving("certomancer", running_certomancer) as authority:
        yield authority


@pytest.fixture(scope="session")
def openssl_authority() -> "Iterator[TimeAuthority]":
    """A time-stamping authority of `openssl ts`, which sends no certificates."""
    from tests.services.time_authorities import running_openssl_authority

    with serving("openssl", running_openssl_authority) as authority:
        yield authority


@pytest.fixture
def mail_catcher(tmp_path: Path) -> "Iterator[MailCatcher]":
    """A mail server for this test alone, that wants STARTTLS and AUTH."""
    from tests.services.mail import running_mail_catcher

    with running_mail_catcher(tmp_path) as catcher:
        yield catcher


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> "AsyncIterator[Browser]":
    """Chromium, shared by the session; take `new_person` for a context of one's own."""
    from tests.services.browser import running_chromium

    try:
        async with running_chromium() as chromium:
            yield chromium
    except ServiceMissingError as missing:
        without("chromium", missing)


@pytest_asyncio.fixture(loop_scope="session")
async def new_person(browser: "Browser") -> "AsyncIterator[Persons]":
    """`await new_person(locale="en-GB")`: a browser context of a person; what broke in a page fails the test."""
    from tests.services.browser import Persons

    persons = Persons(browser)
    yield persons
    await persons.leave()
    assert not persons.complaints, persons.complaints
