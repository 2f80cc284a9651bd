"""Agreements to mediate and settlement agreements, their versions and signatures."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, AgreementId, DisputeId, ExhibitId, PartyId, VersionId


class AgreementKind(StrEnum):
    """What is agreed."""

    CONVENTION = "convention"  # the agreement to mediate
    SETTLEMENT = "settlement"


class AgreementState(StrEnum):
    """Where an agreement stands."""

    DRAFTED = "drafted"
    FROZEN = "frozen"
    SIGNED = "signed"
    ABANDONED = "abandoned"


class Agreement(Base):
    """One agreement of a dispute. ``document_id`` is its PDF's item in the vault, once made."""

    __tablename__ = "agreements"

    id: Mapped[AgreementId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    kind: Mapped[AgreementKind] = mapped_column(words(AgreementKind))
    state: Mapped[AgreementState] = mapped_column(words(AgreementState))
    created_at: Mapped[datetime]
    frozen_version_id: Mapped[VersionId | None]
    signed_at: Mapped[datetime | None]
    document_id: Mapped[ExhibitId | None]


class AgreementVersion(Base):
    """One version of an agreement's text: its canonical JSON, sealed under the joint space's key, and its SHA-256."""

    __tablename__ = "agreement_versions"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[VersionId] = mapped_column(primary_key=True)
    agreement_id: Mapped[AgreementId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId]
    number: Mapped[int]
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    author_id: Mapped[AccountId]
    at: Mapped[datetime]


class Signature(Base):
    """A party's representative signed exactly this version, after giving their password again (a simple signature)."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("version_id", "party_id"),)

    version_id: Mapped[VersionId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(40))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed_at: Mapped[datetime]
