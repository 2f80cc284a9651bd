"""Telling people: a notice for each at the same moment, then a mail for each, and the mails that carry a link."""

import asyncio
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from odr.disputes.mailing import is_reminder, note_mailed
from odr.disputes.models import Dispute
from odr.errors import RefusedForGoodError
from odr.ids import AccountId, DisputeId, InvitationId, JobId, SpaceId, new_id
from odr.notices.audience import audience_of
from odr.notices.letters import Letter, Sheet, compose, invitation_letter, notice_letter
from odr.notices.models import Notice
from odr.notices.terms import Audience, NoticeKind
from odr.notices.transport import Handed, send
from odr.outbox import Job
from odr.people.inviting import forget_token, mail_invitation
from odr.people.models import Account
from odr.people.queries import invitation_of
from odr.platform import Platform
from odr.settings import SmtpMail
from odr.unit_of_work import UnitOfWork
from odr.words import exact_moment, known_zone, use_language

MERGED: Final = frozenset({NoticeKind.SOMETHING_NEW_APART, NoticeKind.SOMETHING_NEW_TOGETHER})
"""Kinds of which one unsent mail is enough, however much is new."""

OPERATIONS: Final = "/operations"
ARCHIVE: Final = "/archive"
FOR_KEEPERS: Final = frozenset({NoticeKind.ACCESS_ASKED, NoticeKind.ACCESS_DECIDED, NoticeKind.REOPENING_ASKED})
"""What is decided in the archive, by people who have no seat at the dispute's table."""


async def tell(uow: UnitOfWork, job: Job) -> None:
    """Note for everyone in the audience that something awaits, and queue their mails, all at the same instant."""
    payload = job.payload
    kind = NoticeKind(payload["what"])
    dispute_id = DisputeId(UUID(payload["dispute_id"]))
    accounts = await audience_of(
        uow,
        Audience(payload["whom"]),
        dispute_id=dispute_id,
        space_id=SpaceId(UUID(payload["space_id"])),
        subject_id=_id(payload, "subject_id"),
        actor_id=AccountId(actor) if (actor := _id(payload, "actor_id")) else None,
    )
    now = uow.now()
    about = dispute_id if dispute_id != uow.vault.tenant else None
    for account_id in accounts:
        if kind in MERGED and await _waits(uow, account_id, about, kind):
            continue
        notice_id = JobId(new_id())
        uow.session.add(
            Notice(id=notice_id, account_id=account_id, dispute_id=about, kind=kind.value, at=now, sent_at=None)
        )
        await uow.session.flush()
        await uow.enqueue("send_mail", {"notice_id": str(notice_id)}, dedupe_key=f"mail/{notice_id}")


def _id(payload: dict[str, Any], name: str) -> UUID | None:
    text = payload.get(name)
    return UUID(text) if text else None


async def _waits(uow: UnitOfWork, account_id: AccountId, dispute_id: DisputeId | None, kind: NoticeKind) -> bool:
    found = await uow.session.scalar(
        select(Notice.id).where(
            Notice.account_id == account_id,
            Notice.dispute_id == dispute_id,
            Notice.kind == kind.value,
            Notice.sent_at.is_(None),
        )
    )
    return found is not None


async def send_mail(platform: Platform, job: Job) -> None:
    """Send one notice's mail; no transaction is held meanwhile. A second run after a crash sends the same id."""
    notice_id = JobId(UUID(job.payload["notice_id"]))
    async with platform.unit(write=False) as uow:
        notice = await uow.session.get(Notice, notice_id)
        if notice is None or notice.sent_at is not None:
            return
        account = await uow.session.get(Account, notice.account_id)
        reference = await uow.session.scalar(select(Dispute.reference).where(Dispute.id == notice.dispute_id))
        sheet = await _sheet(platform, uow)
    if account is not None and account.disabled_at is None:
        path = f"/disputes/{notice.dispute_id}" if notice.dispute_id else "/"
        path = ARCHIVE if notice.kind in FOR_KEEPERS else path
        path = OPERATIONS if notice.kind == NoticeKind.STORE_DAMAGED else path
        with use_language(account.language, known_zone(account.zone)):
            letter = notice_letter(
                NoticeKind(notice.kind),
                name=account.name,
                reference=reference or "",
                link=platform.settings.public_url + path,
            )
            await _send(platform, letter, sheet, to=account.email, message_id=str(notice_id))
    async with platform.unit() as uow:
        await uow.session.execute(update(Notice).where(Notice.id == notice_id).values(sent_at=uow.now()))


async def send_invitation(platform: Platform, job: Job) -> None:
    """Mail a link to the address it was made for, then erase its token here: only its reader holds it from now on."""
    invitation_id = InvitationId(UUID(job.payload["subject_id"]))
    async with platform.unit(write=False) as uow:
        link = await invitation_of(uow, invitation_id)
        token = await mail_invitation(uow, invitation_id)
        sheet = await _sheet(platform, uow)
        reminds = await is_reminder(uow, invitation_id)
    if link is None or token is None:
        return
    with use_language(link.language):
        letter = invitation_letter(
            link.purpose,
            reminds=reminds,
            name=link.name,
            centre=platform.settings.centre_name,
            until=exact_moment(link.expires_at),
            link=f"{platform.settings.public_url}/invitation/{token}",
        )
        try:
            handed = await _send(platform, letter, sheet, to=link.email, message_id=str(invitation_id))
        except RefusedForGoodError as error:
            async with platform.unit() as uow:
                said = str(error.details.get("answer", ""))
                await note_mailed(uow, invitation_id, server=_server_of(platform), answer=said, sha256=None)
            raise
    async with platform.unit() as uow:
        await forget_token(uow, invitation_id)
        await note_mailed(uow, invitation_id, server=handed.server, answer=handed.answer, sha256=handed.sha256)


def _server_of(platform: Platform) -> str:
    mail = platform.settings.mail
    return f"{mail.host}:{mail.port}" if isinstance(mail, SmtpMail) else ""


async def _sheet(platform: Platform, uow: UnitOfWork) -> Sheet:
    newest = await uow.vault.ledger.newest_checkpoint(uow.session)
    settings = platform.settings
    return Sheet(
        centre_name=settings.centre_name,
        sender=settings.mail_from,
        public_url=settings.public_url,
        checkpoint=newest.text.decode().strip() if newest else "",
    )


async def _send(platform: Platform, letter: Letter, sheet: Sheet, *, to: str, message_id: str) -> Handed:
    message = compose(letter, sheet, to=to, message_id=message_id)
    return await asyncio.to_thread(send, platform.settings.mail, message, at=platform.clock())
