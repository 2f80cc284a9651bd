"""Reopening takes two people of the centre; it makes a linked new file and leaves the sealed record as it is."""

import asyncio
import hashlib
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from odr.archive.commands import close_file
from odr.archive.models import Record, Reopening, ReopeningState
from odr.archive.reopening import agree_to_reopening, ask_reopening, refuse_reopening
from odr.archive.requests import reopenings_of, tasks
from odr.bootstrap import Platform
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import dispute_facts, reasons_of, statement_of
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import ReopeningId
from odr.parties.queries import seats_of
from odr.visibility.actor import CentreRole
from tests.builders import Case, Hands, a_case, an_account
from tests.integration.archive.hands import an_ended_case, turn


async def close(platform: Platform, case: Case) -> None:
    async with platform.unit() as uow:
        await close_file(uow, case.people["secretariat"], case.id)


@pytest.fixture
async def archived(platform: Platform, ended: tuple[Case, Record]) -> tuple[Case, Record]:
    """A dispute that ended, its record sealed and its file closed."""
    case, record = ended
    await close(platform, case)
    return case, record


async def asked(platform: Platform, case: Case, who: str = "claimant") -> ReopeningId:
    async with platform.unit() as uow:
        return await ask_reopening(uow, case.people[who], case.id, motive="Le défendeur est prêt à négocier.")


async def print_of(platform: Platform, record: Record) -> str:
    """What the record is, in the store and in every row that names it."""
    seen = hashlib.sha256()
    for path in sorted((platform.settings.data_dir / "store").rglob("*")):
        if path.is_file():
            seen.update(path.name.encode() + path.read_bytes())
    async with platform.unit(write=False) as uow:
        for table, column in (
            ("records", "id"),
            ("vault_items", "item"),
            ("vault_segments", "item"),
            ("vault_wrapped_keys", "item"),
        ):
            key = record.id if table == "records" else record.item_id
            found = await uow.session.execute(text(f"SELECT * FROM {table} WHERE {column} = :key"), {"key": key.hex})  # noqa: S608 -- fixed names
            rows = found.all()
            assert rows, table
            seen.update(repr(rows).encode())
    return seen.hexdigest()


async def test_two_people_of_the_centre_make_a_linked_new_file_and_the_record_stays_as_it_is(
    platform: Platform, clock: Hands, archived
):
    case, record = archived
    other = await an_account(platform, "Agathe Garde", CentreRole.ARCHIVIST)
    before = await print_of(platform, record)
    reopening_id = await asked(platform, case)
    async with platform.unit() as uow:
        assert await agree_to_reopening(uow, case.people["secretariat"], reopening_id) is None
    async with platform.unit() as uow:
        made = await agree_to_reopening(uow, other, reopening_id)
    assert made is not None
    async with platform.unit(write=False) as uow:
        old, new = await dispute_facts(uow, case.id), await dispute_facts(uow, made)
        said = await statement_of(uow, new)
        seats = await seats_of(uow, made)
        views = await reopenings_of(uow, case.people["claimant"], case.id)
    assert old.stage is Stage.REOPENED
    assert new.stage is Stage.REFERRED
    assert new.reopens_record_id == record.id
    assert (new.title, new.category, new.amount_cents) == (old.title, old.category, old.amount_cents)
    assert said.contract == "Contrat 2025-17"
    assert [(party.side, party.name) for party in new.parties] == [(party.side, party.name) for party in old.parties]
    assert new.reference != old.reference
    assert {seat.account_id for seat in seats} == {
        case.people["claimant"].account_id,
        case.people["claimant_counsel"].account_id,
    }
    assert views[0].state is ReopeningState.GRANTED
    assert views[0].new_dispute_id == made
    await turn(platform, clock, times=2)
    assert await print_of(platform, record) == before


async def test_one_person_alone_never_reopens(platform: Platform, archived):
    case, _record = archived
    reopening_id = await asked(platform, case)
    async with platform.unit() as uow:
        assert await agree_to_reopening(uow, case.people["secretariat"], reopening_id) is None
    with pytest.raises(ConflictError):
        async with platform.unit() as uow:
            await agree_to_reopening(uow, case.people["secretariat"], reopening_id)
    async with platform.unit(write=False) as uow:
        assert (await dispute_facts(uow, case.id)).stage is Stage.REOPENING_REQUESTED


async def test_who_asks_is_none_of_the_two(platform: Platform, archived):
    case, _record = archived
    reopening_id = await asked(platform, case, "archivist")
    for decide in (agree_to_reopening, lambda uow, actor, id_: refuse_reopening(uow, actor, id_, reason="Non.")):
        with pytest.raises(NotPermittedError):
            async with platform.unit() as uow:
                await decide(uow, case.people["archivist"], reopening_id)


async def test_of_many_who_agree_at_once_exactly_one_new_file_comes(any_platform: Platform, clock: Hands):
    case, _record = await an_ended_case(any_platform, clock)
    await close(any_platform, case)
    reopening_id = await asked(any_platform, case)
    people = [await an_account(any_platform, f"Garde {n}", CentreRole.ARCHIVIST) for n in range(4)]

    async def agree(actor):
        try:
            async with any_platform.unit() as uow:
                return await agree_to_reopening(uow, actor, reopening_id)
        except ConflictError:
            return "late"

    said = await asyncio.gather(*(agree(actor) for actor in people))
    assert [answer for answer in said if answer is None] == [None]
    assert said.count("late") == 2
    assert sum(1 for answer in said if answer not in {None, "late"}) == 1


async def test_a_refusal_gives_its_reason_and_the_file_is_archived_as_before(platform: Platform, archived):
    case, record = archived
    before = await print_of(platform, record)
    reopening_id = await asked(platform, case)
    with pytest.raises(InvalidInputError):
        async with platform.unit() as uow:
            await refuse_reopening(uow, case.people["secretariat"], reopening_id, reason="  ")
    async with platform.unit() as uow:
        await refuse_reopening(uow, case.people["secretariat"], reopening_id, reason="Rien de nouveau.")
    async with platform.unit(write=False) as uow:
        dispute = await dispute_facts(uow, case.id)
        reasons = await reasons_of(uow, dispute)
        state = await uow.session.scalar(select(Reopening.state).where(Reopening.id == reopening_id))
    assert dispute.stage is Stage.ARCHIVED
    assert reasons[-1][2] == "Rien de nouveau."
    assert state is ReopeningState.REFUSED
    assert await print_of(platform, record) == before
    with pytest.raises(ConflictError):
        async with platform.unit() as uow:
            await agree_to_reopening(uow, case.people["archivist"], reopening_id)
    assert await asked(platform, case, "respondent") != reopening_id


async def test_only_representatives_and_archivists_ask_and_only_of_what_is_archived(platform: Platform, archived):
    case, _record = archived
    for name, refusal in (
        ("claimant_counsel", NotPermittedError),
        ("mediator", NotPermittedError),
        ("secretariat", NotPermittedError),
        ("stranger", NotFoundError),
    ):
        with pytest.raises(refusal):
            await asked(platform, case, name)
    running = await a_case(platform, Stage.OPEN)
    with pytest.raises(WrongStageError):
        await asked(platform, running)
    unsealed = await a_case(platform, Stage.ARCHIVED)
    with pytest.raises(ConflictError):
        await asked(platform, unsealed)
    with pytest.raises(InvalidInputError):
        async with platform.unit() as uow:
            await ask_reopening(uow, case.people["claimant"], case.id, motive="")


async def test_strangers_and_parties_decide_nothing(platform: Platform, archived):
    case, _record = archived
    reopening_id = await asked(platform, case)
    for name in ("claimant", "respondent", "mediator", "stranger"):
        with pytest.raises(NotFoundError):
            async with platform.unit() as uow:
                await agree_to_reopening(uow, case.people[name], reopening_id)
    with pytest.raises(NotFoundError):
        async with platform.unit() as uow:
            await agree_to_reopening(uow, case.people["secretariat"], ReopeningId(uuid4()))


async def test_the_secretariat_alone_closes_a_file_and_its_record_is_sealed_then_if_it_was_not(
    platform: Platform, clock: Hands
):
    case = await a_case(platform, Stage.PERFORMED)
    for name in ("claimant", "mediator"):
        with pytest.raises(NotPermittedError):
            async with platform.unit() as uow:
                await close_file(uow, case.people[name], case.id)
    running = await a_case(platform, Stage.OPEN)
    with pytest.raises(WrongStageError):
        async with platform.unit() as uow:
            await close_file(uow, running.people["secretariat"], running.id)
    async with platform.unit() as uow:
        await close_file(uow, case.people["secretariat"], case.id)
    await turn(platform, clock, times=4)
    async with platform.unit(write=False) as uow:
        assert (await dispute_facts(uow, case.id)).stage is Stage.ARCHIVED
        assert (await uow.session.scalars(select(Record.outcome).where(Record.dispute_id == case.id))).one()


async def test_a_request_to_reopen_awaits_the_centre_on_the_disputes_page_until_they_agreed(
    platform: Platform, archived
):
    case, _record = archived
    reopening_id = await asked(platform, case)
    async with platform.unit() as uow:
        dispute = await dispute_facts(uow, case.id)
        secretariat = case.people["secretariat"]
        assert [task.href for task in await tasks(uow, secretariat, dispute)] == [f"/archive/reopenings/{reopening_id}"]
        assert await tasks(uow, case.people["claimant"], dispute) == ()
        await agree_to_reopening(uow, secretariat, reopening_id)
        assert await tasks(uow, secretariat, dispute) == ()


async def test_the_pages_of_reopening_ask_decide_and_refuse(platform: Platform, sign_in, ended):
    case, _record = ended
    claimant = await sign_in(case.people["claimant"])
    secretariat = await sign_in(case.people["secretariat"])
    archivist = await sign_in(case.people["archivist"])
    assert (await claimant.get(f"/disputes/{case.id}/reopening")).status_code == 409
    assert (await claimant.get(f"/disputes/{case.id}/closing")).status_code == 403
    assert "Clore ce dossier" in (await secretariat.get(f"/disputes/{case.id}/closing")).text
    assert (await secretariat.post(f"/disputes/{case.id}/closing")).status_code == 303
    assert (await secretariat.post(f"/disputes/{case.id}/closing")).status_code == 409
    page = await claimant.post(f"/disputes/{case.id}/reopening", data={"motive": ""})
    assert page.status_code == 422
    sent = await claimant.post(f"/disputes/{case.id}/reopening", data={"motive": "Du nouveau."})
    assert sent.status_code == 303
    assert "Rouvrir le différend" in (await archivist.get("/archive")).text
    async with platform.unit(write=False) as uow:
        reopening_id = (await uow.session.scalars(select(Reopening.id))).one()
    path = f"/archive/reopenings/{reopening_id}"
    assert (await claimant.get(path)).status_code == 404
    assert "Du nouveau." in (await archivist.get(path)).text
    assert (await archivist.post(f"{path}/refuse", data={"reason": ""})).status_code == 422
    assert (await archivist.post(f"{path}/agree")).status_code == 303
    assert "Armand Archiviste" in (await secretariat.get(path)).text
    assert (await secretariat.post(f"{path}/agree")).status_code == 303
    assert "nouveau dossier lié" in (await secretariat.get(path)).text
    assert "Du nouveau." in (await claimant.get(f"/disputes/{case.id}/record")).text
