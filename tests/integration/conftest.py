"""Platforms for integration tests: embedded (SQLite, files) and grand (PostgreSQL, SeaweedFS)."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from odr import migrate
from odr.bootstrap import Platform
from odr.database import Database
from odr.visibility.actor import Actor
from tests.builders import A_TUESDAY, Hands, a_browser, a_platform
from tests.statements import compile_once

compile_once()

People = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test: migrations are run once."""
    directory = tmp_path_factory.mktemp("migrated")

    async def make() -> None:
        async with a_platform(directory):
            pass

    asyncio.run(make())
    return directory


@pytest.fixture
def clock() -> Hands:
    """The same Tuesday morning at whatever hour and on whatever day the suite runs."""
    return Hands(A_TUESDAY)


@pytest.fixture
async def platform(tmp_path: Path, migrated_database: Path, clock: Hands) -> AsyncIterator[Platform]:
    """The embedded default: SQLite and files."""
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    async with a_platform(directory, clock=clock, migrated=True) as made:
        yield made


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Any) -> Iterator[str]:
    """The name of a migrated, empty PostgreSQL database, copied for each test: migrations are run once."""

    async def migrate_it(url: str) -> None:
        database = Database(url)
        await migrate.upgrade(database)
        await database.close()

    with postgres.new_database() as name:
        asyncio.run(migrate_it(postgres.url(name)))
        yield name


@pytest.fixture
async def grand_platform(
    tmp_path: Path, clock: Hands, postgres: Any, migrated_postgres: str, seaweedfs: Any
) -> AsyncIterator[Platform]:
    """PostgreSQL and SeaweedFS, as in production."""
    for name, value in (("access", seaweedfs.access_key), ("secret", seaweedfs.secret_key)):
        (tmp_path / name).write_text(value)
    changes = {
        "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
        "ENTENTE_S3_ENDPOINT": seaweedfs.url,
        "ENTENTE_S3_REGION": seaweedfs.region,
        "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
        "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
    }
    directory = tmp_path / "grand"
    directory.mkdir()
    with postgres.new_database(like=migrated_postgres) as name:
        changes["ENTENTE_DATABASE_URL"] = postgres.url(name).replace("postgresql+psycopg:", "postgresql:")
        async with a_platform(directory, changes, clock=clock, migrated=True) as made:
            yield made


@pytest.fixture(params=["embedded", "grand"])
def any_platform(request: pytest.FixtureRequest) -> Platform:
    """The same test on both."""
    made: Platform = request.getfixturevalue("platform" if request.param == "embedded" else "grand_platform")
    return made


@pytest.fixture
def its_platform(request: pytest.FixtureRequest) -> Platform:
    """Whichever platform the test asks for. No coroutine: what it asks for needs the loop to itself."""
    made: Platform = request.getfixturevalue("any_platform" if "any_platform" in request.fixturenames else "platform")
    return made


@pytest.fixture
async def sign_in(its_platform: Platform) -> AsyncIterator[People]:
    """``await sign_in(actor)``: a browser-like client of the whole application over this test's platform."""
    from tests.application import application  # noqa: PLC0415 -- tests without pages need no web

    app = application(its_platform)
    async with AsyncExitStack() as clients:

        async def enter(actor: Actor | None) -> httpx.AsyncClient:
            return await clients.enter_async_context(a_browser(its_platform, app, actor))

        yield enter
