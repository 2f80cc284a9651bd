"""What changed between two versions of an agreement's text, clause by clause and word by word; no I/O.

Typography is no change: an upright apostrophe is a curly one, a space that breaks no line is a space. What is shown of
words that stayed is the newer text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from typing import Final, Literal

from odr.agreements.schedule import Instalment
from odr.agreements.text import AgreementText, Clause, PartyLine
from odr.paper.typesetting import day_in_words
from odr.words import amount

Fate = Literal["added", "removed", "changed", "moved"]
Place = Literal["language", "title", "preamble", "party", "clause", "schedule"]
_MAX_TOKENS: Final = 4_000  # a longer passage is compared by lines
_TYPOGRAPHY: Final = str.maketrans("\u2018\u2019\u00a0\u202f\u2007\u2011", "''   -")  # one letter each for one
_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
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
    if _plain(old.title) != _plain(new.title):
        found.append(Change("title", "changed", None, None, (), word_runs(old.title, new.title)))
    if _plain(old.preamble) != _plain(new.preamble):
        found.append(Change("preamble", "changed", None, None, (), word_runs(old.preamble, new.preamble)))
    found.extend(_rows("party", [_party_words(one) for one in old.parties], [_party_words(one) for one in new.parties]))
    found.extend(_clause_changes(old.clauses, new.clauses))
    found.extend(
        _rows("schedule", [_payment_words(one) for one in old.schedule], [_payment_words(one) for one in new.schedule])
    )
    return tuple(found)


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of both, as runs that stayed, went or came: the stayed and the come together are `new`."""
    before, after = _TOKEN.findall(_plain(old)), _TOKEN.findall(_plain(new))
    if max(len(before), len(after)) > _MAX_TOKENS:
        before, after = _plain(old).splitlines(keepends=True), _plain(new).splitlines(keepends=True)
    went, came = _cut(old, before), _cut(new, after)
    runs: list[Run] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            runs.append(Run("same", "".join(came[new_start:new_end])))
            continue
        if end > start:
            runs.append(Run("removed", "".join(went[start:end])))
        if new_end > new_start:
            runs.append(Run("added", "".join(came[new_start:new_end])))
    return tuple(_joined(runs))


def _plain(text: str) -> str:
    """A text with one apostrophe, one hyphen and one space for all of theirs: as long as it was."""
    return text.translate(_TYPOGRAPHY)


def _cut(text: str, pieces: Sequence[str]) -> list[str]:
    """A text cut where its plain form was."""
    cuts = list(accumulate(map(len, pieces), initial=0))
    return [text[start:end] for start, end in pairwise(cuts)]


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


def _party_words(party: PartyLine) -> str:
    return f"{party.name}\n{party.role}\n{party.registration}\n{party.address}\n{party.represented_by}"


def _payment_words(one: Instalment) -> str:
    """One payment as the reader would say it."""
    paid = amount(Decimal(one.amount_cents).scaleb(-2), one.currency)
    return f"{day_in_words(one.due)}\n{paid}\n{one.payer} → {one.payee}\n{one.what}"


def _in_plain(clause: Clause) -> Clause:
    """A clause that equals another with the same words, whatever their typography."""
    return replace(clause, heading=_plain(clause.heading), body=_plain(clause.body), owed_by=_plain(clause.owed_by))


def _clause_words(clause: Clause) -> str:
    """A clause's text, with who is to do it and until when, if anybody is."""
    return f"{clause.body}\n\n{clause.owed_by}, {day_in_words(clause.due)}" if clause.due else clause.body


def _rows(place: Place, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    found: list[Change] = []
    before, after = [_plain(one) for one in old], [_plain(one) for one in new]
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
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
    plain, newer_plain = [_in_plain(one) for one in old], [_in_plain(one) for one in new]
    pairs = _continued(plain, newer_plain)
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
        stayed = plain[pairs[index]] == newer_plain[index]
        if not stayed or index in moved:
            fate: Fate = "moved" if stayed else "changed"
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
