"""Who a notice goes to: resolved from the seats and roles of this moment, once for all recipients."""

from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from odr.archive.models import AccessRequest, Reopening
from odr.crossing.models import QuarantineReader
from odr.evidence.models import Disclosure
from odr.expertise.models import Mission
from odr.ids import AccountId, DisputeId, PartyId, SpaceId
from odr.notices.terms import Audience
from odr.people.models import Account, RoleGrant, SeatRow
from odr.spaces.models import Space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import CentreRole, SeatRole

_CENTRE: Final = {
    Audience.SECRETARIAT: CentreRole.SECRETARIAT,
    Audience.ARCHIVISTS: CentreRole.ARCHIVIST,
    Audience.ADMINISTRATORS: CentreRole.ADMINISTRATOR,
}


async def audience_of(
    uow: UnitOfWork,
    whom: Audience,
    *,
    dispute_id: DisputeId,
    space_id: SpaceId,
    subject_id: UUID | None,
    actor_id: AccountId | None,
) -> tuple[AccountId, ...]:
    """Return the accounts to tell: living ones, each once, never the actor."""
    if whom in _CENTRE:
        rows = await uow.session.scalars(select(RoleGrant.account_id).where(RoleGrant.role == _CENTRE[whom]))
        found = set(rows)
    elif whom in {Audience.ASKER, Audience.SUBJECT}:
        found = await _concerned(uow, subject_id, asks=whom is Audience.ASKER)
    elif whom is Audience.READERS:
        asked = select(QuarantineReader.account_id).where(
            QuarantineReader.quarantine_id == subject_id, QuarantineReader.asked
        )
        found = set(await uow.session.scalars(asked))
    else:
        found = await _seated(uow, whom, dispute_id, space_id, actor_id)
    if actor_id is not None:
        found.discard(actor_id)
    living = await uow.session.scalars(
        select(Account.id).where(Account.id.in_(found), Account.disabled_at.is_(None)).order_by(Account.id)
    )
    return tuple(living)


async def _seated(
    uow: UnitOfWork, whom: Audience, dispute_id: DisputeId, space_id: SpaceId, actor_id: AccountId | None
) -> set[AccountId]:
    seats = list(
        await uow.session.scalars(
            select(SeatRow).where(
                SeatRow.dispute_id == dispute_id, or_(SeatRow.until.is_(None), SeatRow.until > uow.now())
            )
        )
    )
    own: PartyId | None = None
    if whom is Audience.OWN_PARTY:
        own = await uow.session.scalar(select(Space.party_id).where(Space.id == space_id))
    elif whom is Audience.OTHER_PARTIES:
        own = next((seat.party_id for seat in seats if seat.account_id == actor_id), None)
    return {seat.account_id for seat in seats if _belongs(whom, seat, seat.role_at(uow.now()), own)}


def _belongs(whom: Audience, seat: SeatRow, role: SeatRole, own: PartyId | None) -> bool:
    is_party = seat.party_id is not None
    wanted = {
        Audience.PARTIES: is_party,
        Audience.OWN_PARTY: is_party and seat.party_id == own,
        Audience.OTHER_PARTIES: is_party and seat.party_id != own,
        Audience.MEDIATOR: seat.role is SeatRole.MEDIATOR,
        Audience.EXPERT: seat.role is SeatRole.EXPERT,
        Audience.TABLE: is_party or seat.role is SeatRole.MEDIATOR,
        Audience.SIGNATORIES: is_party and role is SeatRole.REPRESENTATIVE,
    }
    return wanted.get(whom, False)


async def _concerned(uow: UnitOfWork, subject_id: UUID | None, *, asks: bool) -> set[AccountId]:
    """Return the account that an event's subject names, or that asked what the subject is about."""
    if subject_id is None:
        return set()
    columns = (
        (
            select(AccessRequest.asked_by).where(AccessRequest.id == subject_id),
            select(Reopening.asked_by).where(Reopening.id == subject_id),
            select(Disclosure.asked_by).where(Disclosure.id == subject_id),
        )
        if asks
        else (
            select(Account.id).where(Account.id == subject_id),
            select(SeatRow.account_id).where(SeatRow.id == subject_id),
            select(Mission.expert_id).where(Mission.id == subject_id),
        )
    )
    for query in columns:
        found = await uow.session.scalar(query)
        if found is not None:
            return {found}
    return set()
