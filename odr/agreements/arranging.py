"""The acts of a draft's form: rows added, moved, removed; an amount split into instalments; no I/O."""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from odr.agreements.drafting import Draft, DraftClause, DraftPayment, typed_amount
from odr.agreements.parsing import MAX_CLAUSES
from odr.agreements.schedule import MAX_INSTALMENTS, monthly_schedule
from odr.typed import Typed

T = TypeVar("T")


def change_draft(draft: Draft, act: str) -> Draft:
    """Return a draft with one act of the form done: add_clause, add_payment, or remove/up/down and a place (up.3).

    An act that makes no sense changes nothing. Place and list: ``clause.3`` or ``payment.0`` (remove.clause.3).
    """
    if act == "add_clause" and len(draft.clauses) < MAX_CLAUSES:
        return replace(draft, clauses=(*draft.clauses, DraftClause()))
    if act == "add_payment" and len(draft.payments) < MAX_INSTALMENTS:
        return replace(draft, payments=(*draft.payments, DraftPayment()))
    verb, _, place = act.partition(".")
    noun, _, digits = place.partition(".")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len("100"):
        return draft
    if noun == "clause":
        return replace(draft, clauses=_rearranged(draft.clauses, verb, int(digits)))
    if noun == "payment":
        return replace(draft, payments=_rearranged(draft.payments, verb, int(digits)))
    return draft


def _rearranged(rows: tuple[T, ...], verb: str, at: int) -> tuple[T, ...]:
    other = {"up": at - 1, "down": at + 1}.get(verb)
    changed = list(rows)
    if verb == "remove" and at < len(rows):
        del changed[at]
    elif other is not None and at < len(rows) and 0 <= other < len(rows):
        changed[at], changed[other] = changed[other], changed[at]
    return tuple(changed)


def split_into(draft: Draft, *, amount: str, count: str, first: str, payer: str, payee: str, what: str) -> Draft:
    """Return a draft with an amount added as equal monthly instalments, in the order of their dates.

    Raises InvalidInputError (``split_amount``, ``split_count``, ``split_first``).
    """
    typed = Typed()
    cents = typed.cents("split_amount", amount)
    begin = typed.day("split_first", first)
    parts = int(count) if count.isascii() and count.isdecimal() and len(count) <= len("120") else 0
    if not 1 <= parts <= MAX_INSTALMENTS - len(draft.payments):
        typed.wrong("split_count", "bad_count")
    elif cents is not None and cents < parts:
        typed.wrong("split_amount", "not_positive")
    typed.check()
    if cents is None or begin is None:  # pragma: no cover -- check has raised
        return draft
    made = monthly_schedule(cents, parts, first=begin, currency="", payer=payer, payee=payee, what=what)
    added = [DraftPayment(one.due.isoformat(), typed_amount(one.amount_cents), payer, payee, what) for one in made]
    return replace(draft, payments=tuple(sorted((*draft.payments, *added), key=_when)))


def _when(payment: DraftPayment) -> date:
    try:
        return date.fromisoformat(payment.due)
    except ValueError:
        return date.max
