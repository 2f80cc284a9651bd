"""Agreements to mediate and settlement agreements, their versions and signatures."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import (
    AccountId,
    AgreementId,
    ClauseProposalId,
    CommitmentId,
    DisputeId,
    ExhibitId,
    MessageId,
    OfferId,
    PartyId,
    VersionId,
)


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
    """One agreement of a dispute. ``document_id`` is its PDF's item in the vault, once made.

    ``offer_id``: the offer that its first text was made from, if it was; while that one is stopped as a wrong
    disclosure nobody reads what is not signed (lookup.py), and ``stopped_at`` says since when nobody is asked to sign.
    """

    __tablename__ = "agreements"

    id: Mapped[AgreementId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    kind: Mapped[AgreementKind] = mapped_column(words(AgreementKind))
    state: Mapped[AgreementState] = mapped_column(words(AgreementState))
    created_at: Mapped[datetime]
    frozen_version_id: Mapped[VersionId | None]
    signed_at: Mapped[datetime | None]
    document_id: Mapped[ExhibitId | None]
    sign_by: Mapped[datetime | None]  # of an agreement to mediate: by when signatures are asked for
    template_version: Mapped[int]  # of an agreement to mediate: the centre's template that it began with; 0 as shipped
    offer_id: Mapped[OfferId | None]
    stopped_at: Mapped[datetime | None]


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
    author_id: Mapped[AccountId | None]  # NULL for the platform, which drafts the agreement to mediate
    at: Mapped[datetime]


class Signature(Base):
    """A party's representative signed exactly this version, after giving their password again (a simple signature).

    When a party refuses to sign, the signatures already given for that version lapse and their rows go; that they were
    given stays in the ledger.
    """

    __tablename__ = "signatures"

    version_id: Mapped[VersionId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(40))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed_at: Mapped[datetime]


class RemarkKind(StrEnum):
    """Why somebody wrote about a version."""

    COMMENT = "comment"
    REFUSAL = "refusal"  # a party said why it does not sign


class Remark(Base):
    """What somebody wrote about one version, for everyone at the table; sealed under the joint space's key."""

    __tablename__ = "remarks"

    id: Mapped[MessageId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId]
    agreement_id: Mapped[AgreementId] = mapped_column(index=True)
    version_id: Mapped[VersionId]
    kind: Mapped[RemarkKind] = mapped_column(words(RemarkKind))
    author_id: Mapped[AccountId]
    party_id: Mapped[PartyId | None]  # NULL for the mediator
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class ProposalState(StrEnum):
    """What became of a proposed clause."""

    OPEN = "open"
    ADOPTED = "adopted"  # every side agreed: a version was made of it
    KEPT = "kept"  # a side kept the clause as it stood
    COUNTERED = "countered"  # another proposal for the same clause took its place
    WITHDRAWN = "withdrawn"


class ClauseProposal(Base):
    """Another wording or other values that a side proposes for one clause of an agreement to mediate, and why.

    ``content_sealed``: the clause as it would read, its terms and the reason, under the joint space's key. ``side`` is
    the party's id, or ``mediator``.
    """

    __tablename__ = "clause_proposals"

    id: Mapped[ClauseProposalId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId]
    agreement_id: Mapped[AgreementId] = mapped_column(index=True)
    version_id: Mapped[VersionId]  # the version that it would change
    clause: Mapped[str] = mapped_column(String(40))
    answers_id: Mapped[ClauseProposalId | None]  # the proposal that it counters
    side: Mapped[str] = mapped_column(String(40))
    author_id: Mapped[AccountId]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ProposalState] = mapped_column(words(ProposalState))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[AccountId | None]


class ClauseConsent(Base):
    """A side agrees to a proposed clause; its author does by proposing it."""

    __tablename__ = "clause_consents"

    proposal_id: Mapped[ClauseProposalId] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[AccountId]
    at: Mapped[datetime]


class TemplateClause(Base):
    """One version of the centre's agreement to mediate in one language: the part that it changed, as it reads since.

    Without a body, the shipped wording was taken again; ``left_out``: texts have no such clause. Rows are only added.
    """

    __tablename__ = "template_clauses"

    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clause: Mapped[str] = mapped_column(String(40))
    after: Mapped[str | None] = mapped_column(String(40))  # of a clause that the centre added: behind which part
    heading: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    left_out: Mapped[bool] = mapped_column(Boolean)
    written_by: Mapped[AccountId]
    written_at: Mapped[datetime]


class CommitmentAnswer(StrEnum):
    """What another party says of a commitment that is told done."""

    CONFIRMED = "confirmed"
    CONTESTED = "contested"


class Commitment(Base):
    """What an article (``number``) of a signed settlement has a party do by a day, and what was said of it.

    Its words stand in the signed text. Why it is contested is sealed under the joint space's key.
    """

    __tablename__ = "commitments"

    id: Mapped[CommitmentId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    agreement_id: Mapped[AgreementId]
    number: Mapped[int]
    owed_by: Mapped[PartyId]
    due: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by: Mapped[AccountId | None]
    answer: Mapped[CommitmentAnswer | None] = mapped_column(words(CommitmentAnswer))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[AccountId | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class EndCertificate(Base):
    """The certificate that a mediation ended without an agreement: a PDF in the vault, keyed to the joint space."""

    __tablename__ = "end_certificates"

    dispute_id: Mapped[DisputeId] = mapped_column(primary_key=True)
    document_id: Mapped[ExhibitId]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime]
    event_index: Mapped[int] = mapped_column(BigInteger)
