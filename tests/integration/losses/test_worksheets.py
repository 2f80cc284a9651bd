"""Loss worksheets by commands: a side's own, what it shares and with whom, and what nobody else ever learns."""

from datetime import date

import pytest

from odr.disputes.lifecycle import Stage
from odr.errors import ConflictError, InvalidInputError, NotFoundError, WrongStageError
from odr.ids import LossLineId, new_id
from odr.losses.commands import add_line, change_line, remove_line
from odr.losses.lines import LINES_LIMIT, TypedLine
from odr.losses.models import LossKind, LossLine, LossShare
from odr.losses.queries import comparison_of, own_sheet, shares_for, visible_share
from odr.losses.sharing import prepare_share, share_losses
from odr.visibility.terms import SpaceKind
from tests.builders import a_case
from tests.integration.losses.hands import lodge_text
from vault import SealError

PANNE = TypedLine("unavailability", "Standard téléphonique en panne", "3 × 8 × 95", "2026-03-02", "2026-03-04")
AVOIR = TypedLine("credit_notes", "Avoir de mars", "1 200,50")


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def add(platform, case, who, typed=PANNE):
    async with platform.unit() as uow:
        return await add_line(uow, case.people[who], case.id, typed)


async def sheet(platform, case, who):
    async with platform.unit(write=False) as uow:
        return await own_sheet(uow, case.people[who], case.id)


async def share(platform, case, who, into):
    async with platform.unit() as uow:
        seen = (await prepare_share(uow, case.people[who], case.id, into)).sha256.hex()
        return await share_losses(uow, case.people[who], case.id, into, digest_seen=seen)


async def shares(platform, case, who):
    async with platform.unit(write=False) as uow:
        return await shares_for(uow, case.people[who], case.id)


async def test_a_worksheet_adds_up_and_credit_notes_subtract(platform, case):
    await add(platform, case, "claimant")
    await add(platform, case, "claimant_counsel", AVOIR)
    found = await sheet(platform, case, "claimant")
    assert [line.says.cents for line in found.lines] == [228_000, -120_050]
    assert found.sums == {LossKind.UNAVAILABILITY: 228_000, LossKind.CREDIT_NOTES: -120_050}
    assert found.total == 107_950
    assert (found.lines[0].says.begins, found.lines[0].changed_by) == (date(2026, 3, 2), "Claire Demandeur")


async def test_each_side_has_its_own_worksheet_and_nobody_else_has_one(platform, case):
    await add(platform, case, "claimant")
    assert (await sheet(platform, case, "respondent")).lines == ()
    assert len((await sheet(platform, case, "claimant_counsel")).lines) == 1
    for outsider in ("mediator", "expert", "secretariat", "archivist", "stranger"):
        with pytest.raises(NotFoundError):
            await sheet(platform, case, outsider)
    for outsider in ("expert", "secretariat", "archivist", "stranger"):
        with pytest.raises(NotFoundError):
            await shares(platform, case, outsider)
    assert await shares(platform, case, "mediator") == await shares(platform, case, "respondent") == ()


async def test_a_line_rests_sealed_under_its_own_private_room(platform, case):
    line_id = await add(platform, case, "claimant")
    async with platform.unit(write=False) as uow:
        row = await uow.session.get_one(LossLine, line_id)
        assert b"Standard" not in row.body_sealed
        assert row.space_id == case.spaces["private_claimant"]
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("caucus_claimant"), row.id, row.body_sealed)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (TypedLine("", "", ""), {"kind": "choose_one", "what": "required", "formula": "required"}),
        (TypedLine("other", "x" * 301, "5 ÷ 0"), {"what": "too_long", "formula": "formula_zero"}),
        (TypedLine("credit_notes", "Avoir", "-50"), {"formula": "credit_note_negative"}),
        (TypedLine("other", "x", "1", "2026-03-04", "2026-03-02"), {"ends": "ends_before"}),
        (TypedLine("other", "x", "1", "hier", "30/02/2026"), {"begins": "bad_date", "ends": "bad_date"}),
        (TypedLine("other", "x", "1", exhibits=("C-1",)), {"exhibits": "unknown_exhibit"}),
        (TypedLine("other", "x", "1", exhibits=(str(new_id()),)), {"exhibits": "unknown_exhibit"}),
        (TypedLine("other", "x", "1", exhibits=("x",) * 21), {"exhibits": "too_many"}),
    ],
)
async def test_what_is_wrong_with_a_line_is_told_all_at_once(platform, case, typed, fields):
    with pytest.raises(InvalidInputError) as refused:
        await add(platform, case, "claimant", typed)
    assert refused.value.fields == fields
    assert (await sheet(platform, case, "claimant")).lines == ()


async def test_of_two_people_who_change_one_line_the_second_is_told(platform, case):
    line_id = await add(platform, case, "claimant")
    async with platform.unit() as uow:
        await change_line(uow, case.people["claimant"], case.id, line_id, AVOIR, seen=1)
    async with platform.unit() as uow:
        with pytest.raises(ConflictError, match="line_changed"):
            await change_line(uow, case.people["claimant_counsel"], case.id, line_id, PANNE, seen=1)
        with pytest.raises(ConflictError, match="line_changed"):
            await remove_line(uow, case.people["claimant_counsel"], case.id, line_id, seen=1)
    assert [line.says.what for line in (await sheet(platform, case, "claimant")).lines] == ["Avoir de mars"]
    async with platform.unit() as uow:
        await remove_line(uow, case.people["claimant_counsel"], case.id, line_id, seen=2)
    async with platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await change_line(uow, case.people["claimant"], case.id, line_id, PANNE, seen=2)
    assert (await sheet(platform, case, "claimant")).lines == ()


async def test_nobody_changes_the_other_sides_line(platform, case):
    line_id = await add(platform, case, "claimant")
    for who in ("respondent", "mediator", "secretariat"):
        for wanted in (line_id, LossLineId(new_id())):
            async with platform.unit() as uow:
                with pytest.raises(NotFoundError):
                    await change_line(uow, case.people[who], case.id, wanted, AVOIR, seen=1)
                with pytest.raises(NotFoundError):
                    await remove_line(uow, case.people[who], case.id, wanted, seen=1)


async def test_a_worksheet_holds_a_hundred_lines(platform, case):
    async with platform.unit() as uow:
        for _ in range(LINES_LIMIT):
            await add_line(uow, case.people["claimant"], case.id, AVOIR)
        with pytest.raises(ConflictError, match="too_many_lines"):
            await add_line(uow, case.people["claimant"], case.id, AVOIR)


async def test_what_is_shared_apart_is_read_by_the_mediator_and_never_by_the_other_side(platform, case):
    await add(platform, case, "claimant")
    share_id = await share(platform, case, "claimant", SpaceKind.CAUCUS)
    for reader in ("claimant", "claimant_counsel", "mediator"):
        assert [row.id for row in await shares(platform, case, reader)] == [share_id], reader
        async with platform.unit(write=False) as uow:
            found = await visible_share(uow, case.people[reader], case.id, share_id)
        assert found.total == 228_000
    assert await shares(platform, case, "respondent") == ()
    for outsider in ("respondent", "expert", "secretariat", "archivist", "stranger"):
        async with platform.unit(write=False) as uow:
            with pytest.raises(NotFoundError):
                await visible_share(uow, case.people[outsider], case.id, share_id)
    async with platform.unit(write=False) as uow:
        row = await uow.session.get_one(LossShare, share_id)
        assert b"Standard" not in row.body_sealed
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("joint"), row.id, row.body_sealed)


async def test_versions_are_counted_in_each_room_apart_so_that_no_gap_tells_of_another(platform, case):
    await add(platform, case, "claimant")
    await share(platform, case, "claimant", SpaceKind.CAUCUS)
    await add(platform, case, "claimant", AVOIR)
    await share(platform, case, "claimant", SpaceKind.CAUCUS)
    await share(platform, case, "claimant", SpaceKind.JOINT)
    seen = [(row.kind, row.number) for row in await shares(platform, case, "respondent")]
    assert seen == [(SpaceKind.JOINT, 1)]
    own = [(row.kind, row.number) for row in await shares(platform, case, "claimant")]
    assert own == [(SpaceKind.JOINT, 1), (SpaceKind.CAUCUS, 2), (SpaceKind.CAUCUS, 1)]


async def test_a_shared_version_stays_as_it_was_whatever_becomes_of_the_worksheet(platform, case):
    line_id = await add(platform, case, "claimant")
    share_id = await share(platform, case, "claimant", SpaceKind.JOINT)
    async with platform.unit() as uow:
        await remove_line(uow, case.people["claimant"], case.id, line_id, seen=1)
    async with platform.unit(write=False) as uow:
        found = await visible_share(uow, case.people["respondent"], case.id, share_id)
    assert [line.what for line in found.sheet.lines] == ["Standard téléphonique en panne"]
    assert [line.formula for line in found.sheet.lines] == ["3 × 8 × 95"]


async def test_exhibits_that_are_not_in_the_room_are_left_out_and_nothing_tells_of_them(platform, case):
    apart = await lodge_text(platform, case, "claimant", "caucus_claimant", "Journal de pannes")
    together = await lodge_text(platform, case, "respondent", "joint", "Contrat")
    tied = TypedLine("other", "x", "5", exhibits=(str(apart), str(together)))
    await add(platform, case, "claimant", tied)
    async with platform.unit() as uow:
        prepared = await prepare_share(uow, case.people["claimant"], case.id, SpaceKind.JOINT)
    assert [each.title for each in prepared.left_out] == ["Journal de pannes"]
    share_id = await share(platform, case, "claimant", SpaceKind.JOINT)
    async with platform.unit(write=False) as uow:
        found = await visible_share(uow, case.people["respondent"], case.id, share_id)
    assert [(each.id, each.number) for each in found.sheet.lines[0].exhibits] == [(together, "R-1")]
    apart_id = await share(platform, case, "claimant", SpaceKind.CAUCUS)
    async with platform.unit(write=False) as uow:
        found = await visible_share(uow, case.people["mediator"], case.id, apart_id)
    assert [each.number for each in found.sheet.lines[0].exhibits] == ["C-1"]


async def test_nobody_ties_an_exhibit_that_their_side_may_not_see(platform, case):
    theirs = await lodge_text(platform, case, "respondent", "caucus_respondent", "Secret")
    with pytest.raises(InvalidInputError) as refused:
        await add(platform, case, "claimant", TypedLine("other", "x", "5", exhibits=(str(theirs),)))
    assert refused.value.fields == {"exhibits": "unknown_exhibit"}


async def test_only_what_was_shown_is_shared_and_never_the_same_twice(platform, case):
    with pytest.raises(ConflictError, match="nothing_to_share"):
        await share(platform, case, "claimant", SpaceKind.JOINT)
    await add(platform, case, "claimant")
    async with platform.unit() as uow:
        seen = (await prepare_share(uow, case.people["claimant"], case.id, SpaceKind.JOINT)).sha256.hex()
    await add(platform, case, "claimant_counsel", AVOIR)
    async with platform.unit() as uow:
        with pytest.raises(ConflictError, match="sheet_changed"):
            await share_losses(uow, case.people["claimant"], case.id, SpaceKind.JOINT, digest_seen=seen)
    await share(platform, case, "claimant", SpaceKind.JOINT)
    with pytest.raises(ConflictError, match="shared_already"):
        await share(platform, case, "claimant_counsel", SpaceKind.JOINT)


async def test_the_difference_stands_side_by_side_once_both_have_shared_with_everyone(platform, case):
    await add(platform, case, "claimant")
    await add(platform, case, "claimant", AVOIR)
    await add(platform, case, "respondent", TypedLine("unavailability", "Panne", "8 × 95"))
    await add(platform, case, "respondent", TypedLine("penalties", "Pénalités", "500"))
    await share(platform, case, "claimant", SpaceKind.JOINT)
    await share(platform, case, "respondent", SpaceKind.CAUCUS)
    for reader in ("claimant", "respondent", "mediator"):
        async with platform.unit(write=False) as uow:
            assert await comparison_of(uow, case.people[reader], case.id) is None
    await share(platform, case, "respondent", SpaceKind.JOINT)
    for reader in ("claimant", "respondent", "mediator"):
        async with platform.unit(write=False) as uow:
            found = await comparison_of(uow, case.people[reader], case.id)
        assert found is not None
        assert [each.owner_name for each in found.columns] == ["Société claimant", "Société respondent"]
        assert [(row.kind, row.sums, row.difference) for row in found.rows] == [
            (LossKind.UNAVAILABILITY, (228_000, 76_000), 152_000),
            (LossKind.PENALTIES, (0, 50_000), 50_000),
            (LossKind.CREDIT_NOTES, (-120_050, 0), 120_050),
            (None, (107_950, 126_000), 18_050),
        ]


async def test_a_worksheet_is_written_before_the_table_opens_and_shared_only_then(platform):
    early = await a_case(platform, Stage.CONVENTION_PENDING)
    await add(platform, early, "claimant")
    for into in (SpaceKind.CAUCUS, SpaceKind.JOINT):
        with pytest.raises(WrongStageError):
            await share(platform, early, "claimant", into)
    over = await a_case(platform, Stage.NOT_SETTLED)
    with pytest.raises(WrongStageError):
        await add(platform, over, "claimant")
    assert not (await sheet(platform, over, "claimant")).may_write
