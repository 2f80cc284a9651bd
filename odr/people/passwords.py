"""Passwords: what is accepted, and argon2id in threads of its own, so that hashing blocks neither pages nor writers."""

import asyncio
import functools
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")

SHORTEST: Final = 12
LONGEST: Final = 200
FEWEST_DIFFERENT: Final = 5

HASHER: Final = PasswordHasher()
"""argon2id with the library's present parameters (RFC 9106 section 4, second choice): they grow with its releases."""

_LANES: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")  # each hash takes 64 MiB


def normal(password: str) -> str:
    """Return a password as it is hashed: NFKC, so that two keyboards write the same."""
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, *, email: str, name: str) -> str | None:
    """Return the code of what is wrong with a new password, or ``None``.

    Codes: password_required, password_short (below 12 characters), password_long (above 200), password_controls,
    password_simple (fewer than five different characters), password_is_name (the address or the name itself).
    """
    text = normal(password)
    if not text:
        return "password_required"
    if len(text) < SHORTEST:
        return "password_short"
    if len(text) > LONGEST:
        return "password_long"
    if any(unicodedata.category(character) in {"Cc", "Cs", "Cn"} for character in text):
        return "password_controls"
    folded = text.casefold()
    if len(set(folded)) < FEWEST_DIFFERENT:
        return "password_simple"
    known = {normal(part).casefold() for part in (email, name, name.replace(" ", ""), email.partition("@")[0])}
    return "password_is_name" if folded in known or folded.replace(" ", "") in known else None


async def hash_password(password: str) -> str:
    """Return the argon2id hash of an accepted password (PHC string)."""
    return await _run(functools.partial(HASHER.hash, normal(password)))


async def verify_password(known: str | None, password: str) -> bool:
    """Tell whether a password is the one of ``known``; the same work is done when there is no account (``None``)."""
    usable = known is not None and known.startswith("$argon2")
    against = known if known is not None and usable else await _run(dummy_hash)
    return await _run(functools.partial(_matches, against, normal(password[: 4 * LONGEST]))) and usable


def needs_new_hash(known: str) -> bool:
    """Tell whether the parameters have grown since this hash was made."""
    return HASHER.check_needs_rehash(known)


def _matches(known: str, password: str) -> bool:
    try:
        return HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def dummy_hash() -> str:
    """Return what the password of nobody is compared with: made once, with the present parameters."""
    return HASHER.hash("no account has this password")


async def _run(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_LANES, work)
