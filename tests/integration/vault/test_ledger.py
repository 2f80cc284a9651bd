"""The ledger on both databases: appended in the business transaction, ticked by several workers, proven offline."""
# ruff: noqa: E501 -- an attack is one statement on one line

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from vault import ProofError, Receipt, SpaceRef
from vault.ledger import merkle, tables
from vault.ledger.checkpoint import check_signature

NOW = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def new_space(vault, session) -> SpaceRef:
    space = SpaceRef(uuid4(), uuid4())
    await vault.make_space(session, space)
    return space


async def told(vault, session, count: int) -> SpaceRef:
    space = await new_space(vault, session)
    for number in range(count):
        await vault.ledger.append(session, space, {"type": "Happened", "number": number})
    return space


async def test_events_are_numbered_in_their_space_and_come_back_as_recorded(vault, session):
    space, other = await new_space(vault, session), await told(vault, session, 3)
    positions = [await vault.ledger.append(session, space, {"é": number}) for number in range(5)]
    assert [position.index for position in positions] == [0, 1, 2, 3, 4]
    events = await vault.ledger.events(session, space)
    assert [event.event for event in events] == [{"é": number} for number in range(5)]
    assert [event.index for event in events] == [0, 1, 2, 3, 4]
    assert len(await vault.ledger.events(session, other)) == 3
    assert await vault.ledger.events(session, SpaceRef(uuid4(), uuid4())) == []


async def test_what_is_stored_says_nothing_in_clear(vault, session):
    space = await new_space(vault, session)
    await vault.ledger.append(session, space, {"secret": "the price was 48000"})
    stored = b"".join((await session.execute(select(tables.bodies.c.sealed))).scalars())
    assert b"48000" not in stored
    assert b"secret" not in stored


async def test_an_event_rolled_back_leaves_nothing(vault, sessions):
    async with sessions.begin() as session:
        space = await told(vault, session, 1)
    async with sessions() as session:
        await vault.ledger.append(session, space, {"never": True})
        await session.rollback()
    async with sessions.begin() as session:
        assert (await vault.ledger.append(session, space, {"now": True})).index == 1
        assert (await vault.ledger.audit_space(session, space)).clean


async def test_appends_at_once_take_their_turns(vault, sessions):
    async with sessions.begin() as session:
        space = await new_space(vault, session)

    async def append(number: int) -> int:
        async with sessions.begin() as session:
            index: int = (await vault.ledger.append(session, space, {"number": number})).index
            return index

    indexes = await asyncio.gather(*(append(number) for number in range(12)))
    assert sorted(indexes) == list(range(12))
    async with sessions.begin() as session:
        assert (await vault.ledger.audit_space(session, space)).clean


async def test_a_receipt_waits_for_the_tick_and_then_verifies_offline(vault, session):
    space = await told(vault, session, 6)
    before = Receipt.from_json((await vault.ledger.receipt(session, space, 3)).to_json())
    assert not before.complete
    await vault.ledger.tick(session, NOW)
    for index in range(6):
        receipt = Receipt.from_json((await vault.ledger.receipt(session, space, index)).to_json())
        assert receipt.complete
        assert receipt.event == {"type": "Happened", "number": index}
        assert receipt.check_inclusion().size == 1
        receipt.check_signature(vault.ledger.key)


async def test_receipts_hold_at_every_size_the_log_and_the_space_ever_had(vault, session):
    space = await new_space(vault, session)
    for number in range(9):
        await vault.ledger.append(session, space, {"number": number})
        if number % 2:
            await vault.ledger.append(session, space, {"again": number})
        await vault.ledger.tick(session, NOW + number * MINUTE)
    for event in await vault.ledger.events(session, space):
        receipt = await vault.ledger.receipt(session, space, event.index)
        receipt.check_inclusion()
        receipt.check_signature(vault.ledger.key)


async def test_a_receipt_says_nothing_of_other_spaces(vault, session):
    space = await told(vault, session, 2)
    await vault.ledger.tick(session, NOW)
    alone = await vault.ledger.receipt(session, space, 1)
    busy = [await told(vault, session, 3) for _ in range(20)]
    await vault.ledger.append(session, space, {"type": "Happened", "number": 2})
    await vault.ledger.tick(session, NOW + MINUTE)
    among = await vault.ledger.receipt(session, space, 2)
    assert len(alone.batch.path) == len(among.batch.path) == 10
    written = among.to_json().decode()
    for secret in (space, *busy):
        assert str(secret.space) not in written
        assert str(secret.collection) not in written


async def test_a_space_that_did_not_change_is_in_no_further_batch(vault, session):
    await told(vault, session, 2)
    await vault.ledger.tick(session, NOW)
    await vault.ledger.tick(session, NOW + MINUTE)
    numbers = (await session.execute(select(tables.members.c.number))).scalars().all()
    assert numbers == [0]


async def test_the_log_ticks_although_nothing_happened(vault, session):
    first = await vault.ledger.tick(session, NOW)
    second = await vault.ledger.tick(session, NOW + MINUTE)
    assert (first.size, second.size) == (1, 2)
    assert (await vault.ledger.newest_checkpoint(session)) == second
    check_signature(second, vault.ledger.key)


async def test_a_slot_is_signed_once(vault, session):
    assert await vault.ledger.newest_checkpoint(session) is None
    assert await vault.ledger.tick(session, NOW)
    assert await vault.ledger.tick(session, NOW + timedelta(seconds=30)) is None
    assert await vault.ledger.tick(session, NOW - timedelta(hours=1)) is None
    assert (await vault.ledger.newest_checkpoint(session)).size == 1


async def test_many_workers_make_one_tick(vault, sessions):
    async with sessions.begin() as session:
        await told(vault, session, 2)

    async def tick():
        async with sessions.begin() as session:
            return await vault.ledger.tick(session, NOW)

    made = [checkpoint for checkpoint in await asyncio.gather(*(tick() for _ in range(6))) if checkpoint]
    assert len(made) == 1
    async with sessions.begin() as session:
        assert (await vault.ledger.audit_platform(session)).clean


async def test_a_long_stop_is_one_tick_not_a_loop(vault, session):
    await vault.ledger.tick(session, NOW)
    checkpoint = await vault.ledger.tick(session, NOW + timedelta(days=3650))
    assert checkpoint.size == 2


async def test_each_head_extends_the_one_before(vault, session):
    heads = []
    for number in range(7):
        await told(vault, session, 1)
        heads.append(await vault.ledger.tick(session, NOW + number * MINUTE))
    for older in heads:
        for newer in heads[older.size - 1 :]:
            proof = await vault.ledger.public.consistency(session, older.size, newer.size)
            merkle.check_consistency(older.size, newer.size, proof, older.root, newer.root)
            await vault.ledger.audit_outside(session, older.text)


async def test_an_erased_event_is_gone_and_every_other_proof_holds(vault, session):
    space = await told(vault, session, 4)
    await vault.ledger.tick(session, NOW)
    await vault.ledger.erase(session, space, 2)
    assert [event.index for event in await vault.ledger.events(session, space)] == [0, 1, 3]
    with pytest.raises(ProofError, match="erased"):
        await vault.ledger.receipt(session, space, 2)
    (await vault.ledger.receipt(session, space, 3)).check_inclusion()
    audit = await vault.ledger.audit_space(session, space)
    assert (audit.leaves, audit.erased, audit.problems) == (4, 1, ())


async def test_what_was_never_recorded_has_no_receipt(vault, session):
    space = await told(vault, session, 1)
    with pytest.raises(ProofError):
        await vault.ledger.receipt(session, space, 1)
    with pytest.raises(ProofError):
        await vault.ledger.receipt(session, SpaceRef(uuid4(), uuid4()), 0)
    with pytest.raises(ProofError):
        await vault.ledger.append(session, space, {"amount": 1.5})
    with pytest.raises(ProofError):
        await vault.ledger.ask_stamp(session, space, 9)


async def audited(vault, session) -> tuple[SpaceRef, bytes]:
    """A space of seven events over three ticks, clean; and the newest checkpoint, as a mail would keep it."""
    space = await new_space(vault, session)
    for number in range(7):
        await vault.ledger.append(session, space, {"number": number})
        if number % 3 == 0:
            await vault.ledger.tick(session, NOW + number * MINUTE)
    assert (await vault.ledger.audit_space(session, space)).clean
    assert (await vault.ledger.audit_platform(session)).clean
    return space, (await vault.ledger.newest_checkpoint(session)).text


TREE = "(SELECT tree FROM ledger_heads)"


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE ledger_bodies SET sealed = (SELECT sealed FROM ledger_bodies WHERE place = 4) WHERE place = 2 AND tree = TREE", "event_unreadable 2"),
        ("UPDATE ledger_nodes SET hash = (SELECT hash FROM ledger_nodes WHERE level = 0 AND place = 5 AND tree = TREE) WHERE level = 0 AND place = 1 AND tree = TREE", "event_altered 1"),
        ("UPDATE ledger_nodes SET hash = (SELECT hash FROM ledger_nodes WHERE level = 0 AND place = 5 AND tree = TREE) WHERE level = 1 AND place = 1 AND tree = TREE", "node_altered 1/1"),
        ("DELETE FROM ledger_nodes WHERE level = 2 AND tree = TREE", "node_altered 2/0"),
        ("DELETE FROM ledger_nodes WHERE level = 0 AND place = 6 AND tree = TREE", "node_altered 0/6"),
        ("UPDATE ledger_heads SET size = 6", "node_added 0/6"),
        ("UPDATE ledger_heads SET size = 3", "space_rolled_back 1"),
        ("UPDATE ledger_heads SET peaks = (SELECT peaks FROM ledger_platform)", "head_altered 7"),
        ("UPDATE ledger_members SET root = (SELECT root FROM ledger_batches WHERE number = 0) WHERE number = 1", "batch_over_other_events 1"),
    ],
)  # fmt: skip
async def test_an_edited_space_is_detected(vault, session, attack, found):
    space, _ = await audited(vault, session)
    await session.execute(text(attack.replace("TREE", TREE)))
    audit = await vault.ledger.audit_space(session, space)
    assert any(found == str(problem) for problem in audit.problems), audit.problems


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE ledger_batches SET slot = slot + 1000000 WHERE number = 0", "batch_out_of_order 1"),
        ("UPDATE ledger_batches SET seed = root WHERE number = 1", "batch_altered 1"),
        ("DELETE FROM ledger_members WHERE number = 1", "batch_altered 1"),
        ("UPDATE ledger_members SET size = size + 1 WHERE number = 1", "batch_altered 1"),
        ("UPDATE ledger_members SET position = 5000 WHERE number = 1", "batch_malformed 1"),
        ("DELETE FROM ledger_batches WHERE number = 1", "batch_missing 1"),
        ("DELETE FROM ledger_checkpoints WHERE size = 2", "checkpoint_missing 2"),
        ("UPDATE ledger_checkpoints SET text = (SELECT text FROM ledger_checkpoints WHERE size = 1) WHERE size = 2", "checkpoint_over_another_log 2"),
        ("UPDATE ledger_nodes SET hash = (SELECT root FROM ledger_batches WHERE number = 0) WHERE level = 0 AND tree IN (SELECT tenant FROM ledger_platform)", "node_altered 0/0"),
        ("UPDATE ledger_platform SET size = 2", "log_rolled_back 3"),
        ("UPDATE ledger_checkpoints SET text = (SELECT root FROM ledger_batches WHERE number = 0) WHERE size = 2", "checkpoint_not_ours 2"),
    ],
)  # fmt: skip
async def test_an_edited_log_is_detected(vault, session, attack, found):
    await audited(vault, session)
    await session.execute(text(attack))
    audit = await vault.ledger.audit_platform(session)
    assert any(found == str(problem) for problem in audit.problems), audit.problems


async def test_an_edited_event_cannot_be_sealed_back_unseen(vault, session):
    """Even who holds the keys cannot change an event: its salted hash stands in the tree."""
    space, _ = await audited(vault, session)
    from vault.ledger.bodies import body_label  # noqa: PLC0415 -- the attacker's tool

    tree = (await session.execute(select(tables.heads.c.tree))).scalar_one()
    forged = await vault.keys.seal(session, space, body_label(tree, 2), b"s" * 32 + b'{"number":20}')
    await session.execute(
        tables.bodies.update().where(tables.bodies.c.tree == tree, tables.bodies.c.place == 2).values(sealed=forged)
    )
    problems = (await vault.ledger.audit_space(session, space)).problems
    assert [str(problem) for problem in problems] == ["event_altered 2"]
    with pytest.raises(ProofError):
        (await vault.ledger.receipt(session, space, 2)).check_inclusion()


async def test_a_rolled_back_database_is_detected_by_a_checkpoint_kept_outside(vault, sessions):
    async with sessions.begin() as session:
        await audited(vault, session)
    async with sessions() as session:
        later = await vault.ledger.tick(session, NOW + timedelta(hours=1))
        await session.rollback()  # the backup that was restored does not know it
    async with sessions.begin() as session:
        with pytest.raises(ProofError, match="rolled back"):
            await vault.ledger.audit_outside(session, later.text)


async def test_a_forked_log_is_detected_by_a_checkpoint_kept_outside(vault, sessions):
    async with sessions.begin() as session:
        space, _ = await audited(vault, session)
    async with sessions() as session:
        first = await vault.ledger.tick(session, NOW + timedelta(hours=1))
        await session.rollback()
    async with sessions.begin() as session:
        await vault.ledger.append(session, space, {"history": "another"})
        second = await vault.ledger.tick(session, NOW + timedelta(hours=1))
        assert (first.size, first.root) != (second.size, second.root)
        await vault.ledger.audit_outside(session, second.text)
        with pytest.raises(ProofError, match="rewritten"):
            await vault.ledger.audit_outside(session, first.text)
        with pytest.raises(ProofError, match="another log"):
            await vault.ledger.audit_outside(session, first.text.replace(b"entente.test", b"entente.tost"))
