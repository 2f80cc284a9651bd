"""The centre's part: qualify or reject a referral, appoint a mediator, invite the other party."""

from typing import Final

from sqlalchemy import select, update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.disputes.commands import REASON_LIMIT, move, permitted_by
from odr.disputes.events import (
    DirectNegotiationBegun,
    DisputeQualified,
    DisputeRejected,
    MediatorAppointed,
    PartyInvited,
)
from odr.disputes.lifecycle import Activity, By, Stage, Step, require
from odr.disputes.models import Dispute
from odr.disputes.queries import DisputeFacts, statement_of, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import AccountId, DisputeId, InvitationId
from odr.parties.commands import end_seat, give_seat
from odr.parties.queries import PartyFacts, seats_of
from odr.people.commands import invite_person, withdraw_invitation
from odr.people.models import Invitation
from odr.people.queries import invitation_of, people_with_role
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.visibility.terms import Act, Thing

CONTACT_LIMIT: Final = 120


async def qualify_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str = "") -> None:
    """The secretariat finds that the centre can mediate it. ``reason`` is optional and shown to the claimant."""
    dispute = await _decide(uow, actor, dispute_id, Step.QUALIFY, reason, required=False)
    await uow.record(
        DisputeQualified(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L2", actor_id=actor.account_id
        )
    )


async def reject_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """The secretariat finds that the centre cannot mediate it, and says why."""
    dispute = await _decide(uow, actor, dispute_id, Step.REJECT, reason, required=True)
    await uow.record(
        DisputeRejected(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L3", actor_id=actor.account_id
        )
    )


async def negotiate_directly(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """The parties first try between themselves, for 30 days; then the invitation leaves."""
    dispute = await _decide(uow, actor, dispute_id, Step.NEGOTIATE_DIRECTLY, "", required=False)
    due = due_at(Deadline.DIRECT_NEGOTIATION, uow.now())
    await uow.session.execute(update(Dispute).where(Dispute.id == dispute_id).values(reply_by=due))
    await set_timer(uow, Deadline.DIRECT_NEGOTIATION, dispute_id, due)
    await uow.record(
        DirectNegotiationBegun(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule="L4", actor_id=actor.account_id
        )
    )


async def _decide(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, step: Step, reason: str, *, required: bool
) -> DisputeFacts:
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=required)
    typed.check()
    dispute = await visible_dispute(uow, actor, dispute_id)
    await move(uow, dispute_id, step, permitted_by(actor, dispute, step), actor, clean)
    return dispute


async def appoint_mediator(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, account_id: AccountId) -> None:
    """The secretariat appoints a mediator; a former one who has not declared independence yet leaves.

    Raises InvalidInputError (``mediator``: choose_one, or already_seated for somebody who sits at this table).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    rule = actor.may(Act.WRITE, Thing.DISPUTE, dispute.place)
    if rule is None or not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.APPOINT)
    if account_id not in {known for known, _ in await people_with_role(uow, CentreRole.MEDIATOR)}:
        raise InvalidInputError({"mediator": "choose_one"})
    seats = await seats_of(uow, dispute_id)
    if any(seat.account_id == account_id for seat in seats):
        raise InvalidInputError({"mediator": "already_seated"})
    for seat in seats:
        if seat.role is SeatRole.MEDIATOR and seat.declared_at is None:
            await end_seat(
                uow,
                dispute_id,
                dispute.procedure_space_id,
                seat.seat_id,
                rule=rule.number,
                actor_id=actor.account_id,
            )
    seat_id = await give_seat(
        uow,
        dispute_id,
        dispute.procedure_space_id,
        account_id=account_id,
        role=SeatRole.MEDIATOR,
        rule=rule.number,
        actor_id=actor.account_id,
    )
    await uow.record(
        MediatorAppointed(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            account_id=account_id,
            seat_id=seat_id,
        )
    )


async def invite_party(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    *,
    contact_name: str = "",
    contact_email: str = "",
    language: str = "fr",
) -> str:
    """Invite the other party by mail; returns the link's token. The contact is the claimant's unless given.

    From ``admissible`` or direct negotiation this starts the 15 days; at ``invited`` it sends a new link to a corrected
    address, and the former one no longer holds. Raises InvalidInputError (``contact_name``, ``contact_email``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    by = permitted_by(actor, dispute, Step.INVITE)
    if dispute.stage is Stage.INVITED and not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    return await _invite(uow, actor, dispute, by, (contact_name, contact_email, language))


async def invite_after_direct_negotiation(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    """The platform invites when direct negotiation has run out."""
    await _invite(uow, None, dispute, frozenset({By.PLATFORM}), ("", "", "fr"))


async def _invite(
    uow: UnitOfWork, actor: Actor | None, dispute: DisputeFacts, by: frozenset[By], contact: tuple[str, str, str]
) -> str:
    said = await statement_of(uow, dispute)
    typed = Typed()
    name = typed.line("contact_name", contact[0] or said.contact_name, limit=CONTACT_LIMIT)
    email = typed.email("contact_email", contact[1] or said.contact_email)
    typed.check()
    party = _uninvited(dispute)
    if dispute.stage is not Stage.INVITED:
        due = due_at(Deadline.REPLY, uow.now())
        await move(uow, dispute.id, Step.INVITE, by, actor)
        await uow.session.execute(update(Dispute).where(Dispute.id == dispute.id).values(reply_by=due))
        await set_timer(uow, Deadline.REPLY, dispute.id, due)
    else:
        due = dispute.reply_by or due_at(Deadline.REPLY, uow.now())
        for former in await open_links(uow, dispute.id, party):
            await withdraw_invitation(uow, actor, former, rule="L6")
    _, token = await invite_person(
        uow,
        actor,
        email=email,
        name=name,
        language=contact[2],
        dispute_id=dispute.id,
        party_id=party.id,
        seat_role=SeatRole.REPRESENTATIVE,
        until=due,
        rule="L6",
    )
    await uow.record(
        PartyInvited(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="L6",
            actor_id=actor.account_id if actor else None,
            party_id=party.id,
        )
    )
    return token


async def remind_invited(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    """Mail a second link to whoever was invited and has not answered; the first one holds as well, as long."""
    due = dispute.reply_by or uow.now()
    for party in dispute.respondents:
        links = await open_links(uow, dispute.id, party)
        known = await invitation_of(uow, links[-1]) if links else None
        if known is None:
            continue
        await invite_person(
            uow,
            None,
            email=known.email,
            name=known.name,
            language=known.language,
            dispute_id=dispute.id,
            party_id=party.id,
            seat_role=SeatRole.REPRESENTATIVE,
            until=due,
            rule="L9",
        )


def _uninvited(dispute: DisputeFacts) -> PartyFacts:
    for party in dispute.respondents:
        if party.joined_at is None:
            return party
    raise ConflictError("changed_meanwhile")


async def open_links(uow: UnitOfWork, dispute_id: DisputeId, party: PartyFacts) -> list[InvitationId]:
    """Return the links to this party's first seat that still hold."""
    return list(
        await uow.session.scalars(
            select(Invitation.id)
            .where(
                Invitation.dispute_id == dispute_id,
                Invitation.party_id == party.id,
                Invitation.seat_role == SeatRole.REPRESENTATIVE,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > uow.now(),
            )
            .order_by(Invitation.created_at, Invitation.id)
        )
    )
