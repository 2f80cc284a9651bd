"""A complaint's page: what was complained of, what was proposed, and the ways out of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.commands import may_step, permitted_by
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.queries import DisputeFacts, standing_by, visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.ids import DisputeId, PartyId, ProposalId
from odr.intake.complaints import close_complaint, contest_complaint, correct_contact, refer_complaint
from odr.intake.proposals import TERMS_LIMIT, accept_proposal, proposals_in, propose_terms
from odr.intake.queries import answers_sent
from odr.intake.summary import told
from odr.spaces.queries import find_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _, phrase
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.disputes.phrases import SENTENCES

Command = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a complaint: what it does, who reads what, and the reason that is asked for."""

    step: Step
    title: str
    button: str
    will: tuple[str, ...]
    seen_by: str
    reason: str
    hint: str
    needed: bool
    command: Command
    by: By | None = None


WAYS: Final[dict[str, Way]] = {
    "contest": Way(
        Step.CONTEST,
        phrase("Contest the complaint"),
        phrase("Contest it and go to the centre"),
        (
            phrase("The complaint becomes a request to the centre, as it was written."),
            phrase("The centre says within days whether it can mediate; mediation stays voluntary."),
        ),
        phrase("Both companies and the centre. What you wrote to each other stays between you."),
        phrase("Why you contest it"),
        phrase("A few sentences. The other company and the centre read them."),
        needed=True,
        command=contest_complaint,
    ),
    "refer": Way(
        Step.REFER,
        phrase("Take it to the centre"),
        phrase("Take it to the centre"),
        (
            phrase("The complaint becomes a request to the centre, as it was written."),
            phrase("The centre says within days whether it can mediate; mediation stays voluntary."),
        ),
        phrase("Both companies and the centre. What you wrote to each other stays between you."),
        phrase("Why now"),
        phrase("If you like. The other company and the centre read it."),
        needed=False,
        command=refer_complaint,
    ),
    "close": Way(
        Step.SETTLE_DIRECTLY,
        phrase("Close the complaint: it is settled"),
        phrase("Close the complaint"),
        (
            phrase("The complaint ends here, for both companies."),
            phrase("Its record is sealed: you can both download it and prove it later."),
        ),
        phrase("Both companies, and nobody else: the centre does not see the sealed record."),
        phrase("What settled it"),
        phrase("Both companies read this, and it stands in the record."),
        needed=True,
        command=close_complaint,
        by=By.CLAIMANT,
    ),
}


@get("/disputes/{dispute_id:uuid}/complaint")
async def show_complaint(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show a complaint, what was proposed, and the ways out of it."""
    return await _complaint_page(request, uow, actor, DisputeId(dispute_id), None)


async def _complaint(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    dispute = await visible_dispute(uow, actor, dispute_id)
    if dispute.stage is not Stage.COMPLAINT:
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.CONTEST)
    return dispute


async def _complaint_page(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    dispute = await _complaint(uow, actor, dispute_id)
    room = await find_space(uow, dispute_id, SpaceKind.JOINT)
    by = standing_by(actor, dispute)
    return page(
        request,
        "intake/complaint.html",
        status=status,
        dispute=dispute,
        sections=told(await answers_sent(uow, dispute)),
        proposals=await proposals_in(uow, actor, dispute_id),
        room=room.id if room else None,
        ways=[(_(way.title), f"/disputes/{dispute_id}/complaint/{name}") for name, way in _open_to(actor, dispute)],
        may_propose=bool(by),
        may_correct=By.CLAIMANT in by,
        form=form,
        limit=TERMS_LIMIT,
    )


def _open_to(actor: Actor, dispute: DisputeFacts) -> list[tuple[str, Way]]:
    by = standing_by(actor, dispute)
    return [
        (name, way)
        for name, way in WAYS.items()
        if may_step(actor, dispute, way.step) and (way.by is None or way.by in by)
    ]


async def _way(uow: UnitOfWork, actor: Actor, dispute_id: UUID, name: str) -> tuple[DisputeFacts, Way]:
    if name not in WAYS:
        raise NotFoundError
    way = WAYS[name]
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    by = permitted_by(actor, dispute, way.step)
    if way.by is not None and way.by not in by:
        raise NotPermittedError("not_permitted")
    return await _complaint(uow, actor, dispute.id), way


@get("/disputes/{dispute_id:uuid}/complaint/{way:str}")
async def show_way_out(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    way: FromPath[str],
) -> Answer:
    """Say what one way out of a complaint does, before it is taken."""
    dispute, shown = await _way(uow, actor, dispute_id, way)
    return page(request, "intake/way_out.html", dispute=dispute, way=shown, name=way, form=None)


@post("/disputes/{dispute_id:uuid}/complaint/{way:str}", status_code=200)
async def take_way_out(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    way: FromPath[str],
) -> Answer:
    """Contest a complaint, take it to the centre, or close it."""
    form = await read_form(request)
    dispute, taken = await _way(uow, actor, dispute_id, way)
    try:
        await taken.command(uow, actor, dispute.id, reason=form["reason"])
    except InvalidInputError as error:
        form.keep(error, SENTENCES)
        return page(request, "intake/way_out.html", status=422, dispute=dispute, way=taken, name=way, form=form)
    return go(f"/disputes/{dispute_id}", done="stepped")


@post("/disputes/{dispute_id:uuid}/proposals", status_code=200)
async def propose(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Propose how to settle."""
    form = await read_form(request)
    try:
        await propose_terms(uow, actor, DisputeId(dispute_id), text=form["terms"])
    except InvalidInputError as error:
        return await _complaint_page(
            request, uow, actor, DisputeId(dispute_id), form.keep(error, SENTENCES), status=422
        )
    return go(f"/disputes/{dispute_id}/complaint", done="proposed")


@get("/disputes/{dispute_id:uuid}/proposals/{proposal_id:uuid}")
async def show_proposal(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    proposal_id: FromPath[UUID],
) -> Answer:
    """Show a proposal and what accepting it does."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    found = next((each for each in await proposals_in(uow, actor, dispute.id) if each.id == proposal_id), None)
    if found is None:
        raise NotFoundError
    return page(request, "intake/proposal.html", dispute=dispute, proposal=found)


@post("/disputes/{dispute_id:uuid}/proposals/{proposal_id:uuid}", status_code=200)
async def accept(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    proposal_id: FromPath[UUID],
) -> Answer:
    """Accept a proposal as it stands."""
    await accept_proposal(uow, actor, DisputeId(dispute_id), ProposalId(proposal_id))
    return go(f"/disputes/{dispute_id}", done="stepped")


@post("/disputes/{dispute_id:uuid}/complaint", status_code=200)
async def correct(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Send the complaint to another person of the other company."""
    form = await read_form(request)
    dispute = await _complaint(uow, actor, DisputeId(dispute_id))
    known = {str(party.id): party.id for party in dispute.respondents}
    try:
        party_id: PartyId = known.get(form["party"], dispute.respondents[0].id)
        await correct_contact(uow, actor, dispute.id, party_id, name=form["contact_name"], email=form["contact_email"])
    except InvalidInputError as error:
        return await _complaint_page(request, uow, actor, dispute.id, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/complaint", done="invited")
