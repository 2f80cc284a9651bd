"""Disputes whose people can give their password, on one platform or on both."""

import pytest

from odr.disputes.lifecycle import Stage
from odr.platform import Platform
from tests.integration.agreements.at_the_table import Table, set_table


@pytest.fixture
async def open_table(platform: Platform) -> Table:
    return await set_table(platform, Stage.OPEN)


@pytest.fixture
async def any_open_table(any_platform: Platform) -> Table:
    return await set_table(any_platform, Stage.OPEN)


@pytest.fixture
async def pending_table(platform: Platform) -> Table:
    return await set_table(platform, Stage.CONVENTION_PENDING)


@pytest.fixture
async def any_pending_table(any_platform: Platform) -> Table:
    return await set_table(any_platform, Stage.CONVENTION_PENDING)
