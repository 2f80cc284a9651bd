"""Arriving by a link: as a newcomer who makes an account, or as somebody who has one; accepting or declining."""

from dataclasses import dataclass
from typing import Final

from odr.disputes.commands import REASON_LIMIT, move
from odr.disputes.events import PartyAccepted, PartyDeclined
from odr.disputes.lifecycle import ACTIVITIES, Activity, By, Stage, Step
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.errors import ConflictError, LinkExpiredError, NotPermittedError
from odr.ids import AccountId, DisputeId
from odr.parties.commands import give_seat, join_party
from odr.parties.events import TeamMemberJoined
from odr.people.commands import NewSession, create_account, redeem, start_session
from odr.people.events import HOLDS_LINK
from odr.people.inviting import spend
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
    """What a link's page shows: who invites, as what, until when. Of the dispute, the title and nothing more."""

    link: InvitationFacts
    title: str
    reference: str
    inviting: str
    company: str
    decides: bool  # whether its holder accepts or declines the mediation itself


async def calling(uow: UnitOfWork, token: str) -> Calling:
    """Return what a link's page shows; raises LinkExpiredError."""
    link = await open_invitation(uow, token)
    if link.dispute_id is None:
        return Calling(link, "", "", "", "", decides=False)
    dispute = await dispute_facts(uow, link.dispute_id)
    party = dispute.party(link.party_id)
    return Calling(
        link=link,
        title=dispute.title,
        reference=dispute.reference,
        inviting=dispute.claimant.name,
        company=party.name if party else "",
        decides=_decides(link, dispute),
    )


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


async def decline(uow: UnitOfWork, token: str, *, reason: str) -> None:
    """The invited party does not come, and may say why. No account is needed; the link is used up."""
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
    line = await move(uow, dispute.id, Step.DECLINE, frozenset({By.RESPONDENT}), None, clean)
    await uow.record(
        PartyDeclined(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=line.number,
            actor_id=None,
            party_id=link.party_id,
        )
    )


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
    await join_party(uow, link.party_id)
    await ensure_space(uow, dispute.id, SpaceKind.PRIVATE, link.party_id)
    rule = "L7"
    if all(party.joined_at is not None or party.id == link.party_id for party in dispute.respondents):
        actor = await load_actor(uow, account_id)
        rule = (await move(uow, dispute.id, Step.ACCEPT, frozenset({By.RESPONDENT}), actor)).number
    await uow.record(
        PartyAccepted(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule=rule,
            actor_id=account_id,
            party_id=link.party_id,
        )
    )
