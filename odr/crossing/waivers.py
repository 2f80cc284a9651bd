"""Waivers of confidentiality: what was elaborated in the mediation goes to a court only if every party waived.

French Code of Civil Procedure, art. 1528-3. A waiver is for one exhibit, asked by a party, given or refused by each
other one; each answer is a version of its own, and it may be withdrawn until a bundle with the exhibit was exported.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from odr.crossing.events import WaiverAnswered
from odr.crossing.models import BundledExhibit, Waiver, WaiverState
from odr.errors import ConflictError, NotPermittedError
from odr.evidence.models import Exhibit, Origin
from odr.evidence.sight import visible_placements
from odr.ids import DisputeId, ExhibitId, PartyId
from odr.parties.queries import parties_of
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["WaiverState", "WaiverView", "answer_waiver", "speaks_for", "waived_by_all", "waivers_of"]


@dataclass(frozen=True, slots=True)
class WaiverView:
    """Where one party stands about one exhibit, the newest of its answers; ``version`` 0 before the first."""

    party_id: PartyId
    party: str
    state: WaiverState | None
    version: int
    at: datetime | None
    mine: bool


async def answer_waiver(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, state: str
) -> None:
    """Give, refuse or withdraw one's party's waiver for an elaborated exhibit of the joint space.

    For its representative or counsel. Who gives first asks the others.

    Raises :class:`InvalidInputError` (``state``), :class:`NotFoundError`, :class:`NotPermittedError` (not at the table
    for a party, or not entitled to speak for it), :class:`ConflictError` (``not_elaborated``, ``already_exported``,
    ``changed_meanwhile``: said already).
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    typed = Typed()
    wanted = typed.choice("state", state, WaiverState)
    seat = actor.seat_in(dispute_id)
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    rule = actor.may(Act.READ, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, SpaceKind.JOINT))
    if joint is None or rule is None or seat is None or seat.party_id is None:
        raise NotPermittedError("not_permitted")
    if not speaks_for(actor, dispute_id):
        raise NotPermittedError("for_your_voice")
    typed.check()
    if exhibit.origin is not Origin.ELABORATED:
        raise ConflictError("not_elaborated")
    await uow.session.execute(select(Exhibit.id).where(Exhibit.id == exhibit_id).with_for_update())
    last = await _newest(uow, exhibit_id, seat.party_id)
    if (last.state if last else WaiverState.WITHDRAWN) is wanted:
        raise ConflictError("changed_meanwhile")
    if last is not None and last.state is WaiverState.GIVEN and await is_exported(uow, exhibit_id):
        raise ConflictError("already_exported")
    space = await space_of(uow, dispute_id, SpaceKind.JOINT)
    version = (last.version if last else 0) + 1
    uow.session.add(
        Waiver(
            exhibit_id=exhibit_id,
            party_id=seat.party_id,
            version=version,
            dispute_id=dispute_id,
            state=wanted,
            by=actor.account_id,
            at=uow.now(),
        )
    )
    await uow.record(
        WaiverAnswered(
            dispute_id=dispute_id,
            space_id=space.id,
            rule=rule.number,
            actor_id=actor.account_id,
            exhibit_id=exhibit_id,
            party_id=seat.party_id,
            state=wanted,
            version=version,
        )
    )
    await uow.session.flush()


def speaks_for(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether the actor gives consents for a party: its representative or its counsel."""
    apart = Place(dispute_id, actor.party_in(dispute_id), SpaceKind.CAUCUS)
    return actor.may(Act.CONSENT, Thing.EXHIBIT, apart) is not None


async def waivers_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[WaiverView, ...]:
    """Return where each party stands about an elaborated exhibit of the joint space; none for another exhibit.

    Raises :class:`NotFoundError`.
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    tabled = any(placement.kind is SpaceKind.JOINT for placement in placements)
    if not tabled or exhibit.origin is not Origin.ELABORATED:
        return ()
    views: list[WaiverView] = []
    for party in await parties_of(uow, dispute_id):
        last = await _newest(uow, exhibit_id, party.id)
        views.append(
            WaiverView(
                party_id=party.id,
                party=party.name,
                state=last.state if last else None,
                version=last.version if last else 0,
                at=last.at if last else None,
                mine=party.id == actor.party_in(dispute_id),
            )
        )
    return tuple(views)


async def waived_by_all(uow: UnitOfWork, dispute_id: DisputeId, exhibit_ids: Collection[ExhibitId]) -> set[ExhibitId]:
    """Return for which of these exhibits every party's newest answer is a waiver."""
    parties = {party.id for party in await parties_of(uow, dispute_id)}
    newest = (
        select(Waiver.exhibit_id, Waiver.party_id, func.max(Waiver.version).label("version"))
        .where(Waiver.exhibit_id.in_(exhibit_ids))
        .group_by(Waiver.exhibit_id, Waiver.party_id)
        .subquery()
    )
    rows = await uow.session.execute(
        select(Waiver.exhibit_id, Waiver.party_id)
        .join(
            newest,
            (Waiver.exhibit_id == newest.c.exhibit_id)
            & (Waiver.party_id == newest.c.party_id)
            & (Waiver.version == newest.c.version),
        )
        .where(Waiver.state == WaiverState.GIVEN)
    )
    given: dict[ExhibitId, set[PartyId]] = {}
    for exhibit_id, party_id in rows.all():
        given.setdefault(exhibit_id, set()).add(party_id)
    return {exhibit_id for exhibit_id, who in given.items() if who >= parties}


async def is_exported(uow: UnitOfWork, exhibit_id: ExhibitId) -> bool:
    """Tell whether a bundle with this exhibit has left: its waivers then hold."""
    found = select(BundledExhibit.exhibit_id).where(BundledExhibit.exhibit_id == exhibit_id).limit(1)
    return await uow.session.scalar(found) is not None


async def _newest(uow: UnitOfWork, exhibit_id: ExhibitId, party_id: PartyId) -> Waiver | None:
    found: Waiver | None = await uow.session.scalar(
        select(Waiver)
        .where(Waiver.exhibit_id == exhibit_id, Waiver.party_id == party_id)
        .order_by(Waiver.version.desc())
        .limit(1)
    )
    return found
