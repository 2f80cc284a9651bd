"""The mediator's editor: one form that works without scripts, in which nothing typed is ever lost."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.arranging import change_draft, split_into
from odr.agreements.commands import save_version
from odr.agreements.drafting import Draft, DraftClause, DraftPayment, draft_of
from odr.agreements.parsing import MAX_BODY, MAX_CLAUSES, MAX_LINE, MAX_PREAMBLE
from odr.agreements.schedule import MAX_INSTALMENTS
from odr.disputes.lifecycle import Activity, require
from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.agreements.phrases import SENTENCES
from web.agreements.routes import ONE, agreement_context, mediates
from web.answer import Answer, AnyRequest, Form, go, number_in, page, read_form

_SAVE: Final = "save"
_ANNOUNCE: Final = "announce"
_SPLIT: Final = "split"


@get(f"{ONE}/edit")
async def show_editor(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Show the draft as a form."""
    context = await _context(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    agreement = context["agreement"]
    return _editor(request, context, draft_of(agreement.text), agreement.version.number, Form())


@post(f"{ONE}/edit", status_code=200)
async def edit(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Answer:
    """Do one act of the form: save, or change the form itself (add, remove, move, split) and show it again."""
    form = await read_form(request)
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    draft, seen, act = _typed(form), number_in(form["seen"]), form["act"]
    context = await _context(uow, actor, dispute, agreement)
    if act not in {_SAVE, _ANNOUNCE}:
        try:
            draft = _split(draft, form) if act == _SPLIT else change_draft(draft, act)
        except InvalidInputError as error:
            return _editor(request, context, draft, seen, form.keep(error, SENTENCES), status=422)
        return _editor(request, context, draft, seen, Form() if act == _SPLIT else _split_only(form))
    try:
        number = await save_version(uow, actor, dispute, agreement, seen=seen, draft=draft, announce=act == _ANNOUNCE)
    except InvalidInputError as error:
        return _editor(request, context, draft, seen, form.keep(error, SENTENCES), status=422)
    except ConflictError as error:
        if error.code != "version_saved_meanwhile":
            raise
        newest = int(error.details["number"])
        sentence = SENTENCES[error.code]
        form.errors = {"": _(sentence, number=newest)}
        return _editor(request, context, draft, newest, form, status=409, meanwhile=newest)
    done = "announced" if act == _ANNOUNCE else "saved"
    return go(f"/disputes/{dispute_id}/agreements/{agreement_id}", done=done if number else "")


def _typed(form: Form) -> Draft:
    """Read the whole form: rows are counted by ``clause_count`` and ``payment_count``."""
    clauses = min(number_in(form["clause_count"]), MAX_CLAUSES)
    payments = min(number_in(form["payment_count"]), MAX_INSTALMENTS)
    return Draft(
        title=form["title"],
        preamble=form["preamble"],
        clauses=tuple(
            DraftClause(
                form[f"clauses.{at}.heading"],
                form[f"clauses.{at}.body"],
                form[f"clauses.{at}.concession_by"],
                form[f"clauses.{at}.owed_by"],
                form[f"clauses.{at}.due"],
            )
            for at in range(clauses)
        ),
        payments=tuple(
            DraftPayment(
                form[f"payments.{at}.due"],
                form[f"payments.{at}.amount"],
                form[f"payments.{at}.payer"],
                form[f"payments.{at}.payee"],
                form[f"payments.{at}.what"],
            )
            for at in range(payments)
        ),
    )


def _split(draft: Draft, form: Form) -> Draft:
    return split_into(
        draft,
        amount=form["split_amount"],
        count=form["split_count"],
        first=form["split_first"],
        payer=form["split_payer"],
        payee=form["split_payee"],
        what=form["split_what"],
    )


def _split_only(form: Form) -> Form:
    """Keep what was typed beside the rows: rows have moved, so theirs come from the draft."""
    return Form({name: value for name, value in form.values.items() if name.startswith("split_")})


async def _context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> dict[str, Any]:
    context = await agreement_context(uow, actor, dispute_id, agreement_id)
    if not mediates(actor, dispute_id):
        raise NotPermittedError("not_permitted")
    require(context["dispute"].stage, Activity.DRAFT_AGREEMENT)
    if not context["agreement"].may_draft:
        raise ConflictError("not_a_draft")
    return context


def _editor(
    request: AnyRequest,
    context: dict[str, Any],
    draft: Draft,
    seen: int,
    form: Form,
    *,
    status: int = 200,
    meanwhile: int = 0,
) -> Answer:
    parties = [line for line in context["agreement"].text.parties if line.role != "mediator"]
    return page(
        request,
        "agreements/edit.html",
        status=status,
        **context,
        draft=draft,
        seen=seen,
        form=form,
        meanwhile=meanwhile,
        party_choices=[(line.name, line.name) for line in parties],
        concession_choices=[("claimant", _("The claimant")), ("respondent", _("The respondent"))],
        limits={"line": MAX_LINE, "preamble": MAX_PREAMBLE, "body": MAX_BODY},
    )
