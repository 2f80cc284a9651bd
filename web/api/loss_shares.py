"""Loss worksheets that were shared: what would be, what was, the sides held against each other."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.errors import NotFoundError
from odr.ids import DisputeId, LossShareId
from odr.losses.lines import FrozenSheet
from odr.losses.queries import LossKind, ShareRow, comparison_of, shares_for, visible_share
from odr.losses.sharing import INTO, prepare_share, share_losses
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import create, read
from web.api.losses import HERE
from web.api.shapes import Line, Made


class TiedBody(msgspec.Struct):
    """An exhibit by its number in that room."""

    id: UUID
    number: str


class FrozenLineBody(msgspec.Struct):
    """A line as it was shared."""

    kind: LossKind
    what: str
    formula: str
    begins: date | None
    ends: date | None
    exhibits: list[TiedBody]
    cents: int


class ShareHead(msgspec.Struct):
    """A version that was shared; ``number`` counts its party's versions in that room."""

    id: UUID
    room: SpaceKind
    party_id: UUID
    party: str
    number: int
    shared_at: datetime
    shared_by: str
    sha256: str


class ShareBody(msgspec.Struct):
    """A version that was shared, whole."""

    head: ShareHead
    lines: list[FrozenLineBody]
    total_cents: int
    currency: str


class SharePreview(msgspec.Struct):
    """Exactly what would be shared now; ``sha256`` is what to share it with. ``left_out``: not in that room."""

    sha256: str
    number: int
    lines: list[FrozenLineBody]
    left_out: list[UUID]
    currency: str


class NewShare(msgspec.Struct, forbid_unknown_fields=True):
    """Where to share one's worksheet (caucus or joint), as the preview showed it."""

    into: SpaceKind
    sha256: Line


class ComparedKind(msgspec.Struct):
    """One kind of loss (null: the total): the sums in the order of ``columns``; the highest less the lowest."""

    kind: LossKind | None
    sums_cents: list[int]
    difference_cents: int


class ComparisonBody(msgspec.Struct):
    """The newest worksheets shared with everyone, side by side; ``columns`` is empty until two parties have shared."""

    columns: list[ShareHead]
    rows: list[ComparedKind]
    currency: str


@read(f"{HERE}/sharing/{{into:str}}")
async def preview_losses(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], into: FromPath[str]
) -> SharePreview:
    """Return exactly what sharing one's worksheet now would show, into ``caucus`` or ``joint``."""
    wanted = next((kind for kind in INTO if kind == into), None)
    if wanted is None:
        raise NotFoundError
    prepared = await prepare_share(uow, actor, DisputeId(dispute_id), wanted)
    return SharePreview(
        sha256=prepared.sha256.hex(),
        number=prepared.number,
        lines=_frozen(prepared.sheet),
        left_out=[each.id for each in prepared.left_out],
        currency=prepared.sheet.currency,
    )


@create(f"{HERE}/shared")
async def share_own_losses(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewShare],
) -> Made:
    """Share one's worksheet, as the preview showed it."""
    return Made(await share_losses(uow, actor, DisputeId(dispute_id), data.into, digest_seen=data.sha256))


@read(f"{HERE}/shared")
async def list_shared_losses(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[ShareHead]:
    """Return the versions that one may read, for parties and mediators."""
    return [_head(row) for row in await shares_for(uow, actor, DisputeId(dispute_id))]


@read(f"{HERE}/shared/{{share_id:uuid}}")
async def show_shared_losses(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    share_id: FromPath[UUID],
) -> ShareBody:
    """Return a version that was shared."""
    found = await visible_share(uow, actor, DisputeId(dispute_id), LossShareId(share_id))
    return ShareBody(_head(found.row), _frozen(found.sheet), found.total, found.sheet.currency)


@read(f"{HERE}/comparison")
async def compare_losses(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ComparisonBody:
    """Return the sides held against each other, for parties and mediators."""
    found = await comparison_of(uow, actor, DisputeId(dispute_id))
    if found is None:
        return ComparisonBody([], [], "")
    rows = [ComparedKind(row.kind, list(row.sums), row.difference) for row in found.rows]
    return ComparisonBody([_head(row) for row in found.columns], rows, found.currency)


def _frozen(sheet: FrozenSheet) -> list[FrozenLineBody]:
    return [
        FrozenLineBody(
            kind=line.kind,
            what=line.what,
            formula=line.formula,
            begins=line.begins,
            ends=line.ends,
            exhibits=[TiedBody(each.id, each.number) for each in line.exhibits],
            cents=line.cents,
        )
        for line in sheet.lines
    ]


def _head(row: ShareRow) -> ShareHead:
    return ShareHead(
        id=row.id,
        room=row.kind,
        party_id=row.owner_id,
        party=row.owner_name,
        number=row.number,
        shared_at=row.at,
        shared_by=row.by,
        sha256=row.sha256.hex(),
    )


handlers = (
    preview_losses,
    share_own_losses,
    list_shared_losses,
    show_shared_losses,
    compare_losses,
)
