"""Wrong disclosures: stopped at once, who had opened them, what readers say of their copies, what was decided."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.crossing.exhibits import quarantine_exhibit
from odr.crossing.messages import quarantine_message
from odr.crossing.offers import quarantine_offer
from odr.crossing.quarantine import answer_about_copies, remove_quarantined, restore_quarantined
from odr.crossing.withdrawn import (
    Copies,
    Outcome,
    QuarantineView,
    quarantines_of,
    visible_quarantine,
    withdrawn_copy,
)
from odr.disputes.queries import visible_dispute
from odr.ids import DisputeId, ExhibitId, MessageId, OfferId, PartyId, QuarantineId, SpaceId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.exhibits import EXHIBIT
from web.api.offers import OFFER
from web.api.rooms import ROOMS
from web.api.shapes import Text, shown
from web.crossing.quarantines import paper_record

QUARANTINES: Final = "/disputes/{dispute_id:uuid}/quarantines"
QUARANTINE: Final = f"{QUARANTINES}/{{quarantine_id:uuid}}"


class CopyHolder(msgspec.Struct):
    """Who had opened what was withdrawn, when first, and what they say of their copies."""

    account_id: UUID
    name: str
    party: str
    opened_at: datetime
    asked: bool
    copies: Copies | None
    answered_at: datetime | None


class QuarantineBody(msgspec.Struct):
    """What was withdrawn from the table, as its party and the mediator see it.

    ``apart``: it was a sentence that some of the others read, each in its own caucus.
    """

    id: UUID
    exhibit_id: UUID | None
    offer_id: UUID | None
    apart: bool
    party_id: UUID
    number: str
    title: str
    sha256: str
    why: str
    outcome: Outcome
    begun_by: str
    begun_at: datetime
    ended_by: str
    ended_at: datetime | None
    readers: list[CopyHolder]


class WithdrawnCopyBody(msgspec.Struct):
    """What a reader is asked: of what, when they had opened it, what they said. ``apart``: it was in their caucus."""

    id: UUID
    number: str
    offer_id: UUID | None
    apart: bool
    withdrawn_at: datetime
    opened_at: datetime
    copies: Copies | None


class Stop(msgspec.Struct, forbid_unknown_fields=True):
    """What happened; whose secret it is, where the thing is no party's own."""

    why: Text
    concerns: UUID | None = None


class StopOffer(msgspec.Struct, forbid_unknown_fields=True):
    """What happened."""

    why: Text


class CopiesAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """What became of one's copies."""

    copies: Copies


def _body(view: QuarantineView) -> QuarantineBody:
    return shown(view, QuarantineBody, readers=[shown(each, CopyHolder) for each in view.readers])


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, quarantine_id: UUID) -> QuarantineBody:
    return _body(await visible_quarantine(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id)))


@create(f"{EXHIBIT}/quarantine")
async def stop_exhibit(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Stop],
) -> QuarantineBody:
    """Withdraw an exhibit from the table at once (its party, or the mediator)."""
    concerns = PartyId(data.concerns) if data.concerns else None
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    made = await quarantine_exhibit(uow, actor, *of, why=data.why, concerns=concerns)
    return await _shown(uow, actor, dispute_id, made)


@create(f"{ROOMS}/{{space_id:uuid}}/messages/{{message_id:uuid}}/quarantine")
async def stop_message(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
    data: JSONBody[Stop],
) -> QuarantineBody:
    """Withdraw a message from the table at once (its party, or the mediator; one of the mediator's, any party)."""
    concerns = PartyId(data.concerns) if data.concerns else None
    of = DisputeId(dispute_id), SpaceId(space_id), MessageId(message_id)
    made = await quarantine_message(uow, actor, *of, why=data.why, concerns=concerns)
    return await _shown(uow, actor, dispute_id, made)


@create(f"{OFFER}/quarantine")
async def stop_offer(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    offer_id: FromPath[UUID],
    data: JSONBody[StopOffer],
) -> QuarantineBody:
    """Withdraw an offer from the table at once, whatever was answered (its party, or the mediator)."""
    made = await quarantine_offer(uow, actor, DisputeId(dispute_id), OfferId(offer_id), why=data.why)
    return await _shown(uow, actor, dispute_id, made)


@read(QUARANTINES)
async def list_quarantines(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[QuarantineBody]:
    """Return what was withdrawn from a dispute's table; for the party concerned and the mediator."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [_body(each) for each in await quarantines_of(uow, actor, dispute.id)]


@read(QUARANTINE)
async def show_quarantine(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> QuarantineBody:
    """Return one disclosure that was stopped, with who had read it."""
    return await _shown(uow, actor, dispute_id, quarantine_id)


@read(f"{QUARANTINE}/record", media_type="application/pdf")
async def read_drill_record(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> Response[bytes]:
    """Return the dated record of a wrong disclosure as PDF, for the party concerned and the mediator."""
    return await paper_record(platform, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))


@send(f"{QUARANTINE}/restore")
async def put_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> QuarantineBody:
    """Put it back in its place (the party concerned)."""
    await restore_quarantined(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return await _shown(uow, actor, dispute_id, quarantine_id)


@send(f"{QUARANTINE}/remove")
async def take_out_for_good(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> QuarantineBody:
    """Take it out for good (the party concerned, or the mediator)."""
    await remove_quarantined(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return await _shown(uow, actor, dispute_id, quarantine_id)


@read(f"{QUARANTINE}/copies")
async def show_copies_question(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
) -> WithdrawnCopyBody:
    """Return what a reader is asked about their copies."""
    found = await withdrawn_copy(uow, actor, DisputeId(dispute_id), QuarantineId(quarantine_id))
    return shown(found, WithdrawnCopyBody)


@send(f"{QUARANTINE}/copies")
async def answer_copies_question(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    quarantine_id: FromPath[UUID],
    data: JSONBody[CopiesAnswer],
) -> WithdrawnCopyBody:
    """Say what became of one's copies."""
    of = DisputeId(dispute_id), QuarantineId(quarantine_id)
    await answer_about_copies(uow, actor, *of, copies=data.copies)
    return shown(await withdrawn_copy(uow, actor, *of), WithdrawnCopyBody)


handlers = (
    stop_exhibit,
    stop_message,
    stop_offer,
    list_quarantines,
    show_quarantine,
    read_drill_record,
    put_back,
    take_out_for_good,
    show_copies_question,
    answer_copies_question,
)
