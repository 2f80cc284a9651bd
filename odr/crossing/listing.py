"""The list of exhibits of a bundle for a court (bordereau de pièces), as PDF/A-3a with its JSON attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import rfc8785

from odr.evidence.models import ExhibitVersion
from odr.paper.typesetting import Data, colophon, day_in_words, fine, name_line, paper, set_pdf
from odr.words import home_zone, pgettext, use_language

LIST_FILE: Final = "exhibits.json"
_JSON: TypeAlias = "str | int | Sequence[_JSON] | Mapping[str, _JSON] | None"

FORMAT: Final = "entente-exhibit-list/v1"
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
    """A line: its number, its title, the party that lodged it (empty for the expert's), its version."""

    number: str
    title: str
    party: str
    version: ExhibitVersion


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
                    "title": each.title,
                    "party": each.party,
                    "date": each.version.document_date.isoformat() if each.version.document_date else None,
                    "size": each.version.size,
                    "sha256": each.version.sha256.hex(),
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
        "statement": fine(
            pgettext(
                "document",
                "Exhibits lodged in the mediation %(reference)s that existed before it, or whose confidentiality every "
                "party has waived. Exported for %(party)s; each file comes with the receipt of its deposit. Whether an "
                "exhibit may be produced in court is for counsel to confirm.",
                reference=facts.reference,
                party=facts.party,
            )
        ),
        "columns": [
            pgettext("document", "No."),
            pgettext("document", "Exhibit"),
            pgettext("document", "Lodged by"),
            pgettext("document", "Date"),
        ],
        "rows": [
            {
                "number": each.number,
                "title": name_line(each.title),
                "party": name_line(each.party or pgettext("document", "neutral expert")),
                "date": day_in_words(each.version.document_date) if each.version.document_date else "",
                "digest": each.version.sha256.hex(),
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
