"""Words in the reader's language: sentences, dates, sizes and amounts, for pages, mails and documents.

English sentences are the message ids; `odr/locale/fr/<room>.po` holds their French, one file a room, merged at first
use. Who reads is held in a context variable, so that a template or a document asks for no language.
"""

import gettext as catalogues
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, NewType
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from odr import french

Language = NewType("Language", str)

FRENCH: Final = Language("fr")
ENGLISH: Final = Language("en")
available: Final = (FRENCH, ENGLISH)
home_zone: Final = ZoneInfo("Europe/Paris")
listed_zones: Final = cache(available_timezones)  # walks 600 files: once a process, as every request asks

LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
_LOCALES: Final = {FRENCH: Locale("fr", "FR"), ENGLISH: Locale("en", "GB")}
_WHILE_ANSWERING: Final = timedelta(seconds=5)  # what is made for an answer is a little later than the answer's moment
_HEADER_LIMIT: Final = 500  # characters of an Accept-Language header that are looked at


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom words are made: a language, a time zone, and the present moment if it is not the clock's."""

    language: Language = FRENCH
    zone: ZoneInfo = home_zone
    now: datetime | None = None


reader: ContextVar[Reader] = ContextVar("reader", default=Reader())  # noqa: B039 -- frozen


@contextmanager
def use_reader(someone: Reader) -> Generator[Reader]:
    """Make every word within the block for this reader."""
    token = reader.set(someone)
    try:
        yield someone
    finally:
        reader.reset(token)


@contextmanager
def use_language(language: str, zone: ZoneInfo = home_zone) -> Generator[Reader]:
    """Make every word within the block in this language ("fr" or "en"; anything else is French)."""
    with use_reader(Reader(known_language(language) or FRENCH, zone)) as someone:
        yield someone


def known_language(name: str | None) -> Language | None:
    """The language of that name or tag ("fr", "fr-CA", "EN_gb"), or None."""
    primary = (name or "").strip().replace("_", "-").partition("-")[0].lower()
    return Language(primary) if primary in available else None


def choose_language(account_language: str | None, accept_language: str | None) -> Language:
    """The account's language, else the best of an Accept-Language header (RFC 9110 § 12.5.4), else French."""
    chosen = known_language(account_language)
    if chosen:
        return chosen
    ranked: list[tuple[float, Language]] = []
    for wish in (accept_language or "")[:_HEADER_LIMIT].split(","):
        tag, _semicolon, weight = wish.partition(";")
        language = known_language(tag)
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if language and 0 < quality <= 1:
            ranked.append((quality, language))
    return max(ranked, key=lambda wish: wish[0])[1] if ranked else FRENCH


def known_zone(name: str | None) -> ZoneInfo:
    """The time zone of that IANA name, else the home zone. Only listed names are looked for on the disk."""
    if not name or name not in listed_zones():
        return home_zone
    return ZoneInfo(name)


# ---- sentences


def read_catalogue(file: Path) -> Catalog:
    """One room's PO file; raises babel's PoFileError where it is malformed."""
    with file.open("rb") as po:
        return read_po(po, locale=file.parent.name, abort_invalid=True)


@cache
def translations(language: Language) -> catalogues.NullTranslations:
    """All rooms' catalogues of one language, merged; English needs none."""
    files = sorted((LOCALE_FOLDER / language).glob("*.po"))
    if not files:
        return catalogues.NullTranslations()
    merged = Catalog(locale=language)
    for file in files:
        for message in read_catalogue(file):
            if message.id and not message.fuzzy:
                words = message.string
                if language == FRENCH:
                    words = french.firm(words) if isinstance(words, str) else tuple(map(french.firm, words or ()))
                merged.add(message.id, words, context=message.context)
    binary = BytesIO()
    write_mo(binary, merged)
    binary.seek(0)
    return catalogues.GNUTranslations(binary)


def phrase(message: str) -> str:
    """The same sentence, marked for the catalogues: for tables of words that `_` translates when shown."""
    return message


def gettext(message: str, /, **values: object) -> str:
    """A sentence in the reader's language; with values, its `%(name)s` places are filled."""
    found = chosen(message)
    return elided(found, values) % values if values else found


def elided(found: str, values: Mapping[str, object]) -> str:
    """A sentence with its places still open, as the reader's language joins it to these values."""
    return french.elided(found, values) if reader.get().language == FRENCH else found


def chosen(message: str, plural: str | None = None, n: int = 1, *, context: str | None = None) -> str:
    """A sentence in the reader's language with its places still open: templates fill, and escape, them themselves."""
    found = translations(reader.get().language)
    if plural is not None:
        return found.ngettext(message, plural, n)
    return found.pgettext(context, message) if context else found.gettext(message)


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """A counted sentence in the reader's language; `%(n)s` is the count, written in that language."""
    return chosen(singular, plural, n) % {"n": number(n), **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A sentence whose meaning hangs on its context, in the reader's language."""
    found = chosen(message, context=context)
    return found % values if values else found


_ = gettext

# ---- dates and moments


def _locale() -> Locale:
    return _LOCALES[reader.get().language]


def _present() -> datetime:
    return reader.get().now or datetime.now(UTC)


def _first(written: str) -> str:
    return french.first_of_month(written) if reader.get().language == FRENCH else written


def local(when: datetime) -> datetime:
    """A moment in the reader's zone; raises ValueError for one without a zone."""
    if when.tzinfo is None:
        raise ValueError("A moment without a time zone can't be shown")
    return when.astimezone(reader.get().zone)


def day(when: date) -> str:
    """`mercredi 25 novembre 2026`, of a date or of a moment in the reader's zone."""
    shown = local(when) if isinstance(when, datetime) else when
    return _first(dates.format_date(shown, "EEEE d MMMM y", locale=_locale()))


def short_day(when: date) -> str:
    """`25 nov. 2026`, for tables."""
    shown = local(when) if isinstance(when, datetime) else when
    return _first(dates.format_date(shown, "d MMM y", locale=_locale()))


def clock_time(when: datetime) -> str:
    """`18:00` in the reader's zone."""
    return local(when).strftime("%H:%M")


def exact_moment(when: datetime) -> str:
    """`mercredi 25 novembre 2026, 18:00`."""
    return f"{day(when)}, {clock_time(when)}"


def relative(when: datetime) -> str:
    """`dans 3 jours`, `hier`, `il y a 5 minutes`: how far from now, days counted on the reader's calendar."""
    now = _present()
    ahead = when > now + _WHILE_ANSWERING
    minutes = int(abs(when - now) / timedelta(minutes=1))
    days = abs((local(when).date() - local(now).date()).days)
    if minutes == 0:
        return _("in a moment") if ahead else _("just now")
    if minutes < 60:  # noqa: PLR2004 -- an hour
        return (
            ngettext("in %(n)s minute", "in %(n)s minutes", minutes)
            if ahead
            else ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes)
        )
    if days == 0:
        hours = minutes // 60
        return (
            ngettext("in %(n)s hour", "in %(n)s hours", hours)
            if ahead
            else ngettext("%(n)s hour ago", "%(n)s hours ago", hours)
        )
    return _relative_days(days, ahead=ahead)


def _relative_days(days: int, *, ahead: bool) -> str:
    if days == 1:
        return _("tomorrow") if ahead else _("yesterday")
    if days < 100:  # noqa: PLR2004 -- terms are counted in days: 90 stays 90
        return (
            ngettext("in %(n)s day", "in %(n)s days", days)
            if ahead
            else ngettext("%(n)s day ago", "%(n)s days ago", days)
        )
    if days < 730:  # noqa: PLR2004 -- two years
        months = round(days / 30.44)
        return (
            ngettext("in about %(n)s month", "in about %(n)s months", months)
            if ahead
            else ngettext("about %(n)s month ago", "about %(n)s months ago", months)
        )
    years = round(days / 365.25)
    return (
        ngettext("in about %(n)s year", "in about %(n)s years", years)
        if ahead
        else ngettext("about %(n)s year ago", "about %(n)s years ago", years)
    )


def moment(when: datetime) -> str:
    """`dans 3 jours (mercredi 25 novembre 2026, 18:00)`."""
    return f"{relative(when)} ({exact_moment(when)})"


# ---- numbers, sizes, amounts


def number(value: Decimal | float, *, digits: int | None = None) -> str:
    """`48 000` or `4,25`; with `digits`, exactly that many decimals."""
    pattern = None if digits is None else "#,##0." + "0" * digits if digits else "#,##0"
    return numbers.format_decimal(value, format=pattern, locale=_locale())


def percent(share: Decimal | float) -> str:
    """`30 %` of a share between 0 and 1."""
    return numbers.format_percent(share, locale=_locale())


def amount(value: Decimal | int, currency: str = "EUR") -> str:
    """`48 000,00 €` of a sum in whole units; the spaces within don't break."""
    return numbers.format_currency(value, currency, locale=_locale())


def size(octets: int) -> str:
    """`4,2 Mo` (decimal units, one decimal below a hundred)."""
    if octets < 1000:  # noqa: PLR2004 -- a kilobyte
        return exact_size(octets)
    letter = "o" if reader.get().language == FRENCH else "B"
    value, unit = octets / 1000, "k"
    for larger in ("M", "G", "T"):
        if value < 999.5:  # noqa: PLR2004 -- what rounds to a thousand is one of the next unit
            break
        value, unit = value / 1000, larger
    digits = 1 if value < 99.95 else 0  # noqa: PLR2004 -- what rounds to a hundred needs no decimal
    return f"{number(round(value, digits))}\u00a0{unit}{letter}"


def exact_size(octets: int) -> str:
    """`4 215 332 octets`."""
    return ngettext("%(n)s byte", "%(n)s bytes", octets)
