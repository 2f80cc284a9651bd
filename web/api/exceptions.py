"""Disclosures without consent, under an exception of the law: used by the mediator, read by whoever was told."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.disputes.queries import visible_dispute
from odr.exceptions.commands import tell_of_exception, use_exception
from odr.exceptions.extract import extract_of
from odr.exceptions.queries import ExceptionView, Ground, Matter, exceptions_of, visible_exception
from odr.exceptions.weighing import MOST_RECIPIENTS, Recipient, Using
from odr.ids import DisputeId, ExhibitId, LegalExceptionId, SpaceId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import reader
from web.api.description import create, read, send
from web.api.rooms import ROOMS
from web.api.shapes import Line, Text, shown
from web.zips import zip_answer

EXCEPTIONS: Final = "/disputes/{dispute_id:uuid}/exceptions"
EXCEPTION: Final = f"{EXCEPTIONS}/{{exception_id:uuid}}"


class RecipientBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who gets the extract: a name, and in which office or capacity."""

    name: Line
    office: Line


class ExceptionBody(msgspec.Struct):
    """What was disclosed without consent; ``told_at`` is empty while whose confidence it was is not told yet."""

    id: UUID
    space_id: UUID
    kind: SpaceKind
    party_id: UUID | None
    ground: Ground
    matter: Matter
    exhibit_id: UUID | None
    words: str
    number: str
    title: str
    sha256: str
    recipients: list[RecipientBody]
    why: str
    silence: str
    used_by: str
    used_at: datetime
    tell_by: datetime | None
    told_at: datetime | None


class NewException(msgspec.Struct, forbid_unknown_fields=True):
    """One thing, to whom, why. ``days``: told later, with ``silence`` saying why. ``read``: one answers for it."""

    ground: Ground
    matter: Matter
    recipients: list[RecipientBody]
    why: Text
    words: Text = ""
    exhibit_id: UUID | None = None
    days: int = 0
    silence: Text = ""
    read: bool = False


def _body(view: ExceptionView) -> ExceptionBody:
    recipients = [RecipientBody(each.name, each.office) for each in view.recipients]
    return shown(view, ExceptionBody, recipients=recipients)


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, exception_id: UUID) -> ExceptionBody:
    return _body(await visible_exception(uow, actor, DisputeId(dispute_id), LegalExceptionId(exception_id)))


@create(f"{ROOMS}/{{space_id:uuid}}/exceptions")
async def use_legal_exception(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    data: JSONBody[NewException],
) -> ExceptionBody:
    """Disclose one thing of a caucus or of the joint room under an exception of the law (mediator)."""
    using = Using(
        ground=data.ground,
        matter=data.matter,
        recipients=[Recipient(each.name, each.office) for each in data.recipients[:MOST_RECIPIENTS]],
        why=data.why,
        words=data.words,
        exhibit_id=ExhibitId(data.exhibit_id) if data.exhibit_id else None,
        days=data.days,
        silence=data.silence,
        read=data.read,
    )
    made = await use_exception(uow, actor, DisputeId(dispute_id), SpaceId(space_id), using)
    return await _shown(uow, actor, dispute_id, made)


@read(EXCEPTIONS)
async def list_legal_exceptions(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[ExceptionBody]:
    """Return what was disclosed without consent, as far as the reader was told."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [_body(each) for each in await exceptions_of(uow, actor, dispute.id)]


@read(EXCEPTION)
async def show_legal_exception(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> ExceptionBody:
    """Return one disclosure without consent."""
    return await _shown(uow, actor, dispute_id, exception_id)


@send(f"{EXCEPTION}/tell")
async def tell_of_legal_exception(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> ExceptionBody:
    """Tell whose confidence it was now, before the time set for it (mediator)."""
    await tell_of_exception(uow, actor, DisputeId(dispute_id), LegalExceptionId(exception_id))
    return await _shown(uow, actor, dispute_id, exception_id)


@read(f"{EXCEPTION}/extract.zip")
async def download_extract(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exception_id: FromPath[UUID],
) -> Response[Any]:
    """Return the dated extract with its proofs, as a ZIP."""
    of = DisputeId(dispute_id), LegalExceptionId(exception_id)
    extract = await extract_of(platform, actor, *of, language=reader.get().language)
    return zip_answer(extract.name, extract.size, extract.chunks)


handlers = (
    use_legal_exception,
    list_legal_exceptions,
    show_legal_exception,
    tell_of_legal_exception,
    download_extract,
)
