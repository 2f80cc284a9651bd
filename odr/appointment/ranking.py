"""The published rule of a joint choice: ranks are added, strikes remove, and a tie has one answer. No I/O.

1. Whoever a side has struck is off the list; each ranking closes up over who remains.
2. Each side's ranks count once: several parties of one side are averaged, and a side that did not rank is indifferent.
3. The lowest sum is chosen; at a tie, whose worse rank of the two sides is better; at a tie again, who stands first in
   the list, whose order was drawn by lot before anybody ranked.
"""

import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from odr.ids import AccountId

FEWEST: Final = 3
MOST: Final = 7


class Ballot(msgspec.Struct, frozen=True):
    """One party's ranking: who may stay, the best first, and whom it strikes."""

    order: tuple[AccountId, ...]
    struck: tuple[AccountId, ...] = ()


def usual_strikes(listed: int) -> int:
    """Return how many each party may strike unless the centre says otherwise: so few that somebody always remains."""
    return (listed - 1) // 2


def in_order(listed: Sequence[AccountId], sides: Iterable[Sequence[Ballot]]) -> tuple[AccountId, ...]:
    """Return who remains of a list, the chosen one first; empty where nobody does."""
    given = [list(side) for side in sides]
    struck = {account for side in given for ballot in side for account in ballot.struck}
    remaining = [account for account in listed if account not in struck]
    ranks = [_ranks(remaining, side) for side in given]

    def place(account: AccountId) -> tuple[Fraction, Fraction, int]:
        own = [side[account] for side in ranks]
        return sum(own, Fraction(0)), max(own, default=Fraction(0)), remaining.index(account)

    return tuple(sorted(remaining, key=place))


def _ranks(remaining: Sequence[AccountId], side: Sequence[Ballot]) -> dict[AccountId, Fraction]:
    if not side:
        return dict.fromkeys(remaining, Fraction(len(remaining) + 1, 2))
    total = dict.fromkeys(remaining, Fraction(0))
    for ballot in side:
        closed_up = [account for account in ballot.order if account in total]
        for rank, account in enumerate(closed_up, start=1):
            total[account] += Fraction(rank, len(side))
    return total


def draw_of(checkpoint: bytes, choice_id: UUID) -> str:
    """Return the SHA-256 (hexadecimal) from which a list's order is drawn: of the newest checkpoint and the list's id.

    It is over ``entente-list/v1``, a zero byte, the checkpoint, a zero byte and the id's 16 bytes.
    """
    return hashlib.sha256(b"entente-list/v1\0" + checkpoint + b"\0" + choice_id.bytes).hexdigest()


def drawn(accounts: Iterable[AccountId], draw: str) -> tuple[AccountId, ...]:
    """Return people in the order of a draw: by ``SHA-256(draw ‖ id)``."""
    return tuple(sorted(accounts, key=lambda each: hashlib.sha256(bytes.fromhex(draw) + each.bytes).digest()))
