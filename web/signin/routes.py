"""Signing in and out."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.errors import SignInRefusedError, TooManyAttemptsError
from odr.people.commands import sign_in, sign_out
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, go, own_path, page, read_form
from web.signin.entering import address_of, after_sign_in, device_of, let_out, present_token
from web.signin.phrases import SENTENCES

WAIT = phrase("Too many attempts. Wait %(minutes)s minutes, then try again.")


@get("/sign-in")
async def show_sign_in(request: Request[None, None, State], visitor: NamedDependency[Actor | None]) -> Answer:
    """Ask for address and password; whoever is signed in goes on."""
    path = own_path(request.query_params.get("next", ""), "/disputes")
    if visitor is not None:
        return go(path)
    return page(request, "signin/page.html", form=None, next=path, kept="", kept_path="")


@post("/sign-in", status_code=200)
async def enter(request: Request[None, None, State], platform: NamedDependency[Platform]) -> Answer:
    """Open a session, or say that address and password do not go together, never which is wrong."""
    form = await read_form(request)
    context = {
        "next": own_path(form["next"], "/disputes"),
        "kept": form["kept"],
        "kept_path": own_path(form["kept_path"], ""),
    }
    password = (await request.form()).get("password", "")
    form.values.pop("password", None)
    try:
        session = await sign_in(
            platform,
            email=form["email"],
            password=password if isinstance(password, str) else "",
            address=address_of(request),
            device=device_of(request),
            previous=present_token(request),
        )
    except SignInRefusedError as error:
        form.errors = {"": _(SENTENCES[error.code])}
        return page(request, "signin/page.html", status=401, form=form, **context)
    except TooManyAttemptsError as error:
        minutes = int(error.details.get("seconds", 60)) // 60 + 1
        form.errors = {"": _(WAIT, minutes=minutes)}
        answer = page(request, "signin/page.html", status=429, form=form, **context)
        answer.headers["Retry-After"] = str(error.details.get("seconds", 60))
        return answer
    return after_sign_in(request, session, path=context["next"], kept=context["kept"], kept_path=context["kept_path"])


@post("/sign-out", status_code=200)
async def leave(request: Request[None, None, State], uow: NamedDependency[UnitOfWork]) -> Answer:
    """Close this browser's session."""
    token = present_token(request)
    if token:
        await sign_out(uow, token)
    return let_out(request, go("/", done="signed_out"))
