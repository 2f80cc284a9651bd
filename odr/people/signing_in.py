"""Signing in and out. The password is hashed between two short transactions, never while one is held.

The same answer, the same database work and one argon2 run, whether the account exists or not.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select

from odr.errors import InvalidInputError, LinkExpiredError, NotFoundError, SignInRefusedError
from odr.ids import AccountId, DisputeId, SessionId, SpaceId, new_id
from odr.people.events import HOLDS_LINK, OWN_ACCOUNT, PasswordChanged
from odr.people.inviting import redeem
from odr.people.models import Account, SignInSession
from odr.people.passwords import hash_password, needs_new_hash, password_problem, verify_password
from odr.people.queries import Purpose, account_of, open_invitation, token_digest
from odr.people.throttle import CONFIRM, SIGN_IN, count_attempt, forget_attempts, throttle_keys
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

LIFETIME: Final = timedelta(days=7)
DEVICE_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class NewSession:
    """A browser's new session. ``token`` goes into its cookie and is kept nowhere."""

    token: str
    account_id: AccountId
    expires_at: datetime


async def sign_in(
    platform: Platform, *, email: str, password: str, address: str, device: str = "", previous: str | None = None
) -> NewSession:
    """Open a session for an e-mail and password; ``previous``, the browser's former token, dies with it.

    ``address``: where the request came from; ``device``: what the browser calls itself. Raises SignInRefusedError
    alike for an unknown address and a wrong password, and TooManyAttemptsError.
    """
    typed = Typed()
    clean = typed.email("email", email)[:400]
    keys = throttle_keys(platform, "sign-in", clean, address)
    async with platform.unit() as uow:
        await count_attempt(uow, keys, SIGN_IN)
        account = await uow.session.scalar(select(Account).where(Account.email == clean))
        known = account.password_hash if account is not None and account.disabled_at is None else None
    matches = await verify_password(known, password)
    if not matches or account is None or known is None:
        raise SignInRefusedError("sign_in_refused")
    fresh = await hash_password(password) if needs_new_hash(known) else None
    async with platform.unit() as uow:
        await forget_attempts(uow, keys)
        if fresh is not None:
            row = await uow.session.get(Account, account.id)
            if row is not None and row.password_hash == known:
                row.password_hash = fresh
        if previous is not None:
            await sign_out(uow, previous)
        return await start_session(uow, account.id, device=device)


async def start_session(uow: UnitOfWork, account_id: AccountId, *, device: str) -> NewSession:
    """Open a session: a random token of 32 bytes, of which only the SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    now = uow.now()
    await uow.session.execute(
        delete(SignInSession).where(SignInSession.account_id == account_id, SignInSession.expires_at < now)
    )
    clean = Typed().line("device", device, limit=10 * DEVICE_LIMIT, required=False)[:DEVICE_LIMIT]
    uow.session.add(
        SignInSession(
            id=SessionId(new_id()),
            token_hash=token_digest(token),
            account_id=account_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            confirmed_at=now,
            device=clean,
        )
    )
    await uow.session.flush()
    return NewSession(token, account_id, now + LIFETIME)


async def sign_out(uow: UnitOfWork, token: str) -> None:
    """Close the session of a token; an unknown one is no error."""
    await uow.session.execute(delete(SignInSession).where(SignInSession.token_hash == token_digest(token)))


async def sign_out_everywhere(
    uow: UnitOfWork, actor: Actor, *, only: SessionId | None = None, keep: SessionId | None = None
) -> None:
    """Close the actor's sessions: all, ``only`` one, or all but ``keep``."""
    closing = delete(SignInSession).where(SignInSession.account_id == actor.account_id)
    if only is not None:
        closing = closing.where(SignInSession.id == only)
    if keep is not None:
        closing = closing.where(SignInSession.id != keep)
    await uow.session.execute(closing)


async def confirm_password(uow: UnitOfWork, actor: Actor, password: str) -> None:
    """Have the actor give their password again, before a signature. Call it first, before anything is written.

    Raises InvalidInputError (``password``: password_wrong) and TooManyAttemptsError. A wrong one is remembered although
    the caller's transaction falls: that transaction is given up here, and the count committed by itself.
    """
    account = await uow.session.get(Account, actor.account_id)
    known = account.password_hash if account is not None else ""
    keys: Mapping[str, bytes] = {"account": sha256(b"entente-confirm/v1\0" + known.encode()).digest()}
    await count_attempt(uow, keys, CONFIRM)
    if not await verify_password(known, password):
        await uow.session.rollback()
        await count_attempt(uow, keys, CONFIRM)
        await uow.session.commit()
        raise InvalidInputError({"password": "password_wrong"})
    await forget_attempts(uow, keys)


async def change_password(
    platform: Platform, actor: Actor, *, current: str, new: str, again: str, device: str
) -> NewSession:
    """Change one's own password: every session ends, a new one begins.

    Raises InvalidInputError (fields ``current``, ``password``, ``again``) and TooManyAttemptsError.
    """
    check_new_password(new, again, email=actor.email, name=actor.name)
    keys = throttle_keys(platform, "change-password", str(actor.account_id), "")
    async with platform.unit() as uow:
        await count_attempt(uow, keys, CONFIRM)
        account = await uow.session.get(Account, actor.account_id)
        if account is None:
            raise NotFoundError
    if not await verify_password(account.password_hash, current):
        raise InvalidInputError({"current": "password_wrong"})
    fresh = await hash_password(new)
    async with platform.unit() as uow:
        await forget_attempts(uow, keys)
        await store_password(uow, actor.account_id, fresh, rule=OWN_ACCOUNT)
        return await start_session(uow, actor.account_id, device=device)


async def set_new_password(platform: Platform, token: str, *, new: str, again: str, device: str) -> NewSession:
    """Set a new password by a link for that purpose: every session ends, a new one begins.

    Raises LinkExpiredError and InvalidInputError (fields ``password``, ``again``).
    """
    async with platform.unit(write=False) as uow:
        link = await open_invitation(uow, token)
    if link.purpose is not Purpose.RESET:
        raise LinkExpiredError("link_expired")
    check_new_password(new, again, email=link.email, name=link.name)
    fresh = await hash_password(new)
    async with platform.unit() as uow:
        link = await open_invitation(uow, token)
        account_id = await account_of(uow, link.email)
        if account_id is None:
            raise LinkExpiredError("link_expired")
        await redeem(uow, link, account_id)
        await store_password(uow, account_id, fresh, rule=HOLDS_LINK)
        return await start_session(uow, account_id, device=device)


def check_new_password(password: str, again: str, *, email: str, name: str) -> None:
    """Raise InvalidInputError if a new password is refused (``password``) or not typed twice alike (``again``)."""
    typed = Typed()
    problem = password_problem(password, email=email, name=name)
    if problem is not None:
        typed.wrong("password", problem)
    elif password != again:
        typed.wrong("again", "password_differs")
    typed.check()


async def store_password(uow: UnitOfWork, account_id: AccountId, fresh: str, *, rule: str) -> None:
    """Keep a new password, and end every session. For commands that have permitted it."""
    account = await uow.session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    account.password_hash = fresh
    await uow.session.execute(delete(SignInSession).where(SignInSession.account_id == account_id))
    centre = uow.vault.tenant
    await uow.record(
        PasswordChanged(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=account_id,
            account_id=account_id,
        )
    )
