"""What happened to the stored objects, in the centre's own space: counts and ids, for those who run the platform."""

from odr.event import Event


class StoreDamaged(Event, frozen=True, kw_only=True):
    """Damaged objects were found: how many, how many of them were mended at once, and the first ones' ids."""

    found: int
    mended: int
    items: tuple[str, ...]
