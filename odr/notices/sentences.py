"""What mails say, before anybody fills them in: one sentence for each kind of notice, three for each kind of link."""

from typing import Final

from odr.notices.terms import NoticeKind
from odr.people.queries import Purpose
from odr.words import phrase

SENTENCES: Final[dict[NoticeKind, str]] = {
    NoticeKind.DRAFT_ARRIVED: phrase("A draft that came by another way awaits your confirmation"),
    NoticeKind.COMPLETION_ASKED: phrase("The centre asks you to complete a request"),
    NoticeKind.COMPLETION_LATE: phrase("The day to complete a request has passed"),
    NoticeKind.REQUEST_COMPLETED: phrase("A request was completed"),
    NoticeKind.DISPUTE_FILED: phrase("A new request for mediation has reached the centre"),
    NoticeKind.DISPUTE_QUALIFIED: phrase("The centre can mediate your dispute"),
    NoticeKind.DISPUTE_REJECTED: phrase("The centre has answered your request for mediation"),
    NoticeKind.PARTY_ACCEPTED: phrase("The invited party has accepted the mediation"),
    NoticeKind.PARTY_DECLINED: phrase("The invited party has declined the mediation"),
    NoticeKind.INVITATION_LAPSED: phrase("The invited party has not answered in time"),
    NoticeKind.MEDIATOR_APPOINTED: phrase("A mediator has been appointed"),
    NoticeKind.RANKING_ASKED: phrase("A list of mediators awaits your ranking"),
    NoticeKind.CHOICE_ENDED: phrase("The joint choice of a mediator has ended"),
    NoticeKind.INTERESTS_DECLARED: phrase("A declaration of interests awaits your reading: you may object"),
    NoticeKind.OBJECTION_RAISED: phrase("An objection to an appointment awaits your decision"),
    NoticeKind.OBJECTION_SHOWN: phrase("An objection to your appointment awaits your reading"),
    NoticeKind.OBJECTION_DECIDED: phrase("The centre has answered your objection"),
    NoticeKind.APPOINTMENT_REVIEWED: phrase("The centre reviews an appointment"),
    NoticeKind.APPOINTMENT_KEPT: phrase("The centre has reviewed an appointment and keeps it"),
    NoticeKind.APPOINTMENT_ENDED: phrase("An appointment has ended; the centre names a successor"),
    NoticeKind.APPOINTMENT_OVER: phrase("Your appointment has ended"),
    NoticeKind.HANDOVER_ASKED: phrase("A mediator has joined you: a choice awaits you"),
    NoticeKind.CONVENTION_TO_SIGN: phrase("The agreement to mediate awaits your signature"),
    NoticeKind.CONVENTION_RENEWED: phrase(
        "Somebody else mediates: the agreement to mediate names them, and is to be signed anew"
    ),
    NoticeKind.CLAUSE_PROPOSED: phrase("A clause of the agreement to mediate awaits your answer"),
    NoticeKind.CLAUSE_ANSWERED: phrase("A proposal for the agreement to mediate was answered"),
    NoticeKind.SIGNATURES_MISSING: phrase("Signatures of the agreement to mediate are missing"),
    NoticeKind.MEDIATION_OPENED: phrase("The mediation is open"),
    NoticeKind.MEETING_CALLED: phrase("You are called to a meeting"),
    NoticeKind.MEETING_CHANGED: phrase("A meeting was moved or called off"),
    NoticeKind.MEETING_NEAR: phrase("A meeting is near"),
    NoticeKind.MEETING_TO_NOTE: phrase("Say whether a meeting took place"),
    NoticeKind.MINUTES_PUBLISHED: phrase("Minutes of a meeting await your reading"),
    NoticeKind.MINUTES_ANSWERED: phrase("Minutes of a meeting were answered"),
    NoticeKind.MINUTES_UNANSWERED: phrase("Minutes of a meeting have had no answer in time"),
    NoticeKind.OFFER_MADE: phrase("An offer awaits your reading"),
    NoticeKind.OFFER_ANSWERED: phrase("An offer was answered"),
    NoticeKind.OFFER_ENDED: phrase("An offer has ended"),
    NoticeKind.SOMETHING_NEW_APART: phrase("Something new awaits you"),
    NoticeKind.SOMETHING_NEW_TOGETHER: phrase("Something new awaits you"),
    NoticeKind.DISCLOSURE_ASKED: phrase("A question from the mediator awaits your answer"),
    NoticeKind.DISCLOSURE_ANSWERED: phrase("An answer to one of your questions has come"),
    NoticeKind.EXPERT_APPOINTED: phrase("An expert has been appointed"),
    NoticeKind.EXPERT_ANSWERED: phrase("The expert has answered"),
    NoticeKind.EXHIBITS_SUPPLIED: phrase("Exhibits have been supplied for your mission"),
    NoticeKind.REPORT_POSTED: phrase("The expert's report has arrived"),
    NoticeKind.AGREEMENT_DRAFTED: phrase("A draft agreement awaits your reading"),
    NoticeKind.AGREEMENT_TO_SIGN: phrase("An agreement awaits your signature"),
    NoticeKind.AGREEMENT_REFUSED: phrase("A party has not signed; the text is taken up again"),
    NoticeKind.SETTLED: phrase("The agreement is signed by everyone"),
    NoticeKind.NOT_SETTLED: phrase("The mediation has ended"),
    NoticeKind.STAGE_CHANGED: phrase("Your dispute has moved on"),
    NoticeKind.RECORD_SEALED: phrase("The sealed record of your dispute is ready"),
    NoticeKind.ACCESS_ASKED: phrase("A request to read a sealed record awaits a decision"),
    NoticeKind.ACCESS_DECIDED: phrase("Your request to read a sealed record has been decided"),
    NoticeKind.REOPENING_ASKED: phrase("A request to reopen a dispute awaits a decision"),
    NoticeKind.REOPENING_DECIDED: phrase("The request to reopen your dispute has been decided"),
    NoticeKind.TEAM_CHANGED: phrase("Your part in your company's team has changed"),
    NoticeKind.WITHDRAWN: phrase("Something was withdrawn from your dispute"),
    NoticeKind.CONFIRMATION_ASKED: phrase("A confirmation is asked of you"),
    NoticeKind.EXCEPTION_USED: phrase("Something that concerns you must be read now"),
    NoticeKind.DEADLINE_NEAR: phrase("A deadline is near"),
    NoticeKind.COMMITMENT_DUE: phrase("A commitment of your agreement was due"),
    NoticeKind.COMMITMENT_TOLD: phrase("A commitment of your agreement awaits your confirmation"),
    NoticeKind.COMMITMENT_ANSWERED: phrase("A commitment of your agreement was answered"),
    NoticeKind.INSTALMENT_DUE: phrase("A payment under your agreement was due"),
    NoticeKind.TARGET_NEAR: phrase("An answer of the centre is due soon"),
    NoticeKind.TARGET_MISSED: phrase("An answer of the centre is late"),
    NoticeKind.STORE_DAMAGED: phrase("A check of the stored objects found damage"),
}
"""One sentence a kind, the same for everyone who is told: it is a subject line that anybody may see."""

INVITED: Final = {
    Purpose.JOIN: (
        phrase("An invitation for you from %(centre)s"),
        phrase("The link below says who invites you and what it is about. It serves once and holds until %(until)s."),
        phrase("Open the invitation"),
    ),
    Purpose.SIGN_UP: (
        phrase("Confirm your address for %(centre)s"),
        phrase(
            "You, or somebody with your address, asked for an account. The link below serves once and holds until"
            " %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Make my account"),
    ),
    Purpose.MAILED_IN: (
        phrase("Your mail to %(centre)s: nothing of it was kept"),
        phrase(
            "A mail with your address as its sender has reached us. We have kept nothing of it, neither its text nor"
            " its files: a mail becomes the draft of a request only where its sender has an account here. If it was"
            " you, make your account by the link below, which serves once and holds until %(until)s, then send the"
            " same mail again: it becomes a draft that you alone see, and that you check before anything is sent. If"
            " it was not you, there is nothing to do."
        ),
        phrase("Make my account"),
    ),
    Purpose.ADDRESS: (
        phrase("Confirm your new address for %(centre)s"),
        phrase(
            "You asked, signed in to your account, for mails to come here. The link below serves once and holds until"
            " %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Use this address"),
    ),
    Purpose.KEEP_ADDRESS: (
        phrase("The address of your account at %(centre)s was changed"),
        phrase(
            "Somebody who is signed in to your account made it use another address: mails no longer come here. If it"
            " was you, there is nothing to do. If it was not, the link below puts this address back, with a new"
            " password, and signs everybody else out. It serves once and holds until %(until)s."
        ),
        phrase("Put this address back"),
    ),
    Purpose.RESET: (
        phrase("A new password for %(centre)s"),
        phrase(
            "You, or somebody with your address, asked to sign in anew. You have an account: the link below lets you"
            " set a new password. It serves once and holds until %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Set a new password"),
    ),
}
REMINDED: Final = (
    phrase("Reminder: an invitation from %(centre)s awaits your answer"),
    phrase(
        "You were invited, and we have not heard from you. The link below says who invites you and what it is about;"
        " you can accept or decline. It serves once and holds until %(until)s."
    ),
    phrase("Open the invitation"),
)
