"""Requests to disclose that lapse: the mediator to whom the consents were given has left the table."""

from sqlalchemy import select, update

from odr.evidence.events import ConsentWithdrawn
from odr.evidence.models import Consent, Disclosure, DisclosureState
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork

_BECAUSE = "V11"
"""The line of the visibility table that a consent stands under: what a party lodged apart stays in its hands."""


async def lapse_requests(uow: UnitOfWork, dispute_id: DisputeId) -> None:
    """End every request that was asked or consented to and not yet used. What crossed over already stays there."""
    rows = await uow.session.scalars(
        select(Disclosure)
        .where(
            Disclosure.dispute_id == dispute_id,
            Disclosure.state.in_({DisclosureState.ASKED, DisclosureState.CONSENTED}),
        )
        .with_for_update()
    )
    for row in rows.all():
        row.state = DisclosureState.WITHDRAWN
        await uow.session.execute(update(Consent).where(Consent.disclosure_id == row.id).values(withdrawn_at=uow.now()))
        await uow.record(
            ConsentWithdrawn(
                dispute_id=dispute_id, space_id=row.caucus_id, rule=_BECAUSE, actor_id=None, disclosure_id=row.id
            )
        )
