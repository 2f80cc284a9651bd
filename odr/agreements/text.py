"""The text of an agreement: what is signed, its canonical bytes and its digest; no I/O.

What parties sign is this text's canonical JSON (RFC 8785); the PDF prints it and carries it. `parsing` makes a text
from what was typed, `changes` compares two versions.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

import rfc8785

from odr.agreements.schedule import Instalment

JSON: TypeAlias = "int | str | Sequence[JSON] | Mapping[str, JSON] | None"
Kind = Literal["convention", "settlement"]
Role = Literal["claimant", "respondent", "mediator"]
Side = Literal["claimant", "respondent"]
TextLanguage = Literal["fr", "en"]

FORMAT: Final = "entente-agreement/v1"
SIDES: Final[tuple[Side, ...]] = ("claimant", "respondent")


@dataclass(frozen=True, slots=True)
class PartyLine:
    """Who agrees: legal name, registration and address (either may be empty), who signs for it, and its role."""

    name: str
    registration: str
    address: str
    represented_by: str
    role: Role


@dataclass(frozen=True, slots=True)
class Clause:
    """One article: its heading, its body in plain paragraphs, and whose concession it states, if it is one.

    In an agreement to mediate, ``key`` says which clause of the centre's template it is, and ``terms`` hold the whole
    numbers that it fixes, for programs (clauses.py): months, years, cents, shares in hundredths of a per cent. In a
    settlement, ``owed_by`` names the party that is to do what it says, until the day ``due``; payments have their
    schedule.
    """

    heading: str
    body: str
    concession_by: Side | None = None
    key: str = ""
    terms: tuple[tuple[str, int], ...] = ()
    owed_by: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementText:
    """An agreement to mediate (convention) or a settlement, whole. The order of its parts is part of the text."""

    kind: Kind
    language: TextLanguage
    title: str
    preamble: str
    parties: tuple[PartyLine, ...]
    clauses: tuple[Clause, ...]
    schedule: tuple[Instalment, ...] = ()


def as_json(text: AgreementText) -> dict[str, JSON]:
    """The text as plain values: dates are ISO 8601 days, amounts whole cents, `format` names this shape."""
    return {
        "format": FORMAT,
        "kind": text.kind,
        "language": text.language,
        "title": text.title,
        "preamble": text.preamble,
        "parties": [
            {
                "name": party.name,
                "registration": party.registration,
                "address": party.address,
                "represented_by": party.represented_by,
                "role": party.role,
            }
            for party in text.parties
        ],
        "clauses": [
            {"heading": clause.heading, "body": clause.body, "concession_by": clause.concession_by}
            | ({"key": clause.key} if clause.key else {})
            | ({"terms": dict(clause.terms)} if clause.terms else {})
            | ({"owed_by": clause.owed_by, "due": clause.due.isoformat()} if clause.due else {})
            for clause in text.clauses
        ],
        "schedule": [
            {
                "number": one.number,
                "due": one.due.isoformat(),
                "amount_cents": one.amount_cents,
                "currency": one.currency,
                "payer": one.payer,
                "payee": one.payee,
                "what": one.what,
            }
            for one in text.schedule
        ],
    }


def canonical(text: AgreementText) -> bytes:
    """The text's canonical JSON (RFC 8785), UTF-8: these bytes are what is signed and sealed."""
    return rfc8785.dumps(as_json(text))


def digest(text: AgreementText) -> bytes:
    """SHA-256 of the canonical JSON, 32 bytes."""
    return hashlib.sha256(canonical(text)).digest()


def concession_gaps(text: AgreementText) -> tuple[Side, ...]:
    """The sides that concede nothing, to be warned about before freezing.

    A settlement is made of reciprocal concessions (French Civil Code, art. 2044); an agreement to mediate needs none.
    """
    if text.kind != "settlement":
        return ()
    conceding = {clause.concession_by for clause in text.clauses}
    return tuple(side for side in SIDES if side not in conceding)
