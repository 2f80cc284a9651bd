"""The worker's making of the record of an attempt: set outside any transaction, then kept, keyed to the procedure."""

import asyncio
from typing import Final
from uuid import UUID

from sqlalchemy import select

from odr.disputes.attempt import AttemptFacts, attempt_pdf
from odr.disputes.events import AttemptRecorded
from odr.disputes.invitations import invitation_view
from odr.disputes.models import AttemptRecord, PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.documents.making import Sealed, keep_document, seal_document
from odr.ids import DisputeId, PartyId
from odr.outbox import Job
from odr.parties.queries import Side
from odr.people.models import Account
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork

_RULE: Final = "V83"


async def make_attempt_record(platform: Platform, job: Job) -> None:
    """Make the record that a party was invited and declined or did not answer, keep it, and have it time-stamped."""
    dispute_id = DisputeId(UUID(job.payload["dispute_id"]))
    party_id = PartyId(UUID(job.payload["subject_id"]))
    async with platform.unit(write=False) as uow:
        row = await uow.session.get(PartyInvitation, party_id)
        done = await uow.session.get(AttemptRecord, party_id) is not None
        if done or row is None or row.reply not in {Reply.DECLINED, Reply.NONE} or row.replied_at is None:
            return
        dispute = await dispute_facts(uow, dispute_id)
        party = next(each for each in dispute.respondents if each.id == party_id)
        facts = AttemptFacts(
            reference=dispute.reference,
            centre=platform.settings.centre_name,
            claimants=tuple(each.name for each in dispute.parties if each.side is Side.CLAIMANT),
            invitation=await invitation_view(uow, None, dispute, party, row),
        )
        language = await uow.session.scalar(select(Account.language).where(Account.id == dispute.filed_by)) or "fr"
    pdf = await asyncio.to_thread(attempt_pdf, facts, language=language, issued_at=row.replied_at)
    sealed = await seal_document(platform, dispute_id, pdf)
    kept = False
    try:
        async with platform.unit() as uow:
            if await uow.session.get(AttemptRecord, party_id) is None:
                await _keep(uow, dispute, party_id, sealed)
                kept = True
    finally:
        if not kept:
            await asyncio.shield(platform.vault.discard(sealed.received))


async def _keep(uow: UnitOfWork, dispute: DisputeFacts, party_id: PartyId, sealed: Sealed) -> None:
    document_id, received = await keep_document(uow, sealed, dispute.procedure, rule=_RULE), sealed.received
    remembered = await uow.record(
        AttemptRecorded(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=_RULE,
            actor_id=None,
            party_id=party_id,
            document_id=document_id,
            size=received.size,
            sha256=received.sha256.hex(),
        )
    )
    uow.session.add(
        AttemptRecord(
            party_id=party_id,
            dispute_id=dispute.id,
            document_id=document_id,
            sha256=received.sha256,
            size=received.size,
            issued_at=uow.now(),
            event_index=remembered.index,
        )
    )
    await uow.vault.ledger.ask_stamp(uow.session, dispute.procedure, remembered.index)
