"""Programs beside browsers, for what crosses from a caucus to the table."""

from tests.integration.api.conftest import program

__all__ = ["program"]
