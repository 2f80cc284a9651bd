"""Decide for many: the same table, compiled to one WHERE clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import QueryableAttribute

from odr.visibility.actor import TEAM, Actor, CentreRole, Seat, SeatRole
from odr.visibility.policy import RULES, Rule
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing

Column = ColumnElement[Any] | QueryableAttribute[Any]

_OF_THE_CENTRE: Final = {
    Standing.ARCHIVIST: CentreRole.ARCHIVIST,
    Standing.SECRETARIAT: CentreRole.SECRETARIAT,
    Standing.ADMINISTRATOR: CentreRole.ADMINISTRATOR,
}
_AT_THE_TABLE: Final = {
    Standing.MEDIATOR: SeatRole.MEDIATOR,
    Standing.CANDIDATE: SeatRole.CANDIDATE,
    Standing.EXPERT: SeatRole.EXPERT,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a query finds what the table asks for: dispute, owner (NULL = nobody's own), space kind, conditions.

    ``at``: since when a thing has been there. Where a query does not say, what was said apart counts as said before.
    """

    dispute: Column
    owner: Column
    kind: Column
    at: Column | None = None
    supplied: ColumnElement[bool] | None = None
    released: ColumnElement[bool] | None = None
    own_mission: ColumnElement[bool] | None = None
    told: ColumnElement[bool] | None = None


def readable(actor: Actor, thing: Thing, columns: Columns, act: Act = Act.READ) -> ColumnElement[bool]:
    """Return the condition under which a row is one that ``actor`` may read (or do ``act`` with).

    Equal to :meth:`Actor.may` on every cell of the table; a test holds them together. What can hold for no row, since
    the actor never stands so or the query says nothing of a rule's condition, is left out.
    """
    clauses: list[ColumnElement[bool]] = []
    for rule in _rules(thing, act):
        condition = _condition(rule.when, columns)
        standing = [each for who in sorted(rule.who) if (each := _stands(actor, who, columns)) is not None]
        if condition is not None and standing:
            clauses.append(and_(or_(*standing), _among(columns.kind, sorted(rule.where)), condition))
    return or_(*clauses) if clauses else false()


@cache
def _rules(thing: Thing, act: Act) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.thing is thing and act in rule.acts)


def _stands(actor: Actor, standing: Standing, columns: Columns) -> ColumnElement[bool] | None:
    """Return when the actor stands so toward a row; None: never."""
    if standing in _OF_THE_CENTRE:
        return true() if actor.is_a(_OF_THE_CENTRE[standing]) else None
    if standing in _AT_THE_TABLE:
        seats = [seat for seat in actor.seats if seat.role is _AT_THE_TABLE[standing]]
        partly = [seat for seat in seats if seat.withheld and standing is Standing.MEDIATOR]
        wholly = [seat.dispute_id for seat in seats if seat not in partly]
        clauses = [and_(columns.dispute == seat.dispute_id, _reached(seat, columns)) for seat in partly]
        if wholly:
            clauses.append(_among(columns.dispute, wholly))
    elif standing is Standing.COUNTERPARTY:
        clauses = [
            and_(columns.dispute == seat.dispute_id, or_(columns.owner.is_(None), columns.owner != seat.party_id))
            for seat in actor.seats
            if seat.party_id is not None
        ]
    else:
        clauses = [
            and_(columns.dispute == seat.dispute_id, columns.owner == seat.party_id)
            for seat in actor.seats
            if seat.party_id is not None and standing in TEAM[seat.role]
        ]
    return or_(*clauses) if clauses else None


def _among(column: Column, values: Sequence[Any]) -> ColumnElement[bool]:
    """Return ``column IN values``, in the cheaper words where there is one value."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def _reached(seat: Seat, columns: Columns) -> ColumnElement[bool]:
    """Return :meth:`Seat.reaches` in SQL."""
    withheld = and_(columns.kind == SpaceKind.CAUCUS.value, columns.owner.in_(sorted(seat.withheld)))
    return or_(~withheld, columns.owner.is_(None), false() if columns.at is None else columns.at >= seat.since)


def _condition(when: Condition, columns: Columns) -> ColumnElement[bool] | None:
    """Return a rule's condition; None where the query says nothing of it, and it holds for no row."""
    if when is Condition.ALWAYS:
        return true()
    return {
        Condition.SUPPLIED: columns.supplied,
        Condition.RELEASED: columns.released,
        Condition.OWN_MISSION: columns.own_mission,
        Condition.TOLD: columns.told,
    }.get(when)
