"""Finding a mission's row and the line of the table that lets somebody touch it; for commands and queries."""

import hashlib

from sqlalchemy import ColumnElement, and_, literal, null, select

from odr.errors import NotFoundError, NotPermittedError
from odr.expertise.models import Mission
from odr.ids import DisputeId, MissionId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.policy import Rule
from odr.visibility.terms import OF_A_MISSION, Act, SpaceKind, Thing


def required_rule(actor: Actor, act: Act, dispute_id: DisputeId, thing: Thing = Thing.TERMS_OF_REFERENCE) -> Rule:
    """Return the line that lets the actor do ``act``. Raises NotFoundError where they may not even read the terms.

    An expert may, as far as their own mission goes: which one a row is, :func:`within_sight` decides.
    """
    place = Place(dispute_id, None, SpaceKind.JOINT)
    if actor.may(Act.READ, Thing.TERMS_OF_REFERENCE, place, OF_A_MISSION) is None:
        raise NotFoundError
    rule = actor.may(act, thing, place, OF_A_MISSION)
    if rule is None:
        raise NotPermittedError("not_permitted")
    return rule


def within_sight(actor: Actor, dispute_id: DisputeId) -> ColumnElement[bool]:
    """Return which missions of a dispute the actor may know of, by the visibility table: an expert, only their own."""
    joint = literal(SpaceKind.JOINT.value)
    columns = Columns(Mission.dispute_id, null(), joint, own_mission=Mission.expert_id == actor.account_id)
    return and_(Mission.dispute_id == dispute_id, readable(actor, Thing.TERMS_OF_REFERENCE, columns))


async def mission_row(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, lock: bool = False
) -> Mission:
    """Return a mission that the actor may know of. ``lock`` holds it until the end. Raises NotFoundError."""
    required_rule(actor, Act.READ, dispute_id)
    query = (
        select(Mission)
        .where(Mission.id == mission_id, within_sight(actor, dispute_id))
        .execution_options(populate_existing=True)
    )
    row = await uow.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError
    return row


async def own_mission(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, mission_id: MissionId, *, lock: bool = False
) -> Mission:
    """Return a mission of which the actor is the expert. Raises NotPermittedError for everybody else at the table."""
    row = await mission_row(uow, actor, dispute_id, mission_id, lock=lock)
    if row.expert_id != actor.account_id:
        raise NotPermittedError("not_permitted")
    return row


def text_digest(text: str) -> str:
    """Return the SHA-256 (hexadecimal) with which an event commits to words that are sealed elsewhere."""
    return hashlib.sha256(text.encode()).hexdigest()
