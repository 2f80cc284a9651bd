from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr import french as firmness
from odr import words, written

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday, ten o'clock in Paris
THIN, FIRM = "\u202f", "\u00a0"


@pytest.fixture
def french() -> Iterator[None]:
    with words.use_reader(words.Reader(words.FRENCH, words.home_zone, NOW)):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    with words.use_reader(words.Reader(words.ENGLISH, words.home_zone, NOW)):
        yield


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(seconds=-5), "à l\u2019instant"),
        (timedelta(), "à l\u2019instant"),
        (timedelta(seconds=3), "à l\u2019instant"),
        (timedelta(seconds=30), "dans un instant"),
        (timedelta(minutes=1), "dans 1 minute"),
        (timedelta(minutes=-59), "il y a 59 minutes"),
        (timedelta(hours=3), "dans 3 heures"),
        (timedelta(hours=-2), "il y a 2 heures"),
        (timedelta(days=1, hours=8), "demain"),
        (timedelta(days=-1), "hier"),
        (timedelta(days=3, hours=8), "dans 3 jours"),
        (timedelta(days=90), "dans 90 jours"),
        (timedelta(days=-99), "il y a 99 jours"),
        (timedelta(days=200), "dans environ 7 mois"),
        (timedelta(days=-200), "il y a environ 7 mois"),
        (timedelta(days=1500), "dans environ 4 ans"),
        (timedelta(days=-1500), "il y a environ 4 ans"),
    ],
)
@pytest.mark.usefixtures("french")
def test_how_far_a_moment_is_reads_as_a_person_would_say_it(ahead: timedelta, said: str):
    assert words.relative(NOW + ahead) == said


@pytest.mark.usefixtures("french")
def test_a_deadline_gives_the_distance_and_the_exact_moment_in_french():
    assert words.moment(datetime(2026, 11, 25, 17, 0, tzinfo=UTC)) == "dans 3 jours (mercredi 25 novembre 2026, 18:00)"


@pytest.mark.usefixtures("english")
def test_a_deadline_gives_the_distance_and_the_exact_moment_in_english():
    assert words.moment(datetime(2026, 11, 25, 17, 0, tzinfo=UTC)) == "in 3 days (Wednesday 25 November 2026, 18:00)"


def test_days_are_counted_on_the_readers_calendar():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    for zone, said in (("Europe/Paris", "demain"), ("America/Montreal", "dans 14 heures")):
        with words.use_reader(words.Reader(words.FRENCH, ZoneInfo(zone), NOW)):
            assert words.relative(late) == said


def test_without_a_given_present_the_clocks_is_taken():
    with words.use_language("fr"):
        assert words.relative(datetime.now(UTC) - timedelta(hours=30)) in {"hier", "il y a 2 jours"}


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        words.exact_moment(datetime(2026, 11, 22, 9, 0))  # noqa: DTZ001 -- the fault under test


@pytest.mark.usefixtures("french")
def test_a_plain_date_is_shown_as_it_stands():
    assert words.day(date(2026, 1, 1)) == "jeudi 1er janvier 2026"
    assert words.short_day(date(2026, 11, 25)) == "25 nov. 2026"
    assert words.short_day(datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) == "26 nov. 2026"


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (0, "0 octet"),
        (1, "1 octet"),
        (999, "999 octets"),
        (1000, f"1{FIRM}ko"),
        (4_215_332, f"4,2{FIRM}Mo"),
        (99_949, f"99,9{FIRM}ko"),
        (99_950, f"100{FIRM}ko"),
        (999_499, f"999{FIRM}ko"),
        (999_500, f"1{FIRM}Mo"),
        (5 * 2**30, f"5,4{FIRM}Go"),
        (10**15, f"1{THIN}000{FIRM}To"),
    ],
)
@pytest.mark.usefixtures("french")
def test_a_size_is_short_and_in_octets(octets: int, said: str):
    assert words.size(octets) == said


@pytest.mark.usefixtures("english")
def test_a_size_is_in_bytes_for_an_english_reader():
    assert words.size(4_215_332) == f"4.2{FIRM}MB"
    assert words.exact_size(4_215_332) == "4,215,332 bytes"


@given(st.integers(min_value=0, max_value=10**18), st.integers(min_value=0, max_value=10**18))
def test_a_larger_file_never_reads_as_a_smaller_unit(one: int, other: int):
    small, large = sorted((one, other))
    rank = {unit: place for place, unit in enumerate(("octet", "octets", "ko", "Mo", "Go", "To"))}
    rank["octet"] = rank["octets"]
    with words.use_language("fr"):
        units = [words.size(octets).replace(FIRM, " ").rpartition(" ")[2] for octets in (small, large)]
    assert rank[units[0]] <= rank[units[1]]


@pytest.mark.usefixtures("french")
def test_amounts_and_numbers_keep_french_spaces_that_do_not_break():
    assert words.amount(48_000) == f"48{THIN}000,00{FIRM}€"
    assert words.amount(Decimal("14400.5"), "USD") == f"14{THIN}400,50{FIRM}$US"
    assert words.exact_size(4_215_332) == f"4{THIN}215{THIN}332 octets"
    assert words.number(Decimal("1234.5")) == f"1{THIN}234,5"
    assert words.number(3, digits=2) == "3,00"
    assert words.number(3.6, digits=0) == "4"
    assert words.percent(Decimal("0.3")) == f"30{FIRM}%"


def test_a_digest_stands_in_eight_groups_of_eight():
    digest = sha256(b"").digest()
    assert written.digest_groups(digest) == written.digest_groups(digest.hex())
    assert [len(group) for group in written.digest_groups(digest)] == [8] * 8
    assert written.digest_text(digest).replace(" ", "") == digest.hex()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marie Lefèvre", "ML"), ("Jean de la Tour", "JT"), ("cobalt", "C"), ("", "?"), ("—", "?"), ("  Élodie  ", "É")],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str):
    assert written.initials(name) == letters


@pytest.mark.parametrize(
    ("account", "header", "language"),
    [
        ("en", "fr", "en"),
        (None, "en-GB,en;q=0.9,fr;q=0.8", "en"),
        (None, "de, fr;q=0.5, en;q=0.7", "en"),
        (None, "en;q=0, fr;q=0.1", "fr"),
        (None, "de", "fr"),
        (None, "", "fr"),
        (None, None, "fr"),
        ("xx", "en", "en"),
        (None, "en;q=loud", "fr"),
        (None, "en;q=7", "fr"),
        (None, "x" * 600 + ",en", "fr"),
    ],
)
def test_the_accounts_language_comes_first_then_the_browsers_then_french(
    account: str | None, header: str | None, language: str
):
    assert words.choose_language(account, header) == language


@given(st.text())
def test_no_header_breaks_the_choice_of_a_language(header: str):
    assert words.choose_language(None, header) in words.available


@pytest.mark.parametrize("name", [None, "", "../../etc/passwd", "Nowhere/City", "x" * 1000])
def test_an_unknown_zone_is_the_home_zone(name: str | None):
    assert words.known_zone(name) == words.home_zone


def test_a_listed_zone_is_found():
    assert words.known_zone("America/Montreal").key == "America/Montreal"


def test_the_zones_are_listed_from_the_disk_once(monkeypatch: pytest.MonkeyPatch):
    words.known_zone("Europe/Paris")
    monkeypatch.setattr("zoneinfo._tzpath.os.walk", None)  # every request asks: none may walk the disk
    monkeypatch.setattr("zoneinfo._tzpath.TZPATH", ("/nowhere",))
    assert words.known_zone("America/Montreal").key == "America/Montreal"


def test_sentences_follow_the_readers_language_and_return_to_it():
    with words.use_language("fr"):
        assert words.gettext("tomorrow") == "demain"
        with words.use_language("en"):
            assert words.gettext("tomorrow") == "tomorrow"
        assert words.gettext("tomorrow") == "demain"


def test_an_unknown_language_is_french():
    with words.use_language("tlh") as reader:
        assert reader.language == words.FRENCH


@pytest.mark.usefixtures("french")
def test_places_of_a_sentence_are_filled():
    assert words.gettext("Up to %(size)s a file.", size="5 Mo") == "Jusqu\u2019à 5 Mo par fichier."
    assert words.ngettext("%(n)s byte", "%(n)s bytes", 1_000_000) == f"1{THIN}000{THIN}000 octets"
    assert words.pgettext("nowhere", "Unsaid %(what)s", what="thing") == "Unsaid thing"


def test_a_marked_phrase_is_left_as_it_is():
    assert words.phrase("tomorrow") == "tomorrow"


@pytest.mark.usefixtures("french")
def test_no_french_line_begins_with_a_sign_that_belongs_to_the_word_before() -> None:
    assert words.gettext("Take this message back?") == f"Retirer ce message{THIN}?"
    assert words.gettext("What “page opened” proves") == f"Ce que prouve «{FIRM}page ouverte{FIRM}»"


@pytest.mark.parametrize(
    ("name", "joined"),
    [("Edmund", "d\u2019Edmund"), ("Élodie", "d\u2019Élodie"), ("Claire", "de Claire"), ("8 octets", "de 8 octets")],
)
def test_french_elides_before_a_name_that_begins_with_a_vowel(name: str, joined: str) -> None:
    sentence = "De la part de %(name)s"
    with words.use_language("fr"):
        assert words.elided(sentence, {"name": name}) % {"name": name} == f"De la part {joined}"
    with words.use_language("en"):
        assert words.elided(sentence, {"name": name}) == sentence


def test_french_holds_together_where_so_little_stands_beside_a_hyphen():
    assert firmness.firm("L'e-mail ci-dessous a-t-il plu à celle-ci ? Ce vice-président, celui-là.") == (
        f"L'e\u2011mail ci\u2011dessous a\u2011t\u2011il plu à celle\u2011ci{THIN}? Ce vice-président, celui\u2011là."
    )
