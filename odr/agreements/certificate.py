"""The certificate that a mediation ended without an agreement: facts only, as PDF/A-3a with its JSON attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import rfc8785

from odr.paper.typesetting import Data, colophon, day_in_words, fine, moment_in_words, name_line, paper, set_pdf
from odr.words import home_zone, pgettext, use_language

CERTIFICATE_FILE: Final = "certificate.json"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "certificate.typ"
FORMAT: Final = "entente-certificate/v3"

_JSON: TypeAlias = "str | Sequence[_JSON] | Mapping[str, _JSON] | None"


@dataclass(frozen=True, slots=True)
class StageFact:
    """A stage's name in the document's language, and when it was reached (with a zone)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndFacts:
    """All that a certificate of non-settlement states: names, stages and dates; nothing of what was said.

    `suspended_from` and `running_again_from` are the days between which the limitation period stood still; it cannot
    have run out before `open_until`. By whose act the mediation ended has no place here.
    """

    reference: str
    centre: str
    mediator: str
    claimants: tuple[str, ...]
    respondents: tuple[str, ...]
    stages: tuple[StageFact, ...]
    suspended_from: date | None = None
    running_again_from: date | None = None
    open_until: date | None = None
    term_ends: date | None = None
    term_extended_on: date | None = None


def certificate_pdf(facts: EndFacts, *, language: str, issued_at: datetime, zone: ZoneInfo = home_zone) -> bytes:
    """The certificate as PDF; the same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread.

    It says neither why nor by whose act the mediation ended, nor what was said in it (law 95-125, art. 21-3).
    """
    with use_language(language, zone):
        whole = rfc8785.dumps(_facts_json(facts, issued_at))
        return set_pdf(_TEMPLATE, _certificate_data(facts, whole, issued_at), whole, made_at=issued_at)


def _facts_json(facts: EndFacts, issued_at: datetime) -> dict[str, _JSON]:
    return {
        "format": FORMAT,
        "reference": facts.reference,
        "centre": facts.centre,
        "mediator": facts.mediator,
        "claimants": facts.claimants,
        "respondents": facts.respondents,
        "stages": [{"name": stage.name, "at": stage.at.isoformat()} for stage in facts.stages],
        "suspended_from": facts.suspended_from.isoformat() if facts.suspended_from else None,
        "running_again_from": facts.running_again_from.isoformat() if facts.running_again_from else None,
        "limitation_open_until": facts.open_until.isoformat() if facts.open_until else None,
        "term_ends": facts.term_ends.isoformat() if facts.term_ends else None,
        "term_extended_on": facts.term_extended_on.isoformat() if facts.term_extended_on else None,
        "issued_at": issued_at.isoformat(),
    }


def _certificate_data(facts: EndFacts, whole: bytes, issued_at: datetime) -> dict[str, Data]:
    title = pgettext("document", "Certificate of non-settlement")
    description = pgettext("document", "The facts of this certificate, as canonical JSON (RFC 8785)")
    data = paper(title, name_line(facts.centre), facts.reference, whole, CERTIFICATE_FILE, description)
    sides = (
        (pgettext("document", ", claimant"), facts.claimants),
        (pgettext("document", ", respondent"), facts.respondents),
    )
    mediator = {"name": name_line(facts.mediator), "role": pgettext("document", ", mediator")}
    return data | {
        "statement": fine(
            pgettext(
                "document",
                "The mediation between the parties named below, kept under the reference %(reference)s, ended without "
                "an agreement. This certificate states facts and dates only: it says nothing of what was exchanged, "
                "proposed or refused, nor why or by whose act the mediation ended.",
                reference=name_line(facts.reference),
            )
        ),
        "parties_heading": pgettext("document", "Parties and mediator"),
        "parties": [*({"name": name_line(name), "role": role} for role, names in sides for name in names), mediator],
        "stages_heading": pgettext("document", "Stages"),
        "stage_columns": [pgettext("document", "Stage"), pgettext("document", "Reached on")],
        "stages": [{"name": name_line(stage.name), "at": moment_in_words(stage.at)} for stage in facts.stages],
        "term_heading": pgettext("document", "Term"),
        "term": _term(facts),
        "limitation_heading": pgettext("document", "Limitation period"),
        "limitation": _limitation(facts),
        "issued": pgettext(
            "document", "Issued on %(day)s by %(centre)s.", day=day_in_words(issued_at), centre=name_line(facts.centre)
        ),
        "colophon": colophon(CERTIFICATE_FILE, issued_at),
    }


def _term(facts: EndFacts) -> list[Data]:
    found: list[Data] = []
    if facts.term_ends is not None:
        ends = day_in_words(facts.term_ends)
        found.append(pgettext("document", "The agreement to mediate ran until %(day)s.", day=ends))
    if facts.term_extended_on is not None:
        day = day_in_words(facts.term_extended_on)
        found.append(pgettext("document", "Its term had been extended on %(day)s.", day=day))
    return found


def _limitation(facts: EndFacts) -> list[Data]:
    if facts.suspended_from is None:
        return []
    start = day_in_words(facts.suspended_from)
    if facts.running_again_from is None:
        return [pgettext("document", "Suspended from %(day)s (French Civil Code, art. 2238).", day=start)]
    return [
        fine(
            pgettext(
                "document",
                "Suspended from %(start)s; running again from %(end)s, for six months at least "
                "(French Civil Code, art. 2238).",
                start=start,
                end=day_in_words(facts.running_again_from),
            )
        ),
        *(
            [pgettext("document", "It cannot have run out before %(day)s.", day=day_in_words(facts.open_until))]
            if facts.open_until
            else []
        ),
    ]
