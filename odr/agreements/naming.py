"""Who mediates, as a text names them: read, held against who is seated, and written anew; no I/O."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from odr.agreements.drafting import mediators_in_words
from odr.agreements.lines import party_lines
from odr.agreements.parsing import parse
from odr.agreements.text import AgreementText, PartyLine, as_json
from odr.disputes.queries import DisputeFacts
from odr.parties.queries import SeatFacts

_MEDIATING: Final = "mediator"


def named_mediators(text: AgreementText) -> tuple[str, ...]:
    """Return the mediators whom a text names; one that was drafted before anybody was appointed names nobody."""
    return tuple(line.name for line in text.parties if line.role == _MEDIATING)


def seated_mediators(dispute: DisputeFacts, seats: Sequence[SeatFacts], text: AgreementText) -> tuple[PartyLine, ...]:
    """Return the lines of those who mediate now, as a text in this language would have them."""
    return tuple(line for _id, line in party_lines(dispute, seats, text.language) if line.role == _MEDIATING)


def is_outdated(dispute: DisputeFacts, seats: Sequence[SeatFacts], text: AgreementText) -> bool:
    """Tell whether a text names mediators, and others than those who mediate now."""
    named = named_mediators(text)
    return bool(named) and set(named) != {line.name for line in seated_mediators(dispute, seats, text)}


def renamed(text: AgreementText, mediators: Sequence[PartyLine]) -> AgreementText:
    """Return a text that names these mediators, wherever it named the former ones."""
    names = [line.name for line in mediators]
    former = named_mediators(text)

    def named(words: str) -> str:
        return _swapped(words, mediators_in_words(former, text.language), mediators_in_words(names, text.language))

    kept = tuple(line for line in text.parties if line.role != _MEDIATING)
    clauses = tuple(replace(clause, body=named(clause.body)) for clause in text.clauses)
    return parse(as_json(replace(text, parties=(*kept, *mediators), preamble=named(text.preamble), clauses=clauses)))


def names_any(words: str, names: Sequence[str]) -> bool:
    """Tell whether one of these people is named in some words."""
    return any(_swapped(words, name, "") != words for name in names)


def _swapped(words: str, before: str, after: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(before)}(?!\w)", lambda _found: after, words)
