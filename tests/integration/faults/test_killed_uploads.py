"""A server killed while a resumable upload comes in: what was durable stays, the rest is sent again, once."""

import asyncio
import os
from base64 import b64encode
from typing import Any

from sqlalchemy import func, select, update

from tests.integration.faults.hands import room
from tests.integration.faults.processes import serve
from tests.integration.faults.sites import MIB, Line, Site
from vault.tables import uploads

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
    """Kill the server, whose lease would last for an hour: whoever waited for that would never come to write."""
    site.program.kill()
    async with site.platform.unit() as uow:
        hour = func.max(uploads.c.lease_until) + 3_600_000
        leases = update(uploads).where(uploads.c.lease_until > 0)
        await uow.session.execute(leases.values(lease_until=await uow.session.scalar(select(hour))))
    await asyncio.to_thread(serve, site.program, site.port)


async def lodged(client: Any, url: str) -> Any:
    return await client.post(f"{url}/lodge", data={"sha256": ""}, headers={"Accept": "application/json"})


async def cut_by_kills(site: Site, content: bytes, *reaches: int) -> tuple[str, int]:
    """Send it at full speed and kill the server whenever so much has gone; no more than a segment goes again."""
    async with site.client() as client:
        url = await begun(client, site, len(content))
    offset = 0
    for reach in reaches:
        with Line(site, url, offset, content[offset:]) as line:
            await asyncio.to_thread(line.wait_for, reach)
            await killed(site)
            sent = line.end()
        async with site.client() as client:
            before, offset = offset, await offset_of(client, url)
        assert before <= offset <= sent, "nothing goes back, nothing is made up"
        assert sent - offset <= SEGMENT
    return url, offset


async def sent_on(client: Any, url: str, offset: int, content: bytes) -> None:
    answer = await client.patch(url, content=content[offset:], headers={**OCTETS, "Upload-Offset": str(offset)})
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(content)))


async def test_killed_at_any_moment_at_full_speed_no_more_than_a_segment_is_sent_again(site: Site) -> None:
    content = os.urandom(7 * SEGMENT + 5)
    url, offset = await cut_by_kills(site, content, 3 * MIB, 29 * MIB)
    async with site.client() as client:
        await sent_on(client, url, offset, content)
        first = await lodged(client, url)
        site.program.kill()  # the very moment it is said
    assert first.status_code == 201, first.text
    await asyncio.to_thread(serve, site.program, site.port)
    async with site.client() as client:
        assert (await client.get(f"{first.json()['exhibit']['url']}/file")).content == content
        assert (await lodged(client, url)).json() == first.json()


async def test_the_same_on_s3_where_no_part_can_be_read_before_all_are_there(site_on_s3: Site) -> None:
    """The second kill falls while a whole segment is on its way to the bucket, and more waits behind it."""
    site, content = site_on_s3, os.urandom(4 * SEGMENT + 5)
    url, offset = await cut_by_kills(site, content, 5 * MIB, 2 * SEGMENT + 64 * 1024)
    async with site.client() as client:
        await sent_on(client, url, offset, content)
        first = await lodged(client, url)
        assert first.status_code == 201, first.text
        assert (await client.get(f"{first.json()['exhibit']['url']}/file")).content == content
    folder = site.platform.settings.data_dir / "uploads"
    # "torn" is made when a segment is: a kill between two of them tears none
    assert [*folder.glob("parts/*"), *folder.glob("torn/*")] == [], "nothing is left here"
