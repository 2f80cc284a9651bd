"""Large files that survive a cut line, begun, continued, lodged or given up; and many small ones in one request."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, patch
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, JSONBody, QueryParameter

from odr.errors import InvalidInputError, OdrError
from odr.evidence.batches import Batch
from odr.evidence.finishing import lodge_upload
from odr.evidence.intake import ask_to_lodge
from odr.evidence.queries import ExhibitKind, Origin
from odr.evidence.recording import about_of
from odr.evidence.uploads import UploadFacts, begin_upload, continue_upload, give_up, upload_of, uploads_of
from odr.ids import DisputeId, SpaceId, UploadId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import REFUSALS, RawUpload, create, read, remove
from web.api.exhibits import Lodgement, digest_of, lodgement
from web.api.rooms import ROOMS
from web.api.shapes import Line
from web.evidence.multipart import FormStream, body_of, boundary_of

API = Request[None, None, State]
ROOM: Final = f"{ROOMS}/{{space_id:uuid}}"
UPLOAD: Final = "/disputes/{dispute_id:uuid}/uploads/{upload_id:uuid}"
FILE: Final = "file"
SAID: Final = frozenset({"title", "kind", "origin", "document_date", "again"})


class FormUpload(Operation):
    """An operation whose body is a form with files."""

    def __post_init__(self) -> None:
        """Describe the body."""
        form = OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT))
        self.request_body = RequestBody(content={"multipart/form-data": form}, required=True)


class Announced(msgspec.Struct, forbid_unknown_fields=True):
    """A file that will come: its size in bytes, and what is said of it."""

    name: Line
    size: int
    title: Line = ""
    kind: ExhibitKind = ExhibitKind.OTHER
    origin: Origin = Origin.PRODUCED
    document_date: str = ""
    again: bool = False
    replaces: UUID | None = None
    reason: Line = ""
    redacts: UUID | None = None


class UploadBody(msgspec.Struct):
    """How far an upload is. ``offset``: how many bytes are durable; go on from there, in pieces of 8 MiB and more."""

    id: UUID
    space_id: UUID
    name: str
    size: int
    offset: int
    expires_at: datetime


class Finish(msgspec.Struct, forbid_unknown_fields=True):
    """The SHA-256 of all bytes, in hexadecimal, to be compared; ``again``: although they were lodged before."""

    sha256: Line = ""
    again: bool = False


class Refused(msgspec.Struct):
    """Why a batch ended early, and at which of its files (from 0); those before it are lodged, none after it."""

    at: int
    code: str


class BatchBody(msgspec.Struct):
    """What became of a batch."""

    lodged: list[Lodgement]
    refused: Refused | None


def shown_upload(facts: UploadFacts) -> UploadBody:
    """Return an upload in the shape that the API answers with."""
    return UploadBody(facts.id, facts.space_id, facts.name, facts.size, facts.offset, facts.expires_at)


@create(f"{ROOM}/uploads")
async def begin(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    data: JSONBody[Announced],
) -> UploadBody:
    """Begin an upload of a file whose size is known. What nobody continues for some days is swept away."""
    said: dict[str, Any] = msgspec.to_builtins(data)
    fields = {name: str(value) for name, value in said.items() if value and name not in {"size", "again"}}
    facts = await begin_upload(
        platform,
        actor,
        DisputeId(dispute_id),
        SpaceId(space_id),
        size=data.size,
        fields=fields | ({"again": "yes"} if data.again else {}),
    )
    return shown_upload(facts)


@read(f"{ROOM}/uploads")
async def list_uploads(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> list[UploadBody]:
    """Return what one began to send into a room and has not lodged."""
    return [shown_upload(each) for each in await uploads_of(uow, actor, DisputeId(dispute_id), SpaceId(space_id))]


@read(UPLOAD)
async def show_upload(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> UploadBody:
    """Return how far one's own upload is."""
    return shown_upload(await upload_of(uow, actor, DisputeId(dispute_id), UploadId(upload_id)))


@patch(UPLOAD, request_max_body_size=None, operation_class=RawUpload, responses=REFUSALS)
async def send_bytes(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
    offset: Annotated[int, QueryParameter(ge=0, description="Where these bytes begin: the upload's own offset.")],
) -> UploadBody:
    """Send bytes on from the durable offset; the answer says how many are durable now, by whole segments of 8 MiB.

    After a cut, ask for the offset and go on there. 409 `upload_offset`: another offset than the durable one.
    """
    facts = await continue_upload(
        platform, actor, DisputeId(dispute_id), UploadId(upload_id), offset=offset, chunks=body_of(request.receive)
    )
    return shown_upload(facts)


@create(f"{UPLOAD}/lodge")
async def lodge_it(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
    data: JSONBody[Finish],
) -> Lodgement:
    """Lodge an upload all of whose bytes have come. Asked again, the answer is the same."""
    lodged = await lodge_upload(
        platform,
        actor,
        DisputeId(dispute_id),
        UploadId(upload_id),
        expected_sha256=digest_of(data.sha256 or None),
        again=data.again,
    )
    return lodgement(lodged)


@remove(UPLOAD)
async def end_upload(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> None:
    """Give an upload up: its key is destroyed, then its bytes."""
    await give_up(platform, actor, DisputeId(dispute_id), UploadId(upload_id))


@create(f"{ROOM}/exhibits/batch", request_max_body_size=None, operation_class=FormUpload)
async def lodge_batch(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> BatchBody:
    """Lodge many files at once: a form (`multipart/form-data`) of `file` parts, each an exhibit, numbered in order.

    The fields `title`, `kind`, `origin`, `document_date` and `again` hold for the files after them. The first file that
    is refused ends the batch; where none was lodged before it, the answer is its refusal.
    """
    dispute, space = DisputeId(dispute_id), SpaceId(space_id)
    await ask_to_lodge(platform, actor, dispute, space)
    batch, fields, files = Batch(platform, actor, dispute, space), dict[str, str](), 0
    form = FormStream(body_of(request.receive), boundary_of(request.headers.get("content-type", "")))
    try:
        async for part in form.parts():
            if part.name == FILE and part.file_name:
                await batch.take(about_of(fields), part.file_name, form.data())
                files += 1
            elif part.name in SAID and part.file_name is None:
                fields[part.name] = await form.text()
        await batch.close()
    except OdrError as error:
        await asyncio.shield(batch.abandon())
        if not batch.lodged:
            raise
        return BatchBody([lodgement(each) for each in batch.lodged], Refused(len(batch.lodged), error.code))
    except BaseException:
        await asyncio.shield(batch.abandon())
        raise
    if not files:
        raise InvalidInputError({FILE: "no_file"})
    return BatchBody([lodgement(each) for each in batch.lodged], None)


handlers = (begin, list_uploads, show_upload, send_bytes, lodge_it, end_upload, lodge_batch)
