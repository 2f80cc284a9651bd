"""Selective proof: a file's existence and time, and nothing else of its dispute."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from vault import AccessError, Existence, ItemRef, ProofError, SpaceRef, verify_record
from vault.ledger import tables
from vault.ledger.batch import FLOOR
from vault.tables import items

NOW = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def pieces(content: bytes):
    yield content


async def kept(vault, session, space: SpaceRef, content: bytes) -> ItemRef:
    item = ItemRef(space.collection, uuid4())
    await vault.keep(session, await vault.receive(item, pieces(content), limit=1 << 20), space)
    return item


async def new_space(vault, session) -> SpaceRef:
    space = SpaceRef(uuid4(), uuid4())
    await vault.make_space(session, space)
    return space


async def test_a_file_is_proven_to_have_existed_once_the_next_batch_holds_it(vault, session, tmp_path):
    space = await new_space(vault, session)
    item = await kept(vault, session, space, b"the contract")
    assert await vault.existence_proof(session, item, space) is None
    await vault.ledger.tick(session, NOW)
    proof = await vault.existence_proof(session, item, space)
    (tmp_path / "contract").write_bytes(b"the contract")
    (tmp_path / "proof.json").write_bytes(proof.to_json())
    report = verify_record(tmp_path / "contract", receipt=tmp_path / "proof.json", trusted_key=vault.ledger.key)
    assert report.holds
    assert report.time.status == "not claimed"
    (tmp_path / "contract").write_bytes(b"another one!")
    report = verify_record(tmp_path / "contract", receipt=tmp_path / "proof.json", trusted_key=vault.ledger.key)
    assert report.bytes.status == "fails"
    assert not report.holds


async def test_a_proof_names_neither_the_dispute_nor_the_room_nor_any_count(vault, session):
    space = await new_space(vault, session)
    item = await kept(vault, session, space, b"alone")
    await vault.ledger.tick(session, NOW)
    alone = await vault.existence_proof(session, item, space)
    crowd = await new_space(vault, session)
    for number in range(40):
        await vault.ledger.append(session, crowd, {"number": number})
        await kept(vault, session, crowd, bytes([number]))
    again = await kept(vault, session, space, b"crowd")
    await vault.ledger.tick(session, NOW + MINUTE)
    among = await vault.existence_proof(session, again, space)
    assert len(alone.batch.path) == len(among.batch.path) == 10
    written = among.to_json().decode()
    for secret in (space.collection, space.space, item.item, again.item, vault.tenant, crowd.space):
        assert str(secret) not in written
        assert secret.hex not in written


async def test_a_great_deposit_widens_no_batch_and_enters_the_following_ones(vault, session):
    for number in range(FLOOR + 100):
        await vault.ledger.note_kept(session, uuid4(), uuid4(), bytes(32), number, bytes(32))
    await vault.ledger.append(session, await new_space(vault, session), {"one": "head"})
    await vault.ledger.tick(session, NOW)
    table = tables.kept.c
    assert (await session.execute(select(func.count()).where(table.number == 0))).scalar_one() == FLOOR - 1
    await vault.ledger.tick(session, NOW + MINUTE)
    assert (await session.execute(select(func.count()).where(table.number == 1))).scalar_one() == 101
    assert set((await session.execute(select(tables.batches.c.width))).scalars()) == {FLOOR}
    assert (await session.execute(select(func.count()).select_from(tables.waiting))).scalar_one() == 0
    assert (await vault.ledger.audit_platform(session)).clean


async def test_a_great_deposit_of_one_room_does_not_hold_up_the_file_of_another(vault, session):
    """Else whoever lodges a file every minute would see how many the other side lodges apart."""
    crowded, quiet = await new_space(vault, session), await new_space(vault, session)
    for number in range(FLOOR + 100):
        await vault.ledger.note_kept(session, crowded.space, uuid4(), bytes(32), number, bytes(32))
    items = [await kept(vault, session, quiet, bytes([number])) for number in range(3)]
    await vault.ledger.tick(session, NOW)
    for item in items:
        assert await vault.existence_proof(session, item, quiet) is not None


async def test_who_cannot_open_a_file_gets_no_proof_of_it(vault, session):
    space = await new_space(vault, session)
    item = await kept(vault, session, space, b"apart")
    other = SpaceRef(space.collection, uuid4())
    await vault.make_space(session, other)
    await vault.ledger.tick(session, NOW)
    with pytest.raises(AccessError):
        await vault.existence_proof(session, item, other)


async def test_a_shredded_file_has_no_proof_any_more_and_the_one_given_before_still_holds(vault, session):
    space = await new_space(vault, session)
    item = await kept(vault, session, space, b"to forget")
    await vault.ledger.tick(session, NOW)
    given = await vault.existence_proof(session, item, space)
    await vault.destroy(session, item)
    with pytest.raises(AccessError):
        await vault.existence_proof(session, item, space)
    again = Existence.from_json(given.to_json())
    assert again == given
    assert again.check_inclusion().size == 1
    again.check_signature(vault.ledger.key)
    assert (await vault.ledger.audit_platform(session)).clean


async def test_a_digest_rewritten_in_its_row_is_not_proven(vault, session):
    space = await new_space(vault, session)
    item = await kept(vault, session, space, b"original")
    await vault.ledger.tick(session, NOW)
    await session.execute(update(items).where(items.c.item == item.item).values(sha256=bytes(32)))
    with pytest.raises(ProofError):
        await vault.existence_proof(session, item, space)
