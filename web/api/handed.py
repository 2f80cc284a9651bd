"""Exhibits handed to some of the other parties alone: what one was handed, and what became of one's own."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody

from odr.crossing.exhibits import quarantine_handed
from odr.evidence.handed import HandedView, handed_in, open_handed, receipt_of_handed, visible_handed
from odr.evidence.handed_back import withdraw_handing
from odr.evidence.tickets import handings_of, visible_handing
from odr.ids import DisclosureId, DisputeId, ExhibitId, HandedId, SpaceId
from odr.platform import Platform
from odr.spaces.queries import visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import REFUSALS, read, send
from web.api.exhibits import EXHIBIT, FileBody
from web.api.files import answer_file, answer_proof
from web.api.rooms import ROOMS
from web.api.shapes import Text, shown

HANDED: Final = "/disputes/{dispute_id:uuid}/handed/{handed_id:uuid}"
DISCLOSURES: Final = "/disputes/{dispute_id:uuid}/disclosures/{disclosure_id:uuid}"


class HandedFile(FileBody):
    """What a file is that was handed over. ``redacted``: it is a redacted copy of what stays with its party."""

    redacted: bool
    destroyed: bool


class Handed(msgspec.Struct):
    """What was handed to a party alone, under its own number there. Once withdrawn (``at``) it has no ``file``."""

    id: UUID
    space_id: UUID
    number: str
    at: datetime
    file: HandedFile | None


class Handing(msgspec.Struct):
    """To whom one's exhibit was handed; ``id`` is the request's, ``exhibit_id`` what they got.

    ``stopped``: it was withdrawn from them as a wrong disclosure, and may come back.
    """

    id: UUID
    exhibit_id: UUID
    recipients: list[UUID]
    at: datetime
    sha256: str
    first_opened_at: datetime | None
    standing: bool
    stopped: bool


class StopHanding(msgspec.Struct, forbid_unknown_fields=True):
    """What happened, for the record of the party concerned and the mediator."""

    why: Annotated[Text, msgspec.Meta(min_length=1)]


def _shown(view: HandedView) -> Handed:
    return shown(view, Handed, file=None if view.file is None else shown(view.file, HandedFile))


@read(f"{ROOMS}/{{space_id:uuid}}/handed")
async def list_handed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> list[Handed]:
    """Return what was handed to a caucus's party alone; nothing for any other room."""
    space = await visible_space(uow, actor, DisputeId(dispute_id), SpaceId(space_id))
    return [_shown(each) for each in await handed_in(uow, actor, space)]


@read(HANDED)
async def show_handed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Handed:
    """Return one thing that was handed to one's party alone."""
    return _shown(await visible_handed(uow, actor, DisputeId(dispute_id), HandedId(handed_id)))


@read(
    f"{HANDED}/file",
    responses={
        **REFUSALS,
        206: ResponseSpec(None, description="The range that was asked for.", media_type="application/octet-stream"),
        416: ResponseSpec(None, description="The range lies outside the file.", media_type="application/octet-stream"),
    },
    media_type="application/octet-stream",
)
async def read_handed(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Response[Any]:
    """Return its bytes, or the `Range` of them that was asked for. Its party learns who opened it, and when."""
    return answer_file(request, await open_handed(platform, actor, DisputeId(dispute_id), HandedId(handed_id)))


@read(f"{HANDED}/receipt")
async def read_handed_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Response[dict[str, Any]]:
    """Return the receipt of its entry into this caucus, once the asker has read the file; it names no other room."""
    number, receipt = await receipt_of_handed(uow, actor, DisputeId(dispute_id), HandedId(handed_id))
    return answer_proof(f"recu-{number}.json", receipt.to_json())


@read(f"{EXHIBIT}/handings")
async def list_handings(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> list[Handing]:
    """Return to whom an exhibit of a caucus was handed; for its party and the mediator."""
    found = await handings_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return [shown(each, Handing) for each in found]


@send(f"{DISCLOSURES}/withdraw")
async def withdraw_handed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    disclosure_id: FromPath[UUID],
) -> Handing:
    """Withdraw a consent, as long as none of those to whom the exhibit was handed has opened it."""
    of = DisputeId(dispute_id), DisclosureId(disclosure_id)
    await withdraw_handing(uow, actor, *of)
    return shown(await visible_handing(uow, actor, *of), Handing)


@send(f"{DISCLOSURES}/stop")
async def stop_handed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    disclosure_id: FromPath[UUID],
    data: JSONBody[StopHanding],
) -> Handing:
    """Withdraw it at once from everyone it was handed to by mistake (its party, or the mediator)."""
    of = DisputeId(dispute_id), DisclosureId(disclosure_id)
    await quarantine_handed(uow, actor, *of, why=data.why)
    return shown(await visible_handing(uow, actor, *of), Handing)


handlers = (list_handed, show_handed, read_handed, read_handed_receipt, list_handings, withdraw_handed, stop_handed)
