"""How the platform is, for those who run the centre: nothing here follows from what somebody does apart."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.auditing import SENTENCES, STOP
from odr.documents.standing import FAULTS
from odr.operations import operations, take_up_again
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, go, page


@get("/operations")
async def show_operations(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    platform: NamedDependency[Platform],
) -> Answer:
    """Show whether the worker works, what failed in sight, how far the register is and how the stored objects are."""
    found = await operations(uow, actor, platform.settings)
    return page(request, "home/operations.html", operations=found, sentences=SENTENCES, stop=STOP, faults=FAULTS)


@post("/operations/again", status_code=200)
async def try_again(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> Answer:
    """Give everything that failed too often a fresh start."""
    await take_up_again(uow, actor)
    return go("/operations", done="again")
