"""The public register: anyone verifies and mirrors it, and nobody learns from it who was active."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from tests.builders import a_browser, a_case
from tests.integration.evidence.hands import lodged
from vault import NoteKey
from vault.ledger import tables
from vault.ledger.checkpoint import check_signature, read_checkpoint
from vault.ledger.merkle import check_consistency
from vault.ledger.mirror import check_mirror
from vault.ledger.tiles import tiles_of
from web.app import build_litestar, guard
from web.log.pace import BURST, Pace

PATHS = [
    "/log/key",
    "/log/key.pem",
    "/log/keys",
    "/log/checkpoint",
    "/log/checkpoint/2",
    "/log/tile/0/000.p/3",
    "/log/tile/entries/000.p/3",
    "/log/consistency?first=1&second=3",
]


async def ticks(platform, clock, count: int) -> None:
    """Sign so many checkpoints, and let the last one's slot pass."""
    for _ in range(count):
        async with platform.unit() as uow:
            assert await uow.vault.ledger.tick(uow.session, uow.now())
        clock.advance(minutes=1)


async def test_anyone_verifies_and_mirrors_the_register_from_what_is_published(platform, clock, sign_in):
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    anyone = await sign_in(None)
    await lodged(claire, case, "joint")
    await ticks(platform, clock, 3)
    kept = (await anyone.get("/log/checkpoint")).content
    await ticks(platform, clock, 4)
    key = NoteKey.from_text((await anyone.get("/log/key")).text.strip())
    assert key == platform.vault.ledger.key
    assert (await anyone.get("/log/key.pem")).text.startswith("-----BEGIN PUBLIC KEY-----")
    newest = read_checkpoint((await anyone.get("/log/checkpoint")).content)
    assert newest.size == 7
    files = {}
    for tile in tiles_of(newest.size):
        answer = await anyone.get(f"/log/tile/{tile.path}")
        assert answer.status_code == 200
        files[tile] = answer.content
    check_mirror(newest, key, files.__getitem__, before=read_checkpoint(kept))


async def test_a_consistency_proof_leads_from_any_checkpoint_to_any_later_one(platform, clock, sign_in):
    anyone = await sign_in(None)
    await ticks(platform, clock, 9)
    for first in range(1, 10):
        for second in range(first, 10):
            answer = await anyone.get(f"/log/consistency?first={first}&second={second}")
            told = json.loads(answer.content)
            old, new = (read_checkpoint(told[name].encode()) for name in ("first", "second"))
            assert (old.size, new.size) == (first, second)
            check_consistency(first, second, [bytes.fromhex(each) for each in told["proof"]], old.root, new.root)
            check_signature(new, platform.vault.ledger.key)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/consistency", 400),
        ("/log/consistency?first=1", 400),
        ("/log/consistency?first=2&second=1", 400),
        ("/log/consistency?first=0&second=1", 400),
        ("/log/consistency?first=-1&second=1", 400),
        ("/log/consistency?first=01&second=1", 400),
        ("/log/consistency?first=1&first=1&second=1", 400),
        ("/log/consistency?first=1&second=1&third=1", 400),
        ("/log/consistency?first=1&second=" + "9" * 30, 400),
        ("/log/consistency?first=1&second=5", 404),
        ("/log/consistency?first=5&second=6", 404),
        ("/log/checkpoint/5", 404),
        ("/log/checkpoint/0", 400),
        ("/log/checkpoint/x", 400),
        ("/log/tile/0/000", 404),
        ("/log/tile/0/000.p/5", 404),
        ("/log/tile/0/001.p/1", 404),
        ("/log/tile/1/000.p/1", 404),
        ("/log/tile/0/x000/000", 400),
        ("/log/tile/0/000.p/0", 400),
        ("/log/tile/entries/000.p/9", 404),
        ("/log/tile/secrets", 400),
    ],
)
async def test_what_is_malformed_or_not_published_is_said_in_words(platform, clock, sign_in, path, status):
    await ticks(platform, clock, 4)
    answer = await (await sign_in(None)).get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert " / " in answer.text


@pytest.mark.usefixtures("platform")
async def test_before_the_first_checkpoint_there_is_a_key_and_nothing_else(sign_in):
    anyone = await sign_in(None)
    assert (await anyone.get("/log/key")).status_code == 200
    assert (await anyone.get("/log/checkpoint")).status_code == 404
    assert (await anyone.get("/log/tile/0/000.p/1")).status_code == 404


async def test_a_checkpoint_is_published_when_its_slot_is_over_however_late_it_was_signed(platform, clock, sign_in):
    anyone = await sign_in(None)
    await ticks(platform, clock, 1)
    slot_over = datetime.fromtimestamp((int(clock().timestamp()) // 60 + 1) * 60, UTC)
    async with platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())
    assert read_checkpoint((await anyone.get("/log/checkpoint")).content).size == 1
    clock.advance(seconds=(slot_over - clock()).total_seconds() + 0.001)
    assert read_checkpoint((await anyone.get("/log/checkpoint")).content).size == 2


async def test_nothing_public_varies_with_activity(platform, clock, sign_in):
    """A quiet log and a busy one answer with the same sizes and headers, but for what the hashes are."""

    async def seen() -> list[object]:
        shown = []
        for path in PATHS:
            answer = await anyone.get(path)
            assert answer.status_code == 200, path
            headers = {name: value for name, value in answer.headers.items() if name != "etag"}
            shown.append((path, len(answer.content), headers))
        bundle = (await anyone.get("/log/tile/entries/000.p/3")).content
        assert len(bundle) == 3 * 67
        return [shown, [bundle[start + 27 : start + 35] for start in (0, 67, 134)]]  # the widths

    anyone = await sign_in(None)
    case = await a_case(platform)
    await ticks(platform, clock, 3)
    quiet = await seen()
    async with platform.unit() as uow:  # the same log once more, lived through by busy people
        for table in (tables.nodes, tables.batches, tables.members, tables.kept, tables.checkpoints, tables.platform):
            await uow.session.execute(table.delete())
    claire = await sign_in(case.people["claimant"])
    for _ in range(3):
        for number in range(5):
            await lodged(claire, case, "caucus_claimant", content=clock().isoformat().encode() + bytes([number]))
        async with platform.unit() as uow:
            for leaf in range(300):
                await uow.vault.ledger.note_kept(uow.session, uuid4(), uuid4(), bytes(32), leaf, bytes(32))
        await ticks(platform, clock, 1)
    assert await seen() == quiet


async def test_no_answer_depends_on_who_asks_or_sets_anything(platform, clock, sign_in):
    await ticks(platform, clock, 3)
    case = await a_case(platform)
    anyone, claire = await sign_in(None), await sign_in(case.people["claimant"])
    for path in PATHS:
        one, other = await anyone.get(path), await claire.get(path, headers={"Accept-Language": "en"})
        assert one.content == other.content
        assert "set-cookie" not in one.headers
        assert "set-cookie" not in other.headers
        assert one.headers["access-control-allow-origin"] == "*"
        again = await anyone.get(path, headers={"If-None-Match": one.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        changing = path in {"/log/key", "/log/key.pem", "/log/keys", "/log/checkpoint"}
        assert ("immutable" in one.headers["cache-control"]) is not changing


async def test_former_keys_stay_published(platform, clock, sign_in):
    await ticks(platform, clock, 2)
    other = NoteKey("127.0.0.1:8000/entente", bytes(32))
    async with platform.unit() as uow:
        await uow.session.execute(
            update(tables.checkpoints).where(tables.checkpoints.c.size == 1).values(key=other.text)
        )
    lines = (await (await sign_in(None)).get("/log/keys")).text.splitlines()
    assert lines == [platform.vault.ledger.key.text, other.text]


async def test_one_address_is_slowed_down_and_told_for_how_long(platform):
    inner = build_litestar(platform)
    app: Any = guard(inner, platform.settings)
    async with a_browser(platform, app, None) as anyone:
        assert (await anyone.get("/log/key")).status_code == 200
        bucket = inner.state.pace
        while not bucket.seconds_to_wait("127.0.0.1"):
            pass
        answer = await anyone.get("/log/key")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_a_bucket_fills_again_and_belongs_to_one_address():
    slow = Pace()
    assert [slow.seconds_to_wait("a", 0.0) for _ in range(int(BURST))] == [0] * int(BURST)
    assert slow.seconds_to_wait("a", 0.0) == 1
    assert slow.seconds_to_wait("b", 0.0) == 0
    assert slow.seconds_to_wait("a", 1.0) == 0
    for number in range(5000):
        slow.seconds_to_wait(str(number), 2.0)
    assert slow.seconds_to_wait("a", 2.0) == 0
