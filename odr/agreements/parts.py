"""The parts of the centre's agreement to mediate: which there are, in which order, and what each may say; no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from odr.agreements.clauses import ADDED, BODY_LIMIT, VALUES_OF, is_added
from odr.agreements.convention import CONVENTION, KEYS
from odr.agreements.text import TextLanguage
from odr.errors import NotFoundError
from odr.paper.letters import uniform, unprintable
from odr.typed import Typed

PREAMBLE: Final = "preamble"
PARTS: Final = (PREAMBLE, *KEYS)
"""What is shipped, in the text's order."""
OPTIONAL: Final = frozenset({"languages", "communication"})
"""What a text can do without. The law, or the platform, relies on every other clause: reworded, never left out."""
HEADING_LIMIT: Final = 200
LANGUAGES: Final[tuple[TextLanguage, ...]] = ("fr", "en")
MOST_ADDED: Final = 30
"""Clauses of the centre's own, those left out included."""
NEXT: Final = f"{ADDED}{MOST_ADDED + 1}"
"""The key under which a clause is shown that is not added yet."""

_OF_EVERY_TEXT: Final = frozenset({"reference", "mediator"})
_OF_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "term": frozenset({"months"}),
    "fees": frozenset({"fees", "split"}),
    "retention": frozenset({"years"}),
    "algorithms": frozenset({"bidding", "score"}),
}


@dataclass(frozen=True, slots=True)
class PartWords:
    """A part's heading (none of the preamble) and body, with its places."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class NewClause:
    """A clause to be added, as typed: its words in each language, and after which part of the text it stands."""

    words: Mapping[TextLanguage, PartWords]
    after: str


def places_of(part: str) -> frozenset[str]:
    """Return which places a part may have; of a clause with values they are needed, each one."""
    return _OF_VALUES.get(part, _OF_EVERY_TEXT)


def is_bound(part: str) -> bool:
    """Tell whether a part must have all of its places: its values are negotiated, and followed by the platform."""
    return part in VALUES_OF


def may_be_left_out(part: str) -> bool:
    """Tell whether a text can do without a part."""
    return part in OPTIONAL or is_added(part)


def shipped_words(part: str, language: TextLanguage) -> PartWords:
    """Return a part as it is shipped; nothing of a clause that the centre added."""
    wording = CONVENTION[language]
    if part == PREAMBLE:
        return PartWords("", wording.preamble)
    if is_added(part):
        return PartWords("", "")
    return PartWords(*wording.clauses[wording.keys.index(part)])


def in_order(added: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return every part in the text's order, with the clauses added (each: its key, and after which part it stands)."""
    behind: dict[str, list[str]] = {}
    for part, after in sorted(added, key=lambda each: int(each[0].removeprefix(ADDED))):
        behind.setdefault(after, []).append(part)
    return tuple(each for part in PARTS for each in (part, *behind.get(part, ())))


def text_language(language: str) -> TextLanguage:
    """Return the language of that code. Raises NotFoundError."""
    for known in LANGUAGES:
        if known == language:
            return known
    raise NotFoundError


def checked_part(part: str, *, heading: str, body: str) -> PartWords:
    """Return words that a text may have, or raise InvalidInputError (``heading``, ``body``).

    Codes: required, too_long, unprintable_character, unknown_variable, bad_braces, missing_variable.
    """
    typed = Typed()
    clean = typed_part(typed, part, heading=heading, body=body)
    typed.check()
    return clean


def typed_part(typed: Typed, part: str, *, heading: str, body: str, of: str = "") -> PartWords:
    """Clean a part's words into ``typed``; ``of`` ends the names of its fields, where a form has several parts."""
    on_top, below = f"heading{of}", f"body{of}"
    clean = PartWords(
        "" if part == PREAMBLE else typed.line(on_top, uniform(heading, lines=False), limit=HEADING_LIMIT),
        typed.text(below, uniform(body, lines=True), limit=BODY_LIMIT),
    )
    for name, text in ((on_top, clean.heading), (below, clean.body)):
        if unprintable(text):
            typed.wrong(name, "unprintable_character")
    typed.places(on_top, clean.heading, known=frozenset())
    if clean.body:
        known = places_of(part)
        typed.places(below, clean.body, known=known, needed=known if is_bound(part) else frozenset())
    return clean


def checked_added(clause: NewClause) -> NewClause:
    """Return a clause that both languages' texts may have, or raise InvalidInputError.

    Fields: ``after`` (choose_one), ``heading_fr``, ``body_fr``, ``heading_en``, ``body_en``; codes as those of
    :func:`checked_part`.
    """
    typed = Typed()
    if clause.after not in PARTS:
        typed.wrong("after", "choose_one")
    clean: dict[TextLanguage, PartWords] = {}
    for language in LANGUAGES:
        words = clause.words.get(language, PartWords("", ""))
        clean[language] = typed_part(typed, NEXT, heading=words.heading, body=words.body, of=f"_{language}")
    typed.check()
    return NewClause(clean, clause.after)
