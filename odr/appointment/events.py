"""What happened to who mediates: in the procedure space for the table, in a party's private room for its objection."""

from typing import ClassVar

from odr.event import Event
from odr.ids import AccountId, AppointmentId, ChoiceId, ObjectionId, SeatId, WindowId


class MediatorAppointed(Event, frozen=True, kw_only=True):
    """The centre appointed a mediator, or the parties' joint choice did."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
    seat_id: SeatId


class IndependenceDeclared(Event, frozen=True, kw_only=True):
    """A mediator declared interests and independence. What was declared is sealed, and shown to the table."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId


class OfAppointment(Event, frozen=True, kw_only=True):
    """Something happened to an appointment, known at the table."""

    subject: ClassVar[str | None] = "appointment_id"

    appointment_id: AppointmentId


class ObjectionsInvited(OfAppointment, frozen=True, kw_only=True):
    """The time in which parties may object began."""

    window_id: WindowId


class ObjectionNear(OfAppointment, frozen=True, kw_only=True):
    """The time in which parties may object is over soon."""


class AppointmentReviewed(OfAppointment, frozen=True, kw_only=True):
    """A party objected, and the centre reviews the appointment. Which party, the table is not told."""


class AppointmentKept(OfAppointment, frozen=True, kw_only=True):
    """The centre reviewed the appointment and keeps it."""


class AppointmentSettled(OfAppointment, frozen=True, kw_only=True):
    """The time to object is over, and nothing stands against the appointment."""


class AppointmentEnded(OfAppointment, frozen=True, kw_only=True):
    """Somebody no longer mediates or examines: the centre names a successor. They are told as well."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
    ending: str


class MediatorAdmitted(Event, frozen=True, kw_only=True):
    """Nothing stands against a mediator who was proposed for an open mediation: they enter its rooms."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
    seat_id: SeatId


class CaucusPassedOn(Event, frozen=True, kw_only=True):
    """A party passes on to a mediator who came later what it said apart before: in its caucus."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId


class CaucusKept(Event, frozen=True, kw_only=True):
    """A party keeps to itself what it said apart before a mediator came: in its private room."""

    subject: ClassVar[str | None] = "seat_id"

    seat_id: SeatId


class ObjectionRaised(Event, frozen=True, kw_only=True):
    """A party objected: in its own private room, for why is between it and the centre."""

    subject: ClassVar[str | None] = "objection_id"

    objection_id: ObjectionId
    sha256: str


class NoObjection(Event, frozen=True, kw_only=True):
    """A party said that it does not object: in its own private room."""

    subject: ClassVar[str | None] = "objection_id"

    objection_id: ObjectionId


class ObjectionShown(Event, frozen=True, kw_only=True):
    """The centre let whom an objection is about read it: in the private room of the party that objected."""

    subject: ClassVar[str | None] = "account_id"

    objection_id: ObjectionId
    account_id: AccountId


class ObjectionDecided(Event, frozen=True, kw_only=True):
    """The centre decided on a party's objection: in that party's private room."""

    subject: ClassVar[str | None] = "objection_id"

    objection_id: ObjectionId
    upheld: bool


class MediationOpened(Event, frozen=True, kw_only=True):
    """Every party signed the agreement to mediate, the mediator declared independence, and nothing stands against."""


class OfChoice(Event, frozen=True, kw_only=True):
    """Something happened to a list of mediators, known to both sides."""

    subject: ClassVar[str | None] = "choice_id"

    choice_id: ChoiceId


class MediatorsListed(OfChoice, frozen=True, kw_only=True):
    """The centre listed mediators for both sides to rank; ``draw`` (hexadecimal) is what the order was drawn from."""

    listed: tuple[AccountId, ...]
    strikes: int
    draw: str


class RankingNear(OfChoice, frozen=True, kw_only=True):
    """The time to rank is over soon."""


class RankingGiven(OfChoice, frozen=True, kw_only=True):
    """A party ranked the list: in its own private room. Nobody else is told."""


class ChoiceEnded(OfChoice, frozen=True, kw_only=True):
    """The list is closed. Whose ranking weighed how much, nobody is told."""
