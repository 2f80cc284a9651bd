"""Setting formal documents: typst templates, typographic spaces, dates in words; nothing touches the disk in clear.

The words of people reach typst as JSON in memory, never as code. The same template and data give the same bytes. The
work is CPU-bound and releases the interpreter's lock: callers run it in a thread.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias, cast

import typst
from babel import dates

from odr.paper.letters import spelled
from odr.words import FRENCH, local, pgettext, reader
from odr.written import digest_groups

Data: TypeAlias = "str | int | bool | Sequence[Data] | Mapping[str, Data] | None"

_PAPER: Final = Path(__file__).parent / "typst" / "paper.typ"
_LONGEST_WORD: Final = 48  # letters; a longer one may be broken anywhere, or it would leave the page
_NO_BREAK: Final = "\u00a0"
_NARROW: Final = "\u202f"
_EVERYWHERE: Final = (
    (re.compile(r"(?<=\w)'(?=\w)"), "\u2019"),
    (re.compile(r"\b([Aa]rt\.|[Aa]rticles?|[Nn]os?\.?|§) (?=[\dIVXL])"), r"\1" + _NO_BREAK),
    (re.compile(r"(?<=\d) (?=[€$£%])"), _NO_BREAK),
)
_IN_FRENCH: Final = (
    (re.compile(f"(?<=\\S)[ {_NO_BREAK}{_NARROW}]+(?=[;!?])"), _NARROW),
    (re.compile(f"(?<=\\S)[ {_NO_BREAK}{_NARROW}]+(?=[:»])"), _NO_BREAK),
    (re.compile(f"«[ {_NO_BREAK}{_NARROW}]*(?=\\S)"), "«" + _NO_BREAK),
    (re.compile(f"(?<=\\d)[ {_NARROW}](?=\\d{{3}}(?!\\d))"), _NO_BREAK),
    (re.compile(r"\b(M\.|MM\.|Mme|Mmes|Me|Dr|n°|[Nn]°) (?=[\w])"), r"\1" + _NO_BREAK),
)
_ITEM: Final = re.compile("[-\u2013\u2014\u2022] +")


def set_pdf(
    template: Path,
    data: Mapping[str, Data],
    attached: bytes,
    *,
    made_at: datetime,
    images: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """A tagged PDF/A-3a (also PDF/UA-1) of a typst template, with `attached` as the file that its data names.

    `images` are further files that the template shows or attaches, by name. Raises RuntimeError without any word of
    the document if it can't be set.
    """
    files = {**images, "paper.typ": _PAPER.read_bytes(), "main.typ": template.read_bytes()}
    files["data.json"] = json.dumps(data, ensure_ascii=False).encode()
    files["attached"] = attached
    try:
        return typst.compile(
            cast("bytes", files),  # the stub leaves out the files in memory that the wheel takes
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=["a-3a", "ua-1"],
            timestamp=made_at.replace(microsecond=0).astimezone(UTC),
        )
    except typst.TypstError as error:
        reason = re.sub(r"`[^`]*`|\"[^\"]*\"", "…", error.message)  # what it quotes may be confidential
        raise RuntimeError(f"{template.name} could not be set: {reason}") from None


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def fine(words: str) -> str:
    """Words as a printer would set them in the reader's language: apostrophes, and spaces that don't break.

    Only the kind of spaces and apostrophes differs from what was typed; the exact text is in the attached JSON.
    """
    rules = (*_EVERYWHERE, *_IN_FRENCH) if reader.get().language == FRENCH else _EVERYWHERE
    for pattern, replacement in rules:
        words = pattern.sub(replacement, words)
    return re.sub(rf"\S{{{_LONGEST_WORD},}}", _breakable, words)


def _breakable(found: re.Match[str]) -> str:
    return "\u200b".join(found[0][at : at + 8] for at in range(0, len(found[0]), 8))


def name_line(words: str) -> str:
    """A line from an account (a name, a function), with letters that the typefaces lack spelled out."""
    return fine(spelled(re.sub(r"\s+", " ", words)))


def blocks(body: str) -> list[Data]:
    """Plain paragraphs as blocks: `{"lines": […]}` for a paragraph, `{"items": […]}` for lines after dashes."""
    found: list[Data] = []
    for paragraph in body.split("\n\n"):
        lines: list[Data] = []
        items: list[Data] = []
        for line in paragraph.split("\n"):
            marker = _ITEM.match(line)
            if marker:
                _close(found, "lines", lines)
                lines = []
                items.append(fine(line[marker.end() :]))
            else:
                _close(found, "items", items)
                items = []
                lines.append(fine(line))
        _close(found, "lines", lines)
        _close(found, "items", items)
    return found


def _close(found: list[Data], kind: str, rows: list[Data]) -> None:
    if any(rows):
        found.append({kind: rows})


def day_in_words(when: date) -> str:
    """`1er décembre 2026`, `1 December 2026`: of a date, or of a moment in the reader's zone."""
    shown = local(when).date() if isinstance(when, datetime) else when
    language = reader.get().language
    written = dates.format_date(shown, "d MMMM y", locale=language)
    return re.sub("^1 ", "1er ", written) if language == FRENCH else written


def moment_in_words(when: datetime) -> str:
    """`22 novembre 2026 à 15:05:09 (Europe/Paris, UTC+01:00)`: to the second, with its zone."""
    shown = local(when)
    offset = shown.utcoffset() or timedelta()
    sign, minutes = ("\u2212" if offset < timedelta() else "+"), abs(offset) // timedelta(minutes=1)
    return pgettext(
        "document",
        "%(day)s at %(time)s (%(zone)s, UTC%(offset)s)",
        day=day_in_words(when),
        time=shown.strftime("%H:%M:%S"),
        zone=reader.get().zone.key,
        offset=f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
    )


def paper(title: str, kind_line: str, reference: str, attached: bytes, name: str, description: str) -> dict[str, Data]:
    """What every document's pages need: titles, footer, attachment."""
    language = reader.get().language
    before, _first, rest = pgettext("document", "Page %(page)s of %(pages)s").partition("%(page)s")
    reference_line = pgettext("document", "File %(reference)s", reference=name_line(reference))
    return {
        "language": language,
        "region": "FR" if language == FRENCH else "GB",
        "title": fine(title),
        "document_title": f"{title} \u2013 {name_line(reference)}",
        "running_title": fine(title),
        "kind_line": kind_line,
        "reference_line": reference_line,
        "draft_line": None,
        "digest_label": pgettext("document", "SHA-256 digest of the attached text %(name)s", name=name),
        "digest": groups(hashlib.sha256(attached).digest()),
        "page_words": {"before": before, "between": rest.removesuffix("%(pages)s")},
        "attachment": {"name": name, "relationship": "source", "description": description},
    }


def groups(sha256: bytes) -> list[Data]:
    """A digest in hexadecimal, in groups of eight."""
    return list(digest_groups(sha256))


def colophon(name: str, issued_at: datetime) -> list[Data]:
    """The last lines: when the document was made, and how to check its attachment."""
    return [
        pgettext("document", "This document was made on %(moment)s.", moment=moment_in_words(issued_at)),
        pgettext(
            "document",
            "The file %(name)s attached to this PDF holds the exact text. Its SHA-256 digest, which any computer can "
            "compute again (sha256sum %(name)s), is the one at the foot of each page.",
            name=name,
        ),
    ]
