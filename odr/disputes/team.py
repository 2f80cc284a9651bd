"""A party's team: who sits for it, what each may do, who is asked in; leaving, and being replaced, without loss.

What somebody wrote or lodged is their party's, and what is awaited is awaited from the party: whoever leaves takes
nothing along, and who stays finds all of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select, update

from odr.disputes.lifecycle import Activity, require
from odr.disputes.mandates import MandateFacts, mandates_of
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, InvitationId, PartyId, SeatId
from odr.parties.commands import end_seat
from odr.parties.events import RoleChanged, TeamMemberInvited
from odr.parties.models import Mandate
from odr.parties.powers import Power, may
from odr.parties.queries import SeatFacts, seats_of
from odr.people.commands import invite_person, withdraw_invitation
from odr.people.events import OWN_TEAM
from odr.people.models import Invitation, SeatRow
from odr.people.queries import account_of
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import SpaceKind

TEAM_ROLES: Final = (SeatRole.REPRESENTATIVE, SeatRole.COORDINATOR, SeatRole.COUNSEL, SeatRole.MEMBER)


class OpenLink(msgspec.Struct, frozen=True):
    """Somebody who was invited into the team and has not come yet."""

    id: InvitationId
    name: str
    email: str
    role: SeatRole
    expires_at: datetime


class Team(msgspec.Struct, frozen=True):
    """A party's people, as its own people see them. ``may_change``: may ask people in; ``settles``: may bind it.

    ``mandates`` are those that hold, by seat; ``own_seat`` is the reader's.
    """

    party_id: PartyId
    party_name: str
    seats: tuple[SeatFacts, ...]
    mandates: dict[SeatId, MandateFacts]
    invited: tuple[OpenLink, ...]
    own_seat: SeatFacts
    may_change: bool
    settles: bool

    def seat(self, seat_id: SeatId) -> SeatFacts:
        """Return one of its seats; raises NotFoundError."""
        return team_seat(self.seats, seat_id)

    def deputy_of(self, seat_id: SeatId) -> SeatFacts | None:
        """Return who stands in for a seat now, if anybody does."""
        return next((seat for seat in self.seats if seat.acting_for == seat_id), None)

    def may_end(self, seat: SeatFacts) -> bool:
        """Tell whether the reader may end a seat: their own, or those that they may fill."""
        return seat.seat_id == self.own_seat.seat_id or _may_fill(self.own_seat, seat.own_role)


async def team_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Team:
    """Return the actor's own team. Raises NotFoundError for whoever sits for no party of this dispute."""
    dispute, party_id = await own_party(uow, actor, dispute_id)
    party = dispute.party(party_id)
    seats = tuple(seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id)
    own = own_seat_of(actor, seats)
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
        seats=seats,
        mandates=await mandates_of(uow, dispute_id, party_id),
        invited=tuple(
            OpenLink(row.id, row.name, row.email, row.seat_role or SeatRole.MEMBER, row.expires_at) for row in rows
        ),
        own_seat=own,
        may_change=may(own.own_role, Power.INVITE),
        settles=may(own.own_role, Power.SETTLE),
    )


async def invite_team_member(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, email: str, name: str, role: str, language: str
) -> str:
    """A representative or coordinator invites somebody into the team; returns the link's token.

    Only a representative asks representatives in. Raises InvalidInputError (``email``, ``name``, ``role``; ``email``:
    already_seated), NotPermittedError.
    """
    dispute, party_id = await own_party(uow, actor, dispute_id)
    seats = await seats_of(uow, dispute_id)
    own = own_seat_of(actor, seats)
    if not may(own.own_role, Power.INVITE):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.MAKE_TEAM)
    typed = Typed()
    wanted = typed.choice("role", role, SeatRole)
    if not _may_fill(own, wanted):
        typed.wrong("role", "choose_one")
    address = typed.email("email", email)
    known = await account_of(uow, address)
    if known is not None and any(seat.account_id == known and seat.party_id == party_id for seat in seats):
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
    room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)  # whom a party asks, the table is not told
    await uow.record(
        TeamMemberInvited(
            dispute_id=dispute_id,
            space_id=room.id,
            rule=OWN_TEAM,
            actor_id=actor.account_id,
            party_id=party_id,
            role=wanted.value,
        )
    )
    return token


async def withdraw_team_link(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, invitation_id: InvitationId) -> None:
    """Take an invitation into one's team back, where one may fill that place. Raises NotFoundError."""
    _, party_id = await own_party(uow, actor, dispute_id)
    row = await uow.session.scalar(
        select(Invitation).where(
            Invitation.id == invitation_id, Invitation.dispute_id == dispute_id, Invitation.party_id == party_id
        )
    )
    if row is None:
        raise NotFoundError
    if not _may_fill(own_seat_of(actor, await seats_of(uow, dispute_id)), row.seat_role or SeatRole.MEMBER):
        raise NotPermittedError("not_permitted")
    await withdraw_invitation(uow, actor, invitation_id, rule=OWN_TEAM)


async def remove_team_member(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId) -> None:
    """End a seat of one's team, or one's own: its holder sees nothing of the dispute from this moment on.

    A party always keeps a representative with a mandate. Raises NotFoundError, NotPermittedError, ConflictError
    ``no_successor``.
    """
    dispute, party_id = await own_party(uow, actor, dispute_id)
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    seat, own = team_seat(seats, seat_id), own_seat_of(actor, seats)
    if seat.seat_id != own.seat_id and not _may_fill(own, seat.own_role):
        raise NotPermittedError("not_permitted")
    await _require_successor(uow, dispute_id, party_id, seat, seats)
    await end_seat(uow, dispute_id, dispute.procedure_space_id, seat_id, rule=OWN_TEAM, actor_id=actor.account_id)


async def change_role(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, seat_id: SeatId, *, role: str) -> None:
    """A representative gives somebody of the team another role; a mandate goes with the role it was for.

    Raises NotFoundError, NotPermittedError, WrongStageError, InvalidInputError (``role``: choose_one), ConflictError
    ``no_successor``.
    """
    dispute, party_id = await own_party(uow, actor, dispute_id)
    seats = [seat for seat in await seats_of(uow, dispute_id) if seat.party_id == party_id]
    seat = team_seat(seats, seat_id)
    if not may(own_seat_of(actor, seats).own_role, Power.SETTLE):
        raise NotPermittedError("not_permitted")
    require(dispute.stage, Activity.MAKE_TEAM)
    typed = Typed()
    wanted = typed.choice("role", role, SeatRole)
    if wanted not in TEAM_ROLES:
        typed.wrong("role", "choose_one")
    typed.check()
    if wanted is seat.own_role:
        return
    await _require_successor(uow, dispute_id, party_id, seat, seats)
    await uow.session.execute(
        update(Mandate).where(Mandate.seat_id == seat_id, Mandate.ended_at.is_(None)).values(ended_at=uow.now())
    )
    await uow.session.execute(
        update(SeatRow)
        .where(SeatRow.dispute_id == dispute_id, SeatRow.acting_for == seat_id)
        .values(acting_role=None, acting_for=None, acting_until=None)
        .execution_options(synchronize_session="fetch")
    )
    await uow.session.execute(
        update(SeatRow).where(SeatRow.id == seat_id).values(role=wanted).execution_options(synchronize_session="fetch")
    )
    await uow.record(
        RoleChanged(
            dispute_id=dispute_id,
            space_id=dispute.procedure_space_id,
            rule=OWN_TEAM,
            actor_id=actor.account_id,
            seat_id=seat_id,
            role=wanted.value,
        )
    )


async def own_party(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[DisputeFacts, PartyId]:
    """Return a dispute and the party that the actor sits for; raises NotFoundError for everybody else."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    return dispute, party_id


def own_seat_of(actor: Actor, seats: Sequence[SeatFacts]) -> SeatFacts:
    """Return the actor's seat among these; raises NotFoundError where it has just ended."""
    found = next((seat for seat in seats if seat.account_id == actor.account_id), None)
    if found is None:
        raise NotFoundError
    return found


def team_seat(seats: Sequence[SeatFacts], seat_id: SeatId) -> SeatFacts:
    """Return one of a team's seats; raises NotFoundError."""
    found = next((seat for seat in seats if seat.seat_id == seat_id), None)
    if found is None:
        raise NotFoundError
    return found


def _may_fill(own: SeatFacts, role: SeatRole) -> bool:
    """Tell whether somebody may give a seat of this role in their team, or end it."""
    if role not in TEAM_ROLES:
        return False
    return may(own.own_role, Power.SETTLE) or (may(own.own_role, Power.INVITE) and not may(role, Power.SETTLE))


async def _require_successor(
    uow: UnitOfWork, dispute_id: DisputeId, party_id: PartyId, leaving: SeatFacts, seats: Sequence[SeatFacts]
) -> None:
    """Refuse that the last representative with a mandate goes."""
    if not may(leaving.own_role, Power.SETTLE):
        return
    held = await mandates_of(uow, dispute_id, party_id)
    stay = [seat for seat in seats if seat.seat_id != leaving.seat_id and may(seat.own_role, Power.SETTLE)]
    if not any(seat.seat_id in held for seat in stay):
        raise ConflictError("no_successor")
