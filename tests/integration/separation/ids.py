"""Whose every id is: each row of each table has a place, and with it people who may meet its id."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from odr.database import Base
from odr.platform import Platform
from tests.integration.separation.marked import KNOWN_TO, Mark, Marked

Rows = dict[str, list[Row[Any]]]
Placing = Callable[[Marked, Row[Any], Rows], str | None]


def by_space(marked: Marked, row: Row[Any], _rows: Rows) -> str:
    rooms = {space_id: name for name, space_id in marked.case.spaces.items()}
    return rooms.get(row.space_id, "elsewhere")


def by_dispute(place: str) -> Placing:
    def placed(marked: Marked, row: Row[Any], _rows: Rows) -> str:
        named: dict[UUID, str] = {marked.case.id: place, marked.other.id: "elsewhere"}
        return named.get(getattr(row, "dispute_id", row.id), "draft_elsewhere")

    return placed


def by_account(marked: Marked, row: Row[Any], _rows: Rows) -> str | None:
    roles = {actor.account_id: role for role, actor in marked.people.items() if actor is not None}
    return f"account of {roles[row.account_id]}" if row.account_id in roles else "nowhere"


def of_exhibit(marked: Marked, row: Row[Any], _rows: Rows) -> str:
    exhibit_id = getattr(row, "exhibit_id", row.id)
    name = next(name for name, known in marked.exhibits.items() if known == exhibit_id)
    return next(mark.place for mark in marked.marks if mark.name == f"word title of {name}")


def of_space(marked: Marked, row: Row[Any], _rows: Rows) -> str | None:
    named = {space_id: name for name, space_id in marked.case.spaces.items()}
    place = named.get(row.id) or by_dispute("nowhere")(marked, row, {})
    return "joint room" if place == "joint" else place


def of_disclosure(marked: Marked, row: Row[Any], rows: Rows) -> str:
    asked = {each.id: each for each in rows["disclosures"]}
    caucus = asked[getattr(row, "disclosure_id", row.id)].caucus_id
    return next(name for name, known in marked.case.spaces.items() if known == caucus)


def of_caucus(marked: Marked, row: Row[Any], _rows: Rows) -> str:
    return next(name for name, known in marked.case.spaces.items() if known == row.caucus_id)


def of_quarantine(marked: Marked, row: Row[Any], rows: Rows) -> str:
    return "joint" if row.id in marked.asked_of_both else of_caucus(marked, row, rows)


def of_party(kind: str) -> Placing:
    def placed(marked: Marked, row: Row[Any], _rows: Rows) -> str:
        named = {party_id: f"{kind}_{side}" for side, party_id in marked.case.parties.items()}
        return named.get(row.party_id, "nowhere")

    return placed


def of_mission(marked: Marked, row: Row[Any], _rows: Rows) -> str:
    return next(name for name, known in marked.missions.items() if known == row.id)


def known_at_the_table(_marked: Marked, _row: Row[Any], _rows: Rows) -> None:
    """People and companies are named to whoever sits with them, and to the centre: not looked for here."""


def known_to_nobody(_marked: Marked, _row: Row[Any], _rows: Rows) -> str:
    return "nowhere"


PLACES: Final[dict[str, Placing]] = {
    "accounts": known_at_the_table,
    "parties": known_at_the_table,
    "seats": known_at_the_table,
    "disputes": by_dispute("procedure"),
    "stage_reasons": by_dispute("procedure"),
    "spaces": of_space,
    "messages": by_space,
    "exhibits": of_exhibit,
    "exhibit_versions": of_exhibit,
    "uploads": by_space,
    "unpackings": known_to_nobody,
    "placements": by_space,
    "disclosures": of_disclosure,
    "consents": of_disclosure,
    "handed_exhibits": by_space,
    "loss_lines": by_space,
    "loss_shares": by_space,
    "statements": of_caucus,
    "exceptions": by_space,
    "mandates": by_space,
    "meetings": by_space,
    "minutes": by_space,
    "minutes_drafts": known_to_nobody,
    "offers": by_space,
    "quarantines": of_quarantine,
    "court_bundles": known_to_nobody,
    "missions": of_mission,
    "proposals": by_space,
    "score_changes": by_dispute("procedure"),
    "completions": by_dispute("procedure"),
    "arrivals": known_to_nobody,
    "agreements": by_dispute("agreement"),
    "agreement_versions": by_dispute("agreement"),
    "remarks": by_dispute("agreement"),
    "commitments": by_dispute("agreement"),
    "clause_proposals": by_dispute("agreement"),
    "invitations": of_party("team"),
    "sessions": by_account,
    "notices": by_account,
    "bounces": known_to_nobody,
    "events": known_to_nobody,
    "jobs": known_to_nobody,
    "records": known_at_the_table,
    "access_requests": lambda _marked, _row, _rows: "keepers",
    "reopenings": known_to_nobody,
    "documents": by_space,
    "destructions": lambda _marked, _row, _rows: "keepers",
    "holds": lambda _marked, _row, _rows: "keepers",
    "audits": known_to_nobody,
    "appointments": by_dispute("procedure"),
    "choices": known_to_nobody,
    "objection_windows": by_dispute("procedure"),
    "objections": of_party("objection"),
}
"""Every table whose rows have an id of their own. A new table is put here by hand: who may meet its ids?"""


async def rows_with_ids(platform: Platform) -> Rows:
    """Every row that bears an id, by table."""
    found: Rows = {}
    async with platform.unit(write=False) as uow:
        for table in Base.metadata.sorted_tables:
            column = table.columns.get("id")
            if column is not None and column.type.python_type is UUID:
                found[table.name] = list((await uow.session.execute(select(table))).all())
    return found


async def mark_ids(platform: Platform, marked: Marked) -> Rows:
    """Make a mark of every id that not everybody may know."""
    rows = await rows_with_ids(platform)
    assert set(rows) == set(PLACES), "a table is new: say in PLACES who may meet its ids"
    for table, each in rows.items():
        for row in each:
            place = PLACES[table](marked, row, rows)
            if place is not None:
                assert place in KNOWN_TO, (table, place)
                marked.marks.append(Mark(f"{table} {row.id} in {place}", place, writings(row.id)))
    return rows


def one_of_each(marked: Marked, rows: Rows) -> Rows:
    """Keep one row of each table for every place that its rows are in; of people and companies, one of each kind."""

    def like(table: str, row: Row[Any]) -> tuple[object, ...]:
        here = getattr(row, "dispute_id", None) == marked.case.id
        if table == "accounts":
            return (row.id == marked.actor("mediator").account_id,)
        return PLACES[table](marked, row, rows), *(
            getattr(row, kind, None) if here else None for kind in ("side", "party_id", "role")
        )

    return {table: list({like(table, row): row for row in reversed(each)}.values()) for table, each in rows.items()}


def writings(value: UUID) -> tuple[bytes, ...]:
    """How an id may be written."""
    return tuple(text.encode() for text in (str(value), value.hex, str(value).upper(), value.hex.upper()))
