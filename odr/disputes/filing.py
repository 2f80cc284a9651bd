"""From a draft to the referral: what a claimant writes, keeps, checks and files."""

from typing import Final

import msgspec
from sqlalchemy import update

from odr.disputes.commands import move, permitted_by
from odr.disputes.drafts import CleanDraft, Draft, OtherRespondent, clean_draft
from odr.disputes.events import DisputeFiled
from odr.disputes.lifecycle import Stage, Step, Transition
from odr.disputes.mandates import declare_own_word
from odr.disputes.models import Dispute
from odr.disputes.queries import Contact, DisputeFacts, Statement, statement_of, visible_dispute
from odr.errors import NotPermittedError, WrongStageError
from odr.ids import AccountId, DisputeId, SpaceId, new_id, new_reference
from odr.parties.commands import add_party, give_seat, join_party, remove_party, rename_party
from odr.parties.queries import PartyFacts, Side
from odr.spaces.commands import ensure_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["Draft", "OtherRespondent", "as_draft", "draft_of", "file_dispute", "note_filed", "save_draft"]

DRAFT_RULE: Final = "V3"


async def save_draft(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId | None, draft: Draft) -> DisputeId:
    """Keep a draft, new (``None``) or known; whatever is still missing may come later.

    The first save makes the claimant's seat, the procedure space and their private room. Raises InvalidInputError.
    """
    clean = clean_draft(draft, whole=False)
    if dispute_id is None:
        return await _begin(uow, actor, clean)
    dispute = await _own_draft(uow, actor, dispute_id)
    text = clean.draft
    await rename_party(
        uow, dispute.claimant.id, name=text.company, registration=text.registration, address=text.address
    )
    await _name_respondents(uow, dispute_id, dispute.procedure_space_id, dispute.respondents, text, actor)
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute_id)
        .values(
            title=text.title,
            category=clean.category,
            amount_cents=clean.cents,
            currency=text.currency,
            statement_sealed=await uow.vault.seal_text(uow.session, dispute.procedure, dispute_id, _statement(text)),
        )
        .execution_options(synchronize_session="fetch")
    )
    return dispute_id


async def _begin(uow: UnitOfWork, actor: Actor, clean: CleanDraft) -> DisputeId:
    dispute_id = DisputeId(new_id())
    text = clean.draft
    procedure = await ensure_space(uow, dispute_id, SpaceKind.PROCEDURE)
    now = uow.now()
    uow.session.add(
        Dispute(
            id=dispute_id,
            reference=new_reference(),
            stage=Stage.DRAFT,
            version=1,
            title=text.title,
            category=clean.category,
            amount_cents=clean.cents,
            currency=text.currency,
            statement_sealed=await uow.vault.seal_text(uow.session, procedure.ref, dispute_id, _statement(text)),
            procedure_space_id=procedure.id,
            filed_by=actor.account_id,
            created_at=now,
            stage_since=now,
        )
    )
    await uow.session.flush()
    claimant = await add_party(
        uow,
        dispute_id,
        procedure.id,
        side=Side.CLAIMANT,
        name=text.company,
        registration=text.registration,
        address=text.address,
        rule=DRAFT_RULE,
        actor_id=actor.account_id,
    )
    await _name_respondents(uow, dispute_id, procedure.id, (), text, actor)
    seat_id = await give_seat(
        uow,
        dispute_id,
        procedure.id,
        account_id=actor.account_id,
        role=SeatRole.REPRESENTATIVE,
        party_id=claimant,
        rule=DRAFT_RULE,
        actor_id=actor.account_id,
    )
    await ensure_space(uow, dispute_id, SpaceKind.PRIVATE, claimant)
    await declare_own_word(uow, dispute_id, claimant, seat_id, actor_id=actor.account_id, name=actor.name)
    return dispute_id


async def _name_respondents(
    uow: UnitOfWork,
    dispute_id: DisputeId,
    procedure_id: SpaceId,
    known: tuple[PartyFacts, ...],
    text: Draft,
    actor: Actor,
) -> None:
    """Make the respondents those of the draft, in its order: corrected where known, added, or taken out again."""
    first = OtherRespondent(text.respondent, text.respondent_registration, text.respondent_address)
    wanted = (first, *text.others)
    for party, company in zip(known, wanted, strict=False):
        await rename_party(uow, party.id, name=company.name, registration=company.registration, address=company.address)
    for company in wanted[len(known) :]:
        await add_party(
            uow,
            dispute_id,
            procedure_id,
            side=Side.RESPONDENT,
            name=company.name,
            registration=company.registration,
            address=company.address,
            rule=DRAFT_RULE,
            actor_id=actor.account_id,
        )
    for party in known[len(wanted) :]:
        await remove_party(uow, party, procedure_id, rule=DRAFT_RULE, actor_id=actor.account_id)


async def draft_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Draft:
    """Return the answers given so far, for the form. Raises NotFoundError and WrongStageError."""
    dispute = await _own_draft(uow, actor, dispute_id)
    return as_draft(dispute, await statement_of(uow, dispute))


def as_draft(dispute: DisputeFacts, said: Statement) -> Draft:
    """Return the answers that a request was, or is to be, made of."""
    own, other = dispute.claimant, dispute.respondents[0]
    return Draft(
        title=dispute.title,
        category=dispute.category.value,
        contract=said.contract,
        amount=_as_typed(dispute.amount_cents),
        currency=dispute.currency,
        facts=said.facts,
        wished=said.wished,
        company=own.name,
        registration=own.registration,
        address=own.address,
        respondent=other.name,
        respondent_registration=other.registration,
        respondent_address=other.address,
        contact_name=said.contact_name,
        contact_email=said.contact_email,
        others=tuple(
            OtherRespondent(party.name, party.registration, party.address, *msgspec.structs.astuple(contact))
            for party in dispute.respondents[1:]
            for contact in (said.contact_of(party),)
        ),
        answers=said.answers,
        kept=said.kept,
    )


async def file_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Refer the dispute to the centre, as it stands in the draft. Raises InvalidInputError for what is missing."""
    draft = await draft_of(uow, actor, dispute_id)
    clean_draft(draft, whole=True)
    dispute = await visible_dispute(uow, actor, dispute_id)
    line = await move(uow, dispute_id, Step.FILE, permitted_by(actor, dispute, Step.FILE), actor)
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute_id).values(created_at=uow.now())
    )  # for everybody else it begins here
    await join_party(uow, dispute.claimant.id)
    await note_filed(uow, dispute, line, actor.account_id)


async def note_filed(uow: UnitOfWork, dispute: DisputeFacts, line: Transition, actor_id: AccountId | None) -> None:
    """Tell that a dispute has come before the centre: from a draft, or from a complaint."""
    await uow.record(
        DisputeFiled(dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=actor_id)
    )


async def _own_draft(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    dispute = await visible_dispute(uow, actor, dispute_id)
    if dispute.stage is not Stage.DRAFT:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.FILE)
    if actor.may(Act.WRITE, Thing.DISPUTE, dispute.place) is None:
        raise NotPermittedError("not_permitted")
    return dispute


def _statement(draft: Draft) -> str:
    said = Statement(
        draft.contract,
        draft.facts,
        draft.wished,
        draft.contact_name,
        draft.contact_email,
        tuple(Contact(other.contact_name, other.contact_email) for other in draft.others),
        draft.answers,
        draft.kept,
    )
    return msgspec.json.encode(said).decode()


def _as_typed(cents: int | None) -> str:
    if cents is None:
        return ""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"
