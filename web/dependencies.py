"""What handlers are given: the platform, a unit of work, and the signed-in actor."""

from collections.abc import AsyncGenerator

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.bootstrap import Platform
from odr.notices.queries import mailbox_of
from odr.people.queries import signed_in
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import GIVES_BYTES, speak_to, wants_page
from web.errors import SignInNeededError
from web.security import SAFE_METHODS, cookie_name, read_cookie
from web.signin.entering import typed_so_far


async def provide_platform(state: State) -> Platform:
    """Give the platform that this process runs."""
    platform: Platform = state.platform
    return platform


async def provide_uow(
    request: Request[None, None, State], platform: NamedDependency[Platform]
) -> AsyncGenerator[UnitOfWork, None]:
    """Open one transaction for the request: written for unsafe methods, read only for the others.

    Litestar runs handler → render → this commit → send, so a failed render rolls back and a failed commit is an error.
    """
    async with platform.unit(write=request.method not in SAFE_METHODS) as uow:
        yield uow


async def provide_visitor(request: Request[None, None, State], platform: NamedDependency[Platform]) -> Actor | None:
    """Give who is signed in, or ``None``. In its own short transaction: no lock is held while a body travels."""
    name = cookie_name(https=platform.settings.is_https)
    token = read_cookie(request.scope, name)
    if not token:
        return None
    found = await signed_in(platform, token)
    if found is None:
        return None
    request.state.session_token = token
    request.state.session = found
    request.state.actor = found.actor
    speak_to(found.actor)
    if wants_page(request) and not request.route_handler.opt.get(GIVES_BYTES):
        async with platform.unit(write=False) as uow:
            mailbox = await mailbox_of(uow, found.actor)
        request.state.unread, request.state.mail_fails = mailbox.unread, mailbox.failing
    return found.actor


async def provide_actor(request: Request[None, None, State], visitor: NamedDependency[Actor | None]) -> Actor:
    """Give who is signed in; raises :class:`SignInNeededError`, with what a form had typed, when nobody is."""
    if visitor is None:
        raise SignInNeededError(await typed_so_far(request))
    speak_to(visitor)  # once more: what a dependency sets beside another one stays in that task of its own
    return visitor
