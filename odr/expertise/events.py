"""What happened to an expert's mission: in the joint space for the table, on the expert's desk for the expert."""

from datetime import datetime
from typing import ClassVar

import msgspec

from odr.event import Event
from odr.ids import AccountId, ExhibitId, MessageId, MissionId


class Seen(msgspec.Struct, frozen=True):
    """A supplied exhibit: its number, its SHA-256 (hexadecimal), and when the expert first opened it, if ever."""

    number: str
    sha256: str
    supplied_at: datetime
    opened_at: datetime | None


class OfMission(Event, frozen=True, kw_only=True):
    """Something happened to a mission, known at the table."""

    subject: ClassVar[str | None] = "mission_id"

    mission_id: MissionId


class MissionOpened(OfMission, frozen=True, kw_only=True):
    """The mediator asked an expert; ``sha256`` (hexadecimal) commits to the questions."""

    expert_id: AccountId
    sha256: str


class MissionAccepted(OfMission, frozen=True, kw_only=True):
    """The expert accepted and declared independence; ``sha256`` commits to the declaration."""

    sha256: str


class MissionDeclined(OfMission, frozen=True, kw_only=True):
    """The expert declined."""


class MissionEnded(OfMission, frozen=True, kw_only=True):
    """The mediator ended a mission without a report."""


class ExhibitsSupplied(OfMission, frozen=True, kw_only=True):
    """The mediator supplied joint exhibits to the expert, by their joint numbers."""

    exhibit_ids: tuple[ExhibitId, ...]
    numbers: tuple[str, ...]


class ReportPosted(OfMission, frozen=True, kw_only=True):
    """The expert's report reached everyone at the table at once, with what the expert had seen by then."""

    exhibit_id: ExhibitId
    number: str
    sha256: str
    seen: tuple[Seen, ...]


class ToExpert(Event, frozen=True, kw_only=True):
    """Something for one expert, on that expert's own desk."""

    subject: ClassVar[str | None] = "expert_id"

    expert_id: AccountId
    mission_id: MissionId


class ExpertAsked(ToExpert, frozen=True, kw_only=True):
    """The expert is asked to take on a mission."""


class SupplyReceived(ToExpert, frozen=True, kw_only=True):
    """Exhibits were laid on the expert's desk."""

    numbers: tuple[str, ...]


class NoteWritten(Event, frozen=True, kw_only=True):
    """The expert wrote a working note, for nobody else. ``sha256`` (hexadecimal) commits to it."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId
    mission_id: MissionId
    sha256: str
