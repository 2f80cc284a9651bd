"""Addresses that refuse our mails: marked, shown to who can mend it, and mended. The notice stays on the site."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select, update

from odr.disputes.models import InvitationMail
from odr.errors import NotPermittedError
from odr.ids import AccountId, DisputeId, InvitationId
from odr.notices.choices import choices_of, next_digest
from odr.notices.models import Bounce, Notice
from odr.notices.reports import Report
from odr.notices.terms import IN_SIGHT, How
from odr.people.models import Account, Invitation, SeatRow
from odr.people.queries import account_of, masked
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

WAITING: Final = "send_digest"
"""The job that mails what waited, once an address is mended."""


@dataclass(frozen=True, slots=True)
class Failing:
    """Somebody of a dispute whom our mails do not reach: their name, the address as its holder knows it, since when.

    ``invited``: they have no seat yet, it was the invitation that came back.
    """

    name: str
    address: str
    status: str
    since: datetime
    invited: bool


async def is_failing(uow: UnitOfWork, account_id: AccountId) -> bool:
    """Tell whether a person's address has refused a mail of ours, and was not mended since."""
    query = select(Bounce.id).where(Bounce.account_id == account_id, Bounce.mended_at.is_(None)).limit(1)
    return await uow.session.scalar(query) is not None


async def note_bounce(uow: UnitOfWork, mail_id: UUID, status: str) -> bool:
    """Mark the address that a mail of ours went to as failing; ``False`` if no such mail is known, or it is noted."""
    bounce = await _bounce_of(uow, mail_id, status)
    if bounce is None or await uow.session.get(Bounce, mail_id) is not None:
        return False
    uow.session.add(bounce)
    await uow.session.flush()
    if bounce.account_id is not None:  # what was mailed to a wall is not sent: it waits until the address is mended
        await uow.session.execute(update(Notice).where(Notice.mail_id == mail_id).values(sent_at=None))
    return True


async def take_report(uow: UnitOfWork, report: Report) -> bool:
    """Note what a delivery status notification says; ``False`` where it is about no address that we wrote to.

    A mail that its reader has forwarded elsewhere may come back from there: that says nothing of their own address.
    """
    wrote_to = await _address_of(uow, report.mail_id)
    if wrote_to is None or wrote_to.lower() not in report.addresses:
        return False
    return await note_bounce(uow, report.mail_id, report.status)


async def mend_address(uow: UnitOfWork, account_id: AccountId) -> None:
    """A person says that their address takes mails again, or has another one: what waited is mailed in one digest."""
    await uow.session.execute(
        update(Bounce)
        .where(Bounce.account_id == account_id, Bounce.mended_at.is_(None))
        .values(mended_at=uow.now())
        .execution_options(synchronize_session=False)
    )
    await uow.enqueue(WAITING, {"account_id": str(account_id), "waited": True})


async def failing_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[Failing, ...]:
    """Return whom of a dispute our mails do not reach; for the secretariat, who can ask them another way.

    It reads no more than it would have if nothing had been said apart: see :func:`_noticed_in_sight`. An invitation
    that came back is told where the secretariat sent it; one into a team is its party's own affair.
    """
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    seated = await uow.session.execute(
        select(Account, Bounce)
        .join(Bounce, Bounce.account_id == Account.id)
        .join(SeatRow, SeatRow.account_id == Account.id)
        .where(
            SeatRow.dispute_id == dispute_id,
            SeatRow.until.is_(None) | (SeatRow.until > uow.now()),
            Bounce.mended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .order_by(Bounce.at, Bounce.id)
    )
    first: dict[AccountId, tuple[Account, Bounce]] = {}
    for account, bounce in seated:
        first.setdefault(account.id, (account, bounce))
    people: list[Failing] = []
    for account, bounce in first.values():
        since = await _noticed_in_sight(uow, account, bounce)
        if since is not None:
            people.append(Failing(account.name, masked(account.email), bounce.status, since, False))
    invited = await uow.session.execute(
        select(Invitation.name, Invitation.email, Bounce.status, Bounce.at)
        .join(Bounce, Bounce.invitation_id == Invitation.id)
        .join(InvitationMail, InvitationMail.invitation_id == Invitation.id)
        .where(
            Invitation.dispute_id == dispute_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > uow.now(),
            Bounce.mended_at.is_(None),
        )
        .order_by(Bounce.at)
    )
    links = {row.email: Failing(row.name, masked(row.email), row.status, row.at, True) for row in invited}
    return (*links.values(), *sorted(people, key=lambda each: (each.since, each.name)))


async def came_back(uow: UnitOfWork, links: Collection[InvitationId]) -> frozenset[InvitationId]:
    """Return which of these links' mails came back; for whoever may read the links themselves."""
    query = select(Bounce.invitation_id).where(Bounce.invitation_id.in_(links), Bounce.mended_at.is_(None))
    return frozenset(each for each in await uow.session.scalars(query) if each is not None)


async def _noticed_in_sight(uow: UnitOfWork, account: Account, bounce: Bounce) -> datetime | None:
    """Return when a failing address would have been noticed had nothing happened apart; None where not yet.

    That is when the first mail of what all may know of came back, or would have: none is sent while an address fails.
    """
    notices = await uow.session.scalars(
        select(Notice).where(
            Notice.account_id == account.id,
            Notice.kind.in_(sorted(IN_SIGHT)),
            or_(Notice.mail_id == bounce.id, and_(Notice.at >= bounce.at, Notice.sent_at.is_(None))),
        )
    )
    hour = (await choices_of(uow, account.id)).hour
    moments: list[datetime] = []
    for notice in notices:
        if notice.mail_id == bounce.id:
            moments.append(bounce.at)
        elif notice.how is How.AT_ONCE:
            moments.append(notice.at)
        elif notice.how is How.DAILY:
            digest = next_digest(notice.at, account.zone, hour)
            if digest <= uow.now() and (notice.read_at is None or notice.read_at > digest):
                moments.append(digest)
    return min(moments, default=None)


async def _bounce_of(uow: UnitOfWork, mail_id: UUID, status: str) -> Bounce | None:
    notice = await uow.session.scalar(select(Notice).where(Notice.mail_id == mail_id).limit(1))
    if notice is not None:
        return Bounce(
            id=mail_id,
            account_id=notice.account_id,
            invitation_id=None,
            dispute_id=None,
            status=status,
            at=uow.now(),
            mended_at=None,
        )
    link = await uow.session.get(Invitation, mail_id)
    if link is None:
        return None
    return Bounce(
        id=mail_id,
        account_id=await account_of(uow, link.email),
        invitation_id=InvitationId(mail_id),
        dispute_id=link.dispute_id,
        status=status,
        at=uow.now(),
        mended_at=None,
    )


async def _address_of(uow: UnitOfWork, mail_id: UUID) -> str | None:
    account = select(Account.email).join(Notice, Notice.account_id == Account.id).where(Notice.mail_id == mail_id)
    found: str | None = await uow.session.scalar(account.limit(1))
    if found is None:
        found = await uow.session.scalar(select(Invitation.email).where(Invitation.id == mail_id))
    return found
