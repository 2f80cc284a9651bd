"""How handlers answer: a page, a fragment for htmx, or a redirect; and forms that keep what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, overload
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response
from litestar.enums import MediaType

from odr.errors import InvalidInputError
from odr.visibility.actor import Actor, CentreRole
from odr.words import Language, Reader, _, known_zone, reader
from web.rendering import render
from web.security import anti_forgery_token, cookie_name, read_cookie

AnyRequest = Request[Any, Any, Any]
Answer = Response[Any]

GIVES_BYTES: Final = "gives_bytes"  # a handler's option: what it answers has no frame, so nothing is asked for one
DONE: Final = "done"  # query parameter that names what was just done; shared/done.html has its sentence
_DIGITS: Final = 6


class SettingsLike(Protocol):
    """What a page's frame needs of the settings."""

    @property
    def centre_name(self) -> str:
        """Name of the mediation centre."""
        ...

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS."""
        ...

    @property
    def demo(self) -> bool:
        """Whether this is the demo."""
        ...


@dataclass(slots=True)
class Form:
    """What was typed and what is wrong with it: templates show both, so nothing is lost."""

    values: dict[str, str] = field(default_factory=dict[str, str])
    lists: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    errors: dict[str, str] = field(default_factory=dict[str, str])

    @overload
    def __getitem__(self, name: Literal["values", "errors"]) -> dict[str, str]: ...  # type: ignore[overload-overlap]  # these two are no fields

    @overload
    def __getitem__(self, name: str) -> str: ...

    def __getitem__(self, name: str) -> str | dict[str, str]:
        """Return what was typed in a field, stripped; ``""`` where nothing was.

        ``values`` and ``errors`` are what the macros of shared/forms.html ask for: no field is called so.
        """
        if name == "values":
            return self.values
        return self.errors if name == "errors" else self.values.get(name, "")

    def all(self, name: str) -> list[str]:
        """Return every value of a repeated field."""
        return self.lists.get(name, [])

    def keep(self, error: InvalidInputError, sentences: Mapping[str, str]) -> "Form":
        """Take over a refusal's field errors, each as its sentence in the reader's language."""
        self.errors = {name: _(sentences.get(code, code)) % {**error.details} for name, code in error.fields.items()}
        return self


async def read_form(request: AnyRequest) -> Form:
    """Read a small urlencoded form (the gate has limited it to 1 MiB). New lines come out as line feeds."""
    data = await request.form()
    lists: dict[str, list[str]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            lists.setdefault(name, []).append(value.replace("\r\n", "\n").strip())
    return Form({name: values[-1] for name, values in lists.items()}, lists)


def id_in(text: str) -> UUID | None:
    """Return the id that was typed or chosen, or ``None`` where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def number_in(text: str, *, otherwise: int = 0) -> int:
    """Return the whole number that was typed, of six digits at most; ``otherwise`` where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else otherwise


def wants_fragment(request: AnyRequest) -> bool:
    """Tell whether htmx asks for a fragment."""
    return request.headers.get("hx-request") == "true"


def wants_page(request: AnyRequest) -> bool:
    """Tell whether a whole page may be the answer: a browser says so, a script that fetches bytes or parts does not."""
    accepted = request.headers.get("accept", "*/*")
    return not wants_fragment(request) and ("text/html" in accepted or accepted.startswith("*/*"))


def wants_json(request: AnyRequest) -> bool:
    """Tell whether a script asks for JSON."""
    return "application/json" in request.headers.get("accept", "")


def speak_to(actor: Actor) -> None:
    """Make every word from here on in the language and the zone that this person chose."""
    reader.set(Reader(Language(actor.language), known_zone(actor.zone), reader.get().now))


def frame(request: AnyRequest) -> dict[str, Any]:
    """Return what every page's frame shows: who reads, what menu, where, when."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is not None:
        speak_to(actor)
    settings: SettingsLike = request.app.state.platform.settings
    token = read_cookie(request.scope, cookie_name(https=settings.is_https))  # of a dead session too
    return {
        "reader": reader.get(),
        "actor": actor,
        "csrf_token": anti_forgery_token(token) if token else "",
        "here": request.url.path,
        "now": request.app.state.platform.clock(),
        "centre_name": settings.centre_name,
        "demo": settings.demo,
        "menu": menu(actor, request.url.path),
        "unread": getattr(request.state, "unread", 0),
        "mail_fails": getattr(request.state, "mail_fails", False),
        "checkpoint": request.app.state.newest_checkpoint,
        "done": request.query_params.get(DONE, ""),
    }


UNDER: Final = {
    "/custody": "/archive",
    "/convention-template": "/people",
    "/mail-texts": "/people",
    "/mediators": "/people",
    "/response-times": "/disputes",
}
"""Under which entry of the menu a room without an entry of its own is found."""


def menu(actor: Actor | None, path: str) -> list[tuple[str, str, bool]]:
    """Return the menu that this person's roles allow."""
    if actor is None:
        return []
    entries = [(_("Disputes"), "/disputes")]
    if actor.is_a(CentreRole.ARCHIVIST) or actor.is_a(CentreRole.SECRETARIAT):
        entries.append((_("Archive"), "/archive"))
    if actor.is_a(CentreRole.SECRETARIAT) or actor.is_a(CentreRole.ADMINISTRATOR):
        entries.append((_("People"), "/people"))
    if actor.is_a(CentreRole.MEDIATOR) and not actor.is_a(CentreRole.SECRETARIAT):
        entries.append((_("My profile"), f"/mediators/{actor.account_id}"))
    if actor.is_a(CentreRole.ADMINISTRATOR):
        entries.append((_("Health"), "/operations"))
    places = (path, UNDER.get(f"/{path.split('/')[1]}", path))
    return [(label, href, any(f"{place}/".startswith(f"{href}/") for place in places)) for label, href in entries]


def page(request: AnyRequest, template: str, *, status: int = 200, **context: object) -> Answer:
    """Render a whole page; a failed render raises before anything is committed."""
    return Response(render(template, **frame(request), **context), media_type=MediaType.HTML, status_code=status)


def answer(request: AnyRequest, fragment: str, *, otherwise: str, status: int = 200, **context: object) -> Answer:
    """Answer htmx with a fragment, and everybody else with a redirect (303) to the page that shows the same."""
    if wants_fragment(request):
        return page(request, fragment, status=status, **context)
    return go(otherwise)


def go(path: str, *, done: str = "") -> Answer:
    """Redirect (303) to a path of ours; ``done`` names what was just done, for a sentence on the page."""
    if done:
        mark = "&" if "?" in path else "?"
        path = f"{path}{mark}{DONE}={done}"
    return Response(b"", status_code=303, headers={"Location": path})


def own_path(path: str, default: str = "/") -> str:
    """Return ``path`` if it is a path of this site, else ``default``: redirects never lead elsewhere."""
    parts = urlsplit(path)
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and path.isprintable()
    return path if safe and "\\" not in path else default
