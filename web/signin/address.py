"""Another address for one's account: asked for, taken by the link that its mail brings; the former one put back."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError, TooManyAttemptsError
from odr.notices.bounces import mend_address
from odr.people.addresses import ask_for_address, former_address, put_address_back, take_address
from odr.people.queries import masked
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page
from web.markup import whole
from web.signin.entering import address_of, device_of, let_in
from web.signin.phrases import SENTENCES
from web.signin.routes import WAIT


@get("/account/address")
async def show_address(request: Request[None, None, State], actor: NamedDependency[Actor]) -> Answer:
    """Ask for another address."""
    return page(request, "signin/address.html", form=None, sent=False, present=actor.email)


@post("/account/address", status_code=200)
async def ask_address(
    request: Request[None, None, State], platform: NamedDependency[Platform], actor: NamedDependency[Actor]
) -> Answer:
    """Mail a link to the new address; the answer is the same whether it has an account already or not."""
    typed = await request.form()
    form = Form({"email": str(typed.get("email", ""))})
    status, sent = 422, False
    try:
        await ask_for_address(
            platform,
            actor,
            email=form["email"],
            password=str(typed.get("password", "")),
            address=address_of(request),
        )
    except InvalidInputError as error:
        form.keep(error, SENTENCES)
    except TooManyAttemptsError as error:
        form.errors = {"": _(WAIT, minutes=int(error.details.get("seconds", 60)) // 60 + 1)}
        status = 429
    else:
        status, sent = 200, True
    return page(request, "signin/address.html", status=status, form=form, sent=sent, present=actor.email)


@get("/account/address/{token:str}")
async def show_new_address(
    request: Request[None, None, State],
    actor: NamedDependency[Actor],
    token: FromPath[str],
) -> Answer:
    """Ask once whether to use the address that the link came to."""
    return page(request, "signin/new_address.html", token=token, present=actor.email)


@post("/account/address/{token:str}", status_code=200)
async def use_address(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], token: FromPath[str]) -> Answer:
    """Use the new address from now on; what could not be mailed before is mailed there."""
    await take_address(uow, actor, token)
    await mend_address(uow, actor.account_id)
    return go("/account", done="address_changed")


@get("/former-address/{token:str}")
async def show_former(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], token: FromPath[str]
) -> Answer:
    """Ask whether to put the former address back, with a new password."""
    link = await former_address(uow, token)
    return page(request, "signin/former_address.html", token=token, address=whole(masked(link.email)), form=None)


@post("/former-address/{token:str}", status_code=200)
async def put_back(
    request: Request[None, None, State], platform: NamedDependency[Platform], token: FromPath[str]
) -> Answer:
    """Put the former address back: everybody else is signed out, and what waited is mailed there."""
    typed = await request.form()
    password, again = (str(typed.get(name, "")) for name in ("password", "again"))
    try:
        session = await put_address_back(platform, token, new=password, again=again, device=device_of(request))
    except InvalidInputError as error:
        async with platform.unit(write=False) as reading:
            link = await former_address(reading, token)
        form = Form().keep(error, SENTENCES)
        address = whole(masked(link.email))
        return page(request, "signin/former_address.html", status=422, token=token, address=address, form=form)
    async with platform.unit() as uow:
        await mend_address(uow, session.account_id)
    return let_in(request, session, go("/account", done="address_back"))
