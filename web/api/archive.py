"""The archive: sealed records, readings that a second person allows, packages; the keys that verify."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from odr.archive.commands import ask_access, close_file, decide_access
from odr.archive.queries import last_check, record_of_dispute, records_for, visible_record
from odr.archive.releasing import accept_infected, infections_of, release_record
from odr.archive.requests import AccessState, accesses_of
from odr.disputes.queries import Stage, visible_dispute
from odr.documents.standing import seal_certificates
from odr.errors import NotFoundError
from odr.ids import AccessId, DisputeId, RecordId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import OPEN, create, read, send
from web.api.disputes import ROOT, Progress, progress
from web.api.shapes import Line, Made, Reason, Text, shown
from web.zips import zip_answer

RECORD: Final = "/records/{record_id:uuid}"
ACCESS: Final = "/access-requests/{access_id:uuid}"


class RecordLine(msgspec.Struct):
    """A sealed record's metadata; ``stage`` is its dispute's today. ``seal``: the digest of the tag manifest."""

    id: UUID
    dispute_id: UUID
    reference: str
    outcome: Stage
    stage: Stage
    sealed_at: datetime
    size: int
    seal: str
    sha256: str


class RecordList(msgspec.Struct):
    """Up to 50 records, the newest first; ``older`` is what to ask with, as ``after``, for the next ones."""

    records: list[RecordLine]
    older: str


class AccessBody(msgspec.Struct):
    """A request to read a record; ``holds``: it lets its asker read now."""

    id: UUID
    asked_by: str
    asked_at: datetime
    motive: str
    state: AccessState
    decided_by: str
    decided_at: datetime | None
    expires_at: datetime | None
    holds: bool


class Check(msgspec.Struct):
    """What the platform's own run of the offline verifier found; each verdict: name, status, English, French."""

    checked_at: datetime
    holds: bool
    verdicts: list[list[str]]


class RecordBody(msgspec.Struct):
    """A record with the requests to read it and its newest check."""

    record: RecordLine
    requests: list[AccessBody]
    checked: Check | None


class InfectedLine(msgspec.Struct):
    """One infected file of a record, as it stood in the joint space."""

    number: str
    version: int
    file_name: str
    sha256: str


class Infected(msgspec.Struct):
    """The infected files of a record, and whether the reader chose to take it all the same."""

    accepted: bool
    files: list[InfectedLine]


class Motive(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    motive: Text


class Authority(msgspec.Struct):
    """A time-stamp authority, and the root certificate (PEM) by which its stamps are known."""

    name: str
    independent: bool
    root_certificate: str


class Keys(msgspec.Struct):
    """What an offline verification needs: the key of the log's checkpoints (C2SP) and the time authorities' roots.

    ``document_seal``: the certificates (PEM) of the seal on PDF documents; empty before the first one is made.
    """

    checkpoint_key: str
    time_authorities: list[Authority]
    document_seal: str


@read("/keys", security=OPEN)
async def show_keys(uow: NamedDependency[UnitOfWork], platform: NamedDependency[Platform]) -> Keys:
    """Return the public keys that verify receipts and records. Keep them: what they verify outlives this site."""
    return Keys(
        platform.vault.ledger.key.text,
        [
            Authority(authority.name, authority.independent, authority.root_certificate_pem.decode())
            for authority in platform.settings.vault.authorities
        ],
        (await seal_certificates(uow)).decode(),
    )


@read("/records")
async def list_records(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    search: FromQuery[Line] = "",
    after: FromQuery[Line] = "",
) -> RecordList:
    """Return sealed records, metadata only, for who keeps the archive."""
    found = await records_for(uow, actor, search=search, after=after)
    return RecordList([shown(row, RecordLine) for row in found.rows], found.older)


@read(RECORD)
async def show_record(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], record_id: FromPath[UUID]
) -> RecordBody:
    """Return a record's metadata, the requests to read it and its newest check, for who keeps the archive."""
    record = await visible_record(uow, actor, RecordId(record_id))
    check = await last_check(uow, record)
    return RecordBody(
        shown(record, RecordLine),
        [shown(each, AccessBody) for each in await accesses_of(uow, actor, record)],
        Check(check.checked_at, check.holds, [list(verdict) for verdict in check.verdicts]) if check else None,
    )


@read(f"{ROOT}/record")
async def show_own_record(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> RecordLine:
    """Return the record of a dispute at whose table one sits; 404 while it is not sealed."""
    record = await record_of_dispute(uow, actor, DisputeId(dispute_id))
    if record is None:
        raise NotFoundError
    return shown(record, RecordLine)


@create(f"{RECORD}/requests")
async def ask_to_read(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
    data: JSONBody[Motive],
) -> Made:
    """Ask to read a record, and say why (archivist)."""
    return Made(await ask_access(uow, actor, RecordId(record_id), motive=data.motive))


@send(f"{ACCESS}/authorise", status_code=204)
async def authorise_reading(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], access_id: FromPath[UUID]
) -> None:
    """Allow a reading for seven days; never one's own."""
    await decide_access(uow, actor, AccessId(access_id), allow=True)


@send(f"{ACCESS}/refuse", status_code=204)
async def refuse_reading(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], access_id: FromPath[UUID]
) -> None:
    """Refuse a reading; never one's own."""
    await decide_access(uow, actor, AccessId(access_id), allow=False)


@read(f"{RECORD}/package", media_type="application/zip")
async def read_package(
    platform: NamedDependency[Platform], actor: NamedDependency[Actor], record_id: FromPath[UUID]
) -> Response[Any]:
    """Return the package of a record and the receipt of its seal, to be verified offline."""
    release = await release_record(platform, actor, RecordId(record_id))
    return zip_answer(release.name, release.size, release.stream())


@read(f"{RECORD}/infected")
async def list_infected(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], record_id: FromPath[UUID]
) -> Infected:
    """Return in which files of a record, that one may read now, a scanner found a virus."""
    found = await infections_of(uow, actor, RecordId(record_id))
    return Infected(found.accepted, [shown(each, InfectedLine) for each in found.files])


@send(f"{RECORD}/infected", status_code=204)
async def take_infected(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    record_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> None:
    """Say why one takes a record although it holds infected files; the register keeps it, then the package is given."""
    await accept_infected(uow, actor, RecordId(record_id), reason=data.reason)


@send(f"{ROOT}/close")
async def close(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Close the file of a dispute that has ended (secretariat); its record is sealed if it was not yet."""
    await close_file(uow, actor, DisputeId(dispute_id))
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


handlers = (
    show_keys,
    list_records,
    show_record,
    show_own_record,
    ask_to_read,
    authorise_reading,
    refuse_reading,
    read_package,
    list_infected,
    take_infected,
    close,
)
