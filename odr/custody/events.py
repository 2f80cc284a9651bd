"""What happened to keys, holds and things destroyed."""

from typing import ClassVar, Final

from odr.event import Event

KEEPS_KEYS: Final = "K1"  # whoever operates the machine, or its timer, rotates keys


class RootRotated(Event, frozen=True, kw_only=True):
    """The root key was changed; space keys are being wrapped under the new one."""

    subject: ClassVar[str | None] = None


class SpaceRotationBegun(Event, frozen=True, kw_only=True):
    """Every space is being given a new key."""

    subject: ClassVar[str | None] = None


class FormerRootsDestroyed(Event, frozen=True, kw_only=True):
    """The former root keys are gone: what still lay under them, in old backups too, opens for nobody any more."""

    subject: ClassVar[str | None] = None
