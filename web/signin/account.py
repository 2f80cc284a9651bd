"""One's own account: name, language, time zone, password, and where one is signed in."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError, TooManyAttemptsError
from odr.ids import SessionId
from odr.people.commands import change_password, change_profile, sign_out_everywhere
from odr.people.queries import account_facts, sessions_of
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page, read_form
from web.signin.entering import device_of, let_in, let_out
from web.signin.phrases import SENTENCES, ZONES, device_words
from web.signin.routes import WAIT


@get("/account")
async def show_account(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show one's account."""
    return await _account(request, uow, actor)


async def _account(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    *,
    profile: Form | None = None,
    secret: Form | None = None,
    status: int = 200,
) -> Answer:
    account = await account_facts(uow, actor)
    sessions = await sessions_of(uow, actor)
    current: SessionId | None = getattr(getattr(request.state, "session", None), "session_id", None)
    zones = ZONES if account.zone in ZONES else (account.zone, *ZONES)
    context: dict[str, Any] = {
        "account": account,
        "sessions": sessions,
        "device_words": device_words,
        "current_session": current,
        "zones": [(zone, zone.replace("_", " ")) for zone in zones],
        "profile": profile,
        "secret": secret,
        "form": profile or secret,
    }
    return page(request, "signin/account.html", status=status, **context)


@post("/account", status_code=200)
async def save_account(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Change one's name, language and time zone."""
    form = await read_form(request)
    try:
        await change_profile(uow, actor, name=form["name"], language=form["language"], zone=form["zone"])
    except InvalidInputError as error:
        return await _account(request, uow, actor, profile=form.keep(error, SENTENCES), status=422)
    return go("/account", done="saved")


@post("/account/password", status_code=200)
async def save_password(
    request: Request[None, None, State], platform: NamedDependency[Platform], actor: NamedDependency[Actor]
) -> Answer:
    """Change one's password; every other browser is signed out."""
    typed = await request.form()
    current, new, again = (str(typed.get(name, "")) for name in ("current", "password", "again"))
    form = Form()
    try:
        session = await change_password(
            platform, actor, current=current, new=new, again=again, device=device_of(request)
        )
    except InvalidInputError as error:
        form.keep(error, SENTENCES)
    except TooManyAttemptsError as error:
        form.errors = {"": _(WAIT, minutes=int(error.details.get("seconds", 60)) // 60 + 1)}
    else:
        return let_in(request, session, go("/account", done="password_changed"))
    async with platform.unit(write=False) as uow:
        return await _account(request, uow, actor, secret=form, status=422)


@post("/account/sessions/{session_id:uuid}/end", status_code=200)
async def end_session(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], session_id: FromPath[UUID]
) -> Answer:
    """Sign one browser out."""
    await sign_out_everywhere(uow, actor, only=SessionId(session_id))
    return go("/account", done="session_ended")


@post("/account/sessions/end", status_code=200)
async def end_every_session(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Sign every browser out, this one too."""
    await sign_out_everywhere(uow, actor)
    return let_out(request, go("/sign-in", done="signed_out"))
