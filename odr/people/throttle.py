"""Counts attempts in the database, by keyed hashes: the table alone tells neither whom nor from where."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select

from odr.errors import TooManyAttemptsError
from odr.people.models import SignInAttempt
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork

WINDOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many failures within 15 minutes, by what is counted."""

    both: int  # one account from one address
    account: int  # one account from anywhere
    address: int  # anything from one address


SIGN_IN: Final = Limits(both=5, account=20, address=60)
LINKS: Final = Limits(both=3, account=5, address=20)
CONFIRM: Final = Limits(both=5, account=5, address=60)


def throttle_keys(platform: Platform, purpose: str, account: str, address: str) -> Mapping[str, bytes]:
    """Return the keyed hashes (32 bytes each) under which an attempt is counted."""
    secret = hashlib.sha256(b"entente-throttle/v1\0" + platform.settings.token_key.read_bytes()).digest()

    def keyed(*parts: str) -> bytes:
        return hmac.digest(secret, "\0".join((purpose, *parts)).encode("utf-8", "surrogatepass"), "sha256")

    return {
        "both": keyed("both", account, address),
        "account": keyed("account", account),
        "address": keyed("address", address),
    }


async def count_attempt(uow: UnitOfWork, keys: Mapping[str, bytes], limits: Limits) -> None:
    """Count one more attempt before it is made, or raise :class:`TooManyAttemptsError` (``seconds`` to wait).

    Counting first leaves no room for many attempts at once; :func:`forget_attempts` takes a success out again.
    """
    now = uow.now()
    since = now - WINDOW
    await uow.session.execute(delete(SignInAttempt).where(SignInAttempt.at < since - WINDOW))
    for name, key in keys.items():
        count, oldest = (
            await uow.session.execute(
                select(func.count(), func.min(SignInAttempt.at)).where(
                    SignInAttempt.key_hash == key, SignInAttempt.at > since
                )
            )
        ).one()
        if count >= getattr(limits, name):
            wait = (oldest + WINDOW - now).total_seconds()
            raise TooManyAttemptsError("too_many_attempts", seconds=max(1, int(wait) + 1))
    uow.session.add_all(SignInAttempt(key_hash=key, at=now) for key in keys.values())
    await uow.session.flush()


async def forget_attempts(uow: UnitOfWork, keys: Mapping[str, bytes]) -> None:
    """After a success: forget what this account failed from this address, and this one attempt elsewhere."""
    for name, key in keys.items():
        gone = delete(SignInAttempt).where(SignInAttempt.key_hash == key)
        if name != "both" and "both" in keys:
            newest = select(func.max(SignInAttempt.id)).where(SignInAttempt.key_hash == key).scalar_subquery()
            gone = gone.where(SignInAttempt.id == newest)
        await uow.session.execute(gone)
