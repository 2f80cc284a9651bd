"""Files on their way to becoming exhibits: uploads, and archives that are being unpacked."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, words
from odr.ids import AccountId, DisputeId, ExhibitId, SpaceId, UploadId


class Upload(Base):
    """A deposit under way, its depositor's own. Its id is its id in the vault, its exhibit's id its item's.

    ``fields_sealed`` holds what was said of the file (JSON) under the room's key. Once lodged, the row stays as long as
    an unfinished one would, so that the same act asked again gets the same answer.
    """

    __tablename__ = "uploads"

    id: Mapped[UploadId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    dispute_id: Mapped[DisputeId]
    space_id: Mapped[SpaceId]
    exhibit_id: Mapped[ExhibitId]
    size: Mapped[int] = mapped_column(BigInteger)
    fields_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime]
    lodged_at: Mapped[datetime | None] = mapped_column(index=True)


class Unpacking(Base):
    """A choice among the files of a ZIP file that was sent: each becomes an exhibit. Its id is the upload's."""

    __tablename__ = "unpackings"

    id: Mapped[UploadId] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    dispute_id: Mapped[DisputeId]
    space_id: Mapped[SpaceId]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class EntryState(StrEnum):
    """What became of a chosen file."""

    WAITING = "waiting"
    LODGED = "lodged"
    REPEATED = "repeated"
    REFUSED = "refused"


class UnpackedEntry(Base):
    """A chosen file of an archive, by its place in the directory; its path is sealed under the room's key.

    ``detail`` is the number it got or that of the same file, or the code of why it got none.
    """

    __tablename__ = "unpacked_entries"

    upload_id: Mapped[UploadId] = mapped_column(primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[EntryState] = mapped_column(words(EntryState))
    detail: Mapped[str] = mapped_column(String(40))
    path_sealed: Mapped[bytes] = mapped_column(LargeBinary)
