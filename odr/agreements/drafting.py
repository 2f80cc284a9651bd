"""From a form to an agreement's text and back: first texts, edited drafts, clauses moved, amounts split; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from odr.agreements.clauses import first_terms, rendered
from odr.agreements.convention import CONVENTION
from odr.agreements.lines import mediator_names, party_lines
from odr.agreements.parsing import parse
from odr.agreements.text import AgreementText, Kind, PartyLine, TextLanguage
from odr.agreements.wording import AND, NO_NAME, OFFERED, SETTLEMENT, Wording
from odr.disputes.queries import DisputeFacts
from odr.errors import InvalidInputError
from odr.offers.lookup import Terms
from odr.paper.letters import spelled, uniform
from odr.parties.queries import SeatFacts
from odr.typed import Typed, filled
from odr.words import amount, number, use_language

_EXAMPLE: Final = (
    PartyLine("Atelier Exemple", "RCS Lyon 000 000 001", "", "Camille Martin", "claimant"),
    PartyLine("Logiciels Modèle", "RCS Nantes 000 000 002", "", "Dominique Bernard", "respondent"),
    PartyLine("Claude Lambert", "", "", "", "mediator"),
)
"""Who stands in a preview."""


@dataclass(frozen=True, slots=True)
class DraftClause:
    """A clause as typed; ``concession_by`` is empty, claimant or respondent.

    ``owed_by`` is the name of the party that is to do it until the ISO day ``due``; both are empty where nobody is.
    """

    heading: str = ""
    body: str = ""
    concession_by: str = ""
    owed_by: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class DraftPayment:
    """An instalment as typed: an ISO day, an amount in whole units, the names of who pays whom, and for what."""

    due: str = ""
    amount: str = ""
    payer: str = ""
    payee: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the mediator edits; the parties' lines and the currency come from the dispute."""

    title: str = ""
    preamble: str = ""
    clauses: tuple[DraftClause, ...] = field(default=())
    payments: tuple[DraftPayment, ...] = field(default=())


def convention_text(
    dispute: DisputeFacts,
    seats: Sequence[SeatFacts],
    language: TextLanguage,
    *,
    wording: Wording | None = None,
    years: int = 10,
) -> AgreementText:
    """Return the agreement to mediate as a template has it (``None``: the shipped one).

    ``years``: how long the centre keeps files.
    """
    return _first_text("convention", wording or CONVENTION[language], dispute, seats, language, years=years)


def first_settlement(
    dispute: DisputeFacts, seats: Sequence[SeatFacts], language: TextLanguage, *, offered: Terms | None = None
) -> AgreementText:
    """Return what the draft of a settlement begins with; its substance is for the mediator and the parties to write.

    ``offered``: the offer that every party accepted; its words are the draft's second article, as they were typed.
    """
    article = () if offered is None else (_article_of(offered, language, dispute.currency),)
    return _first_text("settlement", SETTLEMENT[language], dispute, seats, language, second=article)


def _article_of(offered: Terms, language: TextLanguage, currency: str) -> tuple[str, str]:
    """Return an offer as an article: what no document could print of it is spelled out."""
    heading, sum_of = OFFERED[language]
    body = spelled(uniform(offered.text, lines=True))
    if offered.amount_cents is not None:
        with use_language(language):
            body += "\n\n" + sum_of.format(amount=amount(Decimal(offered.amount_cents).scaleb(-2), currency))
    return heading, body


def _first_text(
    kind: Kind,
    wording: Wording,
    dispute: DisputeFacts,
    seats: Sequence[SeatFacts],
    language: TextLanguage,
    *,
    years: int = 0,
    second: Sequence[tuple[str, str]] = (),
) -> AgreementText:
    lines = [line for _id, line in party_lines(dispute, seats, language)]
    fill = {"reference": dispute.reference, "mediator": mediators_in_words(mediator_names(seats), language)}
    return _begun(kind, wording, lines, language, fill=fill, currency=dispute.currency, years=years, second=second)


def mediators_in_words(names: Sequence[str], language: TextLanguage) -> str:
    """Return who mediates as a sentence says it: every name, or whom the centre appoints."""
    return AND[language].join(names) or NO_NAME[language]["mediator"]


def example_text(wording: Wording, language: TextLanguage) -> AgreementText:
    """Return the agreement to mediate with invented parties, as a preview shows it. Raises InvalidInputError."""
    fill = {"reference": "M-7KQ4-92TX", "mediator": _EXAMPLE[-1].name}
    return _begun("convention", wording, _EXAMPLE, language, fill=fill, currency="EUR", years=10)


def _begun(
    kind: Kind,
    wording: Wording,
    lines: Sequence[PartyLine],
    language: TextLanguage,
    *,
    fill: Mapping[str, str],
    currency: str,
    years: int,
    second: Sequence[tuple[str, str]] = (),
) -> AgreementText:
    names = [line.name for line in lines if line.role != "mediator"]
    clauses: list[dict[str, object]] = []
    for at, (heading, body) in enumerate(wording.clauses):
        key = wording.keys[at] if wording.keys else ""
        terms = first_terms(key, len(names), years=years)
        values = rendered(key, terms, names, language, currency)
        clauses.append(
            {
                "heading": heading,
                "body": filled(body, {**fill, **values}),
                "concession_by": None,
                **({"key": key} if key else {}),
                **({"terms": terms} if terms else {}),
            }
        )
    clauses[1:1] = [{"heading": heading, "body": body, "concession_by": None} for heading, body in second]
    return _parsed(kind, language, wording.title, filled(wording.preamble, fill), clauses, lines, [])


def _parsed(
    kind: Kind,
    language: TextLanguage,
    title: str,
    preamble: str,
    clauses: Sequence[Mapping[str, object]],
    parties: Sequence[PartyLine],
    schedule: Sequence[Mapping[str, object]],
) -> AgreementText:
    return parse(
        {
            "kind": kind,
            "language": language,
            "title": title,
            "preamble": preamble,
            "parties": [
                {
                    "name": party.name,
                    "registration": party.registration,
                    "address": party.address,
                    "represented_by": party.represented_by,
                    "role": party.role,
                }
                for party in parties
            ],
            "clauses": clauses,
            "schedule": schedule,
        }
    )


def draft_of(text: AgreementText) -> Draft:
    """Return a text as the form that edits it."""
    return Draft(
        title=text.title,
        preamble=text.preamble,
        clauses=tuple(
            DraftClause(
                one.heading, one.body, one.concession_by or "", one.owed_by, one.due.isoformat() if one.due else ""
            )
            for one in text.clauses
        ),
        payments=tuple(
            DraftPayment(one.due.isoformat(), typed_amount(one.amount_cents), one.payer, one.payee, one.what)
            for one in text.schedule
        ),
    )


def text_of(
    draft: Draft,
    dispute: DisputeFacts,
    seats: Sequence[SeatFacts],
    language: TextLanguage,
) -> AgreementText:
    """Return the settlement that a draft makes.

    Raises InvalidInputError with the codes of ``parsing`` and ``bad_amount``, by the fields of the form
    (``clauses.0.body``, ``payments.2.amount``).
    """
    typed = Typed()
    rows: list[dict[str, object]] = []
    for at, one in enumerate(draft.payments):
        cents = typed.cents(f"payments.{at}.amount", one.amount)
        rows.append(
            {
                "due": one.due,
                "amount_cents": 1 if cents is None else cents,
                "currency": dispute.currency,
                "payer": one.payer,
                "payee": one.payee,
                "what": one.what,
            }
        )
    try:
        text = _parsed(
            "settlement",
            language,
            draft.title,
            draft.preamble,
            [
                {"heading": one.heading, "body": one.body, "concession_by": one.concession_by or None}
                | ({"owed_by": one.owed_by, "due": one.due} if one.owed_by or one.due else {})
                for one in draft.clauses
            ],
            [line for _id, line in party_lines(dispute, seats, language)],
            rows,
        )
    except InvalidInputError as error:
        problems = {_field_of(path): code for path, code in error.fields.items()} | typed.problems
        raise InvalidInputError(problems, **error.details) from None
    typed.check()
    return text


def _field_of(path: str) -> str:
    if path == "schedule":
        return "payments"
    return path.replace("schedule.", "payments.", 1).replace(".amount_cents", ".amount")


def typed_amount(cents: int) -> str:
    """An amount as the reader would type it: 4 800,00 or 4,800.00."""
    return number(Decimal(cents).scaleb(-2), digits=2)


def paid_by(text: AgreementText, name: str) -> int:
    """Return the sum, in cents, that a party of the text pays by its schedule."""
    return sum(one.amount_cents for one in text.schedule if one.payer == name)


def paid_to(text: AgreementText, name: str) -> int:
    """Return the sum, in cents, that a party of the text accepts by its schedule."""
    return sum(one.amount_cents for one in text.schedule if one.payee == name)
