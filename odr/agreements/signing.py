"""Signing exactly one text, or refusing to: the special flow at the heart of both agreements.

A signature is a simple electronic signature (eIDAS art. 3(10)): the representative, signed in to their own account,
gives their password again before the text whose digest they were shown.
"""

import hashlib
from typing import Final

from sqlalchemy import delete, select, update

from odr.agreements.clauses import agreed
from odr.agreements.commands import keep_remark, of_version
from odr.agreements.events import AgreementSigned, ConventionSigned, SignatureGiven, SignatureRefused
from odr.agreements.lookup import (
    SIGNED_WHILE,
    awaits_mediator,
    is_discussed,
    joint_space,
    required_rule,
    row_of,
    signers_of,
    text_of_version,
)
from odr.agreements.mandated import bound_for
from odr.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, RemarkKind, Signature
from odr.appointment.opening import open_if_ready
from odr.disputes.commands import move, permitted_by
from odr.disputes.lifecycle import By, Step, require
from odr.disputes.mandates import require_mandate
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.ids import AgreementId, DisputeId, PartyId
from odr.people.commands import confirm_password
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act

REASON_LIMIT: Final = 4_000
_PLATFORM: Final = frozenset({By.PLATFORM})
OPENING: Final = "L10"
"""The line for which an agreement to mediate is signed: it opens the mediation."""


async def sign_agreement(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    agreement_id: AgreementId,
    *,
    digest_seen: str,
    password: str,
) -> bool:
    """Sign the frozen text for one's party; tell whether every party has signed now.

    ``digest_seen`` (hexadecimal) is the digest of the text that was shown. The last signature under a settlement
    settles the dispute in the same transaction; the last one under an agreement to mediate opens the mediation if the
    mediator has declared independence. Raises NotPermittedError (``not_permitted``, ``not_representative``,
    ``no_mandate``, ``mandate_ended``, ``mandate_exceeded``), WrongStageError, ConflictError (``not_frozen``,
    ``another_text``, ``already_signed``, ``under_discussion``, ``changed_meanwhile``), InvalidInputError
    (``password``) and TooManyAttemptsError.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.SIGN, dispute_id)
    party_id = _represented(actor, dispute_id)
    row, version = await row_of(uow, dispute_id, agreement_id)
    await _check(uow, dispute, row, version, party_id, digest_seen)
    await _check_mandate(uow, actor, dispute, version, party_id)
    await confirm_password(uow, actor, password)

    row, version = await row_of(uow, dispute_id, agreement_id, lock=True)
    dispute = await visible_dispute(uow, actor, dispute_id)  # again: the stage may have changed meanwhile
    signers = await _check(uow, dispute, row, version, party_id, digest_seen)
    await _check_mandate(uow, actor, dispute, version, party_id)  # same reason
    uow.session.add(
        Signature(
            version_id=version.id,
            party_id=party_id,
            account_id=actor.account_id,
            name=actor.name,
            role=SeatRole.REPRESENTATIVE.value,
            digest=version.digest,
            signed_at=uow.now(),
        )
    )
    await uow.session.flush()
    joint = await joint_space(uow, dispute_id)
    await uow.record(
        SignatureGiven(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            agreement_id=row.id,
            number=version.number,
            digest=version.digest.hex(),
            party_id=party_id,
            name=actor.name,
            role=SeatRole.REPRESENTATIVE.value,
        )
    )
    signed = await _signed_by(uow, version)
    if signers <= signed:
        await _conclude(uow, row, version)
        return True
    return False


async def refuse_to_sign(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId, *, digest_seen: str, reason: str
) -> None:
    """A party's representative refuses the frozen settlement and says why, to everyone at the table.

    Back to drafting: signatures already given for this text lapse. Raises InvalidInputError (``reason``),
    NotPermittedError, WrongStageError, ConflictError (``not_frozen``, ``another_text``, ``already_signed``).
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = required_rule(actor, Act.SIGN, dispute_id)
    party_id = _represented(actor, dispute_id)
    row, version = await row_of(uow, dispute_id, agreement_id, lock=True)
    if row.kind is not AgreementKind.SETTLEMENT:
        raise ConflictError("not_frozen")  # who does not sign the agreement to mediate leaves the mediation instead
    await _check(uow, dispute, row, version, party_id, digest_seen)
    typed.check()
    await move(uow, dispute_id, Step.REFUSE_TO_SIGN, permitted_by(actor, dispute, Step.REFUSE_TO_SIGN), actor)
    await uow.session.execute(delete(Signature).where(Signature.version_id == version.id))
    row.state = AgreementState.DRAFTED
    row.frozen_version_id = None
    remark_id = await keep_remark(uow, actor, version, RemarkKind.REFUSAL, clean)
    joint = await joint_space(uow, dispute_id)
    await uow.record(
        SignatureRefused(
            dispute_id=dispute_id,
            space_id=joint.id,
            rule=rule.number,
            actor_id=actor.account_id,
            agreement_id=row.id,
            number=version.number,
            digest=version.digest.hex(),
            party_id=party_id,
            remark_id=remark_id,
            sha256=hashlib.sha256(clean.encode()).hexdigest(),
        )
    )


def _represented(actor: Actor, dispute_id: DisputeId) -> PartyId:
    seat = actor.seat_in(dispute_id)
    if seat is None or seat.party_id is None or seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_representative")
    return seat.party_id


async def _check(
    uow: UnitOfWork,
    dispute: DisputeFacts,
    row: Agreement,
    version: AgreementVersion,
    party_id: PartyId,
    digest_seen: str,
) -> set[PartyId]:
    """Hold what is asked against what is frozen, and return the parties that must sign."""
    if row.state is AgreementState.SIGNED or party_id in await _signed_by(uow, version):
        raise ConflictError("already_signed")
    if row.state is not AgreementState.FROZEN:
        raise ConflictError("not_frozen")
    if await is_discussed(uow, row.id):
        raise ConflictError("under_discussion")
    if row.kind is AgreementKind.CONVENTION and await awaits_mediator(uow, dispute, version):
        raise ConflictError("mediator_awaited")
    require(dispute.stage, SIGNED_WHILE[row.kind])
    if version.digest.hex() != digest_seen:
        raise ConflictError("another_text")
    signers = set(signers_of(dispute, await text_of_version(uow, version)))
    if party_id not in signers:
        raise NotPermittedError("not_permitted")
    return signers


async def _check_mandate(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, version: AgreementVersion, party_id: PartyId
) -> None:
    """Hold the signatory's mandate against what their party would pay, and against what it would accept."""
    await require_mandate(uow, actor, dispute.id, bound_for(dispute, await text_of_version(uow, version), party_id))


async def _note_terms(uow: UnitOfWork, row: Agreement, version: AgreementVersion) -> None:
    """Keep what the signed text fixes for the platform to follow: the term's length and how long the record is kept."""
    text = await text_of_version(uow, version)
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == row.dispute_id)
        .values(term_months=agreed(text, "term", "months"), retention_years=agreed(text, "retention", "years"))
        .execution_options(synchronize_session="fetch")
    )


async def _signed_by(uow: UnitOfWork, version: AgreementVersion) -> set[PartyId]:
    rows = await uow.session.scalars(select(Signature.party_id).where(Signature.version_id == version.id))
    return set(rows)


async def _conclude(uow: UnitOfWork, row: Agreement, version: AgreementVersion) -> None:
    """The last signature is there."""
    row.state = AgreementState.SIGNED
    row.signed_at = uow.now()
    await uow.session.flush()
    if row.kind is AgreementKind.CONVENTION:
        await _note_terms(uow, row, version)
        await uow.record(await of_version(uow, ConventionSigned, row, version, OPENING, None))
        await open_if_ready(uow, row.dispute_id, all_signed=True)
        return
    line = await move(uow, row.dispute_id, Step.SETTLE, _PLATFORM, None)
    await uow.record(await of_version(uow, AgreementSigned, row, version, line.number, None))
