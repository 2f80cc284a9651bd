"""A mission on one platform, or on both."""

import pytest

from odr.platform import Platform
from tests.integration.expertise.desk import Desk, a_desk


@pytest.fixture
async def desk(platform: Platform) -> Desk:
    return await a_desk(platform)


@pytest.fixture
async def any_desk(any_platform: Platform) -> Desk:
    return await a_desk(any_platform)
