"""The application: wiring only."""

from typing import Final

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType] -- generic over nothing of ours
from litestar.types import ASGIApp, Scope

from odr.archive.verifying import PAGE_STATIC
from odr.bootstrap import Platform
from odr.settings import Settings
from web import (
    agreements,
    api,
    appointment,
    archive,
    crossing,
    custody,
    disputes,
    evidence,
    exceptions,
    expertise,
    home,
    intake,
    log,
    losses,
    notices,
    offers,
    sessions,
    signin,
    spaces,
)
from web.background import keep_background
from web.courtesy import Courtesy
from web.demo import routes as demo
from web.dependencies import provide_actor, provide_platform, provide_uow, provide_visitor
from web.errors import HANDLERS, refusal_page
from web.language import ReaderLayer
from web.log.pace import Pace
from web.rendering import STATIC
from web.security import FORM_LIMIT, Gate, cookie_name, harden

ROOMS: Final = (
    home,
    log,
    signin,
    intake,
    notices,
    disputes,
    spaces,
    appointment,
    evidence,
    crossing,
    exceptions,
    expertise,
    losses,
    sessions,
    offers,
    agreements,
    archive,
    custody,
    api,
)


def build_litestar(platform: Platform) -> Litestar:
    """Return the inner application, without the layers around it."""
    return Litestar(
        route_handlers=[
            *(handler for room in ROOMS for handler in room.handlers),
            *(demo.handlers if platform.settings.demo else ()),
            create_static_files_router(path="/static", directories=[STATIC, PAGE_STATIC], include_in_schema=False),
        ],
        dependencies={
            "platform": Provide(provide_platform),
            "uow": Provide(provide_uow),
            "visitor": Provide(provide_visitor),
            "actor": Provide(provide_actor),
        },
        exception_handlers=HANDLERS,
        before_send=[harden],
        lifespan=[keep_background],
        state=state_of(platform),
        request_max_body_size=FORM_LIMIT,
        include_in_schema=False,  # pages are for people; only the API describes itself
        openapi_config=api.describe(),
        logging_config=None,
        debug=False,
    )


def state_of(platform: Platform) -> State:
    """Return what the handlers of one application share."""
    return State({"platform": platform, "newest_checkpoint": None, "pace": Pace()}, deep_copy=False)


def build_app(platform: Platform) -> ASGIApp:
    """Return the whole application: courtesy, language, gate, then Litestar."""
    return guard(build_litestar(platform), platform.settings)


def guard(inner: Litestar, settings: Settings) -> ASGIApp:
    """Put the layers around the inner application that every request passes first."""

    def refuse(scope: Scope, status: int, code: str) -> bytes:
        return refusal_page(settings, scope, status, code)

    gate = Gate(inner, public_url=settings.public_url, cookie=cookie_name(https=settings.is_https), refusal=refuse)
    platform: Platform = inner.state.platform
    return Courtesy(ReaderLayer(gate, platform.clock))
