"""The words of notices: who is told, of what, and how."""

from enum import StrEnum
from typing import Final


class Audience(StrEnum):
    """Whom a notice goes to. Nobody is told of what they themselves did."""

    SECRETARIAT = "secretariat"
    PARTIES = "parties"  # every seat of every party
    OWN_PARTY = "own_party"  # the party in whose space it happened
    OTHER_PARTIES = "other_parties"  # every party but the actor's
    MEDIATOR = "mediator"
    EXPERT = "expert"
    TABLE = "table"  # parties and mediator
    SIGNATORIES = "signatories"  # representatives of the parties
    ARCHIVISTS = "archivists"
    ADMINISTRATORS = "administrators"  # who run the platform
    ASKER = "asker"  # who made the request that was decided
    READERS = "readers"  # who had opened what was withdrawn, and are asked to keep no copy
    SUBJECT = "subject"  # the account that the event is about


class NoticeKind(StrEnum):
    """What awaits: a stage or an act, never its content."""

    DRAFT_ARRIVED = "draft_arrived"
    COMPLETION_ASKED = "completion_asked"
    COMPLETION_LATE = "completion_late"
    REQUEST_COMPLETED = "request_completed"
    DISPUTE_FILED = "dispute_filed"
    DISPUTE_QUALIFIED = "dispute_qualified"
    DISPUTE_REJECTED = "dispute_rejected"
    PARTY_ACCEPTED = "party_accepted"
    PARTY_DECLINED = "party_declined"
    INVITATION_LAPSED = "invitation_lapsed"
    MEDIATOR_APPOINTED = "mediator_appointed"
    RANKING_ASKED = "ranking_asked"
    CHOICE_ENDED = "choice_ended"
    INTERESTS_DECLARED = "interests_declared"
    OBJECTION_RAISED = "objection_raised"
    OBJECTION_SHOWN = "objection_shown"
    OBJECTION_DECIDED = "objection_decided"
    APPOINTMENT_REVIEWED = "appointment_reviewed"
    APPOINTMENT_KEPT = "appointment_kept"
    APPOINTMENT_ENDED = "appointment_ended"
    APPOINTMENT_OVER = "appointment_over"
    HANDOVER_ASKED = "handover_asked"
    CONVENTION_TO_SIGN = "convention_to_sign"
    CONVENTION_RENEWED = "convention_renewed"
    CLAUSE_PROPOSED = "clause_proposed"
    CLAUSE_ANSWERED = "clause_answered"
    SIGNATURES_MISSING = "signatures_missing"
    MEDIATION_OPENED = "mediation_opened"
    MEETING_CALLED = "meeting_called"
    MEETING_CHANGED = "meeting_changed"
    MEETING_NEAR = "meeting_near"
    MEETING_TO_NOTE = "meeting_to_note"
    MINUTES_PUBLISHED = "minutes_published"
    MINUTES_ANSWERED = "minutes_answered"
    MINUTES_UNANSWERED = "minutes_unanswered"
    OFFER_MADE = "offer_made"
    OFFER_ANSWERED = "offer_answered"
    OFFER_ENDED = "offer_ended"
    SOMETHING_NEW_APART = "something_new_apart"
    SOMETHING_NEW_TOGETHER = "something_new_together"
    DISCLOSURE_ASKED = "disclosure_asked"
    DISCLOSURE_ANSWERED = "disclosure_answered"
    EXPERT_APPOINTED = "expert_appointed"
    EXPERT_ANSWERED = "expert_answered"
    EXHIBITS_SUPPLIED = "exhibits_supplied"
    REPORT_POSTED = "report_posted"
    AGREEMENT_DRAFTED = "agreement_drafted"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    AGREEMENT_REFUSED = "agreement_refused"
    SETTLED = "settled"
    NOT_SETTLED = "not_settled"
    STAGE_CHANGED = "stage_changed"
    RECORD_SEALED = "record_sealed"
    ACCESS_ASKED = "access_asked"
    ACCESS_DECIDED = "access_decided"
    REOPENING_ASKED = "reopening_asked"
    REOPENING_DECIDED = "reopening_decided"
    TEAM_CHANGED = "team_changed"
    DEADLINE_NEAR = "deadline_near"
    INSTALMENT_DUE = "instalment_due"
    COMMITMENT_DUE = "commitment_due"
    COMMITMENT_TOLD = "commitment_told"
    COMMITMENT_ANSWERED = "commitment_answered"
    TARGET_NEAR = "target_near"
    TARGET_MISSED = "target_missed"
    WITHDRAWN = "withdrawn"
    CONFIRMATION_ASKED = "confirmation_asked"
    EXCEPTION_USED = "exception_used"
    STORE_DAMAGED = "store_damaged"


IN_SIGHT: Final = frozenset(
    {
        NoticeKind.COMPLETION_ASKED,
        NoticeKind.COMPLETION_LATE,
        NoticeKind.REQUEST_COMPLETED,
        NoticeKind.DISPUTE_FILED,
        NoticeKind.DISPUTE_QUALIFIED,
        NoticeKind.DISPUTE_REJECTED,
        NoticeKind.PARTY_DECLINED,
        NoticeKind.INVITATION_LAPSED,
        NoticeKind.RANKING_ASKED,
        NoticeKind.CHOICE_ENDED,
        NoticeKind.INTERESTS_DECLARED,
        NoticeKind.APPOINTMENT_REVIEWED,
        NoticeKind.APPOINTMENT_KEPT,
        NoticeKind.APPOINTMENT_ENDED,
        NoticeKind.HANDOVER_ASKED,
        NoticeKind.CONVENTION_RENEWED,
        NoticeKind.CLAUSE_PROPOSED,
        NoticeKind.CLAUSE_ANSWERED,
        NoticeKind.OFFER_MADE,
        NoticeKind.OFFER_ANSWERED,
        NoticeKind.OFFER_ENDED,
        NoticeKind.SOMETHING_NEW_TOGETHER,
        NoticeKind.EXPERT_ANSWERED,
        NoticeKind.REPORT_POSTED,
        NoticeKind.AGREEMENT_DRAFTED,
        NoticeKind.AGREEMENT_TO_SIGN,
        NoticeKind.AGREEMENT_REFUSED,
        NoticeKind.SETTLED,
        NoticeKind.NOT_SETTLED,
        NoticeKind.STAGE_CHANGED,
        NoticeKind.RECORD_SEALED,
        NoticeKind.REOPENING_DECIDED,
        NoticeKind.INSTALMENT_DUE,
        NoticeKind.COMMITMENT_DUE,
        NoticeKind.COMMITMENT_TOLD,
        NoticeKind.COMMITMENT_ANSWERED,
        NoticeKind.TARGET_NEAR,
        NoticeKind.TARGET_MISSED,
    }
)
"""Kinds that follow from nothing that happens apart: each is told to the parties, the table or the secretariat only."""


class How(StrEnum):
    """How a person is told. Each notice is on their page at the same instant, whatever they chose for the mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    IN_APP = "in_app"


class Family(StrEnum):
    """Kinds of notices that a person chooses for together."""

    DUTIES = "duties"  # what awaits its reader, by a day or at once: always mailed at once
    PROCEDURE = "procedure"
    AGREEMENTS = "agreements"
    TALK = "talk"
    EXPERTISE = "expertise"
    ARCHIVE = "archive"


_OF_FAMILY: Final[dict[Family, frozenset[NoticeKind]]] = {
    Family.DUTIES: frozenset(
        {
            NoticeKind.DRAFT_ARRIVED,
            NoticeKind.COMPLETION_ASKED,
            NoticeKind.COMPLETION_LATE,
            NoticeKind.CONVENTION_TO_SIGN,
            NoticeKind.CONVENTION_RENEWED,
            NoticeKind.CLAUSE_PROPOSED,
            NoticeKind.SIGNATURES_MISSING,
            NoticeKind.OBJECTION_RAISED,
            NoticeKind.OBJECTION_SHOWN,
            NoticeKind.AGREEMENT_TO_SIGN,
            NoticeKind.INTERESTS_DECLARED,
            NoticeKind.HANDOVER_ASKED,
            NoticeKind.RANKING_ASKED,
            NoticeKind.MEETING_CALLED,
            NoticeKind.MEETING_CHANGED,
            NoticeKind.MEETING_NEAR,
            NoticeKind.MEETING_TO_NOTE,
            NoticeKind.MINUTES_PUBLISHED,
            NoticeKind.MINUTES_UNANSWERED,
            NoticeKind.OFFER_MADE,
            NoticeKind.DISCLOSURE_ASKED,
            NoticeKind.EXCEPTION_USED,
            NoticeKind.DEADLINE_NEAR,
            NoticeKind.INSTALMENT_DUE,
            NoticeKind.COMMITMENT_DUE,
            NoticeKind.COMMITMENT_TOLD,
            NoticeKind.NOT_SETTLED,
            NoticeKind.WITHDRAWN,
            NoticeKind.CONFIRMATION_ASKED,
            NoticeKind.STORE_DAMAGED,
        }
    ),
    Family.TALK: frozenset(
        {
            NoticeKind.SOMETHING_NEW_APART,
            NoticeKind.SOMETHING_NEW_TOGETHER,
            NoticeKind.DISCLOSURE_ANSWERED,
            NoticeKind.MINUTES_ANSWERED,
            NoticeKind.OFFER_ANSWERED,
            NoticeKind.OFFER_ENDED,
        }
    ),
    Family.AGREEMENTS: frozenset(
        {
            NoticeKind.CLAUSE_ANSWERED,
            NoticeKind.AGREEMENT_DRAFTED,
            NoticeKind.AGREEMENT_REFUSED,
            NoticeKind.SETTLED,
            NoticeKind.COMMITMENT_ANSWERED,
        }
    ),
    Family.EXPERTISE: frozenset(
        {
            NoticeKind.EXPERT_APPOINTED,
            NoticeKind.EXPERT_ANSWERED,
            NoticeKind.EXHIBITS_SUPPLIED,
            NoticeKind.REPORT_POSTED,
        }
    ),
    Family.ARCHIVE: frozenset(
        {
            NoticeKind.RECORD_SEALED,
            NoticeKind.ACCESS_ASKED,
            NoticeKind.ACCESS_DECIDED,
            NoticeKind.REOPENING_ASKED,
            NoticeKind.REOPENING_DECIDED,
        }
    ),
}
_FAMILY: Final = {kind: family for family, kinds in _OF_FAMILY.items() for kind in kinds}


def family_of(kind: NoticeKind) -> Family:
    """Return the family of a kind. What starts a deadline belongs to the duties, so that nobody's choice delays it."""
    return _FAMILY.get(kind, Family.PROCEDURE)
