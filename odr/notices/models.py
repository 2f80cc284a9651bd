"""Notices: what each person was told, and when the mail left."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base
from odr.ids import AccountId, DisputeId, JobId


class Notice(Base):
    """One notice to one person. It names what awaits, never what it says. Its id is its mail job's idempotency key."""

    __tablename__ = "notices"

    id: Mapped[JobId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId | None]
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
