"""The bundle for a court: the exhibits that a party may produce there, with their list and receipts, as one ZIP.

Produced exhibits of the joint space are in it; what was elaborated in the mediation is left out unless every party
waived. Read as it is written: constant memory, whatever the exhibits weigh.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from odr.crossing.events import BundleExported
from odr.crossing.listing import Listed, ListFacts, list_pdf
from odr.crossing.models import BundledExhibit, CourtBundle
from odr.crossing.waivers import speaks_for, waived_by_all
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Exhibit, ExhibitVersion, Origin, Placement
from odr.evidence.names import exhibit_name
from odr.evidence.placing import item_of
from odr.evidence.scanning import Outcome as Scan
from odr.evidence.sight import may_read
from odr.ids import BundleId, DisputeId, ExhibitId, new_id
from odr.parties.queries import parties_of
from odr.platform import Platform
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import reader
from vault import Archive, Source, archive_size, source_from_bytes

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Bundled:
    """One line: what it is, and why it is left out (``elaborated``, ``infected``, ``destroyed``), or nothing."""

    exhibit_id: ExhibitId
    number: str
    title: str
    origin: Origin
    size: int
    left_out: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle to be read once: its file name, its length in bytes, and its bytes."""

    name: str
    size: int
    chunks: AsyncIterator[bytes]


async def bundle_lines(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[Bundled, ...]:
    """Return the exhibits of the joint space in the order of their numbers, and which would be left out; for a party.

    Raises :class:`NotFoundError` for whoever sits for no party.
    """
    if actor.party_in(dispute_id) is None:
        raise NotFoundError
    return tuple(line for line, _placement, _version in await _lines(uow, actor, dispute_id))


async def export_bundle(
    platform: Platform, actor: Actor, dispute_id: DisputeId, chosen: Collection[ExhibitId], *, language: str
) -> Bundle:
    """Export the bundle: recorded in the party's own draft ledger before its first byte leaves.

    From then on the waivers of what it holds can't be withdrawn. Raises :class:`NotFoundError`,
    :class:`NotPermittedError` (who is neither representative nor counsel, or chose what is left out),
    :class:`ConflictError` (``nothing_chosen``).
    """
    async with platform.unit() as uow:
        dispute = await visible_dispute(uow, actor, dispute_id)
        seat = actor.seat_in(dispute_id)
        if seat is None or seat.party_id is None:
            raise NotFoundError
        if not speaks_for(actor, dispute_id):
            raise NotPermittedError("for_your_voice")
        await _lock(uow, chosen)
        lines = [each for each in await _lines(uow, actor, dispute_id) if each[0].exhibit_id in set(chosen)]
        if not lines:
            raise ConflictError("nothing_chosen")
        if any(line.left_out for line, _placement, _version in lines):
            raise NotPermittedError("left_out")
        now, party_id = uow.now(), seat.party_id
        draft = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
        rule = actor.may(Act.READ, Thing.EXHIBIT, Place(dispute_id, party_id, SpaceKind.JOINT))
        if rule is None:
            raise NotPermittedError("not_permitted")
        bundle_id = BundleId(new_id())
        uow.session.add(
            CourtBundle(id=bundle_id, dispute_id=dispute_id, party_id=party_id, made_by=actor.account_id, made_at=now)
        )
        uow.session.add_all(
            BundledExhibit(bundle_id=bundle_id, exhibit_id=line.exhibit_id) for line, _placement, _version in lines
        )
        await uow.record(
            BundleExported(
                dispute_id=dispute_id,
                space_id=draft.id,
                rule=rule.number,
                actor_id=actor.account_id,
                bundle_id=bundle_id,
                exhibits=tuple(line.exhibit_id for line, _placement, _version in lines),
            )
        )
        parties = {party.id: party.name for party in await parties_of(uow, dispute_id)}
        listed = [
            Listed(line.number, line.title, parties.get(placement.owner_id, "") if placement.owner_id else "", version)
            for line, placement, version in lines
        ]
        files = [source for line, placement, version in lines for source in await _files(uow, line, placement, version)]
    facts = ListFacts(dispute.reference, dispute.title, platform.settings.centre_name, parties[party_id])
    sheet = await asyncio.to_thread(list_pdf, facts, listed, language=language, made_at=now, zone=reader.get().zone)
    sources = [source_from_bytes("bordereau.pdf", sheet), *files]
    size = archive_size([(source.path, source.size) for source in sources])
    return Bundle(f"{dispute.reference}-pieces.zip", size, _zipped(sources, now))


async def _lines(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId
) -> list[tuple[Bundled, Placement, ExhibitVersion]]:
    """Return the first 500 exhibits of the joint space that the actor may read, each with why it would be left out."""
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    rows = (
        await uow.session.execute(
            select(Placement, Exhibit, ExhibitVersion)
            .join(Exhibit, Exhibit.id == Placement.exhibit_id)
            .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
            .where(Placement.space_id == joint.id, may_read(actor))
            .order_by(Placement.prefix, Placement.number)
            .limit(MOST)
        )
    ).all()
    labels = await read_labels(uow, [row[0] for row in rows])
    elaborated = [row[1].id for row in rows if row[1].origin is Origin.ELABORATED]
    waived = await waived_by_all(uow, dispute_id, elaborated)
    found: list[tuple[Bundled, Placement, ExhibitVersion]] = []
    for (placement, exhibit, version), label in zip(rows, labels, strict=True):
        why = ""
        if exhibit.origin is Origin.ELABORATED and exhibit.id not in waived:
            why = "elaborated"
        elif version.scan is Scan.INFECTED:
            why = "infected"
        elif (await uow.vault.facts(uow.session, item_of(version))).destroyed:
            why = "destroyed"
        title = label.title or label.file_name
        line = Bundled(exhibit.id, number_of(placement), title, exhibit.origin, version.size, why)
        found.append((line, placement, version))
    return found


async def _files(
    uow: UnitOfWork, line: Bundled, placement: Placement, version: ExhibitVersion
) -> tuple[Source, Source]:
    """Return an exhibit's file, read as it is written, and the receipt of its entry into the joint space."""
    (label,) = await read_labels(uow, [placement])
    opened = await uow.vault.open(uow.session, item_of(version), space_ref(placement))
    receipt = await uow.vault.ledger.receipt(uow.session, space_ref(placement), placement.event_index)
    name = exhibit_name(line.number, line.title, label.file_name)
    return (
        Source(f"pieces/{name}", opened.size, opened.read),
        source_from_bytes(f"recus/{line.number}.json", receipt.to_json()),
    )


async def _zipped(sources: list[Source], made_at: datetime) -> AsyncIterator[bytes]:
    archive = Archive(made_at)
    for source in sources:
        async for chunk in archive.add(source):
            yield chunk
    yield archive.close()


async def _lock(uow: UnitOfWork, chosen: Collection[ExhibitId]) -> None:
    """Lock exhibits, so that a waiver is withdrawn either before the export, which then stops, or not at all."""
    await uow.session.execute(select(Exhibit.id).where(Exhibit.id.in_(chosen)).order_by(Exhibit.id).with_for_update())
