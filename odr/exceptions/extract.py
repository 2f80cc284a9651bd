"""The dated extract that a mediator hands over: what is disclosed, to whom, on which ground, with its proofs, as a ZIP.

It holds a PDF/A-3a with its JSON attached, the receipts, and the file where an exhibit is disclosed; one that was
destroyed since, or in which a virus was found, is left out, and the PDF says so. Why the mediator did so is for the
file, not for its recipients.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import rfc8785
from sqlalchemy import select

from odr.disputes.queries import visible_dispute
from odr.evidence.models import FormerPlacement, Placement
from odr.evidence.names import exhibit_name
from odr.evidence.placing import item_of
from odr.exceptions.enclosing import Beside, Enclosed, enclosed_in
from odr.exceptions.models import Ground, LegalException, Matter
from odr.exceptions.queries import ExceptionView, known_row, visible_exception
from odr.ids import DisputeId, LegalExceptionId
from odr.paper.typesetting import Data, colophon, day_in_words, fine, groups, moment_in_words, name_line, paper, set_pdf
from odr.parties.queries import parties_of
from odr.platform import Platform
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _, home_zone, pgettext, phrase, reader, use_language
from vault import Archive, Source, SpaceRef, archive_size, source_from_bytes

EXTRACT_FILE: Final = "extract.json"
FORMAT: Final = "entente-extract/v1"
LAW: Final = {
    Ground.PUBLIC_ORDER: phrase("imperious reasons of public order (law 95-125 of 8 February 1995, article 21-3, a)"),
    Ground.INTEGRITY: phrase(
        "a child's higher interest, or the physical or psychological integrity of a person (law 95-125 of 8 February "
        "1995, article 21-3, a)"
    ),
    Ground.PERFORMANCE: phrase(
        "carrying out or performing the agreement needs it (law 95-125 of 8 February 1995, article 21-3, b)"
    ),
}
"""Each ground in the words of the law."""

_TEMPLATE: Final = Path(__file__).parent / "typst" / "extract.typ"
_JSON: TypeAlias = "str | Sequence[_JSON] | Mapping[str, _JSON] | None"


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract to be read once: its file name, its length in bytes, and its bytes."""

    name: str
    size: int
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class ExtractFacts:
    """In which dispute, at which centre, between whom."""

    reference: str
    centre: str
    parties: tuple[str, ...]


async def extract_of(
    platform: Platform, actor: Actor, dispute_id: DisputeId, exception_id: LegalExceptionId, *, language: str
) -> Extract:
    """Return the extract, for the mediator and whoever was told. Raises :class:`NotFoundError`."""
    async with platform.unit(write=False) as uow:
        view = await visible_exception(uow, actor, dispute_id, exception_id)
        row = await known_row(uow, actor, dispute_id, exception_id)
        dispute = await visible_dispute(uow, actor, dispute_id)
        parties = tuple(party.name for party in await parties_of(uow, dispute_id))
        enclosed = await enclosed_in(uow, actor, row)
        proofs = await _receipts(uow, row, enclosed)
        files = await _file(uow, row, view, enclosed)
    beside = enclosed.beside if enclosed else None
    facts = ExtractFacts(dispute.reference, platform.settings.centre_name, parties)
    sheet = await asyncio.to_thread(extract_pdf, facts, view, beside, language=language, zone=reader.get().zone)
    sources = [source_from_bytes("extrait.pdf", sheet), *proofs, *files]
    size = archive_size([(source.path, source.size) for source in sources])
    return Extract(f"{dispute.reference}-extrait.zip", size, _zipped(sources, row.used_at))


def extract_pdf(
    facts: ExtractFacts, view: ExceptionView, beside: Beside | None, *, language: str, zone: ZoneInfo = home_zone
) -> bytes:
    """The extract as PDF; the same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread.

    ``beside``: what became of an exhibit's file.
    """
    with use_language(language, zone):
        told: dict[str, _JSON] = {
            "format": FORMAT,
            "reference": facts.reference,
            "centre": facts.centre,
            "ground": view.ground.value,
            "matter": view.matter.value,
            "words": view.words or None,
            "number": view.number or None,
            "title": view.title or None,
            "file_name": view.file_name or None,
            "sha256": view.sha256,
            "file": beside.value if beside else None,
            "recipients": [{"name": each.name, "office": each.office} for each in view.recipients],
            "disclosed_by": view.used_by,
            "disclosed_at": view.used_at.isoformat(),
        }
        whole = rfc8785.dumps(told)
        return set_pdf(_TEMPLATE, _data(facts, view, beside, whole), whole, made_at=view.used_at)


def _data(facts: ExtractFacts, view: ExceptionView, beside: Beside | None, whole: bytes) -> dict[str, Data]:
    title = pgettext("document", "Extract of a mediation, disclosed under the law")
    description = pgettext("document", "The facts of this extract, as canonical JSON (RFC 8785)")
    data = paper(title, name_line(facts.centre), facts.reference, whole, EXTRACT_FILE, description)
    heading, lines = _shown(facts, view, beside)
    return data | {
        "statement": fine(
            pgettext(
                "document",
                "On %(moment)s, %(who)s, mediator, disclosed what follows, and nothing else, to the persons named "
                "below. A mediation is confidential; the law lets a mediator disclose on this ground: %(ground)s.",
                moment=moment_in_words(view.used_at),
                who=view.used_by,
                ground=_(LAW[view.ground]),
            )
        ),
        "heading": heading,
        "lines": [fine(line) for line in lines],
        "words": [fine(line) for line in view.words.split("\n")] if view.words else [],
        "thing_digest_label": pgettext("document", "SHA-256 of what is disclosed"),
        "thing_digest": groups(bytes.fromhex(view.sha256)),
        "recipients_heading": pgettext("document", "For these persons only"),
        "recipients": [f"{name_line(each.name)}, {name_line(each.office)}" for each in view.recipients],
        "proof": fine(
            pgettext(
                "document",
                "The receipts beside this document prove when the disclosure was put on record. Whoever gets this "
                "extract may use it for the ground stated, and for nothing else.",
            )
        ),
        "issued": pgettext(
            "document",
            "Issued on %(day)s by %(centre)s.",
            day=day_in_words(view.used_at),
            centre=name_line(facts.centre),
        ),
        "colophon": colophon(EXTRACT_FILE, view.used_at),
    }


def _shown(facts: ExtractFacts, view: ExceptionView, beside: Beside | None) -> tuple[str, list[str]]:
    """Return under which heading, and with which lines, what is disclosed stands; the words themselves come after."""
    if view.matter is Matter.EXHIBIT:
        return pgettext("document", "One exhibit"), [view.title, *_file_lines(view, beside)]
    if view.matter is Matter.SENTENCE:
        return pgettext("document", "One statement made in the mediation"), []
    between = pgettext("document", "Between: %(parties)s.", parties=", ".join(facts.parties))
    if view.matter is Matter.EXISTENCE:
        exists = pgettext(
            "document", "An agreement was signed at the end of the mediation: “%(title)s”.", title=view.title
        )
        return pgettext("document", "That an agreement exists"), [exists, between]
    return pgettext("document", "A passage of the agreement “%(title)s”", title=view.title), [between]


def _file_lines(view: ExceptionView, beside: Beside | None) -> list[str]:
    """Return what is said of an exhibit's file, by the name that it bears in the archive."""
    name = exhibit_name(view.number, view.title, view.file_name)
    there = pgettext("document", "The file “%(name)s” beside this document.", name=name)
    found = pgettext("document", "A virus was found in this file: opening it may harm a device.")
    if beside is Beside.THERE_INFECTED:
        return [there, found]
    if beside is Beside.INFECTED:
        left = pgettext("document", "The file “%(name)s” is left out: a virus was found in it.", name=name)
        return [left]
    if beside is Beside.DESTROYED:
        gone = pgettext(
            "document",
            "The file “%(name)s” was destroyed since, and does not lie beside this document. Whoever has a copy can "
            "tell by its SHA-256, below, that it is what was disclosed.",
            name=name,
        )
        return [gone]
    return [there]


async def _receipts(uow: UnitOfWork, row: LegalException, enclosed: Enclosed | None) -> list[Source]:
    """Return the receipt of the disclosure's entry in a ledger that is still there, and of an exhibit's that is."""
    index, space_id = row.noted_index, row.noted_in
    if row.told_index is not None:
        index, space_id = row.told_index, row.space_id
    found: list[Source] = []
    if await uow.session.get(Space, space_id) is not None:  # a mediator's notes are destroyed at the end
        receipt = await uow.vault.ledger.receipt(uow.session, SpaceRef(row.dispute_id, space_id), index)
        found.append(source_from_bytes("recus/divulgation.json", receipt.to_json()))
    if enclosed is None or enclosed.beside is Beside.DESTROYED:  # what the ledger said of it is forgotten too
        return found
    room = SpaceRef(row.dispute_id, row.space_id)
    entered = await _entered(uow, row)
    if entered is not None:
        receipt = await uow.vault.ledger.receipt(uow.session, room, entered)
        found.append(source_from_bytes("recus/piece.json", receipt.to_json()))
    return found


async def _entered(uow: UnitOfWork, row: LegalException) -> int | None:
    """Return the ledger index of the entry of the version that was disclosed, whatever stands in its place now."""
    placement = await uow.session.scalar(
        select(Placement).where(Placement.exhibit_id == row.exhibit_id, Placement.space_id == row.space_id)
    )
    if placement is None:
        return None
    if placement.version_id == row.version_id:
        return placement.event_index
    index: int | None = await uow.session.scalar(
        select(FormerPlacement.event_index).where(
            FormerPlacement.placement_id == placement.id, FormerPlacement.version_id == row.version_id
        )
    )
    return index


async def _file(uow: UnitOfWork, row: LegalException, view: ExceptionView, enclosed: Enclosed | None) -> list[Source]:
    """Return the exhibit's file, read as it is written, where it can be handed out."""
    if enclosed is None or not enclosed.is_there:
        return []
    opened = await uow.vault.open(uow.session, item_of(enclosed.version), SpaceRef(row.dispute_id, row.space_id))
    return [Source(f"piece/{exhibit_name(view.number, view.title, view.file_name)}", opened.size, opened.read)]


async def _zipped(sources: list[Source], made_at: datetime) -> AsyncIterator[bytes]:
    archive = Archive(made_at)
    for source in sources:
        async for chunk in archive.add(source):
            yield chunk
    yield archive.close()
