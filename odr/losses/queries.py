"""A party's own worksheet, the versions that were shared, and how far apart the sides are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, select

from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.errors import NotFoundError
from odr.evidence.tying import ExhibitChoice, exhibits_to_tie
from odr.ids import DisputeId, LossLineId, LossShareId, PartyId, SpaceId
from odr.losses.commands import own_room, read_line
from odr.losses.formula import Formula
from odr.losses.lines import FrozenSheet, Line, formula_of, sums_by_kind
from odr.losses.models import LossKind, LossLine, LossShare
from odr.people.queries import account_names
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "Comparison",
    "LossKind",
    "Share",
    "ShareRow",
    "Sheet",
    "SheetLine",
    "comparison_of",
    "lines_in",
    "own_sheet",
    "shares_for",
    "visible_share",
]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of one's own worksheet: what it says, its formula computed, and its exhibits as one may see them now."""

    id: LossLineId
    revision: int
    says: Line
    formula: Formula
    exhibits: tuple[ExhibitChoice, ...]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A party's own worksheet, in the order in which its lines were added; sums in cents, credit notes negative."""

    dispute: DisputeFacts
    party_name: str
    lines: tuple[SheetLine, ...]
    sums: dict[LossKind, int]
    total: int
    may_write: bool


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A version that was shared, in a list: whose, in which room, which number there."""

    id: LossShareId
    space_id: SpaceId
    kind: SpaceKind
    owner_id: PartyId
    owner_name: str
    number: int
    at: datetime
    by: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Share:
    """A version that was shared, whole."""

    row: ShareRow
    sheet: FrozenSheet
    formulas: tuple[Formula, ...]
    sums: dict[LossKind, int]
    total: int


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One kind (``None``: everything), each side's sum in the order of the columns, and how far apart they are."""

    kind: LossKind | None
    sums: tuple[int, ...]
    difference: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest worksheets that the parties shared with everyone, side by side, in cents of one currency.

    ``difference`` is the highest less the lowest. The last row is the total.
    """

    columns: tuple[ShareRow, ...]
    rows: tuple[ComparedRow, ...]
    currency: str


async def own_sheet(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Sheet:
    """Return the actor's own side's worksheet. Raises NotFoundError for whoever sits for no party."""
    dispute, room, _rule = await own_room(uow, actor, dispute_id)
    lines = await lines_in(uow, actor, dispute_id, room)
    says = [line.says for line in lines]
    return Sheet(
        dispute=dispute,
        party_name=room.party_name,
        lines=lines,
        sums=sums_by_kind(says),
        total=sum(line.cents for line in says),
        may_write=dispute.stage in ACTIVITIES[Activity.PREPARE],
    )


async def lines_in(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, room: SpaceFacts) -> tuple[SheetLine, ...]:
    """Return the lines of the worksheet in a private room that the caller has found to be the actor's own."""
    rows = (
        await uow.session.scalars(
            select(LossLine).where(LossLine.space_id == room.id).order_by(LossLine.created_at, LossLine.id)
        )
    ).all()
    if not rows:
        return ()
    known = {each.id: each for each in await exhibits_to_tie(uow, actor, dispute_id)}
    names = await account_names(uow, {row.changed_by for row in rows})
    found: list[SheetLine] = []
    for row in rows:
        says = await read_line(uow, room, row)
        found.append(
            SheetLine(
                id=row.id,
                revision=row.revision,
                says=says,
                formula=formula_of(says),
                exhibits=tuple(known[each] for each in says.exhibits if each in known),
                changed_at=row.changed_at,
                changed_by=names.get(row.changed_by, ""),
            )
        )
    return tuple(found)


async def shares_for(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[ShareRow, ...]:
    """Return the versions that the actor may read: the joint ones first, then party by party, the newest first.

    Raises NotFoundError for whoever reads no worksheet of this dispute at all: only its parties and mediators do.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    if actor.may(Act.READ, Thing.LOSSES, Place(dispute_id, None, SpaceKind.JOINT)) is None:
        raise NotFoundError
    rows = (
        await uow.session.scalars(select(LossShare).where(LossShare.dispute_id == dispute_id, _in_sight(actor)))
    ).all()
    found = await _rows(uow, dispute, rows)
    order = {party.id: at for at, party in enumerate(dispute.parties)}
    return tuple(
        sorted(
            found, key=lambda row: (row.kind is not SpaceKind.JOINT, order.get(row.owner_id, len(order)), -row.number)
        )
    )


async def visible_share(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, share_id: LossShareId) -> Share:
    """Return a version that the actor may read; raises NotFoundError otherwise."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.scalar(
        select(LossShare).where(LossShare.id == share_id, LossShare.dispute_id == dispute_id, _in_sight(actor))
    )
    if row is None:
        raise NotFoundError
    sheet = await _sheet(uow, row)
    (facts,) = await _rows(uow, dispute, [row])
    return Share(
        row=facts,
        sheet=sheet,
        formulas=tuple(formula_of(line) for line in sheet.lines),
        sums=sums_by_kind(sheet.lines),
        total=sum(line.cents for line in sheet.lines),
    )


async def comparison_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> Comparison | None:
    """Return how far apart the sides are, once two parties have shared with everyone; ``None`` before.

    Raises NotFoundError as :func:`shares_for` does.
    """
    joint = [row for row in await shares_for(uow, actor, dispute_id) if row.kind is SpaceKind.JOINT]
    newest: dict[PartyId, ShareRow] = {}
    for row in joint:
        newest.setdefault(row.owner_id, row)
    if len(newest) < 2:  # noqa: PLR2004 -- it takes two
        return None
    columns = tuple(newest.values())
    stored = {
        row.id: row
        for row in await uow.session.scalars(select(LossShare).where(LossShare.id.in_([each.id for each in columns])))
    }
    sheets = [await _sheet(uow, stored[each.id]) for each in columns]
    sums = [sums_by_kind(sheet.lines) for sheet in sheets]
    rows = [_compared(kind, [each.get(kind, 0) for each in sums]) for kind in LossKind if any(kind in s for s in sums)]
    rows.append(_compared(None, [sum(each.values()) for each in sums]))
    return Comparison(columns, tuple(rows), sheets[0].currency)


def _compared(kind: LossKind | None, sums: Sequence[int]) -> ComparedRow:
    return ComparedRow(kind, tuple(sums), max(sums) - min(sums))


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    return readable(
        actor, Thing.LOSSES, Columns(LossShare.dispute_id, LossShare.owner_id, LossShare.kind, at=LossShare.shared_at)
    )


async def _sheet(uow: UnitOfWork, row: LossShare) -> FrozenSheet:
    text = await uow.vault.open_text(uow.session, space_ref(row), row.id, row.body_sealed)
    return msgspec.json.decode(text, type=FrozenSheet)


async def _rows(uow: UnitOfWork, dispute: DisputeFacts, rows: Iterable[LossShare]) -> list[ShareRow]:
    kept = list(rows)
    names = await account_names(uow, {row.shared_by for row in kept})
    parties = {party.id: party.name for party in dispute.parties}
    return [
        ShareRow(
            id=row.id,
            space_id=row.space_id,
            kind=row.kind,
            owner_id=row.owner_id,
            owner_name=parties.get(row.owner_id, ""),
            number=row.number,
            at=row.shared_at,
            by=names.get(row.shared_by, ""),
            sha256=row.sha256,
        )
        for row in kept
    ]
