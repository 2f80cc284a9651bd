"""What happened to sealed documents."""

from typing import ClassVar

from odr.event import Event
from odr.ids import ExhibitId


class DocumentStamped(Event, frozen=True, kw_only=True):
    """A sealed PDF got (further) time stamps: a new version of the same text, which takes the older one's place.

    ``sha256`` and ``replaces`` are hexadecimal, ``size`` in bytes.
    """

    subject: ClassVar[str | None] = "document_id"

    document_id: ExhibitId
    version: int
    size: int
    sha256: str
    replaces: str
