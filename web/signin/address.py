"""Another address for one's account: asked for here, taken by the link that its mail brings."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError, TooManyAttemptsError
from odr.notices.bounces import mend_address
from odr.people.addresses import ask_for_address, take_address
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, Form, go, page
from web.signin.entering import address_of
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
