"""The centre's own agreement to mediate: the shipped one reworded part by part, with clauses added and left out.

Every change is a version; a text that was drafted keeps the wording with which it began. What the platform must know of
a text (its term, its fees, how long a record is kept, which algorithms) stays in every wording as a place in braces.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from odr.agreements.clauses import ADDED, is_added
from odr.agreements.convention import CONVENTION
from odr.agreements.events import CENTRE_TEMPLATE, TemplateReworded
from odr.agreements.models import TemplateClause
from odr.agreements.parts import (
    LANGUAGES,
    MOST_ADDED,
    NEXT,
    PARTS,
    PREAMBLE,
    NewClause,
    PartWords,
    checked_added,
    checked_part,
    in_order,
    may_be_left_out,
    shipped_words,
)
from odr.agreements.text import TextLanguage
from odr.agreements.wording import Wording
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, SpaceId
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

VERSIONS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Template:
    """The centre's agreement to mediate in one language, as a version had it; number 0 is the shipped one."""

    number: int
    wording: Wording


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as it reads now. ``version``: that of its newest change, 0 for none; ``own``: in words of the centre's.

    ``added``: a clause that the centre added.
    """

    part: str
    words: PartWords
    own: bool
    left_out: bool
    optional: bool
    version: int
    added: bool


@dataclass(frozen=True, slots=True)
class PartVersion:
    """One change of a part; ``words`` is ``None`` where the shipped wording was taken again."""

    number: int
    words: PartWords | None
    left_out: bool
    by: str
    at: datetime


async def template_at(uow: UnitOfWork, language: TextLanguage, version: int | None = None) -> Template:
    """Return the centre's template as it is now, or as a version had it. For texts that are drafted and negotiated."""
    last = await _last(uow, language, version)
    return Template(max((row.version for row in last.values()), default=0), _composed(language, last, {}, {}))


async def preview_of(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str, words: PartWords) -> Wording:
    """Return the template as it would be with one part in other words, for the secretariat; nothing is kept."""
    _require(actor)
    return _composed(language, await _last(uow, language, None), {part: words}, {})


async def preview_added(
    uow: UnitOfWork, actor: Actor, language: TextLanguage, clause: NewClause
) -> tuple[Wording, str]:
    """Return the template as it would be with a clause added, and that clause's key; nothing is kept."""
    _require(actor)
    clean = checked_added(clause)
    last = await _last(uow, language, None)
    return _composed(language, last, {NEXT: clean.words[language]}, {NEXT: clean.after}), NEXT


async def parts_of(uow: UnitOfWork, actor: Actor, language: TextLanguage) -> tuple[PartView, ...]:
    """Return every part as it reads now, in the text's order; for the secretariat."""
    _require(actor)
    last = await _last(uow, language, None)
    return tuple(_part(part, language, last.get(part)) for part in in_order(_added(last)))


def _part(part: str, language: TextLanguage, row: TemplateClause | None) -> PartView:
    return PartView(
        part=part,
        words=_words(row) or shipped_words(part, language),
        own=_words(row) is not None,
        left_out=row is not None and row.left_out,
        optional=may_be_left_out(part),
        version=row.version if row is not None else 0,
        added=is_added(part),
    )


async def part_of(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> PartView:
    """Return one part as it reads now; for the secretariat. Raises NotFoundError."""
    for view in await parts_of(uow, actor, language):
        if view.part == part:
            return view
    raise NotFoundError


async def versions_of_part(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> tuple[PartVersion, ...]:
    """Return the newest changes of one part, the newest first; for the secretariat. Raises NotFoundError."""
    await part_of(uow, actor, language, part)
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

    ``seen`` is the part's version that was edited. Raises as :func:`odr.agreements.parts.checked_part`, NotFoundError,
    NotPermittedError, and ConflictError ``reworded_meanwhile``.
    """
    now = await part_of(uow, actor, language, part)
    clean = checked_part(part, heading=heading, body=body)
    if now.version != seen:
        raise ConflictError("reworded_meanwhile")
    if clean != now.words:
        await _write(uow, actor, language, part, clean, left_out=now.left_out)


async def restore_part(uow: UnitOfWork, actor: Actor, language: TextLanguage, part: str) -> None:
    """The secretariat takes the shipped wording of a part again: a new version, too.

    Raises NotFoundError, also for a clause that the centre added: none is shipped.
    """
    now = await part_of(uow, actor, language, part)
    if now.added:
        raise NotFoundError
    if now.own:
        await _write(uow, actor, language, part, None, left_out=now.left_out)


async def leave_out(uow: UnitOfWork, actor: Actor, part: str, *, left_out: bool) -> None:
    """The secretariat leaves a clause out of both languages' texts, or takes it in again.

    Raises NotFoundError, NotPermittedError, ConflictError ``mandatory_clause``.
    """
    for language in LANGUAGES:
        now = await part_of(uow, actor, language, part)
        if not now.optional:
            raise ConflictError("mandatory_clause")
        if now.left_out is not left_out:
            await _write(uow, actor, language, part, now.words if now.own else None, left_out=left_out)


async def add_clause(uow: UnitOfWork, actor: Actor, clause: NewClause) -> str:
    """The secretariat adds a clause of the centre's own to both languages' texts, and returns its key.

    Texts drafted from now on have it; parties negotiate it as they do the others. Raises as :func:`checked_added`,
    NotPermittedError, ConflictError ``too_many_own_clauses``.
    """
    _require(actor)
    clean = checked_added(clause)
    known = {part for language in LANGUAGES for part, _after in _added(await _last(uow, language, None))}
    if len(known) >= MOST_ADDED:
        raise ConflictError("too_many_own_clauses")
    part = f"{ADDED}{len(known) + 1}"
    for language in LANGUAGES:
        await _write(uow, actor, language, part, clean.words[language], left_out=False, after=clean.after)
    return part


async def _write(
    uow: UnitOfWork,
    actor: Actor,
    language: TextLanguage,
    part: str,
    words: PartWords | None,
    *,
    left_out: bool,
    after: str = "",
) -> None:
    newest = select(func.max(TemplateClause.version)).where(TemplateClause.language == language)
    version = (await uow.session.scalar(newest) or 0) + 1
    if is_added(part) and not after:
        after = dict(_added(await _last(uow, language, None)))[part]
    uow.session.add(
        TemplateClause(
            language=language,
            version=version,
            clause=part,
            after=after or None,
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


def _composed(
    language: TextLanguage,
    last: Mapping[str, TemplateClause],
    instead: Mapping[str, PartWords],
    besides: Mapping[str, str],
) -> Wording:
    """Return the whole text: ``instead`` of what parts say, and with clauses ``besides`` (key → after which part)."""
    order = in_order([*_added(last), *besides.items()])
    views = [_part(part, language, last.get(part)) for part in order]
    kept = [view for view in views if view.part != PREAMBLE and (not view.left_out or view.part in instead)]
    words = {view.part: instead.get(view.part, view.words) for view in views}
    return replace(
        CONVENTION[language],
        preamble=words[PREAMBLE].body,
        clauses=tuple((words[view.part].heading, words[view.part].body) for view in kept),
        keys=tuple(view.part for view in kept),
    )


def _added(last: Mapping[str, TemplateClause]) -> list[tuple[str, str]]:
    """Return the clauses that the centre added, each with the part after which it stands."""
    return [(part, row.after or PARTS[-1]) for part, row in last.items() if is_added(part)]


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
