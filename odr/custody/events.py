"""What happened to keys, holds and things destroyed."""

from typing import ClassVar, Final

from odr.event import Event
from odr.ids import DestructionId, ExhibitId, HoldId

KEEPS_KEYS: Final = "K1"  # whoever operates the machine, or its timer, rotates keys
TWO_PERSONS: Final = "K2"  # what is destroyed was asked by one person and decided by an archivist who is another
OWN_DATA: Final = "K3"  # a person may have their own drafts and personal data erased (GDPR art. 17)
CUSTODY: Final = "K4"  # an archivist says what must be kept whatever happens


class RootRotated(Event, frozen=True, kw_only=True):
    """The root key was changed; space keys are being wrapped under the new one."""

    subject: ClassVar[str | None] = None


class SpaceRotationBegun(Event, frozen=True, kw_only=True):
    """Every space is being given a new key."""

    subject: ClassVar[str | None] = None


class FormerRootsDestroyed(Event, frozen=True, kw_only=True):
    """The former root keys are gone: what still lay under them, in old backups too, opens for nobody any more."""

    subject: ClassVar[str | None] = None


class Destroyed(Event, frozen=True, kw_only=True):
    """Something was destroyed for good; ``sha256`` (hexadecimal) and ``size`` are those of what the certificate states.

    It stands alone in a ledger tree of its own, whose space is the destruction's id.
    """

    subject: ClassVar[str | None] = "destruction_id"

    destruction_id: DestructionId
    sha256: str
    size: int


class ExhibitDestroyed(Event, frozen=True, kw_only=True):
    """An exhibit of this room was destroyed; its number stays."""

    subject: ClassVar[str | None] = "exhibit_id"

    exhibit_id: ExhibitId


class RoomDestroyed(Event, frozen=True, kw_only=True):
    """A room of the dispute was destroyed with all that was in no other."""

    subject: ClassVar[str | None] = None


class DestructionsRepeated(Event, frozen=True, kw_only=True):
    """A database that was restored held what had been destroyed; ``count`` destructions were carried out again."""

    subject: ClassVar[str | None] = None

    count: int


class HoldSet(Event, frozen=True, kw_only=True):
    """A legal hold forbids destruction: of one exhibit, or (``None``) of the whole dispute."""

    subject: ClassVar[str | None] = "hold_id"

    hold_id: HoldId
    exhibit_id: ExhibitId | None


class HoldLifted(Event, frozen=True, kw_only=True):
    """A legal hold ended."""

    subject: ClassVar[str | None] = "hold_id"

    hold_id: HoldId
