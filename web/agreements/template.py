"""The centre's agreement to mediate on pages: its parts, the whole as it prints, one part reworded and previewed."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.clauses import BODY_LIMIT
from odr.agreements.drafting import example_text
from odr.agreements.parts import (
    HEADING_LIMIT,
    PREAMBLE,
    PartWords,
    checked_part,
    is_bound,
    places_of,
    shipped_words,
    text_language,
)
from odr.agreements.template import (
    PartView,
    leave_out,
    part_of,
    parts_of,
    preview_of,
    restore_part,
    reword_part,
    template_at,
    versions_of_part,
)
from odr.agreements.wording import Wording
from odr.errors import ConflictError, InvalidInputError
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, phrase, reader
from web.agreements.paper import paper_of
from web.agreements.phrases import SENTENCES, WHY_KEPT
from web.answer import Answer, Form, go, number_in, page, read_form
from web.errors import BY_CODE

TEMPLATE: Final = "/convention-template"
PART: Final = f"{TEMPLATE}/{{language:str}}/{{clause:str}}"
WORDS_OF_PARTS: Final = {
    **SENTENCES,
    "unknown_variable": phrase("A word in braces is none of those listed beside. Check its spelling, or take it out."),
    "bad_braces": phrase("A brace is open or closed alone. Braces stand around the words listed beside only."),
    "missing_variable": phrase(
        "Every word in braces that is listed beside must stand in this clause: the parties negotiate these values, and"
        " the platform follows them."
    ),
    "reworded_meanwhile": phrase(
        "Somebody changed this clause while you were writing. What you typed is below, not saved: compare it with the"
        " versions beside, then save it again."
    ),
}
PLACES: Final = {
    "reference": phrase("the dispute's reference"),
    "mediator": phrase("who mediates, or “the mediator whom the centre appoints”"),
    "months": phrase("how long the mediation lasts, as agreed"),
    "fees": phrase("the sentence about fees and costs, as agreed"),
    "split": phrase("the sentence about how they are shared, as agreed"),
    "years": phrase("how long the record is kept, as agreed"),
    "bidding": phrase("the sentence about blind bids, as agreed"),
    "score": phrase("the sentence about the impact score, as agreed"),
}
PREVIEW: Final = "preview"


@get(TEMPLATE)
async def show_template(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List every part of the agreement to mediate, in both languages."""
    columns = [(code, name, await parts_of(uow, actor, text_language(code))) for code, name in languages()]
    own_words = next((parts for code, _name, parts in columns if code == reader.get().language), columns[0][2])
    rows = [
        (title_of(part), part.optional, [(code, name, parts[at]) for code, name, parts in columns])
        for at, part in enumerate(own_words)
    ]
    return page(request, "agreements/template.html", rows=rows, languages=languages())


@get(f"{TEMPLATE}/{{language:str}}")
async def show_whole(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
) -> Answer:
    """Show the whole text as it would be drafted now, with invented parties."""
    code = text_language(language)
    await parts_of(uow, actor, code)  # for the secretariat alone
    template = await template_at(uow, code)
    return page(
        request,
        "agreements/template_whole.html",
        language_name=dict(languages())[code],
        number=template.number,
        paper=paper_of(example_text(template.wording, code)),
    )


@get(PART)
async def show_part(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
    clause: FromPath[str],
) -> Answer:
    """Show one part's words, as they are and as they print."""
    return await _part(request, uow, actor, language, clause, None)


@post(PART, status_code=200)
async def change_part(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
    clause: FromPath[str],
) -> Answer:
    """Preview what was typed, or keep it as a new version. Nothing typed is lost by a refusal."""
    form = await read_form(request)
    code = text_language(language)
    await part_of(uow, actor, code, clause)  # for the secretariat alone
    try:
        if form["act"] == PREVIEW:
            checked_part(clause, heading=form["heading"], body=form["body"])
            return await _part(request, uow, actor, language, clause, form)
        await reword_part(
            uow, actor, code, clause, heading=form["heading"], body=form["body"], seen=number_in(form["seen"])
        )
    except InvalidInputError as error:
        return await _part(request, uow, actor, language, clause, form.keep(error, WORDS_OF_PARTS), status=422)
    except ConflictError as error:
        form.errors = {"": _(WORDS_OF_PARTS[error.code])}
        return await _part(request, uow, actor, language, clause, form, status=409)
    return go(f"{TEMPLATE}/{language}/{clause}", done="saved")


@post(f"{PART}/restore", status_code=200)
async def restore(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], language: FromPath[str], clause: FromPath[str]
) -> Answer:
    """Take the shipped wording again."""
    await restore_part(uow, actor, text_language(language), clause)
    return go(f"{TEMPLATE}/{language}/{clause}", done="restored")


@post(f"{PART}/left-out", status_code=200)
async def choose_left_out(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
    clause: FromPath[str],
) -> Answer:
    """Leave a clause out of both languages' texts, or take it in again."""
    form = await read_form(request)
    out = form["left_out"] == "yes"
    try:
        await leave_out(uow, actor, clause, left_out=out)
    except ConflictError as error:
        if clause not in WHY_KEPT:
            raise
        refused = Form(values={}, errors={"": f"{_(BY_CODE[error.code].title)}. {_(WHY_KEPT[clause])}"})
        return await _part(request, uow, actor, language, clause, None, refused=refused, status=409)
    return go(f"{TEMPLATE}/{text_language(language)}/{clause}", done="left_out" if out else "taken_in")


async def _part(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    language: str,
    clause: str,
    form: Form | None,
    *,
    refused: Form | None = None,
    status: int = 200,
) -> Answer:
    code = text_language(language)
    part = await part_of(uow, actor, code, clause)
    shown = PartWords(form["heading"], form["body"]) if form else part.words
    return page(
        request,
        "agreements/template_part.html",
        status=status,
        form=form,
        refused=refused,
        part=part,
        path=f"{TEMPLATE}/{code}/{clause}",
        title=title_of(await part_of(uow, actor, text_language(reader.get().language), clause)),
        why_kept=_(WHY_KEPT[clause]) if clause in WHY_KEPT else "",
        language_code=code,
        language_name=dict(languages())[code],
        other="en" if code == "fr" else "fr",
        preview=await _preview(uow, actor, part, code, shown),
        places=[(name, _(PLACES[name])) for name in sorted(places_of(clause))],
        bound=is_bound(clause),
        shipped=shipped_words(clause, code),
        versions=await versions_of_part(uow, actor, code, clause),
        limits=(HEADING_LIMIT, BODY_LIMIT),
    )


async def _preview(
    uow: UnitOfWork, actor: Actor, part: PartView, language: str, words: PartWords
) -> tuple[str, str, list[object]] | None:
    """Return a part's number, heading and blocks as they print, with invented parties; ``None`` where they cannot."""
    code = text_language(language)
    return printed(await preview_of(uow, actor, code, part.part, words), part.part, code)


def printed(wording: Wording, part: str, language: str) -> tuple[str, str, list[object]] | None:
    """Return a part of a wording as it prints: number, heading, blocks; ``None`` where no text could have it."""
    try:
        text = example_text(wording, text_language(language))
    except InvalidInputError:
        return None
    paper = paper_of(text)
    if part == PREAMBLE:
        return "", paper.preamble_heading, [*paper.preamble]
    at = next(place for place, each in enumerate(text.clauses) if each.key == part)
    return paper.clauses[at].number, paper.clauses[at].heading, [*paper.clauses[at].body]


def title_of(part: PartView) -> str:
    """Return what a part is called on the centre's pages, whatever it is headed with; of one added, its heading."""
    if part.added:
        return part.words.heading
    return (
        _("Preamble")
        if part.part == PREAMBLE
        else shipped_words(part.part, text_language(reader.get().language)).heading
    )


def languages() -> tuple[tuple[str, str], ...]:
    """Return the languages of texts: code and name."""
    return (("fr", _("French")), ("en", _("English")))
