"""The tables that a lawyer reads, written out as documents: who sees what, a dispute's life, and its deadlines."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from odr.deadlines.calendar import COUNTRY
from odr.deadlines.table import EXTENSIONS, LINES, Line, Unit
from odr.disputes.lifecycle import ACTIVITIES, ENDS, TRANSITIONS, Stage
from odr.visibility.policy import RULES
from odr.visibility.terms import Condition, SpaceKind, Standing, Thing

_NOTE: Final = "<!-- Written by `entente docs` from {source}. Change the table, not this page. -->"
_NOTHING: Final = "–"  # noqa: RUF001 -- a table of our pages has an en dash where nothing is
_PEOPLE: Final = (
    (Standing.OWNER, "its party"),
    (Standing.COUNTERPARTY, "other party"),
    (Standing.MEDIATOR, "mediator"),
    (Standing.EXPERT, "expert"),
    (Standing.CANDIDATE, "proposed as mediator"),
    (Standing.ARCHIVIST, "archivist"),
    (Standing.SECRETARIAT, "secretariat"),
    (Standing.ADMINISTRATOR, "administrator"),
)
_OF_ITS_PEOPLE: Final = {
    Standing.AGENT: "representative, counsel, coordinator",
    Standing.VOICE: "representative, counsel",
}
_WHEN: Final = {
    Condition.SUPPLIED: "if the mission supplies it",
    Condition.OWN_MISSION: "of their own mission",
    Condition.SHOWN: "if the centre shows it",
    Condition.OF_THE_MEDIATOR: "of the mediator's",
    Condition.TOLD: "once told",
    Condition.RELEASED: "when sealed and authorised",
}


def visibility_markdown() -> str:
    """Return docs/visibility.md: the table by thing and space, then every rule with its reason."""
    lines = [
        _NOTE.format(source="odr/visibility/policy.py"),
        "# Who sees what",
        "",
        "Silence is refusal: what is not written here may not be done, and what a person may not read does not exist",
        "for them. Counsel and team inherit their party's standing; what only some of a team may do names them (agent,",
        "voice). Each space has its own key and its own numbers.",
        "",
        "| thing | space | " + " | ".join(title for _standing, title in _PEOPLE) + " |",
        "|---|---|" + "---|" * len(_PEOPLE),
    ]
    for thing in Thing:
        for space in SpaceKind:
            cells = [_cell(standing, thing, space) for standing, _title in _PEOPLE]
            if any(cells):
                lines.append(
                    f"| {_plain(thing)} | {_plain(space)} | " + " | ".join(cell or _NOTHING for cell in cells) + " |"
                )
    lines += ["", "## The rules", "", "| no. | who | may | with | where | because |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {rule.number} | {_listed(rule.who)} | {_listed(rule.acts)}{_condition(rule.when)} | {_plain(rule.thing)} "
        f"| {_listed(rule.where)} | {rule.because} |"
        for rule in RULES
    ]
    return "\n".join(lines) + "\n"


def lifecycle_markdown() -> str:
    """Return docs/lifecycle.md: the life as a Mermaid diagram, every step with its reason, and what is done inside."""
    lines = [
        _NOTE.format(source="odr/disputes/lifecycle.py"),
        "# The life of a dispute",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {Stage.DRAFT}",
    ]
    lines += [
        f"    {before} --> {line.after}: {_plain(line.step)}"
        for line in TRANSITIONS
        for before in Stage
        if before in line.before
    ]
    lines += [f"    {Stage.DISPOSED} --> [*]", "```", "", "## Every step", ""]
    lines += ["| no. | from | step | to | by | because |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {line.number} | {_listed(line.before)} | {_plain(line.step)} | {_plain(line.after)} | {_listed(line.by)} "
        f"| {line.because} |"
        for line in TRANSITIONS
    ]
    lines += ["", "## What is done inside a stage", "", "| activity | stages |", "|---|---|"]
    lines += [f"| {_plain(activity)} | {_listed(stages)} |" for activity, stages in ACTIVITIES.items()]
    lines += ["", f"A file may be closed and sealed from: {_listed(ENDS)}."]
    return "\n".join(lines) + "\n"


def deadlines_markdown() -> str:
    """Return docs/deadlines.md: every deadline with its length, its reminders, its end and its reason."""
    lines = [
        _NOTE.format(source="odr/deadlines/table.py"),
        "# Deadlines",
        "",
        "The day from which a deadline runs does not count; months go from day to day (French Code of Civil Procedure,",
        "art. 641). A deadline ends at the last instant of its last day in the centre's zone; where that day is a",
        f"Saturday, a Sunday or a public holiday ({COUNTRY}), on the next working day (art. 642). A given day is kept",
        "as people chose it. Reminders leave at nine in the morning. No deadline can end in the past.",
        "",
        "| deadline | what | from | how long | reminded | at its end | because |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {_plain(line.deadline)} | {line.what} | {line.starts} | {_length(line)} | {_reminders(line)} "
        f"| {line.at_end} | {line.because} |"
        for line in LINES
    ]
    lines += ["", f"The term may be extended {'once' if EXTENSIONS == 1 else f'{EXTENSIONS} times'}."]
    return "\n".join(lines) + "\n"


def _length(line: Line) -> str:
    return line.unit.value if line.unit is Unit.A_GIVEN_DAY else f"{line.length} {line.unit.value}"


def _reminders(line: Line) -> str:
    return ", ".join(
        f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'after the start' if days > 0 else 'before'}"
        for days in line.reminders
    )


def _cell(standing: Standing, thing: Thing, space: SpaceKind) -> str:
    """Return every act that this standing has here, with its condition."""
    acts: list[str] = []
    for rule in RULES:
        if rule.thing is not thing or space not in rule.where:
            continue
        if standing in rule.who:
            acts += [f"{_plain(act)}{_condition(rule.when)}" for act in sorted(rule.acts)]
        for special, title in _OF_ITS_PEOPLE.items() if standing is Standing.OWNER else ():
            if special in rule.who:
                acts += [f"{_plain(act)} ({title})" for act in sorted(rule.acts)]
    return ", ".join(dict.fromkeys(acts))


def _condition(when: Condition) -> str:
    return f" ({_WHEN[when]})" if when in _WHEN else ""


def _listed(words: Iterable[StrEnum]) -> str:
    return ", ".join(sorted(_plain(word) for word in words))


def _plain(word: StrEnum) -> str:
    return word.value.replace("_", " ")
