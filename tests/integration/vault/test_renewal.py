"""Time stamps outlive their certificates: later ones cover them, and the offline verifier follows the chain."""

import asyncio
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault import ProofError, Receipt, SpaceRef
from vault.authority import make_authority, serve
from vault.ledger.log import Ledger
from vault.record.judge import Trust, judge_time

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def authorities(tmp_path):
    """One whose certificate ends in an hour, one of 30 days, one of ten years: three generations."""
    made = []
    for name, lifetime in (("old", timedelta(hours=1)), ("middle", 30 * DAY), ("new", 3650 * DAY)):
        make_authority(tmp_path / name, lifetime=lifetime)
        with serve(tmp_path / name) as authority:
            made.append((replace(authority, name=name, independent=True), tmp_path / name))
    return made


async def stamped_by(ledger_of, session, authority, directory, now) -> None:
    with serve(directory) as running:
        ledger = ledger_of(replace(authority, url=running.url))
        for due in await ledger.due_stamps(session, now):
            await ledger.keep_stamp(session, due, ledger.stamp(due))


async def renewed(vault, session, tenant, authorities, generations: int) -> Receipt:
    """An event's receipt, its checkpoint stamped by the first authority, and covered by those after it."""

    def ledger_of(*known) -> Ledger:
        return Ledger(vault.keys, tenant, "entente.test/log", SIGNER, 60, known)

    space = SpaceRef(uuid4(), uuid4())
    await vault.make_space(session, space)
    await ledger_of().append(session, space, {"type": "Happened"})
    for number, (authority, directory) in enumerate(authorities[:generations]):
        now = NOW + number * DAY
        await ledger_of().tick(session, now)
        await stamped_by(ledger_of, session, authority, directory, now)
    return Receipt.from_json((await ledger_of().receipt(session, space, 0)).to_json())


def covered(receipt: Receipt) -> bytes:
    """The exact bytes of a receipt's checkpoint."""
    assert receipt.log is not None
    return receipt.log.checkpoint.text


def openssl(line: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, cwd=directory, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed


def verdict(receipt: Receipt, after: timedelta, *roots: x509.Certificate) -> str:
    return judge_time([receipt], Trust(roots=roots, now=NOW + after)).status


async def test_a_token_under_an_ended_certificate_holds_when_later_ones_cover_it(vault, session, tenant, authorities):
    receipt = await renewed(vault, session, tenant, authorities, 3)
    (stamp,) = receipt.stamps
    assert stamp.authority == "old"
    assert [each.stamp.authority for each in stamp.renewals] == ["new"]  # the longest-lived that came in time
    assert verdict(receipt, timedelta()) == "holds"
    assert verdict(receipt, 400 * DAY) == "holds"
    assert verdict(receipt, 4000 * DAY) == "not claimed"  # the last of them has ended, too
    roots = [authority.root() for authority, _ in authorities]
    assert verdict(receipt, 400 * DAY, *roots) == "holds"
    assert verdict(receipt, 400 * DAY, roots[0]) == "not claimed"  # the renewing root is not trusted by this reader


async def test_without_a_later_stamp_an_ended_certificate_is_said_and_nothing_is_claimed(
    vault, session, tenant, authorities
):
    receipt = await renewed(vault, session, tenant, authorities, 1)
    assert receipt.stamps[0].renewals == ()
    assert verdict(receipt, timedelta()) == "holds"
    told = judge_time([receipt], Trust(now=NOW + DAY))
    assert told.status == "not claimed"
    assert "has ended since" in told.english
    assert "redemandez" in told.french


async def test_a_renewal_over_another_token_is_worth_nothing(vault, session, tenant, authorities):
    receipt = await renewed(vault, session, tenant, authorities, 2)
    (stamp,) = receipt.stamps
    (renewal,) = stamp.renewals
    renewal.check(covered(receipt), stamp.token)
    with pytest.raises(ProofError):
        renewal.check(covered(receipt), renewal.stamp.token)
    place = replace(renewal.batch, index=(renewal.batch.index + 1) % 1024)
    forged = replace(stamp, renewals=(replace(renewal, batch=place),))
    assert verdict(receipt, 2 * DAY) == "holds"
    assert verdict(replace(receipt, stamps=(forged,)), 2 * DAY) == "not claimed"


async def test_openssl_verifies_the_tokens_of_every_generation(vault, session, tenant, authorities, tmp_path):
    receipt = await renewed(vault, session, tenant, authorities, 2)
    (stamp,) = receipt.stamps
    (renewal,) = stamp.renewals
    for number, (text, token) in enumerate(
        ((covered(receipt), stamp.token), (renewal.log.checkpoint.text, renewal.stamp.token))
    ):
        (tmp_path / "note").write_bytes(text)
        (tmp_path / "token").write_bytes(token)
        (tmp_path / "root").write_bytes(authorities[number][0].root_certificate_pem)
        line = ["openssl", "ts", "-verify", "-data", "note", "-in", "token", "-CAfile", "root"]
        done = await asyncio.to_thread(openssl, line, tmp_path)
        assert "Verification: OK" in done.stdout + done.stderr
