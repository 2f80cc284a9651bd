"""A server killed while a resumable upload comes in: what was durable stays, the rest is sent again, once."""

import asyncio
import os
from base64 import b64encode
from functools import partial
from typing import Any
from uuid import UUID

from tests.integration.faults.hands import room, stored
from tests.integration.faults.processes import serve, wait_until
from tests.integration.faults.sites import MIB, Site

SEGMENT = 8 * MIB
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}


async def begun(client: Any, site: Site, size: int) -> str:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"name {b64encode(b'journal.bin').decode()}"}
    answer = await client.post(f"{room(site.case, 'joint')}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


async def offset_of(client: Any, url: str) -> int:
    return int((await client.head(url, headers=TUS)).headers["Upload-Offset"])


async def durable(site: Site, url: str, wanted: int) -> None:
    """Return once this much is durable, as the database tells."""
    upload = UUID(url.rpartition("/")[2])
    async with asyncio.timeout(60):
        while await told(site, upload) < wanted:  # noqa: ASYNC110 -- another process makes it so
            await asyncio.sleep(0.05)


async def told(site: Site, upload: UUID) -> int:
    async with site.platform.unit(write=False) as uow:
        (progress,) = await uow.vault.uploads.progress(uow.session, [upload])
    return int(progress.offset)


async def test_a_resumed_upload_sends_no_more_than_one_segment_again(site: Site) -> None:
    content = os.urandom(3 * SEGMENT + 5)
    async with site.client() as client:
        url = await begun(client, site, len(content))
    sent = SEGMENT + 7 * MIB
    for turn in range(2):
        offset = turn * SEGMENT
        line = partial(site.begin_patch, url, offset, len(content) - offset, content[offset : offset + sent])
        connection = await asyncio.to_thread(line)
        await durable(site, url, offset + SEGMENT)
        site.program.kill()
        connection.close()
        await asyncio.to_thread(serve, site.program, site.port)
        async with site.client() as client:
            assert await offset_of(client, url) == offset + SEGMENT
    async with site.client() as client:
        octets = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(2 * SEGMENT)}
        answer = await client.patch(url, content=content[2 * SEGMENT :], headers=octets)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))
        lodged = await client.post(f"{url}/lodge", data={"sha256": ""}, headers={"Accept": "application/json"})
        site.program.kill()  # the very moment it is said
    assert lodged.status_code == 201, lodged.text
    await asyncio.to_thread(serve, site.program, site.port)
    async with site.client() as client:
        assert (await client.get(f"{lodged.json()['exhibit']['url']}/file")).content == content
        again = await client.post(f"{url}/lodge", data={"sha256": ""}, headers={"Accept": "application/json"})
    assert again.json() == lodged.json()


async def test_a_server_killed_at_full_speed_counts_nothing_that_is_not_durable(site: Site) -> None:
    content = os.urandom(4 * SEGMENT)
    async with site.client() as client:
        url = await begun(client, site, len(content))
    connection = await asyncio.to_thread(site.begin_patch, url, 0, len(content), content[: 3 * SEGMENT + MIB])
    await asyncio.to_thread(wait_until, lambda: any(key.startswith("~") for key in stored(site.platform)))
    site.program.kill()
    connection.close()
    await asyncio.to_thread(serve, site.program, site.port)
    async with site.client() as client:
        offset = await offset_of(client, url)
        assert offset % SEGMENT == 0
        assert offset <= 3 * SEGMENT
        octets = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        assert (await client.patch(url, content=content[offset:], headers=octets)).status_code == 204
        lodged = await client.post(f"{url}/lodge", data={"sha256": ""}, headers={"Accept": "application/json"})
        assert (await client.get(f"{lodged.json()['exhibit']['url']}/file")).content == content
