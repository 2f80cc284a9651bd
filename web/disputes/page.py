"""A dispute's page: where it stands, what is awaited, the rooms, what happened; and the request itself."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.appointment.declaring import declarations_of
from odr.archive.queries import is_keeper
from odr.chronicle import happened
from odr.disputes.commands import may_step
from odr.disputes.invitations import has_invitations
from odr.disputes.lifecycle import ACTIVITIES, ENDS, Activity, Stage, Step
from odr.disputes.limitation import open_until
from odr.disputes.queries import DisputeFacts, reasons_of, visible_dispute
from odr.exceptions.queries import has_exceptions
from odr.ids import DisputeId
from odr.intake.completing import completions_of
from odr.intake.queries import answers_sent
from odr.intake.summary import told
from odr.notices.bounces import failing_of
from odr.offers.queries import has_offers
from odr.parties.queries import seats_of
from odr.platform import Platform
from odr.spaces.commands import note_visit, visit_is_due
from odr.spaces.queries import last_visit, spaces_for
from odr.tasks import awaited
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Place, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _
from web.answer import Answer, page
from web.disputes.phrases import STAGES, STEPS, stage_line, what_ends
from web.signin.phrases import SEAT_ROLES

_CLOSED: Final = frozenset({Stage.ARCHIVED, Stage.REOPENING_REQUESTED, Stage.REOPENED})


@get("/disputes/{dispute_id:uuid}")
async def show_dispute(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show a dispute at a glance."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    since = await last_visit(uow, actor, dispute.id)
    news = await happened(uow, actor, dispute.id, since=since)
    context: dict[str, Any] = {
        "dispute": dispute,
        "steps": stage_line(dispute),
        "ends": what_ends(dispute),
        "tasks": await awaited(uow, actor, dispute),
        "rooms": await spaces_for(uow, actor, dispute.id),
        "mediates": _holds(actor, dispute, SeatRole.MEDIATOR),
        "news": news,
        "since": since,
        "facts": await _facts(uow, dispute),
        "reasons": [(_(STAGES[stage]), when, text) for stage, when, text in await reasons_of(uow, dispute)],
        "acts": _acts(actor, dispute),
        "has_invitation": has_invitations(actor, dispute)
        and dispute.stage is not Stage.DIRECT_NEGOTIATION
        and not dispute.is_complaint,
        "open_until": open_until(dispute.limitation_resumed_at) if dispute.limitation_resumed_at else None,
        "failing": await failing_of(uow, actor, dispute.id) if actor.is_a(CentreRole.SECRETARIAT) else (),
        "has_team": actor.party_in(dispute.id) is not None,
        "has_losses": actor.may(Act.READ, Thing.LOSSES, Place(dispute.id, None, SpaceKind.JOINT)) is not None,
        "has_meetings": _meets(actor, dispute),
        "has_offers": await has_offers(uow, actor, dispute),
        "reads_request": dispute.stage is not Stage.DRAFT,
        "complaint": dispute.stage is Stage.COMPLAINT,
        "has_exceptions": actor.party_in(dispute.id) is not None and await has_exceptions(uow, actor, dispute.id),
        "has_record": _has_record(actor, dispute),
        "has_agreements": dispute.convention_signed_at is not None
        or dispute.stage in {Stage.CONVENTION_PENDING, Stage.AGREEMENT_DRAFTING, Stage.SIGNING, Stage.SETTLED},
    }
    answer = page(request, "disputes/page.html", **context)
    if await visit_is_due(uow, actor, dispute.id):
        async with platform.unit() as writing:
            await note_visit(writing, actor, dispute.id)
    return answer


def _has_record(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether to show the way to the sealed record: what was mediated, or settled as a complaint, has ended."""
    over = dispute.stage in ENDS or dispute.stage in _CLOSED
    reads = actor.may(Act.READ, Thing.EVENT, Place(dispute.id, None, SpaceKind.JOINT)) is not None
    mediated = dispute.convention_signed_at is not None or dispute.is_complaint
    return over and mediated and (reads or is_keeper(actor))


def _meets(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether to show the way to the meetings: to the table, from the agreement to mediate on."""
    begun = dispute.stage in ACTIVITIES[Activity.NOTE_MEETING] or dispute.limitation_suspended_at is not None
    return begun and actor.may(Act.READ, Thing.MEETING, Place(dispute.id, None, SpaceKind.JOINT)) is not None


def _holds(actor: Actor, dispute: DisputeFacts, role: SeatRole) -> bool:
    return any(seat.dispute_id == dispute.id and seat.role is role for seat in actor.seats)


async def _facts(uow: UnitOfWork, dispute: DisputeFacts) -> list[tuple[str, str]]:
    """Return who sits at the table, as rows of names."""
    seats = await seats_of(uow, dispute.id)
    rows: list[tuple[str, str]] = []
    for party in dispute.parties:
        people = [f"{seat.name} ({_(SEAT_ROLES[seat.role])})" for seat in seats if seat.party_id == party.id]
        label = _("Claimant") if party.prefix.startswith("C") else _("Respondent")
        rows.append((label, "\N{NO-BREAK SPACE}· ".join(filter(None, [party.name, *people])) or _("Not given")))
    for role in (SeatRole.MEDIATOR, SeatRole.EXPERT):
        names = [seat.name for seat in seats if seat.role is role]
        if names:
            rows.append((_(SEAT_ROLES[role]), ", ".join(names)))
    return rows


def _acts(actor: Actor, dispute: DisputeFacts) -> list[tuple[str, str]]:
    """Return what this person may do with the dispute now: (label, path), the ordinary first."""
    here = f"/disputes/{dispute.id}"
    acts: list[tuple[str, str]] = []
    if actor.is_a(CentreRole.SECRETARIAT):
        if dispute.stage in ACTIVITIES[Activity.APPOINT]:
            acts.append((_("Appoint a mediator"), f"{here}/mediator"))
        if dispute.stage is Stage.INVITED:
            acts.append((_("Remind the invited party"), f"{here}/invitation"))
            acts.append((_("Send the invitation again"), f"{here}/invite"))
    if _holds(actor, dispute, SeatRole.MEDIATOR):
        acts += _mediators_acts(dispute)
    for step, words in STEPS.items():
        if may_step(actor, dispute, step) and not (
            step is Step.NEGOTIATE_DIRECTLY and actor.is_a(CentreRole.SECRETARIAT)
        ):
            acts.append((_(words.title), f"{here}/steps/{step.value}"))
    if may_step(actor, dispute, Step.SEAL):
        acts.append((_("Close the file"), f"{here}/closing"))
    if may_step(actor, dispute, Step.REQUEST_REOPENING):
        acts.append((_("Ask to reopen the dispute"), f"{here}/reopening"))
    return acts


def _mediators_acts(dispute: DisputeFacts) -> list[tuple[str, str]]:
    here = f"/disputes/{dispute.id}"
    acts: list[tuple[str, str]] = []
    if dispute.stage in ACTIVITIES[Activity.DECLARE_INDEPENDENCE]:
        acts.append((_("Bring my declaration of interests up to date"), f"{here}/independence"))
        acts.append((_("Step down as mediator"), f"{here}/recusal"))
    extendable = dispute.term_ends is not None and dispute.term_extended_at is None
    if extendable and dispute.stage in ACTIVITIES[Activity.EXTEND_TERM]:
        acts.append((_("Extend the term"), f"{here}/extend"))
    if dispute.stage is Stage.SUSPENDED:
        acts.append((_("Change the last day of the pause"), f"{here}/pause"))
    if dispute.stage in ACTIVITIES[Activity.USE_EXCEPTION]:
        acts.append((_("Disclose under an exception of the law"), f"{here}/exceptions"))
    return acts


@get("/disputes/{dispute_id:uuid}/request")
async def show_request(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what the claimant wrote, and what the mediator declared: everyone at the table reads the same."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return page(
        request,
        "disputes/request.html",
        dispute=dispute,
        sections=told(await answers_sent(uow, dispute)),
        completions=await completions_of(uow, dispute),
        scored=dispute.stage is not Stage.DRAFT and not dispute.is_complaint,
        declarations=await declarations_of(uow, dispute),
    )
