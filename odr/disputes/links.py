"""What a link is for, and why one to a party's seat no longer holds."""

from sqlalchemy import select

from odr.disputes.models import PartyInvitation
from odr.errors import LinkExpiredError
from odr.people.models import Invitation
from odr.people.proving import send_another_code
from odr.people.queries import InvitationFacts, open_invitation, token_digest
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole


async def open_link(uow: UnitOfWork, token: str) -> InvitationFacts:
    """Return what a link is for. Raises LinkExpiredError, with a code that says why for a party's invitation.

    ``invitation_answered`` (``reply``, ``at``): somebody has answered; ``invitation_moved``: a later mail took its
    place, or a colleague was named. Only who holds the link learns so much.
    """
    try:
        return await open_invitation(uow, token)
    except LinkExpiredError:
        found = (
            await uow.session.execute(
                select(PartyInvitation, Invitation.withdrawn_at)
                .join(Invitation, Invitation.party_id == PartyInvitation.party_id)
                .where(
                    Invitation.token_hash == token_digest(token),
                    Invitation.seat_role == SeatRole.REPRESENTATIVE,
                    Invitation.created_at <= PartyInvitation.reply_by,
                )
            )
        ).one_or_none()
        if found is None:
            raise
        row, withdrawn_at = found
    if row.reply is not None and row.replied_at is not None:
        raise LinkExpiredError("invitation_answered", reply=row.reply.value, at=row.replied_at.isoformat())
    raise LinkExpiredError("invitation_moved" if withdrawn_at is not None else "link_expired")


async def ask_for_code(uow: UnitOfWork, token: str) -> None:
    """Have another code mailed to a link's address; raises as send_another_code does."""
    await send_another_code(uow, await open_link(uow, token))
