"""Which checkpoints are stamped, by whom, and what a receipt then bears."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault import SpaceRef
from vault.authority import serve
from vault.errors import ProofError, TimeStampError
from vault.ledger.checkpoint import sign_checkpoint
from vault.ledger.log import Ledger
from vault.ledger.proofs import Stamp
from vault.ledger.stamps import DueStamp

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def authorities(certomancer, openssl_authority):
    return [certomancer, openssl_authority]


@pytest.fixture
def ledger(vault, tenant, authorities):
    return Ledger(vault.keys, tenant, "entente.test/log", SIGNER, 60, authorities)


async def told(vault, ledger, session) -> SpaceRef:
    space = SpaceRef(uuid4(), uuid4())
    await vault.make_space(session, space)
    await ledger.append(session, space, {"type": "Happened"})
    return space


async def stamped(ledger, session, now) -> list[tuple[int, str]]:
    due = await ledger.due_stamps(session, now)
    for each in due:
        await ledger.keep_stamp(session, each, ledger.stamp(each))
    return [(each.checkpoint.size, each.authority.name) for each in due]


async def test_nothing_is_due_before_the_first_checkpoint(ledger, session):
    assert await ledger.due_stamps(session, NOW) == []


async def test_every_authority_stamps_once_a_day(ledger, session):
    await ledger.tick(session, NOW)
    await ledger.tick(session, NOW + MINUTE)
    assert await stamped(ledger, session, NOW + MINUTE) == [(2, "Certomancer"), (2, "OpenSSL")]
    await ledger.tick(session, NOW + 2 * MINUTE)
    assert await stamped(ledger, session, NOW + 2 * MINUTE) == []
    tomorrow = NOW + timedelta(days=1)
    await ledger.tick(session, tomorrow)
    assert await stamped(ledger, session, tomorrow) == [(4, "Certomancer"), (4, "OpenSSL")]


async def test_the_first_checkpoint_over_a_sealing_is_stamped_by_all(vault, ledger, session):
    await ledger.tick(session, NOW)
    await stamped(ledger, session, NOW)
    space = await told(vault, ledger, session)
    await ledger.ask_stamp(session, space, 0)
    assert await stamped(ledger, session, NOW) == []  # nothing covers it yet
    await ledger.tick(session, NOW + MINUTE)
    await ledger.tick(session, NOW + 2 * MINUTE)
    assert await stamped(ledger, session, NOW + 2 * MINUTE) == [(2, "Certomancer"), (2, "OpenSSL")]
    assert await stamped(ledger, session, NOW + 2 * MINUTE) == []
    receipt = await ledger.receipt(session, space, 0)
    assert receipt.log.checkpoint.size == 2
    assert [stamp.authority for stamp in receipt.stamps] == ["Certomancer", "OpenSSL"]
    receipt.check_inclusion()


async def test_an_authority_that_failed_is_still_due_and_the_other_s_stamp_is_kept(vault, ledger, session):
    space = await told(vault, ledger, session)
    await ledger.ask_stamp(session, space, 0)
    await ledger.tick(session, NOW)
    first, second = await ledger.due_stamps(session, NOW)
    await ledger.keep_stamp(session, first, ledger.stamp(first))
    assert await ledger.due_stamps(session, NOW) == [second]
    await ledger.keep_stamp(session, second, ledger.stamp(second))
    assert await ledger.due_stamps(session, NOW) == []


async def test_an_event_before_a_stamped_checkpoint_takes_its_stamp(vault, ledger, session):
    space = await told(vault, ledger, session)
    for minute in range(3):
        await ledger.tick(session, NOW + minute * MINUTE)
    await stamped(ledger, session, NOW + 3 * MINUTE)
    receipt = await ledger.receipt(session, space, 0)
    assert receipt.log.checkpoint.size == 3
    assert len(receipt.stamps) == 2
    receipt.check_inclusion()
    receipt.check_signature(ledger.key)


async def test_an_independent_authority_s_stamp_is_preferred(vault, tenant, session, certomancer, tmp_path):
    with serve(tmp_path / "demo") as demo:
        ours = Ledger(vault.keys, tenant, "entente.test/log", SIGNER, 60, [demo])
        space = await told(vault, ours, session)
        await ours.tick(session, NOW)
        assert await stamped(ours, session, NOW) == [(1, demo.name)]
        assert [stamp.independent for stamp in (await ours.receipt(session, space, 0)).stamps] == [False]
        theirs = Ledger(vault.keys, tenant, "entente.test/log", SIGNER, 60, [certomancer])
        await theirs.tick(session, NOW + MINUTE)
        assert await stamped(theirs, session, NOW + MINUTE) == [(2, "Certomancer")]
        assert [stamp.independent for stamp in (await theirs.receipt(session, space, 0)).stamps] == [True]


async def test_keeping_a_stamp_twice_changes_nothing(ledger, session):
    await ledger.tick(session, NOW)
    due = (await ledger.due_stamps(session, NOW))[0]
    stamp = ledger.stamp(due)
    await ledger.keep_stamp(session, due, stamp)
    await ledger.keep_stamp(session, due, ledger.stamp(due))
    assert due not in await ledger.due_stamps(session, NOW)


async def test_a_stamp_over_what_this_log_never_signed_is_refused(ledger, session):
    await ledger.tick(session, NOW)
    due = (await ledger.due_stamps(session, NOW))[0]
    foreign = DueStamp(sign_checkpoint("entente.test/log", 1, bytes(32), SIGNER), due.authority)
    with pytest.raises(ProofError, match="never signed"):
        await ledger.keep_stamp(session, foreign, ledger.stamp(foreign))


async def test_a_token_that_does_not_hold_is_not_kept(ledger, session):
    await ledger.tick(session, NOW)
    due = (await ledger.due_stamps(session, NOW))[0]
    stamp = ledger.stamp(due)
    broken = Stamp(stamp.authority, stamp.independent, stamp.token[:-1] + b"x", stamp.root)
    with pytest.raises(TimeStampError):
        await ledger.keep_stamp(session, due, broken)
    assert due in await ledger.due_stamps(session, NOW)


async def test_without_authorities_nothing_is_ever_due(vault, session):
    await vault.ledger.tick(session, NOW)
    assert await vault.ledger.due_stamps(session, NOW) == []


def test_a_cadence_below_a_second_is_refused(vault, tenant):
    with pytest.raises(ProofError):
        Ledger(vault.keys, tenant, "entente.test/log", SIGNER, 0)
