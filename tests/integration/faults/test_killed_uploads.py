"""A server killed while a resumable upload comes in: what was durable stays, the rest is sent again, once."""

import asyncio
import os
import time
from base64 import b64encode
from typing import Any

from tests.integration.faults.hands import room
from tests.integration.faults.processes import serve
from tests.integration.faults.sites import MIB, Line, Site
from vault.leases import LEASE_SECONDS

SEGMENT = 8 * MIB
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}


async def begun(client: Any, site: Site, size: int) -> str:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"name {b64encode(b'journal.bin').decode()}"}
    answer = await client.post(f"{room(site.case, 'joint')}/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


async def offset_of(client: Any, url: str) -> int:
    return int((await client.head(url, headers=TUS)).headers["Upload-Offset"])


async def killed(site: Site) -> None:
    site.program.kill()
    await asyncio.to_thread(serve, site.program, site.port)


async def lodged(client: Any, url: str) -> Any:
    return await client.post(f"{url}/lodge", data={"sha256": ""}, headers={"Accept": "application/json"})


async def test_killed_at_any_moment_at_full_speed_no_more_than_a_segment_is_sent_again(site: Site) -> None:
    content = os.urandom(7 * SEGMENT + 5)
    async with site.client() as client:
        url = await begun(client, site, len(content))
    offset = 0
    for reach in (3 * MIB, 29 * MIB):
        with Line(site, url, offset, content[offset:]) as line:
            await asyncio.to_thread(line.wait_for, reach)
            await killed(site)
            sent = line.end()
        async with site.client() as client:
            begun_at = time.monotonic()
            before, offset = offset, await offset_of(client, url)
            assert time.monotonic() - begun_at < LEASE_SECONDS, "the dead server's lease is not waited out"
        assert before <= offset <= sent, "nothing goes back, nothing is made up"
        assert sent - offset <= SEGMENT
    async with site.client() as client:
        headers = {**OCTETS, "Upload-Offset": str(offset)}
        answer = await client.patch(url, content=content[offset:], headers=headers)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))
        first = await lodged(client, url)
        site.program.kill()  # the very moment it is said
    assert first.status_code == 201, first.text
    await asyncio.to_thread(serve, site.program, site.port)
    async with site.client() as client:
        assert (await client.get(f"{first.json()['exhibit']['url']}/file")).content == content
        assert (await lodged(client, url)).json() == first.json()
