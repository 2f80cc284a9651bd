"""Answering an invitation without coming: declining it, or naming the colleague who should answer."""

from typing import Final

from odr.disputes.commands import REASON_LIMIT
from odr.disputes.events import InvitationPassedOn, PartyDeclined
from odr.disputes.inviting import note_reply
from odr.disputes.lifecycle import Stage
from odr.disputes.links import open_link
from odr.disputes.mailing import open_links, send_link, times_passed_on
from odr.disputes.models import Errand, PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.errors import ConflictError, LinkExpiredError
from odr.ids import DisputeId, PartyId
from odr.people.events import HOLDS_LINK
from odr.people.inviting import spend, withdraw_invitation
from odr.people.proving import prove_address
from odr.people.queries import InvitationFacts, account_of
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

NAME_LIMIT: Final = 120
PASSED_ON: Final = 3
"""How many times an invitation may be passed on to a colleague."""


def decides(link: InvitationFacts, dispute: DisputeFacts) -> bool:
    """Tell whether whoever holds a link decides for a party whether it comes."""
    return (
        dispute.stage is Stage.INVITED
        and link.seat_role is SeatRole.REPRESENTATIVE
        and any(party.id == link.party_id and party.joined_at is None for party in dispute.respondents)
    )


async def decline(
    platform: Platform,
    token: str,
    *,
    reason: str,
    tell_reason: bool = False,
    code: str = "",
    visitor: Actor | None = None,
) -> None:
    """The invited party does not come, and may say why. No account is needed; its links are used up.

    The claimant and the centre read the reason. ``tell_reason`` lets the record of the attempt repeat it. Who is not
    signed in with the invited address gives the ``code`` that was mailed there. Raises LinkExpiredError, and
    InvalidInputError (``reason``, ``code``).
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=False)
    typed.check()
    async with platform.unit(write=False) as uow:
        link = await _deciding(uow, token)
    await prove_address(platform, link, code, visitor)
    async with platform.unit() as uow:
        await _decline(uow, await _deciding(uow, token), clean, tell_reason=tell_reason)


async def _decline(uow: UnitOfWork, link: InvitationFacts, reason: str, *, tell_reason: bool) -> None:
    if link.dispute_id is None or link.party_id is None:
        raise LinkExpiredError("link_expired")
    dispute = await dispute_facts(uow, link.dispute_id)
    await spend(uow, link, await account_of(uow, link.email))
    row = await awaited_row(uow, dispute, link.party_id)
    if reason:
        row.reason_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, link.party_id, reason)
        row.reason_told = tell_reason
    line = await note_reply(uow, dispute, row, Reply.DECLINED, None, reason)
    await end_links(uow, dispute.id, link.party_id)
    await uow.record(
        PartyDeclined(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number if line else "L8",
            actor_id=None,
            party_id=link.party_id,
        )
    )


async def pass_on(
    platform: Platform, token: str, *, name: str, email: str, code: str = "", visitor: Actor | None = None
) -> None:
    """The person invited names the colleague who should answer: a link leaves to that one, and theirs end.

    Only whoever proves the invited address can, so that a stranger with a forwarded link names nobody. The deadline
    does not change. Raises LinkExpiredError, InvalidInputError (``name``, ``email``: invited_address, ``code``), and
    ConflictError ``passed_on_enough``.
    """
    typed = Typed()
    clean = typed.line("name", name, limit=NAME_LIMIT)
    address = typed.email("email", email)
    async with platform.unit(write=False) as uow:
        link = await _deciding(uow, token)
    if address == link.email:
        typed.wrong("email", "invited_address")
    typed.check()
    await prove_address(platform, link, code, visitor)
    async with platform.unit() as uow:
        link = await _deciding(uow, token)
        if link.dispute_id is None or link.party_id is None:
            raise LinkExpiredError("link_expired")
        dispute = await dispute_facts(uow, link.dispute_id)
        row = await awaited_row(uow, dispute, link.party_id)
        if await times_passed_on(uow, row) >= PASSED_ON:
            raise ConflictError("passed_on_enough")
        await end_links(uow, dispute.id, link.party_id)
        await send_link(uow, None, row, (clean, address, link.language), Errand.PASSED_ON, HOLDS_LINK)
        await uow.record(
            InvitationPassedOn(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=HOLDS_LINK,
                actor_id=visitor.account_id if visitor else None,
                party_id=row.party_id,
            )
        )


async def _deciding(uow: UnitOfWork, token: str) -> InvitationFacts:
    """Return a link that decides for a party. Raises LinkExpiredError."""
    link = await open_link(uow, token)
    if link.dispute_id is None or not decides(link, await dispute_facts(uow, link.dispute_id)):
        raise LinkExpiredError("link_expired")
    return link


async def awaited_row(uow: UnitOfWork, dispute: DisputeFacts, party_id: PartyId) -> PartyInvitation:
    """Return an invitation that awaits its answer, held until this one is given. Raises LinkExpiredError."""
    row = await uow.session.get(PartyInvitation, party_id, with_for_update=True, populate_existing=True)
    if row is None or row.reply is not None or row.dispute_id != dispute.id:
        raise LinkExpiredError("link_expired")
    return row


async def end_links(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId) -> None:
    """Take the other links of an answered invitation back."""
    for former in await open_links(uow, dispute_id, party_id):
        await withdraw_invitation(uow, None, former, rule=HOLDS_LINK)
