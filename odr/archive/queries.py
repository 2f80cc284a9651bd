"""What may be seen of the archive: sealed records as metadata, what their checks found, who may read one.

The record of a complaint that two companies settled between them is theirs: who keeps the archive isn't told of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select

from odr.archive.models import AccessRequest, AccessState, Record, RecordCheck
from odr.disputes.models import Dispute
from odr.disputes.queries import Stage
from odr.errors import NotFoundError
from odr.ids import AccessId, DisputeId, RecordId
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor, CentreRole, Place
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "PAGE",
    "CheckView",
    "ProofView",
    "RecordPage",
    "RecordView",
    "Stage",
    "is_keeper",
    "last_check",
    "proof_of",
    "record_of_dispute",
    "records_for",
    "standing_access",
    "visible_record",
]

PAGE: Final = 50
_KEEPERS: Final = (CentreRole.ARCHIVIST, CentreRole.SECRETARIAT)
_KEPT: Final = Dispute.is_complaint.is_(False)


@dataclass(frozen=True, slots=True)
class RecordView:
    """A sealed record's metadata. ``seal`` and ``sha256``: 32 bytes; ``size`` in bytes; ``stage`` is today's."""

    id: RecordId
    dispute_id: DisputeId
    reference: str
    outcome: Stage
    stage: Stage
    sealed_at: datetime
    size: int
    seal: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Up to 50 records, the newest first; ``older`` continues the list (empty at its end)."""

    rows: tuple[RecordView, ...]
    older: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the offline verifier found: for each of its four questions its status and its words in both languages."""

    checked_at: datetime
    holds: bool
    verdicts: tuple[tuple[str, str, str, str], ...]  # name, status, English, French


@dataclass(frozen=True, slots=True)
class ProofView:
    """How far a seal is proved: ``complete`` once it stands in a signed checkpoint; who stamped its time.

    ``stamps`` are (authority, whether it is independent).
    """

    complete: bool
    stamps: tuple[tuple[str, bool], ...]


def is_keeper(actor: Actor) -> bool:
    """Tell whether the actor looks after the archive: archivists and the secretariat."""
    return any(actor.is_a(role) for role in _KEEPERS)


async def records_for(uow: UnitOfWork, actor: Actor, *, search: str = "", after: str = "") -> RecordPage:
    """Return sealed records as metadata, the newest first, 50 a page; raises NotFoundError for whoever keeps none.

    ``search`` looks into references; ``after`` is a former page's ``older``.
    """
    if not is_keeper(actor):
        raise NotFoundError
    wanted: list[ColumnElement[bool]] = [_KEPT]
    if search.strip():
        wanted.append(Record.reference.icontains(search.strip()[:40], autoescape=True))
    mark = _read_mark(after)
    if mark is not None:
        since, last = mark
        wanted.append(or_(Record.sealed_at < since, and_(Record.sealed_at == since, Record.id > last)))
    rows = (
        await uow.session.execute(
            select(Record, Dispute.stage)
            .join(Dispute, Dispute.id == Record.dispute_id)
            .where(*wanted)
            .order_by(Record.sealed_at.desc(), Record.id)
            .limit(PAGE + 1)
        )
    ).all()
    shown = tuple(_view(record, stage) for record, stage in rows[:PAGE])
    return RecordPage(shown, f"{shown[-1].sealed_at.isoformat()}_{shown[-1].id}" if len(rows) > PAGE else "")


async def visible_record(uow: UnitOfWork, actor: Actor, record_id: RecordId) -> RecordView:
    """Return a record's metadata for who keeps the archive; raises :class:`NotFoundError` otherwise."""
    found = await _record(uow, and_(Record.id == record_id, _KEPT))
    if found is None or not is_keeper(actor):
        raise NotFoundError
    return found


async def record_of_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> RecordView | None:
    """Return the record of a dispute at whose table the actor sits, or that they keep; ``None`` while it is not sealed.

    Raises :class:`NotFoundError` for everybody else.
    """
    if actor.may(Act.READ, Thing.EVENT, Place(dispute_id, None, SpaceKind.JOINT)) is not None:
        return await _record(uow, Record.dispute_id == dispute_id)
    if not is_keeper(actor):
        raise NotFoundError
    return await _record(uow, and_(Record.dispute_id == dispute_id, _KEPT))


async def _record(uow: UnitOfWork, which: ColumnElement[bool]) -> RecordView | None:
    row = (
        await uow.session.execute(
            select(Record, Dispute.stage).join(Dispute, Dispute.id == Record.dispute_id).where(which)
        )
    ).one_or_none()
    return None if row is None else _view(row[0], row[1])


def _view(record: Record, stage: Stage) -> RecordView:
    return RecordView(
        id=record.id,
        dispute_id=record.dispute_id,
        reference=record.reference,
        outcome=Stage(record.outcome),
        stage=stage,
        sealed_at=record.sealed_at,
        size=record.size,
        seal=record.seal,
        sha256=record.sha256,
    )


async def last_check(uow: UnitOfWork, record: RecordView) -> CheckView | None:
    """Return what the newest check of a record found. The record is one that the reader may see."""
    row = await uow.session.scalar(
        select(RecordCheck).where(RecordCheck.record_id == record.id).order_by(RecordCheck.id.desc()).limit(1)
    )
    if row is None:
        return None
    verdicts = tuple(
        (name, str(said["status"]), str(said["english"]), str(said["french"])) for name, said in row.verdicts.items()
    )
    return CheckView(row.checked_at, row.holds, verdicts)


async def proof_of(uow: UnitOfWork, record: RecordView) -> ProofView:
    """Return how far a record's seal is proved. The record is one that the reader may see."""
    row = await uow.session.get_one(Record, record.id)
    receipt = await uow.vault.ledger.receipt(uow.session, space_ref(row), row.event_index)
    return ProofView(receipt.complete, tuple((stamp.authority, stamp.independent) for stamp in receipt.stamps))


async def standing_access(uow: UnitOfWork, actor: Actor, record_id: RecordId) -> AccessId | None:
    """Return the request under which the actor, an archivist, may read a record now, if there is one."""
    if not actor.is_a(CentreRole.ARCHIVIST):
        return None
    return await uow.session.scalar(
        select(AccessRequest.id)
        .where(
            AccessRequest.record_id == record_id,
            AccessRequest.asked_by == actor.account_id,
            AccessRequest.state == AccessState.AUTHORISED,
            AccessRequest.expires_at > uow.now(),
        )
        .order_by(AccessRequest.expires_at.desc())
        .limit(1)
    )


def _read_mark(text: str) -> tuple[datetime, RecordId] | None:
    since, _mark, last = text.partition("_")
    try:
        when = datetime.fromisoformat(since)
        return (when, msgspec.convert(last, RecordId)) if when.tzinfo is not None else None
    except (ValueError, msgspec.ValidationError):
        return None
