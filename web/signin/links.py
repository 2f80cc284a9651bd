"""Links that came by mail: making an account, joining a table, setting a new password; and asking for such a link."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.answering import decline, pass_on
from odr.disputes.arriving import Calling, arrive, arrive_as_newcomer, calling, see_invitation
from odr.disputes.links import ask_for_code as ask_for_proof
from odr.errors import (
    ConflictError,
    InvalidInputError,
    NotPermittedError,
    TooManyAttemptsError,
)
from odr.ids import DisputeId
from odr.people.commands import ask_for_link, set_new_password
from odr.people.queries import Purpose, masked
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, reader
from web.answer import Answer, Form, go, page, read_form
from web.markup import whole
from web.signin.entering import address_of, device_of, let_in
from web.signin.phrases import CENTRE_ROLES, SEAT_ROLES, SENTENCES
from web.signin.routes import WAIT


@get("/sign-up")
async def show_sign_up(request: Request[None, None, State]) -> Answer:
    """Ask for a name and an address, to which a link goes."""
    return page(request, "signin/sign_up.html", form=None, sent=False)


@post("/sign-up", status_code=200)
async def sign_up(request: Request[None, None, State], platform: NamedDependency[Platform]) -> Answer:
    """Send the link. The answer is the same whether the address has an account or not."""
    form = await read_form(request)
    return await _ask(request, platform, form, Purpose.SIGN_UP, "signin/sign_up.html")


@get("/password-forgotten")
async def show_forgotten(request: Request[None, None, State]) -> Answer:
    """Ask for an address, to which a link goes if it has an account."""
    return page(request, "signin/forgotten.html", form=None, sent=False)


@post("/password-forgotten", status_code=200)
async def forgotten(request: Request[None, None, State], platform: NamedDependency[Platform]) -> Answer:
    """Send the link, or not; the answer is the same."""
    form = await read_form(request)
    return await _ask(request, platform, form, Purpose.RESET, "signin/forgotten.html")


async def _ask(
    request: Request[None, None, State], platform: Platform, form: Form, purpose: Purpose, template: str
) -> Answer:
    try:
        await ask_for_link(
            platform,
            email=form["email"],
            name=form["name"],
            language=reader.get().language,
            address=address_of(request),
            purpose=purpose,
        )
    except InvalidInputError as error:
        return page(request, template, status=422, form=form.keep(error, SENTENCES), sent=False)
    except TooManyAttemptsError as error:
        form.errors = {"": _(WAIT, minutes=int(error.details.get("seconds", 60)) // 60 + 1)}
        return page(request, template, status=429, form=form, sent=False)
    return page(request, template, form=form, sent=True)


@get("/invitation/{token:str}")
async def show_invitation(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Show who invites and to what; a used, expired or forged link looks the same as any other."""
    return _invitation(request, await calling(uow, token), visitor, token, None)


def _invitation(
    request: Request[None, None, State],
    call: Calling,
    visitor: Actor | None,
    token: str,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    link = call.link
    role = _(SEAT_ROLES[link.seat_role]) if link.seat_role else ""
    if link.centre_role:
        role = _(CENTRE_ROLES[link.centre_role][0])
    context: dict[str, Any] = {
        "call": call,
        "address": whole(masked(link.email)),
        "role": role,
        "is_theirs": visitor is not None and visitor.email == link.email,
        "resets": link.purpose is Purpose.RESET,
        "signs_up": link.purpose in {Purpose.SIGN_UP, Purpose.MAILED_IN},
        "path": f"/invitation/{token}",
        "form": form,
    }
    return page(request, "signin/invitation.html", status=status, **context)


@post("/invitation/{token:str}/open", status_code=200)
async def open_page(uow: NamedDependency[UnitOfWork], token: FromPath[str]) -> Answer:
    """Note that somebody asked to see the invitation, and show it."""
    await see_invitation(uow, token)
    return go(f"/invitation/{token}")


@post("/invitation/{token:str}", status_code=200)
async def take_invitation(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Take what the link gives: as whoever is signed in, or by making an account, or with a new password."""
    form = await read_form(request)
    typed = await request.form()
    password, again = (str(typed.get(name, "")) for name in ("password", "again"))
    for name in ("password", "again"):
        form.values.pop(name, None)
    async with platform.unit(write=False) as reading:
        call = await calling(reading, token)
    try:
        if call.link.purpose is Purpose.RESET:
            session = await set_new_password(platform, token, new=password, again=again, device=device_of(request))
            return let_in(request, session, go("/disputes", done="password_set"))
        if visitor is not None:
            async with platform.unit() as writing:
                dispute_id = await arrive(writing, visitor, token)
            return go(_home_of(dispute_id), done="joined")
        session, dispute_id = await arrive_as_newcomer(
            platform,
            token,
            name=form["name"],
            password=password,
            again=again,
            language=form["language"] or reader.get().language,
            zone=form["zone"],
            device=device_of(request),
            code=form["code"],
        )
    except InvalidInputError as error:
        return _invitation(request, call, visitor, token, form.keep(error, SENTENCES), status=422)
    except NotPermittedError:
        return _invitation(request, call, visitor, token, None, status=403)
    except ConflictError as error:
        form.errors = {"": _(SENTENCES.get(error.code, SENTENCES["account_exists"]))}
        return _invitation(request, call, visitor, token, form, status=409)
    return let_in(request, session, go(_home_of(dispute_id), done="joined"))


def _home_of(dispute_id: DisputeId | None) -> str:
    return f"/disputes/{dispute_id}" if dispute_id else "/disputes"


@post("/invitation/{token:str}/code", status_code=200)
async def send_code(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], token: FromPath[str]
) -> Answer:
    """Mail a code to the invited address, and come back to the page that asks for it."""
    form = await read_form(request)
    await ask_for_proof(uow, token)
    page_of = {"decline": "/decline", "colleague": "/colleague"}.get(form["then"], "")
    return go(f"/invitation/{token}{page_of}", done="code")


@get("/invitation/{token:str}/decline")
async def show_decline(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Say what declining does, and who will read the reason, before it is done."""
    call = await calling(uow, token)
    return _answering(request, "signin/decline.html", call, visitor, token, None)


def _answering(
    request: Request[None, None, State],
    template: str,
    call: Calling,
    visitor: Actor | None,
    token: str,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    """Show a page by which one answers without coming, once the invitation has been seen, to whoever decides."""
    if not call.opened or not call.decides:
        return go(f"/invitation/{token}")
    context: dict[str, Any] = {
        "call": call,
        "address": whole(masked(call.link.email)),
        "proven": visitor is not None and visitor.email == call.link.email,
        "path": f"/invitation/{token}",
        "form": form,
    }
    return page(request, template, status=status, **context)


@post("/invitation/{token:str}/decline", status_code=200)
async def decline_invitation(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Decline the mediation."""
    form = await read_form(request)
    async with platform.unit(write=False) as reading:
        call = await calling(reading, token)
    try:
        await decline(
            platform,
            token,
            reason=form["reason"],
            tell_reason=form["tell_reason"] == "yes",
            code=form["code"],
            visitor=visitor,
        )
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return _answering(request, "signin/decline.html", call, visitor, token, kept, status=422)
    return page(request, "signin/declined.html")


@get("/invitation/{token:str}/colleague")
async def show_colleague(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Ask which colleague should answer."""
    return _answering(request, "signin/colleague.html", await calling(uow, token), visitor, token, None)


@post("/invitation/{token:str}/colleague", status_code=200)
async def name_colleague(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],
    token: FromPath[str],
) -> Answer:
    """Pass the invitation on to a colleague."""
    form = await read_form(request)
    async with platform.unit(write=False) as reading:
        call = await calling(reading, token)
    try:
        await pass_on(platform, token, name=form["name"], email=form["email"], code=form["code"], visitor=visitor)
    except InvalidInputError as error:
        kept = form.keep(error, SENTENCES)
        return _answering(request, "signin/colleague.html", call, visitor, token, kept, status=422)
    return page(request, "signin/passed_on.html", name=form["name"])
