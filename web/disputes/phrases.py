"""The words of a dispute: stages, what ends each, categories, and the sentences of refusals."""

from dataclasses import dataclass
from typing import Final

from odr.disputes.invitations import Errand
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import DisputeFacts
from odr.parties.powers import Power
from odr.words import _, exact_moment, phrase

STAGES: Final[dict[Stage, str]] = {
    Stage.DRAFT: phrase("Draft"),
    Stage.COMPLAINT: phrase("Complaint"),
    Stage.SETTLED_DIRECTLY: phrase("Settled between the companies"),
    Stage.REFERRED: phrase("Sent to the centre"),
    Stage.ADMISSIBLE: phrase("Admissible"),
    Stage.INADMISSIBLE: phrase("Not admissible"),
    Stage.DIRECT_NEGOTIATION: phrase("Direct negotiation"),
    Stage.INVITED: phrase("Invitation sent"),
    Stage.NOT_ENGAGED: phrase("Mediation not begun"),
    Stage.CONVENTION_PENDING: phrase("Agreement to mediate"),
    Stage.OPEN: phrase("Mediation open"),
    Stage.SUSPENDED: phrase("Paused"),
    Stage.AGREEMENT_DRAFTING: phrase("Agreement being drafted"),
    Stage.SIGNING: phrase("Signing"),
    Stage.SETTLED: phrase("Settled"),
    Stage.PERFORMING: phrase("Being performed"),
    Stage.PERFORMED: phrase("Performed"),
    Stage.IN_DEFAULT: phrase("In default"),
    Stage.NOT_SETTLED: phrase("Ended without agreement"),
    Stage.ARCHIVED: phrase("Archived"),
    Stage.REOPENING_REQUESTED: phrase("Reopening asked for"),
    Stage.REOPENED: phrase("Reopened in a new file"),
    Stage.DISPOSED: phrase("Disposed of"),
}

ENDS: Final[dict[Stage, str]] = {
    Stage.DRAFT: phrase("This step ends when you send your request to the centre."),
    Stage.COMPLAINT: phrase(
        "This step ends when you settle it between you, or when it goes to the centre: contested, by choice, or"
        " unanswered."
    ),
    Stage.SETTLED_DIRECTLY: phrase("You settled it between you. The record is being sealed."),
    Stage.REFERRED: phrase("This step ends when the centre says whether it can mediate."),
    Stage.ADMISSIBLE: phrase("This step ends when the other party is invited."),
    Stage.DIRECT_NEGOTIATION: phrase("This step ends with terms between you, or with the invitation to a mediation."),
    Stage.INVITED: phrase("This step ends when the invited party accepts or declines, at the latest on %(until)s."),
    Stage.CONVENTION_PENDING: phrase(
        "This step ends when every party has signed the agreement to mediate, the mediator has declared their interests"
        " and nothing stands against them."
    ),
    Stage.OPEN: phrase("This step ends when terms are in sight, or with the term of the mediation, on %(until)s."),
    Stage.SUSPENDED: phrase("The mediator takes the work up again. The term of the mediation still ends on %(until)s."),
    Stage.AGREEMENT_DRAFTING: phrase("This step ends when the mediator freezes the text for signature."),
    Stage.SIGNING: phrase("This step ends when every party's representative has signed."),
    Stage.SETTLED: phrase("The record is being sealed. What you agreed on is to be performed."),
    Stage.PERFORMING: phrase("This step ends when what was agreed on is done."),
    Stage.INADMISSIBLE: phrase("The centre cannot mediate this dispute. Its reason is below."),
    Stage.NOT_ENGAGED: phrase("The other party did not come to the table. You are free to take another way."),
    Stage.NOT_SETTLED: phrase("The mediation has ended without an agreement. What was said in it stays confidential."),
    Stage.ARCHIVED: phrase("The file is closed. Its sealed record is kept and can be verified."),
}

_LINE: Final[tuple[tuple[str, frozenset[Stage]], ...]] = (
    (phrase("Request"), frozenset({Stage.DRAFT, Stage.COMPLAINT, Stage.REFERRED, Stage.INADMISSIBLE})),
    (
        phrase("Invitation"),
        frozenset({Stage.ADMISSIBLE, Stage.DIRECT_NEGOTIATION, Stage.INVITED, Stage.NOT_ENGAGED}),
    ),
    (phrase("Agreement to mediate"), frozenset({Stage.CONVENTION_PENDING})),
    (phrase("Mediation"), frozenset({Stage.OPEN, Stage.SUSPENDED, Stage.NOT_SETTLED})),
    (phrase("Settlement"), frozenset({Stage.AGREEMENT_DRAFTING, Stage.SIGNING})),
    (
        phrase("End"),
        frozenset({Stage.SETTLED, Stage.PERFORMING, Stage.PERFORMED, Stage.IN_DEFAULT, Stage.ARCHIVED})
        | frozenset({Stage.SETTLED_DIRECTLY, Stage.REOPENING_REQUESTED, Stage.REOPENED, Stage.DISPOSED}),
    ),
)

ERRANDS: Final[dict[Errand, str]] = {
    Errand.FIRST: phrase("Invitation"),
    Errand.AGAIN: phrase("Invitation, sent anew"),
    Errand.REMINDER: phrase("Reminder"),
    Errand.BY_HAND: phrase("Reminder, by the secretariat"),
    Errand.PASSED_ON: phrase("Invitation of a colleague"),
}

SENTENCES: Final[dict[str, str]] = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "bad_email": phrase("This does not look like an e-mail address."),
    "bad_amount": phrase("Write an amount such as 48 000 or 48 000,50."),
    "choose_one": phrase("Choose one of the list."),
    "already_seated": phrase("This person sits at this table already."),
    "must_be_independent": phrase(
        "Tick this to declare your independence. If you cannot, tell the centre: it appoints somebody else."
    ),
    "bad_days": phrase("Give a number of days from 5 to 60."),
    "bad_date": phrase("Give a date such as 24/11/2025."),
    "given_later": phrase("A mandate is given before it is written down: check the day."),
    "unknown_exhibit": phrase("Choose one of your own exhibits."),
    "needs_document": phrase(
        "This goes beyond your own mandate: lodge the company's written mandate as an exhibit, then choose it here."
    ),
    "in_the_past": phrase("This day is past: choose a later one."),
    "too_far": phrase("Choose a day within a year."),
    "same_day": phrase("The pause lasts to this day already: choose another, or leave it as it is."),
    "after_term": phrase("The mediation itself ends before: choose an earlier day, or extend the term first."),
}

POWER_WORDS: Final = {
    Power.WORK: phrase("Read, write, lodge exhibits in your own rooms"),
    Power.LAY: phrase("Lay exhibits and the loss worksheet before everyone, take exhibits back"),
    Power.CONSENT: phrase("Consent to a disclosure or refuse it; waive confidentiality"),
    Power.INVITE: phrase("Ask coordinators, counsel and members into the team, end their seats"),
    Power.SETTLE: phrase("Accept, sign, withdraw; representatives, mandates and delegations"),
}


_COMPLAINT_LINE: Final = ((STAGES[Stage.COMPLAINT], frozenset({Stage.COMPLAINT})), _LINE[-1])


def stage_line(dispute: DisputeFacts) -> list[dict[str, str]]:
    """Return the stages as the six steps that a person follows, today's with its own name below.

    A complaint has two, for as long as it is between its companies: it was never mediated.
    """
    line = _COMPLAINT_LINE if dispute.is_complaint else _LINE
    today = next(index for index, (_label, stages) in enumerate(line) if dispute.stage in stages)
    return [
        {
            "label": _(label),
            "state": "done" if index < today else "current" if index == today else "todo",
            "note": _(STAGES[dispute.stage]) if index == today and STAGES[dispute.stage] != label else "",
        }
        for index, (label, _stages) in enumerate(line)
    ]


def what_ends(dispute: DisputeFacts) -> str:
    """Return what ends today's step, with its deadline where there is one."""
    until = dispute.reply_by if dispute.stage is Stage.INVITED else dispute.term_ends
    sentence = ENDS.get(dispute.stage, "")
    if dispute.stage is Stage.SUSPENDED and dispute.pause_ends is not None and until is not None:
        return _(
            "The work goes on by itself after %(pause)s, or before if the mediator takes it up again. The term of the"
            " mediation still ends on %(until)s.",
            pause=exact_moment(dispute.pause_ends),
            until=exact_moment(until),
        )
    if not sentence or ("%(until)s" in sentence and until is None):
        return ""
    return _(sentence, until=exact_moment(until)) if until is not None else _(sentence)


@dataclass(frozen=True, slots=True)
class StepWords:
    """What a confirm page says of one irreversible step: its title, button, consequences, readers, and the reason."""

    title: str
    button: str
    will: tuple[str, ...]
    undo: str = ""
    reason: str = ""  # "", "optional" or "required"
    until: bool = False  # a last day may be set


PAUSE_AND_LAW: Final = phrase(
    "The limitation period is not touched by a pause: it stands still until the mediation ends (French Civil Code,"
    " article 2238)."
)

STEPS: Final[dict[Step, StepWords]] = {
    Step.WITHDRAW: StepWords(
        phrase("Withdraw from the mediation"),
        phrase("Withdraw"),
        (
            phrase("The mediation ends now, without an agreement, for every party."),
            phrase("Periods of limitation run again, for six months at least."),
            phrase("What was said and written in the mediation stays confidential."),
        ),
        undo=phrase("This cannot be undone. A new request stays possible."),
        reason="optional",
    ),
    Step.END: StepWords(
        phrase("End the mediation"),
        phrase("End the mediation"),
        (
            phrase("The mediation ends now, without an agreement, for every party."),
            phrase("A certificate is issued that gives dates and names, nothing of what was said."),
            phrase("Periods of limitation run again, for six months at least."),
        ),
        undo=phrase("This cannot be undone."),
        reason="required",
    ),
    Step.SUSPEND: StepWords(
        phrase("Pause the mediation"),
        phrase("Pause"),
        (
            phrase("Nobody can write or lodge exhibits until you take the work up again."),
            phrase("The term of the mediation goes on."),
            PAUSE_AND_LAW,
        ),
        reason="required",
        until=True,
    ),
    Step.RESUME: StepWords(
        phrase("Take the work up again"),
        phrase("Take the work up again"),
        (phrase("The rooms can be used again."),),
    ),
    Step.NEGOTIATE_DIRECTLY: StepWords(
        phrase("Try between yourselves first"),
        phrase("Try for 30 days"),
        (
            phrase("The other party is not invited to a mediation yet: you talk to it yourselves."),
            phrase("Without terms after 30 days, the centre invites it."),
        ),
    ),
}
