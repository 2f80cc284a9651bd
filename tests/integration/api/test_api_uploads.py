"""Programs send large files that survive a cut line, and many small ones in one request."""

import hashlib
import os
from typing import Any

from tests.builders import Case, a_case

MIB = 1024 * 1024
SEGMENT = 8 * MIB


def room(case: Case, name: str) -> str:
    return f"/disputes/{case.id}/rooms/{case.spaces[name]}"


async def begun(client: Any, case: Case, size: int, **said: Any) -> str:
    answer = await client.post(f"{room(case, 'joint')}/uploads", json={"name": "disque.img", "size": size, **said})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["offset"], told["size"], told["name"]) == (0, size, "disque.img")
    return f"/disputes/{case.id}/uploads/{told['id']}"


async def send(client: Any, url: str, offset: int, content: Any) -> Any:
    return await client.patch(url, params={"offset": offset}, content=content)


async def test_a_large_file_is_begun_cut_continued_and_lodged(platform, program) -> None:
    case = await a_case(platform)
    claimant, content = await program(case.people["claimant"]), os.urandom(SEGMENT + MIB)

    async def cut():
        for start in range(0, SEGMENT + 1000, MIB):
            yield content[start : start + min(MIB, SEGMENT + 1000 - start)]

    url = await begun(claimant, case, len(content), kind="log", title="Disque")
    assert (await send(claimant, url, 0, cut())).json()["offset"] == SEGMENT
    assert (await claimant.get(url)).json()["offset"] == SEGMENT
    (listed,) = (await claimant.get(f"{room(case, 'joint')}/uploads")).json()
    assert (listed["offset"], listed["name"]) == (SEGMENT, "disque.img")
    wrong = await send(claimant, url, 0, content)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "upload_offset")
    early = await claimant.post(f"{url}/lodge", json={})
    assert (early.status_code, early.json()["code"]) == (409, "upload_unfinished")
    assert (await send(claimant, url, SEGMENT, content[SEGMENT:])).json()["offset"] == len(content)
    digest = hashlib.sha256(content).hexdigest()
    lodged = await claimant.post(f"{url}/lodge", json={"sha256": digest})
    assert (lodged.status_code, lodged.json()["number"], lodged.json()["sha256"]) == (201, "C-1", digest)
    assert (await claimant.post(f"{url}/lodge", json={"sha256": digest})).json() == lodged.json()
    assert (await claimant.get(url)).status_code == 404


async def test_an_upload_is_its_owner_s_alone_and_may_be_given_up(platform, program) -> None:
    case = await a_case(platform)
    claimant = await program(case.people["claimant"])
    url = await begun(claimant, case, 5)
    for name in ("respondent", "mediator", "expert", "secretariat", "stranger"):
        other = await program(case.people[name])
        answers = [
            await other.get(url),
            await send(other, url, 0, b"other"),
            await other.post(f"{url}/lodge", json={}),
            await other.delete(url),
        ]
        assert [each.status_code for each in answers] == [404] * 4, name
    assert (await claimant.delete(url)).status_code == 204
    assert (await claimant.get(url)).status_code == 404
    refused = await claimant.post(f"{room(case, 'joint')}/uploads", json={"name": "a", "size": 0})
    assert (refused.status_code, refused.json()["code"]) == (422, "empty_file")


async def test_other_bytes_than_announced_are_dropped(platform, program) -> None:
    case = await a_case(platform)
    claimant = await program(case.people["claimant"])
    url = await begun(claimant, case, 5)
    await send(claimant, url, 0, b"bytes")
    refused = await claimant.post(f"{url}/lodge", json={"sha256": "00" * 32})
    assert (refused.status_code, refused.json()["code"]) == (422, "digest_mismatch")
    assert (await claimant.get(url)).status_code == 404


async def batch(client: Any, case: Case, *files: tuple[str, bytes], space: str = "joint", **fields: str) -> Any:
    return await client.post(
        f"{room(case, space)}/exhibits/batch", data=fields, files=[("file", file) for file in files]
    )


async def test_many_files_of_one_request_are_numbered_in_their_order(platform, program) -> None:
    case = await a_case(platform)
    claimant = await program(case.people["claimant"])
    answer = await batch(claimant, case, *((f"{n}.log", b"%d" % n) for n in range(12)), kind="log")
    assert answer.status_code == 201
    told = answer.json()
    assert told["refused"] is None
    assert [(each["number"], each["file_name"]) for each in told["lodged"]] == [
        (f"C-{n + 1}", f"{n}.log") for n in range(12)
    ]


async def test_a_file_that_is_refused_ends_its_batch_and_those_before_it_are_lodged(platform, program) -> None:
    case = await a_case(platform)
    claimant = await program(case.people["claimant"])
    answer = await batch(claimant, case, ("a.txt", b"1"), ("b.txt", b""), ("c.txt", b"3"))
    assert answer.status_code == 201
    assert answer.json()["refused"] == {"at": 1, "code": "empty_file"}
    assert [each["file_name"] for each in answer.json()["lodged"]] == ["a.txt"]
    alone = await batch(claimant, case, ("a.txt", b"1"))
    assert (alone.status_code, alone.json()["code"]) == (409, "repeated_file")
    assert (await batch(claimant, case, kind="log")).status_code in {400, 422}
    strange = await batch(claimant, case, ("d.txt", b"4"), kind="poem")
    assert (strange.status_code, strange.json()["code"]) == (422, "invalid_input")


async def test_whoever_may_not_lodge_sends_no_batch(platform, program) -> None:
    case = await a_case(platform)
    assert (await batch(await program(case.people["stranger"]), case, ("a.txt", b"1"))).status_code == 404
    assert (await batch(await program(case.people["secretariat"]), case, ("a.txt", b"1"))).status_code == 404
    assert (await batch(await program(None), case, ("a.txt", b"1"))).status_code == 401
