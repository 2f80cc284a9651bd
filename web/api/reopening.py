"""Reopening an archived dispute: asked for with a motive, agreed by two people of the centre."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.archive.reopening import agree_to_reopening, ask_reopening, refuse_reopening
from odr.archive.requests import ReopeningState, reopenings_of
from odr.ids import DisputeId, ReopeningId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.archive import Motive
from web.api.description import create, read, send
from web.api.disputes import ROOT
from web.api.shapes import Made, Reason, shown

REOPENING: Final = "/reopenings/{reopening_id:uuid}"


class ReopeningBody(msgspec.Struct):
    """A request to reopen; ``agreed`` names who of the centre agreed, two are needed."""

    id: UUID
    dispute_id: UUID
    reference: str
    asked_by: str
    asked_at: datetime
    motive: str
    state: ReopeningState
    decided_at: datetime | None
    agreed: list[str]
    new_dispute_id: UUID | None


class Reopened(msgspec.Struct):
    """The linked new file, once two people of the centre agreed."""

    new_dispute_id: UUID | None


@create(f"{ROOT}/reopenings")
async def ask_to_reopen(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Motive],
) -> Made:
    """Ask to reopen an archived dispute, and say why (a party's representative, or an archivist)."""
    return Made(await ask_reopening(uow, actor, DisputeId(dispute_id), motive=data.motive))


@read(f"{ROOT}/reopenings")
async def list_reopenings(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[ReopeningBody]:
    """Return the requests to reopen a dispute, the newest first."""
    return [shown(each, ReopeningBody) for each in await reopenings_of(uow, actor, DisputeId(dispute_id))]


@send(f"{REOPENING}/agree")
async def agree(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], reopening_id: FromPath[UUID]
) -> Reopened:
    """Agree to reopen, for the centre; the second yes makes the linked new file."""
    return Reopened(await agree_to_reopening(uow, actor, ReopeningId(reopening_id)))


@send(f"{REOPENING}/refuse", status_code=204)
async def refuse_to_reopen(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    reopening_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> None:
    """Refuse to reopen, for the centre, and say why."""
    await refuse_reopening(uow, actor, ReopeningId(reopening_id), reason=data.reason)


handlers = (ask_to_reopen, list_reopenings, agree, refuse_to_reopen)
