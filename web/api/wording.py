"""The centre's own words for its mails, and within how many working days it answers (secretariat)."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.deadlines.table import Deadline
from odr.disputes.targets import TARGETS, days_of, late_or_soon, set_targets
from odr.errors import NotFoundError, NotPermittedError
from odr.notices.letters import standard_words
from odr.notices.wording import (
    LETTERS,
    TextVersion,
    changed_texts,
    restore_default,
    reword,
    variables_of,
    versions_of_text,
)
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import use_language
from web.api.description import read, replace, send
from web.api.shapes import Line, Text

MAIL_TEXT: Final = "/mail-texts/{letter:str}/{language:str}"


class MailTextName(msgspec.Struct):
    """A mail whose words may be changed; ``changed``: the languages in which the centre has words of its own."""

    letter: str
    variables: list[str]
    changed: list[str]


class MailWords(msgspec.Struct, forbid_unknown_fields=True):
    """A mail's subject and body. Words in braces are filled in; the link comes by itself."""

    subject: Line = ""
    body: Text = ""


class MailTextVersion(msgspec.Struct):
    """One version. ``words`` is null where the default was restored."""

    number: int
    words: MailWords | None
    by: str
    at: datetime


class MailText(msgspec.Struct):
    """A mail's words as they are, the default ones, and every version, the newest first."""

    letter: str
    language: str
    variables: list[str]
    words: MailWords
    standard: MailWords
    versions: list[MailTextVersion]


class Late(msgspec.Struct):
    """Something that a dispute awaits, late or due soon."""

    dispute_id: UUID
    reference: str
    deadline: Deadline
    due: datetime
    late: bool


class ResponseTimes(msgspec.Struct):
    """Within how many working days the centre wants to have answered, by what; and what is late or due soon."""

    days: dict[str, int]
    dues: list[Late]


class NewTargets(msgspec.Struct, forbid_unknown_fields=True):
    """Working days, for every answer of the centre. What is under way keeps its own date."""

    days: dict[Annotated[str, msgspec.Meta(max_length=40)], Annotated[int, msgspec.Meta(ge=0, le=10_000)]]


@read("/mail-texts")
async def list_mail_texts(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> list[MailTextName]:
    """Return every mail whose words may be changed (secretariat)."""
    changed = await changed_texts(uow, actor)
    return [
        MailTextName(letter, sorted(variables_of(letter)), sorted(code for name, code in changed if name == letter))
        for letter in LETTERS
    ]


@read(MAIL_TEXT)
async def show_mail_text(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], letter: FromPath[str], language: FromPath[str]
) -> MailText:
    """Return one mail's words in one language (secretariat)."""
    return await _shown(uow, actor, letter, language)


@replace(MAIL_TEXT)
async def reword_mail(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    letter: FromPath[str],
    language: FromPath[str],
    data: JSONBody[MailWords],
) -> MailText:
    """Give a mail words of the centre's own: a new version (secretariat)."""
    await reword(uow, actor, letter, language, subject=data.subject, body=data.body)
    return await _shown(uow, actor, letter, language)


@send(f"{MAIL_TEXT}/restore")
async def restore_mail(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], letter: FromPath[str], language: FromPath[str]
) -> MailText:
    """Take a mail's default words again: a new version, too (secretariat)."""
    await restore_default(uow, actor, letter, language)
    return await _shown(uow, actor, letter, language)


@read("/response-times")
async def show_response_times(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> ResponseTimes:
    """Return the centre's targets, and what is late or due soon (secretariat)."""
    return await _times(uow, actor)


@replace("/response-times")
async def set_response_times(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[NewTargets]
) -> ResponseTimes:
    """Set the centre's targets (secretariat). Those that are left out stay as they are."""
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    known = {deadline.value: days for deadline, days in (await days_of(uow)).items()}
    if not set(data.days) <= {deadline.value for deadline in TARGETS}:
        raise NotFoundError
    await set_targets(uow, actor, {name: str(days) for name, days in {**known, **data.days}.items()})
    return await _times(uow, actor)


async def _shown(uow: UnitOfWork, actor: Actor, letter: str, language: str) -> MailText:
    versions = await versions_of_text(uow, actor, letter, language)
    with use_language(language):
        first = standard_words(letter)
    standard = MailWords(first.subject, first.body)
    told = [_version(each) for each in versions]
    words = told[0].words if told and told[0].words else standard
    return MailText(letter, language, sorted(variables_of(letter)), words, standard, told)


def _version(version: TextVersion) -> MailTextVersion:
    words = version.words
    return MailTextVersion(
        version.number, MailWords(words.subject, words.body) if words else None, version.by, version.at
    )


async def _times(uow: UnitOfWork, actor: Actor) -> ResponseTimes:
    dues = await late_or_soon(uow, actor)
    return ResponseTimes(
        {deadline.value: days for deadline, days in (await days_of(uow)).items()},
        [Late(each.dispute_id, each.reference, each.deadline, each.due, each.late) for each in dues],
    )


handlers = (
    list_mail_texts,
    show_mail_text,
    reword_mail,
    restore_mail,
    show_response_times,
    set_response_times,
)
