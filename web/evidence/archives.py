"""A ZIP file that was sent: what it holds, the choice among its files, and how far their lodging is."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, OdrError, UploadRefusedError
from odr.evidence.finishing import lodge_upload
from odr.evidence.unpacking import (
    Doubt,
    Entry,
    EntryState,
    EntryView,
    LeftOut,
    UnpackingView,
    begin_unpacking,
    held_archive,
    unpacking_of,
)
from odr.evidence.uploads import give_up, upload_of
from odr.ids import DisputeId, SpaceId, UploadId
from odr.platform import Platform
from odr.spaces.queries import visible_space
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, Form, go, page, read_form
from web.errors import words_for
from web.evidence.phrases import REFUSALS, SENTENCES
from web.spaces.rooms import name_of, path_of

PATH: Final = "/disputes/{dispute_id:uuid}/uploads/{upload_id:uuid}/archive"
SHOWN: Final = 1000
"""Up to how many files they are listed one by one; beyond, all are lodged or the archive as it is."""

REASONS: Final = {
    LeftOut.OUTSIDE: phrase("Left out: its name leads out of the archive."),
    LeftOut.UNCLEAR: phrase("Left out: its name hides characters."),
    LeftOut.LINK: phrase("Left out: it is a link, not a file."),
    LeftOut.LOCKED: phrase("Left out: it is under a password."),
    LeftOut.METHOD: phrase("Left out: it is packed in a way that we do not open."),
    LeftOut.EMPTY: phrase("Left out: it is empty."),
    LeftOut.LARGE: phrase("Left out: it is too large."),
    LeftOut.STEEP: phrase("Left out: it announces far more bytes than it holds."),
    LeftOut.BROKEN: phrase("Left out: it is damaged."),
}
DOUBTS: Final = {
    Doubt.ARCHIVE: phrase("An archive itself: it is kept as a file and not opened."),
    Doubt.TWICE: phrase("Another file here has the same name: both are kept."),
    Doubt.SYSTEM: phrase("Made by a system, it proves nothing."),
}
ENDS: Final = {
    "entry_broken": phrase("It is damaged: its bytes are not those that the archive announces."),
    "not_permitted": phrase("You may no longer lodge in this room."),
}
TWICE: Final = phrase("Nothing was lodged twice. Lodge the files that it holds, or drop it: what is lodged stays.")
OTHERWISE: Final = phrase("It could not be lodged. Send it alone.")

API = Request[None, None, State]


@get(PATH)
async def show_archive(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Show what the archive holds, or how far the lodging of its files is."""
    dispute, upload = DisputeId(dispute_id), UploadId(upload_id)
    async with platform.unit(write=False) as uow:
        unpacking = await unpacking_of(uow, actor, dispute, upload)
    if unpacking is not None:
        return await _progress(request, platform, actor, dispute, unpacking)
    return await _choice(request, platform, actor, dispute, upload)


@post(PATH, status_code=200)
async def choose(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    upload_id: FromPath[UUID],
) -> Answer:
    """Lodge the chosen files, or the archive as it is, or drop it."""
    form = await read_form(request)
    dispute, upload = DisputeId(dispute_id), UploadId(upload_id)
    async with platform.unit(write=False) as uow:
        space_id = (await upload_of(uow, actor, dispute, upload)).space_id
    room = f"/disputes/{dispute_id}/rooms/{space_id}"
    if form["what"] == "drop":
        await give_up(platform, actor, dispute, upload)
        return go(room, done="archive_dropped")
    if form["what"] == "whole":
        try:
            await lodge_upload(platform, actor, dispute, upload)
        except ConflictError as error:
            problem = (_words(error)[0], _(TWICE)) if error.code == "repeated_file" else _words(error)
            return await _choice(request, platform, actor, dispute, upload, problem=problem, status=409)
        return go(room, done="lodged")
    chosen = None if form["what"] == "all" else [int(each) for each in form.all("entry") if each.isdecimal()]
    try:
        await begin_unpacking(platform, actor, dispute, upload, chosen=chosen)
    except InvalidInputError as error:
        form.keep(error, SENTENCES)
        return await _choice(request, platform, actor, dispute, upload, form=form, status=422)
    return go(request.url.path)


async def _choice(
    request: API,
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    upload_id: UploadId,
    *,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
    status: int = 200,
) -> Answer:
    refused, lines, total, folders = None, list[dict[str, Any]](), 0, 0
    async with platform.unit(write=False) as uow:
        facts = await upload_of(uow, actor, dispute_id, upload_id)
    try:
        listing = (await held_archive(platform, actor, dispute_id, upload_id)).listing
        ticked = None if form is None else set(form.all("entry"))
        lines = [_line(entry, ticked) for entry in listing.entries]
        total, folders = listing.total, listing.folders
    except UploadRefusedError as error:
        refused = _words(error)
    possible = [line for line in lines if line["possible"]]
    return page(
        request,
        "evidence/archive.html",
        status=status,
        form=form,
        refused=refused,
        problem=problem,
        name=facts.name,
        size=facts.size,
        lines=lines if len(lines) <= SHOWN else [line for line in lines if not line["possible"]][:SHOWN],
        one_by_one=len(lines) <= SHOWN,
        possible=len(possible),
        count=len(lines),
        total=total,
        folders=folders,
        **await _frame(platform, actor, dispute_id, facts.space_id),
    )


async def _progress(
    request: API, platform: Platform, actor: Actor, dispute_id: DisputeId, unpacking: UnpackingView
) -> Answer:
    return page(
        request,
        "evidence/unpacking.html",
        unpacking=unpacking,
        troubled=[(entry.path, _told(entry)) for entry in unpacking.troubled],
        path=request.url.path,
        **await _frame(platform, actor, dispute_id, unpacking.space_id),
    )


async def _frame(platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> dict[str, Any]:
    async with platform.unit(write=False) as uow:
        space = await visible_space(uow, actor, dispute_id, space_id)
        dispute = await visible_dispute(uow, actor, dispute_id)
    return {"space": space, "dispute": dispute, "room_name": name_of(space), "room_path": path_of(space)}


def _line(entry: Entry, ticked: set[str] | None) -> dict[str, Any]:
    """Return what a line of the list says of an entry."""
    notes = [_(REASONS[entry.left_out])] if entry.left_out else [_(DOUBTS[doubt]) for doubt in entry.doubts]
    return {
        "index": entry.index,
        "path": entry.path,
        "size": entry.size,
        "possible": entry.left_out is None,
        "ticked": entry.ticked if ticked is None else str(entry.index) in ticked,
        "notes": notes,
    }


def _words(error: OdrError) -> tuple[str, str]:
    words = REFUSALS.get(error.code) or words_for(422, error.code)
    return _(words.title) % error.details, _(words.what_to_do)


def _told(entry: EntryView) -> str:
    """Say what became of a file that did not become an exhibit."""
    if entry.state is EntryState.REPEATED:
        return _("You lodged this very file already, as %(number)s.", number=entry.detail)
    return _(ENDS.get(entry.detail, OTHERWISE))
