"""Inviting the other party, and what became of it: mails, opening, answer, the record of an attempt."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.reading import attempt_receipt, open_attempt
from odr.disputes.commands import may_step, permitted_by
from odr.disputes.invitations import invitations_of
from odr.disputes.inviting import FEWEST_DAYS, MOST_DAYS, invite_party, remind_by_hand
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import DisputeFacts, statement_of, visible_dispute
from odr.errors import InvalidInputError, WrongStageError
from odr.ids import DisputeId, PartyId
from odr.parties.queries import PartyFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from web.agreements.sending import stream_of
from web.answer import Answer, AnyRequest, Form, go, number_in, page, read_form
from web.disputes.phrases import ERRANDS, SENTENCES
from web.evidence.download import proof_file

ONE: Final = "/disputes/{dispute_id:uuid}/invitation/{party_id:uuid}"
_USUAL: Final = "15"


@get("/disputes/{dispute_id:uuid}/invite")
async def show_invite(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show whom the invitation goes to, and what it says."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    permitted_by(actor, dispute, Step.INVITE)
    if dispute.stage is not Stage.INVITED and not may_step(actor, dispute, Step.INVITE):
        raise WrongStageError("wrong_stage", stage=dispute.stage, step=Step.INVITE)
    party = _meant(dispute, request.query_params.get("party", ""))
    contact = (await statement_of(uow, dispute)).contact_of(party)
    values = {"contact_name": contact.name, "contact_email": contact.email, "days": _USUAL, "party": str(party.id)}
    return _form(request, dispute, Form(values=values))


def _meant(dispute: DisputeFacts, text: str) -> PartyFacts:
    """Return the respondent that an address or a form names, else the first that has not come."""
    named = [party for party in dispute.respondents if str(party.id) == text]
    awaited = [party for party in dispute.respondents if party.joined_at is None]
    return (*named, *awaited, *dispute.respondents)[0]


def _form(request: AnyRequest, dispute: DisputeFacts, form: Form, *, status: int = 200) -> Answer:
    limits = {"fewest": FEWEST_DAYS, "most": MOST_DAYS}
    context: dict[str, Any] = {"dispute": dispute, "party": _meant(dispute, form["party"]), "limits": limits}
    return page(request, "disputes/invite.html", status=status, form=form, **context)


@post("/disputes/{dispute_id:uuid}/invite", status_code=200)
async def send_invitation(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Invite the other party."""
    form = await read_form(request)
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    try:
        await invite_party(
            uow,
            actor,
            DisputeId(dispute_id),
            contact_name=form["contact_name"],
            contact_email=form["contact_email"],
            language=form["language"] or "fr",
            days=_days(form["days"]),
            party_id=_meant(dispute, form["party"]).id,
        )
    except InvalidInputError as error:
        return _form(request, dispute, form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}", done="invited")


def _days(text: str) -> int | None:
    """Return a number of days; 0, which is refused, for what makes none."""
    if not text:
        return None
    return number_in(text)


@get("/disputes/{dispute_id:uuid}/invitation")
async def show_invitation_sent(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what is known of the invitation: its mails, the first opening, the answer, the record."""
    context: dict[str, Any] = {
        "dispute": await visible_dispute(uow, actor, DisputeId(dispute_id)),
        "invitations": await invitations_of(uow, actor, DisputeId(dispute_id)),
        "errands": ERRANDS,
        "is_secretariat": actor.is_a(CentreRole.SECRETARIAT),
    }
    return page(request, "disputes/invitation.html", **context)


@post(f"{ONE}/remind", status_code=200)
async def remind(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Answer:
    """Remind the invited party now."""
    await remind_by_hand(uow, actor, DisputeId(dispute_id), PartyId(party_id))
    return go(f"/disputes/{dispute_id}/invitation", done="reminded")


@get(f"{ONE}/record")
async def send_attempt(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Answer:
    """Send the record of an attempt."""
    return stream_of(request, await open_attempt(uow, actor, DisputeId(dispute_id), PartyId(party_id)))


@get(f"{ONE}/receipt")
async def send_attempt_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Answer:
    """Send the receipt with which anyone verifies the record of an attempt."""
    name, receipt = await attempt_receipt(uow, actor, DisputeId(dispute_id), PartyId(party_id))
    return proof_file(name, receipt.to_json())
