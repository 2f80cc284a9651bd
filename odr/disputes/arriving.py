"""Arriving by a link: as a newcomer who makes an account, or as somebody who has one; accepting or declining."""

from dataclasses import dataclass
from typing import Final

from odr.disputes.commands import REASON_LIMIT
from odr.disputes.events import InvitationOpened, PartyAccepted, PartyDeclined
from odr.disputes.inviting import note_reply
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.mailing import open_links
from odr.disputes.models import InvitationMail, PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.errors import ConflictError, LinkExpiredError, NotPermittedError
from odr.ids import AccountId, DisputeId, PartyId
from odr.parties.commands import give_seat, join_party
from odr.parties.events import TeamMemberJoined
from odr.parties.queries import seats_of
from odr.people.commands import NewSession, create_account, redeem, start_session
from odr.people.events import HOLDS_LINK
from odr.people.inviting import spend, withdraw_invitation
from odr.people.passwords import hash_password
from odr.people.queries import InvitationFacts, Purpose, account_of, load_actor, open_invitation
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
    an invitation, since programs fetch the links of mails and keep pictures of what they find.
    """

    link: InvitationFacts
    title: str
    reference: str
    inviting: str
    company: str
    decides: bool  # whether its holder accepts or declines the mediation itself
    opened: bool = True
    complains: bool = False  # whether it leads to a complaint between two companies


async def calling(uow: UnitOfWork, token: str) -> Calling:
    """Return what a link's page shows; raises LinkExpiredError."""
    link = await open_invitation(uow, token)
    if link.dispute_id is None:
        return Calling(link, "", "", "", "", decides=False)
    dispute = await dispute_facts(uow, link.dispute_id)
    party = dispute.party(link.party_id)
    decides = _decides(link, dispute)
    return Calling(
        link=link,
        title=dispute.title,
        reference=dispute.reference,
        inviting=dispute.claimant.name,
        company=party.name if party else "",
        decides=decides,
        opened=not decides or await _is_opened(uow, link),
        complains=_of_complaint(link, dispute),
    )


async def see_invitation(uow: UnitOfWork, token: str) -> None:
    """Somebody pressed the button that shows an invitation: note when, the first time. Raises LinkExpiredError.

    A press is the act of a person: mail scanners fetch links, they send no forms of this site. It says that the page
    was opened, not by whom, nor that it was read.
    """
    link = await open_invitation(uow, token)
    if link.dispute_id is None or link.party_id is None:
        return
    dispute = await dispute_facts(uow, link.dispute_id)
    row = await uow.session.get(PartyInvitation, link.party_id, with_for_update=True)
    if row is None or not _decides(link, dispute):
        return
    mail = await uow.session.get(InvitationMail, link.id)
    if mail is not None and mail.opened_at is None:
        mail.opened_at = uow.now()
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


async def _is_opened(uow: UnitOfWork, link: InvitationFacts) -> bool:
    mail = await uow.session.get(InvitationMail, link.id)
    return mail is not None and mail.opened_at is not None


def _of_complaint(link: InvitationFacts, dispute: DisputeFacts) -> bool:
    return dispute.stage is Stage.COMPLAINT and any(party.id == link.party_id for party in dispute.respondents)


def _decides(link: InvitationFacts, dispute: DisputeFacts) -> bool:
    return (
        dispute.stage is Stage.INVITED
        and link.seat_role is SeatRole.REPRESENTATIVE
        and any(party.id == link.party_id and party.joined_at is None for party in dispute.respondents)
    )


async def arrive_as_newcomer(
    platform: Platform,
    token: str,
    *,
    name: str,
    password: str,
    again: str,
    language: str,
    zone: str,
    device: str = "",
) -> tuple[NewSession, DisputeId | None]:
    """Make an account by a link, take what it gives, and sign in.

    Raises LinkExpiredError, InvalidInputError (``name``, ``password``, ``again``), and ConflictError
    ``account_exists``: a link never opens an account that exists already.
    """
    async with platform.unit(write=False) as uow:
        link = await open_invitation(uow, token)
    if link.purpose is Purpose.RESET:
        raise LinkExpiredError("link_expired")
    if link.has_account:
        raise ConflictError("account_exists")
    typed = Typed()
    typed.line("name", name, limit=NAME_LIMIT)
    typed.check()
    check_new_password(password, again, email=link.email, name=name)
    password_hash = await hash_password(password)
    async with platform.unit() as uow:
        link = await open_invitation(uow, token)
        account_id = await create_account(
            uow, email=link.email, name=name, password_hash=password_hash, language=language, zone=zone
        )
        await _take(uow, link, account_id)
        return await start_session(uow, account_id, device=device), link.dispute_id


async def arrive(uow: UnitOfWork, actor: Actor, token: str) -> DisputeId | None:
    """Take what a link gives, signed in with the account of its own address. Returns its dispute, if any.

    Raises LinkExpiredError, and NotPermittedError ``other_address`` for everybody else.
    """
    link = await open_invitation(uow, token)
    if link.email != actor.email:
        raise NotPermittedError("other_address")
    await _take(uow, link, actor.account_id)
    return link.dispute_id


async def decline(uow: UnitOfWork, token: str, *, reason: str, tell_reason: bool = False) -> None:
    """The invited party does not come, and may say why. No account is needed; its links are used up.

    The claimant and the centre read the reason. ``tell_reason`` lets the record of the attempt repeat it.
    """
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=False)
    typed.check()
    link = await open_invitation(uow, token)
    if link.dispute_id is None or link.party_id is None:
        raise LinkExpiredError("link_expired")
    dispute = await dispute_facts(uow, link.dispute_id)
    if not _decides(link, dispute):
        raise LinkExpiredError("link_expired")
    await spend(uow, link, await account_of(uow, link.email))
    row = await _awaited_row(uow, dispute, link.party_id)
    if clean:
        row.reason_sealed = await uow.vault.seal_text(uow.session, dispute.procedure, link.party_id, clean)
        row.reason_told = tell_reason
    line = await note_reply(uow, dispute, row, Reply.DECLINED, None, clean)
    await _end_links(uow, dispute.id, link.party_id)
    await uow.record(
        PartyDeclined(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number if line else "L8",
            actor_id=None,
            party_id=link.party_id,
        )
    )


async def _awaited_row(uow: UnitOfWork, dispute: DisputeFacts, party_id: PartyId) -> PartyInvitation:
    """Return an invitation that awaits its answer, held until this one is given. Raises LinkExpiredError."""
    row = await uow.session.get(PartyInvitation, party_id, with_for_update=True, populate_existing=True)
    if row is None or row.reply is not None or row.dispute_id != dispute.id:
        raise LinkExpiredError("link_expired")
    return row


async def _end_links(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId) -> None:
    """Take the other links of an answered invitation back."""
    for former in await open_links(uow, dispute_id, party_id):
        await withdraw_invitation(uow, None, former, rule=HOLDS_LINK)


async def _take(uow: UnitOfWork, link: InvitationFacts, account_id: AccountId) -> None:
    await redeem(uow, link, account_id)
    if link.dispute_id is None or link.seat_role is None:
        return
    dispute = await dispute_facts(uow, link.dispute_id)
    decides = _decides(link, dispute)
    if not decides and (link.party_id is None or dispute.party(link.party_id) is None):
        raise LinkExpiredError("link_expired")
    if not decides and dispute.stage not in ACTIVITIES[Activity.MAKE_TEAM] - {Stage.INVITED}:
        raise LinkExpiredError("link_expired")
    seated = any(
        seat.account_id == account_id and seat.party_id == link.party_id and seat.role is link.seat_role
        for seat in await seats_of(uow, dispute.id)
    )
    if not (decides and seated):  # whoever answered a complaint sits there already
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
    if _of_complaint(link, dispute):
        await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, link.party_id)
    if decides:
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


async def _accept(uow: UnitOfWork, dispute: DisputeFacts, link: InvitationFacts, account_id: AccountId) -> None:
    if link.party_id is None:
        raise LinkExpiredError("link_expired")
    row = await _awaited_row(uow, dispute, link.party_id)
    await join_party(uow, link.party_id)
    await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, link.party_id)
    line = await note_reply(uow, dispute, row, Reply.ACCEPTED, await load_actor(uow, account_id))
    await _end_links(uow, dispute.id, link.party_id)
    await uow.record(
        PartyAccepted(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number if line else "L7",
            actor_id=account_id,
            party_id=link.party_id,
        )
    )
