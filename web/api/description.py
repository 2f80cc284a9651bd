"""How the API describes itself: OpenAPI's frame, the verbs that routes are declared with, what refusals look like."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
from litestar import delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    License,
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

SCHEMA: Final = "/api/schema"
BEARER: Final = "bearer"
OPEN: Final[list[dict[str, list[str]]]] = [{}]
"""The security of a route that needs no bearer: an empty requirement."""


class Refusal(msgspec.Struct, omit_defaults=True):
    """Why something was not done: nothing was recorded.

    ``code`` is stable and for programs; ``title`` and ``what_to_do`` are for people, in the language of
    ``Accept-Language``. ``fields`` maps each field to mend to the code of its error. The ``reference`` is in the log.
    """

    title: str
    what_to_do: str
    code: str
    reference: str
    fields: dict[str, str] = msgspec.field(default_factory=dict[str, str])


def _refusal(meaning: str) -> ResponseSpec:
    return ResponseSpec(Refusal, generate_examples=False, description=meaning)


REFUSALS: Final = {
    400: _refusal("It could not be read at all."),
    401: _refusal("No bearer, or one that no longer holds."),
    403: _refusal("You may see it, but not do this with it."),
    404: _refusal("It does not exist, or you may not know that it does."),
    409: _refusal("Wrong stage, no consent, or somebody was faster."),
    410: _refusal("The link was used, has expired or never existed."),
    422: _refusal("Something sent must be mended; `fields` says what."),
    429: _refusal("Too many attempts; `Retry-After` says how long to wait."),
    503: _refusal("A part of the platform is away for a moment; try the same again."),
}


@dataclass
class RawUpload(Operation):
    """An operation whose body is a file's bytes, as they are."""

    def __post_init__(self) -> None:
        """Describe the body."""
        octets = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        self.request_body = RequestBody(content={"application/octet-stream": octets}, required=True)


read = partial(get, responses=REFUSALS)
send = partial(post, status_code=200, responses=REFUSALS)
create = partial(post, status_code=201, responses=REFUSALS)
replace = partial(put, responses=REFUSALS)
remove = partial(delete, responses=REFUSALS)


def name_operation(handler: HTTPRouteHandler, _method: Method, _path: list[str | PathParameterDefinition]) -> str:
    """Return an operation's id: its handler's name, which is unique in the API."""
    return handler.handler_name


def describe() -> OpenAPIConfig:
    """Return how the API is described at ``/api/schema/openapi.json``."""
    return OpenAPIConfig(
        title="Entente",
        version="1",
        description=(
            "Everything that the pages do, for programs. Get a bearer from `POST /api/v1/token`, send it as "
            "`Authorization: Bearer …`. Cookies are ignored here. Times are UTC, amounts in cents, digests SHA-256 in "
            "hexadecimal. What you may not read answers 404, exactly as what does not exist."
        ),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        path=SCHEMA,
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
        operation_id_creator=name_operation,
        security=[{BEARER: []}],
        components=Components(
            security_schemes={
                BEARER: SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="JWT",
                    description="From `POST /api/v1/token`; holds for 15 minutes at most.",
                )
            }
        ),
    )
