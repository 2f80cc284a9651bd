"""Making an agreement's text from what was typed, or from its stored canonical bytes; no I/O.

`parse` is lenient in form (spaces, line ends, Unicode composition made uniform) and strict in substance: every limit
and rule gives one stable code for one field, named by its path (`clauses.2.body`), so that a page can say what to mend.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from odr.agreements.schedule import FIRST_YEAR, LAST_YEAR, MAX_INSTALMENTS, Instalment, schedule_problems
from odr.agreements.text import (
    FORMAT,
    SIDES,
    AgreementText,
    Clause,
    Kind,
    PartyLine,
    Role,
    Side,
    TextLanguage,
    canonical,
)
from odr.errors import InvalidInputError
from odr.paper.letters import uniform, unprintable

MAX_LINE: Final = 200  # characters of a title, heading, name
MAX_ADDRESS: Final = 500
MAX_PREAMBLE: Final = 30_000
MAX_BODY: Final = 120_000
MAX_PARTIES: Final = 12
MAX_CLAUSES: Final = 100
MAX_KEY: Final = 40
MAX_TERMS: Final = 40
MAX_BYTES: Final = 600_000  # of the whole canonical JSON

CODES: Final = frozenset(
    {
        "missing",  # nothing was given
        "not_text",
        "too_long",
        "too_few",
        "too_many",
        "unprintable_character",  # an emoji, a script the typefaces lack, an invisible control
        "unknown_value",
        "unknown_field",
        "not_a_list",
        "not_a_date",
        "not_an_amount",  # amounts are whole cents
        "not_a_party",  # payer or payee is not among the parties
        "same_name_twice",
        "no_claimant",
        "no_respondent",
        "wrong_number",  # instalments are numbered 1, 2, 3…
        "date_out_of_range",
        "before_the_previous",
        "not_positive",
        "too_large",
        "unknown_currency",
        "pays_itself",
    }
)


class _Reading:
    """One reading of typed values: gathers the first error of each field."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.strange: dict[str, None] = {}

    def refuse(self, path: str, code: str) -> None:
        self.errors.setdefault(path, code)

    def table(self, value: object, path: str, fields: frozenset[str]) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            self.refuse(path or "text", "missing" if value is None else "unknown_value")
            return {}
        table = cast("Mapping[str, object]", value)
        if not table.keys() <= fields:
            self.refuse(path or "text", "unknown_field")  # its name isn't repeated: it is anybody's text
        return table

    def rows(self, value: object, path: str, *, fewest: int, most: int) -> list[object]:
        if value is None:
            value = []
        if not isinstance(value, list | tuple):
            self.refuse(path, "not_a_list")
            return []
        rows = list(cast("list[object]", value))
        if not fewest <= len(rows) <= most:
            self.refuse(path, "too_few" if len(rows) < fewest else "too_many")
        return rows[:most]

    def words(self, value: object, path: str, limit: int, *, lines: bool = False, needed: bool = True) -> str:
        if value is not None and not isinstance(value, str):
            self.refuse(path, "not_text")
            return ""
        if len(value or "") > 2 * limit:  # before any work on it
            self.refuse(path, "too_long")
            return ""
        text = uniform(value or "", lines=lines)
        strange = unprintable(text)
        self.strange.update(dict.fromkeys(strange))
        if strange:
            self.refuse(path, "unprintable_character")
        elif len(text) > limit:
            self.refuse(path, "too_long")
        elif needed and not text:
            self.refuse(path, "missing")
        return text

    def one_of(self, value: object, path: str, known: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in known:
            self.refuse(path, "missing" if _absent(value) else "unknown_value")
            return known[0]
        return value

    def day(self, value: object, path: str) -> date:
        if type(value) is date:
            return value
        try:
            if isinstance(value, str) and len(value) == len("2026-11-25"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.refuse(path, "missing" if _absent(value) else "not_a_date")
        return date.max

    def whole(self, value: object, path: str) -> int:
        if type(value) is int:  # not a boolean, never a float
            return value
        self.refuse(path, "missing" if _absent(value) else "not_an_amount")
        return 1


def _absent(value: object) -> bool:
    return value is None or value == ""


_TEXT_FIELDS: Final = frozenset({"format", "kind", "language", "title", "preamble", "parties", "clauses", "schedule"})
_PARTY_FIELDS: Final = frozenset({"name", "registration", "address", "represented_by", "role"})
_CLAUSE_FIELDS: Final = frozenset({"heading", "body", "concession_by", "key", "terms", "owed_by", "due"})
_INSTALMENT_FIELDS: Final = frozenset({"number", "due", "amount_cents", "currency", "payer", "payee", "what"})


def parse(typed: object) -> AgreementText:
    """The text that plain values describe, shaped as `text.as_json` (`format` may be left out; dates may be dates).

    Raises InvalidInputError with a code of CODES for each field to mend; its detail `characters` lists those, up to
    twelve, that can't be printed. A name of an unknown field is never repeated.
    """
    reading = _Reading()
    table = reading.table(typed, "", _TEXT_FIELDS)
    if table.get("format", FORMAT) != FORMAT:
        reading.refuse("format", "unknown_value")
    text = AgreementText(
        kind=cast("Kind", reading.one_of(table.get("kind"), "kind", ("convention", "settlement"))),
        language=cast("TextLanguage", reading.one_of(table.get("language"), "language", ("fr", "en"))),
        title=reading.words(table.get("title"), "title", MAX_LINE),
        preamble=reading.words(table.get("preamble"), "preamble", MAX_PREAMBLE, lines=True, needed=False),
        parties=_parties(reading, table.get("parties")),
        clauses=_clauses(reading, table.get("clauses")),
        schedule=_schedule(reading, table.get("schedule")),
    )
    _check_whole(reading, text)
    if reading.errors:
        raise InvalidInputError(reading.errors, **_characters(reading))
    if len(canonical(text)) > MAX_BYTES:
        raise InvalidInputError({"text": "too_long"}, bytes=MAX_BYTES)
    return text


def read(stored: bytes) -> AgreementText:
    """The text of canonical bytes; `canonical(read(stored)) == stored`, else InvalidInputError."""
    if len(stored) > MAX_BYTES:
        raise InvalidInputError({"text": "too_long"}, bytes=MAX_BYTES)
    try:
        text = parse(json.loads(stored))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError({"text": "not_canonical"}) from error
    if canonical(text) != stored:
        raise InvalidInputError({"text": "not_canonical"})
    return text


def _characters(reading: _Reading) -> dict[str, str]:
    return {"characters": " ".join(reading.strange)} if reading.strange else {}


def _parties(reading: _Reading, value: object) -> tuple[PartyLine, ...]:
    parties: list[PartyLine] = []
    for number, row in enumerate(reading.rows(value, "parties", fewest=2, most=MAX_PARTIES)):
        at = f"parties.{number}"
        table = reading.table(row, at, _PARTY_FIELDS)
        roles: tuple[Role, ...] = ("claimant", "respondent", "mediator")
        parties.append(
            PartyLine(
                name=reading.words(table.get("name"), f"{at}.name", MAX_LINE),
                registration=reading.words(table.get("registration"), f"{at}.registration", MAX_LINE, needed=False),
                address=reading.words(table.get("address"), f"{at}.address", MAX_ADDRESS, lines=True, needed=False),
                represented_by=reading.words(
                    table.get("represented_by"),
                    f"{at}.represented_by",
                    MAX_LINE,
                    needed=table.get("role") != "mediator",
                ),
                role=cast("Role", reading.one_of(table.get("role"), f"{at}.role", roles)),
            )
        )
    return tuple(parties)


def _clauses(reading: _Reading, value: object) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    for number, row in enumerate(reading.rows(value, "clauses", fewest=1, most=MAX_CLAUSES)):
        at = f"clauses.{number}"
        table = reading.table(row, at, _CLAUSE_FIELDS)
        conceding = table.get("concession_by")
        side = None if _absent(conceding) else reading.one_of(conceding, f"{at}.concession_by", SIDES)
        clauses.append(
            Clause(
                heading=reading.words(table.get("heading"), f"{at}.heading", MAX_LINE),
                body=reading.words(table.get("body"), f"{at}.body", MAX_BODY, lines=True),
                concession_by=cast("Side | None", side),
                key=reading.words(table.get("key"), f"{at}.key", MAX_KEY, needed=False),
                terms=_terms(reading, table.get("terms"), f"{at}.terms"),
                owed_by=reading.words(
                    table.get("owed_by"), f"{at}.owed_by", MAX_LINE, needed=not _absent(table.get("due"))
                ),
                due=None
                if _absent(table.get("due")) and _absent(table.get("owed_by"))
                else reading.day(table.get("due"), f"{at}.due"),
            )
        )
    return tuple(clauses)


def _terms(reading: _Reading, value: object, at: str) -> tuple[tuple[str, int], ...]:
    """Whole numbers by name, in the order of their names, as canonical JSON has them."""
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        reading.refuse(at, "unknown_value")
        return ()
    table = cast("Mapping[str, object]", value)
    if len(table) > MAX_TERMS:
        reading.refuse(at, "too_many")
        return ()
    return tuple((reading.words(name, at, MAX_KEY), reading.whole(table[name], at)) for name in sorted(table))


def _schedule(reading: _Reading, value: object) -> tuple[Instalment, ...]:
    schedule: list[Instalment] = []
    for number, row in enumerate(reading.rows(value, "schedule", fewest=0, most=MAX_INSTALMENTS)):
        at = f"schedule.{number}"
        table = reading.table(row, at, _INSTALMENT_FIELDS)
        schedule.append(
            Instalment(
                number=reading.whole(table.get("number", number + 1), f"{at}.number"),
                due=reading.day(table.get("due"), f"{at}.due"),
                amount_cents=reading.whole(table.get("amount_cents"), f"{at}.amount_cents"),
                currency=reading.words(table.get("currency"), f"{at}.currency", 3),
                payer=reading.words(table.get("payer"), f"{at}.payer", MAX_LINE),
                payee=reading.words(table.get("payee"), f"{at}.payee", MAX_LINE),
                what=reading.words(table.get("what"), f"{at}.what", MAX_LINE, needed=False),
            )
        )
    return tuple(schedule)


def _check_whole(reading: _Reading, text: AgreementText) -> None:
    names = [party.name for party in text.parties]
    if len({name.casefold() for name in names if name}) < len([name for name in names if name]):
        reading.refuse("parties", "same_name_twice")
    for side in SIDES:
        if all(party.role != side for party in text.parties):
            reading.refuse("parties", f"no_{side}")
    _check_commitments(reading, text)
    for number, one in enumerate(text.schedule):
        for field, name in (("payer", one.payer), ("payee", one.payee)):
            if name not in names:
                reading.refuse(f"schedule.{number}.{field}", "not_a_party")
    for problem in schedule_problems(text.schedule):
        at = problem.field if problem.position is None else f"schedule.{problem.position}.{problem.field}"
        reading.refuse(at, problem.code)


def _check_commitments(reading: _Reading, text: AgreementText) -> None:
    bound = [party.name for party in text.parties if party.role != "mediator"]
    for number, clause in enumerate(text.clauses):
        if clause.owed_by and clause.owed_by not in bound:
            reading.refuse(f"clauses.{number}.owed_by", "not_a_party")
        if clause.due is not None and not FIRST_YEAR <= clause.due.year <= LAST_YEAR:
            reading.refuse(f"clauses.{number}.due", "date_out_of_range")
