"""Decide for many: the same table, compiled to one WHERE clause."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import QueryableAttribute

from odr.visibility.actor import TEAM, Actor, CentreRole, Seat, SeatRole
from odr.visibility.policy import RULES
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing

Column = ColumnElement[Any] | QueryableAttribute[Any]


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

    Equal to :meth:`Actor.may` on every cell of the table; a test holds them together.
    """
    standings = _standings(actor, columns)
    clauses = [
        and_(
            or_(false(), *(standings[standing] for standing in sorted(rule.who))),
            columns.kind.in_(sorted(rule.where)),
            _condition(rule.when, columns),
        )
        for rule in RULES
        if rule.thing is thing and act in rule.acts
    ]
    return or_(false(), *clauses)


def _standings(actor: Actor, columns: Columns) -> dict[Standing, ColumnElement[bool]]:
    """Return when the actor stands toward a row in each of the ways that a rule may ask for."""
    parties = [(seat.dispute_id, seat.party_id) for seat in actor.seats if seat.party_id is not None]
    mediated = [seat for seat in actor.seats if seat.role is SeatRole.MEDIATOR]
    proposed = [seat.dispute_id for seat in actor.seats if seat.role is SeatRole.CANDIDATE]
    examined = [seat.dispute_id for seat in actor.seats if seat.role is SeatRole.EXPERT]
    return {
        Standing.OWNER: _of_party(actor, Standing.OWNER, columns),
        Standing.AGENT: _of_party(actor, Standing.AGENT, columns),
        Standing.VOICE: _of_party(actor, Standing.VOICE, columns),
        Standing.COUNTERPARTY: or_(
            false(),
            *(
                and_(columns.dispute == dispute, or_(columns.owner.is_(None), columns.owner != party))
                for dispute, party in parties
            ),
        ),
        Standing.MEDIATOR: or_(
            columns.dispute.in_([seat.dispute_id for seat in mediated if not seat.withheld]),
            *(and_(columns.dispute == seat.dispute_id, _reached(seat, columns)) for seat in mediated if seat.withheld),
        ),
        Standing.CANDIDATE: columns.dispute.in_(proposed),
        Standing.EXPERT: columns.dispute.in_(examined),
        Standing.ARCHIVIST: _constant(actor.is_a(CentreRole.ARCHIVIST)),
        Standing.SECRETARIAT: _constant(actor.is_a(CentreRole.SECRETARIAT)),
        Standing.ADMINISTRATOR: _constant(actor.is_a(CentreRole.ADMINISTRATOR)),
    }


def _of_party(actor: Actor, standing: Standing, columns: Columns) -> ColumnElement[bool]:
    """Return when a row belongs to a party for which the actor stands so."""
    seats = [seat for seat in actor.seats if seat.party_id is not None and standing in TEAM[seat.role]]
    return or_(false(), *(and_(columns.dispute == seat.dispute_id, columns.owner == seat.party_id) for seat in seats))


def _reached(seat: Seat, columns: Columns) -> ColumnElement[bool]:
    """Return :meth:`Seat.reaches` in SQL."""
    withheld = and_(columns.kind == SpaceKind.CAUCUS.value, columns.owner.in_(sorted(seat.withheld)))
    return or_(~withheld, columns.owner.is_(None), false() if columns.at is None else columns.at >= seat.since)


def _condition(when: Condition, columns: Columns) -> ColumnElement[bool]:
    if when is Condition.ALWAYS:
        return true()
    given = {
        Condition.SUPPLIED: columns.supplied,
        Condition.RELEASED: columns.released,
        Condition.OWN_MISSION: columns.own_mission,
        Condition.TOLD: columns.told,
    }.get(when)
    return false() if given is None else given


def _constant(value: bool) -> ColumnElement[bool]:  # noqa: FBT001 -- a truth value is what this makes SQL of
    return true() if value else false()
