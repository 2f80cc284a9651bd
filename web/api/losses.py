"""A party's own loss worksheet, line by line."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from odr.ids import DisputeId, LossLineId
from odr.losses.commands import add_line, change_line, remove_line
from odr.losses.lines import EXHIBITS_LIMIT, TypedLine
from odr.losses.queries import LossKind, own_sheet
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, remove, replace
from web.api.disputes import ROOT
from web.api.shapes import Line, Made

HERE: Final = f"{ROOT}/losses"


class NewLossLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line to write: its formula as people write it, computed here; exhibits that one may see."""

    kind: LossKind
    what: Line
    formula: Line
    begins: date | None = None
    ends: date | None = None
    exhibits: Annotated[list[UUID], msgspec.Meta(max_length=EXHIBITS_LIMIT)] = msgspec.field(default_factory=list[UUID])


class ChangedLossLine(NewLossLine, forbid_unknown_fields=True):
    """A line as it shall be; ``seen`` is the revision that it was changed from."""

    seen: int = 0


class LossLineBody(msgspec.Struct):
    """A line of one's own worksheet. ``cents`` are negative for a credit note."""

    id: UUID
    revision: int
    kind: LossKind
    what: str
    formula: str
    begins: date | None
    ends: date | None
    exhibits: list[UUID]
    cents: int
    changed_at: datetime
    changed_by: str


class Worksheet(msgspec.Struct):
    """One's own side's worksheet, in cents of one currency."""

    lines: list[LossLineBody]
    total_cents: int
    currency: str


@read(HERE)
async def show_own_losses(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Worksheet:
    """Return one's own side's worksheet."""
    sheet = await own_sheet(uow, actor, DisputeId(dispute_id))
    lines = [
        LossLineBody(
            id=line.id,
            revision=line.revision,
            kind=line.says.kind,
            what=line.says.what,
            formula=line.says.formula,
            begins=line.says.begins,
            ends=line.says.ends,
            exhibits=[each.id for each in line.exhibits],
            cents=line.says.cents,
            changed_at=line.changed_at,
            changed_by=line.changed_by,
        )
        for line in sheet.lines
    ]
    return Worksheet(lines, sheet.total, sheet.dispute.currency)


@create(f"{HERE}/lines")
async def add_loss_line(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewLossLine],
) -> Made:
    """Add a line to one's own worksheet."""
    return Made(await add_line(uow, actor, DisputeId(dispute_id), _typed(data)))


@replace(f"{HERE}/lines/{{line_id:uuid}}", status_code=204)
async def change_loss_line(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    line_id: FromPath[UUID],
    data: JSONBody[ChangedLossLine],
) -> None:
    """Change a line of one's own worksheet, as it was seen."""
    await change_line(uow, actor, DisputeId(dispute_id), LossLineId(line_id), _typed(data), seen=data.seen)


@remove(f"{HERE}/lines/{{line_id:uuid}}")
async def remove_loss_line(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    line_id: FromPath[UUID],
    seen: FromQuery[int] = 0,
) -> None:
    """Remove a line from one's own worksheet, as it was seen (its revision)."""
    await remove_line(uow, actor, DisputeId(dispute_id), LossLineId(line_id), seen=seen)


def _typed(data: NewLossLine) -> TypedLine:
    return TypedLine(
        kind=data.kind.value,
        what=data.what,
        formula=data.formula,
        begins=data.begins.isoformat() if data.begins else "",
        ends=data.ends.isoformat() if data.ends else "",
        exhibits=tuple(str(each) for each in data.exhibits),
    )


handlers = (
    show_own_losses,
    add_loss_line,
    change_loss_line,
    remove_loss_line,
)
