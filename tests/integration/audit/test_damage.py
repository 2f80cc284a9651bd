"""The audit finds each damage, and nothing in a whole house. Each test does the damage first."""
# ruff: noqa: E501 -- an attack is one statement on one line

import json
import sqlite3
from dataclasses import replace
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import select, text, update

from odr.auditing import AuditRow, audit, latest_audit
from odr.bootstrap import build_platform
from odr.event import EventRow
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.evidence.hands import lodged
from vault import serve_demo_authority
from vault.ledger import tables
from vault.ledger.checkpoint import sign_checkpoint
from vault.tables import items, wrapped_keys


async def tick(platform, clock) -> bytes:
    async with platform.unit() as uow:
        signed = await uow.vault.ledger.tick(uow.session, uow.now())
    clock.advance(minutes=1)
    return bytes(signed.text)


@pytest.fixture
async def house(platform, clock, sign_in) -> Any:
    """A dispute with two exhibits, in two rooms, proven by two checkpoints."""
    return await settled(platform, clock, sign_in)


async def settled(platform, clock, sign_in) -> Any:
    case = await a_case(platform)
    claire = await sign_in(case.people["claimant"])
    await lodged(claire, case, "caucus_claimant", content=b"apart")
    await tick(platform, clock)
    await lodged(claire, case, "joint", content=b"together")
    await tick(platform, clock)
    return case


async def found(platform, **how) -> list[str]:
    _, findings = await audit(platform, **how)
    return sorted({each.code for each in findings})


async def execute(platform, *statements: Any) -> None:
    async with platform.unit() as uow:
        for statement in statements:
            await uow.session.execute(text(statement) if isinstance(statement, str) else statement)


CAUCUS = "(SELECT tree FROM ledger_heads ORDER BY collection, space LIMIT 1)"


@pytest.mark.usefixtures("house")
async def test_a_whole_house_has_no_findings_and_every_thing_is_counted(platform):
    progress, findings = await audit(platform, objects=True)
    assert findings == []
    assert (progress.files, progress.checkpoints, progress.erased) == (2, 2, 0)
    async with platform.unit(write=False) as uow:
        spaces = list(await uow.session.scalars(select(EventRow.space_id)))
    assert (progress.rooms, progress.events) == (len(set(spaces)), len(spaces))
    assert progress.rooms >= 2


DAMAGES: Final = [
    ("UPDATE ledger_bodies SET sealed = (SELECT sealed FROM ledger_bodies WHERE tree != CAUCUS LIMIT 1) WHERE tree = CAUCUS", {"event_unreadable"}),
    ("UPDATE ledger_nodes SET hash = zeroblob(32) WHERE tree = CAUCUS", {"event_altered", "batch_over_other_events", "head_altered"}),
    ("UPDATE events SET name = 'ExhibitShared' WHERE name = 'ExhibitLodged'", {"row_altered"}),
    ("UPDATE events SET actor_id = NULL WHERE name = 'ExhibitLodged'", {"row_altered"}),
    ("UPDATE events SET at = '2020-01-01 00:00:00.000000' WHERE name = 'ExhibitLodged'", {"row_altered"}),
    ("UPDATE events SET subject_id = actor_id WHERE name = 'ExhibitLodged'", {"row_altered"}),
    ("DELETE FROM events WHERE name = 'ExhibitLodged'", {"row_missing"}),
    ("INSERT INTO events SELECT dispute_id, dispute_id, space_id, 7, name, subject_id, actor_id, at FROM (SELECT * FROM events LIMIT 1)", {"row_added"}),
    ("INSERT INTO events SELECT space_id, dispute_id, actor_id, 0, name, subject_id, actor_id, at FROM (SELECT * FROM events LIMIT 1)", {"row_added"}),
    ("DELETE FROM ledger_batches WHERE number = 0", {"batch_missing", "checkpoint_over_another_log", "node_altered", "head_altered"}),
    ("DELETE FROM ledger_checkpoints WHERE size = 1", {"checkpoint_missing"}),
    ("UPDATE ledger_kept SET leaf = zeroblob(32) WHERE number = 0", {"batch_altered", "checkpoint_over_another_log", "digest_altered", "head_altered", "node_altered"}),
    ("UPDATE vault_items SET sha256 = zeroblob(32) WHERE size = 5", {"digest_altered"}),
    ("DELETE FROM vault_wrapped_keys", {"key_missing"}),
    ("UPDATE vault_segments SET size = 4 WHERE size = 5", {"segments_altered"}),
]  # fmt: skip
NAMES: Final = ["moved event", "edited node", "renamed row", "row without actor", "backdated row", "row of another", "removed row", "added row", "row of no room", "deleted batch", "deleted checkpoint", "edited leaf", "edited digest", "lost keys", "edited segment"]  # fmt: skip


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("damage", "codes"), DAMAGES, ids=NAMES)
async def test_what_was_edited_in_the_database_is_found(platform, damage, codes):
    await execute(platform, damage.replace("CAUCUS", CAUCUS))
    assert set(await found(platform)) == codes


@pytest.mark.parametrize("any_platform", ["grand"], indirect=True)
async def test_the_same_is_found_on_postgresql(any_platform, clock, sign_in, postgres):
    """One house, whose database is copied for each damage."""
    await settled(any_platform, clock, sign_in)
    await any_platform.database.close()
    url = any_platform.settings.database_url
    for (damage, codes), name in zip(DAMAGES, NAMES, strict=True):
        with postgres.new_database(like=url.rpartition("/")[2]) as copied:
            settings = replace(any_platform.settings, database_url=postgres.url(copied))
            platform = build_platform(settings, clock=clock)
            try:
                await execute(platform, in_postgresql(damage))
                assert set(await found(platform)) == codes, name
            finally:
                await platform.close()


def in_postgresql(statement: str) -> str:
    return statement.replace("CAUCUS", CAUCUS).replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")


@pytest.mark.usefixtures("house")
async def test_a_swapped_wrapped_key_is_found(platform):
    async with platform.unit(write=False) as uow:
        one, two = (await uow.session.execute(select(wrapped_keys.c.item, wrapped_keys.c.wrapped))).all()
    await execute(
        platform,
        *(
            update(wrapped_keys).where(wrapped_keys.c.item == item).values(wrapped=wrapped)
            for item, wrapped in ((one.item, two.wrapped), (two.item, one.wrapped))
        ),
    )
    assert await found(platform) == ["key_swapped"]


async def test_a_key_that_opens_rightly_but_is_of_another_file_is_found(platform, house):
    """Even who holds the space's key and wraps another data key in its place is found out by the object."""
    async with platform.unit() as uow:
        row = (await uow.session.execute(select(items).where(items.c.size == 5))).one()
        from vault import ItemRef  # noqa: PLC0415 -- the attacker's tool

        item = ItemRef(row.collection, row.item, row.version)
        await uow.vault.keys.wrap(uow.session, house.ref("caucus_claimant"), item, bytes(32))
    assert await found(platform) == ["key_swapped"]


@pytest.mark.usefixtures("house")
async def test_a_missing_and_an_altered_object_are_found(platform):
    objects = sorted(path for path in (platform.settings.vault.store.path / "objects").rglob("*") if path.is_file())
    objects[0].unlink()
    assert await found(platform) == ["object_missing"]
    data = bytearray(objects[1].read_bytes())
    data[60] ^= 1
    objects[1].chmod(0o600)
    objects[1].write_bytes(data)
    assert await found(platform, objects=True) == ["key_swapped", "object_altered", "object_missing"]


@pytest.mark.usefixtures("house")
async def test_a_restored_old_database_is_found_by_a_checkpoint_kept_in_a_mail(platform, clock, tmp_path):
    database = platform.settings.data_dir / "entente.sqlite3"
    old = tmp_path / "backup.sqlite3"
    with sqlite3.connect(database) as now, sqlite3.connect(old) as backup:
        now.backup(backup)
    kept = await tick(platform, clock)
    assert await found(platform, kept=[b"> " + kept.replace(b"\n", b"\n> ")]) == []
    await platform.database.close()
    for stale in (database, *database.parent.glob("entente.sqlite3-*")):
        stale.unlink()
    database.write_bytes(old.read_bytes())
    assert await found(platform) == []  # by itself, an old database agrees with itself
    assert await found(platform, kept=[kept]) == ["outside_longer"]


@pytest.mark.usefixtures("house")
async def test_a_forked_checkpoint_is_found(platform, clock):
    """Another history, signed with the very same key."""
    key = load_pem_private_key(platform.settings.vault.signing_key.read_bytes(), password=None)
    forked = sign_checkpoint(platform.vault.ledger.key.name, 2, bytes(32), key).text  # type: ignore[arg-type]
    assert await found(platform, kept=[forked]) == ["outside_forked"]
    await execute(platform, update(tables.checkpoints).where(tables.checkpoints.c.size == 2).values(text=forked))
    assert await found(platform) == ["checkpoint_over_another_log"]
    assert await found(platform, kept=[b"no checkpoint"]) == ["checkpoint_over_another_log", "outside_unreadable"]
    await tick(platform, clock)


async def test_an_altered_token_is_found(platform, clock, house, tmp_path):
    from vault.ledger import stamps  # noqa: PLC0415 -- a token, without waiting for the timer
    from vault.ledger.proofs import Stamp  # noqa: PLC0415 -- same
    from vault.timestamps import request_stamp  # noqa: PLC0415 -- same

    assert house
    with serve_demo_authority(tmp_path / "authority") as authority:
        async with platform.unit() as uow:
            checkpoint = await uow.vault.ledger.newest_checkpoint(uow.session)
            token = request_stamp(checkpoint.text, authority)
            stamp = Stamp(authority.name, False, token, authority.root_der())
            await stamps.keep(uow.session, platform.vault.tenant, checkpoint, stamp)
    assert await found(platform) == []
    altered = bytes([*token[:-1], token[-1] ^ 1])
    await execute(platform, update(tables.stamps).values(token=altered))
    assert await found(platform) == ["stamp_altered"]
    await execute(platform, update(tables.stamps).values(token=token, stamped_at=1))
    assert await found(platform) == ["stamp_altered"]
    await tick(platform, clock)


@pytest.mark.usefixtures("house")
async def test_the_timer_audits_in_steps_goes_on_after_a_stop_and_tells_the_administrator(
    platform, sign_in, monkeypatch
):
    from odr.visibility.actor import CentreRole  # noqa: PLC0415 -- only here
    from tests.builders import an_account  # noqa: PLC0415 -- only here

    monkeypatch.setattr("odr.auditing.STEP_SECONDS", 0.0)
    await execute(platform, "DELETE FROM events WHERE name = 'ExhibitLodged'")
    administrator = await sign_in(await an_account(platform, "Ada Admin", CentreRole.ADMINISTRATOR))
    assert "Pas encore d" in (await administrator.get("/operations")).text
    worker = Worker(platform)
    await worker.drain()  # the mails of the deposits
    async with platform.unit() as uow:
        await uow.enqueue("audit_ledger", {})
    assert await worker.work_once()
    async with platform.unit(write=False) as uow:
        view = await latest_audit(uow)
    assert view is not None
    assert view.ended_at is None
    assert "il est en cours" in (await administrator.get("/operations")).text
    monkeypatch.setattr("odr.auditing.STEP_SECONDS", 60.0)
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        view = await latest_audit(uow)
        rows = list(await uow.session.scalars(select(AuditRow)))
    assert view is not None
    assert view.ended_at is not None
    assert [each.code for each in view.findings] == ["row_missing"]
    assert len(rows) == 1
    page = (await administrator.get("/operations")).text
    assert "manque \u00e0 la liste" in page
    assert view.findings[0].place
    assert view.findings[0].place not in page, "it names a room: the machine's own command tells it"


def test_the_command_reports_in_both_languages_and_by_its_status(tmp_path, monkeypatch, capsys):
    import asyncio  # noqa: PLC0415 -- only here

    from odr.first_start import make_environment  # noqa: PLC0415 -- only here
    from odr.migrate import upgrade  # noqa: PLC0415 -- only here
    from odr.settings import read_settings  # noqa: PLC0415 -- only here
    from web.cli import main  # noqa: PLC0415 -- only here

    made = make_environment(tmp_path, public_url="http://127.0.0.1:8000", centre_name="Centre")

    async def prepare() -> None:
        platform = build_platform(read_settings(made))
        await upgrade(platform.database)
        await platform.prepare()
        async with platform.unit() as uow:
            await uow.vault.ledger.tick(uow.session, uow.now())
        await platform.close()

    asyncio.run(prepare())
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["audit"]) == 0
    assert "1 point de contr\u00f4le v\u00e9rifi\u00e9" in capsys.readouterr().out
    (tmp_path / "other.txt").write_text("nothing")
    assert main(["audit", "--checkpoint", str(tmp_path / "other.txt")]) == 1
    assert "Aucun point de contr\u00f4le" in capsys.readouterr().out
    monkeypatch.setenv("LC_ALL", "C")
    assert main(["audit", "--json", "--checkpoint", str(tmp_path / "other.txt")]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == [{"code": "outside_unreadable", "place": ""}]
    assert told["checkpoints"] == 1
    assert main(["audit", "--checkpoint", str(tmp_path / "missing.txt")]) == 2
