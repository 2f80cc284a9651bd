"""What is known of an invitation: its mails, the first opening, the answer, and the record made of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.disputes.inviting import BETWEEN, BY_HAND
from odr.disputes.lifecycle import Stage
from odr.disputes.models import AttemptRecord, Errand, InvitationMail, PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.documents.making import DocumentSeal, has_whole_receipt, newest_of
from odr.errors import NotFoundError
from odr.ids import DisputeId, PartyId
from odr.parties.queries import PartyFacts
from odr.people.models import Invitation
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Place
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["Errand", "InvitationView", "MailView", "RecordView", "Reply", "has_invitations", "invitations_of"]


@dataclass(frozen=True, slots=True)
class MailView:
    """One mail: why, to whom, when it was handed over or refused for good, and the SHA-256 of its bytes (32 bytes).

    ``server`` is empty where mails are written to a folder, and ``answer`` with it. Neither time: it waits to leave.
    """

    errand: Errand
    name: str
    email: str
    asked_at: datetime
    handed_at: datetime | None
    refused_at: datetime | None
    server: str
    answer: str
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record of an attempt: when it was made, its size in bytes, its SHA-256 (32 bytes)."""

    issued_at: datetime
    size: int
    sha256: bytes
    event_index: int
    seal: DocumentSeal | None
    receipt_complete: bool


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A party's invitation. ``reminders_left``: those that the secretariat may still send; ``next_reminder`` when."""

    party_id: PartyId
    party: str
    invited_at: datetime
    reply_by: datetime
    opened_at: datetime | None
    reply: Reply | None
    replied_at: datetime | None
    reason: str
    reason_told: bool
    mails: tuple[MailView, ...]
    record: RecordView | None
    may_remind: bool
    reminders_left: int
    next_reminder: datetime | None


def has_invitations(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether the actor may look at a dispute's invitations."""
    place = Place(dispute.id, dispute.claimant.id, SpaceKind.PROCEDURE)
    return dispute.reply_by is not None and actor.may(Act.READ, Thing.ATTEMPT, place) is not None


async def invitations_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[InvitationView, ...]:
    """Return the invitations of a dispute's respondents, in their order. Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not has_invitations(actor, dispute):
        raise NotFoundError
    rows = {
        row.party_id: row
        for row in await uow.session.scalars(select(PartyInvitation).where(PartyInvitation.dispute_id == dispute_id))
    }
    views = [
        await invitation_view(uow, actor, dispute, party, rows[party.id])
        for party in dispute.respondents
        if party.id in rows
    ]
    return tuple(views)


async def invitation_view(
    uow: UnitOfWork, actor: Actor | None, dispute: DisputeFacts, party: PartyFacts, row: PartyInvitation
) -> InvitationView:
    """Return all that is known of an invitation, for whoever may know it; ``None`` asks for the platform."""
    record = await uow.session.get(AttemptRecord, party.id)
    reason = ""
    if row.reason_sealed is not None:
        reason = await uow.vault.open_text(uow.session, dispute.procedure, party.id, row.reason_sealed)
    awaited = dispute.stage is Stage.INVITED and row.reply is None
    left = max(0, BY_HAND - row.by_hand) if awaited else 0
    since = row.by_hand_at + BETWEEN if row.by_hand_at else None
    waits = since is not None and since > uow.now()
    return InvitationView(
        party_id=party.id,
        party=party.name,
        invited_at=row.invited_at,
        reply_by=row.reply_by,
        opened_at=row.opened_at,
        reply=row.reply,
        replied_at=row.replied_at,
        reason=reason,
        reason_told=row.reason_told,
        mails=await _mails(uow, party.id),
        record=await _record_view(uow, dispute, record) if record else None,
        may_remind=actor is not None and actor.is_a(CentreRole.SECRETARIAT) and left > 0 and not waits,
        reminders_left=left,
        next_reminder=since if waits and left else None,
    )


async def _record_view(uow: UnitOfWork, dispute: DisputeFacts, row: AttemptRecord) -> RecordView:
    newest = await newest_of(
        uow, row.dispute_id, row.document_id, size=row.size, sha256=row.sha256, event_index=row.event_index
    )
    complete = await has_whole_receipt(uow, dispute.procedure, newest.event_index)
    return RecordView(row.issued_at, newest.size, newest.sha256, newest.event_index, newest.seal, complete)


async def _mails(uow: UnitOfWork, party_id: PartyId) -> tuple[MailView, ...]:
    rows = await uow.session.execute(
        select(InvitationMail, Invitation.name, Invitation.email)
        .join(Invitation, Invitation.id == InvitationMail.invitation_id)
        .where(InvitationMail.party_id == party_id)
        .order_by(InvitationMail.asked_at, InvitationMail.invitation_id)
    )
    return tuple(
        MailView(
            mail.errand,
            name,
            email,
            mail.asked_at,
            mail.handed_at,
            mail.refused_at,
            mail.server,
            mail.answer,
            mail.sha256,
        )
        for mail, name, email in rows.all()
    )
