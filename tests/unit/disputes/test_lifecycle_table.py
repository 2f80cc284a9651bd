"""The life cycle says what the design says: every listed step leads where it should, every other is refused."""

import pytest

from odr.disputes.lifecycle import ACTIVITIES, ENDS, TRANSITIONS, Activity, By, Stage, Step, require, transition
from odr.errors import WrongStageError
from odr.tables_as_docs import lifecycle_markdown

DESIGN = """
draft file referred
draft complain complaint
complaint contest referred
complaint refer referred
complaint settle_directly settled_directly
settled_directly seal archived
referred qualify admissible
referred reject inadmissible
admissible negotiate_directly direct_negotiation
direct_negotiation reach_terms agreement_drafting
direct_negotiation invite invited
admissible invite invited
invited accept convention_pending
invited decline not_engaged
invited lapse not_engaged
convention_pending open open
open suspend suspended
suspended resume open
open reach_terms agreement_drafting
agreement_drafting fall_through open
agreement_drafting freeze signing
signing settle settled
signing refuse_to_sign agreement_drafting
agreement_drafting lose_draft open
signing lose_draft open
settled perform performing
performing complete performed
performing default in_default
in_default cure performing
convention_pending withdraw not_settled
open withdraw not_settled
suspended withdraw not_settled
agreement_drafting withdraw not_settled
signing withdraw not_settled
convention_pending end not_settled
open end not_settled
suspended end not_settled
agreement_drafting end not_settled
signing end not_settled
convention_pending expire not_settled
open expire not_settled
suspended expire not_settled
agreement_drafting expire not_settled
signing expire not_settled
inadmissible seal archived
not_engaged seal archived
settled seal archived
performing seal archived
performed seal archived
in_default seal archived
not_settled seal archived
archived request_reopening reopening_requested
reopening_requested grant_reopening reopened
reopening_requested refuse_reopening archived
archived dispose disposed
"""
LINES = {(Stage(a), Step(b)): Stage(c) for a, b, c in (line.split() for line in DESIGN.split("\n") if line)}
EVERYBODY = frozenset(By)


def test_every_step_of_the_design_is_there_and_no_other() -> None:
    for stage in Stage:
        for step in Step:
            if (stage, step) in LINES:
                assert transition(stage, step, EVERYBODY).after is LINES[stage, step]
            else:
                with pytest.raises(WrongStageError) as refused:
                    transition(stage, step, EVERYBODY)
                assert refused.value.details == {"stage": stage, "step": step}


def test_a_step_is_taken_only_by_those_the_table_names() -> None:
    for stage, step in LINES:
        line = transition(stage, step, EVERYBODY)
        for somebody in By:
            if somebody in line.by:
                assert transition(stage, step, frozenset({somebody})) is line
            else:
                with pytest.raises(WrongStageError):
                    transition(stage, step, frozenset({somebody}))


def test_nobody_stands_as_nobody() -> None:
    with pytest.raises(WrongStageError):
        transition(Stage.DRAFT, Step.FILE, frozenset())


def test_every_stage_but_the_last_ones_leads_somewhere_and_each_can_be_reached() -> None:
    for stage in Stage:
        leaves = any(stage in line.before for line in TRANSITIONS)
        assert leaves != (stage in {Stage.REOPENED, Stage.DISPOSED}), stage
        assert stage is Stage.DRAFT or any(line.after is stage for line in TRANSITIONS), stage


def test_every_end_is_sealed() -> None:
    for stage in ENDS:
        assert transition(stage, Step.SEAL, EVERYBODY).after is Stage.ARCHIVED


@pytest.mark.parametrize("activity", Activity)
def test_an_activity_is_refused_outside_its_stages(activity: Activity) -> None:
    for stage in Stage:
        if stage in ACTIVITIES[activity]:
            require(stage, activity)
        else:
            with pytest.raises(WrongStageError):
                require(stage, activity)


def test_nobody_speaks_apart_before_the_table_is_open_or_after_it_closed() -> None:
    assert ACTIVITIES[Activity.SPEAK_APART] == {Stage.OPEN, Stage.AGREEMENT_DRAFTING, Stage.SIGNING}


def test_the_document_draws_every_step() -> None:
    document = lifecycle_markdown()
    for line in TRANSITIONS:
        assert f"| {line.number} |" in document
        for before in line.before:
            assert f"    {before} --> {line.after}: {line.step.value.replace('_', ' ')}" in document
