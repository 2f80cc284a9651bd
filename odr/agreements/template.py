"""The centre's own agreement to mediate: the shipped one, reworded part by part; every change is a version.

A text that was drafted keeps the wording with which it began. What the platform must know of a text (its term, its
fees, how long a record is kept, which algorithms) stays in every wording as a place in braces.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from odr.agreements.clauses import BODY_LIMIT, VALUES_OF
from odr.agreements.convention import CONVENTION, KEYS
from odr.agreements.events import CENTRE_TEMPLATE, TemplateReworded
from odr.agreements.models import TemplateClause
from odr.agreements.text import TextLanguage
from odr.agreements.wording import Wording
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, SpaceId
from odr.paper.letters import uniform, unprintable
from odr.people.queries import account_names
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

PREAMBLE: Final = "preamble"
PARTS: Final = (PREAMBLE, *KEYS)
"""What may be reworded, in the text's order."""
OPTIONAL: Final = frozenset({"languages", "communication"})
"""What a text can do without. The law, or the platform, relies on every other clause: reworded, never left out."""
HEADING_LIMIT: Final = 200
LANGUAGES: Final[tuple[TextLanguage, ...]] = ("fr", "en")
VERSIONS_SHOWN: Final = 50

_OF_EVERY_TEXT: Final = frozenset({"reference", "mediator"})
_OF_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "term": frozenset({"months"}),
    "fees": frozenset({"fees", "split"}),
    "retention": frozenset({"years"}),
    "algorithms": frozenset({"bidding", "score"}),
}


@dataclass(frozen=True, slots=True)
class Template:
    """The centre's agreement to mediate in one language, as a version had it; number 0 is the shipped one."""

    number: int
    wording: Wording


@dataclass(frozen=True, slots=True)
class PartWords:
    """A part's heading (none of the preamble) and body, with its places."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as it reads now. ``version``: that of its newest change, 0 for none; ``own``: in words of the centre's."""

    part: str
    words: PartWords
    own: bool
    left_out: bool
    optional: bool
    version: int


@dataclass(frozen=True, slots=True)
class PartVersion:
    """One change of a part; ``words`` is ``None`` where the shipped wording was taken again."""

    number: int
    words: PartWords | None
    left_out: bool
    by: str
    at: datetime


def places_of(part: str) -> frozenset[str]:
    """Return which places a part may have; of a clause with values they are needed, each one."""
    return _OF_VALUES.get(part, _OF_EVERY_TEXT)


def is_bound(part: str) -> bool:
    """Tell whether a part must have all of its places: its values are negotiated, and followed by the platform."""
    return part in VALUES_OF


def shipped_words(part: str, language: TextLanguage) -> PartWords:
    """Return a part as it is shipped."""
    wording = CONVENTION[language]
    if part == PREAMBLE:
        return PartWords("", wording.preamble)
    return PartWords(*wording.clauses[wording.keys.index(part)])


def text_language(language: str) -> TextLanguage:
    """Return the language of that code. Raises NotFoundError."""
    for known in LANGUAGES:
        if known == language:
            return known
    raise NotFoundError


def check_part(part: str) -> None:
    """Raise NotFoundError for a part that there is not."""
    if part not in PARTS:
        raise NotFoundError


def checked_part(part: str, *, heading: str, body: str) -> PartWords:
    """Return words that a text may have, or raise InvalidInputError (``heading``, ``body``).

    Codes: required, too_long, unprintable_character, unknown_variable, bad_braces, missing_variable.
    """
    typed = Typed()
    clean = PartWords(
        "" if part == PREAMBLE else typed.line("heading", uniform(heading, lines=False), limit=HEADING_LIMIT),
        typed.text("body", uniform(body, lines=True), limit=BODY_LIMIT),
    )
    for name, text in (("heading", clean.heading), ("body", clean.body)):
        if unprintable(text):
            typed.wrong(name, "unprintable_character")
    typed.places("heading", clean.heading, known=frozenset())
    if clean.body:
        known = places_of(part)
        typed.places("body", clean.body, known=known, needed=known if is_bound(part) else frozenset())
    typed.check()
    return clean


async def template_at(uow: UnitOfWork, language: TextLanguage, version: int | None = None) -> Template:
    """Return the centre's template as it is now, or as a version had it. For texts that are drafted and negotiated."""
    return await _composed(uow, language, version, {})


async def preview_of(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str, words: PartWords) -> Wording:
    """Return the template as it would be with one part in other words, for the secretariat; nothing is kept."""
    _require(actor)
    return (await _composed(uow, language, None, {part: words})).wording


async def parts_of(uow: UnitOfWork, actor: Actor, language: TextLanguage) -> tuple[PartView, ...]:
    """Return every part as it reads now; for the secretariat."""
    _require(actor)
    last = await _last(uow, language, None)
    return tuple(_part(part, language, last.get(part)) for part in PARTS)


def _part(part: str, language: TextLanguage, row: TemplateClause | None) -> PartView:
    return PartView(
        part=part,
        words=_words(row) or shipped_words(part, language),
        own=_words(row) is not None,
        left_out=row is not None and row.left_out,
        optional=part in OPTIONAL,
        version=row.version if row is not None else 0,
    )


async def part_of(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> PartView:
    """Return one part as it reads now; for the secretariat. Raises NotFoundError."""
    check_part(part)
    return next(view for view in await parts_of(uow, actor, language) if view.part == part)


async def versions_of_part(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> tuple[PartVersion, ...]:
    """Return the newest changes of one part, the newest first; for the secretariat."""
    _require(actor)
    check_part(part)
    rows = list(
        await uow.session.scalars(
            select(TemplateClause)
            .where(TemplateClause.language == language, TemplateClause.clause == part)
            .order_by(TemplateClause.version.desc())
            .limit(VERSIONS_SHOWN)
        )
    )
    names = await account_names(uow, {row.written_by for row in rows})
    return tuple(
        PartVersion(row.version, _words(row), row.left_out, names.get(row.written_by, ""), row.written_at)
        for row in rows
    )


async def reword_part(
    uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str, *, heading: str, body: str, seen: int
) -> None:
    """The secretariat gives a part words of the centre's own: a new version, for texts drafted from now on.

    ``seen`` is the part's version that was edited. Raises as :func:`checked_part`, NotFoundError, NotPermittedError,
    and ConflictError ``reworded_meanwhile``.
    """
    now = await part_of(uow, actor, language, part)
    clean = checked_part(part, heading=heading, body=body)
    if now.version != seen:
        raise ConflictError("reworded_meanwhile")
    if clean != now.words:
        await _write(uow, actor, language, part, clean, left_out=now.left_out)


async def restore_part(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> None:
    """The secretariat takes the shipped wording of a part again: a new version, too."""
    now = await part_of(uow, actor, language, part)
    if now.own:
        await _write(uow, actor, language, part, None, left_out=now.left_out)


async def leave_out(uow: UnitOfWork, actor: Actor, part: str, *, left_out: bool) -> None:
    """The secretariat leaves a clause out of both languages' texts, or takes it in again.

    Raises NotFoundError, NotPermittedError, ConflictError ``mandatory_clause``.
    """
    _require(actor)
    check_part(part)
    if part not in OPTIONAL:
        raise ConflictError("mandatory_clause")
    for language in LANGUAGES:
        now = await part_of(uow, actor, language, part)
        if now.left_out is not left_out:
            await _write(uow, actor, language, part, now.words if now.own else None, left_out=left_out)


async def _write(
    uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str, words: PartWords | None, *, left_out: bool
) -> None:
    newest = select(func.max(TemplateClause.version)).where(TemplateClause.language == language)
    version = (await uow.session.scalar(newest) or 0) + 1
    uow.session.add(
        TemplateClause(
            language=language,
            version=version,
            clause=part,
            heading=words.heading if words else None,
            body=words.body if words else None,
            left_out=left_out,
            written_by=actor.account_id,
            written_at=uow.now(),
        )
    )
    await uow.session.flush()
    said = f"{words.heading}\n\n{words.body}" if words else ""
    centre = uow.vault.tenant
    await uow.record(
        TemplateReworded(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=CENTRE_TEMPLATE,
            actor_id=actor.account_id,
            language=language,
            version=version,
            clause=part,
            left_out=left_out,
            sha256=hashlib.sha256(said.encode()).hexdigest() if words else "",
        )
    )


async def _composed(
    uow: UnitOfWork, language: TextLanguage, version: int | None, instead: Mapping[str, PartWords]
) -> Template:
    last = await _last(uow, language, version)
    shipped = CONVENTION[language]
    views = [_part(part, language, last.get(part)) for part in PARTS]
    kept = [view for view in views if view.part != PREAMBLE and (not view.left_out or view.part in instead)]
    words = {view.part: instead.get(view.part, view.words) for view in views}
    number = max((row.version for row in last.values()), default=0)
    wording = replace(
        shipped,
        preamble=words[PREAMBLE].body,
        clauses=tuple((words[view.part].heading, words[view.part].body) for view in kept),
        keys=tuple(view.part for view in kept),
    )
    return Template(number, wording)


async def _last(uow: UnitOfWork, language: TextLanguage, version: int | None) -> dict[str, TemplateClause]:
    """Return the newest change of each part that was changed, up to a version."""
    query = select(TemplateClause).where(TemplateClause.language == language).order_by(TemplateClause.version)
    if version is not None:
        query = query.where(TemplateClause.version <= version)
    return {row.clause: row for row in await uow.session.scalars(query)}


def _words(row: TemplateClause | None) -> PartWords | None:
    return PartWords(row.heading or "", row.body) if row is not None and row.body else None


def _require(actor: Actor) -> None:
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
