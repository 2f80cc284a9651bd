"""Who is asking, and how they stand toward a thing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from odr.ids import AccountId, DisputeId, PartyId, SeatId
from odr.visibility.decide import permit
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing


class CentreRole(StrEnum):
    """What a person does for the centre, in every dispute."""

    SECRETARIAT = "secretariat"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"
    MEDIATOR = "mediator"  # may be appointed; sees nothing by that alone
    EXPERT = "expert"  # may be appointed; sees nothing by that alone


class SeatRole(StrEnum):
    """What a person does at one table."""

    REPRESENTATIVE = "representative"
    COORDINATOR = "coordinator"
    COUNSEL = "counsel"
    MEMBER = "member"
    MEDIATOR = "mediator"
    EXPERT = "expert"
    CANDIDATE = "candidate"  # proposed as a mediator of an open mediation: waits outside its rooms


TEAM: Final[dict[SeatRole, tuple[Standing, ...]]] = {
    SeatRole.REPRESENTATIVE: (Standing.OWNER, Standing.AGENT, Standing.VOICE),
    SeatRole.COUNSEL: (Standing.OWNER, Standing.AGENT, Standing.VOICE),
    SeatRole.COORDINATOR: (Standing.OWNER, Standing.AGENT),
    SeatRole.MEMBER: (Standing.OWNER,),
}
"""How each of a party's people stands toward what is the party's."""
_FOR_WHOM: Final = {Standing.VOICE: "for_your_voice", Standing.AGENT: "for_your_agent"}
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at one dispute's table. ``party_id`` is ``None`` for mediators and experts.

    ``withheld``: the parties that have not passed on what they said apart before ``since``, when a mediator came.
    """

    seat_id: SeatId
    dispute_id: DisputeId
    party_id: PartyId | None
    role: SeatRole
    since: datetime = _ALWAYS
    withheld: frozenset[PartyId] = frozenset()

    def reaches(self, place: "Place") -> bool:
        """Tell whether a mediator's sight reaches ``place``: not what was said apart before, until it is passed on."""
        before = place.at is not None and place.at < self.since
        return not (place.kind is SpaceKind.CAUCUS and before and place.owner in self.withheld)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing is: its dispute, the party it belongs to (``None`` = nobody's own) and its space's kind.

    ``at``: since when it has been there; ``None`` for a room as such, and for what is yet to come there.
    """

    dispute_id: DisputeId
    owner: PartyId | None
    kind: SpaceKind
    at: datetime | None = None


_BY_CENTRE_ROLE = {
    CentreRole.SECRETARIAT: Standing.SECRETARIAT,
    CentreRole.ARCHIVIST: Standing.ARCHIVIST,
    CentreRole.ADMINISTRATOR: Standing.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, with every seat and centre role they hold now."""

    account_id: AccountId
    name: str
    email: str
    language: str
    zone: str
    centre_roles: frozenset[CentreRole] = frozenset()
    seats: tuple[Seat, ...] = field(default=())

    def standings(self, place: Place) -> Iterator[Standing]:
        """Give every standing toward ``place``: seats at the table first, then roles at the centre."""
        for seat in self.seats:
            if seat.dispute_id != place.dispute_id:
                continue
            if seat.party_id is not None:
                if seat.party_id == place.owner:
                    yield from TEAM[seat.role]
                else:
                    yield Standing.COUNTERPARTY
            elif seat.role is SeatRole.MEDIATOR:
                if seat.reaches(place):
                    yield Standing.MEDIATOR
            else:
                yield Standing.CANDIDATE if seat.role is SeatRole.CANDIDATE else Standing.EXPERT
        for role in self.centre_roles:
            if role in _BY_CENTRE_ROLE:
                yield _BY_CENTRE_ROLE[role]

    def may(self, act: Act, thing: Thing, place: Place, holds: frozenset[Condition] = frozenset()) -> Rule | None:
        """Return the rule that lets this actor do ``act`` with ``thing`` at ``place``, or ``None``."""
        for standing in self.standings(place):
            rule = permit(standing, act, thing, place.kind, holds)
            if rule is not None:
                return rule
        return None

    def refusal(self, act: Act, thing: Thing, place: Place) -> str:
        """Return why this actor may not do what :meth:`may` refused: it is for others of their own party, or not."""
        own = set(self.standings(place))
        for standing, code in _FOR_WHOM.items() if Standing.OWNER in own else ():
            if standing not in own and permit(standing, act, thing, place.kind) is not None:
                return code
        return "not_permitted"

    def seat_in(self, dispute_id: DisputeId) -> Seat | None:
        """Return the actor's seat at this dispute's table, if any."""
        return next((seat for seat in self.seats if seat.dispute_id == dispute_id), None)

    def party_in(self, dispute_id: DisputeId) -> PartyId | None:
        """Return the party for which the actor sits in this dispute, if any."""
        seat = self.seat_in(dispute_id)
        return seat.party_id if seat else None

    def is_a(self, role: CentreRole) -> bool:
        """Tell whether the actor holds this role at the centre."""
        return role in self.centre_roles
