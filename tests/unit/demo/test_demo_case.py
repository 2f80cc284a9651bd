"""The CRM case holds together, whatever the day on which the demo is started."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from odr.agreements.parsing import parse
from odr.disputes.models import Category
from odr.intake.answers import asked_of, problems_of
from odr.intake.questions import TOPICS
from web.demo.case import Case, crm_case
from web.demo.clock import StoryClock
from web.demo.evidence.facts import CONTACTS, import_trials, production_date, task_span
from web.demo.milestones import is_working_day, milestones, plus_months
from web.demo.questionnaire import pages, steps
from web.demo.shapes import Company, Side, euros, in_french, prose

EVERY_NINTH_DAY = [date(2026, 1, 1) + timedelta(days=9 * step) for step in range(90)]
LEAP_DAY = date(2028, 2, 29)


def luhn(number: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


def sides(case: Case) -> tuple[tuple[Side, Company], ...]:
    return ("claimant", case.claimant), ("respondent", case.respondent)


@pytest.fixture
def case() -> Case:
    return crm_case(date(2026, 11, 22))


@pytest.mark.parametrize("today", [*EVERY_NINTH_DAY, LEAP_DAY])
def test_the_story_keeps_its_order_on_any_day(today: date) -> None:
    when = milestones(today)
    story = (
        when.specification_agreed, when.contract_signed, when.first_invoice, when.first_chaser, when.second_chaser,
        when.late_answer, when.steering_meeting, when.specification_revised, when.delivery_due,
        when.acceptance_opened, when.import_failed, when.acceptance_report, when.quiet_from, when.quiet_until,
        when.acceptance_closed, when.formal_notice, when.internal_note, when.complained, when.complaint_reminded,
        when.contested, when.invited, when.invitation_reminded, when.accepted, when.signed, when.examined, when.today,
    )  # fmt: skip
    assert all(earlier < later for earlier, later in pairwise(story))
    assert when.third_invoice_due < when.formal_notice
    assert when.delivery_due < when.chased < when.acceptance_opened
    assert when.opened < when.earlier_answered < when.earlier_closed < when.complained
    assert when.workload_note < when.acceptance_opened


@pytest.mark.parametrize("today", [*EVERY_NINTH_DAY, LEAP_DAY])
def test_delivery_is_six_months_overdue_on_any_day(today: date) -> None:
    late = (today - milestones(today).delivery_due).days
    assert 177 <= late <= 187


def test_the_clock_goes_on_with_the_story_never_back_and_never_beyond_the_present() -> None:
    clock = StoryClock()
    day = datetime.now(UTC).date() - timedelta(days=60)
    clock.begin(day)
    assert clock().date() == day
    clock.turn_to(clock() + timedelta(days=7))
    clock.turn_to(clock() - timedelta(days=3))
    assert clock().date() == day + timedelta(days=7)
    clock.turn_to(clock() + timedelta(days=400))
    assert abs(datetime.now(UTC) - clock()) < timedelta(seconds=5)


def test_the_questionnaire_is_answered_whole_with_each_step_at_its_day(case: Case) -> None:
    answered = dict(pages(case))
    assert list(answered) == [topic.key for topic in TOPICS]
    answers = {key: text for given in answered.values() for key, text in given.items()}
    assert problems_of(answers, whole=True) == {}
    asked = {question.key for _topic, question in asked_of(answers)}
    assert set(answers) == asked
    days = [step.on for step in steps(case.when)]
    assert days == sorted(days)
    assert days[-1] < case.when.complained


@pytest.mark.parametrize("today", EVERY_NINTH_DAY)
def test_seven_whole_imports_precede_the_acceptance_report_and_two_follow_the_quiet_weeks(today: date) -> None:
    when = milestones(today)
    whole = [trial.day for trial in import_trials(when) if trial.rows == CONTACTS]
    assert len([day for day in whole if day <= when.acceptance_report]) == 7
    assert len([day for day in whole if day >= when.quiet_until]) == 2
    assert all(is_working_day(day) for day in whole)


@pytest.mark.parametrize("today", EVERY_NINTH_DAY)
def test_every_planning_version_promises_production_later_than_the_one_before(today: date) -> None:
    when = milestones(today)
    promised = [production_date(when, version) for version in (1, 2, 3, 4)]
    assert promised[0] == when.delivery_due
    assert promised == sorted(set(promised))
    for version in (1, 2, 3, 4):
        spans = [task_span(when, number, version) for number in range(1, 12)]
        assert all(first <= last for first, last in spans)
        assert max(last for _, last in spans[:10]) <= promised[version - 1]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 15), -14, date(2024, 11, 15)),
    ],
)
def test_months_are_counted_to_the_last_day_where_a_month_is_shorter(day: date, months: int, expected: date) -> None:
    assert plus_months(day, months) == expected


def test_the_companies_bear_numbers_that_no_real_company_can_have(case: Case) -> None:
    for company in (case.claimant, case.respondent):
        assert len(company.siren) == 9
        assert luhn(company.siren) != 0


def test_everybody_writes_from_a_reserved_domain_and_keys_are_unique(case: Case) -> None:
    assert all(person.email.endswith((".example", "example.org")) for person in case.people)
    assert len({person.key for person in case.people}) == len({person.email for person in case.people}) == 12


def test_each_side_has_a_representative_whose_mandate_covers_the_price(case: Case) -> None:
    for side, _ in sides(case):
        mandate = case.holder_of("representative", side).mandate
        assert mandate is not None
        assert mandate >= case.complaint.amount
    with pytest.raises(LookupError, match="nobody on the claimant side"):
        case.holder_of("mediator", "claimant")


def test_the_secretariat_has_two_members_and_somebody_reads_english(case: Case) -> None:
    assert len([person for person in case.team("centre") if person.role == "secretariat"]) == 2
    assert {person.language for person in case.people} == {"fr", "en"}


def test_the_complaint_is_filed_in_a_category_that_exists(case: Case) -> None:
    assert Category(case.complaint.category) is Category.LATE_DELIVERY
    assert len(case.complaint.title) <= 200


def test_three_instalments_settle_the_invoice_to_the_cent(case: Case) -> None:
    amounts = [line.amount for line in case.agreement.schedule]
    assert amounts == [Decimal(4_800)] * 3
    dues = [line.due for line in case.agreement.schedule]
    assert dues == [plus_months(case.when.today, month) for month in (1, 2, 3)]


def test_both_sides_concede_and_acknowledge(case: Case) -> None:
    assert {clause.concession_by for clause in case.agreement.clauses} == {"claimant", "respondent", None}
    said = {clause.heading: clause for clause in case.agreement.clauses}
    assert "tardives" in said["Ce que reconnaît le client"].body
    assert "anticipé" in said["Ce que reconnaît l’éditeur"].body  # noqa: RUF001 -- French typography


def test_a_message_is_written_only_by_somebody_who_may_enter_the_room(case: Case) -> None:
    for message in case.messages:
        author = case.person(message.author)
        if message.room == "joint":
            assert author.side in {"claimant", "respondent"} or author.role == "mediator"
        else:
            assert author.role == "mediator" or message.room == f"caucus_{author.side}"


def test_one_disclosure_is_granted_and_one_refused_each_by_its_owner(case: Case) -> None:
    assert sorted(one.answer for one in case.disclosures) == ["consent", "refuse"]
    for one in case.disclosures:
        assert case.person(one.answered_by).side == one.owner
        assert all(case.person(key).side != one.owner for key in one.recipients)


def test_the_joint_room_never_quotes_what_was_said_in_caucus(case: Case) -> None:
    joint = " ".join(message.text for message in case.messages_in("joint"))
    for secret in ("deux mille fiches", "un autre éditeur", "pas d’un coup", "note interne"):  # noqa: RUF001 -- same
        assert any(secret in message.text for message in case.messages if message.room != "joint")
        assert secret not in joint


def test_french_typography_keeps_amounts_and_guillemets_together() -> None:
    assert prose("Il dit « oui » : 48 000 € ;\n   c'est tout.\n\n\nFin !") == (
        "Il dit «\xa0oui\xa0»\xa0: 48\u202f000\u202f€\u202f; c\u2019est tout.\n\nFin\u202f!"
    )
    assert euros(Decimal(14400)) == "14\u202f400\u202f€"
    assert euros(Decimal("1250.5")) == "1\u202f250,50\u202f€"
    assert in_french(date(2026, 3, 1)) == "1er mars 2026"


@pytest.mark.parametrize("kind", ["convention", "settlement"])
def test_what_they_sign_is_accepted_by_the_agreements_room_as_it_stands(case: Case, kind: str) -> None:
    signed = case.convention if kind == "convention" else case.agreement
    names = {"claimant": case.claimant.name, "respondent": case.respondent.name}
    lines = case.agreement.schedule if kind == "settlement" else ()
    typed = {
        "kind": kind,
        "language": "fr",
        "title": signed.title,
        "preamble": signed.preamble,
        "parties": [
            {
                "name": company.name,
                "registration": f"{company.register} {company.spaced_siren}",
                "address": company.address.on_one_line(),
                "represented_by": case.holder_of("representative", role).name,
                "role": role,
            }
            for role, company in sides(case)
        ],
        "clauses": [
            {"heading": one.heading, "body": one.body, "concession_by": one.concession_by} for one in signed.clauses
        ],
        "schedule": [
            {
                "due": line.due,
                "amount_cents": int(line.amount * 100),
                "currency": "EUR",
                "payer": names[case.agreement.payer],
                "payee": names[case.agreement.payee],
                "what": line.label,
            }
            for line in lines
        ],
    }
    text = parse(typed)
    assert [clause.body for clause in text.clauses] == [clause.body for clause in signed.clauses]
    assert sum(one.amount_cents for one in text.schedule) == (1_440_000 if kind == "settlement" else 0)
