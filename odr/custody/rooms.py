"""Destroying a room: its key, all that is sealed under it, and what stands in no other room."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from odr.agreements.stopped import empty_drafts_of
from odr.crossing.models import Handing, Quarantine, Statement
from odr.crossing.quarantine import forget_quarantines
from odr.custody.shredding import JSONItem, shown, versions_of
from odr.database import Base
from odr.disputes.holds import refuse_if_held
from odr.errors import ConflictError
from odr.evidence.handing import STANDS as HANDED_STANDS
from odr.evidence.models import Consent, Disclosure, FormerPlacement, HandedExhibit, Opening, Placement
from odr.evidence.withdrawing import STANDS
from odr.exceptions.models import LegalException
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, SpaceId
from odr.losses.models import LossLine, LossShare
from odr.offers.models import Offer, OfferAnswer, OfferReading
from odr.parties.models import Mandate
from odr.sessions.models import Meeting, Minutes, MinutesAnswer, MinutesDraft
from odr.spaces.models import Message, Reading, Space
from odr.unit_of_work import UnitOfWork
from vault import SpaceRef

OF_A_ROOM: Final[Mapping[type[Base], InstrumentedAttribute[SpaceId]]] = {
    Placement: Placement.space_id,
    HandedExhibit: HandedExhibit.space_id,
    Message: Message.space_id,
    Meeting: Meeting.space_id,
    Minutes: Minutes.space_id,
    MinutesDraft: MinutesDraft.space_id,
    Offer: Offer.space_id,
    LossLine: LossLine.space_id,
    LossShare: LossShare.space_id,
    Mandate: Mandate.space_id,
    LegalException: LegalException.space_id,
    Disclosure: Disclosure.caucus_id,
    Statement: Statement.caucus_id,
    Handing: Handing.caucus_id,
}
"""Rows that end with their room: without its key nobody could read what they say. What hangs on them goes first."""
_HANGING: Final[tuple[tuple[type[Base], InstrumentedAttribute[Any], type[Base], InstrumentedAttribute[Any]], ...]] = (
    (FormerPlacement, FormerPlacement.placement_id, Placement, Placement.id),
    (Opening, Opening.placement_id, Placement, Placement.id),
    (Opening, Opening.placement_id, HandedExhibit, HandedExhibit.id),
    (Reading, Reading.message_id, Message, Message.id),
    (MinutesAnswer, MinutesAnswer.minutes_id, Minutes, Minutes.id),
    (OfferReading, OfferReading.offer_id, Offer, Offer.id),
    (OfferAnswer, OfferAnswer.offer_id, Offer, Offer.id),
    (Consent, Consent.disclosure_id, Disclosure, Disclosure.id),
)


async def refuse_if_room_held(uow: UnitOfWork, dispute_id: DisputeId, space_id: SpaceId) -> None:
    """Raise ConflictError ``legal_hold`` while a hold covers the dispute, or an exhibit that the room's end reaches."""
    stopped = await uow.session.scalars(select(Quarantine.exhibit_id).where(Quarantine.caucus_id == space_id))
    reached = await _inside(uow, space_id) | await _last_with(uow, space_id)
    reached |= {exhibit_id for exhibit_id in stopped.all() if exhibit_id is not None}
    await refuse_if_held(uow, dispute_id, *reached)


async def shred_space(uow: UnitOfWork, dispute_id: DisputeId, space_id: SpaceId) -> list[JSONItem]:
    """Destroy a room: its key, all that is sealed under it, and every version of an exhibit that is in no other room.

    Raises ItemHeldError, ConflictError ``needed`` while its party has yet to be told something of it.
    """
    untold = select(LegalException.id).where(LegalException.space_id == space_id, LegalException.told_at.is_(None))
    if await uow.session.scalar(untold.limit(1)) is not None:
        raise ConflictError("needed")
    for offer_id in await forget_quarantines(uow, space_id):
        await empty_drafts_of(uow, offer_id)
    inside = await _inside(uow, space_id) | await _last_with(uow, space_id)
    elsewhere = await _standing_elsewhere(uow, inside, space_id)
    destroyed: list[JSONItem] = []
    for exhibit_id in sorted(inside):
        for number, each in enumerate(await versions_of(uow, dispute_id, exhibit_id), 1):
            if each.item.item not in elsewhere:
                await uow.vault.destroy(uow.session, each.item)
                destroyed += [] if each.destroyed else [shown(number, each)]
    for hanging, on, owner, owner_id in _HANGING:
        owners = select(owner_id).where(OF_A_ROOM[owner] == space_id)
        await uow.session.execute(delete(hanging).where(on.in_(owners)))
    for ending, room in OF_A_ROOM.items():
        await uow.session.execute(delete(ending).where(room == space_id))
    await uow.session.execute(delete(Space).where(Space.id == space_id))
    await uow.vault.keys.destroy_space(uow.session, SpaceRef(dispute_id, space_id))
    return destroyed


async def _inside(uow: UnitOfWork, space_id: SpaceId) -> set[ExhibitId]:
    return set(await uow.session.scalars(select(Placement.exhibit_id).where(Placement.space_id == space_id)))


async def _last_with(uow: UnitOfWork, space_id: SpaceId) -> set[ExhibitId]:
    """Return of which exhibits a version stands nowhere any more but with the party it was handed to, in this room."""
    rows = await uow.session.execute(
        select(HandedExhibit.exhibit_id, HandedExhibit.version_id).where(
            HandedExhibit.space_id == space_id, HANDED_STANDS
        )
    )
    handed = {version_id: exhibit_id for exhibit_id, version_id in rows.all()}
    elsewhere = await _standing_elsewhere(uow, set(handed.values()), space_id)
    return {exhibit_id for version_id, exhibit_id in handed.items() if version_id not in elsewhere}


async def _standing_elsewhere(uow: UnitOfWork, exhibits: set[ExhibitId], space_id: SpaceId) -> set[ExhibitVersionId]:
    """Return which versions of these stand in another room, or did before others replaced them there.

    What was taken back stands nowhere; what was stopped, and may come back, does.
    """
    stands = (
        Placement.exhibit_id.in_(exhibits),
        Placement.space_id != space_id,
        STANDS,
    )
    current = set(await uow.session.scalars(select(Placement.version_id).where(*stands)))
    former = select(FormerPlacement.version_id).join(Placement, Placement.id == FormerPlacement.placement_id)
    handed = select(HandedExhibit.version_id).where(
        HandedExhibit.exhibit_id.in_(exhibits), HandedExhibit.space_id != space_id, HANDED_STANDS
    )
    elsewhere = current | set(await uow.session.scalars(handed))
    return elsewhere | set(await uow.session.scalars(former.where(*stands)))
