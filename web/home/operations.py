"""How the platform is, for those who run it: counts and parked jobs, no content."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.auditing import SENTENCES, STOP
from odr.documents.standing import FAULTS
from odr.ids import JobId
from odr.operations import EXACT_FROM, coarse, operations, take_up_again
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, number, percent
from web.answer import Answer, go, page


def about(count: int) -> str:
    """Say a count of what is stored as far as it may be told: "fewer than 100", "about 1,200"."""
    told = coarse(count)
    return _("about %(n)s", n=number(told)) if told else _("fewer than %(n)s", n=number(EXACT_FROM))


def share(done: int, total: int) -> str:
    """Say how far a rotation is without how many keys there are: every room has one, and every exhibit."""
    return _("all of them") if done >= total else _("at least %(share)s", share=percent(done * 10 // total / 10))


@get("/operations")
async def show_operations(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    platform: NamedDependency[Platform],
) -> Answer:
    """Show what waits, what is parked, how far the register is and how the stored objects are."""
    found = await operations(uow, actor, platform.settings.scrub)
    return page(
        request,
        "home/operations.html",
        operations=found,
        sentences=SENTENCES,
        stop=STOP,
        about=about,
        faults=FAULTS,
        share=share,
    )


@post("/operations/jobs/{job_id:uuid}/again", status_code=200)
async def try_again(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], job_id: FromPath[UUID]) -> Answer:
    """Give one parked job a fresh start."""
    await take_up_again(uow, actor, JobId(job_id))
    return go("/operations", done="again")
