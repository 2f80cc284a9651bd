"""Taking a copy of a sealed record: the package of the record and the receipt of its seal, as a stream."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import select

from odr.archive.events import InfectedRecordReleased, RecordReleased
from odr.archive.infected import InfectedFile, choose_all, infected_files, require_chosen
from odr.archive.models import Record
from odr.archive.queries import standing_access
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.infected import REASON_LIMIT
from odr.ids import AccessId, DisputeId, RecordId
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, Condition, SpaceKind, Thing
from vault import ItemRef, Package, Source, make_package


@dataclass(frozen=True, slots=True)
class Release:
    """A package that may be read now, without any transaction: its file name and its length in bytes."""

    name: str
    size: int
    package: Package

    def stream(self) -> AsyncIterator[bytes]:
        """Give the package's bytes, each verified before it leaves; what fails raises in the middle."""
        return self.package.stream()


@dataclass(frozen=True, slots=True)
class Infections:
    """The infected files of a record, and whether the reader chose to have them all the same."""

    dispute_id: DisputeId
    reference: str
    files: tuple[InfectedFile, ...]
    accepted: bool


async def release_record(platform: Platform, actor: Actor, record_id: RecordId) -> Release:
    """Open the package for an archivist whose reading was authorised, or for the dispute's own table.

    That it was taken is durable in the ledger before the first byte leaves. Raises NotFoundError (also when an
    authorisation has ended), ConflictError ``receipt_pending`` until the seal stands in a signed checkpoint,
    NotPermittedError ``infected_record`` until they chose to have the infected files in it (:func:`accept_infected`).
    """
    async with platform.unit(write=False) as uow:
        record, rule, _access_id = await _releasable(uow, actor, record_id)
        await require_chosen(uow, actor, record)
        release = await open_package(uow, record)
    async with platform.unit() as uow:
        record, rule, access_id = await _releasable(uow, actor, record_id)
        await uow.record(
            RecordReleased(
                dispute_id=record.dispute_id,
                space_id=record.space_id,
                rule=rule,
                actor_id=actor.account_id,
                record_id=record.id,
                access_id=access_id,
            )
        )
    return release


async def infections_of(uow: UnitOfWork, actor: Actor, record_id: RecordId) -> Infections:
    """Return what is infected in a record that the actor may read now. Raises NotFoundError."""
    record, _rule, _access_id = await _releasable(uow, actor, record_id)
    try:
        await require_chosen(uow, actor, record)
    except NotPermittedError:
        accepted = False
    else:
        accepted = True
    return Infections(record.dispute_id, record.reference, await infected_files(uow, record), accepted)


async def accept_infected(uow: UnitOfWork, actor: Actor, record_id: RecordId, *, reason: str) -> None:
    """Put on record, where the table reads it, that the actor takes a record with its infected files, and why.

    Raises NotFoundError, InvalidInputError (``reason``), ConflictError ``not_infected``.
    """
    record, rule, _access_id = await _releasable(uow, actor, record_id)
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    typed.check()
    chosen = await choose_all(uow, actor, record)
    if not chosen:
        raise ConflictError("not_infected")
    await uow.record(
        InfectedRecordReleased(
            dispute_id=record.dispute_id,
            space_id=record.space_id,
            rule=rule,
            actor_id=actor.account_id,
            record_id=record.id,
            files=chosen,
            reason=clean,
        )
    )


async def _releasable(uow: UnitOfWork, actor: Actor, record_id: RecordId) -> tuple[Record, str, AccessId | None]:
    """Return a record that the actor may read now, the rule that says so, and the request that it rests on."""
    record = await uow.session.scalar(select(Record).where(Record.id == record_id))
    if record is None:
        raise NotFoundError
    place = Place(record.dispute_id, None, SpaceKind.JOINT)
    at_table = actor.may(Act.READ, Thing.EVENT, place)  # a record holds what the table could read, and no more
    if at_table is not None:
        return record, at_table.number, None
    access_id = await standing_access(uow, actor, record_id)
    released = frozenset({Condition.RELEASED}) if access_id is not None else frozenset[Condition]()
    rule = actor.may(Act.READ, Thing.EXHIBIT, place, released)
    if rule is None:
        raise NotFoundError
    return record, rule.number, access_id


async def open_package(uow: UnitOfWork, record: Record) -> Release:
    """Open a record and wrap it with the receipt of its seal. Raises ConflictError ``receipt_pending``."""
    space = space_ref(record)
    receipt = await uow.vault.ledger.receipt(uow.session, space, record.event_index)
    if not receipt.complete:
        raise ConflictError("receipt_pending")
    opened = await uow.vault.open(uow.session, ItemRef(record.dispute_id, record.item_id), space)
    source = Source(f"{record.reference}.zip", opened.size, opened.read)
    package = make_package(record.reference, record.sealed_at, source, receipt.to_json())
    return Release(package.name, package.size, package)
