"""The settlement's draft, whose pen the mediator holds: begun, saved as versions, remarked on, frozen, set aside."""

import hashlib
from typing import Final

from sqlalchemy import delete, func, select

from odr.agreements.drafting import Draft, first_settlement, text_of
from odr.agreements.events import (
    DraftAnnounced,
    OfVersion,
    SignaturesLapsed,
    TextFrozen,
    VersionRemarked,
    VersionSaved,
)
from odr.agreements.lookup import dispute_language, joint_space, on_the_table, required_rule, row_of
from odr.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    Remark,
    RemarkKind,
    Signature,
)
from odr.agreements.text import AgreementText, canonical, digest
from odr.disputes.commands import move, permitted_by
from odr.disputes.lifecycle import Activity, Step, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError
from odr.ids import AccountId, AgreementId, DisputeId, MessageId, VersionId, new_id
from odr.offers.lookup import agreed_offer, locked_offers, terms_of
from odr.parties.queries import seats_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act

REMARK_LIMIT: Final = 8_000


async def begin_settlement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> AgreementId:
    """The mediator sees terms in sight: the dispute goes on to drafting, with a first text or the one set aside before.

    The first text holds the offer that every party accepted, if there is one and nothing else was offered since.

    Raises NotPermittedError, WrongStageError, ConflictError ``changed_meanwhile``.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.DRAFT, dispute_id)
    await move(uow, dispute_id, Step.REACH_TERMS, permitted_by(actor, dispute, Step.REACH_TERMS), actor)
    standing = await uow.session.scalar(
        select(Agreement.id).where(
            Agreement.dispute_id == dispute_id,
            Agreement.kind == AgreementKind.SETTLEMENT,
            Agreement.state == AgreementState.DRAFTED,
            on_the_table(),
        )
    )
    if standing is not None:
        return standing
    language = await dispute_language(uow, dispute)
    await locked_offers(uow, dispute_id)  # who stops one waits, and then finds the draft that was made from it
    agreed = await agreed_offer(uow, dispute_id)
    offered = await terms_of(uow, agreed) if agreed else None
    text = first_settlement(dispute, await seats_of(uow, dispute_id), language, offered=offered)
    row = Agreement(
        id=AgreementId(new_id()),
        dispute_id=dispute_id,
        kind=AgreementKind.SETTLEMENT,
        state=AgreementState.DRAFTED,
        created_at=uow.now(),
        frozen_version_id=None,
        signed_at=None,
        document_id=None,
        sign_by=None,
        template_version=0,
        offer_id=agreed.id if agreed else None,
        stopped_at=None,
    )
    uow.session.add(row)
    await uow.session.flush()
    version = await add_version(uow, row, 1, text, actor.account_id)
    await uow.record(await of_version(uow, VersionSaved, row, version, rule, actor))
    return row.id


async def set_aside(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The terms do not hold: back to the table. The draft stays, to be taken up again."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.DRAFT, dispute_id)
    await move(uow, dispute_id, Step.FALL_THROUGH, permitted_by(actor, dispute, Step.FALL_THROUGH), actor)


async def save_version(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    agreement_id: AgreementId,
    *,
    seen: int,
    draft: Draft,
    announce: bool = False,
) -> int:
    """Save what the mediator wrote as a new version, and return its number; an unchanged text makes none.

    ``seen`` is the number of the version that was edited; ``announce`` asks the parties to read it. Raises
    InvalidInputError by the form's fields, NotPermittedError, WrongStageError, and ConflictError
    (``version_saved_meanwhile`` with its ``number``) when somebody saved another version since.
    """
    rule, dispute = await _pen(uow, actor, dispute_id)
    row, newest = await row_of(uow, dispute_id, agreement_id, lock=True)
    _require_draft(row)
    language = await dispute_language(uow, dispute)
    text = text_of(draft, dispute, await seats_of(uow, dispute_id), language)
    if newest.number != seen:
        raise ConflictError("version_saved_meanwhile", number=newest.number)
    version = newest
    if digest(text) != newest.digest:
        version = await add_version(uow, row, newest.number + 1, text, actor.account_id)
        await uow.record(await of_version(uow, VersionSaved, row, version, rule, actor))
    if announce:
        await uow.record(await of_version(uow, DraftAnnounced, row, version, rule, actor))
    return version.number


async def freeze_text(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, *, digest_seen: str
) -> None:
    """Freeze the newest version for signature: from now on nobody changes a letter.

    ``digest_seen`` (hexadecimal) is the digest of the text that the mediator was shown. Raises NotPermittedError,
    WrongStageError, ConflictError (``not_a_draft``, ``another_text``, ``changed_meanwhile``).
    """
    rule, dispute = await _pen(uow, actor, dispute_id)
    row, newest = await row_of(uow, dispute_id, agreement_id, lock=True)
    _require_draft(row)
    if newest.digest.hex() != digest_seen:
        raise ConflictError("another_text")
    await move(uow, dispute_id, Step.FREEZE, permitted_by(actor, dispute, Step.FREEZE), actor)
    row.state = AgreementState.FROZEN
    row.frozen_version_id = newest.id
    await uow.session.flush()
    await uow.record(await of_version(uow, TextFrozen, row, newest, rule, actor))


async def remark(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, *, number: int, text: str
) -> MessageId:
    """Write about a version, for everyone at the table. Raises InvalidInputError (``text``), WrongStageError."""
    typed = Typed()
    clean = typed.text("text", text, limit=REMARK_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    act = Act.COMMENT if actor.party_in(dispute_id) else Act.DRAFT
    rule = required_rule(actor, act, dispute_id)
    row, _newest = await row_of(uow, dispute_id, agreement_id)
    require(dispute.stage, Activity.SPEAK_TOGETHER)
    version = await uow.session.scalar(
        select(AgreementVersion).where(AgreementVersion.agreement_id == row.id, AgreementVersion.number == number)
    )
    if version is None:
        typed.wrong("text", "unknown_version")
    typed.check()
    if version is None or row.kind is not AgreementKind.SETTLEMENT:
        raise ConflictError("not_a_draft")
    remark_id = await keep_remark(uow, actor, version, RemarkKind.COMMENT, clean)
    joint = await joint_space(uow, dispute_id)
    await uow.record(
        VersionRemarked(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            agreement_id=row.id,
            number=version.number,
            digest=version.digest.hex(),
            remark_id=remark_id,
            sha256=hashlib.sha256(clean.encode()).hexdigest(),
        )
    )
    return remark_id


async def keep_remark(
    uow: UnitOfWork, actor: Actor, version: AgreementVersion, kind: RemarkKind, text: str
) -> MessageId:
    """Seal what somebody wrote about a version. For commands that have permitted it."""
    remark_id = MessageId(new_id())
    joint = await joint_space(uow, version.dispute_id)
    uow.session.add(
        Remark(
            id=remark_id,
            dispute_id=version.dispute_id,
            agreement_id=version.agreement_id,
            version_id=version.id,
            kind=kind,
            author_id=actor.account_id,
            party_id=actor.party_in(version.dispute_id),
            text_sealed=await uow.vault.seal_text(uow.session, joint.ref, remark_id, text),
            at=uow.now(),
        )
    )
    await uow.session.flush()
    return remark_id


async def add_version(
    uow: UnitOfWork, row: Agreement, number: int, text: AgreementText, author_id: AccountId | None
) -> AgreementVersion:
    """Seal a text as a version of an agreement. For commands that have permitted it."""
    version_id = VersionId(new_id())
    joint = await joint_space(uow, row.dispute_id)
    version = AgreementVersion(
        id=version_id,
        agreement_id=row.id,
        dispute_id=row.dispute_id,
        number=number,
        text_sealed=await uow.vault.seal_text(uow.session, joint.ref, version_id, canonical(text).decode()),
        digest=digest(text),
        author_id=author_id,
        at=uow.now(),
    )
    uow.session.add(version)
    await uow.session.flush()
    return version


async def next_number(uow: UnitOfWork, row: Agreement) -> int:
    """Return the number that an agreement's next version has."""
    newest = select(func.max(AgreementVersion.number)).where(AgreementVersion.agreement_id == row.id)
    return (await uow.session.scalar(newest) or 0) + 1


async def lapse_signatures(
    uow: UnitOfWork, row: Agreement, version: AgreementVersion, *, rule: str, actor_id: AccountId | None
) -> None:
    """End the signatures given for a version that no longer stands; that they were given stays in the ledger."""
    signed = list(await uow.session.scalars(select(Signature.party_id).where(Signature.version_id == version.id)))
    if not signed:
        return
    await uow.session.execute(delete(Signature).where(Signature.version_id == version.id))
    joint = await joint_space(uow, row.dispute_id)
    await uow.record(
        SignaturesLapsed(
            dispute_id=row.dispute_id,
            space_id=joint.id,
            rule=rule,
            actor_id=actor_id,
            agreement_id=row.id,
            number=version.number,
            digest=version.digest.hex(),
            parties=tuple(sorted(signed)),
        )
    )


async def of_version(
    uow: UnitOfWork,
    kind: type[OfVersion],
    row: Agreement,
    version: AgreementVersion,
    rule: Rule | str,
    actor: Actor | None,
) -> OfVersion:
    """Make an event about a version that needs no further field."""
    joint = await joint_space(uow, row.dispute_id)
    return kind(
        dispute_id=row.dispute_id,
        space_id=joint.id,
        rule=rule if isinstance(rule, str) else rule.number,
        actor_id=actor.account_id if actor else None,
        agreement_id=row.id,
        number=version.number,
        digest=version.digest.hex(),
    )


async def _pen(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[Rule, DisputeFacts]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.DRAFT, dispute_id)
    require(dispute.stage, Activity.DRAFT_AGREEMENT)
    return rule, dispute


def _require_draft(row: Agreement) -> None:
    if row.kind is not AgreementKind.SETTLEMENT or row.state is not AgreementState.DRAFTED:
        raise ConflictError("not_a_draft")
