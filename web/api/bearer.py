"""Bearers: got with an e-mail and a password, good for 15 minutes; by nothing else does the API know anybody."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody

from odr.errors import NotFoundError
from odr.ids import AccountId
from odr.people.commands import sign_in, sign_out
from odr.people.queries import load_actor
from odr.platform import Platform
from odr.visibility.actor import Actor
from web.api.description import OPEN, send
from web.api.refusals import BearerRefusedError
from web.api.shapes import Line, Secret
from web.errors import SignInNeededError
from web.signin.tokens import BEARER_LIFE, TokenKeys, TokenRefusedError, issue_bearer, load_token_keys, read_bearer

SCHEME: Final = "bearer"
API = Request[None, None, State]


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """An account's e-mail and password."""

    email: Line
    password: Secret


class Bearer(msgspec.Struct):
    """A bearer (RFC 6750): send it as ``Authorization: Bearer …``. ``expires_in``: seconds."""

    access_token: str
    token_type: str
    expires_in: int


@lru_cache(maxsize=8)
def _keys(path: Path, issuer: str) -> TokenKeys:
    return load_token_keys(path, issuer)


def keys_of(platform: Platform) -> TokenKeys:
    """Return the platform's token keys, read once a process."""
    return _keys(platform.settings.token_key, platform.settings.public_url)


def make_bearer(platform: Platform, account_id: AccountId) -> Bearer:
    """Return a fresh bearer for an account that has just shown who it is."""
    token = issue_bearer(keys_of(platform), account_id, now=platform.clock())
    return Bearer(token, "Bearer", int(BEARER_LIFE.total_seconds()))


async def provide_bearer(request: API, platform: NamedDependency[Platform]) -> Actor:
    """Give whom the bearer speaks for, with the seats and roles they hold now; cookies are not looked at."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise SignInNeededError
    try:
        account_id = read_bearer(keys_of(platform), token.strip(), now=platform.clock())
        async with platform.unit(write=False) as uow:
            return await load_actor(uow, account_id)
    except (TokenRefusedError, NotFoundError) as error:
        raise BearerRefusedError from error


@send("/token", security=OPEN)
async def get_token(request: API, platform: NamedDependency[Platform], data: JSONBody[Credentials]) -> Bearer:
    """Exchange an e-mail and a password for a bearer. Throttled; tells nobody whether an account exists."""
    session = await sign_in(
        platform,
        email=data.email,
        password=data.password,
        address=request.client.host if request.client else "",
        device="API",
    )
    async with platform.unit() as uow:  # a bearer stands alone: no browser's session is left behind it
        await sign_out(uow, session.token)
    return make_bearer(platform, session.account_id)


handlers = (get_token,)
