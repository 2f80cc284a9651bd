"""The agreement as PDF, with its signatures.

Built as PDF/A-3a and PDF/UA-1 (not validated by an independent tool), with the canonical JSON attached: what was signed
is that attachment, and its SHA-256 stands on every page. Nothing in it claims a stronger signature or time than
it has. Synchronous and CPU-bound: call it in a thread.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from odr.agreements.parsing import read
from odr.agreements.schedule import totals
from odr.agreements.text import SIDES, AgreementText, Clause, PartyLine, canonical, digest
from odr.errors import ConflictError
from odr.paper.typesetting import (
    Data,
    blocks,
    colophon,
    day_in_words,
    fine,
    groups,
    moment_in_words,
    name_line,
    paper,
    set_pdf,
)
from odr.words import amount, home_zone, ngettext, pgettext, use_language

Method = Literal["password"]  # the password was given again, before the text with this digest

AGREEMENT_FILE: Final = "agreement.json"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "agreement.typ"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """Who signed for which party of the text, in what function, when (with a zone), how, and which text (SHA-256)."""

    party: str
    name: str
    role: str
    signed_at: datetime
    method: Method
    text_digest: bytes


def agreement_pdf(
    text: AgreementText,
    signatures: Sequence[SignatureLine],
    *,
    reference: str,
    language: str,
    issued_at: datetime,
    zone: ZoneInfo = home_zone,
) -> bytes:
    """The agreement as PDF; the same arguments give the same bytes. Until every party has signed it is marked a draft.

    Raises ConflictError (`signature_of_another_text`, `signature_of_no_party`) for a signature that does not belong
    under this text, InvalidInputError for a text that `parsing.read` refuses.
    """
    whole = canonical(text)
    read(whole)
    for one in signatures:
        if one.text_digest != digest(text):
            raise ConflictError("signature_of_another_text")
        if all(one.party != party.name for party in text.parties):
            raise ConflictError("signature_of_no_party")
    with use_language(language, zone):
        data = _agreement_data(text, signatures, reference, issued_at)
        return set_pdf(_TEMPLATE, data, whole, made_at=issued_at)


def _agreement_data(
    text: AgreementText, signatures: Sequence[SignatureLine], reference: str, issued_at: datetime
) -> dict[str, Data]:
    kinds = {
        "convention": pgettext("document", "Agreement to mediate"),
        "settlement": pgettext("document", "Settlement agreement"),
    }
    description = pgettext("document", "The agreement's text, as canonical JSON (RFC 8785)")
    data = paper(text.title, kinds[text.kind], reference, canonical(text), AGREEMENT_FILE, description)
    signed = {one.party for one in signatures}
    missing = [party for party in text.parties if party.role in SIDES and party.name not in signed]
    if missing and signatures:
        data["draft_line"] = pgettext("document", "Draft: not yet signed by every party")
    elif missing:
        data["draft_line"] = pgettext("document", "Draft: not signed")
    return data | {
        "between": pgettext("document", "Between the undersigned"),
        "parties": [_party_data(party) for party in text.parties],
        "preamble_heading": pgettext("document", "Preamble"),
        "preamble": blocks(text.preamble) if text.preamble else [],
        "agreed": pgettext("document", "It is agreed as follows"),
        "heading_dash": " \u2013 ",
        "clauses": [
            {
                "number": _article(number),
                "heading": fine(clause.heading),
                "body": blocks(clause.body),
                "concession": _concession_line(clause.concession_by),
                "commitment": commitment_line(clause),
            }
            for number, clause in enumerate(text.clauses, start=1)
        ],
        **_concessions_data(text),
        "schedule": _schedule_data(text),
        **_signatures_data(text, signatures),
        "colophon": colophon(AGREEMENT_FILE, issued_at),
    }


def _article(number: int) -> str:
    return pgettext("document", "Article %(number)s", number=number).replace(" ", "\u00a0")


def _role_words() -> dict[str, str]:
    return {
        "claimant": pgettext("document", "the claimant"),
        "respondent": pgettext("document", "the respondent"),
        "mediator": pgettext("document", "the mediator"),
    }


def _party_data(party: PartyLine) -> Data:
    address = fine(party.address).replace("\n", ", ")
    details = [fine(party.registration), address]
    if party.represented_by:
        details.append(pgettext("document", "Represented by %(name)s", name=fine(party.represented_by)))
    known_as = pgettext("document", "hereinafter “%(role)s”", role=_role_words()[party.role])
    return {"name": fine(party.name), "details": [line for line in details if line], "known_as": known_as}


def _concession_line(side: str | None) -> str | None:
    lines = {
        "claimant": pgettext("document", "Concession by the claimant"),
        "respondent": pgettext("document", "Concession by the respondent"),
    }
    return lines[side] if side else None


def commitment_line(clause: Clause) -> str | None:
    """Return who is to do what a clause says, and until when, in the reader's language; ``None`` where nobody is."""
    if clause.due is None:
        return None
    day = day_in_words(clause.due)
    return fine(pgettext("document", "To be done by %(party)s, until %(day)s.", party=fine(clause.owed_by), day=day))


def _concessions_data(text: AgreementText) -> dict[str, Data]:
    sides = {
        "claimant": pgettext("document", "By the claimant: "),
        "respondent": pgettext("document", "By the respondent: "),
    }
    rows: list[Data] = []
    for side in SIDES:
        numbers = [str(at) for at, clause in enumerate(text.clauses, start=1) if clause.concession_by == side]
        if numbers:
            listed = ", ".join(numbers)
            articles = ngettext("Article %(numbers)s", "Articles %(numbers)s", len(numbers), numbers=listed)
            rows.append({"who": sides[side], "articles": f"{fine(articles)}."})
    return {
        "concessions_heading": pgettext("document", "Reciprocal concessions"),
        "concessions_intro": pgettext(
            "document", "Among the articles above, these state a concession, by the party that makes it:"
        ),
        "concessions": rows if text.kind == "settlement" else [],
    }


def _money(cents: int, currency: str) -> str:
    written = amount(Decimal(cents).scaleb(-2), currency)
    return fine(re.sub(r"(?<=[A-Z])(?=\d)", "\u00a0", written))  # CHF 4,800.00


def _schedule_data(text: AgreementText) -> Data:
    if not text.schedule:
        return None
    return {
        "heading": pgettext("document", "Payment schedule"),
        "columns": [
            pgettext("document", "No."),
            pgettext("document", "Due date"),
            pgettext("document", "From whom, to whom, for what"),
            pgettext("document", "Amount"),
        ],
        "rows": [
            {
                "number": str(one.number),
                "due": day_in_words(one.due).replace(" ", "\u00a0"),
                "between": f"{fine(one.payer)} → {fine(one.payee)}",
                "what": fine(one.what),
                "amount": _money(one.amount_cents, one.currency),
            }
            for one in text.schedule
        ],
        "totals": [
            {
                "between": pgettext(
                    "document", "Total from %(payer)s to %(payee)s", payer=fine(total.payer), payee=fine(total.payee)
                ),
                "amount": _money(total.amount_cents, total.currency),
            }
            for total in totals(text.schedule)
        ],
    }


def _signatures_data(text: AgreementText, signatures: Sequence[SignatureLine]) -> dict[str, Data]:
    order = [party.name for party in text.parties]
    rows = [_signature_data(one) for one in sorted(signatures, key=lambda one: order.index(one.party))]
    signed = {one.party for one in signatures}
    rows.extend(
        {"party": fine(party.name), "details": [pgettext("document", "Not signed yet")], "digest": None}
        for party in text.parties
        if party.role in SIDES and party.name not in signed
    )
    return {
        "signatures_heading": pgettext("document", "Signatures"),
        "signatures_intro": pgettext(
            "document",
            "Each signature is a simple electronic signature within the meaning of Regulation (EU) No 910/2014 "
            "(eIDAS), article 3(10): neither advanced nor qualified. The signatory, signed in to their own account, "
            "gave their password again before the text with the digest below. Times are those of the platform; they "
            "are not qualified electronic time stamps.",
        ),
        "signatures": rows,
    }


def _signature_data(one: SignatureLine) -> Data:
    methods: dict[Method, str] = {
        "password": pgettext("document", "Simple electronic signature; password given again at the moment of signing")
    }
    role = name_line(one.role)
    written = moment_in_words(one.signed_at)
    zone = written[written.index(" (") :]
    return {
        "party": fine(one.party),
        "details": [
            f"{name_line(one.name)}, {role}" if role else name_line(one.name),
            pgettext("document", "Signed on %(moment)s", moment=written.replace(zone, "")),
            zone.strip(" ()"),
            methods[one.method],
        ],
        "digest": groups(one.text_digest),
        "digest_label": pgettext("document", "SHA-256 digest of the signed text"),
    }
