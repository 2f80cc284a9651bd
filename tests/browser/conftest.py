"""One site and one life for all browser tests: the story is lived once, then every test looks at a part of it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser import story
from tests.browser.cast import Table
from tests.browser.eyes import Eyes
from tests.browser.plain import live_without_scripts
from tests.browser.site import Site, running_site
from tests.services.browser import Persons
from tests.services.programs import scratch_directory

if TYPE_CHECKING:
    from playwright.async_api import Browser


SECONDS = 600  # that a test may take on a busy machine, the life that it looks at included


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first lives the story for all."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The embedded default: SQLite, files, the worker inside."""
    with scratch_directory("site") as directory, running_site(directory) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_breaks_behind_the_page(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test whose site met an unexpected error fails, with that error, whatever the page showed."""
    yield
    if "site" in request.fixturenames:
        broken = request.getfixturevalue("site").failures()
        assert not broken, "\n".join(broken)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def crowd(browser: "Browser") -> AsyncIterator[Persons]:
    """People who stay for the whole session."""
    persons = Persons(browser)
    yield persons
    await persons.leave()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def table(site: Site, crowd: Persons) -> AsyncIterator[Table]:
    """The centre with its people, each before a browser of their own, under eyes that look at every page."""
    with scratch_directory("papers") as folder:
        made = Table(site, crowd, folder, looks=Eyes())
        await story.gather(made)
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lived(table: Table) -> Table:
    """The whole case, lived once."""
    for chapter in story.CHAPTERS[1:]:
        await chapter(table)
    return table


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plain(table: Table) -> Table:
    """A second dispute in neutral words, lived by parties whose scripts are off."""
    table.rooms["plain dispute"] = await live_without_scripts(table, table.folder)
    return table
