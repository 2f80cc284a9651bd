"""When a daily mail leaves, and what nobody's choice delays."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from odr.notices.choices import CHOOSABLE, Choices, next_digest
from odr.notices.letters import DIGEST_LINES, digest_letter
from odr.notices.sentences import SENTENCES
from odr.notices.terms import Family, How, NoticeKind, family_of
from odr.words import use_language

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected"),
    [
        (datetime(2026, 11, 26, 6, tzinfo=PARIS), "Europe/Paris", 8, datetime(2026, 11, 26, 8, tzinfo=PARIS)),
        (datetime(2026, 11, 26, 8, tzinfo=PARIS), "Europe/Paris", 8, datetime(2026, 11, 27, 8, tzinfo=PARIS)),
        (datetime(2026, 11, 26, 23, tzinfo=UTC), "America/Montreal", 18, datetime(2026, 11, 27, 23, tzinfo=UTC)),
        (datetime(2027, 3, 27, 22, tzinfo=PARIS), "Europe/Paris", 2, datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, tzinfo=PARIS), "Europe/Paris", 2, datetime(2026, 10, 25, 0, tzinfo=UTC)),
        (datetime(2026, 11, 26, 6, tzinfo=UTC), "Nowhere/At_All", 8, datetime(2026, 11, 26, 8, tzinfo=PARIS)),
    ],
)
def test_the_daily_mail_leaves_when_its_hour_strikes_where_its_reader_is(now, zone, hour, expected):
    assert next_digest(now, zone, hour) == expected


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.CONVENTION_TO_SIGN,
        NoticeKind.AGREEMENT_TO_SIGN,
        NoticeKind.INTERESTS_DECLARED,
        NoticeKind.RANKING_ASKED,
        NoticeKind.DISCLOSURE_ASKED,
        NoticeKind.DEADLINE_NEAR,
        NoticeKind.NOT_SETTLED,
        NoticeKind.CLAUSE_PROPOSED,
        NoticeKind.OBJECTION_RAISED,
        NoticeKind.CONFIRMATION_ASKED,
        NoticeKind.MEETING_CALLED,
    ],
)
def test_what_starts_or_ends_a_deadline_is_mailed_at_once_whatever_is_chosen(kind):
    quiet = Choices(dict.fromkeys(CHOOSABLE, How.IN_APP))
    assert family_of(kind) is Family.DUTIES
    assert quiet.how(kind) is How.AT_ONCE


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (NoticeKind.CLAUSE_ANSWERED, Family.AGREEMENTS),
        (NoticeKind.AGREEMENT_DRAFTED, Family.AGREEMENTS),
        (NoticeKind.AGREEMENT_REFUSED, Family.AGREEMENTS),
        (NoticeKind.SETTLED, Family.AGREEMENTS),
        (NoticeKind.SOMETHING_NEW_TOGETHER, Family.TALK),
        (NoticeKind.REPORT_POSTED, Family.EXPERTISE),
        (NoticeKind.MEDIATION_OPENED, Family.PROCEDURE),
    ],
)
def test_what_awaits_nothing_of_its_reader_is_in_the_family_that_its_name_suggests(kind, family):
    assert family_of(kind) is family


def test_without_a_choice_everything_is_mailed_at_once():
    assert {Choices({}).how(kind) for kind in NoticeKind} == {How.AT_ONCE}


def test_a_daily_mail_has_a_sentence_a_notice_and_a_count_for_what_came_often():
    told = [("Du nouveau vous attend", "M-1"), ("Du nouveau vous attend", "M-1"), ("Un contrôle", "")]
    with use_language("fr"):
        letter = digest_letter(told, name="Claire", link="https://c.example/notices")
    assert letter.subject == "Votre courriel du jour\u00a0: 3 avis"
    assert letter.body.splitlines() == [
        "Depuis votre dernier courriel\u00a0:",
        "- M-1 · Du nouveau vous attend (2 fois)",
        "- Un contrôle",
    ]


def test_a_daily_mail_has_an_end():
    told = [(sentence, f"M-{n}") for n in range(20) for sentence in SENTENCES.values()]
    assert len(digest_letter(told, name="Claire", link="https://c.example").body.splitlines()) == DIGEST_LINES + 1
