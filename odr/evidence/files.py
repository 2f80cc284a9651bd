"""What a reader is told of a file, wherever they may read it."""

from dataclasses import dataclass
from datetime import date

from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.names import shown_name
from odr.evidence.scanning import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file's title and name there, its size in bytes, its SHA-256 (32 bytes), and what was found of its content."""

    title: str
    file_name: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    size: int
    sha256: bytes
    media_type: str
    name_agrees: bool
    scan: Outcome

    @property
    def shown_name(self) -> str:
        """The file's name, short enough for a page."""
        return shown_name(self.file_name)
