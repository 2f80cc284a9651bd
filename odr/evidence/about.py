"""What a depositor says of a file: read once, checked, whichever way the file comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from odr.evidence.labels import TITLE_LIMIT
from odr.evidence.models import ExhibitKind, Origin
from odr.ids import ExhibitId
from odr.typed import Typed

REASON_LIMIT: Final = 300


@dataclass(frozen=True, slots=True)
class About:
    """What the depositor says of a file. ``again``: lodge it although the same bytes were lodged before.

    ``replaces``: the exhibit of which it is a newer version, and ``reason`` why; kind and origin stay what they were.
    ``redacts``: the exhibit of which it is a redacted copy.
    """

    title: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    again: bool
    replaces: ExhibitId | None = None
    reason: str = ""
    redacts: ExhibitId | None = None


def read_about(
    *,
    title: str,
    kind: str,
    origin: str,
    document_date: str,
    again: str,
    replaces: str = "",
    reason: str = "",
    redacts: str = "",
) -> About:
    """Check what was typed beside the file; ``replaces`` and ``redacts`` are ids of exhibits, or empty.

    Raises :class:`InvalidInputError` (title, kind, origin, document_date, replaces, reason, redacts).
    """
    typed = Typed()
    about = About(
        title=typed.line("title", title, limit=TITLE_LIMIT, required=False),
        kind=typed.choice("kind", kind, ExhibitKind),
        origin=typed.choice("origin", origin, Origin),
        document_date=typed.day("document_date", document_date, required=False),
        again=again == "yes",
        replaces=_exhibit(typed, "replaces", replaces),
        reason=typed.line("reason", reason, limit=REASON_LIMIT, required=False),
        redacts=_exhibit(typed, "redacts", redacts),
    )
    if about.replaces is not None and about.redacts is not None:
        typed.wrong("redacts", "choose_one")
    typed.check()
    return about


def about_of(fields: Mapping[str, str]) -> About:
    """Read what a form or an upload's metadata says of a file. Raises as :func:`read_about`."""
    return read_about(
        title=fields.get("title", ""),
        kind=fields.get("kind", "other"),
        origin=fields.get("origin", "produced"),
        document_date=fields.get("document_date", ""),
        again=fields.get("again", ""),
        replaces=fields.get("replaces", ""),
        reason=fields.get("reason", ""),
        redacts=fields.get("redacts", ""),
    )


def _exhibit(typed: Typed, name: str, text: str) -> ExhibitId | None:
    if not text:
        return None
    try:
        return ExhibitId(UUID(text))
    except ValueError:
        typed.wrong(name, "choose_one")
        return None
