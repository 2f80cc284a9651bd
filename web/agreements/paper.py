"""An agreement's text as it is printed on a page: in the text's own language, whoever reads it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from odr.agreements.changes import Change
from odr.agreements.document import commitment_line
from odr.agreements.schedule import totals
from odr.agreements.text import AgreementText
from odr.paper.typesetting import Data, blocks, day_in_words, fine
from odr.words import amount, pgettext, use_language


@dataclass(frozen=True, slots=True)
class PaperParty:
    """A party's lines."""

    name: str
    details: tuple[str, ...]
    known_as: str


@dataclass(frozen=True, slots=True)
class PaperClause:
    """An article: number, heading, blocks of lines or items; whose concession it is, and who is to do it, in words."""

    number: str
    heading: str
    body: list[Data]
    concession: str
    commitment: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A line of the payment schedule, in words."""

    number: int
    due: str
    amount: str
    between: str
    what: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A text, ready to be printed."""

    language: str
    title: str
    between: str
    parties: tuple[PaperParty, ...]
    preamble_heading: str
    preamble: list[Data]
    agreed: str
    clauses: tuple[PaperClause, ...]
    schedule_heading: str
    columns: tuple[str, ...]
    schedule: tuple[PaperRow, ...]
    totals: tuple[tuple[str, str], ...]


def paper_of(text: AgreementText) -> Paper:
    """Return a text as a page prints it."""
    with use_language(text.language):
        return Paper(
            language=text.language,
            title=fine(text.title),
            between=pgettext("document", "Between the undersigned"),
            parties=_parties(text),
            preamble_heading=pgettext("document", "Preamble"),
            preamble=blocks(text.preamble) if text.preamble else [],
            agreed=pgettext("document", "It is agreed as follows"),
            clauses=_clauses(text),
            schedule_heading=pgettext("document", "Payment schedule"),
            columns=(
                pgettext("document", "No."),
                pgettext("document", "Due date"),
                pgettext("document", "From whom, to whom, for what"),
                pgettext("document", "Amount"),
            ),
            schedule=tuple(
                PaperRow(
                    one.number,
                    day_in_words(one.due),
                    money(one.amount_cents, one.currency),
                    f"{fine(one.payer)} → {fine(one.payee)}",
                    fine(one.what),
                )
                for one in text.schedule
            ),
            totals=tuple(
                (
                    pgettext(
                        "document", "Total from %(payer)s to %(payee)s", payer=fine(one.payer), payee=fine(one.payee)
                    ),
                    money(one.amount_cents, one.currency),
                )
                for one in totals(text.schedule)
            ),
        )


def money(cents: int, currency: str) -> str:
    """Return an amount of cents in the reader's language."""
    return amount(Decimal(cents).scaleb(-2), currency)


def _parties(text: AgreementText) -> tuple[PaperParty, ...]:
    roles = {
        "claimant": pgettext("document", "the claimant"),
        "respondent": pgettext("document", "the respondent"),
        "mediator": pgettext("document", "the mediator"),
    }
    found: list[PaperParty] = []
    for party in text.parties:
        details = [fine(party.registration), fine(re.sub(r"\n+", ", ", party.address))]
        if party.represented_by:
            details.append(pgettext("document", "Represented by %(name)s", name=fine(party.represented_by)))
        known_as = pgettext("document", "hereinafter “%(role)s”", role=roles[party.role])
        found.append(PaperParty(fine(party.name), tuple(line for line in details if line), known_as))
    return tuple(found)


def _clauses(text: AgreementText) -> tuple[PaperClause, ...]:
    concessions = {
        "claimant": pgettext("document", "Concession by the claimant"),
        "respondent": pgettext("document", "Concession by the respondent"),
    }
    return tuple(
        PaperClause(
            pgettext("document", "Article %(number)s", number=number),
            fine(clause.heading),
            blocks(clause.body),
            concessions[clause.concession_by] if clause.concession_by else "",
            commitment_line(clause) or "",
        )
        for number, clause in enumerate(text.clauses, start=1)
    )


def place_number(change: Change) -> int | None:
    """Return the number that a change is known by: the newer one, else the older one."""
    return change.after or change.before
