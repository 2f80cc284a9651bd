from datetime import date

import pytest

from odr.intake.score import WEIGHTS, Level, Part, score

TODAY = date(2026, 11, 26)


def points(answers):
    return {rated.part: rated.points for rated in score(answers, TODAY).parts}


def test_the_weights_are_the_whole():
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(Part)


@pytest.mark.parametrize(
    ("amount", "found"),
    [("", 0), ("beaucoup", 0), ("0", 10), ("4 999,99", 10), ("5 000", 25), ("48000", 50), ("1e5", 0), ("500000", 100)],
)
def test_money_counts_by_steps(amount, found):
    assert points({"amount": amount})[Part.FINANCIAL] == found


def test_what_the_contract_says_adds_up():
    answers = {"step_3_what": "notice", "clauses": "scope,liability,termination", "mediation": "yes"}
    assert points(answers)[Part.CONTRACTUAL] == 100
    assert points({"step_1_what": "reminder", "clauses": "scope", "mediation": "no"})[Part.CONTRACTUAL] == 0


@pytest.mark.parametrize(
    ("continuity", "found"), [("", 0), ("none", 0), ("slowed", 35), ("part", 70), ("stopped", 100), ("odd", 0)]
)
def test_how_much_the_activity_suffers(continuity, found):
    assert points({"continuity": continuity})[Part.CONTINUITY] == found


@pytest.mark.parametrize(
    ("urgent", "day", "found"),
    [
        ("", "", 0),
        ("no", "2026-11-27", 0),
        ("grows", "", 50),
        ("date", "", 50),
        ("date", "demain", 50),
        ("date", "2026-11-01", 100),
        ("date", "2026-12-11", 100),
        ("date", "2026-12-12", 70),
        ("date", "2027-01-25", 70),
        ("date", "2027-01-26", 40),
        ("date", "2199-01-01", 40),
    ],
)
def test_how_soon_it_gets_worse(urgent, day, found):
    assert points({"urgent": urgent, "urgent_on": day})[Part.URGENCY] == found


def test_the_total_is_weighted_and_a_person_may_set_a_part():
    found = score({"amount": "48000", "continuity": "part", "urgent": "grows"}, TODAY)
    assert found.total == (50 * 35 + 70 * 25 + 50 * 20) // 100 == 45
    assert found.level is Level.MIDDLE
    changed = found.with_changes({Part.FINANCIAL: 100})
    assert changed.total == 62
    assert changed.level is Level.HIGH
    assert [part.part for part in changed.parts if part.changed] == [Part.FINANCIAL]
    assert score({}, TODAY).level is Level.LOW
    assert all(part.because for part in score({}, TODAY).parts)
