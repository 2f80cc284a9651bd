"""Telling people: a notice for each at the same moment, then a mail for each, and the mails that carry a link."""

import asyncio
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from odr.disputes.mailing import is_reminder, note_mailed
from odr.disputes.models import Dispute
from odr.errors import RefusedForGoodError
from odr.ids import AccountId, DisputeId, InvitationId, JobId, SpaceId, new_id
from odr.notices.audience import audience_of
from odr.notices.bounces import is_failing, note_bounce
from odr.notices.choices import choices_of, next_digest
from odr.notices.letters import (
    Letter,
    Sheet,
    code_letter,
    compose,
    digest_letter,
    in_each_language,
    invitation_letter,
    notice_letter,
)
from odr.notices.models import Notice
from odr.notices.queries import leads_to
from odr.notices.terms import Audience, How, NoticeKind
from odr.notices.transport import Handed, send
from odr.notices.wording import INVITATION, REMINDER, own_subjects, words_for
from odr.outbox import Job
from odr.people.inviting import forget_token, mail_invitation
from odr.people.models import Account
from odr.people.proving import code_to_mail, forget_code
from odr.people.queries import Purpose, invitation_of
from odr.platform import Platform
from odr.settings import SmtpMail
from odr.unit_of_work import UnitOfWork
from odr.words import available, exact_moment, known_zone, use_language

_DOORS: Final = {Purpose.ADDRESS: "/account/address", Purpose.KEEP_ADDRESS: "/former-address"}
"""Where a link leads, for those that are not opened by whoever holds them."""

MERGED: Final = frozenset({NoticeKind.SOMETHING_NEW_APART, NoticeKind.SOMETHING_NEW_TOGETHER})
"""Kinds of which one unsent mail is enough, however much is new."""


async def tell(uow: UnitOfWork, job: Job) -> None:
    """Note for everyone told that something awaits, all at the same instant, and queue the mails that each chose."""
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
        await _note(uow, account_id, about, kind, now)


async def _note(
    uow: UnitOfWork, account_id: AccountId, dispute_id: DisputeId | None, kind: NoticeKind, at: datetime
) -> None:
    notice_id = JobId(new_id())
    choices = await choices_of(uow, account_id)
    how = choices.how(kind)
    uow.session.add(
        Notice(
            id=notice_id,
            account_id=account_id,
            dispute_id=dispute_id,
            kind=kind.value,
            at=at,
            how=how,
            mail_id=notice_id if how is How.AT_ONCE else None,
            sent_at=None,
            read_at=None,
        )
    )
    await uow.session.flush()
    if how is How.AT_ONCE:
        await uow.enqueue("send_mail", {"notice_id": str(notice_id)}, dedupe_key=f"mail/{notice_id}")
    elif how is How.DAILY:
        zone = await uow.session.scalar(select(Account.zone).where(Account.id == account_id))
        moment = next_digest(at, zone or "", choices.hour)
        await uow.enqueue(
            "send_digest",
            {"account_id": str(account_id), "waited": False},
            run_at=moment,
            dedupe_key=f"digest/{account_id}/{moment:%Y-%m-%d-%H}",
        )


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
            Notice.read_at.is_(None),
        )
    )
    return found is not None


async def send_mail(platform: Platform, job: Job) -> None:
    """Send one notice's mail; no transaction is held meanwhile. A second run after a crash sends the same id.

    While the address refuses mails, none is sent: the notice is on the site, and waits for the address to be mended.
    """
    notice_id = JobId(UUID(job.payload["notice_id"]))
    async with platform.unit(write=False) as uow:
        notice = await uow.session.get(Notice, notice_id)
        if notice is None or notice.sent_at is not None or notice.mail_id != notice_id:
            return
        account = await uow.session.get(Account, notice.account_id)
        if await is_failing(uow, notice.account_id):
            return
        reference = await uow.session.scalar(select(Dispute.reference).where(Dispute.id == notice.dispute_id))
        sheet = await _sheet(platform, uow)
        words = await words_for(uow, notice.kind, account.language) if account is not None else None
    if account is not None and account.disabled_at is None:
        kind = NoticeKind(notice.kind)
        with use_language(account.language, known_zone(account.zone)):
            letter = notice_letter(
                kind,
                name=account.name,
                reference=reference or "",
                link=platform.settings.public_url + leads_to(kind, notice.dispute_id),
                centre=platform.settings.centre_name,
                words=words,
            )
            if not await _reaches(platform, letter, sheet, to=account.email, mail_id=notice_id):
                return
    async with platform.unit() as uow:
        await uow.session.execute(update(Notice).where(Notice.id == notice_id).values(sent_at=uow.now()))


async def send_digest(platform: Platform, job: Job) -> None:
    """Send one person's daily mail: what they have not read yet, a sentence each.

    After an address was mended (``waited``) it also tells what could not be mailed before. The notices are bound to
    this mail before it leaves: a second run after a crash sends the same mail again.
    """
    account_id = AccountId(UUID(job.payload["account_id"]))
    async with platform.unit() as uow:
        if await is_failing(uow, account_id):
            return
        hows = [How.DAILY, How.AT_ONCE] if job.payload["waited"] else [How.DAILY]
        await uow.session.execute(
            update(Notice)
            .where(
                Notice.account_id == account_id,
                Notice.how.in_(hows),
                Notice.sent_at.is_(None),
                Notice.read_at.is_(None),
            )
            .values(mail_id=job.id)
            .execution_options(synchronize_session=False)
        )
        account = await uow.session.get(Account, account_id)
        rows = await uow.session.execute(
            select(Notice.kind, Dispute.reference)
            .outerjoin(Dispute, Dispute.id == Notice.dispute_id)
            .where(Notice.mail_id == job.id, Notice.sent_at.is_(None))
            .order_by(Notice.at, Notice.id)
        )
        subjects = await own_subjects(uow, account.language, platform.settings.centre_name) if account else {}
        told = [(subjects.get(NoticeKind(row.kind), ""), row.reference or "") for row in rows]
        sheet = await _sheet(platform, uow)
    if account is None or account.disabled_at is not None or not told:
        return
    with use_language(account.language, known_zone(account.zone)):
        letter = digest_letter(told, name=account.name, link=f"{platform.settings.public_url}/notices")
        if not await _reaches(platform, letter, sheet, to=account.email, mail_id=job.id):
            return
    async with platform.unit() as uow:
        await uow.session.execute(update(Notice).where(Notice.mail_id == job.id).values(sent_at=uow.now()))


async def send_invitation(platform: Platform, job: Job) -> None:
    """Mail a link to the address it was made for, then erase its token here: only its reader holds it from now on."""
    invitation_id = InvitationId(UUID(job.payload["subject_id"]))
    async with platform.unit(write=False) as uow:
        link = await invitation_of(uow, invitation_id)
        token = await mail_invitation(uow, invitation_id)
        sheet = await _sheet(platform, uow)
        reminds = await is_reminder(uow, invitation_id)
        joins = link is not None and link.purpose is Purpose.JOIN
        words = await words_for(uow, REMINDER if reminds else INVITATION, link.language) if link and joins else None
    if link is None or token is None:
        return
    url = f"{platform.settings.public_url}{_DOORS.get(link.purpose, '/invitation')}/{token}"
    letters: list[Letter] = []
    for language in available if link.purpose is Purpose.MAILED_IN else (link.language,):
        with use_language(language):
            letters.append(
                invitation_letter(
                    link.purpose,
                    reminds=reminds,
                    words=words,
                    name=link.name,
                    centre=platform.settings.centre_name,
                    until=exact_moment(link.expires_at),
                    link=url,
                )
            )
    letter = in_each_language(letters)
    with use_language(link.language):
        try:
            handed = await _send(platform, letter, sheet, to=link.email, mail_id=invitation_id)
        except RefusedForGoodError as error:
            async with platform.unit() as uow:
                said = str(error.details.get("answer", ""))
                await note_mailed(uow, invitation_id, server=_server_of(platform), answer=said, sha256=None)
                if error.code != "address_refused":
                    raise
                await forget_token(uow, invitation_id)
            return
    async with platform.unit() as uow:
        await forget_token(uow, invitation_id)
        await note_mailed(uow, invitation_id, server=handed.server, answer=handed.answer, sha256=handed.sha256)


async def send_code(platform: Platform, job: Job) -> None:
    """Mail the code that proves an address to that address, then erase it here."""
    invitation_id = InvitationId(UUID(job.payload["invitation_id"]))
    number: int = job.payload["number"]
    async with platform.unit(write=False) as uow:
        link = await invitation_of(uow, invitation_id)
        code = await code_to_mail(uow, invitation_id)
        sheet = await _sheet(platform, uow)
    if link is None or code is None:
        return
    with use_language(link.language):
        letter = code_letter(name=link.name, centre=platform.settings.centre_name, code=code)
        await _send(platform, letter, sheet, to=link.email, mail_id=job.id)
    async with platform.unit() as uow:
        await forget_code(uow, invitation_id, number)


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


async def _reaches(platform: Platform, letter: Letter, sheet: Sheet, *, to: str, mail_id: UUID) -> bool:
    """Send one mail; ``False`` if its address is refused for good: what it tells stays on the site."""
    try:
        await _send(platform, letter, sheet, to=to, mail_id=mail_id)
    except RefusedForGoodError as error:
        if error.code != "address_refused":
            raise
        return False
    return True


async def _send(platform: Platform, letter: Letter, sheet: Sheet, *, to: str, mail_id: UUID) -> Handed:
    """Send one mail. An address that is refused for good is noted first: who can mend it sees it."""
    message = compose(letter, sheet, to=to, message_id=str(mail_id))
    try:
        return await asyncio.to_thread(send, platform.settings.mail, message, at=platform.clock())
    except RefusedForGoodError as error:
        if error.code == "address_refused":
            async with platform.unit() as uow:
                await note_bounce(uow, mail_id, str(error.details["answer"]))
        raise
