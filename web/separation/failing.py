"""What the machine itself fails at after something done apart: tasks that are parked, mails that come back."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from odr.errors import RefusedForGoodError
from odr.notices.bounces import take_report
from odr.notices.reports import Report
from odr.outbox import Job
from odr.platform import Platform
from odr.worker import JOBS, Work, Worker
from web.separation.beside import ask_into_team
from web.separation.errors import HollowError
from web.separation.hands import CAUCUS, Life

_STATUS: Final = "5.1.1"


async def _fail(_platform: Platform, _job: Job) -> None:
    raise RefusedForGoodError("refused")


FAILING: Final[Mapping[str, Work]] = dict.fromkeys(JOBS, Work(outside=_fail))


async def fail_at_what_follows(life: Life, name: str) -> None:
    """Claimant and mediator act apart in several ways, and every task that follows fails for good: it is parked."""
    working, life.worker = life.worker, Worker(life.stage.platform, FAILING)
    try:
        await life.say_apart("claimant", CAUCUS, f"Sans suite : {name}.")
        exhibit_id = await life.lodge_apart("claimant", CAUCUS, name)
        await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/withdraw", json={"room": "caucus"})
        await ask_into_team(life, f"{name} sans suite")
    finally:
        life.worker = working


async def invite_in_vain(life: Life, name: str) -> None:
    """The claimant invites somebody to its team at an address that does not exist: the mail comes back.

    Raises HollowError where that is not noted.
    """
    link, address = await ask_into_team(life, f"{name} introuvable")
    async with life.stage.platform.unit() as uow:
        if not await take_report(uow, Report(UUID(link), frozenset({address}), _STATUS)):
            raise HollowError("claimant", address, "the mail that came back is unknown")
