"""Mandates, standing in, leaving and being replaced: what a party may do, and what the other one never learns."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from odr.disputes.commands import withdraw
from odr.disputes.delegating import delegate_powers, end_delegation
from odr.disputes.mandates import require_mandate
from odr.disputes.queries import visible_dispute
from odr.disputes.team import change_role, invite_team_member, remove_team_member, team_of
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.event import EventRow
from odr.losses.commands import add_line
from odr.losses.lines import TypedLine
from odr.losses.queries import own_sheet
from odr.mandates.commands import TypedMandate, write_mandate
from odr.parties.models import Mandate
from odr.people.queries import load_actor
from odr.tasks import awaited
from odr.visibility.actor import SeatRole
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.losses.hands import lodge_text
from tests.mailbox import mails

GIVEN = TypedMandate("60 000", unlimited=False, given_by="Zoé Gérante, présidente", given_on="2026-01-15")
UNLIMITED = TypedMandate("", unlimited=True, given_by="Le conseil", given_on="2026-01-15")


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def team(platform, case, who="claimant"):
    async with platform.unit(write=False) as uow:
        return await team_of(uow, case.people[who], case.id)


def seat(case, who):
    return case.people[who].seats[0].seat_id


async def write(platform, case, who, whose, typed=GIVEN):
    async with platform.unit() as uow:
        await write_mandate(uow, case.people[who], case.id, seat(case, whose), typed)


async def promote(platform, case, role="representative"):
    async with platform.unit() as uow:
        await change_role(uow, case.people["claimant"], case.id, seat(case, "claimant_counsel"), role=role)
    await reload(platform, case)


async def reload(platform, case):
    """Everybody with the seats and the powers they hold now, as their next request finds them."""
    async with platform.unit(write=False) as uow:
        for name, actor in case.people.items():
            case.people[name] = await load_actor(uow, actor.account_id)


async def delegate(platform, case, day, *, who="claimant"):
    async with platform.unit() as uow:
        to = str(seat(case, "claimant_counsel"))
        await delegate_powers(uow, case.people[who], case.id, seat(case, "claimant"), to=to, last_day=day)
    await reload(platform, case)


async def may_bind(platform, case, who, cents):
    async with platform.unit(write=False) as uow:
        await require_mandate(uow, case.people[who], case.id, cents)


def day_in(platform, days):
    return (platform.clock() + timedelta(days=days)).date().isoformat()


async def test_who_brings_a_company_to_the_table_answers_for_it_by_their_own_word(journey):
    await journey.to_open()
    for who in (await journey.claimant(), await journey.respondent()):
        async with journey.platform.unit(write=False) as uow:
            (mandate,) = (await team_of(uow, who, journey.dispute_id)).mandates.values()
        assert (mandate.terms.ceiling_cents, mandate.terms.own_word, mandate.terms.given_by) == (None, True, who.name)


async def test_a_ceiling_is_read_by_its_own_team_alone_and_rests_sealed(platform, case):
    await write(platform, case, "claimant", "claimant")
    for who in ("claimant", "claimant_counsel"):
        mandate = (await team(platform, case, who)).mandates[seat(case, "claimant")]
        assert mandate.terms.ceiling_cents == 6_000_000
        assert mandate.terms.given_by == "Zoé Gérante, présidente"
    assert seat(case, "claimant") not in (await team(platform, case, "respondent")).mandates
    for who in ("mediator", "secretariat", "stranger"):
        with pytest.raises(NotFoundError):
            await team(platform, case, who)
    async with platform.unit(write=False) as uow:
        rows = list(await uow.session.scalars(select(Mandate).where(Mandate.seat_id == seat(case, "claimant"))))
        written = list(await uow.session.scalars(select(EventRow).where(EventRow.name == "MandateWritten")))
    assert [row.ended_at is None for row in rows] in ([False, True], [True, False])
    assert all("Zoé Gérante".encode() not in row.body_sealed for row in rows)
    rooms = {case.spaces["private_claimant"], case.spaces["private_respondent"]}
    assert {row.space_id for row in written} == rooms


async def test_a_mandate_is_held_against_the_sum_to_the_cent(platform, case):
    await write(platform, case, "claimant", "claimant")
    await may_bind(platform, case, "claimant", 6_000_000)
    with pytest.raises(NotPermittedError, match="mandate_exceeded"):
        await may_bind(platform, case, "claimant", 6_000_001)
    with pytest.raises(NotPermittedError, match="not_representative"):
        await may_bind(platform, case, "claimant_counsel", 1)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (
            TypedMandate("", unlimited=False, given_by="", given_on=""),
            {"ceiling": "required", "given_by": "required", "given_on": "required"},
        ),
        (
            TypedMandate("tout", unlimited=False, given_by="Z", given_on="hier"),
            {"ceiling": "bad_amount", "given_on": "bad_date"},
        ),
        (TypedMandate("1", unlimited=False, given_by="Z", given_on="2190-01-01"), {"given_on": "given_later"}),
        (
            TypedMandate("1", unlimited=False, given_by="Z", given_on="2026-01-15", document="C-1"),
            {"document": "unknown_exhibit"},
        ),
    ],
)
async def test_what_is_wrong_with_a_mandate_is_told_all_at_once(platform, case, typed, fields):
    with pytest.raises(InvalidInputError) as refused:
        await write(platform, case, "claimant", "claimant", typed)
    assert refused.value.fields == fields


async def test_nobody_enlarges_their_own_mandate_without_the_companys_document(platform, case):
    await write(platform, case, "claimant", "claimant")
    with pytest.raises(InvalidInputError) as refused:
        await write(platform, case, "claimant", "claimant", UNLIMITED)
    assert refused.value.fields == {"document": "needs_document"}
    theirs = await lodge_text(platform, case, "respondent", "joint", "Pouvoir")
    shown = TypedMandate("", unlimited=True, given_by="Z", given_on="2026-01-15", document=str(theirs))
    with pytest.raises(InvalidInputError) as refused:
        await write(platform, case, "claimant", "claimant", shown)
    assert refused.value.fields == {"document": "unknown_exhibit"}
    ours = await lodge_text(platform, case, "claimant_counsel", "private_claimant", "Pouvoir")
    shown = TypedMandate("", unlimited=True, given_by="Z", given_on="2026-01-15", document=str(ours))
    await write(platform, case, "claimant", "claimant", shown)
    await may_bind(platform, case, "claimant", 10**12)


async def test_a_second_representative_signs_once_a_first_has_written_their_mandate(platform, case):
    await promote(platform, case)
    with pytest.raises(NotPermittedError, match="no_mandate"):
        await may_bind(platform, case, "claimant_counsel", 0)
    with pytest.raises(InvalidInputError):
        await write(platform, case, "claimant_counsel", "claimant_counsel")  # by their own word alone
    async with platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, case.people["claimant"], case.id)
        own = [task.label for task in await awaited(uow, case.people["claimant"], dispute)]
        other = [task.label for task in await awaited(uow, case.people["respondent"], dispute)]
    assert "Consignez le mandat de Denis Conseil" in own
    assert "Consignez le mandat de Denis Conseil" not in other
    await write(platform, case, "claimant", "claimant_counsel")
    await may_bind(platform, case, "claimant_counsel", 6_000_000)
    with pytest.raises(NotFoundError):
        await write(platform, case, "respondent", "claimant")


async def test_standing_in_gives_powers_and_mandate_until_a_day_and_ends_by_itself(platform, case, clock):
    await write(platform, case, "claimant", "claimant")
    await delegate(platform, case, day_in(platform, 10))
    deputy = (await team(platform, case)).deputy_of(seat(case, "claimant"))
    assert (deputy.name, deputy.role, deputy.own_role) == ("Denis Conseil", SeatRole.REPRESENTATIVE, SeatRole.COUNSEL)
    await may_bind(platform, case, "claimant_counsel", 6_000_000)
    with pytest.raises(NotPermittedError, match="mandate_exceeded"):
        await may_bind(platform, case, "claimant_counsel", 6_000_001)
    assert str(case.people["claimant_counsel"].seats[0].role) == "representative"
    clock.advance(days=12)
    await reload(platform, case)
    assert case.people["claimant_counsel"].seats[0].role == SeatRole.COUNSEL, "before any timer has run"
    with pytest.raises(NotPermittedError, match="not_representative"):
        await may_bind(platform, case, "claimant_counsel", 0)
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        names = list(await uow.session.scalars(select(EventRow.name).where(EventRow.name.startswith("Delegation"))))
    assert names.count("DelegationEnded") == 1
    told = await mails(platform, case.people["claimant_counsel"].email)
    assert len(told) >= 2, "that it began, and that it ended"


async def test_who_stands_in_writes_no_mandate_and_hands_nothing_on(platform, case):
    await delegate(platform, case, day_in(platform, 3))
    with pytest.raises(NotPermittedError):
        await write(platform, case, "claimant_counsel", "claimant")
    with pytest.raises(NotPermittedError):
        await delegate(platform, case, day_in(platform, 3), who="claimant_counsel")
    with pytest.raises(ConflictError, match="delegated_already"):
        await delegate(platform, case, day_in(platform, 5))
    async with platform.unit() as uow:
        await end_delegation(uow, case.people["claimant_counsel"], case.id, seat(case, "claimant"))
    async with platform.unit() as uow:
        with pytest.raises(ConflictError, match="not_delegated"):
            await end_delegation(uow, case.people["claimant"], case.id, seat(case, "claimant"))


@pytest.mark.parametrize(("days", "code"), [(-1, "in_the_past"), (400, "too_far"), (None, "required")])
async def test_a_delegation_has_an_end_that_makes_sense(platform, case, days, code):
    with pytest.raises(InvalidInputError) as refused:
        await delegate(platform, case, "" if days is None else day_in(platform, days))
    assert refused.value.fields == {"last_day": code}
    to, day = str(seat(case, "respondent")), day_in(platform, 3)
    async with platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await delegate_powers(uow, case.people["claimant"], case.id, seat(case, "claimant"), to=to, last_day=day)


async def test_whoever_leaves_takes_nothing_along(platform, case):
    await promote(platform, case)
    await write(platform, case, "claimant", "claimant_counsel")
    await lodge_text(platform, case, "claimant", "private_claimant", "Brouillon")
    async with platform.unit() as uow:
        await add_line(uow, case.people["claimant"], case.id, TypedLine("other", "Frais", "12"))
    left = case.people["claimant"]
    async with platform.unit() as uow:
        await remove_team_member(uow, left, case.id, seat(case, "claimant"))
    await reload(platform, case)
    async with platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await visible_dispute(uow, case.people["claimant"], case.id)
        assert [line.says.what for line in (await own_sheet(uow, case.people["claimant_counsel"], case.id)).lines] == [
            "Frais"
        ]
    async with platform.unit() as uow:
        with pytest.raises(ConflictError, match="no_successor"):
            await remove_team_member(uow, case.people["claimant_counsel"], case.id, seat(case, "claimant_counsel"))
        await withdraw(uow, case.people["claimant_counsel"], case.id, reason="")


async def test_a_delegation_ends_with_the_seat_that_gave_it(platform, case):
    await promote(platform, case, "member")
    async with platform.unit() as uow:
        await change_role(uow, case.people["claimant"], case.id, seat(case, "claimant_counsel"), role="counsel")
    await delegate(platform, case, day_in(platform, 9))
    with pytest.raises(ConflictError, match="no_successor"):
        await promote_self_down(platform, case)
    async with platform.unit() as uow:
        await remove_team_member(uow, case.people["claimant"], case.id, seat(case, "claimant_counsel"))
    assert (await team(platform, case)).deputy_of(seat(case, "claimant")) is None


async def promote_self_down(platform, case):
    async with platform.unit() as uow:
        await change_role(uow, case.people["claimant"], case.id, seat(case, "claimant"), role="member")


async def test_a_coordinator_makes_up_the_team_but_names_no_representative(platform, case):
    await promote(platform, case, "coordinator")
    coordinator = case.people["claimant_counsel"]
    async with platform.unit() as uow:
        await invite_team_member(uow, coordinator, case.id, email="a@b.example", name="A", role="member", language="fr")
        with pytest.raises(InvalidInputError):
            await invite_team_member(
                uow, coordinator, case.id, email="c@b.example", name="C", role="representative", language="fr"
            )
        with pytest.raises(NotPermittedError):
            await remove_team_member(uow, coordinator, case.id, seat(case, "claimant"))
        with pytest.raises(NotPermittedError):
            await change_role(uow, coordinator, case.id, seat(case, "claimant_counsel"), role="representative")
    assert (await team(platform, case, "claimant_counsel")).may_change
