"""How each person wants to be told: at once, once a day, or on the site alone; a few notices are always mailed at once.

Equality of arms: every notice is on everybody's page at the same instant, and all that starts a deadline is mailed at
once to everyone. A daily mail's moment is its reader's own choice, and no deadline depends on it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from odr.errors import InvalidInputError
from odr.ids import AccountId
from odr.notices.models import NoticeChoices
from odr.notices.terms import Family, How, NoticeKind, family_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import known_zone

DEFAULT_HOUR: Final = 8
CHOOSABLE: Final = tuple(family for family in Family if family is not Family.DUTIES)
_HOURS: Final = 24


class Choices(msgspec.Struct, frozen=True):
    """One person's choices; what they did not choose is mailed at once."""

    hows: Mapping[Family, How]
    hour: int = DEFAULT_HOUR

    def how(self, kind: NoticeKind) -> How:
        """Return how a notice of this kind reaches them."""
        return self.hows.get(family_of(kind), How.AT_ONCE)


async def choices_of(uow: UnitOfWork, account_id: AccountId) -> Choices:
    """Return a person's choices."""
    row = await uow.session.get(NoticeChoices, account_id)
    if row is None:
        return Choices({})
    hows = {Family.AGREEMENTS.value: row.hows.get(Family.PROCEDURE, How.AT_ONCE), **row.hows}  # one family, once
    return Choices({family: How(hows[family]) for family in CHOOSABLE if family in hows}, row.hour)


async def save_choices(uow: UnitOfWork, actor: Actor, *, hows: Mapping[str, str], hour: str) -> None:
    """Keep one's own choices. Raises InvalidInputError (``hour`` or a family: choose_one)."""
    typed = Typed()
    chosen = {family.value: typed.choice(family.value, hows.get(family, ""), How).value for family in CHOOSABLE}
    if not (hour.isascii() and hour.isdigit() and int(hour[:3]) < _HOURS):
        raise InvalidInputError({**typed.problems, "hour": "choose_one"})
    typed.check()
    row = await uow.session.get(NoticeChoices, actor.account_id)
    if row is None:
        uow.session.add(NoticeChoices(account_id=actor.account_id, hows=chosen, hour=int(hour)))
    else:
        row.hows, row.hour = chosen, int(hour)


def next_digest(now: datetime, zone: str, hour: int) -> datetime:
    """Return the next time that ``hour`` strikes in a person's zone; one that summer time skips comes right after."""
    local = now.astimezone(known_zone(zone))
    moment = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    if moment <= local:
        moment = (local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return moment.astimezone(UTC)
