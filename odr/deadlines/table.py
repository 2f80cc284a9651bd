"""THE table of deadlines: what runs, from when, how long, who is reminded when, and what follows when it has passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from odr.deadlines.calendar import after_months, after_working_days, day_of, end_of, next_working_day
from odr.words import home_zone


class Deadline(StrEnum):
    """What may run out."""

    QUALIFY = "qualify"
    COMPLETE = "complete"
    COMPLAINT = "complaint"
    DIRECT_NEGOTIATION = "direct_negotiation"
    COMPLETION = "completion"
    APPOINT = "appoint"
    INVITE = "invite"
    DECIDE_OBJECTION = "decide_objection"
    DECIDE_ACCESS = "decide_access"
    DECIDE_REOPENING = "decide_reopening"
    RANKING = "ranking"
    OBJECTION = "objection"
    REPLY = "reply"
    SIGNATURE = "signature"
    TERM = "term"
    PAUSE = "pause"
    SESSION = "session"
    MINUTES = "minutes"
    OFFER = "offer"
    CONSENT = "consent"
    TELLING = "telling"
    DELEGATION = "delegation"
    COMMITMENT = "commitment"
    INSTALMENT = "instalment"


class Unit(StrEnum):
    """In what a deadline is counted."""

    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"
    A_GIVEN_DAY = "a given day"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``reminders`` are days: after the start, or before the end where negative."""

    deadline: Deadline
    what: str
    starts: str
    length: int
    unit: Unit
    reminders: tuple[int, ...]
    at_end: str
    because: str


# fmt: off
LINES: Final[tuple[Line, ...]] = (
    Line(Deadline.QUALIFY, "The centre says whether it can mediate.", "the referral", 3, Unit.WORKING_DAYS, (-1,),
         "The secretariat is told that it is late.", "Who refers a dispute is answered within days."),
    Line(Deadline.COMPLETE, "The claimant completes its request.", "the centre's question", 0, Unit.A_GIVEN_DAY,
         (-2,), "The claimant and the secretariat are told that its day has passed; it may still be completed.",
         "Who asks says until when, and who was asked is reminded."),
    Line(Deadline.COMPLAINT, "The other company answers a complaint.", "the complaint", 15, Unit.DAYS, (7, -3),
         "The complaint becomes a referral to the centre.", "A complaint is a direct exchange, but not for ever."),
    Line(Deadline.DIRECT_NEGOTIATION, "The parties try between themselves.", "their choice", 30, Unit.DAYS, (-7,),
         "The invitation leaves.", "Parties who try between themselves have 30 days before the invitation leaves."),
    Line(Deadline.APPOINT, "The centre appoints a mediator.", "admission", 5, Unit.WORKING_DAYS, (-1,),
         "The secretariat is told that it is late.", "Nobody waits for a mediator without knowing until when."),
    Line(Deadline.COMPLETION, "The centre reads what completes a request.", "the completion", 3, Unit.WORKING_DAYS,
         (-1,), "The secretariat is told that it is late.", "Who completes a request is answered as soon."),
    Line(Deadline.INVITE, "The centre invites the other party.", "admission", 5, Unit.WORKING_DAYS, (-1,),
         "The secretariat is told that it is late.", "A request that was admitted reaches the other party."),
    Line(Deadline.DECIDE_OBJECTION, "The centre decides on an objection.", "the objection", 3, Unit.WORKING_DAYS, (-1,),
         "The secretariat is told that it is late.", "Nobody mediates long under a doubt."),
    Line(Deadline.DECIDE_ACCESS, "The centre decides who may read a sealed record.", "the request", 5,
         Unit.WORKING_DAYS, (-1,), "The secretariat is told that it is late.", "Whoever asks is answered."),
    Line(Deadline.DECIDE_REOPENING, "The centre decides whether a dispute is reopened.", "the request", 10,
         Unit.WORKING_DAYS, (-1,), "The secretariat is told that it is late.", "Whoever asks is answered."),
    Line(Deadline.RANKING, "Each side ranks the mediators that the centre lists.", "the list", 5, Unit.WORKING_DAYS,
         (-2,), "The rule decides with the rankings that are there.", "Who does not rank leaves the choice to others."),
    Line(Deadline.OBJECTION, "A party may object to a mediator.", "the declaration of interests", 5, Unit.WORKING_DAYS,
         (-1,), "Who has not objected accepts; the table may open.", "Independence is declared before the start."),
    Line(Deadline.REPLY, "The invited party answers.", "the invitation", 15, Unit.DAYS, (7, -3),
         "The invitation has lapsed; a record of the attempt is made.",
         "The invited party has 15 days to answer; without an answer, the centre notes it."),
    Line(Deadline.SIGNATURE, "Every party signs the agreement to mediate.", "the text that awaits signatures", 15,
         Unit.DAYS, (7, -3), "The secretariat is told who is awaited.", "A text that awaits signatures goes stale."),
    Line(Deadline.TERM, "The mediation itself.", "the opening", 3, Unit.MONTHS, (-14, -3),
         "The mediation ends without an agreement.",
         "The agreement to mediate runs for three months; one extension of as long."),
    Line(Deadline.PAUSE, "A pause of the mediation.", "the pause", 0, Unit.A_GIVEN_DAY, (-3, -1),
         "The work goes on, and the table is told.", "Who waits knows until when; the term and limitation go on."),
    Line(Deadline.SESSION, "A meeting, with everyone or apart.", "the call", 0, Unit.A_GIVEN_DAY, (-7, -1),
         "The mediator is asked whether it took place.", "Who is called to a meeting is reminded of it."),
    Line(Deadline.MINUTES, "The parties approve or contest the minutes of a meeting of everyone.", "their publication",
         10, Unit.DAYS, (-3,), "The mediator is told who has not answered; silence approves nothing.",
         "What was said is agreed on while it is fresh."),
    Line(Deadline.OFFER, "Every other party answers an offer.", "the offer", 0, Unit.A_GIVEN_DAY, (-2,),
         "The offer lapses, and everyone at the table is told at the same instant.",
         "Who is made an offer knows until when it holds, and it holds until then (French Civil Code, art. 1116)."),
    Line(Deadline.CONSENT, "A party consents to a disclosure.", "the question", 14, Unit.DAYS, (-3,),
         "Question and consent lapse: nothing is disclosed.", "A consent is specific, and so is its time."),
    Line(Deadline.TELLING, "A party is not told yet that an exception of the law was used.", "the disclosure", 0,
         Unit.A_GIVEN_DAY, (), "The party is told.", "A person in danger may need time: ninety days at most."),
    Line(Deadline.DELEGATION, "A seat held for somebody else.", "the delegation", 0, Unit.A_GIVEN_DAY, (-2,),
         "The seat ends.", "Who stands in for another does so until a day that both know."),
    Line(Deadline.COMMITMENT, "A commitment of the settlement that is no payment.", "the signature", 0,
         Unit.A_GIVEN_DAY, (-7,), "Both sides are told that its day has passed, unless it is told done.",
         "What was promised is remembered before it is late."),
    Line(Deadline.INSTALMENT, "A payment of the settlement.", "the signature", 0, Unit.A_GIVEN_DAY, (-7,),
         "Both sides are told that its day has passed.", "A schedule serves only if it reminds those who pay."),
)
# fmt: on
TABLE: Final[dict[Deadline, Line]] = {line.deadline: line for line in LINES}

EXTENSIONS: Final = 1
"""How many times the term may be extended."""

_MORNING: Final = time(9)
"""When reminders leave, in the centre's zone: nobody is reminded at midnight."""


def due_at(deadline: Deadline, start: datetime, *, length: int | None = None) -> datetime:
    """Return when a deadline that starts at ``start`` ends: the last instant of its last day, in the centre's zone.

    ``length`` replaces the table's, where a centre has set its own. What would end on a day of rest is carried to the
    next working day; a given day, which people chose, is not: take :func:`odr.deadlines.calendar.end_of`.
    """
    line = TABLE[deadline]
    count = line.length if length is None else length
    day = day_of(start)
    if line.unit is Unit.MONTHS:
        day = after_months(day, count)
    elif line.unit is Unit.WORKING_DAYS:
        day = after_working_days(day, count)
    else:
        day += timedelta(days=count)
    return end_of(next_working_day(day))


def reminders_at(deadline: Deadline, start: datetime, due: datetime) -> Iterator[datetime]:
    """Yield when to remind, in the table's order: mornings between start and end; the others are left out."""
    for days in TABLE[deadline].reminders:
        day = (day_of(start) if days > 0 else day_of(due)) + timedelta(days=days)
        moment = datetime.combine(day, _MORNING, home_zone)
        if start < moment < due:
            yield moment
