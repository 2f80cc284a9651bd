"""THE table of a party's team: what each role may do for its company.

WORK, LAY and CONSENT say in words what the visibility table holds for owner, agent and voice; a test keeps them equal.
"""

from enum import StrEnum
from typing import Final

from odr.visibility.actor import SeatRole


class Power(StrEnum):
    """What somebody may do for a party."""

    WORK = "work"  # read all that the party reads; write, lodge in its own rooms
    LAY = "lay"  # act for it before everyone: lay exhibits on the table, take them back
    CONSENT = "consent"  # allow or refuse that what was said or lodged apart crosses over
    INVITE = "invite"  # make up the team: ask coordinators, counsel and members in, end their seats
    SETTLE = "settle"  # bind the company: file, accept, sign, withdraw; mandates, representatives, delegations


POWERS: Final[dict[SeatRole, frozenset[Power]]] = {
    SeatRole.REPRESENTATIVE: frozenset(Power),
    SeatRole.COORDINATOR: frozenset({Power.WORK, Power.LAY, Power.INVITE}),
    SeatRole.COUNSEL: frozenset({Power.WORK, Power.LAY, Power.CONSENT}),
    SeatRole.MEMBER: frozenset({Power.WORK}),
    SeatRole.MEDIATOR: frozenset(),
    SeatRole.EXPERT: frozenset(),
}


def may(role: SeatRole, power: Power) -> bool:
    """Tell whether somebody in this role may do so for the party they sit for."""
    return power in POWERS[role]
