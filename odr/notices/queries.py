"""What a person was told, as their own page shows it, and whether their mails arrive."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true

from odr.disputes.models import Dispute
from odr.ids import DisputeId, JobId
from odr.notices.models import Bounce, Notice
from odr.notices.terms import How, NoticeKind
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = ["FOR_KEEPERS", "Mailbox", "NoticePage", "NoticeRow", "leads_to", "mailbox_of", "notices_of"]

PAGE: Final = 50
_ANOTHER: Final = DisputeId(UUID(int=0))  # a dispute at whose table nobody sits
COUNTED: Final = 100
"""More unread notices than this are not counted further: the page says "99+"."""
_OF_MEETINGS: Final = frozenset(
    {
        NoticeKind.MEETING_CALLED,
        NoticeKind.MEETING_CHANGED,
        NoticeKind.MEETING_NEAR,
        NoticeKind.MEETING_TO_NOTE,
        NoticeKind.MINUTES_PUBLISHED,
        NoticeKind.MINUTES_ANSWERED,
        NoticeKind.MINUTES_UNANSWERED,
    }
)
_OF_OFFERS: Final = frozenset({NoticeKind.OFFER_MADE, NoticeKind.OFFER_ANSWERED, NoticeKind.OFFER_ENDED})
FOR_KEEPERS: Final = frozenset({NoticeKind.ACCESS_ASKED, NoticeKind.ACCESS_DECIDED, NoticeKind.REOPENING_ASKED})
"""What is decided in the archive, by people who have no seat at the dispute's table."""

OWN_PAST: Final = frozenset({NoticeKind.APPOINTMENT_OVER})
"""What concerns somebody who has just left the table: their own appointment."""


class NoticeRow(msgspec.Struct, frozen=True):
    """One notice. ``reference`` is empty where it is about no dispute; ``how`` tells whether a mail goes with it."""

    id: JobId
    kind: NoticeKind
    dispute_id: DisputeId | None
    reference: str
    at: datetime
    how: How
    sent_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of notices, the latest first. ``older``: what to ask for the next one with, or empty."""

    rows: tuple[NoticeRow, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What every page's frame says of one's notices: how many are unread, and whether one's address refuses mails."""

    unread: int
    failing: bool


def leads_to(kind: NoticeKind, dispute_id: DisputeId | None) -> str:
    """Return the path where a person does what a notice is about."""
    if kind is NoticeKind.STORE_DAMAGED:
        return "/operations"
    if kind in {NoticeKind.TARGET_NEAR, NoticeKind.TARGET_MISSED}:
        return "/response-times"
    if kind in FOR_KEEPERS:
        return "/archive"
    if kind in _OF_MEETINGS | _OF_OFFERS:
        return f"/disputes/{dispute_id}/{'meetings' if kind in _OF_MEETINGS else 'offers'}"
    if kind in OWN_PAST:
        return "/appointments"
    return f"/disputes/{dispute_id}" if dispute_id else "/"


def own(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of a person's notices about what they may still know of: who leaves a table leaves these."""
    known = true() if _knows(actor, _ANOTHER) else Notice.dispute_id.in_(_disputes_of(actor))
    keeps = Notice.kind.in_(sorted(FOR_KEEPERS | OWN_PAST))
    return and_(Notice.account_id == actor.account_id, or_(Notice.dispute_id.is_(None), keeps, known))


def _disputes_of(actor: Actor) -> list[DisputeId]:
    return sorted({seat.dispute_id for seat in actor.seats if _knows(actor, seat.dispute_id)})


def _knows(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether a dispute exists for the actor."""
    return actor.may(Act.READ, Thing.DISPUTE, Place(dispute_id, None, SpaceKind.PROCEDURE)) is not None


async def notices_of(uow: UnitOfWork, actor: Actor, *, before: str = "") -> NoticePage:
    """Return a person's notices, 50 a page; ``before`` is what the former page gave as ``older``.

    Those of one instant stand in the order of their kinds: an order by lot would differ each time.
    """
    moment, _, rest = before.partition("~")
    kind, _, last = rest.partition("~")
    try:
        same = Notice.at == datetime.fromisoformat(moment)
        edge = or_(
            Notice.at < datetime.fromisoformat(moment),
            and_(same, Notice.kind > kind),
            and_(same, Notice.kind == kind, Notice.id < UUID(last)),
        )
    except ValueError:
        edge = true()
    rows = (
        await uow.session.execute(
            select(Notice, Dispute.reference)
            .outerjoin(Dispute, Dispute.id == Notice.dispute_id)
            .where(own(actor), edge)
            .order_by(Notice.at.desc(), Notice.kind, Notice.id.desc())
            .limit(PAGE + 1)
        )
    ).all()
    shown = tuple(
        NoticeRow(
            row.id,
            NoticeKind(row.kind),
            row.dispute_id,
            reference or "",
            row.at,
            row.how,
            row.sent_at,
            row.read_at,
        )
        for row, reference in rows[:PAGE]
    )
    older = f"{shown[-1].at.isoformat()}~{shown[-1].kind}~{shown[-1].id}" if len(rows) > PAGE else ""
    return NoticePage(shown, older)


async def mailbox_of(uow: UnitOfWork, actor: Actor) -> Mailbox:
    """Return what the frame of a person's pages says. It counts their own notices, and nothing else."""
    unread, failing = (await uow.session.execute(_frame_of(actor))).one()
    return Mailbox(unread=unread, failing=bool(failing))


@lru_cache(maxsize=128)
def _frame_of(actor: Actor) -> Select[int, bool]:
    """Return the question that every page asks for its frame: to word its condition takes longer than to ask it."""
    unread = select(Notice.id).where(own(actor), Notice.read_at.is_(None)).limit(COUNTED).subquery()
    failing = exists().where(Bounce.account_id == actor.account_id, Bounce.mended_at.is_(None))
    return select(select(func.count()).select_from(unread).scalar_subquery(), failing)
