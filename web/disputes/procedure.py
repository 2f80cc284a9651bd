"""The centre's acts and the mediator's, and the steps that nobody takes back."""

from itertools import groupby
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.commands import end_mediation, may_step, permitted_by, withdraw
from odr.disputes.lifecycle import Step
from odr.disputes.pausing import move_pause, paused_dispute, resume, suspend
from odr.disputes.qualifying import negotiate_directly, qualify_dispute, reject_dispute
from odr.disputes.queries import DisputeFacts, statement_of, visible_dispute
from odr.disputes.term import extend_term
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import DisputeId
from odr.intake.answers import missing_of
from odr.intake.completing import completions_of
from odr.intake.queries import answers_sent
from odr.intake.rating import rating_of
from odr.intake.summary import told
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _, home_zone
from web.answer import Answer, Form, go, page, read_form
from web.disputes.phrases import PAUSE_AND_LAW, SENTENCES, STEPS
from web.intake.phrases import LEVELS, PARTS


async def _for_secretariat(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> DisputeFacts:
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    return dispute


@get("/disputes/{dispute_id:uuid}/qualify")
async def show_qualify(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the request, and the decision to take on it."""
    dispute = await _for_secretariat(uow, actor, dispute_id)
    return await _qualify(request, uow, dispute, None)


async def _qualify(
    request: Request[None, None, State], uow: UnitOfWork, dispute: DisputeFacts, form: Form | None, *, status: int = 200
) -> Answer:
    sent = await answers_sent(uow, dispute)
    return page(
        request,
        "disputes/qualify.html",
        status=status,
        dispute=dispute,
        said=await statement_of(uow, dispute),
        sections=told(sent),
        missing=[
            (
                _("Claimant") if topic.key == "company" else _(topic.told or topic.title),
                [_(question.told or question.label) for _topic, question in found],
            )
            for topic, found in groupby(missing_of(sent), key=lambda asked: asked[0])
        ],
        rating=await rating_of(uow, dispute),
        parts_of=PARTS,
        levels=LEVELS,
        completions=await completions_of(uow, dispute),
        form=form,
    )


@post("/disputes/{dispute_id:uuid}/qualify", status_code=200)
async def qualify(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Decide whether the centre can mediate."""
    form = await read_form(request)
    dispute = await _for_secretariat(uow, actor, dispute_id)
    try:
        decide = {"yes": qualify_dispute, "no": reject_dispute}.get(form["decision"], _undecided)
        await decide(uow, actor, dispute.id, reason=form["reason"])
    except InvalidInputError as error:
        return await _qualify(request, uow, dispute, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}", done="decided")


async def _undecided(_uow: UnitOfWork, _actor: Actor, _dispute_id: DisputeId, *, reason: str) -> None:  # noqa: ARG001 -- as its two siblings
    raise InvalidInputError({"decision": "choose_one"})


@get("/disputes/{dispute_id:uuid}/extend")
async def show_extend(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Say what extending the term does."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    if dispute.term_ends is None or dispute.term_extended_at is not None:
        raise NotFoundError
    return page(request, "disputes/extend.html", dispute=dispute)


@post("/disputes/{dispute_id:uuid}/extend", status_code=200)
async def extend(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]) -> Answer:
    """Extend the term, once."""
    await extend_term(uow, actor, DisputeId(dispute_id))
    return go(f"/disputes/{dispute_id}", done="extended")


@get("/disputes/{dispute_id:uuid}/steps/{step:str}")
async def show_step(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    step: FromPath[str],
) -> Answer:
    """Say what a step does and who learns of it, before it is done."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    known = _step(step)
    permitted_by(actor, dispute, known)
    if not may_step(actor, dispute, known):
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=known)
    return page(request, "disputes/step.html", dispute=dispute, words=STEPS[known], path=request.url.path, form=None)


@post("/disputes/{dispute_id:uuid}/steps/{step:str}", status_code=200)
async def take_step(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    step: FromPath[str],
) -> Answer:
    """Take the step."""
    form = await read_form(request)
    known, dispute = _step(step), DisputeId(dispute_id)
    try:
        if known is Step.NEGOTIATE_DIRECTLY:
            await negotiate_directly(uow, actor, dispute)
        elif known is Step.RESUME:
            await resume(uow, actor, dispute)
        elif known is Step.SUSPEND:
            await suspend(uow, actor, dispute, reason=form["reason"], last_day=form["last_day"])
        else:
            act = {Step.WITHDRAW: withdraw, Step.END: end_mediation}[known]
            await act(uow, actor, dispute, reason=form["reason"])
    except InvalidInputError as error:
        facts = await visible_dispute(uow, actor, dispute)
        kept = form.keep(error, SENTENCES)
        path = request.url.path
        return page(request, "disputes/step.html", status=422, dispute=facts, words=STEPS[known], path=path, form=kept)
    return go(f"/disputes/{dispute_id}", done="stepped")


@get("/disputes/{dispute_id:uuid}/pause")
async def show_pause(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show to which day the pause lasts, and let it be changed."""
    return _pause(request, await paused_dispute(uow, actor, DisputeId(dispute_id)), None)


@post("/disputes/{dispute_id:uuid}/pause", status_code=200)
async def change_pause(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Give the pause another last day, or none."""
    form = await read_form(request)
    try:
        await move_pause(uow, actor, DisputeId(dispute_id), last_day=form["last_day"])
    except InvalidInputError as error:
        dispute = await paused_dispute(uow, actor, DisputeId(dispute_id))
        return _pause(request, dispute, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}", done="stepped")


def _pause(
    request: Request[None, None, State], dispute: DisputeFacts, form: Form | None, *, status: int = 200
) -> Answer:
    day = dispute.pause_ends.astimezone(home_zone).date().isoformat() if dispute.pause_ends else ""
    return page(
        request, "disputes/pause.html", status=status, dispute=dispute, law=_(PAUSE_AND_LAW), day=day, form=form
    )


def _step(text: str) -> Step:
    for step in STEPS:
        if step.value == text:
            return step
    raise NotFoundError
