"""A party's team: who sits for it as what, mandates, standing in, invitations; one's own alone."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.disputes.delegating import delegate_powers, end_delegation
from odr.disputes.team import change_role, invite_team_member, remove_team_member, team_of
from odr.ids import DisputeId, SeatId
from odr.mandates.commands import TypedMandate, write_mandate
from odr.notices.bounces import came_back
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.api.description import create, read, remove, replace
from web.api.disputes import ROOT
from web.api.shapes import Cents, Line, as_typed, shown


class MandateBody(msgspec.Struct):
    """A mandate that holds: its ceiling in cents (null: none), who gave it and when, the exhibit that shows it.

    ``own_word``: its holder said so when they filed the request or accepted the invitation.
    """

    ceiling_cents: int | None
    given_by: str
    given_on: date | None
    document: UUID | None
    own_word: bool


class TeamSeat(msgspec.Struct):
    """Somebody of one's own team: as what they act now, and for whom they stand in until when, if they do."""

    seat_id: UUID
    account_id: UUID
    name: str
    role: SeatRole
    own_role: SeatRole
    acting_for: UUID | None
    acting_until: datetime | None
    mandate: MandateBody | None


class TeamLink(msgspec.Struct):
    """Somebody invited into the team who has not come yet. ``came_back``: the mail with the link did."""

    id: UUID
    name: str
    email: str
    role: SeatRole
    expires_at: datetime
    came_back: bool


class TeamBody(msgspec.Struct):
    """One's own team."""

    party_id: UUID
    party_name: str
    seats: list[TeamSeat]
    invited: list[TeamLink]
    may_change: bool
    settles: bool


class NewMember(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to invite into one's team, and as what."""

    email: Line
    name: Line
    role: Line
    language: Line = "fr"


class Mandate(msgspec.Struct, forbid_unknown_fields=True):
    """Up to which amount a representative may settle (null: without a ceiling), who says so since when.

    ``document``: an exhibit of one's party that shows it, needed beyond what one may settle oneself.
    """

    ceiling_cents: Cents | None
    given_by: Line
    given_on: date
    document: UUID | None = None


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    """As what somebody of one's team shall sit."""

    role: SeatRole


class Delegation(msgspec.Struct, forbid_unknown_fields=True):
    """Which seat of the team stands in, to the end of which day."""

    to: UUID
    last_day: date


@read(f"{ROOT}/team")
async def show_team(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> TeamBody:
    """Return one's own party's team."""
    team = await team_of(uow, actor, DisputeId(dispute_id))
    held = {seat_id: shown(mandate.terms, MandateBody) for seat_id, mandate in team.mandates.items()}
    back = await came_back(uow, [link.id for link in team.invited])
    return shown(
        team,
        TeamBody,
        seats=[shown(seat, TeamSeat, mandate=held.get(seat.seat_id)) for seat in team.seats],
        invited=[shown(link, TeamLink, came_back=link.id in back) for link in team.invited],
    )


@create(f"{ROOT}/team", status_code=202)
async def invite_member(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewMember],
) -> Response[None]:
    """Invite somebody into one's team (representative); the link leaves by mail."""
    await invite_team_member(
        uow, actor, DisputeId(dispute_id), email=data.email, name=data.name, role=data.role, language=data.language
    )
    return Response(None, status_code=202)


@remove(f"{ROOT}/team/{{seat_id:uuid}}")
async def remove_member(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> None:
    """End a seat of one's team (representative; coordinators those of members and counsel), or leave it oneself."""
    await remove_team_member(uow, actor, DisputeId(dispute_id), SeatId(seat_id))


@replace(f"{ROOT}/team/{{seat_id:uuid}}/mandate", status_code=204)
async def keep_mandate(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
    data: JSONBody[Mandate],
) -> None:
    """Write down up to which amount a representative of one's team may settle (representative)."""
    typed = TypedMandate(
        ceiling=as_typed(data.ceiling_cents),
        unlimited=data.ceiling_cents is None,
        given_by=data.given_by,
        given_on=data.given_on.isoformat(),
        document=str(data.document) if data.document else "",
    )
    await write_mandate(uow, actor, DisputeId(dispute_id), SeatId(seat_id), typed)


@replace(f"{ROOT}/team/{{seat_id:uuid}}/role", status_code=204)
async def give_role(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
    data: JSONBody[NewRole],
) -> None:
    """Give somebody of one's team another role (representative)."""
    await change_role(uow, actor, DisputeId(dispute_id), SeatId(seat_id), role=data.role.value)


@replace(f"{ROOT}/team/{{seat_id:uuid}}/delegation", status_code=204)
async def delegate(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
    data: JSONBody[Delegation],
) -> None:
    """Let somebody of the team stand in for a seat until a day (its holder, representative)."""
    dispute, seat = DisputeId(dispute_id), SeatId(seat_id)
    await delegate_powers(uow, actor, dispute, seat, to=str(data.to), last_day=data.last_day.isoformat())


@remove(f"{ROOT}/team/{{seat_id:uuid}}/delegation")
async def take_delegation_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
) -> None:
    """End that somebody stands in for a seat (its holder, who stands in, representative)."""
    await end_delegation(uow, actor, DisputeId(dispute_id), SeatId(seat_id))


handlers = (
    show_team,
    invite_member,
    remove_member,
    keep_mandate,
    give_role,
    delegate,
    take_delegation_back,
)
