"""The template environment: pages and fragments in the reader's language, escaped, with nothing undefined passing by.

`render` makes a page; the application hands the same environment to Litestar. What the application supplies on each
render is listed in `SUPPLIED`; what a macro needs beyond that comes to it as an argument.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from odr import words, written
from web.markup import address, name_errors, unbroken

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"

SUPPLIED: Final[dict[str, object]] = {
    "reader": None,  # words.Reader: whose language and zone
    "actor": None,  # the signed-in person: .name, .email; None when nobody is
    "csrf_token": "",
    "here": "/",  # this page's own path, to come back to
    "now": None,  # datetime of this answer
    "centre_name": "Entente",
    "demo": False,
    "menu": (),  # of (label, href, current)
    "unread": 0,  # how many notices the reader has not opened
    "mail_fails": False,  # whether the reader's address refuses our mails
    "checkpoint": None,  # the newest checkpoint's root, bytes or hexadecimal
    "languages": (("fr", "Français"), ("en", "English")),
}
"""Names that a template may use without being given them, with the value they then have."""


FILTERS: Final = (
    words.moment,
    words.relative,
    words.exact_moment,
    words.day,
    words.short_day,
    words.clock_time,
    words.number,
    words.percent,
    words.amount,
    words.size,
    words.exact_size,
    written.digest_groups,
    written.initials,
    name_errors,
    unbroken,
    address,
)
"""Each under its own name, and `digest` for a digest on one line."""


def make_environment(bytecode_folder: Path | None = None) -> Environment:
    """A fresh environment; `bytecode_folder` (private to the server's user) keeps compiled templates across starts."""
    cache_of_code: BytecodeCache | None = None
    if bytecode_folder is not None:
        cache_of_code = FileSystemBytecodeCache(str(bytecode_folder))
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=cache_of_code,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    bind: Callable[..., None] = environment.install_gettext_callables  # type: ignore[attr-defined]  # i18n adds it
    bind(words.chosen, words.chosen, newstyle=True, pgettext=_in_context)
    filters: Any = environment.filters  # Jinja types them by its own defaults
    filters.update({filter_.__name__: filter_ for filter_ in FILTERS}, digest=written.digest_text)
    names: Any = environment.globals
    names.update(SUPPLIED, language=_language, phrase=words.phrase, gettext=_filled)
    names.update(product_version=product_version(), asset_mark=asset_mark())
    return environment


def _filled(message: str, /, **values: object) -> Markup:
    """A sentence of ours with its places filled, each value escaped."""
    return Markup(words.elided(words.chosen(message), values)) % values  # noqa: S704 -- of our own catalogues


def _in_context(context: str, message: str) -> str:
    return words.chosen(message, context=context)


def _language() -> str:
    return words.reader.get().language


@cache
def asset_mark() -> str:
    """Twelve digits that change with our style sheet and scripts, so that a browser never pairs old with new."""
    seen = sha256()
    for file in sorted((*STATIC.glob("*.css"), *STATIC.glob("*.js"))):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:12]


@cache
def product_version() -> str:
    """The installed version, or `0` from a bare checkout."""
    try:
        return version("entente")
    except PackageNotFoundError:
        return "0"


@cache
def environment() -> Environment:
    """The environment that `render` uses, made once."""
    return make_environment()


def render(template: str, **context: object) -> str:
    """A page or fragment as text; raises jinja2.UndefinedError for a name that nobody gave."""
    return environment().get_template(template).render(**context)
