"""What differs between SQLite and PostgreSQL, files and S3: locks, races and streams, on both."""

import asyncio
import hashlib
from typing import Any

from odr.ids import DisputeId, PartyId, new_id
from odr.spaces.commands import ensure_space
from odr.visibility.terms import SpaceKind
from tests.builders import a_case
from tests.integration.evidence.hands import lodge, lodged, numbers_on, post, room

LARGE = b"\xa5\x5a" * 9_000_000


async def test_the_way_of_an_exhibit(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    claire, rene, maya = [await sign_in(case.people[name]) for name in ("claimant", "respondent", "mediator")]
    told = await lodged(claire, case, "private_claimant", content=LARGE, name="gros.bin")
    assert told["sha256"] == hashlib.sha256(LARGE).hexdigest()
    await post(claire, f"{told['url']}/share", into="caucus")
    await post(maya, f"{told['url']}/ask", purpose="Pour tous", form="original")
    seen = (await claire.get(f"{told['url']}/consent")).text.split('name="seen" value="')[1][:36]
    assert (await post(claire, f"{told['url']}/consent", seen=seen)).status_code == 303
    assert (await rene.get(f"{told['url']}/file")).status_code == 404
    assert (await post(maya, f"{told['url']}/disclose")).status_code == 303
    part = await rene.get(f"{told['url']}/file", headers={"Range": "bytes=8388600-8388620"})
    assert part.content == LARGE[8388600:8388621]
    assert (await rene.get(f"{told['url']}/file")).content == LARGE
    assert (await post(claire, f"{told['url']}/withdraw")).status_code == 409
    again = await lodge(claire, case, "joint", content=LARGE)
    assert (again.status_code, again.json()["number"]) == (409, "C-1")


async def test_numbers_given_at_once_never_collide_nor_skip(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    clients = [await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel", "respondent")]
    told = await asyncio.gather(
        *(lodged(clients[number % 3], case, "joint", content=bytes([number]) * 9) for number in range(9))
    )
    assert sorted(each["number"] for each in told) == ["C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "R-1", "R-2", "R-3"]


async def test_the_same_file_sent_twice_at_once_is_lodged_once(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    clients = [await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel")]
    answers = await asyncio.gather(*(lodge(client, case, "joint") for client in clients))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(list(any_platform.vault.store.objects(str(any_platform.vault.tenant)))) == 1


async def test_sharing_at_once_has_one_winner(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    clients = [await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel")]
    told = await lodged(clients[0], case, "private_claimant")
    answers = await asyncio.gather(*(post(client, f"{told['url']}/share", into="joint") for client in clients))
    assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_taking_back_against_opening_has_one_winner(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    claire, rene = [await sign_in(case.people[name]) for name in ("claimant", "respondent")]
    for number in range(4):
        told = await lodged(claire, case, "joint", content=bytes([number]))
        taken, opened = await asyncio.gather(post(claire, f"{told['url']}/withdraw"), rene.get(f"{told['url']}/file"))
        assert (taken.status_code, opened.status_code) in {(303, 404), (409, 200)}
    assert numbers_on((await rene.get(room(case, "joint"))).text) == ["C-1", "C-2", "C-3", "C-4"]


async def test_consenting_against_refusing_has_one_winner(any_platform: Any, sign_in: Any) -> None:
    case = await a_case(any_platform)
    claire, denis, maya = [await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel", "mediator")]
    told = await lodged(claire, case, "caucus_claimant")
    asked = await asyncio.gather(
        *(post(maya, f"{told['url']}/ask", purpose="Pour tous", form="original") for _ in range(2))
    )
    assert sorted(answer.status_code for answer in asked) == [303, 409]
    seen = (await claire.get(f"{told['url']}/consent")).text.split('name="seen" value="')[1][:36]
    answers = await asyncio.gather(
        post(claire, f"{told['url']}/consent", seen=seen), post(denis, f"{told['url']}/refuse", reason="")
    )
    assert {answer.status_code for answer in answers} <= {303, 404, 409}
    assert [answer.status_code for answer in answers].count(303) == 1


async def test_a_room_made_by_many_at_once_is_one_room(any_platform: Any) -> None:
    dispute, party = DisputeId(new_id()), PartyId(new_id())

    async def make() -> Any:
        async with any_platform.unit() as uow:
            return await ensure_space(uow, dispute, SpaceKind.CAUCUS, party)

    made = await asyncio.gather(*(make() for _ in range(4)))
    assert len({space.id for space in made}) == 1
