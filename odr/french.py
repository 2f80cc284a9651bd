"""What French asks of a sentence beyond its words: firm spaces, elisions, the first of a month."""

import re
from collections.abc import Mapping
from typing import Final
from unicodedata import normalize

_LOOSE: Final = re.compile(r"(?<=\S)[ \u00a0](?=[:;?!»](?:[\s<.,)…]|$))|(?<=«)[ \u00a0]")
_JOINED: Final = re.compile(  # a hyphen at which no line may part: so little stands on one of its sides
    r"(?<=\b[eE])-(?=mail)|(?<=\b[cC]i)-(?=\w)|(?<=\w)-(?=(?:ci|là)\b)|(?<=\w)-t-(?=(?:ils?|elles?|on)\b)"
)
_BEFORE_A_THIN_ONE: Final = frozenset(";?!")
_ELIDES: Final = re.compile(r"\b([dD]|[qQ]u)e (%\((\w+)\)s)")
_FIRST: Final = re.compile(r"\b1 ")
_VOWELS: Final = frozenset("aeiouœæ")


def firm(text: str) -> str:
    """A sentence made firm where no line of French begins or ends: at ``: ; ? ! »``, after ``«``, in ``ci-dessous``.

    The space before ``; ? !`` is a thin one. ``e-mail``, ``celui-ci`` and ``a-t-il`` hold together too.
    """
    spaced = _LOOSE.sub(lambda place: "\u202f" if text[place.end()] in _BEFORE_A_THIN_ONE else "\u00a0", text)
    return _JOINED.sub(lambda place: place[0].replace("-", "\u2011"), spaced)


def elided(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence with its places still open, put right before a vowel: `d'Edmund`, `qu'Infogérance`.

    An H is left alone: whether one speaks it is not written.
    """
    return _ELIDES.sub(
        lambda place: f"{place[1]}\u2019{place[2]}" if _sounds(values.get(place[3])) else place[0], sentence
    )


def first_of_month(written: str) -> str:
    """`1er novembre` for `1 novembre`: the one day that French counts so."""
    return _FIRST.sub("1er ", written, count=1)


def _sounds(value: object) -> bool:
    return normalize("NFD", str(value))[:1].lower() in _VOWELS
