"""A party's team: who sits for it, who was invited, mandates."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.disputes.team import (
    TEAM_ROLES,
    invite_team_member,
    remove_team_member,
    set_mandate,
    team_of,
    withdraw_team_link,
)
from odr.errors import InvalidInputError
from odr.ids import DisputeId, InvitationId, SeatId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.disputes.phrases import SENTENCES
from web.signin.phrases import SEAT_ROLES


@get("/disputes/{dispute_id:uuid}/team")
async def show_team(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show one's own team."""
    return await _team(request, uow, actor, DisputeId(dispute_id), None)


async def _team(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    form: Form | None,
    *,
    mandate: Form | None = None,
    status: int = 200,
) -> Answer:
    team = await team_of(uow, actor, dispute_id)
    context: dict[str, Any] = {
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "team": team,
        "me": actor.account_id,
        "role_names": {role: _(label) for role, label in SEAT_ROLES.items()},
        "role_choices": [(role.value, _(SEAT_ROLES[role])) for role in TEAM_ROLES],
        "ceilings": {
            seat.seat_id: Decimal(seat.mandate_ceiling) / 100 for seat in team.seats if seat.mandate_ceiling is not None
        },
        "form": form or mandate,
        "invitation": form,
        "mandate": mandate,
    }
    return page(request, "disputes/team.html", status=status, **context)


@post("/disputes/{dispute_id:uuid}/team", status_code=200)
async def invite_member(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Invite somebody into the team."""
    form = await read_form(request)
    try:
        await invite_team_member(
            uow,
            actor,
            DisputeId(dispute_id),
            email=form["email"],
            name=form["name"],
            role=form["role"],
            language=form["language"],
        )
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _team(request, uow, actor, DisputeId(dispute_id), kept, status=422)
    return go(f"/disputes/{dispute_id}/team", done="invited")


@post("/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/end", status_code=200)
async def end_member(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """End a seat of the team."""
    try:
        await remove_team_member(uow, actor, DisputeId(dispute_id), SeatId(seat_id))
    except InvalidInputError as error:
        form = Form().keep(error, SENTENCES)
        return await _team(request, uow, actor, DisputeId(dispute_id), form, status=422)
    return go(f"/disputes/{dispute_id}/team", done="removed")


@post("/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/mandate", status_code=200)
async def save_mandate(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Write down a representative's ceiling."""
    form = await read_form(request)
    try:
        await set_mandate(uow, actor, DisputeId(dispute_id), SeatId(seat_id), ceiling=form["ceiling"])
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return await _team(request, uow, actor, DisputeId(dispute_id), None, mandate=kept, status=422)
    return go(f"/disputes/{dispute_id}/team", done="saved")


@post("/disputes/{dispute_id:uuid}/team/links/{invitation_id:uuid}/withdraw", status_code=200)
async def withdraw_link(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    invitation_id: FromPath[UUID],
) -> Answer:
    """Take an invitation back."""
    await withdraw_team_link(uow, actor, DisputeId(dispute_id), InvitationId(invitation_id))
    return go(f"/disputes/{dispute_id}/team", done="withdrawn")
