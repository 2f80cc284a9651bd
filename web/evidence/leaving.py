"""Files and receipts on their way out."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast
from uuid import UUID

from litestar import Request, Response, get, head
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from odr.evidence.openings import OpenedFile, file_facts, open_exhibit
from odr.evidence.proving import existence_of
from odr.evidence.receipts import receipt_facts, receipt_for, receipt_pdf
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import FRENCH, Language, known_language, reader
from web.answer import GIVES_BYTES, Answer
from web.evidence.download import Slice, disposition, etag_of, headers_of, proof_file, slice_of, type_of
from web.evidence.versions import asked_version

_FILE = "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/file"


@get(_FILE, opt={GIVES_BYTES: True})
async def send_file(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Send a file, or the range of it that was asked for. Its party is told who opened it, before the first byte."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    return answer_file(request, await open_exhibit(platform, actor, *of, asked_version(request)))


def answer_file(request: Request[None, None, State], opened: OpenedFile) -> Answer:
    """Answer with a file that may be read, or the range of it that was asked for."""
    facts = opened.facts
    piece = slice_of(facts.size, etag_of(facts.sha256), request.headers.get("range"), request.headers.get("if-range"))
    if piece is None:
        return _unsatisfiable(facts.size)
    return Stream(
        _bytes(opened, piece),
        status_code=206 if piece.partial else 200,
        headers=headers_of(facts, piece),
        media_type=type_of(facts),
    )


@head(_FILE)
async def describe_file(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Response[None]:
    """Say what a file is, as its GET would; no byte leaves, so nothing is noted."""
    facts = await file_facts(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), asked_version(request))
    whole = Slice(0, facts.size, facts.size, partial=False)
    headers = {**headers_of(facts, whole), "Content-Type": type_of(facts)}
    return cast("Response[None]", Response(b"", headers=headers))  # Litestar wants None said, and no bytes rendered


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/receipt")
async def send_receipt(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Send the machine-readable receipt of an exhibit's entry into a room (``?room=``, else the widest).

    Of the version that ``?version=`` names, else of the current one; of what was taken back, for who lodged it.
    """
    asked = request.query_params.get("room", "")
    room = SpaceKind(asked) if asked in set(SpaceKind) else None
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    number, receipt = await receipt_for(uow, actor, dispute, exhibit, room=room, version_id=asked_version(request))
    return proof_file(f"recu-{number}.json", receipt.to_json())


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/existence")
async def send_existence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Send the proof that one's own file existed, which names nothing of the dispute, not even in its name."""
    proof = await existence_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return proof_file(f"existence-{proof.sha256.hex()[:8]}.json", proof.to_json())


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/receipt.pdf")
async def send_paper_receipt(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Send the receipt that people read (``?room=``, else the widest; ``?language=``, else the reader's)."""
    asked = request.query_params.get("room", "")
    room = SpaceKind(asked) if asked in set(SpaceKind) else None
    language = known_language(request.query_params.get("language", "")) or reader.get().language
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    return await paper_receipt(platform, actor, *of, room, language, version_id=asked_version(request))


async def paper_receipt(
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    room: SpaceKind | None,
    language: Language,
    *,
    version_id: ExhibitVersionId | None = None,
) -> Response[bytes]:
    """Answer with the receipt on paper, set while no transaction is held."""
    async with platform.unit(write=False) as uow:
        facts = await receipt_facts(
            uow, actor, dispute_id, exhibit_id, platform.settings, room=room, version_id=version_id
        )
        now = uow.now()
    content = await asyncio.to_thread(receipt_pdf, facts, language=language, issued_at=now, zone=reader.get().zone)
    name = {FRENCH: "recu"}.get(language, "receipt")
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": disposition(f"{name}-{facts.number}.pdf"), "Cache-Control": "no-store"},
    )


async def _bytes(opened: OpenedFile, piece: Slice) -> AsyncIterator[bytes]:
    """Give the bytes; what fails in the middle breaks the connection off, so that no cut file ever looks whole."""
    with speaking_odr():
        async for chunk in opened.read(piece.start, piece.stop):
            yield chunk


def _unsatisfiable(size: int) -> Answer:
    return Response(b"", status_code=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
