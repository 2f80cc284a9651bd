"""Sentences that the mediator may say at the table, and what their party answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, MessageId, PartyId, SpaceId, StatementId


class Wording(StrEnum):
    """How a sentence stands to what was said apart."""

    ORIGINAL = "original"  # a message of the caucus, word for word
    REDACTED = "redacted"  # a message of the caucus, with passages left out and marked […]
    EXCERPT = "excerpt"  # a passage of a message of the caucus, word for word
    PARAPHRASE = "paraphrase"  # in other words; the only way for what was said orally


class StatementState(StrEnum):
    """Where a sentence stands."""

    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SAID = "said"
    LAPSED = "lapsed"


class Statement(Base):
    """A sentence proposed by the mediator, or offered by the party, to be said to everyone at the table.

    Its text, what it is for, to whom it goes and the refusal's reason are sealed (JSON) under the caucus's key; the
    text never changes. ``message_id`` is the joint message that it becomes when it is said, drawn beforehand so that
    the card that is consented to is the card that will stand there. Past ``expires_at`` a consent allows nothing.
    """

    __tablename__ = "statements"

    id: Mapped[StatementId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    caucus_id: Mapped[SpaceId] = mapped_column(index=True)
    owner_id: Mapped[PartyId]
    source_id: Mapped[MessageId | None]  # the caucus message it is taken from; NULL: said orally
    message_id: Mapped[MessageId]
    wording: Mapped[Wording] = mapped_column(words(Wording))
    state: Mapped[StatementState] = mapped_column(words(StatementState))
    terms_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_by: Mapped[AccountId]
    offered: Mapped[bool]  # by the party, unasked
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_by: Mapped[AccountId | None]
    answered_at: Mapped[datetime | None]
    said_at: Mapped[datetime | None]
