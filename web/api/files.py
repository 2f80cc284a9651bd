"""An exhibit's bytes, by ranges; its receipts; who opened it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from odr.evidence.openings import OpenedFile, open_exhibit, openings_of
from odr.evidence.proving import existence_of
from odr.evidence.receipts import receipt_for
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.platform import Platform, speaking_odr
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import known_language, reader
from web.api.description import REFUSALS, read
from web.api.exhibits import EXHIBIT
from web.api.shapes import shown
from web.evidence.download import disposition, etag_of, headers_of, slice_of, type_of
from web.evidence.leaving import paper_receipt

API = Request[None, None, State]


class Reading(msgspec.Struct):
    """That somebody opened one's exhibit. ``handed``: in their caucus, to which it was handed; it has no number."""

    reader: str
    at: datetime
    room: SpaceKind
    number: str
    sha256: str
    handed: bool


@read(
    f"{EXHIBIT}/file",
    responses={
        **REFUSALS,
        206: ResponseSpec(None, description="The range that was asked for.", media_type="application/octet-stream"),
        416: ResponseSpec(None, description="The range lies outside the file.", media_type="application/octet-stream"),
    },
    media_type="application/octet-stream",
)
async def read_file(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    version: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Return a file's bytes, or the `Range` of them that was asked for. Its party learns who opened it, and when.

    The current version's, unless `version` is given.
    """
    opened = await open_exhibit(platform, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), _version(version))
    return answer_file(request, opened)


@read(f"{EXHIBIT}/receipt")
async def read_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    room: FromQuery[SpaceKind | None] = None,
    version: FromQuery[UUID | None] = None,
) -> Response[dict[str, Any]]:
    """Return the receipt of an exhibit's entry into a room: the widest one may read it in, unless `room` is given.

    That of the current version, unless `version` is given; that of what was taken back, for whoever lodged it.
    """
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    number, receipt = await receipt_for(uow, actor, dispute, exhibit, room=room, version_id=_version(version))
    return answer_proof(f"recu-{number}.json", receipt.to_json())


@read(f"{EXHIBIT}/existence")
async def read_existence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Response[dict[str, Any]]:
    """Return the proof that one's own exhibit existed by a certain moment; it names nothing else of the dispute."""
    proof = await existence_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return answer_proof(f"existence-{proof.sha256.hex()[:8]}.json", proof.to_json())


@read(f"{EXHIBIT}/receipt.pdf", media_type="application/pdf")
async def read_paper_receipt(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    room: FromQuery[SpaceKind | None] = None,
    language: Annotated[str, QueryParameter(max_length=8, description="fr or en; else as `Accept-Language`.")] = "",
) -> Response[bytes]:
    """Return the same receipt as one page for people, in PDF/A-3a, with the machine's receipt attached."""
    wanted = known_language(language) or reader.get().language
    return await paper_receipt(platform, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), room, wanted)


@read(f"{EXHIBIT}/openings")
async def list_openings(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> list[Reading]:
    """Return who opened one's own exhibit, the latest first; nothing for anybody else's."""
    found = await openings_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return [shown(each, Reading) for each in found]


def answer_file(request: API, opened: OpenedFile) -> Response[Any]:
    """Answer with a file that may be read, or the range of it that was asked for (RFC 9110 section 14)."""
    facts = opened.facts
    piece = slice_of(facts.size, etag_of(facts.sha256), request.headers.get("range"), request.headers.get("if-range"))
    if piece is None:
        return Response(b"", status_code=416, headers={"Content-Range": f"bytes */{facts.size}"})

    async def content() -> AsyncIterator[bytes]:
        with speaking_odr():
            async for chunk in opened.read(piece.start, piece.stop):
                yield chunk

    return Stream(
        content(),
        status_code=206 if piece.partial else 200,
        headers=headers_of(facts, piece),
        media_type=type_of(facts),
    )


def answer_proof(name: str, proof: bytes) -> Response[dict[str, Any]]:
    """Answer with a proof, under the name that it is saved by."""
    return Response(
        msgspec.json.decode(proof), headers={"Content-Disposition": disposition(name), "Cache-Control": "no-store"}
    )


def _version(version: UUID | None) -> ExhibitVersionId | None:
    return None if version is None else ExhibitVersionId(version)


handlers = (read_file, read_receipt, read_existence, read_paper_receipt, list_openings)
