"""What happened to a loss worksheet: in the party's private room while it is its own, in the room it was shared into.

The ledger says that a line was written, never what stands in it.
"""

from typing import ClassVar

from odr.event import Event
from odr.ids import LossLineId, LossShareId


class LossLineAdded(Event, frozen=True, kw_only=True):
    """A party added a line to its worksheet."""

    subject: ClassVar[str | None] = "line_id"

    line_id: LossLineId


class LossLineChanged(Event, frozen=True, kw_only=True):
    """A party changed a line of its worksheet."""

    subject: ClassVar[str | None] = "line_id"

    line_id: LossLineId
    revision: int


class LossLineRemoved(Event, frozen=True, kw_only=True):
    """A party removed a line from its worksheet."""

    subject: ClassVar[str | None] = "line_id"

    line_id: LossLineId


class LossesSharedApart(Event, frozen=True, kw_only=True):
    """A party shared its worksheet in its caucus; ``sha256`` (hexadecimal) commits to what it shared."""

    subject: ClassVar[str | None] = "share_id"

    share_id: LossShareId
    number: int
    sha256: str


class LossesShared(Event, frozen=True, kw_only=True):
    """A party shared its worksheet with everyone at the table; ``sha256`` (hexadecimal) commits to what it shared."""

    subject: ClassVar[str | None] = "share_id"

    share_id: LossShareId
    number: int
    sha256: str
