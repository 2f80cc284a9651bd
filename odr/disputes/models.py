"""A dispute: its reference, its stage and its dates."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.disputes.lifecycle import Stage
from odr.ids import AccountId, DisputeId, EventId, ExhibitId, InvitationId, PartyId, RecordId, SpaceId


class Category(StrEnum):
    """What kind of quarrel it is."""

    LATE_DELIVERY = "late_delivery"
    CHANGING_SCOPE = "changing_scope"
    DEFECTS = "defects"
    UNPAID_INVOICE = "unpaid_invoice"
    MANAGED_SERVICES = "managed_services"
    LICENCE = "licence"
    DATA_PROTECTION = "data_protection"
    PRICE_INDEXATION = "price_indexation"
    OTHER = "other"


class Dispute(Base):
    """One dispute. Its statement (contract, what happened, wished outcome) is sealed under its procedure space's key.

    ``version`` grows with every change of stage, so that of two people acting at once the second is told.
    """

    __tablename__ = "disputes"

    id: Mapped[DisputeId] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    stage: Mapped[Stage] = mapped_column(words(Stage), index=True)
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    category: Mapped[Category] = mapped_column(words(Category))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    statement_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    procedure_space_id: Mapped[SpaceId]
    filed_by: Mapped[AccountId]
    created_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    is_complaint: Mapped[bool] = mapped_column(default=False)  # the companies' own: the centre is not told
    reply_by: Mapped[datetime | None]  # the invitation's, or the complaint's, deadline
    convention_signed_at: Mapped[datetime | None]  # the last party's signature of the agreement to mediate
    term_ends: Mapped[datetime | None]  # the term of the agreement to mediate
    term_extended_at: Mapped[datetime | None]  # one extension, no more
    pause_ends: Mapped[datetime | None]  # while it is paused: the last instant of the pause, where one was set
    limitation_suspended_at: Mapped[datetime | None]  # Civil Code art. 2238
    limitation_resumed_at: Mapped[datetime | None]
    term_months: Mapped[int | None]  # what the signed agreement to mediate says, else the table of deadlines
    retention_years: Mapped[int | None]  # the same of the record, else the centre's own term
    reopens_record_id: Mapped[RecordId | None]  # set on the linked new file of a reopened dispute


class StageReason(Base):
    """Why the dispute came to a stage, in the words of who decided: sealed under the procedure space's key."""

    __tablename__ = "stage_reasons"

    id: Mapped[EventId] = mapped_column(primary_key=True)  # of the event that says so
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(words(Stage))
    at: Mapped[datetime]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Reply(StrEnum):
    """What became of an invitation."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NONE = "none"  # nobody answered by the deadline


class PartyInvitation(Base):
    """A party's invitation: until when it may answer, when its page was first opened, what it answered.

    ``opened_at`` is noted when somebody pressed the button that shows the invitation: programs that fetch links out of
    mails press none. The reason of declining is sealed under the procedure space's key; ``reason_told``: its author
    lets the record of the attempt repeat it.
    """

    __tablename__ = "party_invitations"

    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    invited_at: Mapped[datetime]
    reply_by: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    reply: Mapped[Reply | None] = mapped_column(words(Reply))
    replied_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason_told: Mapped[bool] = mapped_column(Boolean)
    by_hand: Mapped[int]  # reminders that the secretariat sent by itself
    by_hand_at: Mapped[datetime | None]  # the last of them


class Errand(StrEnum):
    """Why a mail of an invitation was written."""

    FIRST = "first"
    AGAIN = "again"  # to a corrected address
    REMINDER = "reminder"
    BY_HAND = "by_hand"  # a reminder that the secretariat sent
    PASSED_ON = "passed_on"  # the person invited named a colleague


class InvitationMail(Base):
    """One mail of an invitation, known by its link: handed to which server, with which answer, and its SHA-256.

    ``server`` is empty where mails go into a folder. A refusal for good has ``refused_at`` instead of ``handed_at``.
    """

    __tablename__ = "invitation_mails"

    invitation_id: Mapped[InvitationId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    party_id: Mapped[PartyId]
    errand: Mapped[Errand] = mapped_column(words(Errand))
    asked_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    server: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AttemptRecord(Base):
    """The record that a party was invited and did not come: a PDF in the vault, keyed to the procedure space."""

    __tablename__ = "attempt_records"

    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    document_id: Mapped[ExhibitId]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime]
    event_index: Mapped[int] = mapped_column(BigInteger)


class ResponseTarget(Base):
    """Within how many working days the centre wants to have answered, where it chose otherwise than the table."""

    __tablename__ = "response_targets"

    deadline: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int] = mapped_column(Integer)


class ResponseDue(Base):
    """Until when an answer of the centre is due: kept as it was when its time began.

    ``subject_id``: of what, where a dispute may await several (an objection, a request); else the dispute's own id.
    """

    __tablename__ = "response_dues"

    dispute_id: Mapped[DisputeId] = mapped_column(primary_key=True)
    deadline: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    due: Mapped[datetime] = mapped_column(index=True)
