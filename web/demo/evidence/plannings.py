"""Plannings: Microsoft Project XML (v1, v4 with its baseline) and iCalendar (v3); every version slips."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from xml.etree import ElementTree as ET

from web.demo.cast import RESPONDENT
from web.demo.evidence.facts import CHANGES, PLANNINGS, TASKS, Change, task_span
from web.demo.milestones import Milestones, is_working_day, working_day
from web.demo.pleadings import CONTRACT_REFERENCE

NAMESPACE: Final = "http://schemas.microsoft.com/project"
_PRODUCT_ID: Final = "-//Lysandrel//Planification 3.2//FR"
_FOLD: Final = 75  # octets a line, RFC 5545 section 3.1
_OPEN, _CLOSE = time(9), time(18)
_SHIFTS: Final = ((time(9), time(12)), (time(13), time(18)))
_MONDAY, _FRIDAY = 2, 6  # in MSPDI days count from Sunday = 1
_DAYS_A_WEEK: Final = 7


def issued(when: Milestones, version: int) -> date:
    """The day on which that version of the planning went out."""
    return when.after_signature(PLANNINGS[version][0])


def changes_in(version: int) -> tuple[Change, ...]:
    """The change requests that a version takes in."""
    return CHANGES[: PLANNINGS[version][1]]


def change_span(when: Milestones, change: Change) -> tuple[date, date]:
    """The days on which a change is made, from its answer on, as many working days as it was estimated to take."""
    first = last = when.after_signature(change.answered)
    for _ in range(int(change.workdays + 1) - 1):
        last = working_day(last + timedelta(days=1))
    return first, last


def _worked_hours(first: date, last: date) -> int:
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return 8 * sum(is_working_day(day) for day in days)


def _lines(when: Milestones, version: int) -> Iterator[tuple[str, str, date, date, bool, tuple[int, ...], int]]:
    """(name, owner, first day, last day, milestone, predecessors, number in v1 or 0) of each line."""
    for number, task in enumerate(TASKS, start=1):
        first, last = task_span(when, number, version)
        start, end = task.weeks[version - 1]
        yield task.name, task.owner, first, last, start == end, task.after, number
    for change in changes_in(version):
        first, last = change_span(when, change)
        yield f"{change.code} : {change.title}", "L. Massereau", first, last, False, (), 0


class _Node:
    """An element that grows children in the order in which the schema wants them."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element

    def add(self, tag: str) -> "_Node":
        return _Node(ET.SubElement(self.element, tag))

    def put(self, **fields: object) -> None:
        for tag, value in fields.items():
            ET.SubElement(self.element, tag).text = str(int(value)) if isinstance(value, bool) else str(value)


def _moment(day: date, at: time) -> str:
    return datetime.combine(day, at).isoformat()


def _duration(first: date, last: date, *, milestone: bool) -> str:
    return "PT0H0M0S" if milestone else f"PT{_worked_hours(first, last)}H0M0S"


def _write_calendar(project: _Node) -> None:
    calendar = project.add("Calendars").add("Calendar")
    calendar.put(UID=1, Name="Semaine de 40 heures", IsBaseCalendar=True, BaseCalendarUID=-1)
    days = calendar.add("WeekDays")
    for number in range(1, _DAYS_A_WEEK + 1):
        works = _MONDAY <= number <= _FRIDAY
        one = days.add("WeekDay")
        one.put(DayType=number, DayWorking=works)
        if works:
            shifts = one.add("WorkingTimes")
            for start, end in _SHIFTS:
                shifts.add("WorkingTime").put(FromTime=start.isoformat(), ToTime=end.isoformat())


def _write_task(
    tasks: _Node,
    uid: int,
    line: tuple[str, str, date, date, bool, tuple[int, ...], int],
    when: Milestones,
    created: date,
) -> None:
    name, _, first, last, milestone, after, number = line
    finish = _moment(last, _OPEN if milestone else _CLOSE)
    task = tasks.add("Task")
    task.put(
        UID=uid, ID=uid, Name=name, Type=1, IsNull=False, CreateDate=_moment(created, _OPEN), WBS=uid,
        OutlineNumber=uid, OutlineLevel=1, Priority=500, Start=_moment(first, _OPEN), Finish=finish,
        Duration=_duration(first, last, milestone=milestone), DurationFormat=7, EffortDriven=False, Estimated=False,
        Milestone=milestone, Summary=False, Critical=number in (1, 2, 5, 7, 8, 9, 11), FixedCostAccrual=3,
        PercentComplete=100 if last < created else 0, ConstraintType=4, CalendarUID=-1,
        ConstraintDate=_moment(first, _OPEN),
    )  # fmt: skip
    if not number:
        task.put(Notes="Demande de modification, sans avenant.")
    for predecessor in after:
        task.add("PredecessorLink").put(PredecessorUID=predecessor, Type=1, CrossProject=False, LinkLag=0, LagFormat=7)
    if number:
        first, last = task_span(when, number, 1)
        task.add("Baseline").put(
            Number=0, Start=_moment(first, _OPEN), Finish=_moment(last, _OPEN if milestone else _CLOSE),
            Duration=_duration(first, last, milestone=milestone), DurationFormat=7,
        )  # fmt: skip


def project_xml(when: Milestones, version: int) -> bytes:
    """One version as Microsoft Project exchanges it (MSPDI); tasks keep v1's dates as their baseline 0."""
    created = issued(when, version)
    lines = list(_lines(when, version))
    root = ET.Element("Project", xmlns=NAMESPACE)
    project = _Node(root)
    project.put(
        SaveVersion=14, Name=f"{CONTRACT_REFERENCE}-v{version}.xml", Title=f"CRM Tréhoublan, planning v{version}",
        Company=RESPONDENT.name, Author="Nadia Berthomieux", CreationDate=_moment(issued(when, 1), _OPEN),
        LastSaved=_moment(created, time(17, 42)), ScheduleFromStart=True, StartDate=_moment(lines[0][2], _OPEN),
        FinishDate=_moment(max(line[3] for line in lines), _CLOSE), FYStartDate=1, CriticalSlackLimit=0,
        CurrencyDigits=2, CurrencySymbol="€", CurrencyCode="EUR", CalendarUID=1,
        DefaultStartTime=_OPEN.isoformat(), DefaultFinishTime=_CLOSE.isoformat(), MinutesPerDay=480,
        MinutesPerWeek=2400, DaysPerMonth=20, DefaultTaskType=1, DurationFormat=7, WorkFormat=2, WeekStartDay=1,
    )  # fmt: skip
    _write_calendar(project)
    tasks = project.add("Tasks")
    for uid, line in enumerate(lines, start=1):
        _write_task(tasks, uid, line, when, created)
    owners = list(dict.fromkeys(line[1] for line in lines))
    resources = project.add("Resources")
    for uid, owner in enumerate(owners, start=1):
        initials = "".join(word[0] for word in owner.split())
        resources.add("Resource").put(
            UID=uid, ID=uid, Name=owner, Type=1, IsNull=False, Initials=initials, MaxUnits="1.00"
        )
    assignments = project.add("Assignments")
    for uid, line in enumerate(lines, start=1):
        assignments.add("Assignment").put(UID=uid, TaskUID=uid, ResourceUID=owners.index(line[1]) + 1, Units=1)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _escape(text: str) -> str:
    """RFC 5545 section 3.3.11."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """RFC 5545 section 3.1: at most 75 octets, never inside a character."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece


def calendar(when: Milestones, version: int) -> bytes:
    """One version as an iCalendar file (RFC 5545): a whole-day event a line, its slip in the description."""
    stamp = datetime.combine(issued(when, version), time(16, 5), UTC)
    out = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT_ID}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    out.append("X-WR-CALNAME:" + _escape(f"CRM Tréhoublan, planning v{version}"))
    for uid, (name, owner, first, last, milestone, _, number) in enumerate(_lines(when, version), start=1):
        note = f"Responsable : {owner}."
        if number:
            before = task_span(when, number, 1)[1]
            slip = (last - before).days
            note += f"\nRéférence : fin le {before:%d/%m/%Y}. Écart : {slip} jours."
        else:
            note += "\nDemande de modification, sans avenant."
        out += [
            "BEGIN:VEVENT",
            f"UID:{CONTRACT_REFERENCE.lower()}-{uid:02d}@{RESPONDENT.domain}",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{version - 1}",
            f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
            "SUMMARY:" + _escape(name),
            "DESCRIPTION:" + _escape(note),
            "CATEGORIES:" + ("JALON" if milestone else "TÂCHE" if number else "MODIFICATION"),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    out.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in out for piece in _fold(line)).encode()
