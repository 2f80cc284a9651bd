"""A dispute: its reference, its stage and its dates."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.disputes.lifecycle import Stage
from odr.ids import AccountId, DisputeId, EventId, RecordId, SpaceId


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
    reply_by: Mapped[datetime | None]  # the invitation's deadline
    convention_signed_at: Mapped[datetime | None]  # the last party's signature of the agreement to mediate
    term_ends: Mapped[datetime | None]  # the term of the agreement to mediate
    term_extended_at: Mapped[datetime | None]  # one extension, no more
    limitation_suspended_at: Mapped[datetime | None]  # Civil Code art. 2238
    limitation_resumed_at: Mapped[datetime | None]
    reopens_record_id: Mapped[RecordId | None]  # set on the linked new file of a reopened dispute


class StageReason(Base):
    """Why the dispute came to a stage, in the words of who decided: sealed under the procedure space's key."""

    __tablename__ = "stage_reasons"

    id: Mapped[EventId] = mapped_column(primary_key=True)  # of the event that says so
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(words(Stage))
    at: Mapped[datetime]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
