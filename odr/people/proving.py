"""Proving that a link was received at its own address: a code, mailed there, that whoever takes the link types.

A link can be forwarded, and a forwarded link must neither seat a stranger, nor give them a role, nor answer for a
party. Who has an account of that address proves it by signing in; everybody else by the code, whatever the link is for.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from odr.errors import ConflictError, InvalidInputError, LinkExpiredError
from odr.ids import InvitationId
from odr.people.models import Invitation
from odr.people.queries import InvitationFacts, Purpose, token_digest
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from vault import SpaceRef

LIFE: Final = timedelta(hours=1)
PAUSE: Final = timedelta(minutes=1)
"""How much time lies between two codes."""
TRIES: Final = 5
CODES: Final = 10
"""How many codes one link may ask for."""
_DIGITS: Final = 6


def needs_proof(link: InvitationFacts) -> bool:
    """Tell whether whoever takes a link proves its address: true of each that gives a seat or a role.

    Not of those by which one confirms one's own address, which give nothing else; nor of those that the operator of the
    machine makes and hands over, since no mail may leave yet when a centre's first person comes.
    """
    return link.purpose is Purpose.JOIN and (link.dispute_id is not None or link.invited_by is not None)


async def note_opened(uow: UnitOfWork, link: InvitationFacts) -> None:
    """Somebody asked to see what a link is for: note when, the first time, and mail the code that it takes then."""
    row = await _row(uow, link.id)
    if row is None or row.opened_at is not None:
        return
    row.opened_at = uow.now()
    if needs_proof(link) and not link.has_account:
        await _send_code(uow, row)
    await uow.session.flush()


async def send_another_code(uow: UnitOfWork, link: InvitationFacts) -> None:
    """Mail a code to a link's address. The one before no longer holds.

    Raises LinkExpiredError for a link that takes none, and ConflictError (``code_lately``, ``codes_spent``).
    """
    row = await _row(uow, link.id)
    if row is None or not needs_proof(link):
        raise LinkExpiredError("link_expired")
    if row.code_until is not None and uow.now() < row.code_until - LIFE + PAUSE:
        raise ConflictError("code_lately")
    if row.codes_sent >= CODES:
        raise ConflictError("codes_spent")
    await _send_code(uow, row)


async def _send_code(uow: UnitOfWork, row: Invitation) -> None:
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    centre = uow.vault.tenant
    row.code_hash = token_digest(f"{row.id}/{code}")
    row.code_sealed = await uow.vault.seal_text(uow.session, SpaceRef(centre, centre), row.id, code)
    row.code_until = uow.now() + LIFE
    row.code_tries = TRIES
    row.codes_sent += 1
    await uow.session.flush()
    await uow.enqueue("send_code", {"invitation_id": str(row.id), "number": row.codes_sent})


async def code_to_mail(uow: UnitOfWork, invitation_id: InvitationId) -> str | None:
    """Return a link's code for its mail, or ``None`` when that mail left already or the code no longer holds."""
    row = await uow.session.get(Invitation, invitation_id)
    if row is None or row.code_sealed is None or _is_over(row, uow.now()):
        return None
    centre = uow.vault.tenant
    return await uow.vault.open_text(uow.session, SpaceRef(centre, centre), invitation_id, row.code_sealed)


async def forget_code(uow: UnitOfWork, invitation_id: InvitationId, number: int) -> None:
    """Erase a code's sealed text: its mail has left. A code asked for meanwhile stays for its own mail."""
    row = await _row(uow, invitation_id)
    if row is not None and row.codes_sent == number:
        row.code_sealed = None
        await uow.session.flush()


async def prove_address(platform: Platform, link: InvitationFacts, code: str, visitor: Actor | None) -> None:
    """Hold a code against the one that was mailed, where the link needs one.

    Who is signed in with the link's address needs none. A wrong one counts, whatever happens next: after five the code
    is spent. Raises InvalidInputError (``code``: required, code_wrong, code_spent).
    """
    if not needs_proof(link) or (visitor is not None and visitor.email == link.email):
        return
    given = "".join(code.split())
    if not given:
        raise InvalidInputError({"code": "required"})
    async with platform.unit() as uow:
        row = await _row(uow, link.id)
        if row is None or row.code_hash is None or row.code_tries <= 0 or _is_over(row, uow.now()):
            problem = "code_spent"
        elif hmac.compare_digest(row.code_hash, token_digest(f"{link.id}/{given}")):
            problem = ""
        else:
            row.code_tries -= 1
            problem = "code_wrong" if row.code_tries else "code_spent"
    if problem:
        raise InvalidInputError({"code": problem})


async def _row(uow: UnitOfWork, invitation_id: InvitationId) -> Invitation | None:
    """Return a link's row, held against two who type or ask at once."""
    return await uow.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)


def _is_over(row: Invitation, now: datetime) -> bool:
    return row.code_until is None or row.code_until <= now
