"""Payments of a signed settlement: both sides are reminded before each, and told when its day has passed."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from odr.agreements.drafting import DraftPayment
from odr.deadlines.calendar import day_of
from odr.notices.models import Notice
from odr.notices.terms import NoticeKind
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
