"""What happened to the parties and the seats of a dispute: in its procedure space."""

from datetime import datetime
from typing import ClassVar

from odr.event import Event
from odr.ids import AccountId, MandateId, PartyId, SeatId


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


class MandateWritten(Event, frozen=True, kw_only=True):
    """A party wrote down up to what somebody may bind it: in its own private room, where its terms are sealed."""

    subject: ClassVar[str | None] = "mandate_id"

    mandate_id: MandateId
    seat_id: SeatId


class RoleChanged(Event, frozen=True, kw_only=True):
    """Somebody has another role in their party's team."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId
    role: str


class PowersDelegated(Event, frozen=True, kw_only=True):
    """Somebody of a party stands in for another one of it until a day."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId
    acting_for: SeatId
    until: datetime


class DelegationNear(Event, frozen=True, kw_only=True):
    """Standing in for somebody ends soon."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId


class DelegationEnded(Event, frozen=True, kw_only=True):
    """Somebody no longer stands in for another one."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId


class TeamMemberJoined(Event, frozen=True, kw_only=True):
    """Somebody whom a party had asked has come."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    role: str


class TeamMemberInvited(Event, frozen=True, kw_only=True):
    """A party asked somebody to join its team. Its private ledger tells: nobody else learns of it before they come."""

    subject: ClassVar[str | None] = "party_id"

    party_id: PartyId
    role: str
