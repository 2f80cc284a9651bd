"""Lodging files: what comes of good ones, and of every bad one."""

import asyncio
import hashlib
import json
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.evidence.models import Exhibit, Placement
from odr.evidence.sweeping import sweep_now
from odr.ids import new_id
from tests.application import application
from tests.builders import a_case
from tests.integration.evidence.hands import BOUNDARY, PDF, lodge, lodged, numbers_on, room, scope_for, sha256, token_of
from vault import DiskFullError, ItemRef, StoreUnavailableError


def stored(platform: Any) -> list[str]:
    """Every object and pending upload in the store."""
    prefix = str(platform.vault.tenant)
    store = platform.vault.store
    return [each.key for each in store.objects(prefix)] + [each.key for each in store.uploads(prefix)]


async def recorded(platform: Any) -> int:
    async with platform.unit(write=False) as uow:
        return int(await uow.session.scalar(select(func.count()).select_from(Exhibit)) or 0)


async def nothing_was_kept(platform: Any) -> bool:
    return await recorded(platform) == 0 and stored(platform) == []


def field(name: str, value: str | bytes) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"


def file_head(name: str = "a.bin") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: application/octet-stream\r\n\r\n"


async def send(client: Any, case: Any, space: str, content: Any) -> Any:
    return await client.post(
        f"{room(case, space)}/exhibits",
        content=content,
        headers={"Accept": "application/json", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )


async def test_a_lodged_file_gets_its_number_its_digest_and_a_receipt(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])

    told = await lodged(claire, case, "caucus_claimant", title="Contrat signé", name="contrat é.pdf")

    assert told["number"] == "C-1"
    assert told["name"] == "contrat é.pdf"
    assert told["size"] == len(PDF)
    assert told["sha256"] == sha256(PDF)
    receipt = await claire.get(told["receipt_url"])
    assert receipt.headers["content-disposition"].startswith('attachment; filename="recu-C-1.json"')
    event = json.loads(receipt.content)["event"]
    assert (event["event"], event["number"], event["sha256"]) == ("ExhibitLodgedApart", "C-1", sha256(PDF))
    assert event["file_name"] == "contrat é.pdf"
    page = await claire.get(told["url"])
    assert "Contrat signé" in page.text
    assert (await claire.get(told["url"] + "/file")).content == PDF


async def test_numbers_are_given_per_room_and_never_skip(platform, sign_in):
    case = await a_case(platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    seen = [
        (await lodged(claire, case, "private_claimant", content=b"1"))["number"],
        (await lodged(claire, case, "private_claimant", content=b"2"))["number"],
        (await lodged(claire, case, "caucus_claimant", content=b"3"))["number"],
        (await lodged(rene, case, "joint", content=b"4"))["number"],
        (await lodged(claire, case, "joint", content=b"5"))["number"],
        (await lodged(rene, case, "joint", content=b"6"))["number"],
    ]
    assert seen == ["C-1", "C-2", "C-1", "R-1", "C-1", "R-2"]


async def test_a_browser_without_scripts_is_led_back_to_the_room(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    answer = await lodge(claire, case, "joint", json=False, title="Planning")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{room(case, 'joint')}?done=lodged")
    page = await claire.get(answer.headers["location"])
    assert "Planning" in page.text
    assert numbers_on(page.text) == ["C-1"]


async def test_several_files_of_one_form_become_several_exhibits(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    body = field("csrf_token", token_of(claire)) + field("title", "Le premier")
    body += file_head("un.txt") + b"un\r\n" + file_head("deux.txt") + b"deux\r\n" + f"--{BOUNDARY}--\r\n".encode()
    answer = await send(claire, case, "joint", body)
    assert [each["number"] for each in answer.json()["exhibits"]] == ["C-1", "C-2"]
    page = (await claire.get(room(case, "joint"))).text
    assert "Le premier" in page
    assert "deux.txt" in page


async def test_an_empty_file_leaves_nothing(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    answer = await lodge(claire, case, "joint", content=b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    assert await nothing_was_kept(platform)


async def test_a_form_without_a_file_asks_for_one_and_keeps_what_was_typed(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    answer = await lodge(claire, case, "joint", content=b"", name="", json=False, title="Un titre à garder")
    assert answer.status_code == 422
    assert "Un titre à garder" in answer.text
    assert "error-summary" in answer.text


@pytest.fixture
def small(platform):
    """The platform with a limit of 100 kB."""
    platform.settings = _with_limit(platform.settings, 100_000)
    return platform


def _with_limit(settings, limit):
    return replace(settings, upload_limit=limit)


async def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(small, sign_in):
    case = await a_case(small)
    claire = await sign_in(case.people["claimant"])
    answer = await lodge(claire, case, "joint", content=b"x" * 100_001)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")
    assert await nothing_was_kept(small)
    assert (await lodged(claire, case, "joint", content=b"x" * 100_000))["size"] == 100_000


async def test_a_length_announced_too_large_is_refused_before_a_byte_is_read(small, sign_in):
    case = await a_case(small)
    claire = await sign_in(case.people["claimant"])
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield field("csrf_token", token_of(claire))

    answer = await claire.post(
        f"{room(case, 'joint')}/exhibits",
        content=body(),
        headers={
            "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(10**12),
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")
    assert await nothing_was_kept(small)


async def test_an_upload_cut_off_in_the_middle_leaves_no_row(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    half = field("csrf_token", token_of(claire)) + file_head() + b"x" * 100_000
    answer = await send(claire, case, "joint", half)  # the body ends, the form does not
    assert (answer.status_code, answer.json()["code"]) == (422, "cut_off")
    assert await nothing_was_kept(platform)


async def test_a_sender_who_disconnects_leaves_no_row(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    app = application(platform)
    messages = [
        {
            "type": "http.request",
            "body": field("csrf_token", token_of(claire)) + file_head() + b"x" * 100_000,
            "more_body": True,
        },
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def keep(message: Any) -> None:
        sent.append(message)

    await app(scope_for(claire, f"{room(case, 'joint')}/exhibits"), receive, keep)
    assert sent[0]["status"] == 422
    assert await nothing_was_kept(platform)


async def test_an_object_that_nothing_names_is_swept_after_a_day(platform, clock):
    async def chunks() -> AsyncIterator[bytes]:
        yield b"left behind"

    await platform.vault.receive(ItemRef(new_id(), new_id()), chunks(), limit=100)
    assert (await sweep_now(platform, remove=True)).orphans == 0
    clock.advance(days=1, minutes=1)
    assert (await sweep_now(platform, remove=True)).orphans == 1
    assert stored(platform) == []


async def test_a_file_renamed_to_another_kind_is_shown_as_such(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "joint", content=b"MZ\x90\x00" + bytes(200), name="facture.pdf")
    page = (await claire.get(told["url"])).text
    assert "programme Windows" in page
    assert 'data-kind="bad"' in page


async def test_the_same_file_twice_is_pointed_out_and_lodged_when_confirmed(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "joint")
    again = await lodge(claire, case, "joint", name="copie.pdf")
    assert (again.status_code, again.json()["code"], again.json()["number"]) == (409, "repeated_file", "C-1")
    assert await recorded(platform) == 1
    assert len(stored(platform)) == 1
    assert (await lodged(claire, case, "joint", again="yes"))["number"] == "C-2"


async def test_a_repeated_file_without_scripts_keeps_the_form(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "joint")
    again = await lodge(claire, case, "joint", json=False, title="Encore lui")
    assert again.status_code == 409
    assert "C-1" in again.text
    assert "Encore lui" in again.text


async def test_the_other_partys_same_file_is_never_pointed_out(platform, sign_in):
    case = await a_case(platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    await lodged(claire, case, "caucus_claimant")
    assert (await lodged(rene, case, "caucus_respondent"))["number"] == "R-1"
    assert (await lodged(rene, case, "joint", again="yes"))["number"] == "R-1"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\plan.pdf", "plan.pdf"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\x00b\x07c.txt", "abc.txt"),
        ("CON", "CON"),
        ("é" * 300 + ".pdf", "é" * 251 + ".pdf"),
        ('l"avis; filename=x.html', 'l"avis; filename=x.html'),
        ("ligne\r\nSet-Cookie: a=b", "ligne Set-Cookie: a=b"),
        ("<script>alert(1)</script>.html", "script>.html"),
        ("..", "document"),
    ],
)
async def test_hostile_names_are_kept_harmless(platform, sign_in, given, kept):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    quoted = given.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body = field("csrf_token", token_of(claire)) + file_head(quoted) + b"texte\r\n" + f"--{BOUNDARY}--\r\n".encode()
    answer = await send(claire, case, "joint", body)
    told = answer.json()["exhibit"]
    assert told["name"] == kept
    file = await claire.get(told["url"] + "/file")
    header = file.headers["content-disposition"]
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    assert "\n" not in header
    assert "set-cookie" not in file.headers
    assert "/" not in header.replace("filename*=UTF-8''", "")
    page = await claire.get(told["url"])
    assert "<script>" not in page.text.replace("<script src", "").replace('<script src="', "")
    assert all("passwd" not in key and "plan" not in key for key in stored(platform))


async def test_a_wrong_digest_leaves_nothing(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    for wrong in (hashlib.sha256(b"other").hexdigest(), "abc", "zz" * 32):
        answer = await lodge(claire, case, "joint", sha256=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "digest_mismatch")
    assert await nothing_was_kept(platform)
    assert (await lodged(claire, case, "joint", sha256=sha256(PDF)))["number"] == "C-1"


@pytest.mark.parametrize("first", [b"", field("csrf_token", "0" * 64), field("title", "x"), file_head() + b"x\r\n"])
async def test_without_the_right_token_first_no_byte_of_a_file_is_taken(platform, sign_in, first, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    begun = []
    monkeypatch.setattr(platform.vault, "receive", lambda *_a, **_k: begun.append(1))
    body = first + file_head() + b"bytes\r\n" + f"--{BOUNDARY}--\r\n".encode()
    answer = await send(claire, case, "joint", body)
    assert (answer.status_code, answer.json()["code"]) == (403, "stale_form")
    assert begun == []
    assert await nothing_was_kept(platform)


async def test_ten_thousand_fields_are_refused(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    body = field("csrf_token", token_of(claire)) + field("title", "x") * 10_000
    answer = await send(claire, case, "joint", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_fields")


async def test_a_field_of_many_megabytes_is_refused(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    answer = await send(claire, case, "joint", field("csrf_token", token_of(claire)) + field("title", "x" * 3_000_000))
    assert (answer.status_code, answer.json()["code"]) == (422, "field_too_large")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\r\n" * 5000, b"--" + BOUNDARY.encode() + b"\r\nA" + b"a" * 9000])
async def test_what_is_no_form_is_refused(platform, sign_in, body):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    answer = await send(claire, case, "joint", body)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"unreadable_upload", "cut_off"}


@pytest.mark.parametrize(("error", "code"), [(DiskFullError, "store_full"), (StoreUnavailableError, "store_away")])
@pytest.mark.parametrize("step", ["begin", "put_part", "complete"])
async def test_a_store_that_fails_leaves_no_half_recorded_exhibit(platform, sign_in, monkeypatch, error, code, step):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])

    def fail(*_args: Any, **_named: Any) -> Any:
        raise error("the store says so")

    with monkeypatch.context() as patch:
        patch.setattr(platform.vault.store, step, fail)
        answer = await lodge(claire, case, "joint")
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert "the store says so" not in answer.text
    assert answer.json()["what_to_do"]
    assert await recorded(platform) == 0
    assert (await lodged(claire, case, "joint"))["number"] == "C-1"


async def test_a_stage_that_changes_while_bytes_travel_refuses_the_deposit(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])

    async def body() -> AsyncIterator[bytes]:
        yield field("csrf_token", token_of(claire)) + file_head() + b"x"
        async with platform.unit() as uow:
            (await uow.session.get_one(Dispute, case.id)).stage = Stage.NOT_SETTLED
        yield b"y\r\n" + f"--{BOUNDARY}--\r\n".encode()

    answer = await send(claire, case, "joint", body())
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_stage")
    assert await nothing_was_kept(platform)


async def test_the_mediator_cannot_lodge_in_a_draft_nor_a_party_in_anothers_caucus(platform, sign_in):
    case = await a_case(platform)
    for person, space in (("mediator", "private_claimant"), ("respondent", "caucus_claimant"), ("expert", "joint")):
        client = await sign_in(case.people[person])
        assert (await lodge(client, case, space)).status_code == 404
    mediator = await sign_in(case.people["mediator"])
    assert (await lodge(mediator, case, "notes")).status_code == 403
    assert await nothing_was_kept(platform)


async def test_two_hundred_megabytes_pass_in_constant_memory(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    piece, count = b"\xa5" * 65536, 3200
    digest = hashlib.sha256()

    async def body() -> AsyncIterator[bytes]:
        yield field("csrf_token", token_of(claire)) + file_head("gros.bin")
        for _ in range(count):
            digest.update(piece)
            yield piece
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    tracemalloc.start()
    try:
        answer = await send(claire, case, "joint", body())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    told = answer.json()["exhibit"]
    assert told["size"] == len(piece) * count
    assert told["sha256"] == digest.hexdigest()
    assert peak < 96 * 1024 * 1024


async def test_two_people_lodging_at_once_get_two_numbers(platform, sign_in):
    case = await a_case(platform)
    claire, denis = await sign_in(case.people["claimant"]), await sign_in(case.people["claimant_counsel"])
    told = await asyncio.gather(
        *(
            lodged(client, case, "joint", content=bytes([number]) * 10)
            for number, client in enumerate((claire, denis, claire, denis))
        )
    )
    assert sorted(each["number"] for each in told) == ["C-1", "C-2", "C-3", "C-4"]
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Placement)) == 4


async def test_a_list_of_more_than_fifty_is_paged_and_searched(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    for number in range(53):
        await lodged(claire, case, "joint", content=f"{number}".encode(), name=f"journal-{number}.log", kind="log")
    first = (await claire.get(room(case, "joint"))).text
    assert len(numbers_on(first)) == 50
    second = (await claire.get(f"{room(case, 'joint')}?after=C-50")).text
    assert numbers_on(second) == ["C-51", "C-52", "C-53"]
    found = (await claire.get(f"{room(case, 'joint')}?q=JOURNAL-52")).text
    assert numbers_on(found) == ["C-53"]
    assert numbers_on((await claire.get(f"{room(case, 'joint')}?kind=invoice")).text) == []
    assert numbers_on((await claire.get(f"{room(case, 'joint')}?side=R")).text) == []


async def test_a_day_apart_uploads_are_swept_but_kept_files_are_not(platform, sign_in, clock):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "joint")
    clock.offset += timedelta(days=3)
    swept = await sweep_now(platform, remove=True)
    assert (swept.orphans, swept.missing) == (0, ())
    assert len(stored(platform)) == 1
