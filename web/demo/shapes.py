"""What a demo case is made of: frozen shapes only, no text and no date of its own."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from inspect import cleandoc
from typing import Final, Literal

Role = Literal[
    "representative",
    "coordinator",
    "counsel",
    "member",
    "mediator",
    "co_mediator",
    "expert",
    "archivist",
    "secretariat",
]
Side = Literal["claimant", "respondent", "centre"]
Room = Literal["caucus_claimant", "caucus_respondent", "joint"]

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905 -- reads as the year does
)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in France, as it stands on a letter."""

    street: str
    postcode: str
    town: str

    def on_one_line(self) -> str:
        """The address as a clause would quote it."""
        return f"{self.street}, {self.postcode} {self.town}"


@dataclass(frozen=True, slots=True)
class Centre:
    """The mediation centre that hosts the case; `time_zone` is an IANA name."""

    name: str
    short_name: str
    address: Address
    email: str
    phone: str
    time_zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Company:
    """One party. `siren` is nine digits that fail the Luhn check, so that no real company bears it."""

    name: str
    legal_form: str
    capital: str
    siren: str
    register: str
    address: Address
    phone: str
    domain: str
    trade: str

    @property
    def vat_number(self) -> str:
        """The intra-community number that belongs to `siren` (key = (12 + 3 * (siren mod 97)) mod 97)."""
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}"

    @property
    def spaced_siren(self) -> str:
        """The number in groups of three, as letterheads print it."""
        return f"{self.siren[:3]} {self.siren[3:6]} {self.siren[6:]}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the table. `mandate` is the amount (EUR) up to which a representative may settle."""

    key: str
    given_name: str
    family_name: str
    email: str
    function: str
    role: Role
    side: Side
    language: Literal["fr", "en"] = "fr"
    mandate: Decimal | None = None

    @property
    def name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the claimant files. `amount` is in EUR, excluding VAT; `category` is a word of odr.disputes."""

    title: str
    category: str
    contract_reference: str
    amount: Decimal
    what_happened: str
    wished_outcome: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in the order in which it is written. `author` is a `Person.key`."""

    room: Room
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The mediator's request to disclose one caucus exhibit, and what its owner answers."""

    file: str
    owner: Side
    asked_by: str
    answered_by: str
    recipients: tuple[str, ...]
    purpose: str
    form: Literal["original", "redacted", "excerpt"]
    answer: Literal["consent", "refuse"]
    answer_text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause, numbered by its place; `concession_by` says whose concession it states (Civil Code art. 2044)."""

    heading: str
    body: str
    concession_by: Side | None = None


@dataclass(frozen=True, slots=True)
class Convention:
    """The agreement to mediate. `fees` (EUR, excluding VAT) are split in halves between the parties."""

    title: str
    preamble: str
    term_months: int
    fees: Decimal
    clauses: tuple[Clause, ...]
    independence: str


@dataclass(frozen=True, slots=True)
class Mission:
    """The neutral expert's terms of reference and what comes of them; `supplied` names evidence files."""

    title: str
    question: str
    supplied: tuple[str, ...]
    days: int
    declaration: str
    conclusions: tuple[str, ...]
    report: str


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of the payment schedule. `amount` is in EUR, VAT included."""

    label: str
    amount: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """The settlement agreement, its reciprocal concessions and its payment schedule."""

    title: str
    preamble: str
    clauses: tuple[Clause, ...]
    payer: Side
    payee: Side
    schedule: tuple[Instalment, ...]


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """Why the archivist reads the sealed record, and who allows it."""

    asked_by: str
    motive: str
    authorised_by: str
    authorisation: str


def prose(text: str) -> str:
    """Unwrap an indented block into paragraphs, with French typography.

    Blank lines part paragraphs. Apostrophes become typographic; the spaces that French keeps unbroken
    (inside guillemets, before : ; ! ? %, within and after amounts) become no-break spaces.
    """
    paragraphs = (" ".join(part.split()) for part in cleandoc(text).split("\n\n"))
    return typeset("\n\n".join(part for part in paragraphs if part))


def typeset(text: str) -> str:
    """French typography on text that already has its line breaks."""
    text = text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    text = text.replace("« ", f"«{_NO_BREAK}").replace(" »", f"{_NO_BREAK}»")
    text = re.sub(r" (?=[;!?%€])", _NARROW, text)
    text = re.sub(r" (?=:)", _NO_BREAK, text)
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d))", _NARROW, text)


def in_french(day: date) -> str:
    """The day as a French letter dates it: 1er mars 2026, 12 septembre 2025."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def euros(amount: Decimal) -> str:
    """An amount as French writes it, cents only where there are any: 14 400 €, 1 250,50 €."""
    whole = amount == amount.to_integral_value()
    figure = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    return figure.replace(",", _NARROW).replace(".", ",") + f"{_NARROW}€"
