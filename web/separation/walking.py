"""Walking through the whole site as one person: every link, every form that only asks, every route there is."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import httpx
import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from msgspec import inspect

from web.separation.errors import EndlessError

PARAMETER: Final = re.compile(r"\{(\w+):(\w+)\}")
LINK: Final = re.compile(rb'(?:href|action|hx-get|hx-post|src)="([^"#]+)')
FORM: Final = re.compile(rb'<form[^>]*action="([^"]+)"[^>]*method="get"[^>]*>(.*?)</form>', re.DOTALL)
FIELD: Final = re.compile(rb'name="([^"]+)"')
SHAPES: Final = {"uuid": "[0-9a-f]{8}-[0-9a-f-]{27}", "int": "[0-9]+"}
"""How a route's parameters look, where their kind says so."""

MOST_PAGES: Final = 400
API: Final = "/api/"


@dataclass(frozen=True)
class Seen:
    """An answer: what was asked, and everything that came back."""

    asked: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether a person would read it in a browser."""
        return b"text/html" in dict(self.headers).get(b"content-type", b"")


class Walker:
    """One person's feet: a browser with its cookie, and a program with its bearer."""

    def __init__(self, client: httpx.AsyncClient, bearer: Callable[[], str] | None) -> None:
        """Walk with ``client``, which carries the cookie; ``bearer`` makes what goes to the API instead of it."""
        self.client = client
        self.bearer = bearer

    async def ask(self, path: str, method: str = "GET", **how: Any) -> Seen:  # noqa: ANN401 -- httpx's options
        """Ask for one thing, whatever the answer."""
        headers: dict[str, str] = {**how.pop("headers", {})}
        if self.bearer is not None and path.startswith(API):
            headers["Authorization"] = f"Bearer {self.bearer()}"
        answer = await self.client.request(method, path, headers=headers, **how)
        return Seen(path, answer.status_code, tuple(answer.headers.raw), answer.content)

    async def crawl(self, *starts: str, once: re.Pattern[str] | None = None) -> list[Seen]:
        """Follow every link and the address of every form from where a person begins. Raises EndlessError.

        Of the addresses in which ``once`` is found, the first is enough.
        """
        waiting, met = list(starts), set(starts)
        seen: list[Seen] = []
        own = urlsplit(str(self.client.base_url)).netloc
        while waiting:
            if len(seen) == MOST_PAGES:
                raise EndlessError(waiting[-1])
            answer = await self.ask(waiting.pop())
            seen.append(answer)
            for link in links_of(answer, own):
                if link not in met and not (once and once.search(link) and any(map(once.search, met))):
                    met.add(link)
                    waiting.append(link)
        return seen


def links_of(answer: Seen, own: str) -> Iterator[str]:
    """Every address of the site ``own`` that an answer leads to, in the page's order; no pictures, no styles."""
    found: list[bytes] = LINK.findall(answer.body) if answer.is_page else []
    found += [value for name, value in answer.headers if name == b"location"]
    for link in found:
        where = urlsplit(html.unescape(link.decode()))
        ours = where.netloc in {"", own} and where.path.startswith("/")
        if ours and not where.path.startswith("/static/") and "done=" not in where.query:
            yield where.path + (f"?{where.query}" if where.query else "")
    if answer.is_page:
        for action, inner in FORM.findall(answer.body):
            names = [name.decode() for name in FIELD.findall(inner)]
            yield f"{html.unescape(action.decode())}?{urlencode(dict.fromkeys(names, ''))}"


@dataclass(frozen=True)
class Route:
    """A route's path with its parameters, and one method."""

    path: str
    method: str
    shape: Any = None
    """The type of the JSON body that its handler asks for, if it asks for one."""

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters, in the path's order."""
        return [name for name, _kind in PARAMETER.findall(self.path)]

    def fill(self, values: Mapping[str, str]) -> str:
        """The path with ``values`` in it."""
        return PARAMETER.sub(lambda found: values[found[1]], self.path)

    def read(self, path: str) -> dict[str, str] | None:
        """The values that a path has for the parameters, or ``None`` where it is another route's."""
        matched = _pattern_of(self.path).fullmatch(path.partition("?")[0])
        return matched.groupdict() if matched else None


@cache
def _pattern_of(route: str) -> re.Pattern[str]:
    pieces: list[str] = []
    for piece in route.split("/"):
        found = PARAMETER.fullmatch(piece)
        pieces.append(f"(?P<{found[1]}>{SHAPES.get(found[2], '[^/?]+')})" if found else re.escape(piece))
    return re.compile("/".join(pieces))


def routes_of(app: Litestar, *methods: str) -> list[Route]:
    """Every route of an application with one of these methods, from its own table, whoever wrote it and whenever."""
    found: list[Route] = []
    for route in app.routes:
        for method in sorted(set(methods) & route.methods):
            handlers: dict[str, tuple[HTTPRouteHandler, object]] = getattr(route, "route_handler_map", {})
            data = handlers[method][0].parsed_fn_signature.parameters.get("data") if method in handlers else None
            found.append(Route(route.path, method, data.annotation if data is not None else None))
    return found


def plausible(kind: inspect.Type) -> Any:  # noqa: ANN401, C901, PLR0911 -- one line for each shape of JSON
    """A value that a body's shape accepts, so that a request is refused for what it asks and not for how."""
    match kind:
        case inspect.StructType():
            return {field.encode_name: plausible(field.type) for field in kind.fields}
        case inspect.ListType() | inspect.VarTupleType():
            return [plausible(kind.item_type)]
        case inspect.UnionType():
            return plausible(kind.types[0])
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.UUIDType():
            return str(uuid4())
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 1
        case inspect.DateType():
            return "2026-12-01"
        case inspect.DateTimeType():
            return datetime(2026, 12, 1, tzinfo=UTC).isoformat()
        case _:
            return "Zut"


def body_of_shape(shape: Any) -> bytes:  # noqa: ANN401 -- any type that msgspec reads
    """A JSON body of that shape."""
    return msgspec.json.encode(plausible(inspect.type_info(shape)))
