"""From a draft to the referral: what a claimant writes, keeps, checks and files."""

from typing import Final

import msgspec
from sqlalchemy import update

from odr.disputes.commands import move, permitted_by
from odr.disputes.events import DisputeFiled
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.models import Category, Dispute
from odr.disputes.queries import DisputeFacts, Statement, statement_of, visible_dispute
from odr.errors import NotPermittedError, WrongStageError
from odr.ids import DisputeId, PartyId, new_id, new_reference
from odr.parties.commands import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    REGISTRATION_LIMIT,
    add_party,
    give_seat,
    join_party,
    rename_party,
)
from odr.parties.queries import Side
from odr.spaces.commands import ensure_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing

TITLE_LIMIT: Final = 200
LINE_LIMIT: Final = 300
TEXT_LIMIT: Final = 20_000
CONTACT_LIMIT: Final = 120
CURRENCIES: Final = ("EUR", "CHF", "GBP", "USD")
DRAFT_RULE: Final = "V3"


class Draft(msgspec.Struct, frozen=True):
    """The claimant's answers, as typed. ``amount`` as people write it; ``category`` one of :class:`Category`."""

    title: str = ""
    category: str = Category.OTHER.value
    contract: str = ""
    amount: str = ""
    currency: str = "EUR"
    facts: str = ""
    wished: str = ""
    company: str = ""
    registration: str = ""
    address: str = ""
    respondent: str = ""
    respondent_registration: str = ""
    respondent_address: str = ""
    contact_name: str = ""
    contact_email: str = ""


class _Clean(msgspec.Struct, frozen=True):
    draft: Draft
    category: Category
    cents: int | None


def _clean(draft: Draft, *, whole: bool) -> _Clean:
    """Clean all answers; ``whole``: what must be there is there. Raises InvalidInputError with every problem."""
    typed = Typed()
    category = typed.choice("category", draft.category, Category)
    cents = typed.cents("amount", draft.amount, required=False)
    email = draft.contact_email
    if email.strip() or whole:
        email = typed.email("contact_email", email)
    if draft.currency not in CURRENCIES:
        typed.wrong("currency", "choose_one")
    clean = Draft(
        title=typed.line("title", draft.title, limit=TITLE_LIMIT, required=whole),
        category=category.value,
        contract=typed.line("contract", draft.contract, limit=LINE_LIMIT, required=False),
        amount=draft.amount.strip(),
        currency=draft.currency,
        facts=typed.text("facts", draft.facts, limit=TEXT_LIMIT, required=whole),
        wished=typed.text("wished", draft.wished, limit=TEXT_LIMIT, required=whole),
        company=typed.line("company", draft.company, limit=NAME_LIMIT, required=whole),
        registration=typed.line("registration", draft.registration, limit=REGISTRATION_LIMIT, required=False),
        address=typed.text("address", draft.address, limit=ADDRESS_LIMIT, required=False),
        respondent=typed.line("respondent", draft.respondent, limit=NAME_LIMIT, required=whole),
        respondent_registration=typed.line(
            "respondent_registration", draft.respondent_registration, limit=REGISTRATION_LIMIT, required=False
        ),
        respondent_address=typed.text(
            "respondent_address", draft.respondent_address, limit=ADDRESS_LIMIT, required=False
        ),
        contact_name=typed.line("contact_name", draft.contact_name, limit=CONTACT_LIMIT, required=whole),
        contact_email=email,
    )
    typed.check()
    return _Clean(clean, category, cents)


async def save_draft(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId | None, draft: Draft) -> DisputeId:
    """Keep a draft, new (``None``) or known; whatever is still missing may come later.

    The first save makes the claimant's seat, the procedure space and their private room. Raises InvalidInputError.
    """
    clean = _clean(draft, whole=False)
    if dispute_id is None:
        return await _begin(uow, actor, clean)
    dispute = await _own_draft(uow, actor, dispute_id)
    text = clean.draft
    await rename_party(
        uow, dispute.claimant.id, name=text.company, registration=text.registration, address=text.address
    )
    await rename_party(
        uow,
        dispute.respondents[0].id,
        name=text.respondent,
        registration=text.respondent_registration,
        address=text.respondent_address,
    )
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


async def _begin(uow: UnitOfWork, actor: Actor, clean: _Clean) -> DisputeId:
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
    claimant = PartyId(new_id())
    for side, name, registration, address in (
        (Side.CLAIMANT, text.company, text.registration, text.address),
        (Side.RESPONDENT, text.respondent, text.respondent_registration, text.respondent_address),
    ):
        party_id = await add_party(
            uow,
            dispute_id,
            procedure.id,
            side=side,
            name=name,
            registration=registration,
            address=address,
            rule=DRAFT_RULE,
            actor_id=actor.account_id,
        )
        claimant = party_id if side is Side.CLAIMANT else claimant
    await give_seat(
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
    return dispute_id


async def draft_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Draft:
    """Return the answers given so far, for the form. Raises NotFoundError and WrongStageError."""
    dispute = await _own_draft(uow, actor, dispute_id)
    said = await statement_of(uow, dispute)
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
    )


async def file_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Refer the dispute to the centre, as it stands in the draft. Raises InvalidInputError for what is missing."""
    draft = await draft_of(uow, actor, dispute_id)
    _clean(draft, whole=True)
    dispute = await visible_dispute(uow, actor, dispute_id)
    line = await move(uow, dispute_id, Step.FILE, permitted_by(actor, dispute, Step.FILE), actor)
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute_id).values(created_at=uow.now())
    )  # for everybody else it begins here
    await join_party(uow, dispute.claimant.id)
    await uow.record(
        DisputeFiled(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=actor.account_id,
        )
    )


async def _own_draft(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    dispute = await visible_dispute(uow, actor, dispute_id)
    if dispute.stage is not Stage.DRAFT:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.FILE)
    if actor.may(Act.WRITE, Thing.DISPUTE, dispute.place) is None:
        raise NotPermittedError("not_permitted")
    return dispute


def _statement(draft: Draft) -> str:
    said = Statement(draft.contract, draft.facts, draft.wished, draft.contact_name, draft.contact_email)
    return msgspec.json.encode(said).decode()


def _as_typed(cents: int | None) -> str:
    if cents is None:
        return ""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100},{cents % 100:02d}"
