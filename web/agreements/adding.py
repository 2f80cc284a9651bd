"""A clause of the centre's own, added to its agreement to mediate: in both languages at once, previewed, then kept."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.agreements.clauses import BODY_LIMIT
from odr.agreements.parts import HEADING_LIMIT, LANGUAGES, NEXT, NewClause, PartWords, places_of
from odr.agreements.template import PartView, add_clause, parts_of, preview_added
from odr.agreements.text import TextLanguage
from odr.errors import InvalidInputError
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, reader
from web.agreements.template import PLACES, PREVIEW, TEMPLATE, WORDS_OF_PARTS, languages, printed, title_of
from web.answer import Answer, Form, go, page, read_form

NEW: Final = f"{TEMPLATE}/new"
_BEFORE_SIGNING: Final = "communication"


@get(NEW)
async def show_new_clause(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Show the form of a clause to be added."""
    return await _new(request, uow, actor, None)


@post(NEW, status_code=200)
async def add_own_clause(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """Preview what was typed in both languages, or add it. Nothing typed is lost by a refusal."""
    form = await read_form(request)
    clause = _typed(form)
    try:
        if form["act"] == PREVIEW:
            previews = [
                (code, name, printed(*await preview_added(uow, actor, _known(code), clause), code))
                for code, name in languages()
            ]
            return await _new(request, uow, actor, form, previews=previews)
        part = await add_clause(uow, actor, clause)
    except InvalidInputError as error:
        return await _new(request, uow, actor, form.keep(error, WORDS_OF_PARTS), status=422)
    return go(f"{TEMPLATE}/{reader.get().language}/{part}", done="added")


def _typed(form: Form) -> NewClause:
    words: dict[TextLanguage, PartWords] = {
        each: PartWords(form[f"heading_{each}"], form[f"body_{each}"]) for each in LANGUAGES
    }
    return NewClause(words, form["after"])


def _known(code: str) -> TextLanguage:
    return next(each for each in LANGUAGES if each == code)


async def _new(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    form: Form | None,
    *,
    previews: list[tuple[str, str, tuple[str, str, list[object]] | None]] | None = None,
    status: int = 200,
) -> Answer:
    shipped: list[PartView] = [
        part for part in await parts_of(uow, actor, _known(reader.get().language)) if not part.added
    ]
    return page(
        request,
        "agreements/template_new.html",
        status=status,
        form=form,
        path=NEW,
        after=[(part.part, title_of(part)) for part in shipped],
        usual=_BEFORE_SIGNING,
        languages=languages(),
        places=[(name, _(PLACES[name])) for name in sorted(places_of(NEXT))],
        previews=previews or [],
        limits=(HEADING_LIMIT, BODY_LIMIT),
    )
