"""One person of a party's team: their role, their mandate, who stands in for them, the end of their seat."""

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.delegating import delegate_powers, end_delegation
from odr.disputes.queries import visible_dispute
from odr.disputes.team import TEAM_ROLES, Team, change_role, remove_team_member, team_of
from odr.errors import ConflictError, InvalidInputError
from odr.ids import DisputeId, SeatId
from odr.mandates.commands import GIVER_LIMIT, TypedMandate, documents_to_tie, write_mandate
from odr.parties.powers import POWERS
from odr.parties.queries import SeatFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.words import _
from web.answer import Answer, AnyRequest, Form, go, page, read_form
from web.disputes.phrases import SENTENCES
from web.disputes.team import role_names
from web.errors import BY_CODE
from web.signin.phrases import SEAT_ROLES

SEAT: Final = "/disputes/{dispute_id:uuid}/team/{seat_id:uuid}"


@get(SEAT)
async def show_member(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Show one person of one's team, and what may be changed about their seat."""
    return await _member(request, uow, actor, DisputeId(dispute_id), SeatId(seat_id))


@get([f"{SEAT}/role", f"{SEAT}/mandate", f"{SEAT}/delegation", f"{SEAT}/end"])
async def back_to_member(dispute_id: FromPath[UUID], seat_id: FromPath[UUID]) -> Answer:
    """Lead back to the person's page from an address where its forms are sent."""
    return go(f"/disputes/{dispute_id}/team/{seat_id}")


@post(f"{SEAT}/role", status_code=200)
async def save_role(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Give them another role."""
    form = await read_form(request)
    dispute, seat = DisputeId(dispute_id), SeatId(seat_id)
    try:
        await change_role(uow, actor, dispute, seat, role=form["role"])
    except InvalidInputError as error:
        return await _member(request, uow, actor, dispute, seat, form=form.keep(error, SENTENCES), status=422)
    except ConflictError as error:
        return await _member(request, uow, actor, dispute, seat, conflict=error.code, status=409)
    return go(f"/disputes/{dispute_id}/team", done="saved")


@post(f"{SEAT}/mandate", status_code=200)
async def save_mandate(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Write their mandate down."""
    form = await read_form(request)
    dispute, seat = DisputeId(dispute_id), SeatId(seat_id)
    typed = TypedMandate(
        ceiling=form["ceiling"],
        unlimited=form["limit"] == "none",
        given_by=form["given_by"],
        given_on=form["given_on"],
        document=form["document"],
    )
    try:
        await write_mandate(uow, actor, dispute, seat, typed)
    except InvalidInputError as error:
        return await _member(request, uow, actor, dispute, seat, form=form.keep(error, SENTENCES), status=422)
    return go(f"/disputes/{dispute_id}/team", done="saved")


@post(f"{SEAT}/delegation", status_code=200)
async def save_delegation(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """Let somebody stand in for them until a day, or end that."""
    form = await read_form(request)
    dispute, seat = DisputeId(dispute_id), SeatId(seat_id)
    try:
        if form["act"] == "end":
            await end_delegation(uow, actor, dispute, seat)
        else:
            await delegate_powers(uow, actor, dispute, seat, to=form["to"], last_day=form["last_day"])
    except InvalidInputError as error:
        return await _member(request, uow, actor, dispute, seat, form=form.keep(error, SENTENCES), status=422)
    except ConflictError as error:
        return await _member(request, uow, actor, dispute, seat, form=form, conflict=error.code, status=409)
    return go(f"/disputes/{dispute_id}/team", done="saved")


@post(f"{SEAT}/end", status_code=200)
async def end_member(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> Answer:
    """End their seat; whoever ends their own has left the dispute."""
    dispute, seat = DisputeId(dispute_id), SeatId(seat_id)
    own = (await team_of(uow, actor, dispute)).own_seat.seat_id == seat
    try:
        await remove_team_member(uow, actor, dispute, seat)
    except ConflictError as error:
        return await _member(request, uow, actor, dispute, seat, conflict=error.code, status=409)
    return go("/disputes") if own else go(f"/disputes/{dispute_id}/team", done="removed")


async def _member(
    request: AnyRequest,
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    seat_id: SeatId,
    *,
    form: Form | None = None,
    conflict: str = "",
    status: int = 200,
) -> Answer:
    team = await team_of(uow, actor, dispute_id)
    seat = team.seat(seat_id)
    mandate = team.mandates.get(seat_id)
    documents = await documents_to_tie(uow, actor, dispute_id)
    shows = mandate.terms.document if mandate else None
    words = BY_CODE.get(conflict)
    context: dict[str, Any] = {
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "team": team,
        "seat": seat,
        "is_me": seat.seat_id == team.own_seat.seat_id,
        "path": f"/disputes/{dispute_id}/team/{seat_id}",
        "role_names": role_names(),
        "role_choices": [(role.value, _(SEAT_ROLES[role])) for role in TEAM_ROLES],
        "mandate": mandate,
        "ceiling": _units(mandate.terms.ceiling_cents) if mandate else None,
        "shows": next((each for each in documents if each.id == shows), None),
        "document_choices": [(str(each.id), f"{each.number} · {each.title}") for each in documents],
        "represents": seat.own_role is SeatRole.REPRESENTATIVE,
        "deputy": team.deputy_of(seat_id),
        "deputies": [(str(each.seat_id), each.name) for each in _deputies(team, seat)],
        "may_delegate": seat.seat_id == team.own_seat.seat_id or team.settles,
        "may_end": team.may_end(seat),
        "giver_limit": GIVER_LIMIT,
        "conflict": (_(words.title), _(words.what_to_do)) if words else None,
        "form": form,
    }
    return page(request, "disputes/seat.html", status=status, **context)


def _units(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _deputies(team: Team, seat: SeatFacts) -> list[SeatFacts]:
    """Return who may stand in for a seat: people of the team who may do less than it."""
    return [each for each in team.seats if POWERS[each.own_role] < POWERS[seat.own_role] and each.acting_for is None]
