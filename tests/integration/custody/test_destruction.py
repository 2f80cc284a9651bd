"""What must go goes for good: by two persons, certified, marked outside the database; a hold forbids it."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from odr.archive.commands import close_file
from odr.bootstrap import build_platform
from odr.crossing.exhibits import quarantine_exhibit
from odr.crossing.messages import quarantine_message
from odr.crossing.models import Quarantine, QuarantineReader
from odr.crossing.quarantine import remove_quarantined, restore_quarantined
from odr.custody.commands import ask_destruction, decide_destruction, erase_person
from odr.custody.holding import lift_hold, set_hold
from odr.custody.marks import repeat_destructions
from odr.custody.models import Destruction
from odr.custody.queries import certificate_facts, destructions, holds
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence import intake
from odr.evidence.commands import share_exhibit
from odr.evidence.disclosures import ask_disclosure
from odr.evidence.models import Disclosure, ExhibitKind, ExhibitVersion, Form, FormerPlacement, Origin, Placement
from odr.evidence.openings import open_exhibit
from odr.evidence.proving import receipt_of
from odr.evidence.queries import visible_exhibit
from odr.evidence.recording import About
from odr.evidence.withdrawing import is_last_place, take_back, withdraw_from_own_room
from odr.ids import ExhibitId
from odr.people.models import Account, SeatRow, SignInSession
from odr.platform import Platform
from odr.sessions.commands import call_meeting
from odr.sessions.keeping import contest_minutes, draft_minutes, publish_minutes
from odr.sessions.models import Meeting, MeetingState, Minutes, MinutesAnswer, MinutesDraft
from odr.sessions.plan import Plan
from odr.spaces.commands import destroy_notes, post_message
from odr.spaces.models import Message
from odr.spaces.reading import take_back_message
from odr.visibility.actor import Actor, CentreRole
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import Case, a_case, an_account, item_of
from tests.integration.cli.test_commands import entente, environment
from tests.pades import seal_of
from vault import AccessError, ItemRef, KeyRootError, verify_command
from vault.erasures import Erasure, mark, marks
from vault.record.paper import proof_on_paper
from vault.tables import wrapped_keys


async def lodge(platform: Platform, case: Case, who: str, kind: SpaceKind, content: bytes, *, title: str) -> ExhibitId:
    """Lodge a file in a room of one's own, or of all."""
    room = "joint" if kind is SpaceKind.JOINT else f"{kind.value}_{who}"
    about = About(title, ExhibitKind.OTHER, Origin.PRODUCED, None, again=True)
    space_id = case.spaces[room]

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    made = await intake.lodge(
        platform, case.people[who], case.id, space_id, about=about, name="note.txt", chunks=chunks()
    )
    return made.exhibit_id


class Table:
    """A case, two archivists, and an exhibit in the joint space."""

    def __init__(self, platform: Platform, case: Case, first: Actor, second: Actor) -> None:
        self.platform, self.case, self.first, self.second = platform, case, first, second

    async def ask(self, subject: object, scope: str = "item", because: str = "court"):
        async with self.platform.unit() as uow:
            return await ask_destruction(
                uow,
                self.first,
                scope=scope,
                reference=self.case.reference,
                subject=str(subject),
                because=because,
            )

    async def destroy(self, subject: object, scope: str = "item"):
        destruction_id = await self.ask(subject, scope)
        async with self.platform.unit() as uow:
            await decide_destruction(uow, self.second, destruction_id, destroy=True)
        return destruction_id

    async def work(self) -> None:
        await Worker(self.platform).drain()
        async with self.platform.unit() as uow:
            await uow.vault.ledger.tick(uow.session, uow.now())


async def a_table(platform: Platform, stage: Stage = Stage.OPEN) -> Table:
    case = await a_case(platform, stage)
    first = await an_account(platform, "Anne Archive", CentreRole.ARCHIVIST)
    second = await an_account(platform, "Basile Archive", CentreRole.ARCHIVIST)
    return Table(platform, case, first, second)


@pytest.fixture
async def table(platform: Platform) -> Table:
    return await a_table(platform)


async def read(table: Table, exhibit_id, who: str = "claimant") -> bytes:
    opened = await open_exhibit(table.platform, table.case.people[who], table.case.id, exhibit_id)
    return b"".join([piece async for piece in opened.read(0, opened.facts.size)])


async def test_an_exhibit_goes_by_two_persons_and_leaves_a_tombstone(table: Table):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"to go", title="Secret title")
    other = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"stays", title="Other")
    before = (await visible(table, exhibit)).placements[0].number
    await table.destroy(exhibit)
    with pytest.raises(ConflictError, match="destroyed"):
        await read(table, exhibit)
    async with table.platform.unit(write=False) as uow:
        with pytest.raises(ConflictError, match="destroyed"):
            await receipt_of(uow, table.case.people["claimant"], table.case.id, exhibit)
        assert (await uow.vault.ledger.audit_space(uow.session, table.case.ref("joint"))).clean
        events = await uow.vault.ledger.events(uow.session, table.case.ref("joint"))
    assert "Secret title" not in json.dumps([event.event for event in events])
    seen = await visible(table, exhibit)
    assert seen.placements[0].number == before
    assert "détruite" in seen.title
    assert await read(table, other) == b"stays"


async def visible(table: Table, exhibit_id):
    async with table.platform.unit(write=False) as uow:
        return await visible_exhibit(uow, table.case.people["claimant"], table.case.id, exhibit_id)


async def test_nobody_destroys_alone_and_only_archivists_decide(table: Table):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="T")
    for name in ("claimant", "mediator", "secretariat", "stranger"):
        async with table.platform.unit() as uow:
            with pytest.raises(NotFoundError):
                await ask_destruction(
                    uow,
                    table.case.people[name],
                    scope="item",
                    reference=table.case.reference,
                    subject=str(exhibit),
                    because="court",
                )
    asked = await table.ask(exhibit)
    async with table.platform.unit() as uow:
        with pytest.raises(NotPermittedError, match="own_request"):
            await decide_destruction(uow, table.first, asked, destroy=True)
        with pytest.raises(NotFoundError):
            await decide_destruction(uow, table.case.people["secretariat"], asked, destroy=True)
    with pytest.raises(ConflictError, match="asked_already"):
        await table.ask(exhibit)
    async with table.platform.unit() as uow:
        await decide_destruction(uow, table.second, asked, destroy=False)
    async with table.platform.unit() as uow:
        with pytest.raises(ConflictError, match="changed_meanwhile"):
            await decide_destruction(uow, table.second, asked, destroy=True)
    assert await read(table, exhibit) == b"x"


async def test_what_is_not_there_cannot_be_asked_for(table: Table):
    for scope, reference, subject, because, fields in (
        ("item", "M-0000-0000", uuid4(), "court", {"reference"}),
        ("item", table.case.reference, uuid4(), "court", {"subject"}),
        ("item", table.case.reference, "rubbish", "court", {"subject"}),
        ("person", table.case.reference, uuid4(), "whim", {"scope", "because", "subject"}),
    ):
        async with table.platform.unit() as uow:
            with pytest.raises(InvalidInputError) as refusal:
                await ask_destruction(
                    uow, table.first, scope=scope, reference=reference, subject=str(subject), because=because
                )
        assert set(refusal.value.fields) == fields


@pytest.mark.parametrize("covers", ["exhibit", "dispute"])
async def test_a_legal_hold_blocks_the_destruction_until_it_is_lifted(table: Table, covers: str):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="T")
    asked = await table.ask(exhibit)
    async with table.platform.unit() as uow:
        held = await set_hold(
            uow,
            table.first,
            reference=table.case.reference,
            subject=str(exhibit) if covers == "exhibit" else "",
            reason="A court asked to keep it.",
        )
    async with table.platform.unit() as uow:
        with pytest.raises(ConflictError, match="legal_hold"):
            await decide_destruction(uow, table.second, asked, destroy=True)
        await uow.session.rollback()
    other = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"y", title="U")
    if covers == "dispute":
        with pytest.raises(ConflictError, match="legal_hold"):
            await table.ask(other)
    async with table.platform.unit(write=False) as uow:
        assert [each.reason for each in await holds(uow, table.second)] == ["A court asked to keep it."]
        with pytest.raises(NotFoundError):
            await holds(uow, table.case.people["secretariat"])
    async with table.platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await lift_hold(uow, table.case.people["claimant"], held)
        await lift_hold(uow, table.second, held)
        with pytest.raises(NotFoundError):
            await lift_hold(uow, table.second, held)
        await decide_destruction(uow, table.second, asked, destroy=True)
    with pytest.raises(ConflictError, match="destroyed"):
        await read(table, exhibit)


async def test_a_certificate_states_digests_and_sizes_and_verifies_offline(table: Table, tmp_path: Path, capsys):
    content = b"to be gone"
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.CAUCUS, content, title="Secret title")
    destruction_id = await table.destroy(exhibit)
    async with table.platform.unit(write=False) as uow:
        with pytest.raises(ConflictError, match="receipt_pending"):
            await certificate_facts(uow, table.first, destruction_id)
    await table.work()
    async with table.platform.unit(write=False) as uow:
        found = await certificate_facts(uow, table.first, destruction_id)
        with pytest.raises(NotFoundError):
            await certificate_facts(uow, table.case.people["mediator"], destruction_id)
        listed = await destructions(uow, table.first)
    assert [row.id for row in listed] == [destruction_id]
    assert found.facts["items"][0]["size"] == len(content)
    assert (found.facts["asked_by"], found.facts["decided_by"]) == ("Anne Archive", "Basile Archive")
    assert b"Secret title" not in found.whole + found.receipt.to_json()
    assert found.receipt.space.size == 1  # its own tree: it counts nothing else
    (tmp_path / "destruction.json").write_bytes(found.whole)
    (tmp_path / "receipt.json").write_bytes(found.receipt.to_json())
    key = table.platform.vault.ledger.key.text
    argv = [str(tmp_path / "destruction.json"), "--receipt", str(tmp_path / "receipt.json"), "--key", key]
    assert verify_command(argv) == 0, capsys.readouterr().out
    (tmp_path / "destruction.json").write_bytes(found.whole.replace(b"court", b"owner"))
    assert verify_command(argv) == 1


async def test_the_certificate_is_a_paper_in_both_languages(table: Table, sign_in, tmp_path: Path, capsys):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="Secret title")
    destruction_id = await table.destroy(exhibit)
    await table.work()
    browser = await sign_in(table.first)
    for language in ("fr", "en"):
        async with table.platform.unit() as uow:
            await uow.session.execute(
                update(Account).where(Account.id == table.first.account_id).values(language=language)
            )
        paper = await browser.get(f"/custody/{destruction_id}/certificate.pdf")
        assert paper.status_code == 200
        assert paper.content.startswith(b"%PDF")
        own = table.platform.vault.papers.key.certificates[0]
        assert seal_of(paper.content).signer_cert.dump() == own
        receipt = (await browser.get(f"/custody/{destruction_id}/receipt.json")).content
        assert proof_on_paper(paper.content) == receipt
        (tmp_path / "certificate.pdf").write_bytes(paper.content)
        assert verify_command([str(tmp_path / "certificate.pdf"), "--language", language]) == 0
        said = {"fr": "ceci est un certificat de destruction", "en": "this is a certificate of destruction"}[language]
        assert said in capsys.readouterr().out
    facts = await browser.get(f"/custody/{destruction_id}/destruction.json")
    assert json.loads(facts.content)["id"] == str(destruction_id)
    assert (await browser.get(f"/custody/{destruction_id}/receipt.json")).status_code == 200
    for name in ("claimant", "mediator", "secretariat"):
        other = await sign_in(table.case.people[name])
        for path in ("", "/certificate.pdf", "/destruction.json", "/receipt.json"):
            assert (await other.get(f"/custody/{destruction_id}{path}")).status_code == 404
        assert (await other.get("/custody")).status_code == 404


# ---- a restored backup


def back_up(platform: Platform, to: Path) -> Path:
    """A copy of the database, as `sqlite3 .backup` makes it."""
    with (
        closing(sqlite3.connect(platform.settings.data_dir / "entente.sqlite3")) as source,
        closing(sqlite3.connect(to)) as copy,
    ):
        source.backup(copy)
    return to


async def test_a_database_restored_from_before_the_shred_does_not_bring_it_back(table: Table, tmp_path: Path, clock):
    platform = table.platform
    exhibit = await lodge(platform, table.case, "claimant", SpaceKind.JOINT, b"to go", title="Secret title")
    database = platform.settings.data_dir / "entente.sqlite3"
    back_up(platform, tmp_path / "backup")
    await table.destroy(exhibit)
    await table.work()
    await platform.close()
    for rest in database.parent.glob("entente.sqlite3-*"):
        rest.unlink()
    shutil.copyfile(tmp_path / "backup", database)
    restored = build_platform(platform.settings, clock=clock)
    try:
        table.platform = restored
        assert await read(table, exhibit) == b"to go"  # the backup alone would bring it back
        assert await repeat_destructions(restored) == 1
        with pytest.raises(ConflictError, match="destroyed"):
            await read(table, exhibit)
        async with restored.unit(write=False) as uow:
            with pytest.raises(AccessError):
                await uow.vault.open(uow.session, await item_of(restored, exhibit), table.case.ref("joint"))
            events = await uow.vault.ledger.events(uow.session, restored.centre_space)
        assert events[-1].event["event"] == "DestructionsRepeated"
        assert await repeat_destructions(restored) == 0
    finally:
        await restored.close()


async def test_with_the_former_root_destroyed_a_stolen_backup_opens_for_nobody(table: Table, tmp_path: Path, clock):
    from odr.custody.rotation import (  # noqa: PLC0415 -- only here
        begin_root_rotation,
        destroy_former_roots,
        rewrap_root_batch,
    )

    platform = table.platform
    exhibit = await lodge(platform, table.case, "claimant", SpaceKind.JOINT, b"to go", title="T")
    ref, item = table.case.ref("joint"), await item_of(platform, exhibit)
    of_it = wrapped_keys.c.item == item.item
    async with platform.unit(write=False) as uow:
        stolen = (await uow.session.execute(select(wrapped_keys.c.wrapped).where(of_it))).scalar_one()
    backup = back_up(platform, tmp_path / "backup")
    await table.destroy(exhibit)
    await begin_root_rotation(platform)
    while True:
        async with platform.unit() as uow:
            if not await rewrap_root_batch(uow):
                break
    clock.advance(minutes=11)
    await destroy_former_roots(platform)
    thief = build_platform(platform.settings, clock=clock)
    await thief.database.close()
    from odr.database import Database  # noqa: PLC0415 -- only here

    thief.database = Database(f"sqlite+aiosqlite:///{backup}")
    try:
        async with thief.unit(write=False) as uow:
            assert (await uow.session.execute(select(wrapped_keys.c.wrapped).where(of_it))).scalar_one() == stolen
            with pytest.raises(KeyRootError):
                await uow.vault.open(uow.session, item, ref)
    finally:
        await thief.close()


async def test_a_mark_that_somebody_else_wrote_destroys_nothing(table: Table):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"stays", title="T")
    vault = table.platform.vault
    forged = Erasure(uuid4(), "item", table.case.id, exhibit)
    await mark(vault, forged)
    store = vault.store
    (written,) = list(store.objects(f"erasures/{vault.tenant}"))
    content = json.loads(store.read(written.key, written.version, 0, 10_000))
    store.delete(written.key, written.version)
    content["signature"] = content["signature"][::-1].lstrip("=") + "=="
    for number, rubbish in enumerate((json.dumps(content).encode(), b"rubbish", b"[]", b'{"body": 1, "signature": 2}')):
        key = f"erasures/{vault.tenant}/forged-{number}"
        upload = store.begin(key)
        store.complete(key, upload, [store.put_part(key, upload, 1, 0, rubbish, bytes(32))])
    async with table.platform.unit(write=False) as uow:
        assert await marks(vault, uow.session) == []
    assert await repeat_destructions(table.platform) == 0
    assert await read(table, exhibit) == b"stays"


async def test_marks_outlive_the_sweep(any_platform: Platform, clock):
    table = await a_table(any_platform)
    exhibit = await lodge(any_platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="T")
    await table.destroy(exhibit)
    await table.work()
    clock.advance(days=3)
    await table.work()
    async with any_platform.unit(write=False) as uow:
        (found,) = await marks(any_platform.vault, uow.session)
    assert found.subject == exhibit


# ---- a room


async def test_a_room_of_a_closed_dispute_goes_with_what_is_in_no_other(platform: Platform):
    table = await a_table(platform)
    drafts = SpaceKind.PRIVATE
    alone = await lodge(platform, table.case, "claimant", drafts, b"alone", title="Alone")
    joint = await lodge(platform, table.case, "claimant", SpaceKind.JOINT, b"joint", title="Joint")
    room = table.case.spaces["private_claimant"]
    with pytest.raises(ConflictError, match="needed"):
        await table.ask(room, "space")
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.case.id).values(stage=Stage.ARCHIVED))
    with pytest.raises(ConflictError, match="needed"):
        await table.ask(table.case.spaces["joint"], "space")
    await table.destroy(room, "space")
    with pytest.raises(NotFoundError):
        await read(table, alone)
    async with platform.unit(write=False) as uow:
        assert all(each.destroyed for each in await uow.vault.versions(uow.session, table.case.id, alone))
    assert await read(table, joint) == b"joint"


async def closed(table: Table, stage: Stage = Stage.ARCHIVED) -> None:
    async with table.platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.case.id).values(stage=stage))


async def test_a_caucus_goes_with_all_that_was_stopped_as_its_secret(table: Table, sign_in):
    platform, case, claimant = table.platform, table.case, table.case.people["claimant"]
    shown = await lodge(platform, case, "claimant", SpaceKind.JOINT, b"margins", title="Margins")
    async with platform.unit() as uow:
        said = await post_message(uow, claimant, case.id, case.spaces["joint"], text="A slip.")
        word = await quarantine_message(uow, claimant, case.id, case.spaces["joint"], said, why="A slip.")
        await remove_quarantined(uow, claimant, case.id, word)
        await quarantine_exhibit(uow, claimant, case.id, shown, why="Not for the table.")
    await closed(table)
    await table.destroy(case.spaces["caucus_claimant"], "space")
    async with platform.unit(write=False) as uow:
        for left in (Quarantine, QuarantineReader):
            assert (await uow.session.scalars(select(left))).all() == []
        joint = (await uow.session.scalars(select(Placement).where(Placement.space_id == case.spaces["joint"]))).one()
        assert (joint.quarantined_at, joint.label_sealed) == (None, b"")
    assert await read(table, shown) == b"margins"  # of its party again, in the draft
    for name in ("claimant", "mediator", "respondent"):
        client = await sign_in(case.people[name])
        for page in (f"/disputes/{case.id}", f"/disputes/{case.id}/rooms/{case.spaces['joint']}"):
            assert (await client.get(page)).status_code == 200, (name, page)


async def test_a_caucus_goes_with_its_meetings_their_minutes_and_what_was_asked_there(table: Table, sign_in):
    platform, case = table.platform, table.case
    mediator, claimant = case.people["mediator"], case.people["claimant"]
    margins = await lodge(platform, case, "claimant", SpaceKind.CAUCUS, b"margins", title="Margins")
    async with platform.unit() as uow:
        plan = Plan(uow.now() + timedelta(hours=1), 60, "Salle 7", "")
        meeting = await call_meeting(uow, mediator, case.id, plan, apart_with=case.parties["claimant"])
        await uow.session.execute(update(Meeting).values(state=MeetingState.HELD))
    async with platform.unit() as uow:
        await publish_minutes(uow, mediator, case.id, meeting, text="Ils céderaient.", seen=0)
        await draft_minutes(uow, mediator, case.id, meeting, text="À revoir.")
        await contest_minutes(uow, claimant, case.id, meeting, number=1, why="Non.")
        await ask_disclosure(uow, mediator, case.id, margins, purpose="Pour avancer.", form=Form.ORIGINAL)
    await closed(table)
    await table.destroy(case.spaces["caucus_claimant"], "space")
    async with platform.unit(write=False) as uow:
        for left in (Meeting, Minutes, MinutesDraft, MinutesAnswer, Disclosure):
            assert (await uow.session.scalars(select(left))).all() == []
    for name in ("claimant", "mediator"):
        client = await sign_in(case.people[name])
        for page in (f"/disputes/{case.id}", f"/disputes/{case.id}/meetings"):
            assert (await client.get(page)).status_code == 200, (name, page)


async def test_of_an_exhibit_only_the_versions_that_stand_in_no_other_room_go_with_a_room(table: Table):
    platform, case, claimant = table.platform, table.case, table.case.people["claimant"]
    exhibit = await lodge(platform, case, "claimant", SpaceKind.PRIVATE, b"1", title="T")
    async with platform.unit() as uow:
        await share_exhibit(uow, claimant, case.id, exhibit, into=SpaceKind.JOINT)
    await replaced(table, exhibit, b"22")
    withdrawn = await lodge(platform, case, "claimant", SpaceKind.PRIVATE, b"333", title="U")
    async with platform.unit() as uow:
        await share_exhibit(uow, claimant, case.id, withdrawn, into=SpaceKind.JOINT)
        await take_back(uow, claimant, case.id, withdrawn)
    await closed(table)
    destruction = await table.destroy(case.spaces["private_claimant"], "space")
    await table.work()
    async with platform.unit(write=False) as uow:
        facts = (await certificate_facts(uow, table.first, destruction)).facts
        assert (await uow.session.scalars(select(FormerPlacement))).all() == []
    assert sorted((each["version"], each["size"]) for each in facts["items"]) == [(1, 3), (2, 2)]
    assert await read(table, exhibit) == b"1"


async def test_a_hold_on_an_exhibit_keeps_the_rooms_that_it_stands_in(table: Table):
    platform, case = table.platform, table.case
    held = await lodge(platform, case, "claimant", SpaceKind.CAUCUS, b"x", title="T")
    await closed(table)
    asked = await table.ask(case.spaces["caucus_claimant"], "space")
    async with platform.unit() as uow:
        hold = await set_hold(uow, table.first, reference=case.reference, subject=str(held), reason="Court.")
    with pytest.raises(ConflictError, match="legal_hold"):
        async with platform.unit() as uow:
            await decide_destruction(uow, table.second, asked, destroy=True)
    with pytest.raises(ConflictError, match="legal_hold"):
        await table.ask(case.spaces["caucus_claimant"], "space")
    await table.ask(case.spaces["private_claimant"], "space")
    async with platform.unit() as uow:
        await lift_hold(uow, table.second, hold)
    async with platform.unit() as uow:
        await decide_destruction(uow, table.second, asked, destroy=True)


# ---- a person


async def test_a_person_erases_their_drafts_and_data_and_what_others_need_is_withheld(platform: Platform, sign_in):
    table = await a_table(platform)
    claimant = table.case.people["claimant"]
    draft = await lodge(platform, table.case, "claimant", SpaceKind.PRIVATE, b"mine", title="Mine")
    shared = await lodge(platform, table.case, "claimant", SpaceKind.JOINT, b"ours", title="Ours")
    browser = await sign_in(claimant)
    page = await browser.get("/account/erase")
    assert claimant.email in page.text
    wrong = await browser.post("/account/erase", data={"email": "other@example.org"})
    assert wrong.status_code == 422
    seated = await browser.post("/account/erase", data={"email": claimant.email})
    assert seated.status_code == 409
    assert claimant.email in seated.text
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.case.id).values(stage=Stage.ARCHIVED))
    done = await browser.post("/account/erase", data={"email": claimant.email})
    assert done.status_code == 200
    assert (await browser.get("/account")).status_code != 200
    async with platform.unit(write=False) as uow:
        account = await uow.session.get_one(Account, claimant.account_id)
        assert (account.name, account.disabled_at is None) == ("—", False)
        assert claimant.email not in account.email
        assert await uow.session.scalar(select(SignInSession).where(SignInSession.account_id == account.id)) is None
        assert await uow.session.scalar(select(SeatRow.id).where(SeatRow.account_id == account.id)) is not None
        assert all(each.destroyed for each in await uow.vault.versions(uow.session, table.case.id, draft))
        assert not any(each.destroyed for each in await uow.vault.versions(uow.session, table.case.id, shared))
        row = (await uow.session.scalars(select(Destruction))).one()
        assert (await uow.vault.ledger.audit_space(uow.session, table.case.ref("joint"))).clean
    assert str(row.id) in done.text
    await table.work()
    async with platform.unit(write=False) as uow:
        facts = (await certificate_facts(uow, table.first, row.id)).facts
    assert facts["withheld"] == {"evidence": 1, "held": 0}
    assert facts["files"] == 1


async def test_a_draft_under_a_hold_is_withheld_from_an_erasure(platform: Platform):
    table = await a_table(platform, Stage.ARCHIVED)
    claimant = table.case.people["claimant"]
    draft = await lodge_when_open(table, b"mine")
    async with platform.unit() as uow:
        await set_hold(uow, table.first, reference=table.case.reference, subject="", reason="Court.")
    async with platform.unit() as uow:
        erased = await erase_person(uow, claimant.account_id, actor_id=claimant.account_id)
    await table.work()
    async with platform.unit(write=False) as uow:
        assert (await certificate_facts(uow, table.first, erased)).facts["withheld"]["held"] == 1
        assert not any(each.destroyed for each in await uow.vault.versions(uow.session, table.case.id, draft))


async def test_a_hold_on_the_dispute_keeps_what_its_party_would_withdraw_for_good(table: Table):
    case, claimant = table.case, table.case.people["claimant"]
    draft = await lodge(table.platform, case, "claimant", SpaceKind.PRIVATE, b"mine", title="T")
    async with table.platform.unit() as uow:
        held = await set_hold(uow, table.first, reference=case.reference, subject="", reason="Court.")
    later = await lodge(table.platform, case, "claimant", SpaceKind.PRIVATE, b"lodged later", title="U")
    for exhibit in (draft, later):
        with pytest.raises(ConflictError, match="held"):
            async with table.platform.unit() as uow:
                await withdraw_from_own_room(uow, claimant, case.id, exhibit, room="private")
    assert await read(table, later) == b"lodged later"
    async with table.platform.unit() as uow:
        await lift_hold(uow, table.second, held)
    async with table.platform.unit() as uow:
        await withdraw_from_own_room(uow, claimant, case.id, later, room="private")


async def test_a_hold_on_the_dispute_keeps_the_mediator_s_notes_and_so_its_file_open(table: Table):
    case, secretary = table.case, table.case.people["secretariat"]
    async with table.platform.unit() as uow:
        notes = case.spaces["notes"]
        await post_message(uow, case.people["mediator"], case.id, notes, text="Une note.")
        held = await set_hold(uow, table.first, reference=case.reference, subject="", reason="Court.")
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.SETTLED))
    with pytest.raises(ConflictError, match="legal_hold"):
        async with table.platform.unit() as uow:
            await close_file(uow, secretary, case.id)
    async with table.platform.unit() as uow:
        assert await uow.session.scalar(select(Message.id).where(Message.space_id == notes)) is not None
        await lift_hold(uow, table.second, held)
    async with table.platform.unit() as uow:
        await close_file(uow, secretary, case.id)
        assert await uow.session.scalar(select(Message.id).where(Message.space_id == notes)) is None


async def test_a_hold_on_the_dispute_keeps_words_that_would_be_destroyed(table: Table):
    """A party's own message, one that was stopped, and the notes of a mediator who leaves."""
    platform, case = table.platform, table.case
    claimant, joint = case.people["claimant"], case.spaces["joint"]
    async with platform.unit() as uow:
        said = await post_message(uow, claimant, case.id, joint, text="Take this back.")
        other = await post_message(uow, claimant, case.id, joint, text="A slip.")
        stopped = await quarantine_message(uow, claimant, case.id, joint, other, why="A slip.")
        await post_message(uow, case.people["mediator"], case.id, case.spaces["notes"], text="A note.")
        held = await set_hold(uow, table.first, reference=case.reference, subject="", reason="Court.")
    with pytest.raises(ConflictError, match="words_held"):
        async with platform.unit() as uow:
            await take_back_message(uow, claimant, case.id, joint, said)
    with pytest.raises(ConflictError, match="words_held"):
        async with platform.unit() as uow:
            await remove_quarantined(uow, claimant, case.id, stopped)
    async with platform.unit() as uow:
        await destroy_notes(uow, case.id, procedure_id=case.spaces["procedure"], actor_id=None)
        bodies = (await uow.session.scalars(select(Message.body_sealed))).all()
        assert len(bodies) == 3
        assert all(bodies)
        await lift_hold(uow, table.second, held)
        await take_back_message(uow, claimant, case.id, joint, said)
        await remove_quarantined(uow, claimant, case.id, stopped)
        await destroy_notes(uow, case.id, procedure_id=case.spaces["procedure"], actor_id=None)
        assert (await uow.session.scalars(select(Message.body_sealed))).all() == [b"", b""]


async def test_what_was_stopped_and_may_come_back_is_not_destroyed_with_its_party_s_own_copy(table: Table):
    platform, case, claimant = table.platform, table.case, table.case.people["claimant"]
    exhibit = await lodge(platform, case, "claimant", SpaceKind.PRIVATE, b"margins", title="T")
    async with platform.unit() as uow:
        await share_exhibit(uow, claimant, case.id, exhibit, into=SpaceKind.JOINT)
    async with platform.unit() as uow:
        stopped = await quarantine_exhibit(uow, claimant, case.id, exhibit, why="Not for the table.")
    async with platform.unit() as uow:
        assert not await is_last_place(uow, exhibit, SpaceKind.PRIVATE)
        await withdraw_from_own_room(uow, claimant, case.id, exhibit, room="private")
        await restore_quarantined(uow, claimant, case.id, stopped)
    assert await read(table, exhibit, "respondent") == b"margins"


async def replaced(table: Table, exhibit: ExhibitId, content: bytes) -> None:
    """Lodge a newer version of what is in the claimant's draft."""
    about = About("Secret two", ExhibitKind.OTHER, Origin.PRODUCED, None, again=True, replaces=exhibit, reason="Secret")

    async def newer() -> AsyncIterator[bytes]:
        yield content

    await intake.lodge(
        table.platform,
        table.case.people["claimant"],
        table.case.id,
        table.case.spaces["private_claimant"],
        about=about,
        name="note.txt",
        chunks=newer(),
    )


async def test_every_version_of_an_exhibit_goes_and_the_certificate_counts_them(table: Table):
    case, platform = table.case, table.platform
    first = await lodge(platform, case, "claimant", SpaceKind.PRIVATE, b"1", title="Secret one")
    await replaced(table, first, b"22")
    async with platform.unit(write=False) as uow:
        versions = list(await uow.session.scalars(select(ExhibitVersion.id).where(ExhibitVersion.exhibit_id == first)))
    destruction = await table.destroy(first)
    await table.work()
    async with platform.unit(write=False) as uow:
        facts = (await certificate_facts(uow, table.first, destruction)).facts
        for version in versions:
            assert (await uow.vault.facts(uow.session, ItemRef(case.id, version))).destroyed
        left = await uow.session.execute(select(wrapped_keys.c.item).where(wrapped_keys.c.item.in_(versions)))
        assert left.all() == []
        events = await uow.vault.ledger.events(uow.session, case.ref("private_claimant"))
    assert [(each["version"], each["size"]) for each in facts["items"]] == [(1, 1), (2, 2)]
    assert "Secret" not in json.dumps([event.event for event in events])
    seen = await visible(table, first)
    assert "détruite" in seen.title


async def lodge_when_open(table: Table, content: bytes):
    stage = Dispute.__table__.c.stage
    async with table.platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.case.id).values({stage: Stage.OPEN}))
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.PRIVATE, content, title="Mine")
    async with table.platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == table.case.id).values({stage: Stage.ARCHIVED}))
    return exhibit


# ---- pages and command


async def test_archivists_ask_decide_and_hold_on_the_site(table: Table, sign_in):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="Secret title")
    one, two = await sign_in(table.first), await sign_in(table.second)
    wrong = await one.post("/custody", data={"reference": "M-0000-0000", "subject": "y", "scope": "item"})
    assert wrong.status_code == 422
    assert "M-0000-0000" in wrong.text
    wrong = await one.post("/custody/holds", data={"held_reference": "M-0000-0000", "reason": "Kept words"})
    assert wrong.status_code == 422
    assert "Kept words" in wrong.text
    form = {"reference": table.case.reference, "scope": "item", "subject": str(exhibit), "because": "court"}
    asked = await one.post("/custody", data=form)
    assert asked.status_code == 303
    place = asked.headers["location"].partition("?")[0]
    assert "Secret title" not in (await one.get(place)).text + (await one.get("/custody")).text
    assert (await one.post(f"{place}/destroy", data={})).status_code == 403
    assert f'action="{place}/destroy"' in (await two.get(place)).text
    await one.post("/custody/holds", data={"held_reference": table.case.reference, "held_exhibit": "", "reason": "R"})
    assert (await two.post(f"{place}/destroy", data={})).status_code == 409
    async with table.platform.unit(write=False) as uow:
        (hold,) = await holds(uow, table.first)
    assert (await two.post(f"/custody/holds/{hold.id}/lift", data={})).status_code == 303
    assert (await two.post(f"{place}/destroy", data={})).status_code == 303
    done = (await two.get(place)).text
    assert "certificate.pdf" in done
    assert "<h1>Une pièce détruite</h1>" in done
    claimant = await sign_in(table.case.people["claimant"])
    gone = await claimant.get(f"/disputes/{table.case.id}/exhibits/{exhibit}/file")
    assert gone.status_code == 409
    tombstone = await claimant.get(f"/disputes/{table.case.id}/exhibits/{exhibit}")
    assert tombstone.status_code == 200
    assert "Cette pièce a été détruite" in tombstone.text
    assert "Secret title" not in tombstone.text
    assert f"{exhibit}/file" not in tombstone.text


async def test_the_command_tells_first_confirms_and_leaves_the_decision_to_an_archivist(table: Table):
    exhibit = await lodge(table.platform, table.case, "claimant", SpaceKind.JOINT, b"x", title="T")
    env = environment(table.platform.settings.data_dir, ENTENTE_WORKER="apart")
    argv = ("shred", "item", table.case.reference, str(exhibit), "--because", "court")
    dry = await asyncio.to_thread(entente, *argv, "--dry-run", env=env)
    assert dry.returncode == 0, dry.stderr
    async with table.platform.unit(write=False) as uow:
        assert await destructions(uow, table.first) == ()
