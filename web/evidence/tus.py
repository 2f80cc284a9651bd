"""Resumable uploads: tus 1.0.0 with creation, creation-with-upload, termination and expiration; and their lodging.

https://tus.io/protocols/resumable-upload (version 1.0.0). ``Upload-Offset`` is what is durable: the end of the last
whole segment of 8 MiB, or of the file; to whoever asks where to go on (HEAD), also what a cut line left of the next
one, where the store can keep that. A piece that reaches the end of no segment is refused.
"""

from base64 import b64decode, b64encode
from email.utils import format_datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post, route
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import HttpMethod, MediaType
from litestar.params import FromPath

from odr.errors import InvalidInputError, OdrError, UploadRefusedError
from odr.evidence.finishing import asks_for_archive, lodge_upload, read_upload
from odr.evidence.uploads import (
    UploadFacts,
    begin_upload,
    continue_upload,
    give_up,
    resume_upload,
    upload_of,
    uploads_of,
)
from odr.ids import DisputeId, SpaceId, UploadId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, AnyRequest, read_form, speak_to
from web.errors import SignInNeededError, upload_status, words_for
from web.evidence.lodging import digest_of, exhibit_json
from web.evidence.multipart import body_of
from web.evidence.phrases import REFUSALS, SENTENCES

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,expiration"
OCTETS: Final = "application/offset+octet-stream"
SEGMENT: Final = 8 * 1024 * 1024
METADATA_LIMIT: Final = 16 * 1024

API = Request[None, None, State]


def refused(request: AnyRequest, error: OdrError) -> Answer:
    """Answer a refusal in JSON, in its reader's language.

    One that passes by itself (a wrong offset, another writer) has no ``code``: the client asks where it is and goes on.
    """
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is not None:
        speak_to(actor)
    status = upload_status(error)
    words = REFUSALS.get(error.code) or words_for(status, error.code)
    told: dict[str, Any] = {"title": _(words.title) % error.details, "what_to_do": _(words.what_to_do)}
    if isinstance(error, InvalidInputError):
        told["what_to_do"] = " ".join(_(SENTENCES.get(code, code)) for code in error.fields.values())
        told["fields"] = error.fields
    if error.code not in {"upload_offset", "upload_busy"}:
        told["code"] = error.code
    if "number" in error.details:
        told["number"] = error.details["number"]
    headers = {"Tus-Resumable": VERSION}
    if error.code == "wrong_version":
        headers["Tus-Version"] = VERSION
    if "offset" in error.details:
        headers["Upload-Offset"] = str(error.details["offset"])
    return Response(told, status_code=status, media_type=MediaType.JSON, headers=headers)


def sign_in_needed(_request: AnyRequest, _error: SignInNeededError) -> Answer:
    """Say that nobody is signed in any more; the upload is kept."""
    words = REFUSALS["upload_signed_out"]
    told = {"title": _(words.title), "what_to_do": _(words.what_to_do), "code": "signed_out"}
    return Response(told, status_code=401, media_type=MediaType.JSON, headers={"Tus-Resumable": VERSION})


HANDLERS: Final[dict[type[Exception] | int, Any]] = {OdrError: refused, SignInNeededError: sign_in_needed}
ROOM: Final = "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/uploads"
UPLOAD: Final = "/disputes/{dispute_id:uuid}/uploads/{upload_id:uuid}"


@route([ROOM, UPLOAD], http_method=[HttpMethod.OPTIONS], status_code=200)
async def tell_abilities(request: API) -> Answer:
    """Tell what this server can do. It says nothing about any upload."""
    headers = {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(request.app.state.platform.settings.upload_limit),
    }
    return Response(None, status_code=204, headers=headers)


@post(ROOM, request_max_body_size=None, exception_handlers=HANDLERS)
async def create_upload(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Begin an upload, and take its first bytes if they are in the same request."""
    _check_version(request)
    dispute = DisputeId(dispute_id)
    facts = await begin_upload(
        platform,
        actor,
        dispute,
        SpaceId(space_id),
        size=_number(request, "Upload-Length"),
        fields=read_metadata(request.headers.get("Upload-Metadata", "")),
    )
    if request.headers.get("Content-Type") == OCTETS and request.content_length != 0:
        facts = await continue_upload(platform, actor, dispute, facts.id, offset=0, chunks=body_of(request.receive))
    location = {"Location": f"/disputes/{dispute}/uploads/{facts.id}"}
    return Response(None, status_code=201, headers=location | _headers(facts))


@get(ROOM, exception_handlers=HANDLERS)
async def list_uploads(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """List what this person began to send into this room and has not lodged yet."""
    found = await uploads_of(uow, actor, DisputeId(dispute_id), SpaceId(space_id))
    return Response({"uploads": [_line(DisputeId(dispute_id), each) for each in found]}, media_type=MediaType.JSON)


@route(UPLOAD, http_method=[HttpMethod.HEAD], status_code=200, exception_handlers=HANDLERS)
async def tell_offset(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Tell how many bytes are durable, those of a segment that a cut line left torn among them."""
    _check_version(request)
    facts = await resume_upload(platform, actor, DisputeId(dispute_id), UploadId(upload_id))
    metadata = ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in facts.fields.items())
    return Response(None, status_code=200, headers=_headers(facts) | {"Upload-Metadata": metadata})


@patch(UPLOAD, request_max_body_size=None, status_code=200, exception_handlers=HANDLERS)
async def take_bytes(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Take bytes from the durable offset on."""
    _check_version(request)
    if request.headers.get("Content-Type") != OCTETS:
        raise UploadRefusedError("wrong_media_type")
    dispute, upload, offset = DisputeId(dispute_id), UploadId(upload_id), _number(request, "Upload-Offset")
    async with platform.unit(write=False) as uow:
        facts = await upload_of(uow, actor, dispute, upload)
    _check_length(request, facts, offset)
    facts = await continue_upload(platform, actor, dispute, upload, offset=offset, chunks=body_of(request.receive))
    return Response(None, status_code=204, headers=_headers(facts))


@delete(UPLOAD, status_code=200, exception_handlers=HANDLERS)
async def end_upload(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Give an upload up, its bytes and their key."""
    _check_version(request)
    await give_up(platform, actor, DisputeId(dispute_id), UploadId(upload_id))
    return Response(None, status_code=204, headers={"Tus-Resumable": VERSION})


@post(f"{UPLOAD}/lodge", status_code=201, exception_handlers=HANDLERS)
async def lodge_it(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Lodge a file all of whose bytes have come; or lead to the choice among the files in it, where that was asked."""
    dispute, upload = DisputeId(dispute_id), UploadId(upload_id)
    form = await read_form(request)
    sha256, again = digest_of(form["sha256"]), form["again"] == "yes"
    if await asks_for_archive(platform, actor, dispute, upload):
        await read_upload(platform, actor, dispute, upload, expected_sha256=sha256)
        return Response({"archive": _archive(dispute, upload)}, status_code=200, media_type=MediaType.JSON)
    lodged = await lodge_upload(platform, actor, dispute, upload, expected_sha256=sha256, again=again)
    return Response({"exhibit": exhibit_json(dispute, lodged)}, status_code=201, media_type=MediaType.JSON)


def read_metadata(text: str) -> dict[str, str]:
    """Read ``Upload-Metadata``: pairs of a name and a base64 value (UTF-8). Raises UploadRefusedError."""
    if len(text) > METADATA_LIMIT:
        raise UploadRefusedError("field_too_large")
    found: dict[str, str] = {}
    for pair in filter(None, (each.strip() for each in text.split(","))):
        name, _space, value = pair.partition(" ")
        try:
            found[name] = b64decode(value, validate=True).decode()
        except ValueError:  # no base64, no ASCII, no UTF-8
            raise UploadRefusedError("unreadable_upload") from None
    return found


def _check_version(request: AnyRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UploadRefusedError("wrong_version")


def _check_length(request: AnyRequest, facts: UploadFacts, offset: int) -> None:
    """Refuse at once what can't fit, and what is too small ever to become durable."""
    length = request.content_length
    if length is None or offset != facts.offset:
        return
    if offset + length > facts.size:
        raise UploadRefusedError("longer_than_announced")
    if 0 < length < min(SEGMENT, facts.size - offset):
        raise UploadRefusedError("piece_too_small")


def _number(request: AnyRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004 -- far beyond any file
        raise UploadRefusedError("unreadable_upload")
    return int(text)


def _headers(facts: UploadFacts) -> dict[str, str]:
    return {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(facts.offset),
        "Upload-Length": str(facts.size),
        "Upload-Expires": format_datetime(facts.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }


def _line(dispute_id: DisputeId, facts: UploadFacts) -> dict[str, Any]:
    told: dict[str, Any] = {
        "url": f"/disputes/{dispute_id}/uploads/{facts.id}",
        "name": facts.name,
        "size": facts.size,
        "offset": facts.offset,
        "expires": facts.expires_at.isoformat(timespec="seconds"),
    }
    if facts.finished and facts.asks_for_archive:
        told["archive"] = _archive(dispute_id, facts.id)
    return told


def _archive(dispute_id: DisputeId, upload_id: UploadId) -> dict[str, str]:
    return {"url": f"/disputes/{dispute_id}/uploads/{upload_id}/archive"}


handlers = (tell_abilities, create_upload, list_uploads, tell_offset, take_bytes, end_upload, lodge_it)
