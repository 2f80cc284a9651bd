"""The clauses of an agreement to mediate: which may be negotiated, which values they fix, how these read; no I/O."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from odr.agreements.convention import KEYS
from odr.agreements.parsing import parse
from odr.agreements.text import SIDES, AgreementText, Clause, TextLanguage, as_json
from odr.agreements.wording import MONTHS, VALUES, Wording
from odr.errors import InvalidInputError
from odr.typed import Typed, filled
from odr.words import amount, number, use_language

BODY_LIMIT: Final = 8_000
REASON_LIMIT: Final = 2_000
WHOLE: Final = 10_000
"""All of something, in hundredths of a per cent: what the shares of a fee sum to."""
_FIXED: Final = frozenset({"free_will", "signature", "limitation", "end"})
_NEGOTIABLE: Final = frozenset(KEYS) - _FIXED
"""The others say what the law says, or what the platform does: they are as they are."""
ADDED: Final = "own_"
"""What the keys of the centre's own clauses begin with; a number from 1 follows, the same in both languages."""
_ADDED_KEY: Final = re.compile(rf"{ADDED}[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class Value:
    """A whole number that a clause fixes, within bounds. ``kind``: whole, cents, or switch (0 or 1)."""

    name: str
    kind: str
    lowest: int
    highest: int


VALUES_OF: Final[Mapping[str, tuple[Value, ...]]] = {
    "term": (Value("months", "whole", 1, 12),),
    "fees": (Value("fixed_cents", "cents", 0, 10**9), Value("hourly_cents", "cents", 0, 10**8)),
    "retention": (Value("years", "whole", 1, 30),),
    "algorithms": (Value("bidding", "switch", 0, 1), Value("score", "switch", 0, 1)),
}
_FIRST: Final[Mapping[str, int]] = {"months": 3, "years": 10, "bidding": 1, "score": 1}
SHARE: Final = "share_"
"""What the names of the shares begin with; a number from 1 follows, the party's place in the text."""


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """A clause as typed: its wording (of a clause with values, what is added below them), its values, and why."""

    body: str = ""
    values: Mapping[str, str] | None = None
    reason: str = ""


def is_added(key: str) -> bool:
    """Tell whether a clause is one that the centre added to its template."""
    return _ADDED_KEY.fullmatch(key) is not None


def is_negotiable(key: str) -> bool:
    """Tell whether the sides may give a clause other words; of those that the centre added, each one."""
    return key in _NEGOTIABLE or is_added(key)


def payers(text: AgreementText) -> list[str]:
    """Return the names of those who share fees: the parties, in the order of the text."""
    return [party.name for party in text.parties if party.role in SIDES]


def first_terms(key: str, count: int, *, years: int) -> dict[str, int]:
    """Return the values with which a clause begins, for ``count`` parties; ``years``: how long a file is kept."""
    terms = {value.name: _FIRST.get(value.name, 0) for value in VALUES_OF.get(key, ())}
    if key == "retention":
        terms["years"] = min(years, VALUES_OF[key][0].highest)
    if key == "fees":
        terms |= {f"{SHARE}{place}": share for place, share in enumerate(_equal(count), start=1)}
    return terms


def _equal(count: int) -> list[int]:
    each = WHOLE // count
    return [*(each for _ in range(count - 1)), WHOLE - each * (count - 1)]


def rendered(
    key: str, terms: Mapping[str, int], names: Sequence[str], language: TextLanguage, currency: str
) -> dict[str, str]:
    """Return what stands for the values of a clause in its wording."""
    words = VALUES[language]
    if key == "term":
        months = terms["months"]
        written = words["month" if months == 1 else "months"].format(n=MONTHS[language][months - 1])
        return {"months": written}
    if key == "retention":
        years = terms["years"]
        return {"years": words["year"] if years == 1 else words["years"].format(n=years)}
    if key == "algorithms":
        return {name: words[name if terms[name] else f"no_{name}"] for name in ("bidding", "score")}
    return _fees(terms, names, language, currency) if key == "fees" else {}


def _fees(terms: Mapping[str, int], names: Sequence[str], language: TextLanguage, currency: str) -> dict[str, str]:
    words = VALUES[language]
    shares = [terms[f"{SHARE}{place}"] for place in range(1, len(names) + 1)]
    with use_language(language):
        fees = words["scale"]
        if terms["fixed_cents"] or terms["hourly_cents"]:
            fixed, hourly = (
                amount(Decimal(terms[name]).scaleb(-2), currency) for name in ("fixed_cents", "hourly_cents")
            )
            fees = words["amounts"].format(fixed=fixed, hourly=hourly)
        told = "; ".join(f"{name}, {percent_of(share)}" for name, share in zip(names, shares, strict=True))
    split = words["equally"] if shares == _equal(len(names)) else words["shares"].replace("{shares}", told)
    return {"fees": fees, "split": split}


def percent_of(share: int) -> str:
    """Return hundredths of a per cent as the reader writes them: 33,34 %."""
    return f"{number(Decimal(share).scaleb(-2).normalize(), digits=None if share % 100 == 0 else 2)} %"


def standard_body(key: str, terms: Mapping[str, int], text: AgreementText, *, wording: Wording, currency: str) -> str:
    """Return a clause of the template with which a text began (``wording``), with these values."""
    _heading, body = wording.clauses[wording.keys.index(key)]
    return filled(body, rendered(key, terms, payers(text), text.language, currency))


def addition_of(clause: Clause, text: AgreementText, *, wording: Wording, currency: str) -> str:
    """Return what was added below the values of a clause; of a clause without values, its whole wording."""
    if not clause.terms:
        return clause.body
    standard = standard_body(clause.key, dict(clause.terms), text, wording=wording, currency=currency)
    return clause.body.removeprefix(standard).strip()


def typed_values(clause: Clause) -> dict[str, str]:
    """Return the values of a clause as a form shows them."""
    kinds = {value.name: value.kind for value in VALUES_OF.get(clause.key, ())}
    found: dict[str, str] = {}
    for name, value in clause.terms:
        if name.startswith(SHARE) or kinds.get(name) == "cents":
            found[name] = number(Decimal(value).scaleb(-2), digits=2)
        else:
            found[name] = str(value)
    return found


def drafted(
    text: AgreementText, clause: Clause, draft: ClauseDraft, *, wording: Wording, currency: str
) -> tuple[Clause, str]:
    """Return a clause as somebody proposes it, and why.

    Raises InvalidInputError: ``body`` (required, too_long, unprintable_character, nothing_changed), ``reason``, each
    value by its name (required, bad_amount, bad_number, bad_share), and ``shares`` (shares_differ).
    """
    typed = Typed()
    reason = typed.text("reason", draft.reason, limit=REASON_LIMIT)
    body = typed.text("body", draft.body, limit=BODY_LIMIT, required=not clause.terms)
    terms = _terms(typed, clause, draft.values or {}, len(payers(text)))
    typed.check()
    if clause.terms:
        standard = standard_body(clause.key, terms, text, wording=wording, currency=currency)
        body = "\n\n".join(part for part in (standard, body) if part)
    changed = replace(clause, body=body, terms=tuple(sorted(terms.items())))
    whole = _with(text, changed)
    found = next(each for each in whole.clauses if each.key == clause.key)
    if found == clause:
        raise InvalidInputError({"body": "nothing_changed"})
    return found, reason


def _terms(typed: Typed, clause: Clause, values: Mapping[str, str], count: int) -> dict[str, int]:
    terms: dict[str, int] = {}
    for value in VALUES_OF.get(clause.key, ()):
        given = values.get(value.name, "").strip()
        if value.kind == "cents":
            found = typed.cents(value.name, given)
        elif value.kind == "switch":
            found = 1 if given in {"1", "yes"} else 0
        else:
            found = int(given) if given.isascii() and given.isdecimal() and len(given) <= 4 else -1  # noqa: PLR2004 -- digits that no bound needs
        if found is not None and not value.lowest <= found <= value.highest:
            typed.wrong(value.name, "bad_number")
        terms[value.name] = found or 0
    if clause.key == "fees":
        shares = [_share(typed, f"{SHARE}{place}", values) for place in range(1, count + 1)]
        if sum(shares) != WHOLE:
            typed.wrong("shares", "shares_differ")
        terms |= {f"{SHARE}{place}": share for place, share in enumerate(shares, start=1)}
    return terms


def _share(typed: Typed, name: str, values: Mapping[str, str]) -> int:
    given = values.get(name, "").replace("%", "").replace(",", ".").strip()
    try:
        share = Decimal(given) * 100 if len(given) <= len("100.00") else Decimal(-1)
    except InvalidOperation:
        share = Decimal(-1)
    if not share.is_finite() or share != share.to_integral_value() or not 0 <= share <= WHOLE:
        typed.wrong(name, "bad_share")
        return 0
    return int(share)


def replaced(text: AgreementText, clause: Clause) -> AgreementText:
    """Return a text with one of its clauses in another wording."""
    return _with(text, clause)


def _with(text: AgreementText, clause: Clause) -> AgreementText:
    at = next(place for place, each in enumerate(text.clauses) if each.key == clause.key)
    clauses = (*text.clauses[:at], clause, *text.clauses[at + 1 :])
    try:
        return parse(as_json(replace(text, clauses=clauses)))
    except InvalidInputError as error:
        mine = {path: code for path, code in error.fields.items() if path.startswith(f"clauses.{at}.")}
        raise InvalidInputError({"body": next(iter(mine.values()), "too_long")}, **error.details) from None


def agreed(text: AgreementText, key: str, name: str) -> int | None:
    """Return a value that a signed text fixes, if it has that clause."""
    for clause in text.clauses:
        if clause.key == key:
            return dict(clause.terms).get(name)
    return None
