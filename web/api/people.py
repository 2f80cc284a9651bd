"""Accounts, links and the centre's people."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.disputes.answering import decline, pass_on
from odr.disputes.arriving import arrive, arrive_as_newcomer, calling, see_invitation
from odr.disputes.links import ask_for_code
from odr.people.commands import ask_for_link, invite_colleague, sign_out, sign_out_everywhere
from odr.people.queries import Purpose, account_facts, masked, people_of_the_centre
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from web.api.bearer import Bearer, make_bearer
from web.api.description import OPEN, create, read, send
from web.api.shapes import Line, Secret, Text, shown

API = Request[None, None, State]


class OwnSeat(msgspec.Struct):
    """A seat at a dispute's table; ``party_id`` is null for mediators and experts."""

    dispute_id: UUID
    party_id: UUID | None
    role: SeatRole


class Account(msgspec.Struct):
    """Who the bearer speaks for, with their roles at the centre and their seats in disputes."""

    id: UUID
    email: str
    name: str
    language: str
    zone: str
    roles: list[CentreRole]
    seats: list[OwnSeat]


class SignUp(msgspec.Struct, forbid_unknown_fields=True):
    """An address that wants an account."""

    email: Line
    name: Line
    language: Line = "fr"


class Link(msgspec.Struct):
    """What an invitation is for. ``email`` is masked; of a dispute, its title and nothing more.

    ``needs_proof``: who has no account of that address gives the code that is mailed there when the invitation is
    opened.
    """

    purpose: Purpose
    email: str
    name: str
    title: str
    reference: str
    invited_by: str
    company: str
    seat_role: SeatRole | None
    centre_role: CentreRole | None
    decides: bool
    opened: bool
    needs_proof: bool
    has_account: bool
    expires_at: datetime


class Newcomer(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes an invitation and has no account yet. ``code``: the one mailed, where it needs proof."""

    name: Line
    password: Secret
    language: Line = "fr"
    zone: Line = "Europe/Paris"
    code: Line = ""


class Declining(msgspec.Struct, forbid_unknown_fields=True):
    """The code mailed to the invited address, and why the mediation is declined, if it is said.

    ``tell_reason`` lets the record of the attempt repeat the reason.
    """

    code: Line = ""

    reason: Text = ""
    tell_reason: bool = False


class PassingOn(msgspec.Struct, forbid_unknown_fields=True):
    """The code mailed to the invited address, and the colleague who should answer."""

    code: Line
    name: Line
    email: Line


class Arrived(msgspec.Struct):
    """What an invitation gave: the dispute at whose table one sits now, if it is for one."""

    dispute_id: UUID | None
    bearer: Bearer | None


class PersonOfTheCentre(msgspec.Struct):
    """Somebody with a role at the centre."""

    id: UUID
    name: str
    email: str
    roles: list[CentreRole]


class NewColleague(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to invite to work for the centre, and as what."""

    email: Line
    name: Line
    role: Line
    language: Line = "fr"


@read("/account")
async def show_account(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> Account:
    """Return whose bearer this is."""
    facts = await account_facts(uow, actor)
    return Account(
        id=facts.id,
        email=facts.email,
        name=facts.name,
        language=facts.language,
        zone=facts.zone,
        roles=sorted(actor.centre_roles),
        seats=[OwnSeat(seat.dispute_id, seat.party_id, seat.role) for seat in actor.seats],
    )


@create("/accounts", status_code=202, security=OPEN)
async def ask_for_account(request: API, platform: NamedDependency[Platform], data: JSONBody[SignUp]) -> Response[Any]:
    """Have a link mailed by which an account is made. The answer is the same whether the address has one already."""
    await ask_for_link(
        platform,
        email=data.email,
        name=data.name,
        language=data.language,
        address=request.client.host if request.client else "",
        purpose=Purpose.SIGN_UP,
    )
    return Response(None, status_code=202)


@read("/invitations/{token:str}", security=OPEN)
async def show_invitation(uow: NamedDependency[UnitOfWork], token: FromPath[str]) -> Link:
    """Return what a link is for, until it is used or expires."""
    found = await calling(uow, token)
    link = found.link
    return Link(
        purpose=link.purpose,
        email=masked(link.email),
        name=link.name,
        title=found.title,
        reference=found.reference,
        invited_by=found.inviting,
        company=found.company,
        seat_role=link.seat_role,
        centre_role=link.centre_role,
        decides=found.decides,
        opened=found.opened,
        needs_proof=found.needs_proof,
        has_account=link.has_account,
        expires_at=link.expires_at,
    )


@send("/invitations/{token:str}/open", status_code=204, security=OPEN)
async def open_invitation_page(uow: NamedDependency[UnitOfWork], token: FromPath[str]) -> None:
    """Say that a person has asked to see the invitation: its first time is noted, and the code that it needs leaves."""
    await see_invitation(uow, token)


@create("/invitations/{token:str}", security=OPEN)
async def take_invitation(
    platform: NamedDependency[Platform], token: FromPath[str], data: JSONBody[Newcomer]
) -> Arrived:
    """Make an account by a link and take what it gives; for an invited party, this accepts the mediation."""
    session, dispute_id = await arrive_as_newcomer(
        platform,
        token,
        name=data.name,
        password=data.password,
        again=data.password,
        language=data.language,
        zone=data.zone,
        device="API",
        code=data.code,
    )
    async with platform.unit() as uow:
        await sign_out(uow, session.token)
    return Arrived(dispute_id, make_bearer(platform, session.account_id))


@send("/invitations/{token:str}/accept")
async def accept_invitation(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], token: FromPath[str]
) -> Arrived:
    """Take what a link gives, with the account of the address that it was sent to."""
    return Arrived(await arrive(uow, actor, token), None)


@send("/invitations/{token:str}/decline", status_code=204, security=OPEN)
async def decline_invitation(
    platform: NamedDependency[Platform], token: FromPath[str], data: JSONBody[Declining]
) -> None:
    """Decline the mediation, with the code that was mailed; no account is needed, and the links are used up."""
    await decline(platform, token, reason=data.reason, tell_reason=data.tell_reason, code=data.code)


@send("/invitations/{token:str}/code", status_code=204, security=OPEN)
async def have_code_sent(uow: NamedDependency[UnitOfWork], token: FromPath[str]) -> None:
    """Have another code mailed to the link's address: it proves that whoever takes the link received the mail."""
    await ask_for_code(uow, token)


@send("/invitations/{token:str}/pass-on", status_code=204, security=OPEN)
async def pass_invitation_on(
    platform: NamedDependency[Platform], token: FromPath[str], data: JSONBody[PassingOn]
) -> None:
    """Name the colleague who should answer, with the code that was mailed; this link is used up."""
    await pass_on(platform, token, name=data.name, email=data.email, code=data.code)


@send("/account/sign-out-everywhere", status_code=204)
async def leave_everywhere(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> None:
    """Sign out of every browser. A bearer holds until it expires."""
    await sign_out_everywhere(uow, actor)


@read("/people")
async def list_people(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> list[PersonOfTheCentre]:
    """Return who works for the centre; for its secretariat and administrators."""
    people = await people_of_the_centre(uow, actor)
    return [shown(row, PersonOfTheCentre) for row in people]


@create("/people", status_code=202)
async def invite_to_the_centre(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[NewColleague]
) -> Response[Any]:
    """Invite somebody to work for the centre; the link leaves by mail."""
    await invite_colleague(uow, actor, email=data.email, name=data.name, language=data.language, role=data.role)
    return Response(None, status_code=202)


handlers = (
    show_account,
    ask_for_account,
    show_invitation,
    open_invitation_page,
    take_invitation,
    accept_invitation,
    decline_invitation,
    have_code_sent,
    pass_invitation_on,
    leave_everywhere,
    list_people,
    invite_to_the_centre,
)
