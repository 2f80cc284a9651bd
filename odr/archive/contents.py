"""What a sealed record holds: what everyone at the table could read, and the procedure; nothing of any other room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from odr.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion, EndCertificate, Signature
from odr.archive.leaves import lines, sheet
from odr.archive.offering import clauses_told, offers_told, terms_told, worksheets_told
from odr.archive.telling import dispute_facts_told, exceptions_told, expertise_told, messages_told, minutes_told
from odr.archive.withholding import withheld
from odr.disputes.models import AttemptRecord
from odr.disputes.queries import DisputeFacts
from odr.documents.making import newest_item
from odr.event import EventRow
from odr.evidence.labels import Label, number_of, read_former_labels, read_labels
from odr.evidence.models import Exhibit, ExhibitVersion, FormerPlacement, Placement
from odr.evidence.names import exhibit_name
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.spaces.queries import SpaceFacts, find_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.terms import SpaceKind
from vault import ItemRef, Receipt, Source, SpaceRef, source_from_bytes

AGREEMENT: Final = "data/agreement/"
EVIDENCE: Final = "data/evidence/"
TOLD: Final = "data/record/"
_NAMES: Final = {AgreementKind.CONVENTION: "convention", AgreementKind.SETTLEMENT: "agreement"}


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a record: files to be read as they are written, and the receipts of the events that are told.

    ``versions``: which exhibit versions are among the files.
    """

    files: tuple[Source, ...]
    versions: tuple[ExhibitVersionId, ...]
    receipts: tuple[Receipt, ...]


def spaces_told(dispute: DisputeFacts, joint: SpaceFacts | None) -> tuple[SpaceRef, ...]:
    """Return the rooms whose ledger a record tells: the procedure's, then the joint space's if there is one."""
    return (dispute.procedure,) if joint is None else (dispute.procedure, joint.ref)


async def cut_of(uow: UnitOfWork, dispute: DisputeFacts) -> dict[str, int]:
    """Return how many events each told room holds now, by its id: what comes later is not in the record."""
    joint = await find_space(uow, dispute.id, SpaceKind.JOINT)
    cut: dict[str, int] = {}
    for space in spaces_told(dispute, joint):
        last = await uow.session.scalar(
            select(func.max(EventRow.index)).where(EventRow.space_id == SpaceId(space.space))
        )
        cut[str(space.space)] = 0 if last is None else last + 1
    return cut


async def gather(uow: UnitOfWork, dispute: DisputeFacts, cut: Mapping[str, int], *, centre: str) -> Contents | None:
    """Gather a record's contents; ``None`` while an event of ``cut`` still awaits the log's next checkpoint."""
    joint = await find_space(uow, dispute.id, SpaceKind.JOINT)
    receipts: list[Receipt] = []
    gone: dict[int, str] = {}
    for space in spaces_told(dispute, joint):
        told = await uow.vault.ledger.events(uow.session, space)
        end = cut.get(str(space.space), 0)
        kept_back = withheld([(event.index, event.event) for event in told])
        gone |= {index: name for index, name in kept_back.items() if index < end}
        for event in told:
            if event.index >= end or event.index in kept_back:
                continue
            receipt = await uow.vault.ledger.receipt(uow.session, space, event.index)
            if not receipt.complete:
                return None
            receipts.append(receipt)
    files = await _attempts(uow, dispute)
    versions: list[ExhibitVersionId] = []
    if joint is not None:
        files += await _agreements(uow, dispute, joint)
        stored, versions = await _exhibits(uow, dispute, joint)
        files += stored
        files.append(lines(f"{TOLD}messages.jsonl", await messages_told(uow, joint, dispute)))
        minutes = await minutes_told(uow, joint, dispute)
        files += [sheet(f"{TOLD}minutes.json", minutes)] if minutes else []
        files.append(sheet(f"{TOLD}expertise.json", await expertise_told(uow, joint)))
        lifted = await exceptions_told(uow, joint, cut.get(str(joint.id), 0))
        files += [sheet(f"{TOLD}exceptions.json", lifted)] if lifted else []
        missing = [{"index": index, "event": name, "because": "taken_back"} for index, name in gone.items()]
        files += [sheet(f"{TOLD}withheld.json", missing)] if missing else []
        files += await clauses_told(uow, dispute, joint)
        files += await worksheets_told(uow, dispute, joint)
        files += await terms_told(uow, dispute, joint)
        files += await offers_told(uow, dispute, joint)
    facts = await dispute_facts_told(uow, dispute, [receipt.event for receipt in receipts], centre=centre)
    files.append(sheet(f"{TOLD}dispute.json", facts))
    return Contents(tuple(files), tuple(versions), tuple(receipts))


async def _attempts(uow: UnitOfWork, dispute: DisputeFacts) -> list[Source]:
    """Return the records that parties were invited and did not come."""
    rows = await uow.session.scalars(select(AttemptRecord).where(AttemptRecord.dispute_id == dispute.id))
    made = {row.party_id: row.document_id for row in rows}
    return [
        await _document(uow, f"{TOLD}attempt-{party.prefix}.pdf", made[party.id], dispute.procedure)
        for party in dispute.respondents
        if party.id in made
    ]


async def _agreements(uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts) -> list[Source]:
    """Return every signed text: its PDF, its canonical JSON and its signatures; and the certificate of the end."""
    files: list[Source] = []
    rows = await uow.session.execute(
        select(Agreement, AgreementVersion)
        .join(AgreementVersion, AgreementVersion.id == Agreement.frozen_version_id)
        .where(Agreement.dispute_id == dispute.id, Agreement.state == AgreementState.SIGNED)
        .order_by(Agreement.created_at, Agreement.id)
    )
    seen: dict[AgreementKind, int] = {}
    for row, version in rows.all():
        seen[row.kind] = seen.get(row.kind, 0) + 1
        name = _NAMES[row.kind] + (f"-{seen[row.kind]}" if seen[row.kind] > 1 else "")
        text = await uow.vault.open_text(uow.session, joint.ref, version.id, version.text_sealed)
        files.append(source_from_bytes(f"{AGREEMENT}{name}.json", text.encode()))
        files.append(sheet(f"{AGREEMENT}{name}-signatures.json", await _signatures(uow, dispute, version)))
        if row.document_id is not None:
            files.append(await _document(uow, f"{AGREEMENT}{name}.pdf", row.document_id, joint.ref))
    certificate = await uow.session.get(EndCertificate, dispute.id)
    if certificate is not None:
        files.append(await _document(uow, f"{AGREEMENT}end-certificate.pdf", certificate.document_id, joint.ref))
    return files


async def _signatures(uow: UnitOfWork, dispute: DisputeFacts, version: AgreementVersion) -> list[dict[str, Any]]:
    rows = await uow.session.scalars(
        select(Signature).where(Signature.version_id == version.id).order_by(Signature.signed_at, Signature.party_id)
    )
    return [
        {
            "party": party.name if (party := dispute.party(row.party_id)) else "",
            "name": row.name,
            "role": row.role,
            "signed_at": row.signed_at,
            "level": "simple",
            "method": "password given again",
            "text_sha256": row.digest.hex(),
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Stood:
    """One version as it stood in the joint space: its number there, its label, since when, whether it still does."""

    version: int
    version_id: ExhibitVersionId
    label: Label
    at: datetime
    current: bool


async def _exhibits(
    uow: UnitOfWork, dispute: DisputeFacts, joint: SpaceFacts
) -> tuple[list[Source], list[ExhibitVersionId]]:
    """Return every version of every exhibit of the joint space under its number and title, their list, and their ids.

    A version that was replaced is what its readers worked with before: the record holds it beside the newer one. An
    infected file is in it too, for it is evidence, and the list says so.
    """
    rows = (
        await uow.session.execute(
            select(Placement, Exhibit)
            .join(Exhibit, Exhibit.id == Placement.exhibit_id)
            .where(Placement.space_id == joint.id, Placement.withdrawn_at.is_(None))
            .order_by(Placement.prefix, Placement.number)
        )
    ).all()
    labels = await read_labels(uow, [placement for placement, _exhibit in rows])
    files: list[Source] = []
    held: list[ExhibitVersionId] = []
    listed: list[dict[str, Any]] = []
    for (placement, exhibit), label in zip(rows, labels, strict=True):
        number = number_of(placement)
        owner = dispute.party(placement.owner_id)
        for stood in await _versions(uow, placement, label):
            version = await uow.session.get_one(ExhibitVersion, stood.version_id)
            numbered = number if stood.current else f"{number} v{stood.version}"
            name = exhibit_name(numbered, stood.label.title, stood.label.file_name)
            kept = not (await uow.vault.facts(uow.session, ItemRef(joint.dispute_id, version.id))).destroyed
            if kept:
                held.append(version.id)
                files.append(await _stored(uow, EVIDENCE + name, ItemRef(joint.dispute_id, version.id), joint.ref))
            listed.append(
                {
                    "number": number,
                    "version": stood.version,
                    "current": stood.current,
                    "file": name if kept else None,
                    "destroyed": not kept,
                    "title": stood.label.title,
                    "file_name": stood.label.file_name,
                    "reason": stood.label.reason,
                    "lodged_for": owner.name if owner else "",
                    "kind": exhibit.kind.value,
                    "origin": exhibit.origin.value,
                    "date": version.document_date,
                    "entered_at": stood.at,
                    "sha256": version.sha256.hex(),
                    "size": version.size,
                    "media_type": version.media_type,
                    "scan": version.scan.value,
                    "scan_because": version.scan_because.value,
                    "exhibit_id": exhibit.id,
                }
            )
    return [*files, sheet(f"{EVIDENCE}list.json", listed)], held


async def _versions(uow: UnitOfWork, placement: Placement, label: Label) -> list[_Stood]:
    """Return what stood at a placement, the oldest first."""
    formers = (
        await uow.session.scalars(
            select(FormerPlacement)
            .where(FormerPlacement.placement_id == placement.id)
            .order_by(FormerPlacement.ordinal)
        )
    ).all()
    labels = await read_former_labels(uow, placement, formers)
    return [
        *(
            _Stood(former.ordinal, former.version_id, named, former.placed_at, current=False)
            for former, named in zip(formers, labels, strict=True)
        ),
        _Stood(placement.ordinal, placement.version_id, label, placement.placed_at, current=True),
    ]


async def _document(uow: UnitOfWork, path: str, document_id: ExhibitId, space: SpaceRef) -> Source:
    """Return the newest version of a document that the platform made and sealed."""
    return await _stored(uow, path, await newest_item(uow, DisputeId(space.collection), document_id), space)


async def _stored(uow: UnitOfWork, path: str, item: ItemRef, space: SpaceRef) -> Source:
    """Return a file of the vault, to be read through a room's key when the record is written.

    That reading is the check that the record tells of. An earlier one would tell since when the file is in the vault,
    and so that an exhibit was in a draft or a caucus before it came to the table.
    """
    opened = await uow.vault.open(uow.session, item, space)
    return Source(path, opened.size, opened.read, uow.now())
