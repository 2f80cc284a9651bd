"""Payments and commitments of a signed settlement: both sides are reminded, and told when a day has passed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from odr.agreements.commitments import answer_commitment, tell_done
from odr.agreements.drafting import DraftClause, DraftPayment
from odr.agreements.performance import commitments_of
from odr.deadlines.calendar import day_of
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.notices.models import Notice
from odr.notices.terms import NoticeKind
from odr.tasks import awaited
from tests.builders import Hands
from tests.integration.agreements.at_the_table import CLAIMANT, DRAFT, RESPONDENT, Table
from tests.integration.agreements.test_signing import sign


async def told(table: Table, kind: NoticeKind) -> list[str]:
    await table.work()
    names = {actor.account_id: name for name, actor in table.case.people.items()}
    async with table.platform.unit(write=False) as uow:
        rows = await uow.session.scalars(select(Notice).where(Notice.kind == kind.value).order_by(Notice.at))
        return [names[row.account_id] for row in rows]


async def test_both_sides_are_told_before_and_after_the_day_of_each_payment_that_is_to_come(
    open_table: Table, clock: Hands
):
    today = day_of(open_table.platform.clock())
    days = (today - timedelta(days=3), today + timedelta(days=20), today + timedelta(days=50))
    payments = tuple(DraftPayment(str(day), "4 800,00", CLAIMANT, RESPONDENT, "Échéance") for day in days)
    agreement = await open_table.frozen(replace(DRAFT, payments=payments))
    for who in ("claimant", "respondent"):
        await sign(open_table, who, agreement)
    await open_table.work()
    sides = ["claimant", "claimant_counsel", "respondent"]
    clock.advance(days=14)
    assert sorted(await told(open_table, NoticeKind.DEADLINE_NEAR)) == sides
    assert await told(open_table, NoticeKind.INSTALMENT_DUE) == []
    clock.advance(days=7)
    assert sorted(await told(open_table, NoticeKind.INSTALMENT_DUE)) == sides
    clock.advance(days=60)
    assert sorted(await told(open_table, NoticeKind.INSTALMENT_DUE)) == sorted(2 * sides)
    assert sorted(await told(open_table, NoticeKind.DEADLINE_NEAR)) == sorted(2 * sides)


async def committed(table: Table, days: int = 20) -> Any:
    """A settlement that everybody signed, whose second article the respondent is to do within ``days``."""
    due = day_of(table.platform.clock()) + timedelta(days=days)
    clauses = (*DRAFT.clauses[:1], DraftClause("Livraison", "Le module est livré.", "respondent", RESPONDENT, str(due)))
    agreement = await table.frozen(replace(DRAFT, clauses=clauses, payments=()))
    for who in ("claimant", "respondent"):
        await sign(table, who, agreement)
    await table.work()
    return agreement


async def known(table: Table, who: str, agreement: Any) -> Any:
    async with table.platform.unit(write=False) as uow:
        return await commitments_of(uow, table.case.people[who], table.id, agreement.id)


async def test_a_commitment_is_reminded_told_done_contested_told_again_and_confirmed(open_table: Table, clock: Hands):
    agreement = await committed(open_table)
    (view,) = await known(open_table, "mediator", agreement)
    assert (view.number, view.heading, view.party, view.may_tell, view.may_answer) == (
        2,
        "Livraison",
        RESPONDENT,
        False,
        False,
    )
    assert await known(open_table, "secretariat", agreement) == ()
    sides = ["claimant", "claimant_counsel", "respondent"]
    clock.advance(days=14)
    assert sorted(await told(open_table, NoticeKind.DEADLINE_NEAR)) == sides
    clock.advance(days=7)
    assert sorted(await told(open_table, NoticeKind.COMMITMENT_DUE)) == sides
    claimant, respondent = open_table.claimant, open_table.respondent
    ids = (open_table.id, agreement.id, 2)
    async with open_table.platform.unit() as uow:
        with pytest.raises(ConflictError, match="commitment_not_told"):
            await answer_commitment(uow, claimant, *ids, done=True)
        with pytest.raises(NotPermittedError):
            await tell_done(uow, claimant, *ids)
        with pytest.raises(NotPermittedError):
            await tell_done(uow, open_table.mediator, *ids)
        with pytest.raises(NotFoundError):
            await tell_done(uow, open_table.stranger, *ids)
        with pytest.raises(NotFoundError):
            await tell_done(uow, respondent, open_table.id, agreement.id, 1)
        await tell_done(uow, respondent, *ids)
        with pytest.raises(ConflictError, match="commitment_told"):
            await tell_done(uow, respondent, *ids)
        with pytest.raises(NotPermittedError):
            await answer_commitment(uow, respondent, *ids, done=True)
        with pytest.raises(InvalidInputError):
            await answer_commitment(uow, claimant, *ids, done=False, reason=" ")
    assert sorted(await told(open_table, NoticeKind.COMMITMENT_TOLD)) == ["claimant", "claimant_counsel"]
    async with open_table.platform.unit() as uow:
        await answer_commitment(uow, claimant, *ids, done=False, reason="Il manque la documentation.")
    (view,) = await known(open_table, "respondent", agreement)
    assert (view.reason, view.may_tell) == ("Il manque la documentation.", True)
    assert await told(open_table, NoticeKind.COMMITMENT_ANSWERED) == ["respondent"]
    async with open_table.platform.unit() as uow:
        await tell_done(uow, respondent, *ids)
        tasks = await awaited(uow, claimant, await dispute_facts(uow, open_table.id))
        assert [task.hint for task in tasks if task.label.startswith("Confirmer")] == ["Livraison"]
        await answer_commitment(uow, claimant, *ids, done=True)
        with pytest.raises(ConflictError, match="commitment_confirmed"):
            await tell_done(uow, respondent, *ids)
        with pytest.raises(ConflictError, match="commitment_confirmed"):
            await answer_commitment(uow, claimant, *ids, done=True)
    (view,) = await known(open_table, "claimant", agreement)
    assert view.is_done


async def test_what_is_told_done_in_time_is_neither_reminded_nor_late(open_table: Table, clock: Hands):
    agreement = await committed(open_table)
    async with open_table.platform.unit() as uow:
        await tell_done(uow, open_table.respondent, open_table.id, agreement.id, 2)
    clock.advance(days=30)
    assert await told(open_table, NoticeKind.DEADLINE_NEAR) == []
    assert await told(open_table, NoticeKind.COMMITMENT_DUE) == []


async def test_commitments_are_kept_on_the_agreements_page_and_by_program(open_table: Table, sign_in):
    agreement = await committed(open_table)
    respondent, claimant = await sign_in(open_table.respondent), await sign_in(open_table.claimant)
    path = f"/disputes/{open_table.id}/agreements/{agreement.id}"
    shown = (await respondent.get(path)).text
    assert "À faire par Société respondent" in shown.replace("\xa0", " ")
    assert f"{path}/commitments/2/done" in shown
    assert (await claimant.post(f"{path}/commitments/2/done")).status_code == 403
    assert (await respondent.post(f"{path}/commitments/2/done")).status_code == 303
    wrong = await claimant.post(f"{path}/commitments/2/contest", data={"reason": ""})
    assert wrong.status_code == 422
    assert (await claimant.post(f"{path}/commitments/2/contest", data={"reason": "Pas encore."})).status_code == 303
    assert "Pas encore." in (await respondent.get(path)).text
    assert (await claimant.post(f"{path}/commitments/2/confirm")).status_code == 409
    assert (await respondent.post(f"{path}/commitments/2/done")).status_code == 303
    assert (await claimant.post(f"{path}/commitments/2/confirm")).status_code == 303
    assert "Tenu et confirmé" in (await respondent.get(path)).text


async def test_nothing_is_committed_to_before_everybody_has_signed(open_table: Table):
    due = day_of(open_table.platform.clock()) + timedelta(days=20)
    clause = DraftClause("Livraison", "Le module est livré.", "respondent", RESPONDENT, str(due))
    agreement = await open_table.frozen(replace(DRAFT, clauses=(clause, DRAFT.clauses[1])))
    async with open_table.platform.unit() as uow:
        with pytest.raises((NotFoundError, WrongStageError)):
            await tell_done(uow, open_table.respondent, open_table.id, agreement.id, 1)


@pytest.mark.parametrize(
    ("owed_by", "due", "problems"),
    [
        (RESPONDENT, "", {"clauses.0.due": "missing"}),
        ("", "2027-03-31", {"clauses.0.owed_by": "missing"}),
        (RESPONDENT, "demain", {"clauses.0.due": "not_a_date"}),
        (RESPONDENT, "1999-03-31", {"clauses.0.due": "date_out_of_range"}),
        ("Maya Médiatrice", "2027-03-31", {"clauses.0.owed_by": "not_a_party"}),
    ],
)
async def test_a_commitment_has_a_party_and_a_day(open_table: Table, owed_by: str, due: str, problems: dict[str, str]):
    clause = DraftClause("Livraison", "Le module est livré.", "respondent", owed_by, due)
    with pytest.raises(InvalidInputError) as refused:
        await open_table.frozen(replace(DRAFT, clauses=(clause, DRAFT.clauses[1])))
    assert refused.value.fields == problems
