"""A party's team: who sits for it and as what, what each role may do, who was asked in."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.disputes.team import TEAM_ROLES, invite_team_member, team_of, withdraw_team_link
from odr.errors import InvalidInputError
from odr.ids import DisputeId, InvitationId
from odr.notices.bounces import came_back
from odr.parties.powers import POWERS, Power
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.disputes.phrases import POWER_WORDS, SENTENCES
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
    status: int = 200,
) -> Answer:
    team = await team_of(uow, actor, dispute_id)
    roles = TEAM_ROLES if team.settles else tuple(role for role in TEAM_ROLES if role is not SeatRole.REPRESENTATIVE)
    context: dict[str, Any] = {
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "team": team,
        "came_back": await came_back(uow, [link.id for link in team.invited]),
        "names": {seat.seat_id: seat.name for seat in team.seats},
        "role_names": role_names(),
        "role_choices": [(role.value, _(SEAT_ROLES[role])) for role in roles],
        "powers": [(_(POWER_WORDS[power]), [power in POWERS[role] for role in TEAM_ROLES]) for power in Power],
        "team_roles": TEAM_ROLES,
        "ceilings": {
            seat_id: Decimal(mandate.terms.ceiling_cents) / 100
            for seat_id, mandate in team.mandates.items()
            if mandate.terms.ceiling_cents is not None
        },
        "form": form,
    }
    return page(request, "disputes/team.html", status=status, **context)


def role_names() -> dict[SeatRole, str]:
    """Return what each role is called, in the reader's language."""
    return {role: _(label) for role, label in SEAT_ROLES.items()}


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
