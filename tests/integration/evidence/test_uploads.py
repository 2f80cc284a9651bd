"""Resumable uploads as a script speaks to them: tus 1.0.0, then the lodging."""

import asyncio
import hashlib
import os
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.evidence.models import Exhibit
from odr.evidence.upload_models import Upload
from odr.people.models import SignInSession
from odr.worker import Worker
from tests.builders import a_case, a_session
from tests.integration.evidence.hands import PDF, lodge, lodged, room
from vault import DiskFullError
from web.security import anti_forgery_token

MIB = 1024 * 1024
SEGMENT = 8 * MIB
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**fields: str) -> str:
    return ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in fields.items())


async def create(client: Any, case: Any, space: str, size: int, **fields: str) -> Any:
    fields = {"name": "contrat é.pdf", "kind": "contract", "origin": "produced", **fields}
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(**fields)}
    return await client.post(f"{room(case, space)}/uploads", headers=headers)


async def begun(client: Any, case: Any, space: str, size: int, **fields: str) -> str:
    answer = await create(client, case, space, size, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


async def send(client: Any, url: str, offset: int, content: Any, **headers: str) -> Any:
    return await client.patch(url, content=content, headers={**OCTETS, "Upload-Offset": str(offset), **headers})


async def offset_of(client: Any, url: str) -> int:
    answer = await client.head(url, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


async def lodge_it(client: Any, url: str, sha256: str = "", **fields: str) -> Any:
    return await client.post(f"{url}/lodge", data={"sha256": sha256, **fields}, headers={"Accept": "application/json"})


def hexed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stored(platform: Any) -> int:
    prefix = str(platform.vault.tenant)
    return len(list(platform.vault.store.objects(prefix))) + len(list(platform.vault.store.uploads(prefix)))


async def rows(platform: Any, model: Any = Upload) -> int:
    async with platform.unit(write=False) as uow:
        return int(await uow.session.scalar(select(func.count()).select_from(model)) or 0)


async def test_created_sent_asked_and_lodged(any_platform, sign_in):
    case = await a_case(any_platform)
    claire = await sign_in(case.people["claimant"])
    content = PDF + os.urandom(SEGMENT)
    created = await create(claire, case, "caucus_claimant", len(content), title="Contrat signé")
    assert created.status_code == 201
    assert created.headers["Tus-Resumable"] == "1.0.0"
    assert created.headers["Upload-Expires"].endswith("GMT")
    url = created.headers["Location"]
    assert url.startswith(f"/disputes/{case.id}/uploads/")
    assert await offset_of(claire, url) == 0
    sent = await send(claire, url, 0, content)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(content)))
    answer = await lodge_it(claire, url, hexed(content))
    assert answer.status_code == 201, answer.text
    told = answer.json()["exhibit"]
    assert (told["number"], told["name"], told["size"]) == ("C-1", "contrat é.pdf", len(content))
    assert told["sha256"] == hexed(content)
    assert (await claire.get(told["url"] + "/file")).content == content
    assert "Contrat signé" in (await claire.get(told["url"])).text
    assert (await claire.get(told["receipt_url"])).status_code == 200


async def test_lodging_twice_is_lodging_once(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    await send(claire, url, 0, PDF)
    first, second = await lodge_it(claire, url, hexed(PDF)), await lodge_it(claire, url, hexed(PDF))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert await rows(platform, Exhibit) == 1
    assert (await claire.head(url, headers=TUS)).status_code == 404
    assert (await send(claire, url, 0, PDF)).status_code == 404


async def test_the_first_bytes_may_come_with_the_creation(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    headers = {**OCTETS, "Upload-Length": str(len(PDF)), "Upload-Metadata": metadata(name="a.pdf")}
    answer = await claire.post(f"{room(case, 'joint')}/uploads", headers=headers, content=PDF)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(PDF)))
    assert (await lodge_it(claire, answer.headers["Location"])).status_code == 201


async def test_a_cut_upload_is_listed_and_resumes_where_it_was_cut(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = os.urandom(2 * SEGMENT + 5)

    async def cut():
        for start in range(0, SEGMENT + MIB, MIB):
            yield content[start : start + MIB]

    url = await begun(claire, case, "private_claimant", len(content), name="journal.log")
    sent = await send(claire, url, 0, cut())
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(SEGMENT + MIB))
    listed = (await claire.get(f"{room(case, 'private_claimant')}/uploads")).json()["uploads"]
    assert [(each["url"], each["name"], each["size"], each["offset"]) for each in listed] == [
        (url, "journal.log", len(content), SEGMENT)
    ]
    assert await offset_of(claire, url) == SEGMENT + MIB
    sent = await send(claire, url, SEGMENT + MIB, content[SEGMENT + MIB :])
    assert sent.headers["Upload-Offset"] == str(len(content))
    assert (await lodge_it(claire, url, hexed(content))).status_code == 201
    assert (await claire.get(f"{room(case, 'private_claimant')}/uploads")).json() == {"uploads": []}


async def test_a_phone_that_changes_networks_goes_on_within_a_second(platform, sign_in):
    """Its old connection still stands, half open, and nothing comes over it any more."""
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content, silent = os.urandom(2 * SEGMENT + 5), asyncio.Event()
    url = await begun(claire, case, "joint", len(content))

    async def half_open():
        yield content[: SEGMENT + MIB]
        silent.set()
        await asyncio.Event().wait()

    before = asyncio.create_task(send(claire, url, 0, half_open()))
    await silent.wait()
    started, offset = time.monotonic(), 0
    while (answer := await send(claire, url, offset, content[offset:])).status_code == 409:
        offset = int(answer.headers.get("Upload-Offset", offset))
    assert (answer.status_code, offset) == (204, SEGMENT)
    assert time.monotonic() - started < 10, "the lease of a line that lives would be 120 s"
    told = await before
    assert (told.status_code, told.json().get("code")) == (423, None), "no refusal: whoever hears it asks where it is"
    assert (await lodge_it(claire, url, hexed(content))).status_code == 201


async def test_what_the_server_can_do_is_told_to_anybody(platform, sign_in):
    case = await a_case(platform)
    nobody = await sign_in(None)
    answer = await nobody.options(f"{room(case, 'joint')}/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(platform.settings.upload_limit)


async def test_only_its_owner_sees_an_upload(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    for name in ("claimant_counsel", "respondent", "mediator", "expert", "secretariat", "archivist", "stranger"):
        other = await sign_in(case.people[name])
        answers = [
            await other.head(url, headers=TUS),
            await send(other, url, 0, PDF),
            await lodge_it(other, url),
            await other.delete(url, headers=TUS),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4, name
        listed = await other.get(f"{room(case, 'joint')}/uploads")
        assert listed.status_code in {403, 404} or listed.json() == {"uploads": []}
    other_case = await a_case(platform)
    assert (await claire.head(url.replace(str(case.id), str(other_case.id)), headers=TUS)).status_code == 404
    assert await offset_of(claire, url) == 0


async def test_whoever_may_not_lodge_may_not_begin(platform, sign_in):
    case = await a_case(platform)
    assert (await create(await sign_in(case.people["respondent"]), case, "caucus_claimant", 5)).status_code == 404
    assert (await create(await sign_in(case.people["claimant"]), case, "notes", 5)).status_code == 404
    assert (await create(await sign_in(case.people["secretariat"]), case, "joint", 5)).status_code == 404
    assert await rows(platform) == 0


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "wrong_version"),
        ({"Content-Type": "text/plain"}, 415, "wrong_media_type"),
        ({"Upload-Offset": "minus"}, 400, "unreadable_upload"),
        ({"Upload-Offset": "5"}, 409, None),
    ],
)
async def test_a_piece_that_is_not_as_the_protocol_wants_it_is_refused(platform, sign_in, headers, status, code):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    answer = await claire.patch(url, content=PDF, headers={**OCTETS, "Upload-Offset": "0", **headers})
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.json()["what_to_do"]
    assert await offset_of(claire, url) == 0


async def test_a_wrong_offset_is_told_the_right_one(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", 2 * SEGMENT)
    await send(claire, url, 0, bytes(SEGMENT))
    answer = await send(claire, url, 0, bytes(SEGMENT))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, str(SEGMENT))


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Length": "0"}, 422, "empty_file"),
        ({"Upload-Length": str(6 * 1024**3)}, 413, "too_large"),
        ({"Upload-Length": "-5"}, 400, "unreadable_upload"),
        ({"Upload-Length": ""}, 400, "unreadable_upload"),
        ({"Upload-Metadata": "name ***"}, 400, "unreadable_upload"),
        ({"Upload-Metadata": "name " + b64encode(b"\xff\xfe").decode()}, 400, "unreadable_upload"),
        ({"Upload-Metadata": "name " + "A" * 20_000}, 413, "field_too_large"),
        ({"Upload-Metadata": metadata(kind="poem")}, 422, "invalid_input"),
    ],
)
async def test_a_creation_that_cannot_be_is_refused(platform, sign_in, headers, status, code):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    asked = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(name="a.pdf"), **headers}
    answer = await claire.post(f"{room(case, 'joint')}/uploads", headers=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows(platform) == 0


async def test_more_than_announced_and_too_little_are_refused_before_they_are_read(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", 2 * SEGMENT)
    long = await send(claire, url, 0, bytes(2 * SEGMENT + 1))
    assert (long.status_code, long.json()["code"]) == (413, "longer_than_announced")
    small = await send(claire, url, 0, bytes(MIB))
    assert (small.status_code, small.json()["code"]) == (400, "piece_too_small")

    async def endless():
        for _ in range(17):
            yield bytes(MIB)

    unannounced = await send(claire, url, 0, endless())
    assert (unannounced.status_code, unannounced.json()["code"]) == (413, "too_large")
    assert await offset_of(claire, url) == 2 * SEGMENT


async def test_other_bytes_than_the_browser_hashed_leave_nothing(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    await send(claire, url, 0, PDF)
    answer = await lodge_it(claire, url, hexed(b"other"))
    assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert (await rows(platform), await rows(platform, Exhibit), stored(platform)) == (0, 0, 0)


async def test_what_is_not_all_here_is_not_lodged(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    answer = await lodge_it(claire, url)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_unfinished")
    assert await rows(platform, Exhibit) == 0


async def test_a_file_lodged_before_is_pointed_out_and_the_upload_kept_for_who_means_it(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "joint")
    url = await begun(claire, case, "joint", len(PDF))
    await send(claire, url, 0, PDF)
    answer = await lodge_it(claire, url)
    assert (answer.status_code, answer.json()["code"], answer.json()["number"]) == (409, "repeated_file", "C-1")
    assert "C-1" in answer.json()["title"]
    meant = await lodge_it(claire, url, again="yes")
    assert (meant.status_code, meant.json()["exhibit"]["number"]) == (201, "C-2")


async def test_a_room_that_closed_meanwhile_takes_no_byte_and_no_exhibit_and_drops_nothing(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    half, whole = await begun(claire, case, "joint", len(PDF)), await begun(claire, case, "joint", len(PDF))
    await send(claire, whole, 0, PDF)
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.NOT_SETTLED))
    answers = [await send(claire, half, 0, PDF), await lodge_it(claire, whole)]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(409, "wrong_stage")] * 2
    assert (await rows(platform), await rows(platform, Exhibit)) == (2, 0)


async def test_a_sign_in_that_lapsed_on_the_way_keeps_the_upload(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = os.urandom(SEGMENT + 5)
    url = await begun(claire, case, "joint", len(content))
    await send(claire, url, 0, content[:SEGMENT])
    async with platform.unit() as uow:
        await uow.session.execute(update(SignInSession).values(expires_at=uow.now()))
    for answer in (
        await send(claire, url, SEGMENT, content[SEGMENT:]),
        await lodge_it(claire, url),
        await claire.get(f"{room(case, 'joint')}/uploads"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert answer.json()["what_to_do"]
    token = await a_session(platform, case.people["claimant"])
    claire.cookies.set("entente", token, domain="127.0.0.1")
    claire.headers["X-CSRF-Token"] = anti_forgery_token(token)
    again = await sign_in(case.people["claimant"])
    assert await offset_of(again, url) == SEGMENT
    assert (await send(again, url, SEGMENT, content[SEGMENT:])).status_code == 204
    assert (await lodge_it(again, url, hexed(content))).status_code == 201


async def test_another_site_cannot_send_anything(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", len(PDF))
    for headers in ({"Origin": "https://elsewhere.example"}, {"X-CSRF-Token": "guessed"}, {"X-CSRF-Token": ""}):
        assert (await send(claire, url, 0, PDF, **headers)).status_code == 403
    assert await offset_of(claire, url) == 0


async def test_what_is_given_up_is_gone_at_once(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    url = await begun(claire, case, "joint", 2 * SEGMENT)
    await send(claire, url, 0, bytes(SEGMENT))
    assert stored(platform) == 1
    assert (await claire.delete(url, headers=TUS)).status_code == 204
    assert (await claire.head(url, headers=TUS)).status_code == 404
    assert (await claire.delete(url, headers=TUS)).status_code == 404
    assert (await rows(platform), stored(platform)) == (0, 0)


async def test_the_abandoned_are_swept_after_their_time_and_not_before(platform, sign_in, clock):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    left, done = await begun(claire, case, "joint", 2 * SEGMENT), await begun(claire, case, "joint", len(PDF))
    await send(claire, left, 0, bytes(SEGMENT))
    await send(claire, done, 0, PDF)
    await lodge_it(claire, done)

    async def sweep() -> None:
        async with platform.unit() as uow:
            await uow.enqueue("sweep_uploads", {})
        await Worker(platform).drain()

    await sweep()
    assert await rows(platform) == 2
    clock.advance(days=8)
    assert await rows(platform) == 2
    await sweep()
    assert (await rows(platform), stored(platform)) == (0, 1)


async def test_a_person_has_only_so_many_unfinished_uploads(platform, sign_in, monkeypatch):
    monkeypatch.setattr("odr.evidence.uploads.MOST_AT_ONCE", 2)
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    urls = [await begun(claire, case, "joint", 5) for _ in range(2)]
    answer = await create(claire, case, "private_claimant", 5)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_uploads")
    await claire.delete(urls[0], headers=TUS)
    assert (await create(claire, case, "private_claimant", 5)).status_code == 201
    rene = await sign_in(case.people["respondent"])
    assert (await create(rene, case, "joint", 5)).status_code == 201
    monkeypatch.setattr("odr.evidence.uploads.MOST_PENDING", 0)
    assert (await create(rene, case, "joint", 5)).status_code == 409


async def test_a_zip_may_wait_for_the_choice_among_its_files(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = b"PK\x05\x06" + bytes(18)
    url = await begun(claire, case, "joint", len(content), name="dossier.zip", archive="ask")
    await send(claire, url, 0, content)
    answer = await lodge_it(claire, url, hexed(content))
    assert (answer.status_code, answer.json()) == (200, {"archive": {"url": f"{url}/archive"}})
    (line,) = (await claire.get(f"{room(case, 'joint')}/uploads")).json()["uploads"]
    assert line["archive"] == {"url": f"{url}/archive"}
    assert await rows(platform, Exhibit) == 0


async def test_a_zip_whose_files_are_to_be_chosen_takes_no_exhibit_s_place(platform, sign_in):
    """Each of its files would replace the same exhibit, one after the other."""
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "joint")
    for what in ("replaces", "redacts"):
        said = {"name": "dossier.zip", "archive": "ask", what: told["id"]}
        answer = await create(claire, case, "joint", 22, **said)
        assert (answer.status_code, answer.json()["code"]) == (422, "archive_for_one")
        assert answer.json()["what_to_do"]
        form = await lodge(
            claire, case, "joint", content=b"PK", name="dossier.zip", archive="ask", **{what: told["id"]}
        )
        assert form.status_code == 422
    assert await rows(platform) == 0
    assert (await create(claire, case, "joint", 22, name="dossier.zip", replaces=told["id"])).status_code == 201


async def test_the_database_never_holds_a_name_in_the_clear(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await begun(claire, case, "joint", 5, name="Zqsecret.pdf", title="Zqsecret")
    database = Path(platform.database.engine.url.database)
    held = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert held
    assert b"Zqsecret" not in held


async def test_a_disk_that_is_full_on_the_way_loses_nothing(platform, sign_in, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    content = os.urandom(2 * SEGMENT)
    url = await begun(claire, case, "joint", len(content))
    put = platform.vault.store.torn.put

    def full(key, upload, offset, data):
        if offset >= SEGMENT:
            raise DiskFullError("full")
        put(key, upload, offset, data)

    monkeypatch.setattr(platform.vault.store.torn, "put", full)
    answer = await send(claire, url, 0, content)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_full")
    monkeypatch.undo()
    assert await offset_of(claire, url) == SEGMENT
    assert (await send(claire, url, SEGMENT, content[SEGMENT:])).status_code == 204
    assert (await lodge_it(claire, url, hexed(content))).status_code == 201
