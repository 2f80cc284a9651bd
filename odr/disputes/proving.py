"""Proving that an invitation was received at its own address: a code, mailed there, that whoever answers types.

A link can be forwarded, and a forwarded link must neither take a party's seat nor decline for it. Who has an account of
that address proves it by signing in; everybody else by the code.
"""

import hmac
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from odr.disputes.mailing import mail_row
from odr.disputes.models import InvitationMail, PartyInvitation
from odr.errors import ConflictError, InvalidInputError, LinkExpiredError
from odr.ids import InvitationId
from odr.people.models import Invitation
from odr.people.queries import InvitationFacts, open_invitation, token_digest
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from vault import SpaceRef

LIFE: Final = timedelta(hours=1)
PAUSE: Final = timedelta(minutes=1)
"""How much time lies between two codes."""
TRIES: Final = 5
CODES: Final = 10
"""How many codes one link may ask for."""
_DIGITS: Final = 6


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
    """Mail a code to the invited address. The one before no longer holds.

    Raises LinkExpiredError, and ConflictError (``code_lately``, ``codes_spent``).
    """
    link = await open_link(uow, token)
    mail = await mail_row(uow, link)
    if mail is None:
        raise LinkExpiredError("link_expired")
    if mail.code_until is not None and uow.now() < mail.code_until - LIFE + PAUSE:
        raise ConflictError("code_lately")
    if mail.codes_sent >= CODES:
        raise ConflictError("codes_spent")
    await send_code(uow, link, mail)


async def send_code(uow: UnitOfWork, link: InvitationFacts, mail: InvitationMail) -> None:
    """Make a code and queue its mail. For commands that have permitted it."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    centre = uow.vault.tenant
    mail.code_hash = token_digest(f"{link.id}/{code}")
    mail.code_sealed = await uow.vault.seal_text(uow.session, SpaceRef(centre, centre), link.id, code)
    mail.code_until = uow.now() + LIFE
    mail.code_tries = TRIES
    mail.codes_sent += 1
    await uow.session.flush()
    await uow.enqueue("send_code", {"invitation_id": str(link.id), "number": mail.codes_sent})


async def code_to_mail(uow: UnitOfWork, invitation_id: InvitationId) -> str | None:
    """Return a link's code for its mail, or ``None`` when that mail left already or the code no longer holds."""
    mail = await uow.session.get(InvitationMail, invitation_id)
    if mail is None or mail.code_sealed is None or _is_over(uow, mail):
        return None
    centre = uow.vault.tenant
    return await uow.vault.open_text(uow.session, SpaceRef(centre, centre), invitation_id, mail.code_sealed)


async def forget_code(uow: UnitOfWork, invitation_id: InvitationId, number: int) -> None:
    """Erase a code's sealed text: its mail has left. A code asked for meanwhile stays for its own mail."""
    mail = await uow.session.get(InvitationMail, invitation_id, with_for_update=True)
    if mail is not None and mail.codes_sent == number:
        mail.code_sealed = None
        await uow.session.flush()


async def prove_address(platform: Platform, link: InvitationFacts, code: str, visitor: Actor | None) -> None:
    """Hold a code against the one that was mailed; who is signed in with the invited address needs none.

    A wrong one counts, whatever happens next: after five the code is spent. Raises InvalidInputError (``code``:
    required, code_wrong, code_spent).
    """
    if visitor is not None and visitor.email == link.email:
        return
    given = "".join(code.split())
    if not given:
        raise InvalidInputError({"code": "required"})
    async with platform.unit() as uow:
        mail = await uow.session.get(InvitationMail, link.id, with_for_update=True)
        if mail is None or mail.code_hash is None or mail.code_tries <= 0 or _is_over(uow, mail):
            problem = "code_spent"
        elif hmac.compare_digest(mail.code_hash, token_digest(f"{link.id}/{given}")):
            problem = ""
        else:
            mail.code_tries -= 1
            problem = "code_wrong" if mail.code_tries else "code_spent"
    if problem:
        raise InvalidInputError({"code": problem})


def _is_over(uow: UnitOfWork, mail: InvitationMail) -> bool:
    return mail.code_until is None or mail.code_until <= uow.now()
