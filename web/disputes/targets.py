"""How soon the centre answers: the secretariat's page of response times."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.deadlines.table import Deadline
from odr.disputes.targets import LONGEST, TARGETS, days_of, late_or_soon, set_targets
from odr.errors import InvalidInputError
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, Form, go, page, read_form

_BAD_DAYS: Final = phrase("Give a whole number of working days, from 1 to %(most)s.")
DUTIES: Final[dict[Deadline, tuple[str, str]]] = {
    Deadline.QUALIFY: (
        phrase("Say whether the centre can mediate"),
        phrase("From the referral."),
    ),
    Deadline.COMPLETION: (
        phrase("Read what completes a request"),
        phrase("From the completion; while one is asked for, the first time stands still."),
    ),
    Deadline.APPOINT: (phrase("Appoint a mediator"), phrase("From the admission of the dispute.")),
    Deadline.INVITE: (phrase("Invite the other party"), phrase("From the admission of the dispute.")),
    Deadline.DECIDE_OBJECTION: (
        phrase("Decide on an objection"),
        phrase("From the objection to a mediator or expert."),
    ),
    Deadline.DECIDE_ACCESS: (phrase("Decide who may read a sealed record"), phrase("From the archivist's request.")),
    Deadline.DECIDE_REOPENING: (phrase("Decide whether to reopen a dispute"), phrase("From the request.")),
    Deadline.REPLY: (phrase("The invited party answers"), ""),
    Deadline.TERM: (phrase("The term of the mediation ends"), ""),
}


@get("/response-times")
async def show_targets(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show what is late or due soon, and the targets."""
    return await _targets(request, uow, actor, None)


async def _targets(
    request: Request[None, None, State], uow: UnitOfWork, actor: Actor, form: Form | None, *, status: int = 200
) -> Answer:
    dues = await late_or_soon(uow, actor)
    days = await days_of(uow)
    return page(
        request,
        "disputes/targets.html",
        status=status,
        form=form,
        dues=[(each, _(DUTIES[each.deadline][0])) for each in dues],
        targets=[(each.value, _(DUTIES[each][0]), _(DUTIES[each][1]), str(days[each]), LONGEST) for each in TARGETS],
    )


@post("/response-times", status_code=200)
async def keep_targets(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Set the targets."""
    form = await read_form(request)
    try:
        await set_targets(uow, actor, form.values)
    except InvalidInputError as error:
        form.errors = {name: _(_BAD_DAYS, most=LONGEST) for name in error.fields}
        return await _targets(request, uow, actor, form, status=422)
    return go("/response-times", done="saved")
