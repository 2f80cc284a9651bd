"""Notices: what each person was told, how the mail leaves, whose address refuses it, and each one's choices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, Json, words
from odr.ids import AccountId, DisputeId, InvitationId, JobId
from odr.notices.terms import How


class Notice(Base):
    """One notice to one person. It names what awaits, never what it says.

    ``mail_id`` is the Message-ID of the mail that carries it: its own id, or that of a digest's job.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_account_id_read_at", "account_id", "read_at"),)

    id: Mapped[JobId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId | None]
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    how: Mapped[How] = mapped_column(words(How))
    mail_id: Mapped[UUID | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class NoticeChoices(Base):
    """How one person wants to be told: ``hows`` by family, and the hour of the daily mail in their own zone."""

    __tablename__ = "notice_choices"

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    hows: Mapped[dict[str, str]] = mapped_column(Json)
    hour: Mapped[int] = mapped_column(SmallInteger)


class MailText(Base):
    """One version of a mail's words in one language; without words, the default was restored. Rows are only added."""

    __tablename__ = "mail_texts"

    letter: Mapped[str] = mapped_column(String(60), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    written_by: Mapped[AccountId]
    written_at: Mapped[datetime]


class Bounce(Base):
    """A mail that its server refused for good. Until ``mended_at``, the address counts as failing. No address is kept.

    ``id`` is the mail's; ``status`` the server's code (RFC 3463, or three digits). An account's, a link's, or both.
    """

    __tablename__ = "bounces"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId | None] = mapped_column(index=True)
    invitation_id: Mapped[InvitationId | None]
    dispute_id: Mapped[DisputeId | None] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    mended_at: Mapped[datetime | None]
