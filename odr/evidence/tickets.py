"""Requests to disclose an exhibit, as its party and the mediator see them; nobody else learns that there are any."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, or_, select

from odr.errors import NotFoundError
from odr.evidence.handing import is_stopped
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Consent, Disclosure, DisclosureState, Form, HandedExhibit, Placement
from odr.evidence.requests import consent_of, has_lapsed, newest_request, terms_of
from odr.evidence.sight import in_sight, visible_placements
from odr.ids import DisclosureId, DisputeId, ExhibitId, PartyId
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing

__all__ = [
    "DisclosureState",
    "DisclosureView",
    "Form",
    "HandingView",
    "disclosure_of",
    "handings_of",
    "tickets_in",
    "visible_handing",
]

LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """A request to disclose, as its party and the mediator see it. ``consented_exhibit_id``: what may cross over.

    ``apart``: for its recipients alone, each in its own caucus; ``stopped``: handed to them, and withdrawn since as a
    wrong disclosure.
    ``lapsed``: its time ran out before it was carried out.
    """

    id: DisclosureId
    exhibit_id: ExhibitId
    state: DisclosureState
    form: Form
    purpose: str
    recipients: tuple[PartyId, ...]
    apart: bool
    stopped: bool
    reason: str
    offered: bool
    asked_at: datetime
    expires_at: datetime
    lapsed: bool
    answered_at: datetime | None
    consented_exhibit_id: ExhibitId | None
    first_opened_at: datetime | None


async def disclosure_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> DisclosureView | None:
    """Return the newest request about an exhibit, for its party and the mediator; ``None`` for everybody else."""
    _, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if not any(placement.kind is SpaceKind.CAUCUS for placement in placements):
        return None
    disclosure = await newest_request(uow, exhibit_id)
    return None if disclosure is None else await view_of(uow, disclosure)


@dataclass(frozen=True, slots=True)
class HandingView:
    """That an exhibit was handed to some of the others, as its party and the mediator see it.

    ``exhibit_id`` is what they got, ``sha256`` (32 bytes) the digest of that version; ``first_opened_at``: since when
    one of them has opened it. ``standing``: it is with them now; ``stopped``: it was withdrawn from them, and may come
    back. The ``may_…`` say what the reader can do now.
    """

    id: DisclosureId
    exhibit_id: ExhibitId
    recipients: tuple[PartyId, ...]
    at: datetime
    sha256: bytes
    first_opened_at: datetime | None
    standing: bool
    stopped: bool
    may_withdraw: bool
    may_stop: bool


async def handings_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[HandingView, ...]:
    """Return to whom an exhibit of a caucus, or what its party let out instead, was handed; nobody else learns any.

    The newest first. Raises :class:`NotFoundError`.
    """
    _, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    apart = [placement for placement in placements if placement.kind is SpaceKind.CAUCUS]
    rows = await uow.session.execute(
        select(Disclosure, Consent)
        .join(Consent, Consent.disclosure_id == Disclosure.id)
        .where(
            Disclosure.caucus_id.in_([placement.space_id for placement in apart]),
            or_(Disclosure.exhibit_id == exhibit_id, Consent.exhibit_id == exhibit_id),
            exists().where(HandedExhibit.disclosure_id == Disclosure.id),
        )
        .order_by(Disclosure.asked_at.desc(), Disclosure.id)
        .limit(LISTED)
    )
    return tuple([await _handing(uow, actor, *row) for row in rows.all()])


async def visible_handing(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, disclosure_id: DisclosureId
) -> HandingView:
    """Return one of them; raises :class:`NotFoundError` for everybody but its party and the mediator."""
    exhibit_id = await uow.session.scalar(
        select(Consent.exhibit_id)
        .join(Disclosure, Disclosure.id == Consent.disclosure_id)
        .join(Placement, Placement.exhibit_id == Consent.exhibit_id)
        .where(
            Disclosure.id == disclosure_id,
            Disclosure.dispute_id == dispute_id,
            Placement.space_id == Disclosure.caucus_id,
            in_sight(actor),
        )
        .limit(1)
    )
    found = () if exhibit_id is None else await handings_of(uow, actor, dispute_id, exhibit_id)
    for handing in found:
        if handing.id == disclosure_id:
            return handing
    raise NotFoundError


async def _handing(uow: UnitOfWork, actor: Actor, disclosure: Disclosure, consent: Consent) -> HandingView:
    rows = (await uow.session.scalars(select(HandedExhibit).where(HandedExhibit.disclosure_id == disclosure.id))).all()
    standing = any(row.withdrawn_at is None for row in rows)
    place = Place(disclosure.dispute_id, disclosure.owner_id, SpaceKind.CAUCUS)
    unopened = disclosure.state is DisclosureState.DISCLOSED and consent.first_opened_at is None
    return HandingView(
        id=disclosure.id,
        exhibit_id=consent.exhibit_id,
        recipients=(await terms_of(uow, disclosure)).recipients,
        at=min(row.handed_at for row in rows),
        sha256=consent.sha256,
        first_opened_at=consent.first_opened_at,
        standing=standing,
        stopped=any(row.quarantined_at is not None for row in rows),
        may_withdraw=standing and unopened and actor.may(Act.CONSENT, Thing.EXHIBIT, place) is not None,
        may_stop=standing and actor.may(Act.QUARANTINE, Thing.EXHIBIT, place) is not None,
    )


async def view_of(uow: UnitOfWork, disclosure: Disclosure) -> DisclosureView:
    """Turn a row into what its party and the mediator see."""
    terms = await terms_of(uow, disclosure)
    consent = await consent_of(uow, disclosure.id)
    return DisclosureView(
        id=disclosure.id,
        exhibit_id=disclosure.exhibit_id,
        state=disclosure.state,
        form=disclosure.form,
        purpose=terms.purpose,
        recipients=terms.recipients,
        apart=disclosure.apart,
        stopped=disclosure.apart and bool(await uow.session.scalar(select(is_stopped(disclosure.id)))),
        reason=terms.reason,
        offered=disclosure.offered,
        asked_at=disclosure.asked_at,
        expires_at=disclosure.expires_at,
        lapsed=has_lapsed(uow, disclosure),
        answered_at=disclosure.answered_at,
        consented_exhibit_id=consent.exhibit_id if consent else None,
        first_opened_at=consent.first_opened_at if consent else None,
    )


async def tickets_in(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts) -> tuple[tuple[str, str, DisclosureView], ...]:
    """Return what was asked or offered about a caucus's exhibits, the newest first: number, title, and the request.

    What was destroyed has no title.
    """
    columns = Columns(Placement.dispute_id, Placement.owner_id, Placement.kind)
    rows = (
        await uow.session.execute(
            select(Disclosure, Placement)
            .join(Placement, Placement.exhibit_id == Disclosure.exhibit_id)
            .where(
                Disclosure.caucus_id == caucus.id,
                Placement.space_id == caucus.id,
                Placement.withdrawn_at.is_(None),
                readable(actor, Thing.EXHIBIT, columns),
            )
            .order_by(Disclosure.asked_at.desc(), Disclosure.id)
            .limit(LISTED)
        )
    ).all()
    labels = await read_labels(uow, [placement for _, placement in rows])
    return tuple(
        [
            (number_of(placement), label.title if label.file_name else "", await view_of(uow, disclosure))
            for (disclosure, placement), label in zip(rows, labels, strict=True)
        ]
    )
