"""The words of the visibility table: who, does what, with which thing, where."""

from enum import StrEnum
from typing import Final


class SpaceKind(StrEnum):
    """The rooms of a dispute. Each has its own key and its own ledger tree."""

    PROCEDURE = "procedure"  # stages, dates, names: what the secretariat sees
    PRIVATE = "private"  # a party's draft
    CAUCUS = "caucus"  # one party and the mediator
    JOINT = "joint"  # everyone at the table
    NOTES = "notes"  # the mediator alone
    EXPERT = "expert"  # the expert's working papers and what was supplied


class Standing(StrEnum):
    """How an actor stands toward one thing."""

    OWNER = "owner"  # the party that the thing belongs to: each of its people
    AGENT = "agent"  # of the owner's people, who acts for it before everyone
    VOICE = "voice"  # of the owner's people, who consents for it
    COUNTERPARTY = "counterparty"  # another party of the same dispute, or any party toward common things
    MEDIATOR = "mediator"
    EXPERT = "expert"
    CANDIDATE = "candidate"  # proposed as a mediator of an open mediation, until nothing stands against it
    ARCHIVIST = "archivist"
    SECRETARIAT = "secretariat"
    ADMINISTRATOR = "administrator"
    STRANGER = "stranger"


class Act(StrEnum):
    """What may be done with a thing."""

    READ = "read"
    WRITE = "write"
    SHARE = "share"
    WITHDRAW = "withdraw"
    CONSENT = "consent"
    DISCLOSE = "disclose"
    CONTEST = "contest"
    APPROVE = "approve"
    ANSWER = "answer"
    COMMENT = "comment"
    DRAFT = "draft"
    SIGN = "sign"
    ATTEST = "attest"
    ISSUE = "issue"
    USE = "use"
    OPEN = "open"
    READ_OUTCOME = "read_outcome"
    VERIFY = "verify"
    QUARANTINE = "quarantine"


class Thing(StrEnum):
    """What the table speaks of."""

    DISPUTE = "dispute"
    EXHIBIT = "exhibit"
    HANDED = "handed_exhibit"  # an exhibit that its party let the mediator hand to this party alone, in its caucus
    MESSAGE = "message"
    MINUTES = "minutes"
    NOTE = "note"
    BID = "bid"
    WORKING_PAPER = "working_paper"
    TERMS_OF_REFERENCE = "terms_of_reference"
    REPORT = "report"
    AGREEMENT = "agreement"
    CERTIFICATE = "certificate"
    LOSSES = "losses"
    ATTEMPT = "attempt"  # an invitation's mails, opening and answer, and the record made of them
    MANDATE = "mandate"
    EXCEPTION = "exception"  # what a mediator disclosed without consent, under an exception of the law
    EVENT = "event"
    APPOINTMENT = "appointment"  # who mediates or examines: profile, declaration of interests, window to object
    OBJECTION = "objection"
    MEETING = "meeting"
    OFFER = "offer"
    RANKING = "ranking"  # of the mediators that the centre lists


class Condition(StrEnum):
    """What must hold besides, for this reader and this thing."""

    ALWAYS = "always"
    SUPPLIED = "supplied"  # the mission supplies it to this expert
    OWN_MISSION = "own_mission"  # it is of this expert's own mission, or of none
    SHOWN = "shown"  # the centre lets whom it is about read it
    OF_THE_MEDIATOR = "of_the_mediator"  # it is nobody's own: the mediator said it
    TOLD = "told"  # the party was told: at once, unless a person's integrity forbade it
    RELEASED = "released"  # it is in a sealed record whose release to this archivist was authorised


OF_A_MISSION: Final = frozenset({Condition.OWN_MISSION})
"""What holds of an expert in general: which rows are of their own mission, a query says (visibility/filter.py)."""
