"""The list of exhibits of a bundle for a court (bordereau de pièces), as PDF/A-3a with its JSON attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import rfc8785

from odr.paper.typesetting import Data, colophon, day_in_words, fine, name_line, paper, set_pdf
from odr.words import home_zone, pgettext, use_language

LIST_FILE: Final = "exhibits.json"
_JSON: TypeAlias = "str | int | bool | Sequence[_JSON] | Mapping[str, _JSON] | None"

FORMAT: Final = "entente-exhibit-list/v2"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "exhibits.typ"


@dataclass(frozen=True, slots=True)
class ListFacts:
    """Of which dispute, at which centre, for which party."""

    reference: str
    title: str
    centre: str
    party: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A line: its number in the bundle, and at the table of the mediation (empty for a party's own).

    ``party`` lodged it (empty for the expert's). ``enclosed``: its file is in the bundle; ``infected``: a virus was
    found in it; ``proven``: a proof lies beside it. ``sha256``: 32 bytes.
    """

    number: int
    tabled: str
    title: str
    party: str
    dated: date | None
    size: int
    sha256: bytes
    enclosed: bool
    infected: bool
    proven: bool


def piece_name(number: str, language: str) -> str:
    """Return how a file's name begins, as a court's registry sorts it: ``Pièce 01``."""
    with use_language(language):
        return pgettext("document", "Exhibit %(number)s", number=number)


def list_pdf(
    facts: ListFacts, listed: Sequence[Listed], *, language: str, made_at: datetime, zone: ZoneInfo = home_zone
) -> bytes:
    """The list as PDF; the same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread."""
    with use_language(language, zone):
        told: dict[str, _JSON] = {
            "format": FORMAT,
            "reference": facts.reference,
            "centre": facts.centre,
            "party": facts.party,
            "made_at": made_at.isoformat(),
            "exhibits": [
                {
                    "number": each.number,
                    "number_in_mediation": each.tabled or None,
                    "title": each.title,
                    "party": each.party,
                    "date": each.dated.isoformat() if each.dated else None,
                    "size": each.size,
                    "sha256": each.sha256.hex(),
                    "enclosed": each.enclosed,
                    "infected": each.infected,
                    "proven": each.proven,
                }
                for each in listed
            ],
        }
        whole = rfc8785.dumps(told)
        return set_pdf(_TEMPLATE, _data(facts, listed, whole, made_at), whole, made_at=made_at)


def _data(facts: ListFacts, listed: Sequence[Listed], whole: bytes, made_at: datetime) -> dict[str, Data]:
    title = pgettext("document", "List of exhibits")
    description = pgettext("document", "The list and its digests, as canonical JSON (RFC 8785)")
    data = paper(title, name_line(facts.title), facts.reference, whole, LIST_FILE, description)
    return data | {
        "statement": fine(_statement(facts, listed)),
        "columns": [
            pgettext("document", "No."),
            pgettext("document", "Exhibit"),
            pgettext("document", "Lodged by"),
            pgettext("document", "Date"),
        ],
        "rows": [
            {
                "number": str(each.number),
                "title": name_line(each.title),
                "notes": [fine(note) for note in _notes(each)],
                "party": name_line(each.party or pgettext("document", "neutral expert")),
                "date": day_in_words(each.dated) if each.dated else "",
                "digest": each.sha256.hex(),
            }
            for each in listed
        ],
        "issued": pgettext(
            "document",
            "Issued on %(day)s by %(centre)s.",
            day=day_in_words(made_at),
            centre=name_line(facts.centre),
        ),
        "colophon": colophon(LIST_FILE, made_at),
    }


def _statement(facts: ListFacts, listed: Sequence[Listed]) -> str:
    """Return what stands above the list; nothing in it tells of a room."""
    said = [pgettext("document", "Exported for %(party)s.", party=facts.party)]
    if any(each.tabled for each in listed):
        said.append(
            pgettext(
                "document",
                "Exhibits with a number in the mediation %(reference)s were before all its participants. They existed "
                "before it, or every party has waived their confidentiality; each comes with the receipt of its "
                "deposit.",
                reference=facts.reference,
            )
        )
    if not all(each.tabled for each in listed):
        said.append(
            pgettext(
                "document",
                "Exhibits without such a number come from %(party)s alone. A proof of its own shows by when each "
                "existed.",
                party=facts.party,
            )
        )
    said.append(pgettext("document", "Whether an exhibit may be produced in court is for counsel to confirm."))
    return " ".join(said)


def _notes(each: Listed) -> list[str]:
    """Return what is to be known of one line, besides what it names."""
    notes: list[str] = []
    if each.tabled:
        notes.append(pgettext("document", "%(number)s in the mediation", number=each.tabled))
    if not each.enclosed:
        notes.append(pgettext("document", "Its file is left out: a virus was found in it."))
    elif each.infected:
        notes.append(pgettext("document", "A virus was found in its file: opening it may harm a device."))
    if not each.proven:
        notes.append(pgettext("document", "Its proof was not ready yet."))
    return notes
