"""THE table of a dispute's life: stages, what leads from one to the next, who may do it, and what may be done inside."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.errors import WrongStageError


class Stage(StrEnum):
    """Where a dispute stands."""

    DRAFT = "draft"
    COMPLAINT = "complaint"
    SETTLED_DIRECTLY = "settled_directly"
    REFERRED = "referred"
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"
    DIRECT_NEGOTIATION = "direct_negotiation"
    INVITED = "invited"
    NOT_ENGAGED = "not_engaged"
    CONVENTION_PENDING = "convention_pending"
    OPEN = "open"
    SUSPENDED = "suspended"
    AGREEMENT_DRAFTING = "agreement_drafting"
    SIGNING = "signing"
    SETTLED = "settled"
    PERFORMING = "performing"
    PERFORMED = "performed"
    IN_DEFAULT = "in_default"
    NOT_SETTLED = "not_settled"
    ARCHIVED = "archived"
    REOPENING_REQUESTED = "reopening_requested"
    REOPENED = "reopened"
    DISPOSED = "disposed"


class Step(StrEnum):
    """What leads from one stage to another."""

    FILE = "file"
    COMPLAIN = "complain"
    CONTEST = "contest"
    REFER = "refer"
    SETTLE_DIRECTLY = "settle_directly"
    QUALIFY = "qualify"
    REJECT = "reject"
    NEGOTIATE_DIRECTLY = "negotiate_directly"
    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    OPEN = "open"
    SUSPEND = "suspend"
    RESUME = "resume"
    REACH_TERMS = "reach_terms"
    FALL_THROUGH = "fall_through"
    FREEZE = "freeze"
    REFUSE_TO_SIGN = "refuse_to_sign"
    LOSE_DRAFT = "lose_draft"
    SETTLE = "settle"
    PERFORM = "perform"
    COMPLETE = "complete"
    DEFAULT = "default"
    CURE = "cure"
    WITHDRAW = "withdraw"
    END = "end"
    EXPIRE = "expire"
    SEAL = "seal"
    REQUEST_REOPENING = "request_reopening"
    GRANT_REOPENING = "grant_reopening"
    REFUSE_REOPENING = "refuse_reopening"
    DISPOSE = "dispose"


class By(StrEnum):
    """Who may take a step."""

    CLAIMANT = "claimant"
    RESPONDENT = "respondent"
    MEDIATOR = "mediator"
    SECRETARIAT = "secretariat"
    ARCHIVIST = "archivist"
    PLATFORM = "platform"  # a timer, or the last signature


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table. ``number`` is what the ledger cites."""

    number: str
    before: frozenset[Stage]
    step: Step
    after: Stage
    by: frozenset[By]
    because: str


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


def _by(*who: By) -> frozenset[By]:
    return frozenset(who)


_PARTIES: Final = _by(By.CLAIMANT, By.RESPONDENT)
_MEDIATOR: Final = _by(By.MEDIATOR)
_SECRETARIAT: Final = _by(By.SECRETARIAT)
_PLATFORM: Final = _by(By.PLATFORM)
_UNDER_WAY: Final = _at(Stage.CONVENTION_PENDING, Stage.OPEN, Stage.SUSPENDED, Stage.AGREEMENT_DRAFTING, Stage.SIGNING)
ENDS: Final = _at(
    Stage.SETTLED_DIRECTLY,
    Stage.INADMISSIBLE,
    Stage.NOT_ENGAGED,
    Stage.SETTLED,
    Stage.PERFORMING,
    Stage.PERFORMED,
    Stage.IN_DEFAULT,
    Stage.NOT_SETTLED,
)

# fmt: off
TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition("L1", _at(Stage.DRAFT), Step.FILE, Stage.REFERRED, _by(By.CLAIMANT), "The claimant refers the dispute to the centre."),
    Transition("L2", _at(Stage.REFERRED), Step.QUALIFY, Stage.ADMISSIBLE, _SECRETARIAT, "The centre can mediate it."),
    Transition("L3", _at(Stage.REFERRED), Step.REJECT, Stage.INADMISSIBLE, _SECRETARIAT, "The centre cannot mediate it."),
    Transition("L4", _at(Stage.ADMISSIBLE), Step.NEGOTIATE_DIRECTLY, Stage.DIRECT_NEGOTIATION, _by(By.CLAIMANT, By.SECRETARIAT), "The parties first try between themselves."),
    Transition("L5", _at(Stage.DIRECT_NEGOTIATION), Step.REACH_TERMS, Stage.AGREEMENT_DRAFTING, _PARTIES, "They found terms without a mediator."),
    Transition("L6", _at(Stage.ADMISSIBLE, Stage.DIRECT_NEGOTIATION), Step.INVITE, Stage.INVITED, _by(By.CLAIMANT, By.SECRETARIAT, By.PLATFORM), "The other party is invited; a deadline or an impasse ends direct negotiation."),
    Transition("L7", _at(Stage.INVITED), Step.ACCEPT, Stage.CONVENTION_PENDING, _by(By.RESPONDENT, By.PLATFORM), "The other party agrees to come to the table; of several, those who accepted once all have answered or the deadline has passed."),
    Transition("L8", _at(Stage.INVITED), Step.DECLINE, Stage.NOT_ENGAGED, _by(By.RESPONDENT), "Mediation is voluntary."),
    Transition("L9", _at(Stage.INVITED), Step.LAPSE, Stage.NOT_ENGAGED, _PLATFORM, "No reply by the deadline."),
    Transition("L10", _at(Stage.CONVENTION_PENDING), Step.OPEN, Stage.OPEN, _PLATFORM, "Every party signed, the mediator declared independence, and no window to object to them is open."),
    Transition("L11", _at(Stage.OPEN), Step.SUSPEND, Stage.SUSPENDED, _MEDIATOR, "The mediator pauses the work."),
    Transition("L12", _at(Stage.SUSPENDED), Step.RESUME, Stage.OPEN, _by(By.MEDIATOR, By.PLATFORM), "The work goes on: the mediator says so, or the day set for it is over."),
    Transition("L13", _at(Stage.OPEN), Step.REACH_TERMS, Stage.AGREEMENT_DRAFTING, _MEDIATOR, "Terms are in sight: a text is drafted."),
    Transition("L14", _at(Stage.AGREEMENT_DRAFTING), Step.FALL_THROUGH, Stage.OPEN, _MEDIATOR, "The terms do not hold: back to the table."),
    Transition("L15", _at(Stage.AGREEMENT_DRAFTING), Step.FREEZE, Stage.SIGNING, _MEDIATOR, "The text is frozen for signature."),
    Transition("L16", _at(Stage.SIGNING), Step.REFUSE_TO_SIGN, Stage.AGREEMENT_DRAFTING, _PARTIES, "A party refuses: the text is taken up again."),
    Transition("L17", _at(Stage.SIGNING), Step.SETTLE, Stage.SETTLED, _PLATFORM, "The last representative signed."),
    Transition("L18", _at(Stage.SETTLED), Step.PERFORM, Stage.PERFORMING, _by(By.CLAIMANT, By.RESPONDENT, By.MEDIATOR, By.PLATFORM), "What was agreed is being done."),
    Transition("L19", _at(Stage.PERFORMING), Step.COMPLETE, Stage.PERFORMED, _PARTIES, "What was agreed is done."),
    Transition("L20", _at(Stage.PERFORMING), Step.DEFAULT, Stage.IN_DEFAULT, _by(By.CLAIMANT, By.RESPONDENT, By.PLATFORM), "A commitment was not kept."),
    Transition("L21", _at(Stage.IN_DEFAULT), Step.CURE, Stage.PERFORMING, _PARTIES, "The default was cured or the agreement amended."),
    Transition("L22", _UNDER_WAY, Step.WITHDRAW, Stage.NOT_SETTLED, _PARTIES, "A party may leave at any time."),
    Transition("L23", _UNDER_WAY, Step.END, Stage.NOT_SETTLED, _MEDIATOR, "The mediator may end the mediation."),
    Transition("L24", _UNDER_WAY, Step.EXPIRE, Stage.NOT_SETTLED, _PLATFORM, "The term of the agreement to mediate has run out."),
    Transition("L25", ENDS, Step.SEAL, Stage.ARCHIVED, _by(By.PLATFORM, By.SECRETARIAT), "The file is closed and its record kept."),
    Transition("L26", _at(Stage.ARCHIVED), Step.REQUEST_REOPENING, Stage.REOPENING_REQUESTED, _by(By.CLAIMANT, By.RESPONDENT, By.ARCHIVIST), "The dispute comes up again."),
    Transition("L27", _at(Stage.REOPENING_REQUESTED), Step.GRANT_REOPENING, Stage.REOPENED, _by(By.SECRETARIAT, By.ARCHIVIST), "Two people of the centre agree: a linked new file is made."),
    Transition("L28", _at(Stage.REOPENING_REQUESTED), Step.REFUSE_REOPENING, Stage.ARCHIVED, _by(By.SECRETARIAT, By.ARCHIVIST), "The request is refused; the record stays."),
    Transition("L29", _at(Stage.ARCHIVED), Step.DISPOSE, Stage.DISPOSED, _PLATFORM, "Retention is over and nothing holds the record."),
    Transition("L30", _at(Stage.DRAFT), Step.COMPLAIN, Stage.COMPLAINT, _by(By.CLAIMANT), "The claimant first complains to the other company, without the centre."),
    Transition("L31", _at(Stage.COMPLAINT), Step.CONTEST, Stage.REFERRED, _by(By.RESPONDENT), "A complaint that is contested becomes a request to the centre."),
    Transition("L32", _at(Stage.COMPLAINT), Step.REFER, Stage.REFERRED, _by(By.CLAIMANT, By.RESPONDENT, By.PLATFORM), "By choice of either company, or unanswered by the deadline."),
    Transition("L33", _at(Stage.COMPLAINT), Step.SETTLE_DIRECTLY, Stage.SETTLED_DIRECTLY, _PARTIES, "The companies settled it between themselves."),
    Transition("L34", _at(Stage.AGREEMENT_DRAFTING, Stage.SIGNING), Step.LOSE_DRAFT, Stage.OPEN, _PLATFORM, "What the draft was made from was stopped as a wrong disclosure: back to the table."),
)
# fmt: on


class Activity(StrEnum):
    """Work that does not change the stage, in any order."""

    PREPARE = "prepare"  # write and lodge in one's private draft
    SPEAK_APART = "speak_apart"  # messages and exhibits in caucus
    SPEAK_TOGETHER = "speak_together"  # messages and exhibits in the joint space
    EXAMINE = "examine"  # the expert's mission
    DECLARE_INDEPENDENCE = "declare_independence"
    SIGN_CONVENTION = "sign_convention"
    APPOINT = "appoint"  # the centre proposes a mediator, or has the parties choose one
    MAKE_TEAM = "make_team"  # a party invites its people
    SUCCEED = "succeed"  # a mediator joins a mediation that is open: the rooms are there, and full
    EXTEND_TERM = "extend_term"
    USE_EXCEPTION = "use_exception"  # what the law itself lets a mediator disclose: a danger does not end with the work
    DRAFT_AGREEMENT = "draft_agreement"
    SIGN_AGREEMENT = "sign_agreement"
    PERFORM = "perform"  # say that what was agreed is done, confirm or contest it
    MEET_TOGETHER = "meet_together"  # before the agreement to mediate too: the first meeting may come first
    NOTE_MEETING = "note_meeting"  # whether it took place
    KEEP_MINUTES = "keep_minutes"  # write them, approve or contest them: in a pause, too
    MAKE_OFFER = "make_offer"  # of terms, to every other party
    ANSWER_OFFER = "answer_offer"  # accept or refuse it, or take one's own back: in a pause too, for its day goes on


_TALKING: Final = _at(Stage.OPEN, Stage.AGREEMENT_DRAFTING, Stage.SIGNING)
_COMPLAINT: Final = _at(Stage.COMPLAINT)
ACTIVITIES: Final[dict[Activity, frozenset[Stage]]] = {
    Activity.PREPARE: frozenset(Stage)
    - _at(
        Stage.SETTLED_DIRECTLY,
        Stage.INADMISSIBLE,
        Stage.NOT_ENGAGED,
        Stage.NOT_SETTLED,
        Stage.SETTLED,
        Stage.PERFORMED,
        Stage.ARCHIVED,
        Stage.REOPENING_REQUESTED,
        Stage.REOPENED,
        Stage.DISPOSED,
    ),
    Activity.SPEAK_APART: _TALKING,
    Activity.SPEAK_TOGETHER: _TALKING | _COMPLAINT,  # two companies may talk before anybody mediates
    Activity.EXAMINE: _at(Stage.OPEN, Stage.AGREEMENT_DRAFTING),
    Activity.DECLARE_INDEPENDENCE: _UNDER_WAY,
    Activity.SIGN_CONVENTION: _at(Stage.CONVENTION_PENDING),
    Activity.APPOINT: _at(Stage.ADMISSIBLE, Stage.DIRECT_NEGOTIATION, Stage.INVITED) | _UNDER_WAY,
    Activity.MAKE_TEAM: frozenset(Stage)
    - _at(
        Stage.SETTLED_DIRECTLY,
        Stage.INADMISSIBLE,
        Stage.NOT_ENGAGED,
        Stage.NOT_SETTLED,
        Stage.ARCHIVED,
        Stage.REOPENING_REQUESTED,
        Stage.REOPENED,
        Stage.DISPOSED,
    ),
    Activity.SUCCEED: _UNDER_WAY - _at(Stage.CONVENTION_PENDING),
    Activity.EXTEND_TERM: _UNDER_WAY - _at(Stage.CONVENTION_PENDING),
    Activity.USE_EXCEPTION: _UNDER_WAY
    | _at(
        Stage.SETTLED,
        Stage.PERFORMING,
        Stage.PERFORMED,
        Stage.IN_DEFAULT,
        Stage.NOT_SETTLED,
        Stage.ARCHIVED,
        Stage.REOPENING_REQUESTED,
        Stage.REOPENED,
    ),
    Activity.DRAFT_AGREEMENT: _at(Stage.DIRECT_NEGOTIATION, Stage.AGREEMENT_DRAFTING),
    Activity.SIGN_AGREEMENT: _at(Stage.SIGNING),
    Activity.PERFORM: _at(Stage.SETTLED, Stage.PERFORMING, Stage.IN_DEFAULT, Stage.ARCHIVED, Stage.REOPENING_REQUESTED),
    Activity.MEET_TOGETHER: _UNDER_WAY - _at(Stage.SUSPENDED),
    Activity.NOTE_MEETING: _UNDER_WAY,
    Activity.KEEP_MINUTES: _UNDER_WAY,
    Activity.MAKE_OFFER: _at(Stage.OPEN, Stage.AGREEMENT_DRAFTING),
    Activity.ANSWER_OFFER: _UNDER_WAY - _at(Stage.CONVENTION_PENDING),
}


def transition(stage: Stage, step: Step, by: frozenset[By]) -> Transition:
    """Return the line under which somebody who stands as any of ``by`` may take ``step`` from ``stage``.

    Raises :class:`WrongStageError` where the table has no such line (the details name the stage and the step).
    """
    for line in TRANSITIONS:
        if stage in line.before and step is line.step and by & line.by:
            return line
    raise WrongStageError("wrong_stage", stage=stage, step=step)


def require(stage: Stage, activity: Activity) -> None:
    """Raise :class:`WrongStageError` unless ``activity`` may be done at ``stage``."""
    if stage not in ACTIVITIES[activity]:
        raise WrongStageError("wrong_stage", stage=stage, step=activity)
