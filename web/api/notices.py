"""What the asker was told, and how they want to be told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from odr.ids import JobId
from odr.notices.choices import CHOOSABLE, choices_of
from odr.notices.commands import mark_all_read, open_notice, save_choices
from odr.notices.queries import notices_of
from odr.notices.terms import Family, How, NoticeKind
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import read, replace, send
from web.api.shapes import shown


class Told(msgspec.Struct):
    """One notice: what awaits and since when, never what it says."""

    id: UUID
    kind: NoticeKind
    dispute_id: UUID | None
    reference: str
    at: datetime
    how: How
    sent_at: datetime | None
    read_at: datetime | None


class ToldPage(msgspec.Struct):
    """50 notices, the latest first; ``older`` is what to ask for the next ones with, or empty."""

    notices: list[Told]
    older: str


class Choosing(msgspec.Struct, forbid_unknown_fields=True):
    """How each family of notices reaches the asker; the hour of the daily mail in their own zone.

    What starts a deadline is mailed at once, whatever is chosen.
    """

    procedure: How = How.AT_ONCE
    agreements: How = How.AT_ONCE
    talk: How = How.AT_ONCE
    expertise: How = How.AT_ONCE
    archive: How = How.AT_ONCE
    hour: Annotated[int, msgspec.Meta(ge=0, le=23)] = 8


@read("/notices")
async def own_notices(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    before: Annotated[str, QueryParameter(max_length=100)] = "",
) -> ToldPage:
    """Return 50 of one's own notices, the latest first."""
    found = await notices_of(uow, actor, before=before)
    return ToldPage([shown(row, Told) for row in found.rows], found.older)


@send("/notices/{notice_id:uuid}/read", status_code=204)
async def read_notice(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], notice_id: FromPath[UUID]
) -> None:
    """Mark one of one's own notices as read."""
    await open_notice(uow, actor, JobId(notice_id))


@send("/notices/read", status_code=204)
async def read_all_notices(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> None:
    """Mark all of one's own notices as read."""
    await mark_all_read(uow, actor)


@read("/notices/choices")
async def own_choices(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> Choosing:
    """Return how each family of notices reaches the asker."""
    chosen = await choices_of(uow, actor.account_id)
    how = {family: chosen.hows.get(family, How.AT_ONCE) for family in CHOOSABLE}
    return Choosing(
        procedure=how[Family.PROCEDURE],
        agreements=how[Family.AGREEMENTS],
        talk=how[Family.TALK],
        expertise=how[Family.EXPERTISE],
        archive=how[Family.ARCHIVE],
        hour=chosen.hour,
    )


@replace("/notices/choices")
async def change_choices(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[Choosing]
) -> Choosing:
    """Say how one wants to be told."""
    hows = {family.value: str(getattr(data, family.value)) for family in CHOOSABLE}
    await save_choices(uow, actor, hows=hows, hour=str(data.hour))
    return data


handlers = (own_notices, read_notice, read_all_notices, own_choices, change_choices)
