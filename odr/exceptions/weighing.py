"""Weighing an exception before it is used: on which ground, what it would disclose, to whom; nothing is done yet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from odr.agreements.queries import AgreementKind, AgreementState, agreements_of
from odr.agreements.text import AgreementText
from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.infected import require_deliverable
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import ExhibitVersion
from odr.evidence.sight import version_at, visible_placements
from odr.exceptions.models import Ground, Matter
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.spaces.queries import SpaceFacts, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

WORDS_LIMIT: Final = 600
WHY_LIMIT: Final = 2000
NAME_LIMIT: Final = 200
MOST_RECIPIENTS: Final = 3
MOST_DAYS: Final = 90
ROOMS: Final = frozenset({SpaceKind.CAUCUS, SpaceKind.JOINT})
"""Whose confidence the law may lift: a caucus's, or the table's."""
OF_GROUND: Final = {
    Ground.PUBLIC_ORDER: (Matter.SENTENCE, Matter.EXHIBIT),
    Ground.INTEGRITY: (Matter.SENTENCE, Matter.EXHIBIT),
    Ground.PERFORMANCE: (Matter.EXISTENCE, Matter.PASSAGE),
}
"""What each ground lets out. Performing the agreement never needs what was said apart: only the agreement itself."""


class Recipient(msgspec.Struct, frozen=True):
    """Who gets the extract: a name, and in which office or capacity."""

    name: str
    office: str


class Facts(msgspec.Struct, frozen=True):
    """What was disclosed, to whom and why; sealed under the key of the room whose confidence it was.

    ``words``: the sentence or the passage. For an exhibit, its number, title and file name in that room. ``sha256``
    (hexadecimal) is of the words or of the exhibit's bytes. ``silence``: why its party was not told at once.
    """

    words: str
    number: str
    title: str
    file_name: str
    sha256: str
    recipients: tuple[Recipient, ...]
    why: str
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Using:
    """An exception as it is typed. ``days``: for how many the party is not told, with ``silence`` saying why; 0: told.

    ``read``: the mediator says that they have read what it does.
    """

    ground: str
    matter: str
    recipients: Sequence[Recipient]
    why: str
    words: str = ""
    exhibit_id: ExhibitId | None = None
    days: int = 0
    silence: str = ""
    read: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """An exception that may be used: in which room, under which line, what of which version, to whom and why."""

    space: SpaceFacts
    rule: Rule
    ground: Ground
    matter: Matter
    facts: Facts
    exhibit_id: ExhibitId | None
    version_id: ExhibitVersionId | None
    days: int


async def weigh_exception(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, using: Using
) -> Weighed:
    """Return what using an exception would disclose; nothing is done yet (mediator).

    Raises :class:`InvalidInputError` (``ground``, ``matter``: choose_one, not_this_ground, not_here; ``words``:
    required, too_long, not_these_words; ``exhibit``: choose_one; ``why``; ``name_1``, ``office_1`` …; ``days``:
    bad_days, tell_at_once; ``silence``), :class:`NotFoundError`, :class:`NotPermittedError` (also ``infected``),
    :class:`ConflictError` (``no_agreement``), :class:`WrongStageError`.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    if space.kind not in ROOMS:
        raise NotFoundError
    rule = actor.may(Act.USE, Thing.EXCEPTION, space.place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.USE_EXCEPTION)
    typed = Typed()
    ground = typed.choice("ground", using.ground, Ground)
    matter = typed.choice("matter", using.matter, Matter)
    if not typed.problems and matter not in OF_GROUND[ground]:
        typed.wrong("matter", "not_this_ground")
    if ground is Ground.PERFORMANCE and space.kind is not SpaceKind.JOINT:
        typed.wrong("ground", "not_here")
    why = typed.text("why", using.why, limit=WHY_LIMIT)
    recipients = _recipients(typed, using.recipients)
    silence = _silence(typed, ground, using)
    facts, version = await _matter(uow, actor, space, typed, matter, using)
    typed.check()
    return Weighed(
        space=space,
        rule=rule,
        ground=ground,
        matter=matter,
        facts=msgspec.structs.replace(facts, recipients=recipients, why=why, silence=silence),
        exhibit_id=version.exhibit_id if version else None,
        version_id=version.id if version else None,
        days=using.days,
    )


def _recipients(typed: Typed, given: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """Clean who gets the extract: one at least, each with a name and an office."""
    named = [each for each in given[:MOST_RECIPIENTS] if each.name.strip() or each.office.strip()] or [
        Recipient("", "")
    ]
    return tuple(
        Recipient(
            typed.line(f"name_{place}", each.name, limit=NAME_LIMIT),
            typed.line(f"office_{place}", each.office, limit=NAME_LIMIT),
        )
        for place, each in enumerate(named, 1)
    )


def _silence(typed: Typed, ground: Ground, using: Using) -> str:
    """Clean why whose confidence it was is not told at once: only a person's integrity may forbid it."""
    if using.days == 0:
        return ""
    if ground is not Ground.INTEGRITY:
        typed.wrong("days", "tell_at_once")
    elif not 1 <= using.days <= MOST_DAYS:
        typed.wrong("days", "bad_days")
    return typed.text("silence", using.silence, limit=WHY_LIMIT)


async def _matter(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, typed: Typed, matter: Matter, using: Using
) -> tuple[Facts, ExhibitVersion | None]:
    """Return what is disclosed, and for an exhibit its version as it stands in the room."""
    nothing = Facts("", "", "", "", "", (), "")
    if matter is Matter.EXHIBIT:
        found = await _exhibit(uow, actor, space, using.exhibit_id)
        if found is None:
            typed.wrong("exhibit", "choose_one")
            return nothing, None
        return found
    if matter is Matter.SENTENCE:
        words = typed.text("words", using.words, limit=WORDS_LIMIT)
        return msgspec.structs.replace(nothing, words=words, sha256=_digest(words)), None
    if space.kind is not SpaceKind.JOINT:
        return nothing, None  # which the ground has said already
    agreed = [
        each
        for each in await agreements_of(uow, actor, space.dispute_id)
        if each.kind is AgreementKind.SETTLEMENT and each.state is AgreementState.SIGNED
    ]
    if not agreed:
        raise ConflictError("no_agreement")
    newest = agreed[-1]
    title, digest = newest.text.title, newest.version.digest.hex()
    if matter is Matter.EXISTENCE:
        return msgspec.structs.replace(nothing, title=title, sha256=digest), None
    words = typed.text("words", using.words, limit=WORDS_LIMIT)
    if words and not any(_folded(words) in _folded(part) for each in agreed for part in _parts(each.text)):
        typed.wrong("words", "not_these_words")
    return msgspec.structs.replace(nothing, words=words, title=title, sha256=_digest(words)), None


async def _exhibit(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, exhibit_id: ExhibitId | None
) -> tuple[Facts, ExhibitVersion] | None:
    """Return an exhibit as it stands in a room. Raises :class:`NotPermittedError` (``infected``: no reason given)."""
    if exhibit_id is None:
        return None
    try:
        _, placements = await visible_placements(uow, actor, space.dispute_id, exhibit_id)
    except NotFoundError:
        return None
    placement = next((each for each in placements if each.space_id == space.id), None)
    if placement is None:
        return None
    version = await version_at(uow, placement)
    await require_deliverable(uow, actor, version)
    (label,) = await read_labels(uow, [placement])
    facts = Facts("", number_of(placement), label.title, label.file_name, version.sha256.hex(), (), "")
    return facts, version


def _parts(text: AgreementText) -> list[str]:
    return [text.preamble, *(f"{clause.heading} {clause.body}" for clause in text.clauses)]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
