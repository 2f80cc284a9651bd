"""What the centre makes of a request: its impact score, and what it asks the claimant to complete."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.lifecycle import By, Stage
from odr.disputes.queries import DisputeFacts, standing_by, visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.ids import DisputeId
from odr.intake.completing import MOST_DAYS, TEXT_LIMIT, ask_completion, complete_request, open_completion
from odr.intake.rating import RATED, REASON_LIMIT, change_score, rating_of
from odr.intake.score import CONTINUITY, CONTRACT, DAYS, GROWS, MONEY, NO_HURRY, NO_MONEY, WEIGHTS, Part
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.intake.phrases import LEVELS, PARTS, SENTENCES


@get("/about/score")
async def show_rule(request: Request[None, None, State]) -> Answer:
    """Publish the rule of the impact score."""
    lines = {
        Part.FINANCIAL: [*(rung for _least, rung in MONEY), NO_MONEY],
        Part.CONTRACTUAL: [rung for _name, rung in CONTRACT],
        Part.CONTINUITY: list(CONTINUITY.values()),
        Part.URGENCY: [*(rung for _most, rung in DAYS), GROWS, NO_HURRY],
    }
    return page(
        request,
        "intake/rule.html",
        shares=[(_(PARTS[part]), weight, part is Part.CONTRACTUAL, lines[part]) for part, weight in WEIGHTS.items()],
    )


@get("/disputes/{dispute_id:uuid}/score")
async def show_score(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show a request's score with its parts, and what was changed by whom and why."""
    return await _score_page(request, uow, actor, DisputeId(dispute_id), None)


async def _score_page(
    request: AnyRequest, uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, form: Form | None, *, status: int = 200
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    rating = await rating_of(uow, dispute)
    if rating is None:
        raise NotFoundError
    return page(
        request,
        "intake/score.html",
        status=status,
        dispute=dispute,
        rating=rating,
        parts_of=PARTS,
        levels=LEVELS,
        may_change=actor.is_a(CentreRole.SECRETARIAT) and dispute.stage in RATED,
        choices=[(part.value, _(label)) for part, label in PARTS.items()],
        limit=REASON_LIMIT,
        form=form,
    )


@post("/disputes/{dispute_id:uuid}/score", status_code=200)
async def set_score(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Set one part of the score, with its reason."""
    form = await read_form(request)
    try:
        await change_score(
            uow, actor, DisputeId(dispute_id), part=form["part"], points=form["points"], reason=form["reason"]
        )
    except InvalidInputError as error:
        return await _score_page(request, uow, actor, DisputeId(dispute_id), form.keep(error, SENTENCES), status=422)
    except ConflictError as error:
        form.errors = {"points": _(SENTENCES[error.code])}
        return await _score_page(request, uow, actor, DisputeId(dispute_id), form, status=409)
    return go(f"/disputes/{dispute_id}/score", done="changed")


@get("/disputes/{dispute_id:uuid}/completion")
async def show_completion(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what is asked of the claimant, to answer it; or ask for it."""
    return await _completion_page(request, uow, actor, DisputeId(dispute_id), None)


async def _completion_page(
    request: AnyRequest, uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, form: Form | None, *, status: int = 200
) -> Answer:
    dispute = await visible_dispute(uow, actor, dispute_id)
    asks, answers = _sides(actor, dispute)
    asked = await open_completion(uow, dispute)
    if not (asks or answers) or (asked is None and not asks):
        raise NotPermittedError("not_permitted")
    context: dict[str, Any] = {"dispute": dispute, "asked": asked, "answers": answers and asked is not None}
    return page(
        request, "intake/completion.html", status=status, form=form, limit=TEXT_LIMIT, most=MOST_DAYS, **context
    )


def _sides(actor: Actor, dispute: DisputeFacts) -> tuple[bool, bool]:
    """Tell whether the actor may ask for a completion, and whether they may give it."""
    referred = dispute.stage is Stage.REFERRED
    return referred and actor.is_a(CentreRole.SECRETARIAT), referred and By.CLAIMANT in standing_by(actor, dispute)


@post("/disputes/{dispute_id:uuid}/completion", status_code=200)
async def complete(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Ask the claimant to complete its request, or complete it."""
    form = await read_form(request)
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    try:
        if By.CLAIMANT in standing_by(actor, dispute):
            await complete_request(uow, actor, dispute.id, answer=form["answer"])
            return go(f"/disputes/{dispute_id}", done="completed")
        await ask_completion(uow, actor, dispute.id, question=form["question"], until=form["until"])
    except InvalidInputError as error:
        return await _completion_page(request, uow, actor, dispute.id, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}", done="asked")
