"""What changed between two versions of an agreement's text, clause by clause and word by word; no I/O."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Final, Literal

from odr.agreements.schedule import Instalment
from odr.agreements.text import AgreementText, Clause, PartyLine
from odr.paper.typesetting import day_in_words
from odr.words import amount

Fate = Literal["added", "removed", "changed", "moved"]
Place = Literal["language", "title", "preamble", "party", "clause", "schedule"]
_MAX_TOKENS: Final = 4_000  # a longer passage is compared by lines
_WORDS: Final = re.compile(r"\w+")
_ISLAND: Final = 2  # so many words that stayed between two changes are read with them
_ALIKE: Final = 0.5  # two clauses under different headings are one, changed, from this likeness on


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words that stayed, went or came."""

    fate: Literal["same", "removed", "added"]
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what happened, numbers from 1 before and after (None where there is none), and the words.

    For a clause, `concession` tells that whose concession it is has changed.
    """

    place: Place
    fate: Fate
    before: int | None
    after: int | None
    heading: tuple[Run, ...]
    body: tuple[Run, ...]
    concession: bool = False


def changes(old: AgreementText, new: AgreementText) -> tuple[Change, ...]:
    """All differences from one version to the next, in the newer order; removed clauses stand where they stood."""
    found: list[Change] = []
    if old.language != new.language:
        found.append(Change("language", "changed", None, None, (), word_runs(old.language, new.language)))
    if old.title != new.title:
        found.append(Change("title", "changed", None, None, (), word_runs(old.title, new.title)))
    if old.preamble != new.preamble:
        found.append(Change("preamble", "changed", None, None, (), word_runs(old.preamble, new.preamble)))
    found.extend(_rows("party", [_party_words(one) for one in old.parties], [_party_words(one) for one in new.parties]))
    found.extend(_clause_changes(old.clauses, new.clauses))
    found.extend(
        _rows("schedule", [_payment_words(one) for one in old.schedule], [_payment_words(one) for one in new.schedule])
    )
    return tuple(found)


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of both, as runs that stayed, went or came: the stayed and the come together are `new`."""
    before, after = _tokens(old), _tokens(new)
    if max(len(before), len(after)) > _MAX_TOKENS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    runs: list[Run] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(before[start:end])))
            continue
        if end > start:
            runs.append(Run("removed", "".join(before[start:end])))
        if new_end > new_start:
            runs.append(Run("added", "".join(after[new_start:new_end])))
    return tuple(_joined(runs))


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Join changes between which a word or two stayed: a person reads phrases, not a mosaic of words."""
    went = came = ""
    for at, run in enumerate(runs):
        island = 0 < at < len(runs) - 1 and len(_WORDS.findall(run.words)) <= _ISLAND
        if run.fate != "same" or island:
            went += run.words if run.fate != "added" else ""
            came += run.words if run.fate != "removed" else ""
            continue
        yield from _changed(went, came)
        went = came = ""
        yield run
    yield from _changed(went, came)


def _changed(went: str, came: str) -> Iterator[Run]:
    if went:
        yield Run("removed", went)
    if came:
        yield Run("added", came)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _party_words(party: PartyLine) -> str:
    return f"{party.name}\n{party.role}\n{party.registration}\n{party.address}\n{party.represented_by}"


def _payment_words(one: Instalment) -> str:
    """One payment as the reader would say it."""
    paid = amount(Decimal(one.amount_cents).scaleb(-2), one.currency)
    return f"{day_in_words(one.due)}\n{paid}\n{one.payer} → {one.payee}\n{one.what}"


def _clause_words(clause: Clause) -> str:
    """A clause's text, with who is to do it and until when, if anybody is."""
    return f"{clause.body}\n\n{clause.owed_by}, {day_in_words(clause.due)}" if clause.due else clause.body


def _rows(place: Place, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    found: list[Change] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(end - start, new_end - new_start)
        for step in range(both):
            runs = word_runs(old[start + step], new[new_start + step])
            found.append(Change(place, "changed", start + step + 1, new_start + step + 1, (), runs))
        found.extend(
            Change(place, "removed", row + 1, None, (), _whole("removed", old[row])) for row in range(start + both, end)
        )
        found.extend(
            Change(place, "added", None, row + 1, (), _whole("added", new[row]))
            for row in range(new_start + both, new_end)
        )
    return found


def _continued(old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """For each newer clause's index, the older one that it continues: identical, else same heading, else alike."""
    pairs: dict[int, int] = {}
    free = list(range(len(old)))
    old_words, new_words = ([Counter(re.findall(r"\w+", clause.body)) for clause in side] for side in (old, new))
    tests: tuple[Callable[[int, int], bool], ...] = (
        lambda before, after: old[before] == new[after],
        lambda before, after: old[before].heading.casefold() == new[after].heading.casefold(),
        lambda before, after: _alike(old_words[before], new_words[after]),
    )
    for continues in tests:
        for after in range(len(new)):
            match = None if after in pairs else next((before for before in free if continues(before, after)), None)
            if match is not None:
                pairs[after] = match
                free.remove(match)
    return pairs


def _alike(words: Counter[str], others: Counter[str]) -> bool:
    """Whether most words are shared, in any order: comparing every two clauses in order would be too slow."""
    return 2 * (words & others).total() >= _ALIKE * (words.total() + others.total())


def _moved(pairs: dict[int, int]) -> set[int]:
    """The newer indexes of clauses that changed places with others; a clause added or removed before moves nothing."""
    order = [pairs[index] for index in sorted(pairs)]
    kept: set[int] = set()
    for block in SequenceMatcher(None, order, sorted(order), autojunk=False).get_matching_blocks():
        kept.update(order[block.a : block.a + block.size])
    return {index for index, before in pairs.items() if before not in kept}


def _clause_changes(old: Sequence[Clause], new: Sequence[Clause]) -> list[Change]:
    pairs = _continued(old, new)
    moved = _moved(pairs)
    placed: list[tuple[float, Change]] = []
    for index, clause in enumerate(new):
        if index not in pairs:
            added = Change(
                "clause",
                "added",
                None,
                index + 1,
                _whole("added", clause.heading),
                _whole("added", _clause_words(clause)),
            )
            placed.append((index, added))
            continue
        before = old[pairs[index]]
        if before != clause or index in moved:
            fate: Fate = "moved" if before == clause else "changed"
            heading, body = (
                word_runs(before.heading, clause.heading),
                word_runs(_clause_words(before), _clause_words(clause)),
            )
            conceded = before.concession_by != clause.concession_by
            placed.append((index, Change("clause", fate, pairs[index] + 1, index + 1, heading, body, conceded)))
    came_from = {before: index for index, before in pairs.items()}
    for number, clause in enumerate(old):
        if number not in came_from:
            after = max((came_from[earlier] for earlier in range(number) if earlier in came_from), default=-1)
            gone = Change(
                "clause",
                "removed",
                number + 1,
                None,
                _whole("removed", clause.heading),
                _whole("removed", _clause_words(clause)),
            )
            placed.append((after + 0.5, gone))
    return [change for _place, change in sorted(placed, key=lambda one: one[0])]


def _whole(fate: Literal["removed", "added"], words: str) -> tuple[Run, ...]:
    return (Run(fate, words),)
