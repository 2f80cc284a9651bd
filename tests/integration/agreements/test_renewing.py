"""A mediator replaced after the agreement to mediate was written: a new version names the successor, and says why."""

import pytest
from sqlalchemy import select

from odr.agreements.clauses import ClauseDraft
from odr.agreements.negotiating import propose_clause
from odr.agreements.proposals import ProposalState, proposals_of
from odr.agreements.queries import versions_of
from odr.agreements.signing import sign_agreement
from odr.appointment.seats import appoint_mediator, note_appointment, recuse
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError
from odr.notices.models import Notice
from odr.notices.terms import NoticeKind
from odr.people.models import SeatRow
from odr.visibility.actor import CentreRole, SeatRole
from tests.builders import an_account
from tests.integration.agreements.at_the_table import PASSWORD

HERE, AFTER = "Maya Médiatrice", "Paul Second"


@pytest.fixture
async def table(pending_table):
    (seat,) = pending_table.mediator.seats
    async with pending_table.platform.unit() as uow:
        await note_appointment(
            uow,
            pending_table.id,
            seat.seat_id,
            account_id=pending_table.mediator.account_id,
            role=SeatRole.MEDIATOR,
            named_by=None,
        )
    await pending_table.convention()
    return pending_table


async def leave(table):
    async with table.platform.unit() as uow:
        await recuse(uow, table.mediator, table.id, reason="")
    await table.work()


async def succeed(table, name=AFTER):
    second = await an_account(table.platform, name, CentreRole.MEDIATOR)
    async with table.platform.unit() as uow:
        await appoint_mediator(uow, table.secretariat, table.id, account_id=second.account_id)
    await table.work()
    return second


async def sign(table, who):
    view = await table.agreement("claimant")
    async with table.platform.unit() as uow:
        digest = view.version.digest.hex()
        return await sign_agreement(
            uow, table.case.people[who], table.id, view.id, digest_seen=digest, password=PASSWORD
        )


async def told(table, kind=NoticeKind.CONVENTION_RENEWED):
    async with table.platform.unit(write=False) as uow:
        return set(await uow.session.scalars(select(Notice.account_id).where(Notice.kind == kind.value)))


async def test_a_new_version_names_the_successor_signatures_lapse_and_everybody_is_told_why(table):
    before = await table.agreement("claimant")
    await sign(table, "claimant")
    await leave(table)
    assert (await table.agreement("claimant")).version == before.version  # until the centre has named somebody
    second = await succeed(table)
    after = await table.agreement("claimant")
    assert (after.version.number, after.renewed) == (2, True)
    assert [line.name for line in after.text.parties if line.role == "mediator"] == [AFTER]
    assert AFTER in after.text.clauses[0].body
    assert HERE not in str(after.text)
    assert [clause.key for clause in after.text.clauses] == [clause.key for clause in before.text.clauses]
    assert after.text.clauses[1:] == before.text.clauses[1:]
    assert not any(signer.at for signer in after.signers)
    assert {table.claimant.account_id, table.respondent.account_id, second.account_id} <= await told(table)
    assert not await sign(table, "claimant")
    assert await sign(table, "respondent") is True


async def test_while_nobody_mediates_nobody_signs_and_the_page_says_why(table, sign_in):
    await leave(table)
    view = await table.agreement("claimant")
    assert (view.awaits_mediator, view.may_sign) == (True, False)
    with pytest.raises(ConflictError, match="mediator_awaited"):
        await sign(table, "claimant")
    page = f"/disputes/{table.id}/agreements/{view.id}"
    browser = await sign_in(table.claimant)
    assert "Le médiateur que nomme ce texte" in (await browser.get(page)).text
    assert "Le médiateur que nomme ce texte" in (await browser.get(f"{page}/sign")).text
    await succeed(table)
    assert "Cette version nomme qui mène désormais la médiation." in (await browser.get(page)).text
    assert 'name="password"' in (await browser.get(f"{page}/sign")).text


async def test_what_was_agreed_stays_and_an_open_proposal_stays_open_unless_it_names_who_left(table):
    view = await table.agreement("claimant")
    drafts = {
        "term": ClauseDraft(values={"months": "6"}, reason="Plus de temps."),
        "purpose": ClauseDraft(f"{HERE} aide les parties.", reason="Plus court."),
    }
    for key, draft in drafts.items():
        async with table.platform.unit() as uow:
            seen = view.version.digest.hex()
            actor = table.mediator if key == "term" else table.claimant
            await propose_clause(uow, actor, table.id, view.id, clause=key, digest_seen=seen, draft=draft)
    await leave(table)
    await succeed(table)
    async with table.platform.unit(write=False) as uow:
        facts = await dispute_facts(uow, table.id)
        found = {
            each.clause: each
            for each in await proposals_of(uow, table.claimant, facts, await table.agreement("claimant"))
        }
    assert found["purpose"].state is ProposalState.KEPT
    assert found["term"].state is ProposalState.OPEN
    assert found["term"].agreed == ()  # the successor has yet to agree to what the former mediator proposed


async def test_a_text_that_every_party_has_signed_stands(table):
    await sign(table, "claimant")
    await sign(table, "respondent")
    await leave(table)
    await succeed(table)
    view = await table.agreement("claimant")
    assert (view.version.number, view.signed_at is not None) == (1, True)
    assert await told(table) == set()


async def test_a_text_that_named_nobody_stays_as_it_is_when_somebody_is_appointed(pending_table):
    async with pending_table.platform.unit() as uow:
        row = await uow.session.get_one(SeatRow, pending_table.mediator.seats[0].seat_id)
        row.until = uow.now()
    await pending_table.queue("draft_convention")
    await pending_table.work()
    await succeed(pending_table)
    view = await pending_table.agreement("claimant")
    async with pending_table.platform.unit(write=False) as uow:
        assert len(await versions_of(uow, view)) == 1
    assert not view.awaits_mediator
