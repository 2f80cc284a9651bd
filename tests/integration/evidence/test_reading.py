"""Opening exhibits: ranges, headers, who is told, and connections that break off."""

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from odr.event import EventRow
from odr.evidence.commands import supply_exhibit
from odr.evidence.models import Opening
from odr.evidence.queries import visible_exhibit
from odr.ids import ExhibitId, JobId, MissionId, new_id
from odr.outbox import Job
from odr.spaces.commands import ensure_space
from odr.visibility.actor import SeatRole
from odr.visibility.policy import RULES
from odr.visibility.terms import SpaceKind
from odr.worker import advance_ledger
from tests.application import application
from tests.builders import a_case
from tests.integration.evidence.hands import PDF, lodge, lodged, room, scope_for
from tests.paper import attached, words
from vault import StoreUnavailableError

CONTENT = bytes(range(256)) * 40


@pytest.fixture
async def shared(platform, sign_in):
    """A joint exhibit of the claimant's, and everybody's clients."""
    case = await a_case(platform)
    clients = {
        name: await sign_in(case.people[name]) for name in ("claimant", "claimant_counsel", "respondent", "mediator")
    }
    told = await lodged(clients["claimant"], case, "joint", content=CONTENT, name="journal.bin")
    return case, clients, told["url"]


@pytest.mark.parametrize(
    ("asked", "status", "wanted", "content_range"),
    [
        ("bytes=0-99", 206, CONTENT[:100], "bytes 0-99/10240"),
        ("bytes=10200-", 206, CONTENT[10200:], "bytes 10200-10239/10240"),
        ("bytes=-5", 206, CONTENT[-5:], "bytes 10235-10239/10240"),
        ("bytes=-99999", 206, CONTENT, "bytes 0-10239/10240"),
        ("bytes=10239-99999999", 206, CONTENT[-1:], "bytes 10239-10239/10240"),
        ("bytes=0-1,5-6", 200, CONTENT, None),
        ("bytes=9-3", 200, CONTENT, None),
        ("bytes=-", 200, CONTENT, None),
        ("lines=0-3", 200, CONTENT, None),
    ],
)
async def test_ranges(shared, asked, status, wanted, content_range):
    _, clients, url = shared
    answer = await clients["respondent"].get(f"{url}/file", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, wanted)
    assert answer.headers.get("content-range") == content_range
    assert answer.headers["content-length"] == str(len(wanted))


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=-0"])
async def test_a_range_beyond_the_end_is_unsatisfiable(shared, asked):
    _, clients, url = shared
    answer = await clients["respondent"].get(f"{url}/file", headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-range"], answer.content) == (416, "bytes */10240", b"")


async def test_if_range_gives_the_range_for_this_very_file_only(shared):
    _, clients, url = shared
    etag = (await clients["respondent"].head(f"{url}/file")).headers["etag"]
    same = await clients["respondent"].get(f"{url}/file", headers={"Range": "bytes=0-0", "If-Range": etag})
    assert same.status_code == 206
    for other in ('"00"', f"W/{etag}", "Sun, 22 Nov 2026 00:00:00 GMT"):
        answer = await clients["respondent"].get(f"{url}/file", headers={"Range": "bytes=0-0", "If-Range": other})
        assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_a_file_leaves_as_a_download_that_runs_nothing(shared):
    case, clients, url = shared
    for method in ("GET", "HEAD"):
        answer = await clients["mediator"].request(method, f"{url}/file")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["content-length"] == "10240"
        assert (
            answer.headers["content-disposition"]
            == "attachment; filename=\"journal.bin\"; filename*=UTF-8''journal.bin"
        )
    html = await lodged(clients["claimant"], case, "joint", content=b"<html><script>x</script>", name="page.html")
    answer = await clients["respondent"].get(html["url"] + "/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    pdf = await lodged(clients["claimant"], case, "joint", content=PDF, name="page.pdf")
    assert (await clients["respondent"].get(pdf["url"] + "/file")).headers["content-type"] == "application/pdf"


async def openings(platform):
    async with platform.unit(write=False) as uow:
        return list(await uow.session.scalars(select(Opening)))


async def test_an_opening_is_told_to_the_own_party_and_to_nobody_else(platform, shared):
    case, clients, url = shared
    await clients["respondent"].get(f"{url}/file")
    for name in ("claimant", "claimant_counsel"):
        page = (await clients[name].get(url)).text
        assert "René Défendeur" in page
    for name in ("respondent", "mediator"):
        page = (await clients[name].get(url)).text
        assert 'id="openings"' not in page
    async with platform.unit(write=False) as uow:
        rows = list(await uow.session.scalars(select(EventRow).where(EventRow.name == "ExhibitOpened")))
        assert [row.space_id for row in rows] == [case.spaces["private_claimant"]]
        events = [event.event for event in await uow.vault.ledger.events(uow.session, case.ref("private_claimant"))]
        assert (events[-1]["event"], events[-1]["rule"], events[-1]["where"]) == ("ExhibitOpened", "V13", "joint")


async def test_several_readings_within_an_hour_are_one_opening(platform, shared, clock):
    _, clients, url = shared
    for start in range(3):
        await clients["respondent"].get(f"{url}/file", headers={"Range": f"bytes={start}-"})
    assert len(await openings(platform)) == 1
    clock.offset += timedelta(minutes=61)
    await clients["respondent"].get(f"{url}/file")
    await clients["mediator"].get(f"{url}/file")
    assert len(await openings(platform)) == 3


async def test_looking_without_reading_and_reading_ones_own_are_no_openings(platform, shared):
    _, clients, url = shared
    await clients["respondent"].get(url)
    await clients["respondent"].head(f"{url}/file")
    await clients["claimant_counsel"].get(f"{url}/file")
    assert await openings(platform) == []


async def test_a_store_that_is_away_is_said_and_no_opening_is_noted(platform, shared, monkeypatch):
    _, clients, url = shared

    def away(*_args):
        raise StoreUnavailableError("away")

    monkeypatch.setattr(platform.vault.store, "read", away)
    answer = await clients["respondent"].get(f"{url}/file")
    assert answer.status_code == 503
    assert await openings(platform) == []


async def test_a_failure_in_the_middle_breaks_the_connection_off(platform, sign_in, monkeypatch):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "joint", content=b"\xa5" * 20_000_000, name="gros.bin")
    read, at_hand = platform.vault.store.read, platform.vault.store.at_hand

    def fails_later(key, version, offset, length):
        if 10_000_000 < offset < 16_000_000:
            raise StoreUnavailableError("away")
        return read(key, version, offset, length)

    @contextmanager
    def at_hand_for_a_while(key, version):
        with at_hand(key, version) as fill:
            yield lambda offset, into: offset < 9_000_000 and fill(offset, into)

    monkeypatch.setattr(platform.vault.store, "read", fails_later)
    monkeypatch.setattr(platform.vault.store, "at_hand", at_hand_for_a_while)
    sent: list[Any] = []

    async def receive():
        if not sent:
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever the framework raises, the server then cuts the line
        await application(platform)(scope_for(claire, f"{told['url']}/file", "GET"), receive, send)
    assert sent[0]["status"] == 200
    assert all(message.get("more_body", True) for message in sent[1:])  # never a clean end
    assert 0 < sum(len(message["body"]) for message in sent[1:]) < 20_000_000


async def test_a_reader_who_leaves_is_a_normal_end(platform, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    told = await lodged(claire, case, "joint", content=b"\xa5" * 20_000_000, name="gros.bin")
    gone = asyncio.Event()
    sent: list[Any] = []
    first = True

    async def receive():
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if len(sent) == 3:
            gone.set()
            await asyncio.sleep(0.05)

    await application(platform)(scope_for(claire, f"{told['url']}/file", "GET"), receive, send)
    assert sent[0]["status"] == 200
    assert len(sent) < 15


async def test_a_receipt_becomes_complete_at_the_next_tick(platform, shared, clock):
    _, clients, url = shared
    page = (await clients["claimant"].get(url)).text
    assert 'data-tone="good"' not in page
    clock.offset += timedelta(minutes=2)
    async with platform.unit() as uow:
        await advance_ledger(uow, Job(JobId(new_id()), "advance_ledger", {}, 1, "test"))
    page = (await clients["claimant"].get(url)).text
    assert 'data-tone="good"' in page
    receipt = await clients["respondent"].get(f"{url}/receipt")
    assert receipt.json()["log"] is not None


async def test_the_paper_receipt_holds_the_machine_s_in_the_reader_s_language_or_the_one_asked_for(
    platform, shared, clock
):
    _, clients, url = shared
    page = (await clients["claimant"].get(url)).text
    assert "/receipt.pdf?room=joint" in page
    early = await clients["claimant"].get(f"{url}/receipt.pdf?language=en")
    assert "ask for this receipt again in a minute" in words(early.content)
    clock.offset += timedelta(minutes=2)
    async with platform.unit() as uow:
        await advance_ledger(uow, Job(JobId(new_id()), "advance_ledger", {}, 1, "test"))
    answer = await clients["respondent"].get(f"{url}/receipt.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('attachment; filename="recu-C-1.pdf"')
    assert "Au registre signé depuis" in words(answer.content)
    machine = await clients["respondent"].get(f"{url}/receipt")
    assert attached(answer.content, "receipt.json") == machine.content


async def test_an_exhibit_is_served_to_the_mission_that_it_is_supplied_to(platform, sign_in, shared):
    case, clients, url = shared
    expert, mediator = case.people["expert"], case.people["mediator"]
    elise = await sign_in(expert)
    assert (await elise.get(f"{url}/file")).status_code == 404
    async with platform.unit() as uow:
        desk = await ensure_space(
            uow, case.id, SpaceKind.EXPERT, mission_id=MissionId(case.id), holder_id=expert.account_id
        )
        await supply_exhibit(uow, mediator, case.id, ExhibitId(UUID(url[-36:])), desk=desk, rule=RULES[0])
    assert (await elise.get(f"{url}/file")).content == CONTENT
    desk_page = await elise.get(f"/disputes/{case.id}/rooms/{desk.id}")
    assert "C-1" in desk_page.text
    assert (await clients["mediator"].get(f"/disputes/{case.id}/rooms/{desk.id}")).status_code == 404
    assert SeatRole.EXPERT in {seat.role for seat in expert.seats}
    assert (await lodge(elise, case, "joint")).status_code == 404
    assert (await elise.get(room(case, "joint"))).status_code == 404


async def test_a_receipt_of_the_joint_room_counts_its_events_so_an_expert_gets_the_desk_s_only(
    platform, sign_in, shared
):
    case, _, url = shared
    expert, mediator = case.people["expert"], case.people["mediator"]
    exhibit_id = ExhibitId(UUID(url[-36:]))
    async with platform.unit() as uow:
        desk = await ensure_space(
            uow, case.id, SpaceKind.EXPERT, mission_id=MissionId(case.id), holder_id=expert.account_id
        )
        await supply_exhibit(uow, mediator, case.id, exhibit_id, desk=desk, rule=RULES[0])
    elise = await sign_in(expert)
    for kind in ("receipt", "receipt.pdf"):
        assert (await elise.get(f"{url}/{kind}?room=joint")).status_code == 404
    assert (await elise.get(f"{url}/receipt.pdf")).status_code == 200
    assert (await elise.get(f"{url}/receipt")).json()["event"]["space_id"] == str(desk.id)
    page = (await elise.get(url)).text
    assert "room=joint" not in page
    assert "room=expert" in page


async def test_that_somebody_opened_an_exhibit_is_in_nobody_else_s_view_of_it(platform, shared):
    case, clients, url = shared
    await clients["respondent"].get(f"{url}/file")
    seen = {}
    for name in ("claimant", "claimant_counsel", "respondent", "mediator"):
        async with platform.unit(write=False) as uow:
            view = await visible_exhibit(uow, case.people[name], case.id, ExhibitId(UUID(url[-36:])))
        seen[name] = [placement.first_opened_at for placement in view.placements]
    assert seen["respondent"] == seen["mediator"] == [None]
    assert seen["claimant"] == seen["claimant_counsel"] != [None]
