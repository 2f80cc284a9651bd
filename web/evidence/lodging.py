"""Lodging files: the form is read as it arrives, its token before its files, each file straight into the vault."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from odr.errors import (
    ConflictError,
    InvalidInputError,
    NotPermittedError,
    OdrError,
    UnavailableError,
    UploadRefusedError,
)
from odr.evidence.batches import Batch
from odr.evidence.intake import ask_to_lodge, refuse_long
from odr.evidence.names import extension_of
from odr.evidence.recording import About, Lodged, about_of
from odr.ids import DisputeId, ExhibitId, SpaceId, UploadId
from odr.platform import Platform
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import Answer, AnyRequest, Form, go, wants_json
from web.errors import Words, status_of, words_for
from web.evidence.multipart import FormStream, Part, body_of, boundary_of
from web.evidence.phrases import REFUSALS, SENTENCES, type_words, warnings_of
from web.evidence.versions import LodgingOf, lodging_page
from web.security import TOKEN_FIELD, matches
from web.spaces.rooms import Asked, room_page

FILE_FIELD: Final = "file"
_FIELDS: Final = (
    "title", "kind", "document_date", "origin", "again", "sha256", "replaces", "reason", "redacts", "archive"
)  # fmt: skip


@dataclass(slots=True)
class Taken:
    """What has come of a form so far."""

    fields: dict[str, str] = field(default_factory=dict[str, str])
    files: int = 0
    held: UploadId | None = None  # an archive among whose files its depositor wants to choose


@post("/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/exhibits", status_code=200, request_max_body_size=None)
async def lodge_files(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Lodge the files of one form, each as an exhibit of its own. No transaction is held while they travel."""
    dispute, space = DisputeId(dispute_id), SpaceId(space_id)
    await ask_to_lodge(platform, actor, dispute, space)
    taken, batch = Taken(), Batch(platform, actor, dispute, space)
    try:
        refuse_long(platform, request.content_length)
        chunks = body_of(request.receive)
        form = FormStream(chunks, boundary_of(request.headers.get("content-type", "")))
        await take_form(form, taken, batch, token=request.state.session_token)
    except OdrError as error:
        return await _refused(request, platform, actor, dispute, space, taken, batch.lodged, error)
    if taken.held is not None:
        url = f"/disputes/{dispute}/uploads/{taken.held}/archive"
        return Response({"archive": {"url": url}}, media_type=MediaType.JSON) if wants_json(request) else go(url)
    if wants_json(request):
        shown = [exhibit_json(dispute, each) for each in batch.lodged]
        return Response({"exhibit": shown[0], "exhibits": shown}, status_code=201, media_type=MediaType.JSON)
    return go(f"/disputes/{dispute}/rooms/{space}", done="lodged")


async def take_form(form: FormStream, taken: Taken, batch: Batch, *, token: str) -> None:
    """Read a form to its end and lodge its files. Its first field must be the session's token.

    Raises NotPermittedError (``stale_form``), InvalidInputError (``file``: no_file, and the fields'), and all that
    lodging refuses; ``batch`` then says what was lodged before.
    """
    parts = form.parts()
    await _check_token(form, await anext(parts, None), token)
    try:
        async for part in parts:
            if part.name == FILE_FIELD and part.file_name:  # one without a name: where no file was chosen
                await _take_file(form, part.file_name, taken, batch)
            elif part.name in _FIELDS and part.file_name is None:
                taken.fields[part.name] = await form.text()
        await batch.close()
    except BaseException:
        await asyncio.shield(batch.abandon())
        raise
    if not taken.files and taken.held is None:
        raise InvalidInputError({FILE_FIELD: "no_file"})


async def _take_file(form: FormStream, name: str, taken: Taken, batch: Batch) -> None:
    if taken.fields.get("archive") == "ask" and extension_of(name) == "zip":
        said = {field: text for field, text in taken.fields.items() if field not in {"archive", "sha256"}}
        taken.held = await batch.hold(said | {"name": name}, form.data())
        return
    digest = digest_of(taken.fields.get("sha256", ""))
    await batch.take(_about(taken), name, form.data(), expected_sha256=digest)
    taken.files += 1


async def _check_token(form: FormStream, first: Part | None, token: str) -> None:
    """Hold a form's first field against its session. Raises NotPermittedError (``stale_form``)."""
    if first is None:
        raise InvalidInputError({FILE_FIELD: "no_file"})
    if first.name != TOKEN_FIELD or first.file_name is not None or not matches(token, await form.text()):
        raise NotPermittedError("stale_form")


def _about(taken: Taken) -> About:
    """Read the fields that came before the file; only the first file of a form takes its title."""
    return about_of({**taken.fields, "title": "" if taken.files else taken.fields.get("title", "")})


def digest_of(text: str) -> bytes | None:
    """Return the SHA-256 that the sender announced, if it did. Raises UploadRefusedError for what can't be one."""
    if not text:
        return None
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != 32:  # noqa: PLR2004 -- SHA-256
        raise UploadRefusedError("digest_mismatch")
    return digest


def exhibit_json(dispute_id: DisputeId, lodged: Lodged) -> dict[str, Any]:
    """Return what scripts are told of a deposit, once it is durable; ``warnings`` are sentences for the reader."""
    url = f"/disputes/{dispute_id}/exhibits/{lodged.exhibit_id}"
    return {
        "id": str(lodged.exhibit_id),
        "number": lodged.number,
        "name": lodged.file_name,
        "size": lodged.size,
        "sha256": lodged.sha256.hex(),
        "version": lodged.version,
        "content": type_words(lodged.media_type),
        "scan": lodged.verdict.outcome.value,
        "warnings": warnings_of(lodged.file_name, lodged.media_type, lodged.verdict, agrees=lodged.name_agrees),
        "url": url,
        "receipt_url": f"{url}/receipt",
        "receipt_pdf_url": f"{url}/receipt.pdf",
    }


async def _refused(
    request: AnyRequest,
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    taken: Taken,
    lodged: list[Lodged],
    error: OdrError,
) -> Answer:
    """Answer a refusal: in JSON for scripts, else with the room's page, its form as it was filled in."""
    known = isinstance(error, (InvalidInputError, UploadRefusedError, ConflictError, UnavailableError))
    if not known or (isinstance(error, ConflictError) and error.code not in REFUSALS):
        raise error
    if lodged and not wants_json(request):
        return go(f"/disputes/{dispute_id}/rooms/{space_id}", done="lodged_in_part")
    status = status_of(error)
    words: Words = REFUSALS.get(error.code) or words_for(status, error.code)
    form = Form(values=dict(taken.fields))
    title, what_to_do = _(words.title) % error.details, _(words.what_to_do)
    if isinstance(error, InvalidInputError):
        form.keep(error, SENTENCES)
        what_to_do = " ".join(form.errors.values())
    if wants_json(request):
        told: dict[str, Any] = {"title": title, "what_to_do": what_to_do, "code": error.code}
        if "number" in error.details:
            told["number"] = error.details["number"]
        return Response(
            {**told, "exhibits": [exhibit_json(dispute_id, each) for each in lodged]},
            status_code=status,
            media_type=MediaType.JSON,
        )
    refused = None if form.errors else (title, what_to_do)
    if isinstance(error, UnavailableError):
        raise error
    asked = Asked(form=form, extra={"refused": refused})
    original = taken.fields.get("replaces") or taken.fields.get("redacts") or ""
    if _is_id(original):
        replaces = bool(taken.fields.get("replaces"))
        of = LodgingOf(dispute_id, ExhibitId(UUID(original)), space_id, replaces=replaces)
        return await lodging_page(request, platform, actor, of, asked=asked, status=status)
    return await room_page(request, platform, actor, dispute_id, space_id, asked, status=status)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
