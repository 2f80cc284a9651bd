"""What happened in the rooms: opened, and spoken in."""

from typing import ClassVar

from odr.event import Event
from odr.ids import MessageId
from odr.visibility.terms import SpaceKind


class SpaceOpened(Event, frozen=True, kw_only=True):
    """A room exists, with its own key. It is the first entry of the room's own ledger."""

    subject: ClassVar[str | None] = "space_id"

    kind: SpaceKind


class SpokenApart(Event, frozen=True, kw_only=True):
    """Somebody wrote in a caucus. What was said is sealed elsewhere; ``sha256`` (hexadecimal) commits to it."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId
    sha256: str


class SpokenTogether(Event, frozen=True, kw_only=True):
    """Somebody wrote in the joint space; ``sha256`` (hexadecimal) commits to the text."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId
    sha256: str


class MessageTakenBack(Event, frozen=True, kw_only=True):
    """A message was taken back from the joint space: before another party read it, or stopped by or for its own."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId


class MessageWithdrawn(Event, frozen=True, kw_only=True):
    """A message of the mediator's was withdrawn, or stopped as a wrong disclosure: by whom, its room is not told."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId


class MessageRestored(Event, frozen=True, kw_only=True):
    """A message that had been withdrawn from the joint space stands there again; a mediator's, in nobody's name."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId


class MessageRestoredApart(MessageRestored, frozen=True, kw_only=True):
    """The same in a caucus."""


class NoteTaken(Event, frozen=True, kw_only=True):
    """The mediator wrote a note. It is the mediator's alone and nobody is told."""

    subject: ClassVar[str | None] = "message_id"

    message_id: MessageId


class NotesDestroyed(Event, frozen=True, kw_only=True):
    """The mediator's notes and their key were destroyed at the end: nobody can read them again, us included."""
