"""What awaits a person about exhibits: a consent asked of their party, a consent given to the mediator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from odr.evidence.labels import number_of
from odr.evidence.models import Disclosure, DisclosureState, Placement
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _

LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class Task:
    """Something that awaits the reader: its sentence in their language, where to do it, until when."""

    label: str
    hint: str
    href: str
    until: datetime


async def tasks(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[Task, ...]:
    """Return what awaits the actor in a dispute about exhibits, the oldest first."""
    columns = Columns(Placement.dispute_id, Placement.owner_id, Placement.kind, at=Placement.placed_at)
    asked = (Disclosure.state == DisclosureState.ASKED) & readable(actor, Thing.EXHIBIT, columns, Act.CONSENT)
    given = (Disclosure.state == DisclosureState.CONSENTED) & readable(actor, Thing.EXHIBIT, columns, Act.DISCLOSE)
    tabled = aliased(Placement)
    on_the_table = exists().where(
        tabled.exhibit_id == Disclosure.exhibit_id,
        tabled.version_id == Placement.version_id,
        tabled.kind == SpaceKind.JOINT,
        tabled.withdrawn_at.is_(None),
    )
    rows = await uow.session.execute(
        select(Disclosure, Placement)
        .join(Placement, Placement.exhibit_id == Disclosure.exhibit_id)
        .where(
            Disclosure.dispute_id == dispute_id,
            Disclosure.expires_at > uow.now(),
            Placement.kind == SpaceKind.CAUCUS,
            Placement.withdrawn_at.is_(None),
            or_(asked, given),
            ~on_the_table,
        )
        .order_by(Disclosure.asked_at, Disclosure.id)
        .limit(LIMIT)
    )
    return tuple(_task(disclosure, number_of(placement)) for disclosure, placement in rows)


def _task(disclosure: Disclosure, number: str) -> Task:
    href = f"/disputes/{disclosure.dispute_id}/exhibits/{disclosure.exhibit_id}"
    if disclosure.state is DisclosureState.ASKED:
        return Task(
            _("Answer the mediator's request to disclose exhibit %(number)s", number=number),
            _("Nothing is disclosed without your consent."),
            f"{href}/consent",
            disclosure.expires_at,
        )
    if disclosure.apart:
        label = _("Hand exhibit %(number)s to those whom its party chose", number=number)
    else:
        label = _("Disclose exhibit %(number)s: its party consented", number=number)
    return Task(
        label,
        _("Until you do, nothing has left the caucus."),
        href,
        disclosure.expires_at,
    )
