"""The versions of an exhibit, of what it is a redacted copy, its way out of one's own rooms, infected files."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.errors import NotFoundError
from odr.evidence.history import versions_of
from odr.evidence.infected import release_infected
from odr.evidence.redactions import redaction_of
from odr.evidence.scanning import Because, Outcome
from odr.evidence.withdrawing import withdraw_from_own_room
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import read, send
from web.api.exhibits import EXHIBIT
from web.api.shapes import Text, shown


class ScanBody(msgspec.Struct):
    """What a scanner said; `at`, `engine` and `signature` are told to the file's own side only."""

    outcome: Outcome
    because: Because
    at: datetime | None
    engine: str
    signature: str


class ExhibitVersionBody(msgspec.Struct):
    """One version in one room. `version` counts in this room; `receivable`: its bytes may be handed to you now."""

    id: UUID
    room: SpaceKind
    space_id: UUID
    number: str
    version: int
    current: bool
    at: datetime
    by: str
    title: str
    file_name: str
    reason: str
    document_date: date | None
    size: int
    sha256: str
    media_type: str
    name_agrees: bool
    scan: ScanBody
    receivable: bool
    proven: bool


class OriginalBody(msgspec.Struct):
    """The original of a redacted copy, and the salt that opens the commitment to its digest."""

    exhibit_id: UUID
    number: str
    title: str
    sha256: str
    salt: str


class RedactionBody(msgspec.Struct):
    """Of what an exhibit is a redacted copy; `original` only for who may read it."""

    commitment: str
    sha256: str
    original: OriginalBody | None


class ExhibitLeaving(msgspec.Struct, forbid_unknown_fields=True):
    """From which of one's own rooms to take an exhibit back: the draft or the caucus."""

    room: SpaceKind


class InfectedRisk(msgspec.Struct, forbid_unknown_fields=True):
    """Why an infected file is wanted all the same; the current version unless another is named."""

    reason: Text
    version: UUID | None = None


@read(f"{EXHIBIT}/versions")
async def list_exhibit_versions(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> list[ExhibitVersionBody]:
    """Return every version that one may read, the widest room first, in each the newest first."""
    found = await versions_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return [shown(each, ExhibitVersionBody, scan=shown(each.scan, ScanBody)) for each in found]


@read(f"{EXHIBIT}/redaction")
async def show_redaction(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> RedactionBody:
    """Return of what an exhibit is a redacted copy; 404 when it is none."""
    found = await redaction_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    if found is None:
        raise NotFoundError
    return shown(found, RedactionBody, original=shown(found.original, OriginalBody) if found.original else None)


@send(f"{EXHIBIT}/withdraw", status_code=204)
async def withdraw_exhibit(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[ExhibitLeaving],
) -> None:
    """Take one's own exhibit back from one's draft or caucus; where it stands nowhere else, it is destroyed."""
    await withdraw_from_own_room(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), room=data.room)


@send(f"{EXHIBIT}/infected", status_code=204)
async def receive_infected_file(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[InfectedRisk],
) -> None:
    """Put on record that one wants an infected file all the same, and why; from then on it can be read."""
    version = None if data.version is None else ExhibitVersionId(data.version)
    await release_infected(
        uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), reason=data.reason, version_id=version
    )


handlers = (list_exhibit_versions, show_redaction, withdraw_exhibit, receive_infected_file)
