"""A request that is refused before its handler leaves nothing half open behind it."""

import asyncio
import gc
import logging
from uuid import uuid4

import httpx
import pytest

from odr.bootstrap import Platform
from tests.builders import a_case
from tests.integration.conftest import People


async def _settled() -> None:
    for _ in range(5):
        gc.collect()
        await asyncio.sleep(0.01)


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("path", ["/disputes", "/api/v1/disputes", "/operations"])
async def test_refusing_who_is_not_signed_in_closes_the_unit_of_work(
    sign_in: People, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    anybody = await sign_in(None)
    with caplog.at_level(logging.WARNING, logger="asyncio"):
        assert (await anybody.get(path)).status_code in {303, 401}
        await _settled()
    assert not [record.getMessage() for record in caplog.records if record.name == "asyncio"]


async def test_a_refused_request_holds_no_connection(platform: Platform, sign_in: People) -> None:
    case = await a_case(platform)
    someone: httpx.AsyncClient = await sign_in(case.people["claimant"])
    for path in (f"/disputes/{uuid4()}", "/operations", "/nowhere"):
        assert (await someone.get(path)).status_code == 404
    async with platform.unit() as uow:  # the writers' lock is free
        assert uow.session.is_active
    await _settled()
