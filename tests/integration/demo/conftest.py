"""A demo that was played once, for every test that visits it."""

from pathlib import Path

import pytest

from tests.integration.demo.starting import a_free_port, an_open_demo


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's directory in which the case was played once, for every test that visits it."""
    directory = tmp_path_factory.mktemp("demo") / "place"
    with an_open_demo(directory, "--port", str(a_free_port())) as visited:
        assert len(visited.doors) == 13
    return directory
