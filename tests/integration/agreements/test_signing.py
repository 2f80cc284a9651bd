"""Signatures: one a party, by its representative, after the password, under exactly one text."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from odr.agreements.models import Signature
from odr.agreements.queries import AgreementKind, AgreementState, remarks_of, visible_agreement
from odr.agreements.signing import refuse_to_sign, sign_agreement
from odr.agreements.text import digest
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import visible_dispute
from odr.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    TooManyAttemptsError,
    WrongStageError,
)
from odr.event import EventRow
from odr.parties.models import Mandate
from odr.people.models import Account
from tests.integration.agreements.at_the_table import PASSWORD, Table


async def sign(table: Table, who: str, agreement, password: str = PASSWORD, seen: str | None = None) -> bool:
    async with table.platform.unit() as uow:
        return await sign_agreement(
            uow,
            table.case.people[who],
            table.id,
            agreement.id,
            digest_seen=seen or agreement.version.digest.hex(),
            password=password,
        )


async def refuse(table: Table, who: str, agreement, reason: str = "Le délai est trop court.") -> None:
    async with table.platform.unit() as uow:
        await refuse_to_sign(
            uow,
            table.case.people[who],
            table.id,
            agreement.id,
            digest_seen=agreement.version.digest.hex(),
            reason=reason,
        )


async def signatures(table: Table) -> int:
    async with table.platform.unit(write=False) as uow:
        return await uow.session.scalar(select(func.count()).select_from(Signature)) or 0


async def events(table: Table, name: str) -> int:
    async with table.platform.unit(write=False) as uow:
        found = await uow.session.scalar(
            select(func.count()).where(EventRow.name == name, EventRow.dispute_id == table.id)
        )
        return found or 0


# ---- the agreement to mediate


async def test_the_worker_writes_the_agreement_to_mediate_once_in_its_final_text(any_pending_table: Table):
    table = any_pending_table
    agreement = await table.convention()
    await table.queue("draft_convention")
    await table.work()
    assert (agreement.kind, agreement.state) == (AgreementKind.CONVENTION, AgreementState.FROZEN)
    assert await events(table, "ConventionDrafted") == 1
    assert agreement.text.kind == "convention"
    assert table.case.reference in agreement.text.preamble
    assert "Maya Médiatrice" in agreement.text.clauses[0].body
    headings = [clause.heading for clause in agreement.text.clauses]
    assert {"Confidentialité", "Prescription", "Signature électronique", "Durée", "Indépendance"} <= set(headings)
    assert [signer.party for signer in agreement.signers] == ["Société claimant", "Société respondent"]
    notices = {job.payload["what"] for job in await table.jobs("tell")}
    assert notices == {"convention_to_sign"}


async def test_the_agreement_to_mediate_is_in_the_language_of_whoever_filed(pending_table: Table):
    async with pending_table.platform.unit() as uow:
        account = await uow.session.get_one(Account, pending_table.claimant.account_id)
        account.language = "en"
    agreement = await pending_table.convention()
    assert agreement.text.language == "en"
    assert agreement.text.title == "Agreement to mediate"


async def test_no_agreement_to_mediate_is_written_at_another_stage(open_table: Table):
    await open_table.queue("draft_convention")
    await open_table.work()
    assert await events(open_table, "ConventionDrafted") == 0


async def test_the_last_signature_opens_the_mediation_when_independence_is_declared(any_pending_table: Table):
    table = any_pending_table
    agreement = await table.convention()
    assert not await sign(table, "respondent", agreement)
    assert await table.stage() is Stage.CONVENTION_PENDING
    assert await sign(table, "claimant", agreement)
    assert await table.stage() is Stage.OPEN
    signed = await table.agreement("claimant")
    assert signed.state is AgreementState.SIGNED
    assert {signer.name for signer in signed.signers} == {"Claire Demandeur", "René Défendeur"}
    async with table.platform.unit(write=False) as uow:
        dispute = await uow.session.get_one(Dispute, table.id)
        assert dispute.convention_signed_at is not None
        assert dispute.limitation_suspended_at == dispute.convention_signed_at


async def test_the_agreement_to_mediate_is_not_refused_but_left(pending_table: Table):
    agreement = await pending_table.convention()
    with pytest.raises(ConflictError):
        await refuse(pending_table, "claimant", agreement)


# ---- the settlement


async def test_the_last_signature_settles_in_the_same_transaction(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    await sign(table, "claimant", agreement)
    assert await table.stage() is Stage.SIGNING
    await sign(table, "respondent", agreement)
    assert await table.stage() is Stage.SETTLED
    assert await events(table, "AgreementSigned") == 1
    assert len(await table.jobs("make_agreement_document")) == 1


async def test_what_is_signed_is_the_digest_of_the_canonical_text(open_table: Table):
    agreement = await open_table.frozen()
    await sign(open_table, "claimant", agreement)
    async with open_table.platform.unit(write=False) as uow:
        (row,) = await uow.session.scalars(select(Signature))
    assert row.digest == digest(agreement.text)


@pytest.mark.parametrize("who", ["claimant_counsel", "mediator"])
async def test_whoever_does_not_represent_a_party_cannot_sign(open_table: Table, who: str):
    agreement = await open_table.frozen()
    with pytest.raises(NotPermittedError):
        await sign(open_table, who, agreement)
    assert await signatures(open_table) == 0


@pytest.mark.parametrize("who", ["expert", "secretariat", "archivist", "stranger"])
async def test_for_everybody_else_there_is_nothing_to_sign(open_table: Table, who: str):
    agreement = await open_table.frozen()
    with pytest.raises(NotFoundError):
        await sign(open_table, who, agreement)


async def test_a_wrong_password_signs_nothing_and_is_throttled(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    for _ in range(5):
        with pytest.raises(InvalidInputError) as refused:
            await sign(table, "claimant", agreement, password="une autre phrase longue")
        assert refused.value.fields == {"password": "password_wrong"}
    with pytest.raises(TooManyAttemptsError):
        await sign(table, "claimant", agreement)
    assert await signatures(table) == 0
    assert await events(table, "SignatureGiven") == 0
    assert not await sign(table, "respondent", agreement)  # one's wrong passwords do not bar the other party


async def test_signing_another_text_than_the_one_that_was_shown_is_refused(open_table: Table):
    agreement = await open_table.frozen()
    for seen in ("0" * 64, "-", "é"):
        with pytest.raises(ConflictError) as refused:
            await sign(open_table, "claimant", agreement, seen=seen)
        assert refused.value.code == "another_text"
    assert await signatures(open_table) == 0


async def test_a_draft_cannot_be_signed(open_table: Table):
    await open_table.drafted()
    agreement = await open_table.agreement()
    with pytest.raises(ConflictError) as refused:
        await sign(open_table, "claimant", agreement)
    assert refused.value.code == "not_frozen"


async def test_a_party_signs_once(open_table: Table):
    agreement = await open_table.frozen()
    await sign(open_table, "claimant", agreement)
    with pytest.raises(ConflictError) as refused:
        await sign(open_table, "claimant", agreement)
    assert refused.value.code == "already_signed"
    assert await signatures(open_table) == 1


async def test_two_parties_who_sign_at_once_each_count_once_and_settle(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    results = await asyncio.gather(sign(table, "claimant", agreement), sign(table, "respondent", agreement))
    assert sorted(results) == [False, True]
    assert await signatures(table) == 2
    assert await table.stage() is Stage.SETTLED
    assert await events(table, "AgreementSigned") == 1


async def test_the_same_person_signing_twice_at_once_signs_once(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    results = await asyncio.gather(
        sign(table, "claimant", agreement), sign(table, "claimant", agreement), return_exceptions=True
    )
    assert sum(result is False for result in results) == 1
    assert [error.code for error in results if isinstance(error, ConflictError)] == ["already_signed"]
    assert await signatures(table) == 1
    assert await events(table, "SignatureGiven") == 1


async def test_a_mandate_below_what_the_party_pays_does_not_sign(open_table: Table):
    agreement = await open_table.frozen()
    await open_table.limit_mandate("claimant", 14_400_00 - 1)
    with pytest.raises(NotPermittedError) as refused:
        await sign(open_table, "claimant", agreement)
    assert refused.value.code == "mandate_exceeded"
    await open_table.limit_mandate("claimant", 14_400_00)
    assert not await sign(open_table, "claimant", agreement)
    await open_table.limit_mandate("respondent", 14_400_00 - 1)  # it pays nothing, but accepts that in settlement
    with pytest.raises(NotPermittedError, match="mandate_exceeded"):
        await sign(open_table, "respondent", agreement)
    await open_table.limit_mandate("respondent", 14_400_00)
    assert await sign(open_table, "respondent", agreement)


async def test_a_representative_whose_mandate_has_ended_does_not_sign_and_nothing_is_remembered(open_table: Table):
    agreement = await open_table.frozen()
    async with open_table.platform.unit() as uow:
        await uow.session.execute(update(Mandate).values(ended_at=uow.now()))
    with pytest.raises(NotPermittedError, match="mandate_ended"):
        await sign(open_table, "claimant", agreement)
    assert await events(open_table, "SignatureGiven") == 0
    assert await signatures(open_table) == 0


async def test_a_refusal_takes_the_text_back_to_drafting_with_its_reason_and_signatures_lapse(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    await sign(table, "claimant", agreement)
    await refuse(table, "respondent", agreement)
    assert await table.stage() is Stage.AGREEMENT_DRAFTING
    assert await signatures(table) == 0
    async with table.platform.unit(write=False) as uow:
        view = await visible_agreement(uow, table.claimant, table.id, agreement.id)
        dispute = await visible_dispute(uow, table.claimant, table.id)
        (found,) = await remarks_of(uow, view, dispute)
    assert view.state is AgreementState.DRAFTED
    assert (str(found.kind), found.text) == ("refusal", "Le délai est trop court.")
    with pytest.raises(ConflictError):
        await sign(table, "claimant", agreement)


async def test_a_refusal_needs_a_reason_and_a_representative(open_table: Table):
    agreement = await open_table.frozen()
    with pytest.raises(InvalidInputError):
        await refuse(open_table, "respondent", agreement, reason=" ")
    with pytest.raises(NotPermittedError):
        await refuse(open_table, "claimant_counsel", agreement)
    with pytest.raises(NotPermittedError):
        await refuse(open_table, "mediator", agreement)
    assert await open_table.stage() is Stage.SIGNING


async def test_who_has_signed_no_longer_refuses(open_table: Table):
    agreement = await open_table.frozen()
    await sign(open_table, "claimant", agreement)
    with pytest.raises(ConflictError) as refused:
        await refuse(open_table, "claimant", agreement)
    assert refused.value.code == "already_signed"


async def test_after_the_end_nobody_signs(open_table: Table):
    agreement = await open_table.frozen()
    async with open_table.platform.unit() as uow:
        dispute = await uow.session.get_one(Dispute, open_table.id)
        dispute.stage = Stage.NOT_SETTLED
    with pytest.raises(WrongStageError):
        await sign(open_table, "claimant", agreement)
