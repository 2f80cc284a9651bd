import json
from typing import Any

import pytest

from odr.disputes.filing import Draft
from odr.disputes.queries import Category
from odr.errors import InvalidInputError
from odr.intake.answers import (
    State,
    answers_of,
    check,
    draft_from,
    gathered,
    missing_of,
    problems_of,
    require_whole,
    state_of,
)
from odr.intake.causes import CAUSES
from odr.intake.questions import BY_KEY, TOPICS, topic_after
from odr.intake.repeated import OTHERS, STEP
from odr.intake.shapes import Shape
from odr.intake.summary import canonical, program, sections
from odr.words import use_language
from tests.journey import DRAFT

ALL = [question for topic in TOPICS for question in topic.questions]
WHOLE = answers_of(DRAFT)


def test_every_kind_of_dispute_is_asked_about_its_cause_and_by_no_other_kinds_questions():
    for category in Category:
        asked = [question for question in CAUSES if category in question.only]
        assert asked, category
        assert all(question.only == {category} for question in asked)


def test_every_answer_has_a_key_of_its_own_and_every_follow_up_an_earlier_question():
    keys = [question.key for question in ALL]
    assert len(keys) == len(set(keys))
    for place, question in enumerate(ALL):
        if question.after is not None:
            earlier, leads = question.after
            asked = next(known for known in ALL[:place] if known.key == earlier)
            assert leads <= {option.key for option in asked.options}


def test_a_question_follows_only_after_the_answer_that_leads_to_it():
    contract = BY_KEY["contract"]
    keys = [question.key for question in contract.asked(Category.OTHER, {"mediation": "no"})]
    assert "mediation_words" not in keys
    keys = [question.key for question in contract.asked(Category.OTHER, {"mediation": "yes", "clauses": "price,scope"})]
    assert {"mediation_words", "clause_words"} <= set(keys)


def test_the_pages_follow_one_another_to_the_last():
    keys, page = [TOPICS[0].key], topic_after(TOPICS[0].key)
    while page is not None:
        keys.append(page.key)
        page = topic_after(page.key)
    assert keys == [topic.key for topic in TOPICS]


@pytest.mark.parametrize(
    ("topic", "key", "given", "code"),
    [
        ("about", "title", "x" * 201, "too_long"),
        ("about", "category", "theft", "choose_one"),
        ("loss", "amount", "beaucoup", "bad_amount"),
        ("loss", "currency", "BTC", "choose_one"),
        ("others", "contact_email", "rene", "bad_email"),
        ("contract", "clauses", "scope,theft", "choose_one"),
        ("urgency", "urgent_on", "demain", "bad_date"),
        ("steps", "step_1_proof", "00000000-0000-0000-0000-000000000000", "choose_one"),
        ("steps", "step_1_on", "2026-02-30", "bad_date"),
    ],
)
def test_what_is_wrong_is_said_and_kept_as_it_was_typed(topic, key, given, code):
    answers = {"urgent": "date", key: given}
    found = check(BY_KEY[topic].whole(Category.OTHER, answers), answers)
    assert found.problems[key] == code
    assert found.answers[key] == given


def test_a_draft_comes_back_from_its_answers_and_wrong_ones_stand_beside_their_columns():
    rows = {"other_1_name": "Assureur", "other_1_contact_email": "pas une adresse", "step_1_what": "notice"}
    answers = WHOLE | rows | {"amount": "beaucoup", "category": "theft", "urgent": "grows"}
    draft = draft_from(answers, ("about", "loss", "about"))
    assert (draft.amount, draft.category, draft.kept) == ("", "other", ("about", "loss"))
    assert draft.others[0].name == "Assureur"
    assert draft.others[0].contact_email == ""
    assert answers_of(draft) == answers
    assert draft_from(answers_of(DRAFT), ()) == DRAFT


def test_rows_close_up_when_one_is_emptied():
    answers = {
        "step_1_what": "",
        "step_2_what": "reminder",
        "step_2_on": "2026-01-05",
        "step_4_what": "notice",
        "x": "y",
    }
    assert STEP.filled(answers) == 4
    closed = {key: text for key, text in STEP.closed_up(answers).items() if text}
    assert closed == {"step_1_what": "reminder", "step_1_on": "2026-01-05", "step_2_what": "notice", "x": "y"}


def test_a_form_says_several_options_as_one_answer():
    questions = BY_KEY["contract"].questions
    form = {"clauses": ["scope", "price"], "mediation": ["no", "yes"]}
    found = gathered(questions, form)
    assert (found["clauses"], found["mediation"], found["contract"]) == ("scope,price", "yes", "")


def test_how_far_a_page_is():
    loss, company, steps = BY_KEY["loss"], BY_KEY["company"], BY_KEY["steps"]
    assert state_of(loss, {"currency": "EUR", "category": "other"}, ()) is State.TODO
    assert state_of(loss, {"currency": "EUR", "loss": "Des ventes"}, ()) is State.STARTED
    assert state_of(loss, {"currency": "EUR"}, ("loss",)) is State.DONE
    assert state_of(loss, {"currency": "EUR", "amount": "x"}, ("loss",)) is State.WRONG
    assert state_of(company, {}, ("company",)) is State.STARTED
    assert state_of(company, {"company": "A", "registration": "1", "address": "B"}, ()) is State.DONE
    assert state_of(steps, {}, ("steps",)) is State.DONE


def test_only_a_whole_request_may_be_sent():
    require_whole(WHOLE)
    with pytest.raises(InvalidInputError) as refused:
        require_whole(answers_of(Draft()))
    assert set(refused.value.fields) == {
        "title", "facts", "wished", "company", "respondent", "contact_name", "contact_email",
    }  # fmt: skip
    assert problems_of(WHOLE | {"other_1_address": "Quai"}, whole=True) == {
        "other_1_name": "required", "other_1_contact_name": "required", "other_1_contact_email": "required",
    }  # fmt: skip


def test_the_summary_is_read_by_people_and_by_programs_and_never_names_a_private_exhibit():
    held = "7d3b0f2e-1111-4222-8333-444455556666"
    answers = WHOLE | {
        "step_1_what": "notice", "step_1_on": "2026-03-02", "step_1_proof": held, "step_2_what": "reminder",
        "step_2_proof": "later", "clauses": "delays,penalties", "late_state": "part", "urgent_on": "not asked",
    }  # fmt: skip
    with use_language("fr"):
        lines = {line.key: line for section in sections(answers) for line in section.lines}
    assert lines["step_1_what"].label == "Démarche 1 · Ce qui a été fait"
    assert lines["step_1_what"].text == "Une mise en demeure"
    assert lines["step_1_on"].text == "lundi 2 mars 2026"
    assert lines["step_1_proof"].text == "Un document, dans le brouillon privé de la partie"
    assert lines["clauses"].text == "Délais et jalons · Pénalités ou avoirs de service"
    assert lines["amount"].text.replace("\u202f", " ").replace("\xa0", " ") == "48 000,00 €"
    assert "urgent_on" not in lines
    told: dict[str, Any] = dict(program(answers, parties=True))
    assert told["amount_cents"] == 4_800_000
    assert told["steps"][0] == {"what": "notice", "on": "2026-03-02", "words": "", "proof": "held"}
    assert "late_promised" in told["missing"]
    assert canonical(answers, parties=True) == canonical(dict(reversed(answers.items())), parties=True)
    assert json.loads(canonical(answers, parties=True)) == told
    assert DRAFT.contact_email in canonical(answers, parties=True).decode()
    assert DRAFT.contact_email not in canonical(answers, parties=False).decode()
    assert held not in str(sections(answers)) + canonical(answers, parties=True).decode()


def test_what_was_asked_and_not_answered_is_told():
    missing = {question.key for _topic, question in missing_of(WHOLE)}
    assert {"loss", "mediation", "late_promised"} <= missing
    assert "mediation_words" not in missing
    assert not set(OTHERS.keys_of(1)) & missing
    assert Shape.PROOF in {question.shape for question in STEP.questions}
