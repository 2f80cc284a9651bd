"""Joint choice: the centre lists mediators, each side ranks them, and the published rule decides."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.choosing import STRIKE, ask_for_a_person, list_mediators, rank_mediators
from odr.appointment.lists import choice_of
from odr.appointment.ranking import FEWEST, MOST
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import AccountId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.appointment.naming import for_secretariat, mediator_choices
from web.appointment.phrases import OUTCOMES, SENTENCES, profile_rows

CHOICE = "/disputes/{dispute_id:uuid}/choice"


@get(f"{CHOICE}/new")
async def show_listing(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show whom the centre can list."""
    return await _listing(request, uow, actor, await for_secretariat(uow, actor, dispute_id), None)


async def _listing(
    request: Request[None, None, State], uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, form: Form | None
) -> Answer:
    return page(
        request,
        "appointment/list.html",
        status=200 if form is None else 422,
        dispute=dispute,
        choices=await mediator_choices(uow, actor, dispute),
        chosen=form.all("mediators") if form else [],
        fewest=FEWEST,
        most=MOST,
        form=form,
    )


@post(f"{CHOICE}/new", status_code=200)
async def list_anew(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """List mediators for both sides to rank."""
    form = await read_form(request)
    dispute = await for_secretariat(uow, actor, dispute_id)
    try:
        await list_mediators(uow, actor, dispute.id, accounts=_accounts(form.all("mediators")), strikes=form["strikes"])
    except InvalidInputError as error:
        return await _listing(request, uow, actor, dispute, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/choice", done="listed")


def _accounts(texts: list[str]) -> list[AccountId]:
    try:
        return [AccountId(UUID(text)) for text in texts]
    except ValueError:
        raise InvalidInputError({"mediators": "choose_one"}) from None


@get(CHOICE)
async def show_choice(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the list, the rule, and the form to rank."""
    return await _choice(request, uow, actor, DisputeId(dispute_id), None)


async def _choice(
    request: Request[None, None, State], uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, form: Form | None
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    view = await choice_of(uow, actor, dispute_id)
    if view is None:
        raise NotFoundError
    places = [(str(rank), _("Rank %(rank)s", rank=rank)) for rank in range(1, len(view.listed) + 1)]
    return page(
        request,
        "appointment/choice.html",
        status=200 if form is None else 422,
        dispute=dispute,
        choice=view,
        profiles={one.account_id: profile_rows(one) for one in view.listed},
        places=[*places, (STRIKE, _("Strike off the list"))] if view.strikes else places,
        outcome=_(OUTCOMES[view.outcome]) if view.outcome else "",
        form=form,
    )


@post(CHOICE, status_code=200)
async def rank(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Rank the list."""
    form = await read_form(request)
    dispute = DisputeId(dispute_id)
    try:
        ranks = {
            account: form[f"rank-{account}"]
            for account in _accounts([name.removeprefix("rank-") for name in form.values if name.startswith("rank-")])
        }
        await rank_mediators(uow, actor, dispute, ranks=ranks)
    except InvalidInputError as error:
        return await _choice(request, uow, actor, dispute, form.keep(error, SENTENCES))
    return go(f"/disputes/{dispute_id}/choice", done="ranked")


@post(f"{CHOICE}/person", status_code=200)
async def ask_person(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Answer:
    """Ask that a person at the centre chooses instead."""
    await ask_for_a_person(uow, actor, DisputeId(dispute_id))
    return go(f"/disputes/{dispute_id}/choice", done="asked")
