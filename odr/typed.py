"""What people typed, made safe to keep: trimmed, normalised, limited; every problem is collected before refusing.

The centre's own words for mails and for its agreement to mediate have places in braces, which are filled later.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar

from odr.errors import InvalidInputError

E = TypeVar("E", bound=StrEnum)

_EMAIL: Final = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,63}")
_EMAIL_LIMIT: Final = 254
_BIDI: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
_AMOUNT_LIMIT: Final = Decimal(10) ** 12
_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_PLACE: Final = re.compile(r"\{(\w+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill a text's places in one pass: what stands in a value is never looked into; an unknown place stays."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


class Typed:
    """Cleans field after field and keeps what is wrong; call :meth:`check` before acting on any of it."""

    def __init__(self) -> None:
        """Start with no problem."""
        self.problems: dict[str, str] = {}

    def check(self) -> None:
        """Raise :class:`InvalidInputError` with all problems, if there are any."""
        if self.problems:
            raise InvalidInputError(self.problems)

    def line(self, name: str, text: str, *, limit: int, required: bool = True) -> str:
        """Clean one line: NFC, inner white space folded, no control or direction marks. Codes: required, too_long."""
        folded = " ".join(_without_controls(text, keep="").split())
        return self._sized(name, folded, limit, required=required)

    def text(self, name: str, text: str, *, limit: int, required: bool = True) -> str:
        """Clean a text of several lines: NFC, new lines and tabs kept, no other control. Codes: required, too_long."""
        return self._sized(name, _without_controls(text, keep="\n\t").strip(), limit, required=required)

    def email(self, name: str, text: str) -> str:
        """Return an address in its normal form (NFKC, lower case). Codes: required, bad_email."""
        address = unicodedata.normalize("NFKC", text).strip().lower()
        if not address:
            self.problems[name] = "required"
        elif len(address) > _EMAIL_LIMIT or not _EMAIL.fullmatch(address) or ".." in address:
            self.problems[name] = "bad_email"
        return address

    def choice(self, name: str, text: str, enum: type[E]) -> E:
        """Return the member of ``enum`` that was chosen. Code: choose_one (the first member is returned then)."""
        try:
            return enum(text)
        except ValueError:
            self.problems[name] = "choose_one"
            return next(iter(enum))

    def day(self, name: str, text: str, *, required: bool = True) -> date | None:
        """Return an ISO 8601 day (as date inputs send). Codes: required, bad_date."""
        if not text:
            if required:
                self.problems[name] = "required"
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.problems[name] = "bad_date"
            return None
        if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
            self.problems[name] = "bad_date"
        return day

    def cents(self, name: str, text: str, *, required: bool = True) -> int | None:
        """Return an amount in cents from ``48 000``, ``48000,50`` or ``48,000.50``. Codes: required, bad_amount."""
        if not text.strip():
            if required:
                self.problems[name] = "required"
            return None
        amount = _amount(text)
        if amount is None:
            self.problems[name] = "bad_amount"
            return None
        return int(amount * 100)

    def places(self, name: str, text: str, *, known: frozenset[str], needed: frozenset[str] = frozenset()) -> None:
        """Hold the places of a text against those there are. Codes: unknown_variable, bad_braces, missing_variable."""
        named = set(_BRACED.findall(text))
        if not named <= known:
            self.wrong(name, "unknown_variable")
        elif set(_BRACED.sub("", text)) & set("{}"):
            self.wrong(name, "bad_braces")
        elif not needed <= named:
            self.wrong(name, "missing_variable")

    def wrong(self, name: str, code: str) -> None:
        """Note a problem found elsewhere; the first one of a field stays."""
        self.problems.setdefault(name, code)

    def _sized(self, name: str, text: str, limit: int, *, required: bool) -> str:
        if required and not text:
            self.problems[name] = "required"
        elif len(text) > limit:
            self.problems[name] = "too_long"
        return text


def _without_controls(text: str, *, keep: str) -> str:
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_BIDI)
    return "".join(
        c if c in keep or unicodedata.category(c) not in {"Cc", "Cs", "Cn"} else (" " if c in "\n\t" else "")
        for c in normal
    )


def _amount(text: str) -> Decimal | None:
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if "," in plain and "." in plain:
        plain = plain.replace(",", "") if plain.rfind(".") > plain.rfind(",") else plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"\d{1,13}(\.\d{1,2})?", plain):
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:  # pragma: no cover -- the pattern above admits decimals only
        return None
    return amount if amount <= _AMOUNT_LIMIT else None
