"""Arriving by a link: as a newcomer who makes an account, or as somebody who has one; accepting is in it."""

from dataclasses import dataclass
from typing import Final

from odr.disputes.answering import awaited_row, decides, end_links
from odr.disputes.events import InvitationOpened, PartyAccepted
from odr.disputes.inviting import note_reply
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.links import open_link
from odr.disputes.mandates import declare_own_word, mandates_of
from odr.disputes.models import PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.errors import ConflictError, LinkExpiredError, NotPermittedError
from odr.ids import AccountId, DisputeId, PartyId
from odr.parties.commands import give_seat, join_party
from odr.parties.events import TeamMemberJoined
from odr.parties.queries import seats_of
from odr.people.commands import NewSession, create_account, redeem, start_session
from odr.people.events import HOLDS_LINK
from odr.people.passwords import hash_password
from odr.people.proving import needs_proof, note_opened, prove_address
from odr.people.queries import InvitationFacts, Purpose, load_actor
from odr.people.signing_in import check_new_password
from odr.platform import Platform
from odr.spaces.commands import ensure_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import SpaceKind

NAME_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class Calling:
    """What a link's page shows: who invites, as what, until when. Of the dispute, the title and nothing more.

    ``opened``: somebody pressed its button, so that the page tells all this at once; before, it says only that there is
    an invitation, since programs fetch the links of mails and keep pictures of what they find. ``needs_proof``: who
    has no account of its address types the code that was mailed there.
    """

    link: InvitationFacts
    title: str
    reference: str
    inviting: str
    company: str
    decides: bool  # whether its holder accepts or declines the mediation itself
    opened: bool
    needs_proof: bool
    complains: bool = False  # whether it leads to a complaint between two companies


async def calling(uow: UnitOfWork, token: str) -> Calling:
    """Return what a link's page shows; raises LinkExpiredError."""
    link = await open_link(uow, token)
    if link.dispute_id is None:
        opened = link.opened or link.has_account or not needs_proof(link)
        return Calling(link, "", "", "", "", decides=False, opened=opened, needs_proof=needs_proof(link))
    dispute = await dispute_facts(uow, link.dispute_id)
    party = dispute.party(link.party_id)
    deciding = decides(link, dispute)
    return Calling(
        link=link,
        title=dispute.title,
        reference=dispute.reference,
        inviting=dispute.claimant.name,
        company=party.name if party else "",
        decides=deciding,
        opened=link.opened or (link.has_account and not deciding),
        needs_proof=needs_proof(link),
        complains=_of_complaint(link, dispute),
    )


async def see_invitation(uow: UnitOfWork, token: str) -> None:
    """Somebody pressed the button that shows an invitation: note when, the first time. Raises LinkExpiredError.

    A press is the act of a person: mail scanners fetch links, they send no forms of this site. It says that the page
    was opened, not by whom, nor that it was read. The first time, a code leaves to the link's address: to take what it
    gives, one proves with it that the mail was received there.
    """
    link = await open_link(uow, token)
    await note_opened(uow, link)
    if link.dispute_id is None or link.party_id is None:
        return
    dispute = await dispute_facts(uow, link.dispute_id)
    row = await uow.session.get(PartyInvitation, link.party_id, with_for_update=True)
    if row is None or not decides(link, dispute):
        return
    if row.opened_at is None:
        row.opened_at = uow.now()
        await uow.record(
            InvitationOpened(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=HOLDS_LINK,
                actor_id=None,
                party_id=row.party_id,
                invitation_id=link.id,
            )
        )
    await uow.session.flush()


def _of_complaint(link: InvitationFacts, dispute: DisputeFacts) -> bool:
    return dispute.stage is Stage.COMPLAINT and any(party.id == link.party_id for party in dispute.respondents)


async def arrive_as_newcomer(  # noqa: PLR0913 -- an account's card, by name
    platform: Platform,
    token: str,
    *,
    name: str,
    password: str,
    again: str,
    language: str,
    zone: str,
    device: str = "",
    code: str = "",
) -> tuple[NewSession, DisputeId | None]:
    """Make an account by a link, take what it gives, and sign in.

    A link that gives a seat or a role needs the ``code`` that was mailed to its address: it may have been forwarded.
    Raises LinkExpiredError, InvalidInputError (``name``, ``password``, ``again``, ``code``), and ConflictError
    ``account_exists``: a link never opens an account that exists already.
    """
    async with platform.unit(write=False) as uow:
        link = await open_link(uow, token)
    if link.purpose is Purpose.RESET:
        raise LinkExpiredError("link_expired")
    if link.has_account:
        raise ConflictError("account_exists")
    typed = Typed()
    typed.line("name", name, limit=NAME_LIMIT)
    typed.check()
    check_new_password(password, again, email=link.email, name=name)
    await prove_address(platform, link, code, None)
    password_hash = await hash_password(password)
    async with platform.unit() as uow:
        link = await open_link(uow, token)
        account_id = await create_account(
            uow, email=link.email, name=name, password_hash=password_hash, language=language, zone=zone
        )
        await _take(uow, link, account_id)
        return await start_session(uow, account_id, device=device), link.dispute_id


async def arrive(uow: UnitOfWork, actor: Actor, token: str) -> DisputeId | None:
    """Take what a link gives, signed in with the account of its own address. Returns its dispute, if any.

    Raises LinkExpiredError, and NotPermittedError ``other_address`` for everybody else.
    """
    link = await open_link(uow, token)
    if link.email != actor.email:
        raise NotPermittedError("other_address")
    await _take(uow, link, actor.account_id)
    return link.dispute_id


async def _take(uow: UnitOfWork, link: InvitationFacts, account_id: AccountId) -> None:
    await redeem(uow, link, account_id)
    if link.dispute_id is None or link.seat_role is None:
        return
    dispute = await dispute_facts(uow, link.dispute_id)
    deciding = decides(link, dispute)
    if not deciding and (link.party_id is None or dispute.party(link.party_id) is None):
        raise LinkExpiredError("link_expired")
    if not deciding and dispute.stage not in ACTIVITIES[Activity.MAKE_TEAM] - {Stage.INVITED}:
        raise LinkExpiredError("link_expired")
    seated = any(
        seat.account_id == account_id and seat.party_id == link.party_id and seat.role is link.seat_role
        for seat in await seats_of(uow, dispute.id)
    )
    if not (deciding and seated):  # whoever answered a complaint sits there already
        await give_seat(
            uow,
            dispute.id,
            dispute.procedure_space_id,
            account_id=account_id,
            role=link.seat_role,
            party_id=link.party_id,
            rule=HOLDS_LINK,
            actor_id=account_id,
        )
    complains = _of_complaint(link, dispute)
    if complains:
        await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, link.party_id)
    if deciding:
        await _accept(uow, dispute, link, account_id)
    elif link.party_id is not None:
        await uow.record(
            TeamMemberJoined(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=HOLDS_LINK,
                actor_id=account_id,
                party_id=link.party_id,
                role=link.seat_role.value,
            )
        )
    if link.party_id is not None and link.seat_role is SeatRole.REPRESENTATIVE and (deciding or complains):
        await _answer_for(uow, dispute.id, link.party_id, account_id)


async def _answer_for(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId, account_id: AccountId) -> None:
    """Note, of the first who comes for a company, that they said thereby that they may bind it."""
    if await mandates_of(uow, dispute_id, party_id):
        return
    own = next(seat for seat in await seats_of(uow, dispute_id) if seat.account_id == account_id)
    await declare_own_word(uow, dispute_id, party_id, own.seat_id, actor_id=account_id, name=own.name)


async def _accept(uow: UnitOfWork, dispute: DisputeFacts, link: InvitationFacts, account_id: AccountId) -> None:
    if link.party_id is None:
        raise LinkExpiredError("link_expired")
    row = await awaited_row(uow, dispute, link.party_id)
    await join_party(uow, link.party_id)
    await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, link.party_id)
    line = await note_reply(uow, dispute, row, Reply.ACCEPTED, await load_actor(uow, account_id))
    await end_links(uow, dispute.id, link.party_id)
    await uow.record(
        PartyAccepted(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number if line else "L7",
            actor_id=account_id,
            party_id=link.party_id,
        )
    )
