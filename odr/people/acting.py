"""Who acts: a session's or an account's person with all they sit at, in the one statement a request begins with."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, String, and_, bindparam, case, cast, func, or_, select, true, update

from odr.errors import NotFoundError
from odr.ids import AccountId, PartyId, SessionId
from odr.people.models import Account, Handover, RoleGrant, SeatRow, SignInSession
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Seat

IDLE: Final = timedelta(hours=12)
TOUCH: Final = timedelta(minutes=5)
TOKEN_LIMIT: Final = 200


# who somebody is, what they do for the centre and where they sit now: one statement, as each request begins with it
_PERSON: Final = (
    select(
        Account.id,
        Account.name,
        Account.email,
        Account.language,
        Account.zone,
        select(func.aggregate_strings(cast(RoleGrant.role, String), ","))
        .where(RoleGrant.account_id == Account.id)
        .scalar_subquery()
        .label("roles"),
        SeatRow.id.label("seat_id"),
        SeatRow.dispute_id,
        SeatRow.party_id,
        case((SeatRow.acting_until > bindparam("now"), SeatRow.acting_role), else_=SeatRow.role).label("seat_role"),
        SeatRow.since,
        select(func.aggregate_strings(cast(Handover.party_id, String), ","))
        .where(Handover.seat_id == SeatRow.id, Handover.passes.is_not(true()))
        .scalar_subquery()
        .label("withheld"),
    )
    .outerjoin(
        SeatRow,
        and_(SeatRow.account_id == Account.id, or_(SeatRow.until.is_(None), SeatRow.until > bindparam("now"))),
    )
    .where(Account.disabled_at.is_(None))
    .order_by(SeatRow.since, SeatRow.id)
)
_SIGNED_IN: Final = (
    _PERSON.add_columns(
        SignInSession.id.label("session_id"),
        SignInSession.seen_at.label("session_seen_at"),
        SignInSession.confirmed_at.label("session_confirmed_at"),
    )
    .join(SignInSession, SignInSession.account_id == Account.id)
    .where(
        SignInSession.token_hash == bindparam("token"),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.seen_at > bindparam("idle"),
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser's session and whose it is. ``confirmed_at``: when the password was last given."""

    actor: Actor
    session_id: SessionId
    confirmed_at: datetime


def token_digest(token: str) -> bytes:
    """Return the SHA-256 (32 bytes) under which a random token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def signed_in(platform: Platform, token: str) -> SignedIn | None:
    """Return whose session this token is, or ``None``: unknown, idle for 12 h, older than 7 days, or disabled.

    Opens its own short transactions; the last visit is noted at most every five minutes.
    """
    if len(token) > TOKEN_LIMIT:
        return None
    now = platform.clock()
    async with platform.unit(write=False) as uow:
        asked = {"token": token_digest(token), "now": now, "idle": now - IDLE}
        rows = (await uow.session.execute(_SIGNED_IN, asked)).all()
    if not rows:
        return None
    if rows[0].session_seen_at < now - TOUCH:
        async with platform.unit() as uow:
            await uow.session.execute(
                update(SignInSession).where(SignInSession.id == rows[0].session_id).values(seen_at=now)
            )
    return SignedIn(_actor(rows), rows[0].session_id, rows[0].session_confirmed_at)


async def load_actor(uow: UnitOfWork, account_id: AccountId) -> Actor:
    """Return a person with every seat and role they hold now; raises :class:`NotFoundError`."""
    rows = (await uow.session.execute(_PERSON.where(Account.id == account_id), {"now": uow.now()})).all()
    if not rows:
        raise NotFoundError
    return _actor(rows)


def _actor(rows: Sequence[Row[*tuple[Any, ...]]]) -> Actor:
    """Return a person, of whom _PERSON gave a row for each seat, or one without a seat."""
    person = rows[0]
    return Actor(
        account_id=person.id,
        name=person.name,
        email=person.email,
        language=person.language,
        zone=person.zone,
        centre_roles=frozenset(CentreRole(role) for role in (person.roles or "").split(",") if role),
        seats=tuple(
            Seat(row.seat_id, row.dispute_id, row.party_id, row.seat_role, row.since, _parties(row.withheld))
            for row in rows
            if row.seat_id is not None
        ),
    )


def _parties(listed: str | None) -> frozenset[PartyId]:
    return frozenset(PartyId(UUID(each)) for each in (listed or "").split(",") if each)
