"""Erasing oneself: a person's own drafts and personal data, after they typed their address once more."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.custody.commands import erase_person
from odr.errors import ConflictError
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, Form, page, read_form
from web.custody.phrases import NOT_YOURS
from web.signin.entering import let_out

SEATED: Final = phrase(
    "You still take part in a dispute that is not closed. Leave it first, or wait until it is closed."
)


@get("/account/erase")
async def show_erase(request: Request[None, None, State], actor: NamedDependency[Actor]) -> Answer:
    """Say what will be erased, what stays and why; ask once."""
    return _erase(request, actor)


def _erase(request: Request[None, None, State], actor: Actor, form: Form | None = None, *, status: int = 200) -> Answer:
    return page(request, "custody/erase.html", status=status, email=actor.email, form=form)


@post("/account/erase", status_code=200)
async def erase(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Erase the account that is signed in, and sign it out."""
    form = await read_form(request)
    if form["email"].casefold() != actor.email.casefold():
        form.errors = {"email": _(NOT_YOURS)}
        return _erase(request, actor, form, status=422)
    try:
        destruction_id = await erase_person(uow, actor.account_id, actor_id=actor.account_id)
    except ConflictError:
        form.errors = {"": _(SEATED)}
        return _erase(request, actor, form, status=409)
    shown = page(request, "custody/erased.html", number=str(destruction_id))
    return let_out(request, shown)
