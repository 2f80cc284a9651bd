"""The people who work for the centre, and inviting more of them."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.errors import InvalidInputError
from odr.people.commands import invite_colleague
from odr.people.queries import people_of_the_centre
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.signin.phrases import CENTRE_ROLES, SENTENCES


@get("/people")
async def show_people(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List who works for the centre."""
    return await _people(request, uow, actor, None)


async def _people(
    request: Request[None, None, State], uow: UnitOfWork, actor: Actor, form: Form | None, *, status: int = 200
) -> Answer:
    people = await people_of_the_centre(uow, actor)
    offered = [
        role for role in CENTRE_ROLES if role is not CentreRole.ADMINISTRATOR or actor.is_a(CentreRole.ADMINISTRATOR)
    ]
    return page(
        request,
        "people/page.html",
        status=status,
        people=people,
        keeps_directory=actor.is_a(CentreRole.SECRETARIAT),
        role_names={role: _(words[0]) for role, words in CENTRE_ROLES.items()},
        role_choices=[(role.value, _(CENTRE_ROLES[role][0]), _(CENTRE_ROLES[role][1])) for role in offered],
        form=form,
        writes_mails=actor.is_a(CentreRole.SECRETARIAT),
    )


@post("/people", status_code=200)
async def invite(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Invite somebody to work for the centre."""
    form = await read_form(request)
    try:
        await invite_colleague(
            uow, actor, email=form["email"], name=form["name"], language=form["language"], role=form["role"]
        )
    except InvalidInputError as error:
        return await _people(request, uow, actor, form.keep(error, SENTENCES), status=422)
    return go("/people", done="invited")
