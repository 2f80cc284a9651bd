"""Requests to disclose an exhibit, as its party and the mediator see them; nobody else learns that there are any."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from odr.evidence.disclosures import consent_of, has_lapsed, newest_request, terms_of
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import Disclosure, DisclosureState, Form, Placement
from odr.evidence.sight import visible_placements
from odr.ids import DisclosureId, DisputeId, ExhibitId, PartyId
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import SpaceKind, Thing

__all__ = ["DisclosureState", "DisclosureView", "Form", "disclosure_of", "tickets_in"]

LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """A request to disclose, as its party and the mediator see it. ``consented_exhibit_id``: what may cross over.

    ``lapsed``: its time ran out before it was carried out.
    """

    id: DisclosureId
    exhibit_id: ExhibitId
    state: DisclosureState
    form: Form
    purpose: str
    recipients: tuple[PartyId, ...]
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
    """Return what was asked or offered about a caucus's exhibits, the newest first: number, title, and the request."""
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
    labels = await read_labels(uow, [row[1] for row in rows])
    return tuple(
        [(number_of(row[1]), label.title, await view_of(uow, row[0])) for row, label in zip(rows, labels, strict=True)]
    )
