"""Infected files: kept sealed, and handed out only to a person who chose so, said why, and is on record with it."""

from collections.abc import Collection

from sqlalchemy import select

from odr.errors import ConflictError, NotPermittedError
from odr.evidence.events import InfectedFileReleased
from odr.evidence.models import ExhibitVersion, Override, Placement
from odr.evidence.scanning import Outcome
from odr.evidence.sight import reading_rule, standing_of
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.spaces.queries import SpaceFacts, find_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind

REASON_LIMIT = 2000


async def may_receive(uow: UnitOfWork, actor: Actor, version: ExhibitVersion) -> bool:
    """Tell whether a file may be handed to the actor: it is not infected, or they chose to have it all the same."""
    if version.scan is not Outcome.INFECTED:
        return True
    chosen = select(Override.at).where(Override.version_id == version.id, Override.account_id == actor.account_id)
    return await uow.session.scalar(chosen) is not None


async def chosen_among(uow: UnitOfWork, actor: Actor, versions: Collection[ExhibitVersion]) -> set[ExhibitVersionId]:
    """Return which of these infected files the actor chose to have all the same."""
    ids = [version.id for version in versions]
    chosen = select(Override.version_id).where(Override.version_id.in_(ids), Override.account_id == actor.account_id)
    return set(await uow.session.scalars(chosen))


async def require_deliverable(uow: UnitOfWork, actor: Actor, version: ExhibitVersion) -> None:
    """Raise :class:`NotPermittedError` (``infected``) unless the file may be handed to the actor."""
    if not await may_receive(uow, actor, version):
        raise NotPermittedError("infected")


async def choose(uow: UnitOfWork, actor: Actor, version: ExhibitVersion) -> None:
    """Keep that the actor chose to have an infected file all the same; whoever asks records why."""
    if not await may_receive(uow, actor, version):
        uow.session.add(Override(version_id=version.id, account_id=actor.account_id, at=uow.now()))
        await uow.session.flush()


async def release_infected(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    reason: str,
    version_id: ExhibitVersionId | None = None,
) -> None:
    """Put on record that the actor wants this infected file all the same; from then on it is handed to them.

    The record stands in the ledger of a room of their own (a party's draft, the mediator's notes), so that nobody else
    learns of it. Raises :class:`NotFoundError`, :class:`InvalidInputError` (reason), :class:`ConflictError`
    (``not_infected``).
    """
    _, placement, version = await standing_of(uow, actor, dispute_id, exhibit_id, version_id)
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    typed.check()
    if version.scan is not Outcome.INFECTED:
        raise ConflictError("not_infected")
    if await may_receive(uow, actor, version):
        return
    await choose(uow, actor, version)
    own = await _own_room(uow, actor, placement)
    await uow.record(
        InfectedFileReleased(
            dispute_id=dispute_id,
            space_id=own.id if own else placement.space_id,
            rule=reading_rule(actor, placement).number,
            actor_id=actor.account_id,
            exhibit_id=exhibit_id,
            sha256=version.sha256.hex(),
            reason=clean,
        )
    )


async def _own_room(uow: UnitOfWork, actor: Actor, placement: Placement) -> SpaceFacts | None:
    """Return the room whose ledger the actor's own side alone reads; an expert reads on a desk of their own anyway."""
    if placement.kind is SpaceKind.EXPERT:
        return None
    party_id = actor.party_in(placement.dispute_id)
    if party_id is not None:
        return await find_space(uow, placement.dispute_id, SpaceKind.PRIVATE, party_id)
    own = await find_space(uow, placement.dispute_id, SpaceKind.NOTES, holder_id=actor.account_id)
    return own or await find_space(uow, placement.dispute_id, SpaceKind.NOTES)
