"""The settlement's draft: who holds the pen, versions, what the form refuses, remarks, freezing."""

from dataclasses import replace

import pytest

from odr.agreements.commands import begin_settlement, freeze_text, remark, save_version, set_aside
from odr.agreements.drafting import DraftClause, draft_of
from odr.agreements.queries import (
    AgreementState,
    agreements_of,
    remarks_of,
    version_of,
    versions_of,
    visible_agreement,
)
from odr.agreements.text import canonical, digest
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from tests.integration.agreements.at_the_table import CLAIMANT, DRAFT, RESPONDENT, Table

MEDIATOR_ONLY = ["claimant", "claimant_counsel", "respondent"]
OUTSIDERS = ["expert", "secretariat", "archivist", "stranger"]


async def test_the_mediator_begins_with_a_first_text_and_the_dispute_goes_to_drafting(any_open_table: Table):
    table = any_open_table
    async with table.platform.unit() as uow:
        await begin_settlement(uow, table.mediator, table.id)
    assert await table.stage() is Stage.AGREEMENT_DRAFTING
    agreement = await table.agreement()
    assert agreement.state is AgreementState.DRAFTED
    assert agreement.text.language == "fr"
    assert [party.name for party in agreement.text.parties] == [CLAIMANT, RESPONDENT, "Maya Médiatrice"]
    assert agreement.text.parties[0].represented_by == "Claire Demandeur"


@pytest.mark.parametrize("who", MEDIATOR_ONLY)
async def test_nobody_but_the_mediator_begins_saves_freezes_or_sets_aside(open_table: Table, who: str):
    actor = open_table.case.people[who]
    with pytest.raises(NotPermittedError):
        async with open_table.platform.unit() as uow:
            await begin_settlement(uow, actor, open_table.id)
    agreement_id = await open_table.drafted()
    seen = (await open_table.agreement()).version.digest.hex()
    with pytest.raises(NotPermittedError):
        async with open_table.platform.unit() as uow:
            await save_version(uow, actor, open_table.id, agreement_id, seen=2, draft=DRAFT)
    with pytest.raises(NotPermittedError):
        async with open_table.platform.unit() as uow:
            await freeze_text(uow, actor, open_table.id, agreement_id, digest_seen=seen)
    with pytest.raises(NotPermittedError):
        async with open_table.platform.unit() as uow:
            await set_aside(uow, actor, open_table.id)
    assert await open_table.stage() is Stage.AGREEMENT_DRAFTING


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_for_whoever_is_not_a_party_or_the_mediator_no_agreement_exists(open_table: Table, who: str):
    agreement_id = await open_table.drafted()
    actor = open_table.case.people[who]
    async with open_table.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await agreements_of(uow, actor, open_table.id)
        with pytest.raises(NotFoundError):
            await visible_agreement(uow, actor, open_table.id, agreement_id)
    async with open_table.platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await save_version(uow, actor, open_table.id, agreement_id, seen=2, draft=DRAFT)


async def test_every_save_is_a_version_with_a_number_and_the_digest_of_its_canonical_text(any_open_table: Table):
    table = any_open_table
    agreement_id = await table.drafted()
    changed = replace(DRAFT, title="Protocole modifié")
    async with table.platform.unit() as uow:
        number = await save_version(uow, table.mediator, table.id, agreement_id, seen=2, draft=changed)
    assert number == 3
    agreement = await table.agreement("claimant")
    async with table.platform.unit(write=False) as uow:
        versions = await versions_of(uow, agreement)
        _line, second = await version_of(uow, agreement, 2)
    assert [version.number for version in versions] == [3, 2, 1]
    assert versions[0].digest == digest(agreement.text)
    assert versions[1].digest == digest(second)
    assert second.title == DRAFT.title
    assert versions[0].author == "Maya Médiatrice"


async def test_saving_an_unchanged_text_makes_no_version(open_table: Table):
    agreement_id = await open_table.drafted()
    async with open_table.platform.unit() as uow:
        number = await save_version(uow, open_table.mediator, open_table.id, agreement_id, seen=2, draft=DRAFT)
    assert number == 2


async def test_a_save_over_a_version_that_was_not_seen_is_refused_and_names_it(open_table: Table):
    agreement_id = await open_table.drafted()
    with pytest.raises(ConflictError) as refused:
        async with open_table.platform.unit() as uow:
            await save_version(
                uow,
                open_table.mediator,
                open_table.id,
                agreement_id,
                seen=1,
                draft=replace(DRAFT, title="Autre"),
            )
    assert refused.value.code == "version_saved_meanwhile"
    assert refused.value.details["number"] == 2


async def test_what_must_be_mended_is_named_by_the_fields_of_the_form(open_table: Table):
    agreement_id = await open_table.drafted()
    first = DRAFT.payments[0]
    wrong = replace(
        DRAFT,
        title="",
        clauses=(DraftClause("Sans texte", "", ""), DraftClause("Avec un sourire", "😀", "nobody")),
        payments=(replace(first, amount="beaucoup"), replace(first, due="demain", payer="Inconnue", payee="")),
    )
    with pytest.raises(InvalidInputError) as refused:
        async with open_table.platform.unit() as uow:
            await save_version(uow, open_table.mediator, open_table.id, agreement_id, seen=2, draft=wrong)
    assert refused.value.fields == {
        "title": "missing",
        "clauses.0.body": "missing",
        "clauses.1.body": "unprintable_character",
        "clauses.1.concession_by": "unknown_value",
        "payments.0.amount": "bad_amount",
        "payments.1.due": "not_a_date",
        "payments.1.payer": "not_a_party",
        "payments.1.payee": "missing",
    }
    assert (await open_table.agreement()).version.number == 2


async def test_a_draft_comes_back_from_its_text_as_it_was_typed(open_table: Table):
    await open_table.drafted()
    shown = draft_of((await open_table.agreement()).text)
    assert shown.clauses == DRAFT.clauses
    assert [payment.amount for payment in shown.payments] == ["4\u202f800,00"] * 3


async def test_a_comment_reaches_the_table_beside_the_version_it_is_about(any_open_table: Table):
    table = any_open_table
    agreement_id = await table.drafted()
    async with table.platform.unit() as uow:
        await remark(uow, table.claimant_counsel, table.id, agreement_id, number=2, text="Article 2 : le 30 plutôt.")
    agreement = await table.agreement("respondent")
    async with table.platform.unit(write=False) as uow:
        dispute = await visible_dispute(uow, table.respondent, table.id)
        (found,) = await remarks_of(uow, agreement, dispute)
    assert (found.number, found.author, found.side, found.party) == (2, "Denis Conseil", "claimant", CLAIMANT)
    assert found.text == "Article 2 : le 30 plutôt."


async def test_an_empty_comment_and_one_on_an_unknown_version_are_refused(open_table: Table):
    agreement_id = await open_table.drafted()
    for number, text, code in ((2, "  ", "required"), (9, "Oui.", "unknown_version")):
        with pytest.raises(InvalidInputError) as refused:
            async with open_table.platform.unit() as uow:
                await remark(uow, open_table.claimant, open_table.id, agreement_id, number=number, text=text)
        assert refused.value.fields == {"text": code}


async def test_a_frozen_text_is_edited_by_nobody(open_table: Table):
    frozen = await open_table.frozen()
    assert await open_table.stage() is Stage.SIGNING
    with pytest.raises(WrongStageError):
        async with open_table.platform.unit() as uow:
            await save_version(
                uow,
                open_table.mediator,
                open_table.id,
                frozen.id,
                seen=2,
                draft=replace(DRAFT, title="Glissé après coup"),
            )
    assert (await open_table.agreement()).version.digest == frozen.version.digest


async def test_freezing_another_text_than_the_one_that_was_shown_is_refused(open_table: Table):
    agreement_id = await open_table.drafted()
    agreement = await open_table.agreement()
    async with open_table.platform.unit() as uow:
        await save_version(
            uow, open_table.mediator, open_table.id, agreement_id, seen=2, draft=replace(DRAFT, title="Autre")
        )
    with pytest.raises(ConflictError) as refused:
        async with open_table.platform.unit() as uow:
            await freeze_text(
                uow,
                open_table.mediator,
                open_table.id,
                agreement_id,
                digest_seen=agreement.version.digest.hex(),
            )
    assert refused.value.code == "another_text"
    assert await open_table.stage() is Stage.AGREEMENT_DRAFTING


async def test_a_draft_set_aside_is_taken_up_again_as_it_was(open_table: Table):
    agreement_id = await open_table.drafted()
    async with open_table.platform.unit() as uow:
        await set_aside(uow, open_table.mediator, open_table.id)
    assert await open_table.stage() is Stage.OPEN
    async with open_table.platform.unit() as uow:
        again = await begin_settlement(uow, open_table.mediator, open_table.id)
    assert again == agreement_id
    assert (await open_table.agreement()).text.title == DRAFT.title


async def test_the_stored_text_is_the_canonical_text(open_table: Table):
    await open_table.drafted()
    agreement = await open_table.agreement()
    assert b'"format":"entente-agreement/v1"' in canonical(agreement.text)
