"""A declaration of interests in its parts: a tie to each party, to counsel, to the matter, or plainly none."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from odr.ids import PartyId
from odr.parties.queries import PartyFacts
from odr.typed import Typed
from odr.words import _

TIE_LIMIT: Final = 4000


class About(StrEnum):
    """To what a tie is."""

    PARTY = "party"
    COUNSEL = "counsel"
    MATTER = "matter"


class Tie(msgspec.Struct, frozen=True):
    """What somebody has, or had, to do with a party, with counsel or with the matter; no text says: nothing."""

    about: About
    party_id: PartyId | None
    text: str


class TypedTie(msgspec.Struct, frozen=True):
    """What was typed about one of them: ``none`` ticked, or a text."""

    none: bool = False
    text: str = ""


def subjects_of(parties: Sequence[PartyFacts]) -> Iterator[tuple[str, About, PartyId | None]]:
    """Yield what must be declared about: (key, to what, which party); a key names what was typed about it."""
    for party in parties:
        yield str(party.id), About.PARTY, party.id
    yield About.COUNSEL.value, About.COUNSEL, None
    yield About.MATTER.value, About.MATTER, None


def clean_ties(typed: Typed, ties: Mapping[str, TypedTie], parties: Sequence[PartyFacts]) -> tuple[Tie, ...]:
    """Clean a declaration; each subject says none or a tie, never both, never neither.

    Problems stand under ``tie-`` and the subject's key. Codes: required, too_long, none_or_text.
    """
    clean: list[Tie] = []
    for key, about, party_id in subjects_of(parties):
        said = ties.get(key, TypedTie())
        text = typed.text(f"tie-{key}", said.text, limit=TIE_LIMIT, required=not said.none)
        if said.none and text:
            typed.wrong(f"tie-{key}", "none_or_text")
        clean.append(Tie(about, party_id, text))
    return tuple(clean)


def written(ties: tuple[Tie, ...]) -> str:
    """Return a declaration as it is sealed."""
    return msgspec.json.encode(ties).decode()


def read_ties(text: str) -> tuple[Tie, ...]:
    """Return a declaration as it was sealed; one from before it had parts is a text about the matter."""
    if not text.startswith("["):
        return (Tie(About.MATTER, None, text),)
    return msgspec.json.decode(text, type=tuple[Tie, ...])


def subject_words(tie: Tie, parties: Sequence[PartyFacts]) -> str:
    """Return to what a tie is, in the reader's language: a company by its name."""
    if tie.about is About.PARTY:
        return next((party.name for party in parties if party.id == tie.party_id), _("A party"))
    return _("The parties' counsel") if tie.about is About.COUNSEL else _("The matter of the dispute")


def in_words(ties: tuple[Tie, ...], parties: Sequence[PartyFacts]) -> str:
    """Return a declaration as lines, in the reader's language."""
    if all(not tie.text for tie in ties):
        return _("No tie to any party, to their counsel or to the matter.")
    return "\n".join(
        _("%(about)s: %(tie)s", about=subject_words(tie, parties), tie=tie.text or _("no tie")) for tie in ties
    )
