"""Infected files in a sealed record: it is evidence as it was, and a person who takes it chooses to, and says why."""

from dataclasses import dataclass

from sqlalchemy import select

from odr.archive.models import Record
from odr.errors import NotPermittedError
from odr.evidence.infected import choose, may_receive
from odr.evidence.labels import number_of, read_former_labels, read_labels
from odr.evidence.models import ExhibitVersion, FormerPlacement, Placement
from odr.evidence.scanning import Outcome
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


@dataclass(frozen=True, slots=True)
class InfectedFile:
    """One infected file of a record, as it stood in the joint space."""

    number: str
    version: int
    file_name: str
    sha256: bytes


async def infected_files(uow: UnitOfWork, record: Record) -> tuple[InfectedFile, ...]:
    """Return what a scanner found infected, before the sealing or since, of the exhibits that a record holds."""
    found: list[InfectedFile] = []
    for placement, version, ordinal, label in await _standing(uow, record):
        found.append(InfectedFile(number_of(placement), ordinal, label, version.sha256))
    return tuple(found)


async def require_chosen(uow: UnitOfWork, actor: Actor, record: Record) -> None:
    """Raise :class:`NotPermittedError` (``infected_record``) unless the actor chose to have what is infected in it."""
    for _placement, version, _ordinal, _label in await _standing(uow, record):
        if not await may_receive(uow, actor, version):
            raise NotPermittedError("infected_record")


async def choose_all(uow: UnitOfWork, actor: Actor, record: Record) -> int:
    """Keep that the actor wants every infected file of a record all the same; how many that are."""
    standing = await _standing(uow, record)
    for _placement, version, _ordinal, _label in standing:
        await choose(uow, actor, version)
    return len(standing)


async def _standing(uow: UnitOfWork, record: Record) -> list[tuple[Placement, ExhibitVersion, int, str]]:
    """Return every infected version that is in a record, where it stood, its number there and its file's name.

    What was destroyed since is in the record still. Of one that was made before these were kept, all that ever stood
    counts: an exhibit too many is asked about rather than one too few.
    """
    joint = Placement.space_id == record.space_id, ExhibitVersion.scan == Outcome.INFECTED
    now = await uow.session.execute(
        select(Placement, ExhibitVersion).join(ExhibitVersion, ExhibitVersion.id == Placement.version_id).where(*joint)
    )
    before = await uow.session.execute(
        select(Placement, ExhibitVersion, FormerPlacement)
        .join(FormerPlacement, FormerPlacement.placement_id == Placement.id)
        .join(ExhibitVersion, ExhibitVersion.id == FormerPlacement.version_id)
        .where(*joint)
    )
    found: list[tuple[Placement, ExhibitVersion, int, str]] = []
    for placement, version, former in before.all():
        (label,) = await read_former_labels(uow, placement, [former])
        found.append((placement, version, former.ordinal, label.file_name or label.title))
    for placement, version in now.all():
        if placement.label_sealed:  # taken back: it was in no record
            (label,) = await read_labels(uow, [placement])
            found.append((placement, version, placement.ordinal, label.file_name or label.title))
    held = None if record.versions is None else set(record.versions)
    found = [each for each in found if held is None or str(each[1].id) in held]
    return sorted(found, key=lambda each: (each[0].prefix, each[0].number, each[2]))
