"""Destructions and legal holds, for archivists: asked by one, decided by another."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.custody.commands import REASON_LIMIT, ask_destruction, decide_destruction
from odr.custody.holding import lift_hold, set_hold
from odr.custody.queries import DestructionState, destructions, holds
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import DestructionId, HoldId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.custody.phrases import REASONS, SCOPES, SENTENCES, STATES


@get("/custody")
async def show_custody(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show what is asked, what was destroyed and what is held."""
    return await _custody(request, uow, actor)


async def _custody(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    *,
    asking: Form | None = None,
    holding: Form | None = None,
) -> Answer:
    rows = await destructions(uow, actor)
    return page(
        request,
        "custody/page.html",
        status=422 if asking or holding else 200,
        asking=asking,
        holding=holding,
        form=asking or holding,
        waiting=[row for row in rows if row.state is DestructionState.ASKED],
        past=[row for row in rows if row.state is not DestructionState.ASKED],
        holds=await holds(uow, actor),
        reason_limit=REASON_LIMIT,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "scopes": [(scope.value, _(words)) for scope, words in SCOPES.items()],
        "reasons": [(because.value, _(words)) for because, words in REASONS.items()],
        "scope_words": {scope: _(words) for scope, words in SCOPES.items()},
        "reason_words": {because: _(words) for because, words in REASONS.items()},
        "states": {state: (_(words), tone) for state, (words, tone) in STATES.items()},
    }


@post("/custody", status_code=200)
async def ask(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Ask that something be destroyed."""
    form = await read_form(request)
    try:
        destruction_id = await ask_destruction(
            uow,
            actor,
            scope=form["scope"],
            reference=form["reference"],
            subject=form["subject"],
            because=form["because"],
        )
    except InvalidInputError as error:
        return await _custody(request, uow, actor, asking=form.keep(error, SENTENCES))
    return go(f"/custody/{destruction_id}", done="asked")


@post("/custody/holds", status_code=200)
async def hold(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Set a legal hold."""
    form = await read_form(request)
    try:
        await set_hold(
            uow, actor, reference=form["held_reference"], subject=form["held_exhibit"], reason=form["reason"]
        )
    except InvalidInputError as error:
        renamed = {"reference": "held_reference", "subject": "held_exhibit"}
        fields = {renamed.get(name, name): code for name, code in error.fields.items()}
        return await _custody(request, uow, actor, holding=form.keep(InvalidInputError(fields), SENTENCES))
    return go("/custody", done="held")


@post("/custody/holds/{hold_id:uuid}/lift", status_code=200)
async def lift(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], hold_id: FromPath[UUID]) -> Answer:
    """Lift a legal hold."""
    await lift_hold(uow, actor, HoldId(hold_id))
    return go("/custody", done="lifted")


@get("/custody/{destruction_id:uuid}")
async def show_destruction(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    destruction_id: FromPath[UUID],
) -> Answer:
    """Show one destruction: what will happen, or what did."""
    row = next((each for each in await destructions(uow, actor) if each.id == destruction_id), None)
    if row is None:
        raise NotFoundError
    return page(request, "custody/destruction.html", row=row, **_words())


@post("/custody/{destruction_id:uuid}/destroy", status_code=200)
async def destroy(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], destruction_id: FromPath[UUID]
) -> Answer:
    """Have it destroyed, for good."""
    await decide_destruction(uow, actor, DestructionId(destruction_id), destroy=True)
    return go(f"/custody/{destruction_id}", done="destroyed")


@post("/custody/{destruction_id:uuid}/refuse", status_code=200)
async def refuse(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], destruction_id: FromPath[UUID]
) -> Answer:
    """Refuse that it be destroyed."""
    await decide_destruction(uow, actor, DestructionId(destruction_id), destroy=False)
    return go(f"/custody/{destruction_id}", done="refused")
