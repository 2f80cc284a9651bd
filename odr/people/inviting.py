"""Links that invite: opaque, single use, expiring. The mail job alone can unseal a token, and then it is erased."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, select, update

from odr.errors import LinkExpiredError, NotPermittedError
from odr.ids import AccountId, DisputeId, InvitationId, PartyId, SpaceId, new_id
from odr.people.events import (
    CENTRE_PEOPLE,
    HOLDS_LINK,
    OWN_ACCOUNT,
    InvitationTaken,
    InvitationWithdrawn,
    PersonInvited,
    RoleGiven,
)
from odr.people.models import Account, Invitation, Purpose, RoleGrant
from odr.people.queries import InvitationFacts, account_of, token_digest
from odr.people.throttle import LINKS, count_attempt, throttle_keys
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.words import available
from vault import SpaceRef

DAYS: Final = 15
NAME_LIMIT: Final = 120


async def invite_person(  # noqa: PLR0913 -- a link carries all that it gives, by name
    uow: UnitOfWork,
    actor: Actor | None,
    *,
    email: str,
    name: str,
    language: str,
    purpose: Purpose = Purpose.JOIN,
    dispute_id: DisputeId | None = None,
    party_id: PartyId | None = None,
    seat_role: SeatRole | None = None,
    centre_role: CentreRole | None = None,
    days: int = DAYS,
    until: datetime | None = None,
    rule: str = CENTRE_PEOPLE,
) -> tuple[InvitationId, str]:
    """Make a link for one address and queue its mail; returns its id and its token (32 random bytes, as text).

    It holds ``until`` an instant, else for ``days``. The caller has checked that ``actor`` may invite.
    Raises InvalidInputError (``email``, ``name``).
    """
    typed = Typed()
    address = typed.email("email", email)
    called = typed.line("name", name, limit=NAME_LIMIT)
    typed.check()
    token = secrets.token_urlsafe(32)
    invitation_id = InvitationId(new_id())
    centre = uow.vault.tenant
    now = uow.now()
    uow.session.add(
        Invitation(
            id=invitation_id,
            token_hash=token_digest(token),
            token_sealed=await uow.vault.seal_text(uow.session, SpaceRef(centre, centre), invitation_id, token),
            purpose=purpose,
            email=address,
            name=called,
            language=language if language in available else available[0],
            dispute_id=dispute_id,
            party_id=party_id,
            seat_role=seat_role,
            centre_role=centre_role,
            invited_by=actor.account_id if actor else None,
            created_at=now,
            expires_at=until or now + timedelta(days=days),
            used_at=None,
            used_by=None,
            withdrawn_at=None,
            opened_at=None,
            code_hash=None,
            code_sealed=None,
            code_until=None,
            code_tries=0,
            codes_sent=0,
        )
    )
    await uow.session.flush()
    await uow.record(
        PersonInvited(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=actor.account_id if actor else None,
            invitation_id=invitation_id,
        )
    )
    return invitation_id, token


async def invite_colleague(
    uow: UnitOfWork, actor: Actor, *, email: str, name: str, language: str, role: str
) -> tuple[InvitationId, str]:
    """Invite somebody to work for the centre; for its secretariat (but not as administrator) and administrators.

    Raises InvalidInputError (``email``, ``name``, ``role``) and NotPermittedError.
    """
    typed = Typed()
    wanted = typed.choice("role", role, CentreRole)
    typed.email("email", email)
    typed.line("name", name, limit=NAME_LIMIT)
    typed.check()
    is_administrator = actor.is_a(CentreRole.ADMINISTRATOR)
    if not is_administrator and not (actor.is_a(CentreRole.SECRETARIAT) and wanted is not CentreRole.ADMINISTRATOR):
        raise NotPermittedError("not_permitted")
    return await invite_person(uow, actor, email=email, name=name, language=language, centre_role=wanted)


async def redeem(uow: UnitOfWork, link: InvitationFacts, account_id: AccountId) -> None:
    """Use a link up for the account of its own address, and give the centre role it carries, if any.

    Raises LinkExpiredError if somebody was faster, and alike if the account's address is another one.
    """
    account = await uow.session.get(Account, account_id)
    if account is None or account.email != link.email:
        raise LinkExpiredError("link_expired")
    await spend(uow, link, account_id)
    centre = uow.vault.tenant
    role = link.centre_role
    if role is not None and await uow.session.get(RoleGrant, (account_id, role)) is None:
        uow.session.add(RoleGrant(account_id=account_id, role=role))
        await uow.session.flush()
        await uow.record(
            RoleGiven(
                dispute_id=DisputeId(centre),
                space_id=SpaceId(centre),
                rule=HOLDS_LINK,
                actor_id=link.invited_by,
                account_id=account_id,
                role=role.value,
            )
        )


async def spend(uow: UnitOfWork, link: InvitationFacts, account_id: AccountId | None) -> None:
    """Use a link up, once; raises LinkExpiredError for the second of two who do. ``account_id`` may be unknown."""
    now = uow.now()
    used = await uow.session.execute(
        update(Invitation)
        .where(
            Invitation.id == link.id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now, used_by=account_id, token_sealed=None, code_sealed=None)
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise LinkExpiredError("link_expired")
    centre = uow.vault.tenant
    await uow.record(
        InvitationTaken(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=HOLDS_LINK,
            actor_id=account_id,
            invitation_id=link.id,
            account_id=account_id,
        )
    )


async def withdraw_invitation(uow: UnitOfWork, actor: Actor | None, invitation_id: InvitationId, *, rule: str) -> None:
    """Take a link back before it is used; the caller has checked that ``actor`` may. A used one stays used."""
    await uow.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=uow.now(), token_sealed=None, code_sealed=None)
    )
    centre = uow.vault.tenant
    await uow.record(
        InvitationWithdrawn(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=actor.account_id if actor else None,
            invitation_id=invitation_id,
        )
    )


async def ask_for_link(
    platform: Platform, *, email: str, name: str, language: str, address: str, purpose: Purpose
) -> None:
    """Mail a link to whoever asks: to make an account (SIGN_UP, MAILED_IN) or to set a new password (RESET).

    Nothing in the answer, nor in the work, tells whether the address has an account: who has one and signs up gets a
    link to a new password, who has none and asks for a new password gets no mail. Raises InvalidInputError and
    TooManyAttemptsError.
    """
    typed = Typed()
    clean = typed.email("email", email)
    called = typed.line("name", name, limit=NAME_LIMIT, required=purpose is not Purpose.RESET)
    typed.check()
    keys = throttle_keys(platform, "link", clean, address)
    async with platform.unit() as uow:
        await count_attempt(uow, keys, LINKS)
    async with platform.unit() as uow:
        account_id = await account_of(uow, clean)
        if account_id is None and purpose is Purpose.RESET:
            return
        account = await uow.session.get(Account, account_id) if account_id is not None else None
        await invite_person(
            uow,
            None,
            email=clean,
            name=account.name if account is not None else called,
            language=account.language if account is not None else language,
            purpose=purpose if account is None else Purpose.RESET,
            days=1,
            rule=OWN_ACCOUNT,
        )


async def mail_invitation(uow: UnitOfWork, invitation_id: InvitationId) -> str | None:
    """Return a link's token for its mail, or ``None`` when the mail left already or the link no longer holds."""
    row = await uow.session.scalar(
        select(Invitation).where(
            Invitation.id == invitation_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > uow.now(),
        )
    )
    if row is None or row.token_sealed is None:
        return None
    centre = uow.vault.tenant
    return await uow.vault.open_text(uow.session, SpaceRef(centre, centre), row.id, row.token_sealed)


async def forget_token(uow: UnitOfWork, invitation_id: InvitationId) -> None:
    """Erase a link's sealed token: its mail has left, and from now on only its reader holds it."""
    await uow.session.execute(update(Invitation).where(Invitation.id == invitation_id).values(token_sealed=None))
