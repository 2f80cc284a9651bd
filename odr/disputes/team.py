"""A party's team: its representative invites coordinators, counsel and members, sets mandates and ends seats."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select

from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, InvitationId, PartyId, SeatId
from odr.parties.commands import end_seat
from odr.parties.events import TeamMemberInvited
from odr.parties.queries import SeatFacts, seats_of
from odr.people.commands import invite_person, withdraw_invitation
from odr.people.events import OWN_TEAM
from odr.people.models import Invitation, SeatRow
from odr.people.queries import account_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole

TEAM_ROLES: Final = (SeatRole.REPRESENTATIVE, SeatRole.COORDINATOR, SeatRole.COUNSEL, SeatRole.MEMBER)


class OpenLink(msgspec.Struct, frozen=True):
    """Somebody who was invited into the team and has not come yet."""

    id: InvitationId
    name: str
    email: str
    role: SeatRole
    expires_at: datetime


class Team(msgspec.Struct, frozen=True):
    """A party's people, as its own people see them. ``may_change``: for its representatives."""

    party_id: PartyId
    party_name: str
    seats: tuple[SeatFacts, ...]
    invited: tuple[OpenLink, ...]
    may_change: bool


async def team_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Team:
    """Return the actor's own team. Raises NotFoundError for whoever sits for no party of this dispute."""
    dispute, party_id = await _own_party(uow, actor, dispute_id)
    party = dispute.party(party_id)
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    rows = await uow.session.scalars(
        select(Invitation)
        .where(
            Invitation.dispute_id == dispute_id,
            Invitation.party_id == party_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > uow.now(),
        )
        .order_by(Invitation.created_at, Invitation.id)
    )
    return Team(
        party_id=party_id,
        party_name=party.name if party else "",
        seats=tuple(seats),
        invited=tuple(
            OpenLink(row.id, row.name, row.email, row.seat_role or SeatRole.MEMBER, row.expires_at) for row in rows
        ),
        may_change=_represents(actor, dispute_id),
    )


async def invite_team_member(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, email: str, name: str, role: str, language: str
) -> str:
    """A representative invites somebody into the team; returns the link's token.

    Raises InvalidInputError (``email``, ``name``, ``role``; ``email``: already_seated), NotPermittedError.
    """
    dispute, party_id = await _own_party(uow, actor, dispute_id)
    if not _represents(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.MAKE_TEAM)
    typed = Typed()
    wanted = typed.choice("role", role, SeatRole)
    if wanted not in TEAM_ROLES:
        typed.wrong("role", "choose_one")
    address = typed.email("email", email)
    known = await account_of(uow, address)
    if known is not None and any(
        seat.account_id == known and seat.party_id == party_id for seat in await seats_of(uow, dispute_id)
    ):
        typed.wrong("email", "already_seated")
    typed.line("name", name, limit=120)
    typed.check()
    _, token = await invite_person(
        uow,
        actor,
        email=address,
        name=name,
        language=language,
        dispute_id=dispute_id,
        party_id=party_id,
        seat_role=wanted,
        rule=OWN_TEAM,
    )
    await uow.record(
        TeamMemberInvited(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=OWN_TEAM,
            actor_id=actor.account_id,
            party_id=party_id,
            role=wanted.value,
        )
    )
    return token


async def withdraw_team_link(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, invitation_id: InvitationId) -> None:
    """A representative takes an invitation into their team back. Raises NotFoundError."""
    _, party_id = await _own_party(uow, actor, dispute_id)
    if not _represents(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    row = await uow.session.scalar(
        select(Invitation.id).where(
            Invitation.id == invitation_id, Invitation.dispute_id == dispute_id, Invitation.party_id == party_id
        )
    )
    if row is None:
        raise NotFoundError
    await withdraw_invitation(uow, actor, invitation_id, rule=OWN_TEAM)


async def remove_team_member(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId) -> None:
    """A representative ends a seat of their team; never their own: a party always keeps one representative.

    Raises NotFoundError, NotPermittedError, InvalidInputError (no field: own_seat).
    """
    dispute, party_id = await _own_party(uow, actor, dispute_id)
    if not _represents(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    seat = await _team_seat(uow, dispute_id, party_id, seat_id)
    if seat.account_id == actor.account_id:
        raise InvalidInputError({"": "own_seat"})
    await end_seat(uow, dispute_id, dispute.procedure_space_id, seat_id, rule=OWN_TEAM, actor_id=actor.account_id)


async def set_mandate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId, *, ceiling: str) -> None:
    """A representative writes down up to which amount a representative may settle (empty: without a ceiling).

    Raises InvalidInputError (``ceiling``: bad_amount).
    """
    typed = Typed()
    cents = typed.cents("ceiling", ceiling, required=False)
    typed.check()
    _, party_id = await _own_party(uow, actor, dispute_id)
    if not _represents(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    seat = await _team_seat(uow, dispute_id, party_id, seat_id)
    if seat.role is not SeatRole.REPRESENTATIVE:
        raise NotPermittedError("not_permitted")
    row = await uow.session.get(SeatRow, seat_id)
    if row is None:
        raise NotFoundError
    row.mandate_ceiling = cents


async def _team_seat(uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId, seat_id: SeatId) -> SeatFacts:
    for seat in await seats_of(uow, dispute_id):
        if seat.seat_id == seat_id and seat.party_id == party_id:
            return seat
    raise NotFoundError


async def _own_party(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[DisputeFacts, PartyId]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    return dispute, party_id


def _represents(actor: Actor, dispute_id: DisputeId) -> bool:
    seat = actor.seat_in(dispute_id)
    return seat is not None and seat.role is SeatRole.REPRESENTATIVE
