"""Worksheets as tables for a spreadsheet: CSV in the reader's own notation, in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.ids import DisputeId, LossShareId
from odr.losses.formula import Formula
from odr.losses.lines import FrozenLine, Line
from odr.losses.queries import comparison_of, own_sheet, visible_share
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import FRENCH, _, reader
from web.losses.phrases import KINDS, units, written
from web.losses.routes import HERE

_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_DANGEROUS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_BOM: Final = "\ufeff"


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet computes: what could begin a formula begins with an apostrophe instead."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def csv_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8, as the reader's spreadsheet expects it: semicolons where commas mark decimals."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if reader.get().language == FRENCH else ",", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()


def amount_cell(cents: int) -> str:
    """Return a sum as a plain number with two decimals, in the reader's notation."""
    plain = f"{units(cents):.2f}"
    return plain.replace(".", ",") if reader.get().language == FRENCH else plain


@get(f"{HERE}/sheet.csv")
async def send_sheet(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Response[bytes]:
    """Send one's own worksheet."""
    sheet = await own_sheet(uow, actor, DisputeId(dispute_id))
    rows = [
        _row(line.says, line.formula, [each.number for each in line.exhibits], sheet.dispute.currency)
        for line in sheet.lines
    ]
    return _sent([_heads(), *rows, _total(sheet.total, sheet.dispute.currency)], sheet.dispute.reference)


@get(f"{HERE}/shared/{{share_id:uuid}}/sheet.csv")
async def send_share(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    share_id: FromPath[UUID],
) -> Response[bytes]:
    """Send a version that was shared."""
    found = await visible_share(uow, actor, DisputeId(dispute_id), LossShareId(share_id))
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    rows = [
        _row(line, formula, [each.number for each in line.exhibits], found.sheet.currency)
        for line, formula in zip(found.sheet.lines, found.formulas, strict=True)
    ]
    return _sent([_heads(), *rows, _total(found.total, found.sheet.currency)], dispute.reference)


@get(f"{HERE}/comparison.csv")
async def send_comparison(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Response[bytes]:
    """Send the sides held against each other; 404 until two parties have shared."""
    found = await comparison_of(uow, actor, DisputeId(dispute_id))
    if found is None:
        raise NotFoundError
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    heads = [_("Kind of loss"), *(each.owner_name for each in found.columns), _("Difference"), _("Currency")]
    rows = [
        [
            _(KINDS[row.kind]) if row.kind else _("Total"),
            *(amount_cell(cents) for cents in row.sums),
            amount_cell(row.difference),
            found.currency,
        ]
        for row in found.rows
    ]
    return _sent([heads, *rows], dispute.reference)


def _heads() -> list[str]:
    return [
        _("Kind of loss"),
        _("What was lost"),
        _("First day"),
        _("Last day"),
        _("Computation"),
        _("Exhibits"),
        _("Amount"),
        _("Currency"),
    ]


def _row(line: Line | FrozenLine, formula: Formula, numbers: Sequence[str], currency: str) -> list[str]:
    computation = written(formula).replace("\u00a0", " ").replace("\u202f", " ")
    kind, tied = _(KINDS[line.kind]), " ".join(numbers)
    return [kind, line.what, _day(line.begins), _day(line.ends), computation, tied, amount_cell(line.cents), currency]


def _total(cents: int, currency: str) -> list[str]:
    return [_("Total"), "", "", "", "", "", amount_cell(cents), currency]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _sent(rows: Iterable[Sequence[str]], reference: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{reference}.csv"', "Cache-Control": "no-store"}
    return Response(csv_of(rows), media_type="text/csv", headers=headers)
