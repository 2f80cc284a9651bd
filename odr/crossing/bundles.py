"""The bundle for a court: the exhibits that a party chose, with their list and proofs, as one ZIP of any size.

Read as it is written: of what has yet to leave, only lines and proofs are held. Each file is opened when its turn
comes, as anybody opens it: its reader must still sit and the exhibit still stand, an infected file needs their own
recorded reason, and who lodged it sees that it was opened.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from odr.crossing.events import BundleExported
from odr.crossing.listing import Listed, ListFacts, list_pdf, piece_name
from odr.crossing.models import BundledExhibit, CourtBundle
from odr.crossing.numbering import number_pieces
from odr.crossing.pieces import Piece, numbers_before, pieces_of
from odr.crossing.waivers import speaks_for
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.models import Exhibit, Placement
from odr.evidence.names import exhibit_name
from odr.evidence.openings import open_exhibit
from odr.evidence.placing import item_of
from odr.ids import BundleId, DisputeId, ExhibitId, ExhibitVersionId, PartyId, new_id
from odr.parties.queries import parties_of
from odr.platform import Platform
from odr.spaces.queries import space_of
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import reader
from vault import Archive, Source, archive_size, source_from_bytes

AS_BEFORE: Final[Mapping[ExhibitId, int]] = MappingProxyType({})
"""No number typed: each as in an earlier bundle, or going on."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle to be read once: its file name, its length in bytes, and its bytes."""

    name: str
    size: int
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """An exhibit of a bundle, its number in it, and its proof, packed."""

    piece: Piece
    number: int
    proof: "_Packed | None"

    @property
    def is_enclosed(self) -> bool:
        """Whether its file is in the bundle, and not only its line in the list."""
        return not self.piece.line.left_out


async def export_bundle(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    chosen: Collection[ExhibitId] | None,
    *,
    numbers: Mapping[ExhibitId, int] = AS_BEFORE,
    language: str,
) -> Bundle:
    """Export the bundle: recorded in the party's own draft ledger before its first byte leaves.

    ``chosen``: ``None`` for all that the table has and a bundle may hold. ``numbers``: those that the party gives in
    this bundle (:func:`number_pieces`). From then on the waivers of what it holds can't be withdrawn. Raises
    :class:`NotFoundError`, :class:`NotPermittedError` (who is neither representative nor counsel, or chose what is left
    out), :class:`ConflictError` (``nothing_chosen``), :class:`InvalidInputError` (numbers, by exhibit).
    """
    async with platform.unit() as uow:
        dispute = await visible_dispute(uow, actor, dispute_id)
        pieces, given, now = await _record(uow, actor, dispute_id, chosen, numbers)
    async with platform.unit(write=False) as uow:
        held = [_Numbered(piece, given[piece.line.exhibit_id], proof) async for piece, proof in _proven(uow, pieces)]
        parties = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    held.sort(key=lambda each: each.number)
    sheet = await asyncio.to_thread(
        list_pdf,
        _facts(platform, actor, dispute, parties),
        [_listed(each, parties) for each in held],
        language=language,
        made_at=now,
        zone=reader.get().zone,
    )
    sources = [source_from_bytes("bordereau.pdf", sheet), *_sources(platform, actor, held, language)]
    size = archive_size([(source.path, source.size) for source in sources])
    return Bundle(f"{dispute.reference}-pieces.zip", size, _zipped(sources, now))


async def _record(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    chosen: Collection[ExhibitId] | None,
    numbers: Mapping[ExhibitId, int],
) -> tuple[list[Piece], dict[ExhibitId, int], datetime]:
    """Record a bundle, and return what it holds, under which numbers, and when it was."""
    party_id = actor.party_in(dispute_id)
    if party_id is None:
        raise NotFoundError
    if not speaks_for(actor, dispute_id):
        raise NotPermittedError("for_your_voice")
    wanted = None if chosen is None else set(chosen)
    await _lock(uow, dispute_id, wanted)
    pieces = [piece for piece in await pieces_of(uow, actor, dispute_id) if _is_chosen(piece, wanted)]
    if not pieces:
        raise ConflictError("nothing_chosen")
    if not all(piece.line.may_be_listed for piece in pieces):
        raise NotPermittedError("left_out")
    rule = actor.may(Act.READ, Thing.EXHIBIT, Place(dispute_id, party_id, SpaceKind.JOINT))
    if rule is None:
        raise NotPermittedError("not_permitted")
    ids = [piece.line.exhibit_id for piece in pieces]
    given = number_pieces(ids, numbers, await numbers_before(uow, dispute_id, party_id))
    now, bundle_id = uow.now(), BundleId(new_id())
    draft = await space_of(uow, dispute_id, SpaceKind.PRIVATE, party_id)
    uow.session.add(
        CourtBundle(id=bundle_id, dispute_id=dispute_id, party_id=party_id, made_by=actor.account_id, made_at=now)
    )
    uow.session.add_all(BundledExhibit(bundle_id=bundle_id, exhibit_id=each, number=given[each]) for each in ids)
    await uow.record(
        BundleExported(
            dispute_id=dispute_id,
            space_id=draft.id,
            rule=rule.number,
            actor_id=actor.account_id,
            bundle_id=bundle_id,
            exhibits=tuple(ids),
        )
    )
    return pieces, given, now


def _is_chosen(piece: Piece, wanted: set[ExhibitId] | None) -> bool:
    if wanted is None:
        return piece.line.room is SpaceKind.JOINT and not piece.line.left_out
    return piece.line.exhibit_id in wanted


async def _lock(uow: UnitOfWork, dispute_id: DisputeId, wanted: set[ExhibitId] | None) -> None:
    """Lock exhibits, so that a waiver is withdrawn either before the export, which then stops, or not at all."""
    rows = select(Exhibit.id).where(Exhibit.dispute_id == dispute_id)
    if wanted is None:
        tabled = select(Placement.exhibit_id).where(
            Placement.dispute_id == dispute_id, Placement.kind == SpaceKind.JOINT
        )
        rows = rows.where(Exhibit.id.in_(tabled))
    else:
        rows = rows.where(Exhibit.id.in_(wanted))
    await uow.session.execute(rows.order_by(Exhibit.id).with_for_update())


async def _proven(uow: UnitOfWork, pieces: Sequence[Piece]) -> AsyncIterator[tuple[Piece, "_Packed | None"]]:
    """Give each exhibit with its proof: of the table's, the receipt of its entry there.

    Of a party's own, the proof that it existed by a certain moment, once there is one: a receipt of its room would tell
    that there is such a room, and how much happens in it.
    """
    like = b""
    for piece in pieces:
        placement = piece.placement
        if piece.line.room is SpaceKind.JOINT:
            receipt = await uow.vault.ledger.receipt(uow.session, space_ref(placement), placement.event_index)
            text = receipt.to_json()
        else:
            proof = await uow.vault.existence_proof(uow.session, item_of(piece.version), space_ref(placement))
            text = b"" if proof is None else proof.to_json()
        like = like or text
        yield piece, _Packed.of(text, like) if text else None


def _facts(platform: Platform, actor: Actor, dispute: DisputeFacts, parties: Mapping[PartyId, str]) -> ListFacts:
    party_id = actor.party_in(dispute.id)
    name = parties[party_id] if party_id else ""
    return ListFacts(dispute.reference, dispute.title, platform.settings.centre_name, name)


def _listed(each: _Numbered, parties: Mapping[PartyId, str]) -> Listed:
    line, version = each.piece.line, each.piece.version
    owner = each.piece.placement.owner_id
    return Listed(
        number=each.number,
        tabled=line.number,
        title=line.title,
        party=parties.get(owner, "") if owner else "",
        dated=version.document_date,
        size=version.size,
        sha256=version.sha256,
        enclosed=each.is_enclosed,
        infected=line.infected,
        proven=each.proof is not None,
    )


def _sources(platform: Platform, actor: Actor, held: Sequence[_Numbered], language: str) -> list[Source]:
    """Return the files, then the proofs, each read when its turn comes."""
    width = len(str(max(each.number for each in held)))
    files: list[Source] = []
    proofs: list[Source] = []
    for each in held:
        line, label, version = each.piece.line, each.piece.label, each.piece.version
        if each.is_enclosed:
            number = piece_name(f"{each.number:0{width}}", language)
            name = exhibit_name(number, line.title, label.file_name)
            file = _File(platform, actor, version.dispute_id, line.exhibit_id, version.id, version.size)
            files.append(Source(f"pieces/{name}", version.size, file.chunks))
        if each.proof is not None:
            proofs.append(Source(f"recus/{each.number:0{width}}.json", each.proof.size, each.proof.chunks))
    return [*files, *proofs]


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a bundle, opened when it is read."""

    platform: Platform
    actor: Actor
    dispute_id: DisputeId
    exhibit_id: ExhibitId
    version_id: ExhibitVersionId
    size: int

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give its bytes. Raises as :func:`open_exhibit` does."""
        opened = await open_exhibit(self.platform, self.actor, self.dispute_id, self.exhibit_id, self.version_id)
        async for chunk in opened.read(0, self.size):
            yield chunk


@dataclass(frozen=True, slots=True)
class _Packed:
    """A proof that waits for its turn, packed after the likeness of the first: they share most of what they say."""

    packed: bytes
    like: bytes
    size: int

    @classmethod
    def of(cls, text: bytes, like: bytes) -> "_Packed":
        """Pack a proof."""
        packer = zlib.compressobj(zdict=like)
        return cls(packer.compress(text) + packer.flush(), like, len(text))

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give it back."""
        yield zlib.decompressobj(zdict=self.like).decompress(self.packed)


async def _zipped(sources: Sequence[Source], made_at: datetime) -> AsyncIterator[bytes]:
    archive = Archive(made_at)
    for source in sources:
        async for chunk in archive.add(source):
            yield chunk
    yield archive.close()
