"""The centre proposes a mediator."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.profiles import ProfileView, Wanted, directory
from odr.appointment.seats import appoint_mediator
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import InvalidInputError, NotPermittedError
from odr.ids import AccountId, DisputeId
from odr.intake.questions import KINDS
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.appointment.phrases import SENTENCES, language_names, places_words


async def for_secretariat(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> DisputeFacts:
    """Return a dispute for the secretariat's own pages. Raises NotFoundError, NotPermittedError."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    return dispute


@get("/disputes/{dispute_id:uuid}/mediator")
async def show_proposal(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show who can be proposed, those who know this kind of dispute and are free first."""
    return await _proposal(request, uow, actor, await for_secretariat(uow, actor, dispute_id), None)


async def _proposal(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute: DisputeFacts,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    return page(
        request,
        "appointment/propose.html",
        status=status,
        dispute=dispute,
        choices=await mediator_choices(uow, actor, dispute),
        mediating=[seat.name for seat in await seats_of(uow, dispute.id) if seat.role is SeatRole.MEDIATOR],
        form=form,
    )


async def mediator_choices(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> list[tuple[str, str, str]]:
    """Return the mediators to choose among: (account id, name, what is known of them), the likeliest first."""
    found: list[ProfileView] = []
    after = ""
    while True:
        part = await directory(uow, actor, Wanted(), after=after)
        found.extend(part.rows)
        after = part.after
        if not after:
            break
    found.sort(key=lambda one: (not one.is_free, dispute.category not in one.specialities))
    names = language_names()
    return [
        (
            str(one.account_id),
            one.name,
            " · ".join(
                words
                for words in (
                    ", ".join(_(KINDS[each]) for each in one.specialities),
                    ", ".join(names[each] for each in one.languages),
                    places_words(one),
                )
                if words
            ),
        )
        for one in found
    ]


@post("/disputes/{dispute_id:uuid}/mediator", status_code=200)
async def propose(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Propose a mediator."""
    form = await read_form(request)
    dispute = await for_secretariat(uow, actor, dispute_id)
    try:
        await appoint_mediator(
            uow, actor, dispute.id, account_id=account_of(form["mediator"]), beside=form["beside"] == "yes"
        )
    except InvalidInputError as error:
        return await _proposal(request, uow, actor, dispute, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}", done="appointed")


def account_of(text: str) -> AccountId:
    """Return the account that was chosen. Raises InvalidInputError (``mediator``: choose_one)."""
    try:
        return AccountId(UUID(text))
    except ValueError:
        raise InvalidInputError({"mediator": "choose_one"}) from None
