"""Agreements on pages: what there is, one with its text, its versions and what changed, its document, remarks."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.changes import changes
from odr.agreements.clauses import is_negotiable
from odr.agreements.commands import REMARK_LIMIT, begin_settlement, remark, set_aside
from odr.agreements.performance import commitments_of
from odr.agreements.proposals import ProposalState, may_negotiate, proposals_of
from odr.agreements.queries import (
    AgreementKind,
    AgreementState,
    AgreementView,
    agreements_of,
    remarks_of,
    version_of,
    versions_of,
    visible_agreement,
)
from odr.agreements.reading import (
    agreement_receipt,
    certificate_of,
    certificate_receipt,
    open_agreement,
    open_certificate,
)
from odr.disputes.commands import may_step
from odr.disputes.lifecycle import ACTIVITIES, Activity, Step
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.agreements.paper import money, paper_of, place_number
from web.agreements.phrases import CHANGED_PLACES, FATES, KINDS, OUTCOMES, SENTENCES, STATES
from web.agreements.sending import stream_of
from web.answer import Answer, AnyRequest, Form, go, number_in, page, read_form
from web.evidence.download import proof_file

LIST = "/disputes/{dispute_id:uuid}/agreements"
ONE = "/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}"


@get(LIST)
async def show_agreements(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show both agreements with where they stand."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return page(
        request,
        "agreements/list.html",
        dispute=dispute,
        agreements=await agreements_of(uow, actor, dispute.id),
        certificate=await certificate_of(uow, actor, dispute.id),
        kinds=KINDS,
        states=STATES,
        may_begin=mediates(actor, dispute.id) and may_step(actor, dispute, Step.REACH_TERMS),
        may_set_aside=may_step(actor, dispute, Step.FALL_THROUGH),
    )


@post(LIST, status_code=200)
async def begin(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]) -> Answer:
    """The mediator begins to draft the settlement."""
    agreement_id = await begin_settlement(uow, actor, DisputeId(dispute_id))
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}/edit", done="begun")


@post(f"{LIST}/set-aside", status_code=200)
async def leave_draft(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Answer:
    """The mediator sets the draft aside: back to the table."""
    await set_aside(uow, actor, DisputeId(dispute_id))
    return go(f"/disputes/{dispute_id}/agreements", done="set_aside")


@get(ONE)
async def show_agreement(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show one agreement: its text, who signed, its versions, what was said of it."""
    return await agreement_page(request, uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))


async def agreement_page(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    agreement_id: AgreementId,
    *,
    form: Form | None = None,
    status: int = 200,
) -> Answer:
    """Answer with an agreement's page."""
    context = await agreement_context(uow, actor, dispute_id, agreement_id)
    agreement, dispute = context["agreement"], context["dispute"]
    speaks = dispute.stage in ACTIVITIES[Activity.SPEAK_TOGETHER]
    return page(
        request,
        "agreements/page.html",
        status=status,
        **context,
        paper=paper_of(agreement.text),
        receipt_complete=agreement.document_id is None
        or (await agreement_receipt(uow, actor, dispute_id, agreement_id))[1].complete,
        versions=await versions_of(uow, agreement),
        remarks=await remarks_of(uow, agreement, dispute),
        proposals=await proposals_of(uow, actor, dispute, agreement),
        outcomes=OUTCOMES,
        commitments=await commitments_of(uow, actor, dispute_id, agreement_id),
        may_propose=may_negotiate(actor, dispute, agreement),
        negotiable=[clause.key if is_negotiable(clause.key) else "" for clause in agreement.text.clauses],
        may_remark=speaks and agreement.kind is AgreementKind.SETTLEMENT,
        remark_limit=REMARK_LIMIT,
        form=form,
    )


async def agreement_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId
) -> dict[str, Any]:
    """Return what every page about one agreement shows."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    agreement = await visible_agreement(uow, actor, dispute_id, agreement_id)
    settles = agreement.kind is AgreementKind.SETTLEMENT
    return {
        "dispute": dispute,
        "agreement": agreement,
        "path": f"/disputes/{dispute_id}/agreements/{agreement_id}",
        "kind_word": KINDS[agreement.kind],
        "state_word": OUTCOMES[ProposalState.OPEN] if agreement.discussed else STATES[agreement.state],
        "settles": settles,
        "may_refuse": settles and agreement.may_sign,
        "may_freeze": agreement.may_draft and may_step(actor, dispute, Step.FREEZE),
        "sums": _sums(agreement, dispute.currency),
        "signed": agreement.state is AgreementState.SIGNED,
        "frozen": agreement.state is AgreementState.FROZEN,
    }


def _sums(agreement: AgreementView, currency: str) -> tuple[str, str]:
    """Return, in words, for how much a text binds the reader's party and up to how much their mandate lets them."""
    mandate = agreement.mandate
    if mandate is None:
        return "", ""
    return money(mandate.cents, currency), money(mandate.ceiling_cents or 0, currency)


@post(f"{ONE}/remarks", status_code=200)
async def write_remark(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Write about a version, for everyone at the table."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    try:
        await remark(uow, actor, dispute, agreement, number=number_in(form["number"]), text=form["text"])
    except InvalidInputError as error:
        return await agreement_page(
            request, uow, actor, dispute, agreement, form=form.keep(error, SENTENCES), status=422
        )
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}?done=remarked#remarks")


@get(f"{ONE}/versions/{{number:int}}")
async def show_version(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> Answer:
    """Show one version of an agreement."""
    context = await agreement_context(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    version, text = await version_of(uow, context["agreement"], number)
    return page(request, "agreements/version.html", **context, version=version, paper=paper_of(text))


@get(f"{ONE}/changes")
async def show_changes(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show what changed from one version (``from``) to another (``to``), word by word."""
    context = await agreement_context(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    agreement = context["agreement"]
    newest = (await versions_of(uow, agreement))[0].number
    after = number_in(request.query_params.get("to", "")) or newest
    before = number_in(request.query_params.get("from", "")) or max(1, after - 1)
    older, old_text = await version_of(uow, agreement, before)
    newer, new_text = await version_of(uow, agreement, after)
    return page(
        request,
        "agreements/changes.html",
        **context,
        older=older,
        newer=newer,
        versions=await versions_of(uow, agreement),
        changes=[(change, place_number(change)) for change in changes(old_text, new_text)],
        places=CHANGED_PLACES,
        fates=FATES,
    )


@get(f"{ONE}/document")
async def send_document(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Send the PDF of a signed agreement."""
    return stream_of(request, await open_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id)))


@get(f"{ONE}/receipt")
async def send_agreement_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Send the receipt with which anyone verifies the PDF of a signed agreement."""
    name, receipt = await agreement_receipt(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return proof_file(name, receipt.to_json())


@get(f"{LIST}/certificate")
async def send_certificate(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Send the certificate that the mediation ended without an agreement."""
    return stream_of(request, await open_certificate(uow, actor, DisputeId(dispute_id)))


@get(f"{LIST}/certificate/receipt")
async def send_certificate_receipt(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Answer:
    """Send the receipt with which anyone verifies that certificate."""
    name, receipt = await certificate_receipt(uow, actor, DisputeId(dispute_id))
    return proof_file(name, receipt.to_json())


def mediates(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether the actor mediates this dispute."""
    seat = actor.seat_in(dispute_id)
    return seat is not None and seat.role is SeatRole.MEDIATOR
