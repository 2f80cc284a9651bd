"""THE table of reactions: event → what follows. Every notice and every job starts here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from odr.agreements.events import (
    AgreementDocumented,
    AgreementSigned,
    ClauseAdopted,
    ClauseKept,
    ClauseProposed,
    CommitmentConfirmed,
    CommitmentContested,
    CommitmentFell,
    CommitmentNear,
    CommitmentTold,
    ConventionDrafted,
    ConventionRenewed,
    ConventionSigned,
    DraftAnnounced,
    DraftStopped,
    EndCertified,
    InstalmentFell,
    InstalmentNear,
    ProposalWithdrawn,
    SignatureAwaited,
    SignatureLate,
    SignatureRefused,
    TextFrozen,
    VersionRemarked,
)
from odr.appointment.events import (
    AppointmentEnded,
    AppointmentKept,
    AppointmentReviewed,
    CaucusPassedOn,
    ChoiceEnded,
    MediationOpened,
    MediatorAdmitted,
    MediatorAppointed,
    MediatorsListed,
    ObjectionDecided,
    ObjectionNear,
    ObjectionRaised,
    ObjectionShown,
    ObjectionsInvited,
    RankingNear,
)
from odr.archive.events import (
    AccessAsked,
    AccessAuthorised,
    AccessRefused,
    RecordReleased,
    RecordSealed,
    ReopeningAsked,
    ReopeningGranted,
    ReopeningRefused,
)
from odr.crossing.events import (
    CopiesAnswered,
    QuarantineBegun,
    QuarantineEnded,
    StatementAllowed,
    StatementHanded,
    StatementLapsed,
    StatementOffered,
    StatementProposed,
    StatementRefused,
    StatementReminded,
    StatementWithdrawn,
    WaiverAnswered,
)
from odr.custody.events import Destroyed
from odr.disputes.events import (
    AttemptRecorded,
    DisputeFiled,
    DisputeQualified,
    DisputeRejected,
    InvitationLapsed,
    MediationEnded,
    MediationResumed,
    MediationSuspended,
    PartyAccepted,
    PartyDeclined,
    PauseMoved,
    PauseNear,
    TargetMissed,
    TargetNear,
    TermExtended,
    TermNear,
)
from odr.event import Event
from odr.evidence.events import (
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    DisclosureAsked,
    DisclosureLapsed,
    DisclosureOffered,
    DisclosureReminded,
    DocumentHanded,
    ExhibitHanded,
    ExhibitLodged,
    ExhibitLodgedApart,
    ExhibitReplaced,
    ExhibitReplacedApart,
    ExhibitRestored,
    HandedRestored,
)
from odr.exceptions.events import ExceptionUsed, ExceptionUsedTogether
from odr.expertise.events import (
    ExpertAsked,
    MissionAccepted,
    MissionDeclined,
    MissionEnded,
    MissionOpened,
    ReportPosted,
    SupplyReceived,
)
from odr.intake.events import (
    ComplaintReferred,
    ComplaintReminded,
    ComplaintSettled,
    CompletionAsked,
    CompletionGiven,
    CompletionLate,
    CompletionNear,
    DraftArrived,
    ProposalMade,
)
from odr.keeping.events import StoreDamaged
from odr.losses.events import LossesShared, LossesSharedApart
from odr.notices.terms import Audience, NoticeKind
from odr.offers.events import (
    OfferAccepted,
    OfferAgreed,
    OfferAwaited,
    OfferLapsed,
    OfferMade,
    OfferRefused,
    OfferRestored,
    OfferStopped,
    OfferWithdrawn,
)
from odr.parties.events import DelegationEnded, DelegationNear, PowersDelegated, RoleChanged
from odr.people.events import PersonInvited
from odr.sessions.events import (
    MeetingCalled,
    MeetingCalledApart,
    MeetingCancelled,
    MeetingCancelledApart,
    MeetingMoved,
    MeetingMovedApart,
    MeetingNear,
    MeetingNearApart,
    MeetingPast,
    MeetingPastApart,
    MinutesApproved,
    MinutesContested,
    MinutesContestedApart,
    MinutesNear,
    MinutesPublished,
    MinutesPublishedApart,
    MinutesUnanswered,
)
from odr.spaces.events import MessageRestored, MessageRestoredApart, SpokenApart, SpokenTogether


@dataclass(frozen=True, slots=True)
class Tell:
    """A notice to an audience, all at the same moment."""

    whom: Audience
    what: NoticeKind


@dataclass(frozen=True, slots=True)
class Do:
    """A job of the worker, by its kind (see odr/worker.py)."""

    job: str


REACTIONS: Final[Mapping[type[Event], tuple[Tell | Do, ...]]] = {
    # people and the procedure: stages, dates, names
    PersonInvited: (Do("send_invitation"),),
    ComplaintReminded: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    ProposalMade: (Tell(Audience.OTHER_PARTIES, NoticeKind.SOMETHING_NEW_TOGETHER),),
    ComplaintReferred: (Tell(Audience.PARTIES, NoticeKind.STAGE_CHANGED),),
    ComplaintSettled: (Tell(Audience.PARTIES, NoticeKind.STAGE_CHANGED), Do("seal_record")),
    DisputeFiled: (Tell(Audience.SECRETARIAT, NoticeKind.DISPUTE_FILED), Do("start_target")),
    DisputeQualified: (Tell(Audience.PARTIES, NoticeKind.DISPUTE_QUALIFIED), Do("start_target")),
    TargetNear: (Tell(Audience.SECRETARIAT, NoticeKind.TARGET_NEAR),),
    TargetMissed: (Tell(Audience.SECRETARIAT, NoticeKind.TARGET_MISSED),),
    DraftArrived: (Tell(Audience.SUBJECT, NoticeKind.DRAFT_ARRIVED),),
    CompletionAsked: (Tell(Audience.PARTIES, NoticeKind.COMPLETION_ASKED), Do("end_target_early")),
    CompletionNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    CompletionLate: (
        Tell(Audience.PARTIES, NoticeKind.COMPLETION_LATE),
        Tell(Audience.SECRETARIAT, NoticeKind.COMPLETION_LATE),
    ),
    CompletionGiven: (Tell(Audience.SECRETARIAT, NoticeKind.REQUEST_COMPLETED), Do("start_target")),
    DisputeRejected: (Tell(Audience.PARTIES, NoticeKind.DISPUTE_REJECTED), Do("seal_record")),
    PartyAccepted: (
        Tell(Audience.OTHER_PARTIES, NoticeKind.PARTY_ACCEPTED),
        Tell(Audience.MEDIATOR, NoticeKind.PARTY_ACCEPTED),
        Tell(Audience.SECRETARIAT, NoticeKind.PARTY_ACCEPTED),
        Do("draft_convention"),
    ),
    PartyDeclined: (
        Tell(Audience.PARTIES, NoticeKind.PARTY_DECLINED),
        Tell(Audience.SECRETARIAT, NoticeKind.PARTY_DECLINED),
        Do("make_attempt_record"),
        Do("draft_convention"),  # where other respondents have accepted
    ),
    InvitationLapsed: (
        Tell(Audience.PARTIES, NoticeKind.INVITATION_LAPSED),
        Tell(Audience.SECRETARIAT, NoticeKind.INVITATION_LAPSED),
        Do("make_attempt_record"),
        Do("draft_convention"),
    ),
    AttemptRecorded: (Do("seal_record"),),
    MediatorAppointed: (
        Tell(Audience.PARTIES, NoticeKind.MEDIATOR_APPOINTED),
        Tell(Audience.SUBJECT, NoticeKind.MEDIATOR_APPOINTED),
        Do("renew_convention"),
    ),
    MediatorAdmitted: (
        Tell(Audience.PARTIES, NoticeKind.HANDOVER_ASKED),
        Tell(Audience.SUBJECT, NoticeKind.MEDIATION_OPENED),
    ),
    CaucusPassedOn: (Tell(Audience.SUBJECT, NoticeKind.SOMETHING_NEW_APART),),
    MediatorsListed: (Tell(Audience.PARTIES, NoticeKind.RANKING_ASKED),),
    RankingNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    ChoiceEnded: (
        Tell(Audience.SECRETARIAT, NoticeKind.CHOICE_ENDED),
        Tell(Audience.PARTIES, NoticeKind.CHOICE_ENDED),
    ),
    ObjectionsInvited: (Tell(Audience.PARTIES, NoticeKind.INTERESTS_DECLARED),),
    ObjectionNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    ObjectionRaised: (Tell(Audience.SECRETARIAT, NoticeKind.OBJECTION_RAISED), Do("start_target")),
    ObjectionShown: (Tell(Audience.SUBJECT, NoticeKind.OBJECTION_SHOWN),),
    ObjectionDecided: (Tell(Audience.OWN_PARTY, NoticeKind.OBJECTION_DECIDED), Do("end_target_early")),
    AppointmentReviewed: (Tell(Audience.TABLE, NoticeKind.APPOINTMENT_REVIEWED),),
    AppointmentKept: (Tell(Audience.TABLE, NoticeKind.APPOINTMENT_KEPT),),
    AppointmentEnded: (
        Tell(Audience.TABLE, NoticeKind.APPOINTMENT_ENDED),
        Tell(Audience.SECRETARIAT, NoticeKind.APPOINTMENT_ENDED),
        Tell(Audience.SUBJECT, NoticeKind.APPOINTMENT_OVER),
        Do("end_objected_mission"),
        Do("renew_convention"),
        Do("end_target_early"),
        Do("start_target"),
    ),
    MediationOpened: (Tell(Audience.TABLE, NoticeKind.MEDIATION_OPENED),),
    MediationSuspended: (Tell(Audience.TABLE, NoticeKind.STAGE_CHANGED),),
    PauseMoved: (Tell(Audience.TABLE, NoticeKind.STAGE_CHANGED),),
    PauseNear: (Tell(Audience.TABLE, NoticeKind.DEADLINE_NEAR),),
    MediationResumed: (Tell(Audience.TABLE, NoticeKind.STAGE_CHANGED),),
    TermExtended: (Tell(Audience.PARTIES, NoticeKind.STAGE_CHANGED),),
    TermNear: (Tell(Audience.TABLE, NoticeKind.DEADLINE_NEAR),),
    MediationEnded: (
        Tell(Audience.TABLE, NoticeKind.NOT_SETTLED),
        Tell(Audience.SECRETARIAT, NoticeKind.NOT_SETTLED),
        Do("make_end_certificate"),
    ),
    # rooms and exhibits: what is private is told to nobody, what is said apart to its own two sides
    SpokenApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    SpokenTogether: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    ExhibitLodgedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    ExhibitLodged: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    ExhibitReplacedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    ExhibitReplaced: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    LossesSharedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    LossesShared: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    DisclosureAsked: (Tell(Audience.OWN_PARTY, NoticeKind.DISCLOSURE_ASKED),),
    ConsentGiven: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    ConsentRefused: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    ConsentWithdrawn: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    DisclosureOffered: (Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),),
    ExhibitHanded: (Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),),
    DocumentHanded: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    HandedRestored: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    DisclosureReminded: (Tell(Audience.OWN_PARTY, NoticeKind.DEADLINE_NEAR),),
    DisclosureLapsed: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    StatementProposed: (Tell(Audience.OWN_PARTY, NoticeKind.DISCLOSURE_ASKED),),
    StatementOffered: (Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),),
    StatementAllowed: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    StatementRefused: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    StatementWithdrawn: (Tell(Audience.MEDIATOR, NoticeKind.DISCLOSURE_ANSWERED),),
    StatementReminded: (Tell(Audience.OWN_PARTY, NoticeKind.DEADLINE_NEAR),),
    StatementLapsed: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    StatementHanded: (Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),),
    # a wrong disclosure: who is concerned is told at once, who had opened it is asked to keep no copy, in neutral words
    QuarantineBegun: (
        Tell(Audience.OWN_PARTY, NoticeKind.WITHDRAWN),
        Tell(Audience.MEDIATOR, NoticeKind.WITHDRAWN),
        Tell(Audience.READERS, NoticeKind.CONFIRMATION_ASKED),
    ),
    CopiesAnswered: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    QuarantineEnded: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
        Do("empty_draft"),
    ),
    # an exception of the law: whose confidence it was is told at once, whatever they chose for their mails
    ExceptionUsed: (
        Tell(Audience.OWN_PARTY, NoticeKind.EXCEPTION_USED),
        Tell(Audience.MEDIATOR, NoticeKind.EXCEPTION_USED),
    ),
    ExceptionUsedTogether: (Tell(Audience.TABLE, NoticeKind.EXCEPTION_USED),),
    ExhibitRestored: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    WaiverAnswered: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    MessageRestored: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    MessageRestoredApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.SOMETHING_NEW_APART),
        Tell(Audience.MEDIATOR, NoticeKind.SOMETHING_NEW_APART),
    ),
    # meetings: who is called is told, in the same words apart and together
    MeetingCalled: (Tell(Audience.TABLE, NoticeKind.MEETING_CALLED),),
    MeetingCalledApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MEETING_CALLED),
        Tell(Audience.MEDIATOR, NoticeKind.MEETING_CALLED),
    ),
    MeetingMoved: (Tell(Audience.TABLE, NoticeKind.MEETING_CHANGED),),
    MeetingMovedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MEETING_CHANGED),
        Tell(Audience.MEDIATOR, NoticeKind.MEETING_CHANGED),
    ),
    MeetingCancelled: (Tell(Audience.TABLE, NoticeKind.MEETING_CHANGED),),
    MeetingCancelledApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MEETING_CHANGED),
        Tell(Audience.MEDIATOR, NoticeKind.MEETING_CHANGED),
    ),
    MeetingNear: (Tell(Audience.TABLE, NoticeKind.MEETING_NEAR),),
    MeetingNearApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MEETING_NEAR),
        Tell(Audience.MEDIATOR, NoticeKind.MEETING_NEAR),
    ),
    MeetingPast: (Tell(Audience.MEDIATOR, NoticeKind.MEETING_TO_NOTE),),
    MeetingPastApart: (Tell(Audience.MEDIATOR, NoticeKind.MEETING_TO_NOTE),),
    # minutes: to all who read them at the same moment, in the same words apart and together
    MinutesPublished: (Tell(Audience.TABLE, NoticeKind.MINUTES_PUBLISHED),),
    MinutesPublishedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MINUTES_PUBLISHED),
        Tell(Audience.MEDIATOR, NoticeKind.MINUTES_PUBLISHED),
    ),
    MinutesApproved: (Tell(Audience.TABLE, NoticeKind.MINUTES_ANSWERED),),
    MinutesContested: (Tell(Audience.TABLE, NoticeKind.MINUTES_ANSWERED),),
    MinutesContestedApart: (
        Tell(Audience.OWN_PARTY, NoticeKind.MINUTES_ANSWERED),
        Tell(Audience.MEDIATOR, NoticeKind.MINUTES_ANSWERED),
    ),
    MinutesNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    MinutesUnanswered: (Tell(Audience.MEDIATOR, NoticeKind.MINUTES_UNANSWERED),),
    # offers: the whole table at the same moment; who answers with another offer is told of by that one
    OfferMade: (Tell(Audience.TABLE, NoticeKind.OFFER_MADE),),
    OfferAccepted: (Tell(Audience.TABLE, NoticeKind.OFFER_ANSWERED),),
    OfferAgreed: (Tell(Audience.TABLE, NoticeKind.OFFER_ANSWERED),),
    OfferRefused: (Tell(Audience.TABLE, NoticeKind.OFFER_ANSWERED),),
    OfferWithdrawn: (Tell(Audience.TABLE, NoticeKind.OFFER_ENDED),),
    OfferAwaited: (Tell(Audience.SUBJECT, NoticeKind.DEADLINE_NEAR),),
    OfferLapsed: (Tell(Audience.TABLE, NoticeKind.OFFER_ENDED),),
    OfferStopped: (Tell(Audience.TABLE, NoticeKind.OFFER_ENDED), Do("drop_draft")),
    OfferRestored: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER), Do("give_draft_back")),
    # the expert: each is told on their own desk, the table of the mission's life
    MissionOpened: (Tell(Audience.PARTIES, NoticeKind.EXPERT_APPOINTED),),
    ExpertAsked: (Tell(Audience.SUBJECT, NoticeKind.EXPERT_APPOINTED),),
    MissionAccepted: (Tell(Audience.TABLE, NoticeKind.EXPERT_ANSWERED),),
    MissionDeclined: (Tell(Audience.TABLE, NoticeKind.EXPERT_ANSWERED),),
    MissionEnded: (Tell(Audience.PARTIES, NoticeKind.EXPERT_ANSWERED),),
    SupplyReceived: (Tell(Audience.SUBJECT, NoticeKind.EXHIBITS_SUPPLIED),),
    ReportPosted: (Tell(Audience.TABLE, NoticeKind.REPORT_POSTED),),
    # a party's team: whoever's part in it changes is told, nobody else
    RoleChanged: (Tell(Audience.SUBJECT, NoticeKind.TEAM_CHANGED),),
    PowersDelegated: (Tell(Audience.SUBJECT, NoticeKind.TEAM_CHANGED),),
    DelegationNear: (Tell(Audience.SUBJECT, NoticeKind.DEADLINE_NEAR),),
    DelegationEnded: (Tell(Audience.SUBJECT, NoticeKind.TEAM_CHANGED),),
    # agreements: who must sign is told, then everyone; documents are made outside, and a settlement's record after it
    ConventionRenewed: (Tell(Audience.TABLE, NoticeKind.CONVENTION_RENEWED),),
    ConventionDrafted: (Tell(Audience.SIGNATORIES, NoticeKind.CONVENTION_TO_SIGN),),
    SignatureAwaited: (Tell(Audience.SUBJECT, NoticeKind.CONVENTION_TO_SIGN),),
    SignatureLate: (
        Tell(Audience.MEDIATOR, NoticeKind.SIGNATURES_MISSING),
        Tell(Audience.SECRETARIAT, NoticeKind.SIGNATURES_MISSING),
    ),
    ClauseProposed: (Tell(Audience.TABLE, NoticeKind.CLAUSE_PROPOSED),),
    ClauseKept: (Tell(Audience.TABLE, NoticeKind.CLAUSE_ANSWERED),),
    ProposalWithdrawn: (Tell(Audience.TABLE, NoticeKind.CLAUSE_ANSWERED),),
    ClauseAdopted: (Tell(Audience.SIGNATORIES, NoticeKind.CONVENTION_TO_SIGN),),
    ConventionSigned: (Do("make_agreement_document"),),
    DraftStopped: (Tell(Audience.TABLE, NoticeKind.STAGE_CHANGED),),
    DraftAnnounced: (Tell(Audience.PARTIES, NoticeKind.AGREEMENT_DRAFTED),),
    VersionRemarked: (Tell(Audience.TABLE, NoticeKind.SOMETHING_NEW_TOGETHER),),
    TextFrozen: (Tell(Audience.SIGNATORIES, NoticeKind.AGREEMENT_TO_SIGN),),
    SignatureRefused: (Tell(Audience.TABLE, NoticeKind.AGREEMENT_REFUSED),),
    AgreementSigned: (
        Tell(Audience.TABLE, NoticeKind.SETTLED),
        Do("make_agreement_document"),
        Do("start_schedule"),
        Do("start_commitments"),
    ),
    InstalmentNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    CommitmentNear: (Tell(Audience.PARTIES, NoticeKind.DEADLINE_NEAR),),
    CommitmentFell: (Tell(Audience.PARTIES, NoticeKind.COMMITMENT_DUE),),
    CommitmentTold: (Tell(Audience.OTHER_PARTIES, NoticeKind.COMMITMENT_TOLD),),
    CommitmentConfirmed: (Tell(Audience.OTHER_PARTIES, NoticeKind.COMMITMENT_ANSWERED),),
    CommitmentContested: (Tell(Audience.OTHER_PARTIES, NoticeKind.COMMITMENT_ANSWERED),),
    InstalmentFell: (Tell(Audience.PARTIES, NoticeKind.INSTALMENT_DUE),),
    AgreementDocumented: (Do("seal_record"),),
    EndCertified: (Do("seal_record"),),
    # custody: a mark outside the database, so that a restored backup can't undo it
    Destroyed: (Do("mark_destruction"),),
    # the archive: the table learns that its record is sealed, who keeps the archive what awaits a second person
    RecordSealed: (Tell(Audience.TABLE, NoticeKind.RECORD_SEALED),),
    RecordReleased: (Do("check_record"),),
    AccessAsked: (
        Tell(Audience.SECRETARIAT, NoticeKind.ACCESS_ASKED),
        Tell(Audience.ARCHIVISTS, NoticeKind.ACCESS_ASKED),
        Do("start_target"),
    ),
    AccessAuthorised: (Tell(Audience.ASKER, NoticeKind.ACCESS_DECIDED), Do("end_target_early")),
    AccessRefused: (Tell(Audience.ASKER, NoticeKind.ACCESS_DECIDED), Do("end_target_early")),
    ReopeningAsked: (
        Tell(Audience.SECRETARIAT, NoticeKind.REOPENING_ASKED),
        Tell(Audience.ARCHIVISTS, NoticeKind.REOPENING_ASKED),
        Do("start_target"),
    ),
    ReopeningGranted: (Tell(Audience.PARTIES, NoticeKind.REOPENING_DECIDED), Do("end_target_early")),
    ReopeningRefused: (Tell(Audience.PARTIES, NoticeKind.REOPENING_DECIDED), Do("end_target_early")),
    # the machine room
    StoreDamaged: (Tell(Audience.ADMINISTRATORS, NoticeKind.STORE_DAMAGED),),
}


def follow(event: Event) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the jobs that an event queues: kind and payload of each."""
    return tuple(
        ("tell", {"whom": reaction.whom.value, "what": reaction.what.value})
        if isinstance(reaction, Tell)
        else (reaction.job, {})
        for reaction in REACTIONS.get(type(event), ())
    )
