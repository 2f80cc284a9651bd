"""The words of the centre's mails: the list, one mail with its preview, saving, restoring."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError
from odr.notices.letters import Words, standard_words
from odr.notices.wording import (
    BODY_LIMIT,
    EXAMPLE,
    EXAMPLE_UNTIL,
    IN_SUBJECT,
    INVITATION,
    LETTERS,
    REMINDER,
    SUBJECT_LIMIT,
    changed_texts,
    check_letter,
    checked_words,
    restore_default,
    reword,
    variables_of,
    versions_of_text,
)
from odr.platform import Platform
from odr.typed import filled
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, exact_moment, phrase, use_language
from web.answer import Answer, Form, go, page, read_form

_SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "unknown_variable": phrase("A word in braces is none of those listed beside. Check its spelling, or take it out."),
    "bad_braces": phrase("A brace is open or closed alone. Braces stand around the words listed beside only."),
    "no_link": phrase("No link and no address: each mail has one link, which comes by itself."),
}
_VARIABLES: Final = {
    "centre": phrase("the centre's name"),
    "name": phrase("the reader's name"),
    "reference": phrase("the dispute's reference, empty where a notice is about none"),
    "until": phrase("until when the link holds"),
}
_PREVIEW: Final = "preview"


@get("/mail-texts")
async def list_texts(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List every mail whose words may be changed."""
    changed = await changed_texts(uow, actor)
    return page(
        request,
        "notices/texts.html",
        rows=[
            (letter, _title(letter), [(code, name, (letter, code) in changed) for code, name in _languages()])
            for letter in LETTERS
        ],
    )


def _languages() -> tuple[tuple[str, str], ...]:
    return (("fr", _("French")), ("en", _("English")))


def _title(letter: str) -> str:
    if letter == INVITATION:
        return _("Invitation")
    return _("Reminder of an invitation") if letter == REMINDER else standard_words(letter).subject


@get("/mail-texts/{letter:str}/{language:str}")
async def show_text(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    platform: NamedDependency[Platform],
    letter: FromPath[str],
    language: FromPath[str],
) -> Answer:
    """Show one mail's words, as they are and as they arrive."""
    return await _text(request, uow, actor, platform.settings.centre_name, letter, language, None)


async def _text(
    request: Request[None, None, State],
    uow: UnitOfWork,
    actor: Actor,
    centre: str,
    letter: str,
    language: str,
    form: Form | None,
    *,
    status: int = 200,
) -> Answer:
    versions = await versions_of_text(uow, actor, letter, language)
    with use_language(language):
        standard, until = standard_words(letter), exact_moment(EXAMPLE_UNTIL)
    words = versions[0].words if versions and versions[0].words else standard
    shown = Words(form["subject"], form["body"]) if form else words
    values = {**EXAMPLE, "until": until, "centre": centre}
    return page(
        request,
        "notices/text.html",
        status=status,
        form=form,
        letter=letter,
        language_code=language,
        language_name=dict(_languages())[language],
        title=_title(letter),
        words=words,
        own=words is not standard,
        standard=standard,
        preview=Words(filled(shown.subject, values), filled(shown.body, values)),
        variables=[(name, _(_VARIABLES[name]), name in IN_SUBJECT) for name in sorted(variables_of(letter))],
        versions=versions,
        limits=(SUBJECT_LIMIT, BODY_LIMIT),
    )


@post("/mail-texts/{letter:str}/{language:str}", status_code=200)
async def save_text(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    platform: NamedDependency[Platform],
    letter: FromPath[str],
    language: FromPath[str],
) -> Answer:
    """Preview what was typed, or keep it as a new version."""
    form = await read_form(request)
    centre = platform.settings.centre_name
    check_letter(letter, language)
    try:
        if form["act"] == _PREVIEW:
            checked_words(letter, subject=form["subject"], body=form["body"])
            return await _text(request, uow, actor, centre, letter, language, form)
        await reword(uow, actor, letter, language, subject=form["subject"], body=form["body"])
    except InvalidInputError as error:
        form.keep(error, _SENTENCES)
        return await _text(request, uow, actor, centre, letter, language, form, status=422)
    return go(f"/mail-texts/{letter}/{language}", done="saved")


@post("/mail-texts/{letter:str}/{language:str}/restore", status_code=200)
async def restore_text(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    letter: FromPath[str],
    language: FromPath[str],
) -> Answer:
    """Take the default words again."""
    await restore_default(uow, actor, letter, language)
    return go(f"/mail-texts/{letter}/{language}", done="restored")
