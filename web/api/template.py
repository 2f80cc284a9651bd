"""The centre's agreement to mediate: its parts in one language, reworded, taken back, left out (secretariat)."""

from datetime import datetime
from typing import Final

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.agreements.parts import NewClause, PartWords, is_bound, places_of, text_language
from odr.agreements.template import (
    PartView,
    add_clause,
    leave_out,
    part_of,
    parts_of,
    restore_part,
    reword_part,
    versions_of_part,
)
from odr.agreements.text import TextLanguage
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.agreements.phrases import WHY_KEPT
from web.api.description import create, read, replace, send
from web.api.shapes import Line, Text

ROOT: Final = "/convention-template/{language:str}"
PART: Final = f"{ROOT}/{{clause:str}}"


class TemplatePart(msgspec.Struct):
    """A part as texts drafted from now on have it. ``own``: in the centre's words; ``version``: its newest change.

    ``places``: what may stand in braces; where they are ``needed``, each of them must. ``added``: the centre's own
    clause; ``why_kept``: why a clause that is not ``optional`` cannot be left out.
    """

    clause: str
    heading: str
    body: str
    own: bool
    left_out: bool
    optional: bool
    version: int
    added: bool
    why_kept: str
    places: list[str]
    needed: bool


class TemplateChange(msgspec.Struct):
    """One change of a part; without ``body`` the shipped wording was taken again."""

    number: int
    heading: str
    body: str
    left_out: bool
    by: str
    at: datetime


class PartWording(msgspec.Struct, forbid_unknown_fields=True):
    """The part's heading (none of the preamble) and body; ``seen``: its version that was read."""

    body: Text
    seen: int
    heading: Line = ""


class ClauseWording(msgspec.Struct, forbid_unknown_fields=True):
    """A clause's heading and body in one language."""

    heading: Line
    body: Text


class OwnClause(msgspec.Struct, forbid_unknown_fields=True):
    """A clause of the centre's own in both languages, and behind which shipped part of the text it stands."""

    after: Line
    fr: ClauseWording
    en: ClauseWording


class AddedClause(msgspec.Struct):
    """The key of a clause that was added, the same in both languages."""

    clause: str


class LeftOut(msgspec.Struct, forbid_unknown_fields=True):
    """Whether both languages' texts do without a clause."""

    left_out: bool


def _shown(part: PartView) -> TemplatePart:
    return TemplatePart(
        clause=part.part,
        heading=part.words.heading,
        body=part.words.body,
        own=part.own,
        left_out=part.left_out,
        optional=part.optional,
        version=part.version,
        added=part.added,
        why_kept=_(WHY_KEPT[part.part]) if part.part in WHY_KEPT and not part.optional else "",
        places=sorted(places_of(part.part)),
        needed=is_bound(part.part),
    )


@read(ROOT)
async def convention_template(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], language: FromPath[str]
) -> list[TemplatePart]:
    """Return every part of the centre's agreement to mediate, in the text's order (secretariat)."""
    return [_shown(part) for part in await parts_of(uow, actor, text_language(language))]


@read(f"{PART}/versions")
async def template_versions(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], language: FromPath[str], clause: FromPath[str]
) -> list[TemplateChange]:
    """Return the changes of one part, the newest first, 50 at most (secretariat)."""
    return [
        TemplateChange(
            number=each.number,
            heading=each.words.heading if each.words else "",
            body=each.words.body if each.words else "",
            left_out=each.left_out,
            by=each.by,
            at=each.at,
        )
        for each in await versions_of_part(uow, actor, text_language(language), clause)
    ]


@create("/convention-clauses")
async def add_template_clause(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[OwnClause]
) -> AddedClause:
    """Add a clause of the centre's own to both languages' texts, for those drafted from now on (secretariat)."""
    words: dict[TextLanguage, PartWords] = {
        text_language(code): PartWords(said.heading, said.body) for code, said in (("fr", data.fr), ("en", data.en))
    }
    return AddedClause(await add_clause(uow, actor, NewClause(words, data.after)))


@replace(PART)
async def reword_template(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
    clause: FromPath[str],
    data: JSONBody[PartWording],
) -> TemplatePart:
    """Give a part the centre's own words, for texts drafted from now on (secretariat)."""
    code = text_language(language)
    await reword_part(uow, actor, code, clause, heading=data.heading, body=data.body, seen=data.seen)
    return _shown(await part_of(uow, actor, code, clause))


@send(f"{PART}/restore")
async def restore_template(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], language: FromPath[str], clause: FromPath[str]
) -> TemplatePart:
    """Take the shipped wording of a part again (secretariat)."""
    code = text_language(language)
    await restore_part(uow, actor, code, clause)
    return _shown(await part_of(uow, actor, code, clause))


@replace(f"{PART}/left-out")
async def leave_clause_out(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    language: FromPath[str],
    clause: FromPath[str],
    data: JSONBody[LeftOut],
) -> TemplatePart:
    """Leave a clause that a text can do without out of both languages' texts, or take it in again (secretariat)."""
    code = text_language(language)
    await leave_out(uow, actor, clause, left_out=data.left_out)
    return _shown(await part_of(uow, actor, code, clause))


handlers = (
    convention_template,
    template_versions,
    add_template_clause,
    reword_template,
    restore_template,
    leave_clause_out,
)
