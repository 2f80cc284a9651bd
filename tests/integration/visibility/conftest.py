"""A mission with exhibits on both platforms, whose placements the table is held against."""

from tests.integration.expertise.conftest import any_desk

__all__ = ["any_desk"]
