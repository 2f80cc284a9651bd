"""Identifiers: random UUIDs (version 4) with a name each, and references that people read aloud."""

import secrets
from typing import Final, NewType
from uuid import UUID, uuid4

AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
InvitationId = NewType("InvitationId", UUID)
DisputeId = NewType("DisputeId", UUID)
PartyId = NewType("PartyId", UUID)
SeatId = NewType("SeatId", UUID)
SpaceId = NewType("SpaceId", UUID)
MessageId = NewType("MessageId", UUID)
ExhibitId = NewType("ExhibitId", UUID)
ExhibitVersionId = NewType("ExhibitVersionId", UUID)
PlacementId = NewType("PlacementId", UUID)
UploadId = NewType("UploadId", UUID)
DisclosureId = NewType("DisclosureId", UUID)
ConsentId = NewType("ConsentId", UUID)
HandedId = NewType("HandedId", UUID)
StatementId = NewType("StatementId", UUID)
QuarantineId = NewType("QuarantineId", UUID)
BundleId = NewType("BundleId", UUID)
LegalExceptionId = NewType("LegalExceptionId", UUID)
MissionId = NewType("MissionId", UUID)
ProposalId = NewType("ProposalId", UUID)
CompletionId = NewType("CompletionId", UUID)
ArrivalId = NewType("ArrivalId", UUID)
AgreementId = NewType("AgreementId", UUID)
VersionId = NewType("VersionId", UUID)
ClauseProposalId = NewType("ClauseProposalId", UUID)
RecordId = NewType("RecordId", UUID)
AccessId = NewType("AccessId", UUID)
ReopeningId = NewType("ReopeningId", UUID)
DestructionId = NewType("DestructionId", UUID)
HoldId = NewType("HoldId", UUID)
LossLineId = NewType("LossLineId", UUID)
LossShareId = NewType("LossShareId", UUID)
AppointmentId = NewType("AppointmentId", UUID)
WindowId = NewType("WindowId", UUID)
ObjectionId = NewType("ObjectionId", UUID)
MandateId = NewType("MandateId", UUID)
ChoiceId = NewType("ChoiceId", UUID)
MeetingId = NewType("MeetingId", UUID)
MinutesId = NewType("MinutesId", UUID)
CommitmentId = NewType("CommitmentId", UUID)
OfferId = NewType("OfferId", UUID)
EventId = NewType("EventId", UUID)
JobId = NewType("JobId", UUID)

ID_TYPES: Final = (
    AccountId,
    SessionId,
    InvitationId,
    DisputeId,
    PartyId,
    SeatId,
    SpaceId,
    MessageId,
    ExhibitId,
    ExhibitVersionId,
    PlacementId,
    UploadId,
    DisclosureId,
    ConsentId,
    HandedId,
    StatementId,
    QuarantineId,
    BundleId,
    LegalExceptionId,
    MissionId,
    ProposalId,
    CompletionId,
    ArrivalId,
    AgreementId,
    VersionId,
    ClauseProposalId,
    RecordId,
    AccessId,
    ReopeningId,
    DestructionId,
    HoldId,
    LossLineId,
    LossShareId,
    AppointmentId,
    WindowId,
    ObjectionId,
    MandateId,
    ChoiceId,
    MeetingId,
    MinutesId,
    CommitmentId,
    OfferId,
    EventId,
    JobId,
)
"""Every id type: the database maps each to a UUID column."""

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a random UUID: unlike a counter or a time-ordered id, it tells nothing about what else exists."""
    return uuid4()


def new_reference() -> str:
    """Return a dispute's reference such as ``M-7KQ4-92TX``: random (about 39 bits), so it counts nothing."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"M-{letters[:4]}-{letters[4:]}"
