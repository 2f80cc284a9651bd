"""Which of the other parties something is for: some of them, or everyone."""

from collections.abc import Sequence

from odr.ids import PartyId
from odr.typed import Typed


def recipients_of(typed: Typed, others: Sequence[PartyId], chosen: Sequence[PartyId] | None) -> tuple[PartyId, ...]:
    """Return for whom something is: those chosen among the other parties; ``None``, or all of them, means everyone.

    Codes: choose_some, choose_one.
    """
    if chosen is None:
        return tuple(others)
    if not chosen:
        typed.wrong("recipients", "choose_some")
    elif not set(chosen) <= set(others):
        typed.wrong("recipients", "choose_one")
    return tuple(each for each in others if each in chosen)
