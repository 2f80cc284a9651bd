"""What the worker makes of agreements: the agreement to mediate, the signed texts as PDF, the certificate of the end.

A PDF is set and sealed in a thread, and put into the store while no transaction is held; then it is recorded, keyed to
the joint space. Each job looks first whether it is done already, so it may run again.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from odr.agreements.certificate import EndFacts, StageFact, certificate_pdf
from odr.agreements.commands import add_version, of_version
from odr.agreements.document import SignatureLine, agreement_pdf
from odr.agreements.drafting import convention_text
from odr.agreements.events import AgreementDocumented, ConventionDocumented, ConventionDrafted, EndCertified
from odr.agreements.lines import line_names, signing_parties
from odr.agreements.lookup import dispute_language, row_of, text_of_version
from odr.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, EndCertificate, Signature
from odr.agreements.template import template_at
from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.lifecycle import Stage
from odr.disputes.limitation import open_until
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.documents.making import Sealed, keep_document, seal_document
from odr.ids import AgreementId, DisputeId, new_id
from odr.outbox import Job
from odr.parties.queries import Side, seats_of
from odr.platform import Platform
from odr.spaces.commands import ensure_space
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole
from odr.visibility.terms import SpaceKind
from odr.words import _, home_zone, pgettext, phrase, use_language

_ACCEPTED: Final = "L7"  # the other party came to the table: there is something to sign
_SIGNED: Final = {AgreementKind.CONVENTION: "L10", AgreementKind.SETTLEMENT: "L17"}
_CERTIFIED: Final = "V81"

_STAGES: Final[Mapping[str, str]] = {
    Stage.REFERRED: phrase("Referred to the centre"),
    Stage.INVITED: phrase("The other party invited"),
    Stage.CONVENTION_PENDING: phrase("Mediation accepted by every party"),
    Stage.OPEN: phrase("Mediation opened"),
    Stage.NOT_SETTLED: phrase("Mediation ended without an agreement"),
}
"""What a certificate names. Suspensions, drafts and signatures are left out: they would tell how far the talks went."""


async def draft_convention(platform: Platform, job: Job) -> None:
    """Write the agreement to mediate from the centre's template, once every party has come to the table."""
    years = max(1, platform.settings.record_term.days // 365)
    async with platform.unit() as uow:
        await _draft_convention(uow, job, years)


async def _draft_convention(uow: UnitOfWork, job: Job, years: int) -> None:
    dispute = await dispute_facts(uow, DisputeId(UUID(job.payload["dispute_id"])))
    mine = Agreement.dispute_id == dispute.id, Agreement.kind == AgreementKind.CONVENTION
    if dispute.stage is not Stage.CONVENTION_PENDING or await uow.session.scalar(select(Agreement.id).where(*mine)):
        return
    await ensure_space(uow, dispute.id, SpaceKind.JOINT)
    seats, language = await seats_of(uow, dispute.id), await dispute_language(uow, dispute)
    template = await template_at(uow, language)
    text = convention_text(dispute, seats, language, wording=template.wording, years=years)
    sign_by = due_at(Deadline.SIGNATURE, uow.now())
    row = Agreement(
        id=AgreementId(new_id()),
        dispute_id=dispute.id,
        kind=AgreementKind.CONVENTION,
        state=AgreementState.FROZEN,
        created_at=uow.now(),
        frozen_version_id=None,
        signed_at=None,
        document_id=None,
        sign_by=sign_by,
        template_version=template.number,
    )
    uow.session.add(row)
    await uow.session.flush()
    await set_timer(uow, Deadline.SIGNATURE, dispute.id, sign_by, subject_id=row.id)
    version = await add_version(uow, row, 1, text, None)
    row.frozen_version_id = version.id
    await uow.session.flush()
    await uow.record(await of_version(uow, ConventionDrafted, row, version, _ACCEPTED, None))


async def make_agreement_document(platform: Platform, job: Job) -> None:
    """Make the PDF of an agreement that every party signed, keep it, and have its entry in the ledger time-stamped."""
    dispute_id = DisputeId(UUID(job.payload["dispute_id"]))
    agreement_id = AgreementId(UUID(job.payload["subject_id"]))
    async with platform.unit(write=False) as uow:
        row, version = await row_of(uow, dispute_id, agreement_id)
        if row.document_id is not None or row.signed_at is None:
            return
        dispute = await dispute_facts(uow, dispute_id)
        text = await text_of_version(uow, version)
        signatures = await _signature_lines(uow, dispute, version, text.language)
    pdf = await asyncio.to_thread(
        agreement_pdf,
        text,
        signatures,
        reference=dispute.reference,
        language=text.language,
        issued_at=row.signed_at,
    )
    sealed = await seal_document(platform, dispute_id, pdf)
    kept = False
    try:
        async with platform.unit() as uow:
            row, version = await row_of(uow, dispute_id, agreement_id, lock=True)
            if row.document_id is None:
                await _keep_agreement(uow, row, version, sealed)
                kept = True
    finally:
        if not kept:
            await asyncio.shield(platform.vault.discard(sealed.received))


async def _keep_agreement(uow: UnitOfWork, row: Agreement, version: AgreementVersion, sealed: Sealed) -> None:
    joint = await ensure_space(uow, row.dispute_id, SpaceKind.JOINT)
    document_id = await keep_document(uow, sealed, joint.ref, rule=_SIGNED[row.kind])
    row.document_id, received = document_id, sealed.received
    kind = ConventionDocumented if row.kind is AgreementKind.CONVENTION else AgreementDocumented
    remembered = await uow.record(
        kind(
            dispute_id=row.dispute_id,
            space_id=joint.id,
            rule=_SIGNED[row.kind],
            actor_id=None,
            agreement_id=row.id,
            document_id=document_id,
            size=received.size,
            sha256=received.sha256.hex(),
            digest=version.digest.hex(),
        )
    )
    await uow.vault.ledger.ask_stamp(uow.session, joint.ref, remembered.index)


async def _signature_lines(
    uow: UnitOfWork, dispute: DisputeFacts, version: AgreementVersion, language: str
) -> list[SignatureLine]:
    names = line_names(signing_parties(dispute))
    rows = await uow.session.scalars(select(Signature).where(Signature.version_id == version.id))
    with use_language(language):
        role = pgettext("document", "representative")
    return [SignatureLine(names[row.party_id], row.name, role, row.signed_at, "password", row.digest) for row in rows]


async def make_end_certificate(platform: Platform, job: Job) -> None:
    """Make the certificate that a mediation ended without an agreement; what was not signed is abandoned then."""
    dispute_id = DisputeId(UUID(job.payload["dispute_id"]))
    async with platform.unit(write=False) as uow:
        dispute = await dispute_facts(uow, dispute_id)
        done = await uow.session.get(EndCertificate, dispute_id) is not None
        if done or dispute.stage is not Stage.NOT_SETTLED:
            return
        language = await dispute_language(uow, dispute)
        facts = await _end_facts(uow, dispute, platform.settings.centre_name, language)
    pdf = await asyncio.to_thread(certificate_pdf, facts, language=language, issued_at=dispute.stage_since)
    sealed = await seal_document(platform, dispute_id, pdf)
    kept = False
    try:
        async with platform.unit() as uow:
            joint = await ensure_space(uow, dispute_id, SpaceKind.JOINT)
            if await uow.session.get(EndCertificate, dispute_id) is None:
                await _keep_certificate(uow, joint, sealed)
                kept = True
    finally:
        if not kept:
            await asyncio.shield(platform.vault.discard(sealed.received))


async def _keep_certificate(uow: UnitOfWork, joint: SpaceFacts, sealed: Sealed) -> None:
    document_id, received = await keep_document(uow, sealed, joint.ref, rule=_CERTIFIED), sealed.received
    remembered = await uow.record(
        EndCertified(
            dispute_id=joint.dispute_id,
            space_id=joint.id,
            rule=_CERTIFIED,
            actor_id=None,
            document_id=document_id,
            size=received.size,
            sha256=received.sha256.hex(),
        )
    )
    uow.session.add(
        EndCertificate(
            dispute_id=joint.dispute_id,
            document_id=document_id,
            sha256=received.sha256,
            size=received.size,
            issued_at=uow.now(),
            event_index=remembered.index,
        )
    )
    await uow.session.execute(
        update(Agreement)
        .where(Agreement.dispute_id == joint.dispute_id, Agreement.state != AgreementState.SIGNED)
        .values(state=AgreementState.ABANDONED)
        .execution_options(synchronize_session=False)
    )
    await uow.vault.ledger.ask_stamp(uow.session, joint.ref, remembered.index)


async def _end_facts(uow: UnitOfWork, dispute: DisputeFacts, centre: str, language: str) -> EndFacts:
    events = await uow.vault.ledger.events(uow.session, dispute.procedure)
    reached: dict[str, str] = {}
    for event in events:
        body: dict[str, Any] = event.event
        if body["event"] == "StageChanged" and body["after"] in _STAGES:
            reached.setdefault(body["after"], body["at"])
    people = await seats_of(uow, dispute.id)
    suspended = dispute.limitation_suspended_at or dispute.convention_signed_at
    resumed = (dispute.limitation_resumed_at or dispute.stage_since) if suspended else None
    with use_language(language):
        stages = tuple(
            StageFact(_(_STAGES[stage]), datetime.fromisoformat(at))
            for stage, at in sorted(reached.items(), key=lambda one: one[1])
        )
        mediators = ", ".join(seat.name for seat in people if seat.role is SeatRole.MEDIATOR) or _("not appointed")
    return EndFacts(
        reference=dispute.reference,
        centre=centre,
        mediator=mediators,
        claimants=tuple(party.name for party in dispute.parties if party.side is Side.CLAIMANT),
        respondents=tuple(party.name for party in dispute.respondents),
        stages=stages,
        suspended_from=suspended.astimezone(home_zone).date() if suspended else None,
        running_again_from=resumed.astimezone(home_zone).date() if resumed else None,
        open_until=open_until(resumed) if resumed else None,
        term_ends=dispute.term_ends.astimezone(home_zone).date() if dispute.term_ends else None,
        term_extended_on=dispute.term_extended_at.astimezone(home_zone).date() if dispute.term_extended_at else None,
    )
