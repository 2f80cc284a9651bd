"""Sealed documents: which version of each is the newest, and until when its time stamps hold."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base
from odr.ids import DisputeId, ExhibitId, SpaceId


class Document(Base):
    """A sealed PDF, by its item in the vault. Each further time stamp makes a new version, which holds the older ones.

    ``set_size``: how many bytes typst set, with which the file begins. ``event_index`` is that of the event that told
    the newest version; NULL for the first, which its maker's own event tells. ``stamped_until`` is NULL while the
    document bears no time stamp; ``tried_at`` is when one was last asked for in vain.
    """

    __tablename__ = "documents"

    id: Mapped[ExhibitId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId]
    space_id: Mapped[SpaceId]
    rule: Mapped[str] = mapped_column(String(8))
    set_size: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    event_index: Mapped[int | None] = mapped_column(BigInteger)
    stamped_until: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
