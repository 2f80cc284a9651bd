"""The mails of an invitation: each with a link of its own, and what is known of its way to the mail server."""

from typing import Final

from sqlalchemy import func, select

from odr.disputes.events import InvitationMailed
from odr.disputes.models import Errand, InvitationMail, PartyInvitation
from odr.disputes.queries import dispute_facts
from odr.ids import DisputeId, InvitationId, PartyId
from odr.people.commands import invite_person
from odr.people.models import Invitation
from odr.people.queries import InvitationFacts, invitation_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

_TEXT: Final = 200  # of a mail server's answer


async def send_link(
    uow: UnitOfWork,
    actor: Actor | None,
    row: PartyInvitation,
    contact: tuple[str, str, str],
    errand: Errand,
    rule: str,
) -> str:
    """Make a link for an invited party's contact (name, address, language) and have it mailed; returns its token."""
    invitation_id, token = await invite_person(
        uow,
        actor,
        email=contact[1],
        name=contact[0],
        language=contact[2],
        dispute_id=row.dispute_id,
        party_id=row.party_id,
        seat_role=SeatRole.REPRESENTATIVE,
        until=row.reply_by,
        rule=rule,
    )
    uow.session.add(
        InvitationMail(
            invitation_id=invitation_id,
            dispute_id=row.dispute_id,
            party_id=row.party_id,
            errand=errand,
            asked_at=uow.now(),
            handed_at=None,
            refused_at=None,
            server="",
            answer="",
            sha256=None,
        )
    )
    await uow.session.flush()
    return token


async def contact_of(uow: UnitOfWork, row: PartyInvitation) -> InvitationFacts | None:
    """Return the newest link of an invitation that still holds: who is being invited now."""
    links = await open_links(uow, row.dispute_id, row.party_id)
    return await invitation_of(uow, links[-1]) if links else None


async def times_passed_on(uow: UnitOfWork, row: PartyInvitation) -> int:
    """Return how many times an invitation was passed on to a colleague."""
    mails = select(func.count()).where(
        InvitationMail.party_id == row.party_id, InvitationMail.errand == Errand.PASSED_ON
    )
    return await uow.session.scalar(mails) or 0


async def open_links(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId) -> list[InvitationId]:
    """Return the links to this party's first seat that still hold, the newest last."""
    return list(
        await uow.session.scalars(
            select(Invitation.id)
            .where(
                Invitation.dispute_id == dispute_id,
                Invitation.party_id == party_id,
                Invitation.seat_role == SeatRole.REPRESENTATIVE,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > uow.now(),
            )
            .order_by(Invitation.created_at, Invitation.id)
        )
    )


async def is_reminder(uow: UnitOfWork, invitation_id: InvitationId) -> bool:
    """Tell whether a link's mail reminds of an invitation, for its words."""
    mail = await uow.session.get(InvitationMail, invitation_id)
    return mail is not None and mail.errand in {Errand.REMINDER, Errand.BY_HAND}


async def note_mailed(
    uow: UnitOfWork, invitation_id: InvitationId, *, server: str, answer: str, sha256: bytes | None
) -> None:
    """Note that a link's mail was handed to a server, or refused by it for good (no ``sha256``), if it invites a party.

    ``server`` is empty where mails are written to a folder; ``answer`` is what the server said.
    """
    mail = await uow.session.get(InvitationMail, invitation_id)
    if mail is None or mail.handed_at is not None or mail.refused_at is not None:
        return
    mail.server, mail.answer, mail.sha256 = server[:_TEXT], answer[:_TEXT], sha256
    if sha256 is None:
        mail.refused_at = uow.now()
    else:
        mail.handed_at = uow.now()
    await uow.session.flush()
    dispute = await dispute_facts(uow, mail.dispute_id)
    await uow.record(
        InvitationMailed(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="L6",
            actor_id=None,
            party_id=mail.party_id,
            invitation_id=invitation_id,
            errand=mail.errand,
            accepted=sha256 is not None,
            answer=mail.answer,
            sha256=sha256.hex() if sha256 else "",
        )
    )
