"""What happened to the parties and the seats of a dispute: in its procedure space."""

from typing import ClassVar

from odr.event import Event
from odr.ids import AccountId, PartyId, SeatId


class PartyAdded(Event, frozen=True, kw_only=True):
    """A company is named as a party."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    side: str


class PartyRemoved(Event, frozen=True, kw_only=True):
    """A company that a draft had named is no party after all."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId


class SeatGiven(Event, frozen=True, kw_only=True):
    """Somebody has a seat at the table."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId
    account_id: AccountId
    party_id: PartyId | None
    role: str


class SeatEnded(Event, frozen=True, kw_only=True):
    """Somebody left the table."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId
    account_id: AccountId


class TeamMemberJoined(Event, frozen=True, kw_only=True):
    """Somebody whom a party had asked has come."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    role: str


class TeamMemberInvited(Event, frozen=True, kw_only=True):
    """A party asked somebody to join its team."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    role: str
