"""A person's own appointments: where the mail that one has ended leads to."""

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.appointment.own import own_appointments
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, page
from web.appointment.phrases import ENDINGS


@get("/appointments")
async def show_own(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show one's own appointments, those that have ended too."""
    return page(request, "appointment/own.html", appointments=await own_appointments(uow, actor), endings=ENDINGS)
