"""What an account shows, how people are called, what a link is for; and who acts."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, select

from odr.errors import LinkExpiredError, NotFoundError, NotPermittedError
from odr.ids import AccountId, DisputeId, InvitationId, PartyId, SessionId
from odr.people.acting import IDLE, TOKEN_LIMIT, SignedIn, load_actor, signed_in, token_digest
from odr.people.models import Account, Invitation, Purpose, RoleGrant, SignInSession
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole

__all__ = [
    "AccountFacts",
    "InvitationFacts",
    "PersonRow",
    "Purpose",
    "SessionRow",
    "SignedIn",
    "account_facts",
    "account_names",
    "account_of",
    "invitation_of",
    "load_actor",
    "masked",
    "open_invitation",
    "people_of_the_centre",
    "people_with_role",
    "sessions_of",
    "signed_in",
    "token_digest",
]


class AccountFacts(msgspec.Struct, frozen=True):
    """What an account's own page shows."""

    id: AccountId
    email: str
    name: str
    language: str
    zone: str


class SessionRow(msgspec.Struct, frozen=True):
    """One browser that is signed in."""

    id: SessionId
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class PersonRow(msgspec.Struct, frozen=True):
    """A person of the centre, with their roles there."""

    id: AccountId
    name: str
    email: str
    roles: tuple[CentreRole, ...]


class InvitationFacts(msgspec.Struct, frozen=True):
    """A link that still holds. ``has_account``: its address belongs to an account already; ``opened``: it was seen."""

    id: InvitationId
    purpose: Purpose
    email: str
    name: str
    language: str
    dispute_id: DisputeId | None
    party_id: PartyId | None
    seat_role: SeatRole | None
    centre_role: CentreRole | None
    invited_by: AccountId | None
    expires_at: datetime
    has_account: bool
    opened: bool


def masked(email: str) -> str:
    """Return an address that its holder recognises and nobody else learns: ``m…@e….fr``."""
    name, _, domain = email.partition("@")
    host, _, ending = domain.rpartition(".")
    return f"{name[:1]}…@{host[:1]}….{ending}"


async def account_names(uow: UnitOfWork, ids: Collection[AccountId | None]) -> dict[AccountId, str]:
    """Return the names of these accounts; an unknown one is left out."""
    wanted = {account_id for account_id in ids if account_id is not None}
    known = await uow.once((account_names,), _no_names)
    asked = wanted - known.keys()
    if asked:
        rows = await uow.session.execute(select(Account.id, Account.name).where(Account.id.in_(asked)))
        known |= {row.id: row.name for row in rows}
    return {account_id: known[account_id] for account_id in wanted if account_id in known}


async def _no_names() -> dict[AccountId, str]:
    """Where a unit that only reads gathers the names that it came upon."""
    return {}


async def account_facts(uow: UnitOfWork, actor: Actor) -> AccountFacts:
    """Return the actor's own account."""
    account = await uow.session.get(Account, actor.account_id)
    if account is None:
        raise NotFoundError
    return AccountFacts(account.id, account.email, account.name, account.language, account.zone)


async def account_of(uow: UnitOfWork, email: str) -> AccountId | None:
    """Return the account of an address in its normal form. For commands: never tell a stranger what this says."""
    found: AccountId | None = await uow.session.scalar(
        select(Account.id).where(Account.email == email, Account.disabled_at.is_(None))
    )
    return found


async def sessions_of(uow: UnitOfWork, actor: Actor) -> tuple[SessionRow, ...]:
    """Return the browsers in which the actor is signed in now, the latest first."""
    now = uow.now()
    rows = await uow.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.account_id == actor.account_id,
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id)
        .limit(50)
    )
    return tuple(SessionRow(row.id, row.device, row.created_at, row.seen_at, row.expires_at) for row in rows)


async def people_with_role(uow: UnitOfWork, role: CentreRole) -> tuple[tuple[AccountId, str], ...]:
    """Return who holds a role at the centre: (account, name), by name."""
    rows = await uow.session.execute(
        select(Account.id, Account.name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == role, Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return tuple((row.id, row.name) for row in rows)


async def people_of_the_centre(uow: UnitOfWork, actor: Actor) -> tuple[PersonRow, ...]:
    """Return everybody who holds a role at the centre; for its secretariat and administrators."""
    if not (actor.is_a(CentreRole.SECRETARIAT) or actor.is_a(CentreRole.ADMINISTRATOR)):
        raise NotPermittedError("not_permitted")
    rows = await uow.session.execute(
        select(Account.id, Account.name, Account.email, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id, RoleGrant.role)
    )
    people: dict[AccountId, PersonRow] = {}
    for row in rows:
        seen = people.get(row.id)
        people[row.id] = PersonRow(row.id, row.name, row.email, (*(seen.roles if seen else ()), row.role))
    return tuple(people.values())


async def invitation_of(uow: UnitOfWork, invitation_id: InvitationId) -> InvitationFacts | None:
    """Return an invitation that still holds, by its id: for lists and jobs."""
    row = await uow.session.scalar(select(Invitation).where(Invitation.id == invitation_id, *_holds(uow.now())))
    return await _facts(uow, row) if row is not None else None


async def open_invitation(uow: UnitOfWork, token: str) -> InvitationFacts:
    """Return what a link is for; LinkExpiredError alike for used, expired, withdrawn and forged ones."""
    row = None
    if len(token) <= TOKEN_LIMIT:
        row = await uow.session.scalar(
            select(Invitation).where(
                Invitation.token_hash == token_digest(token),
                Invitation.purpose.not_in((Purpose.ADDRESS, Purpose.KEEP_ADDRESS)),  # they have doors of their own
                *_holds(uow.now()),
            )
        )
    if row is None:
        raise LinkExpiredError("link_expired")
    return await _facts(uow, row)


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now)


async def _facts(uow: UnitOfWork, row: Invitation) -> InvitationFacts:
    return InvitationFacts(
        id=row.id,
        purpose=row.purpose,
        email=row.email,
        name=row.name,
        language=row.language,
        dispute_id=row.dispute_id,
        party_id=row.party_id,
        seat_role=row.seat_role,
        centre_role=row.centre_role,
        invited_by=row.invited_by,
        expires_at=row.expires_at,
        has_account=await account_of(uow, row.email) is not None,
        opened=row.opened_at is not None,
    )
