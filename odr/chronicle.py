"""THE table of what happened, in words: event → sentence; and the events of a dispute that a reader may know."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final

import msgspec
from sqlalchemy import or_, select

from odr.event import EventRow
from odr.ids import AccountId, DisputeId, SpaceId
from odr.people.queries import account_names
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import SpaceKind, Thing
from odr.words import _, phrase

LIMIT: Final = 30
READ: Final = 300  # rows read, so that a row of like events leaves room for others

SENTENCES: Final[dict[str, str]] = {
    # the procedure
    "ComplaintMade": phrase("The complaint was sent to the other company."),
    "ComplaintReminded": phrase("The other company was reminded of the complaint."),
    "ProposalMade": phrase("A company proposed how to settle the complaint."),
    "ComplaintReferred": phrase("The complaint went to the centre."),
    "ComplaintSettled": phrase("The companies settled the complaint between themselves."),
    "DraftArrived": phrase("The draft came from a program or by mail."),
    "ScoreChanged": phrase("The centre changed the impact score, with a reason."),
    "CompletionAsked": phrase("The centre asked for something that the request lacks."),
    "CompletionLate": phrase("The day to complete the request has passed."),
    "CompletionGiven": phrase("The request was completed."),
    "DisputeFiled": phrase("The request was sent to the centre."),
    "DisputeQualified": phrase("The centre can mediate this dispute."),
    "DisputeRejected": phrase("The centre cannot mediate this dispute."),
    "DirectNegotiationBegun": phrase("The parties try to find terms between themselves."),
    "PartyInvited": phrase("The other party was invited."),
    "ReplyReminded": phrase("The invited party was reminded."),
    "InvitationOpened": phrase("The page of the invitation was opened."),
    "InvitationPassedOn": phrase("The invitation was passed on to a colleague."),
    "AttemptRecorded": phrase("The record of the attempt was made."),
    "PartyAccepted": phrase("The invited party accepted the mediation."),
    "PartyDeclined": phrase("The invited party declined the mediation."),
    "InvitationLapsed": phrase("The invited party did not answer in time."),
    "MediatorAppointed": phrase("A mediator was appointed."),
    "IndependenceDeclared": phrase("The mediator declared interests and independence."),
    "AppointmentReviewed": phrase("The centre reviews an appointment."),
    "AppointmentKept": phrase("The centre reviewed the appointment and keeps it."),
    "AppointmentSettled": phrase("The time to object to an appointment is over."),
    "AppointmentEnded": phrase("An appointment ended; the centre names a successor."),
    "MediatorsListed": phrase("The centre listed mediators for both sides to rank."),
    "RankingGiven": phrase("Your party ranked the mediators."),
    "ChoiceEnded": phrase("The joint choice of a mediator ended."),
    "MediatorAdmitted": phrase("A mediator joined the open mediation."),
    "CaucusPassedOn": phrase("What was said apart was passed on to the mediator."),
    "CaucusKept": phrase("Your party keeps to itself what it said apart before the mediator came."),
    "ObjectionRaised": phrase("Your party objected to an appointment."),
    "NoObjection": phrase("Your party has no objection to an appointment."),
    "ObjectionShown": phrase("The centre showed your objection to whom it is about."),
    "ObjectionDecided": phrase("The centre answered your objection."),
    "MediationOpened": phrase("The mediation opened."),
    "MediationSuspended": phrase("The mediator paused the work."),
    "PauseMoved": phrase("The mediator gave the pause another last day."),
    "PauseNear": phrase("The pause ends soon."),
    "MediationResumed": phrase("The work goes on."),
    "TermExtended": phrase("The term of the mediation was extended."),
    "TermNear": phrase("The term of the mediation ends soon."),
    "LimitationSuspended": phrase("The limitation period is suspended."),
    "LimitationResumed": phrase("The limitation period runs again, for six months at least."),
    "TargetMissed": phrase("The centre is late with its answer."),
    "InstalmentNear": phrase("A payment under the agreement is due soon."),
    "InstalmentFell": phrase("The day of a payment under the agreement has passed."),
    "MediationEnded": phrase("The mediation ended without an agreement."),
    "TeamMemberJoined": phrase("Somebody joined a party's team."),
    "RoleChanged": phrase("Somebody has another role in a party's team."),
    "PowersDelegated": phrase("Somebody stands in for another person of their party."),
    "DelegationEnded": phrase("Somebody no longer stands in for another person of their party."),
    "MandateWritten": phrase("A mandate was written down."),
    "SeatEnded": phrase("Somebody left the table."),
    # rooms and exhibits
    "SpokenApart": phrase("A message was written in the caucus."),
    "SpokenTogether": phrase("A message was written in the joint space."),
    "ExhibitLodgedApart": phrase("An exhibit was lodged in the caucus."),
    "ExhibitLodged": phrase("An exhibit was lodged in the joint space."),
    "ExhibitReplacedApart": phrase("An exhibit of the caucus was replaced by a newer version."),
    "ExhibitReplaced": phrase("An exhibit of the joint space was replaced by a newer version."),
    "LossesSharedApart": phrase("A loss worksheet was shared in the caucus."),
    "LossesShared": phrase("A party shared its loss worksheet with everyone."),
    "ExhibitDestroyed": phrase("An exhibit was destroyed."),
    "RoomDestroyed": phrase("A room of the dispute was destroyed."),
    "ExhibitTakenBack": phrase("An exhibit was taken back."),
    "ExhibitOpened": phrase("One of your exhibits was opened."),
    "DisclosureAsked": phrase("The mediator asked to disclose an exhibit of the caucus."),
    "ConsentGiven": phrase("The consent to disclose was given."),
    "ConsentRefused": phrase("The consent to disclose was refused."),
    "ConsentWithdrawn": phrase("The consent to disclose was withdrawn."),
    "ExhibitDisclosed": phrase("The exhibit was disclosed on its party's consent."),
    "ExhibitHanded": phrase("The exhibit was handed to the parties chosen."),
    "DocumentHanded": phrase("A document was handed over in the caucus."),
    "HandedWithdrawn": phrase("A document that had been handed over in the caucus was withdrawn."),
    "HandedRestored": phrase("A document that had been withdrawn from the caucus stands there again."),
    "DisclosureOffered": phrase("The party allowed the mediator to disclose an exhibit."),
    "DisclosureLapsed": phrase("The time to disclose an exhibit has run out."),
    "StatementProposed": phrase("The mediator asked to say a sentence of the caucus to other parties."),
    "StatementOffered": phrase("The party allowed the mediator to say a sentence to other parties."),
    "StatementAllowed": phrase("The party allowed a sentence to be said."),
    "StatementRefused": phrase("The party refused that a sentence be said."),
    "StatementWithdrawn": phrase("A sentence that was to be said was withdrawn."),
    "StatementLapsed": phrase("The time to say a sentence has run out."),
    "StatementSaid": phrase("The mediator said the sentence, as its party allowed."),
    "StatementHanded": phrase("The mediator said the sentence to those whom its party chose."),
    "ExhibitRestored": phrase("An exhibit stands in its place again."),
    "MessageRestored": phrase("A message stands in its place again."),
    "MessageRestoredApart": phrase("A message stands in its place again."),
    "QuarantineBegun": phrase("Something disclosed by mistake was withdrawn."),
    "CopiesAnswered": phrase("A reader answered about the copies of what was withdrawn."),
    "QuarantineEnded": phrase("It was decided what becomes of what was withdrawn."),
    "WaiverAnswered": phrase("A party answered about the confidentiality of an exhibit."),
    "BundleExported": phrase("Exhibits were exported for a court."),
    "ExceptionUsed": phrase("The mediator disclosed something of the caucus under an exception of the law."),
    "ExceptionUsedTogether": phrase("The mediator disclosed something of the table under an exception of the law."),
    "ExceptionNoted": phrase("You used an exception of the law; the party is not told yet."),
    "MessageTakenBack": phrase("A message was taken back."),
    "MessageWithdrawn": phrase("A message was withdrawn."),
    # meetings
    "MeetingCalled": phrase("Everyone was called to a meeting."),
    "MeetingCalledApart": phrase("A meeting apart was called."),
    "MeetingMoved": phrase("A meeting was moved."),
    "MeetingMovedApart": phrase("A meeting apart was moved."),
    "MeetingCancelled": phrase("A meeting was called off."),
    "MeetingCancelledApart": phrase("A meeting apart was called off."),
    "MeetingNoted": phrase("The mediator noted whether a meeting took place."),
    "MeetingNotedApart": phrase("The mediator noted whether a meeting apart took place."),
    "MinutesPublished": phrase("The mediator published the minutes of a meeting."),
    "MinutesPublishedApart": phrase("The mediator published the minutes of a meeting apart."),
    "MinutesApproved": phrase("A party approved the minutes of a meeting."),
    "MinutesContested": phrase("A party contested the minutes of a meeting."),
    "MinutesContestedApart": phrase("The minutes of a meeting apart were contested."),
    # offers
    "OfferMade": phrase("A party made an offer."),
    "OfferAccepted": phrase("A party accepted an offer."),
    "OfferAgreed": phrase("Every other party has accepted an offer."),
    "OfferRefused": phrase("A party refused an offer."),
    "OfferCountered": phrase("A party answered an offer with another one."),
    "OfferWithdrawn": phrase("An offer was withdrawn."),
    "OfferLapsed": phrase("An offer has lapsed."),
    "OfferStopped": phrase("An offer was withdrawn from the table."),
    "OfferRestored": phrase("An offer stands in its place again."),
    # the expert
    "MissionOpened": phrase("An expert was asked for a mission."),
    "MissionAccepted": phrase("The expert accepted the mission."),
    "MissionDeclined": phrase("The expert declined the mission."),
    "MissionEnded": phrase("The expert's mission ended."),
    "ExhibitsSupplied": phrase("Exhibits were supplied to the expert."),
    "ReportPosted": phrase("The expert's report arrived."),
    # agreements
    "ConventionDrafted": phrase("The agreement to mediate is ready to be signed."),
    "ClauseProposed": phrase("Another wording was proposed for the agreement to mediate."),
    "ClauseKept": phrase("A proposal for the agreement to mediate was not taken up."),
    "ProposalWithdrawn": phrase("A proposal for the agreement to mediate was taken back."),
    "ClauseAdopted": phrase("Every side agreed to another wording of the agreement to mediate."),
    "SignaturesLapsed": phrase("Signatures lapsed: the text is discussed again."),
    "SignatureLate": phrase("Signatures of the agreement to mediate are missing."),
    "ConventionSigned": phrase("Every party signed the agreement to mediate."),
    "DraftStopped": phrase("The draft that was made from an offer was withdrawn with it."),
    "DraftRestored": phrase("The draft that was made from an offer is there again."),
    "VersionSaved": phrase("A version of the agreement was written."),
    "DraftAnnounced": phrase("The mediator asked the parties to read the draft agreement."),
    "VersionRemarked": phrase("Somebody commented on the draft agreement."),
    "TextFrozen": phrase("The text of the agreement was frozen for signature."),
    "SignatureGiven": phrase("A party signed."),
    "SignatureRefused": phrase("A party did not sign; the text is taken up again."),
    "AgreementSigned": phrase("Every party signed the agreement."),
    "AgreementDocumented": phrase("The signed agreement can be downloaded."),
    "CommitmentTold": phrase("A party said that a commitment is done."),
    "CommitmentConfirmed": phrase("A party confirmed that a commitment is done."),
    "CommitmentContested": phrase("A party contested that a commitment is done."),
    "CommitmentFell": phrase("The day of a commitment under the agreement has passed."),
    "EndCertified": phrase("The certificate of non-settlement was issued."),
    "NotesDestroyed": phrase("The mediator's notes were destroyed."),
    "RecordSealed": phrase("The record of the dispute was sealed."),
}
"""Events that are not here are not told on pages: they repeat another, or concern the register alone."""


class Happening(msgspec.Struct, frozen=True):
    """One line of a chronicle: the latest of ``times`` like events in a row, by one person in one room.

    ``kind`` and ``space_id`` name the room; ``by`` is a name or empty.
    """

    when: datetime
    text: str
    by: str
    kind: SpaceKind
    space_id: SpaceId
    times: int


async def happened(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, since: datetime | None = None
) -> tuple[Happening, ...]:
    """Return what happened in a dispute after ``since`` that the actor may know of, the latest first, at most 30."""
    columns = Columns(EventRow.dispute_id, Space.party_id, Space.kind, at=EventRow.at)
    query = (
        select(EventRow.at, EventRow.name, EventRow.actor_id, EventRow.space_id, Space.kind)
        .join(Space, Space.id == EventRow.space_id)
        .where(
            EventRow.dispute_id == dispute_id,
            EventRow.name.in_(SENTENCES),
            readable(actor, Thing.EVENT, columns),
            or_(Space.holder_id.is_(None), Space.holder_id == actor.account_id),
        )
        .order_by(EventRow.at.desc(), EventRow.index.desc(), EventRow.id)
        .limit(READ)
    )
    if since is not None:
        query = query.where(EventRow.at > since)
    rows = (await uow.session.execute(query)).all()
    names = await account_names(uow, {row.actor_id for row in rows})
    lines = groupby(rows, key=lambda row: (row.name, row.actor_id, row.space_id))
    return tuple(_told(list(alike), names) for _key, alike in islice(lines, LIMIT))


def _told(alike: Sequence[Any], names: Mapping[AccountId, str]) -> Happening:
    row = alike[0]
    return Happening(row.at, _(SENTENCES[row.name]), names.get(row.actor_id, ""), row.kind, row.space_id, len(alike))
