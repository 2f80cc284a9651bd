"""How one is told: at once, once a day, or here alone; and what to do when one's address refuses our mails."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.errors import InvalidInputError
from odr.notices.bounces import mend_address
from odr.notices.choices import CHOOSABLE, choices_of
from odr.notices.commands import save_choices
from odr.notices.terms import Family, How
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, Form, go, page, read_form
from web.signin.phrases import SENTENCES

FAMILIES: Final[dict[Family, tuple[str, str]]] = {
    Family.PROCEDURE: (
        phrase("Where the dispute stands"),
        phrase("Requests, answers to invitations, appointments, the opening, pauses, changes in your team."),
    ),
    Family.AGREEMENTS: (
        phrase("Agreements"),
        phrase(
            "A proposed clause that was answered, a draft to read, a refusal to sign, the settlement that all signed."
        ),
    ),
    Family.TALK: (
        phrase("Messages and exhibits"),
        phrase("Something new in a room of yours, an answer to one of your questions."),
    ),
    Family.EXPERTISE: (
        phrase("Expertise"),
        phrase("The expert's appointment and answers, exhibits supplied, the report."),
    ),
    Family.ARCHIVE: (phrase("Records and archive"), phrase("A sealed record, requests to read one or to reopen.")),
}
HOWS: Final[dict[How, str]] = {
    How.AT_ONCE: phrase("A mail at once"),
    How.DAILY: phrase("In one daily mail"),
    How.IN_APP: phrase("Here only, no mail"),
}


@get("/notices/choices")
async def show_choices(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show what one chose."""
    return await _choices(request, uow, actor, None)


async def _choices(
    request: Request[None, None, State], uow: UnitOfWork, actor: Actor, form: Form | None, *, status: int = 200
) -> Answer:
    chosen = await choices_of(uow, actor.account_id)
    return page(
        request,
        "notices/choices.html",
        status=status,
        form=form,
        families=[
            (family.value, _(FAMILIES[family][0]), _(FAMILIES[family][1]), chosen.hows.get(family, How.AT_ONCE).value)
            for family in CHOOSABLE
        ],
        hows=[(how.value, _(label)) for how, label in HOWS.items()],
        hours=[(str(hour), f"{hour:02d}:00") for hour in range(24)],
        hour=str(chosen.hour),
        zone=actor.zone.replace("_", " "),
    )


@post("/notices/choices", status_code=200)
async def keep_choices(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Keep what one chose."""
    form = await read_form(request)
    try:
        await save_choices(uow, actor, hows=form.values, hour=form["hour"])
    except InvalidInputError as error:
        return await _choices(request, uow, actor, form.keep(error, SENTENCES), status=422)
    return go("/notices/choices", done="saved")


@post("/notices/mended", status_code=200)
async def say_mended(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> Answer:
    """One's address takes mails again: what waited is mailed."""
    await mend_address(uow, actor.account_id)
    return go("/notices", done="mended")
