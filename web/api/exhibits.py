"""Exhibits: lodged as a raw body that streams into the vault, listed, shared, taken back."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from odr.errors import UploadRefusedError
from odr.evidence.commands import share_exhibit
from odr.evidence.intake import lodge, refuse_long
from odr.evidence.queries import ExhibitKind, Origin, exhibits_in, visible_exhibit
from odr.evidence.recording import About, Lodged, read_about
from odr.evidence.scanning import Outcome
from odr.evidence.withdrawing import take_back
from odr.ids import DisputeId, ExhibitId, SpaceId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.api.description import RawUpload, create, read, send
from web.api.rooms import ROOMS
from web.api.shapes import shown
from web.evidence.multipart import body_of

API = Request[None, None, State]
EXHIBIT: Final = "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}"
SHA256_BYTES: Final = 32


class Lodgement(msgspec.Struct):
    """What a deposit became: durable, numbered and in the ledger before this is said."""

    id: UUID
    space_id: UUID
    number: str
    file_name: str
    size: int
    sha256: str
    version: int
    media_type: str
    name_agrees: bool
    scan: Outcome


class ExhibitLine(msgspec.Struct):
    """A line of a room's list. Of what was taken back, only the number is left, and who did so (`by`) when (`at`)."""

    id: UUID | None
    number: str
    side: str
    withdrawn: bool
    title: str
    file_name: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    size: int
    sha256: str
    at: datetime | None
    by: str
    mine: bool
    version: int
    media_type: str
    name_agrees: bool
    scan: Outcome


class ExhibitList(msgspec.Struct):
    """Up to 50 exhibits in the order of their numbers; ``after`` is what to ask with for the next ones."""

    exhibits: list[ExhibitLine]
    after: str | None


class Standing(msgspec.Struct):
    """An exhibit in one room that one may enter."""

    space_id: UUID
    kind: SpaceKind
    number: str
    version: int
    at: datetime
    by: str
    first_opened_at: datetime | None
    proven: bool


class FileBody(msgspec.Struct):
    """What one is told of a file, wherever one may read it."""

    title: str
    file_name: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    size: int
    sha256: str
    media_type: str
    name_agrees: bool
    scan: Outcome


class ExhibitBody(FileBody):
    """An exhibit as one may know it: its number and date are those of the widest room in which one may read it."""

    id: UUID
    owner_id: UUID | None
    owner_name: str
    side: str
    number: str
    version: int
    version_id: UUID
    at: datetime
    by: str
    room: SpaceKind
    space_id: UUID
    mine: bool
    placements: list[Standing]


class Target(msgspec.Struct, forbid_unknown_fields=True):
    """The wider room to let an exhibit into."""

    into: SpaceKind


class Numbered(msgspec.Struct):
    """The number that an exhibit has there."""

    number: str


async def provide_about(
    title: Annotated[str, QueryParameter(max_length=1000)] = "",
    kind: FromQuery[ExhibitKind] = ExhibitKind.OTHER,
    origin: FromQuery[Origin] = Origin.PRODUCED,
    document_date: FromQuery[date | None] = None,
    again: Annotated[bool, QueryParameter(description="Lodge it although the same bytes were lodged before.")] = False,  # noqa: FBT002 -- a query's flag
    replaces: Annotated[
        UUID | None, QueryParameter(description="The exhibit of which this is a newer version; it stands in this room.")
    ] = None,
    reason: Annotated[str, QueryParameter(max_length=1000, description="Why it is replaced.")] = "",
    redacts: Annotated[UUID | None, QueryParameter(description="The exhibit of which this is a redacted copy.")] = None,
) -> About:
    """Give what the depositor says of a file, in the query of its request."""
    return read_about(
        title=title,
        kind=kind,
        origin=origin,
        document_date=document_date.isoformat() if document_date else "",
        again="yes" if again else "",
        replaces=str(replaces or ""),
        reason=reason,
        redacts=str(redacts or ""),
    )


def digest_of(text: str | None) -> bytes | None:
    """Return the digest that was announced. Raises UploadRefusedError for what can't be one."""
    if text is None:
        return None
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) != SHA256_BYTES:
        raise UploadRefusedError("digest_mismatch")
    return digest


def lodgement(lodged: Lodged) -> Lodgement:
    """Return a deposit in the shape that the API answers with."""
    return shown(lodged, Lodgement, id=lodged.exhibit_id, scan=lodged.verdict.outcome)


@create(
    f"{ROOMS}/{{space_id:uuid}}/exhibits",
    request_max_body_size=None,
    operation_class=RawUpload,
    dependencies={"about": Provide(provide_about)},
)
async def lodge_exhibit(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    about: NamedDependency[About],
    name: Annotated[str, QueryParameter(min_length=1, max_length=1000, description="The file's name.")],
    announced: Annotated[
        str | None,
        HeaderParameter(name="X-Content-SHA256", description="The body's SHA-256, in hexadecimal; checked on arrival."),
    ] = None,
) -> Lodgement:
    """Lodge the request's body, as it is, as one exhibit: it streams into the vault, with no transaction held."""
    refuse_long(platform, request.content_length)
    lodged = await lodge(
        platform,
        actor,
        DisputeId(dispute_id),
        SpaceId(space_id),
        about=about,
        name=name,
        chunks=body_of(request.receive),
        expected_sha256=digest_of(announced),
    )
    return lodgement(lodged)


@read(f"{ROOMS}/{{space_id:uuid}}/exhibits")
async def list_exhibits(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    search: Annotated[str, QueryParameter(max_length=200, description="In titles and file names.")] = "",
    kind: FromQuery[ExhibitKind | None] = None,
    prefix: Annotated[str, QueryParameter(max_length=4, description="One side's: C, R, R2, E, M.")] = "",
    after: Annotated[str, QueryParameter(max_length=20, description="A former answer's `after`.")] = "",
) -> ExhibitList:
    """Return a room's exhibits in the order of their numbers."""
    found = await exhibits_in(
        uow, actor, DisputeId(dispute_id), SpaceId(space_id), words=search, kind=kind, prefix=prefix, after=after
    )
    return ExhibitList([shown(row, ExhibitLine) for row in found.rows], found.after)


@read(EXHIBIT)
async def show_exhibit(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> ExhibitBody:
    """Return what one may know of an exhibit."""
    return shown(await visible_exhibit(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id)), ExhibitBody)


@send(f"{EXHIBIT}/share")
async def share(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Target],
) -> Numbered:
    """Let one's own exhibit into a wider room: the caucus or the joint room."""
    return Numbered(await share_exhibit(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), into=data.into))


@send(f"{EXHIBIT}/take-back", status_code=204)
async def take_exhibit_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> None:
    """Take one's own exhibit back from the joint room, as long as nobody else has opened it."""
    await take_back(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))


handlers = (
    lodge_exhibit,
    list_exhibits,
    show_exhibit,
    share,
    take_exhibit_back,
)
