"""Another address for one's account: asked with the password, taken by a link that only the new address gets.

The former address is told at once, and can take its place again for a week: whoever still reads its mails puts it back,
with a new password, and everybody else is signed out.
"""

from typing import Final

from sqlalchemy import select, update

from odr.errors import LinkExpiredError
from odr.ids import DisputeId, SpaceId
from odr.people.acting import TOKEN_LIMIT
from odr.people.events import HOLDS_LINK, OWN_ACCOUNT, AddressChanged
from odr.people.inviting import invite_person, spend
from odr.people.models import Account, Invitation, Purpose
from odr.people.passwords import hash_password
from odr.people.queries import InvitationFacts, account_of, invitation_of, token_digest
from odr.people.signing_in import NewSession, check_new_password, confirm_password, start_session, store_password
from odr.people.throttle import LINKS, count_attempt, throttle_keys
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

KEPT_DAYS: Final = 7
"""For how long the former address can be put back."""


async def ask_for_address(platform: Platform, actor: Actor, *, email: str, password: str, address: str) -> None:
    """Mail a link to a new address of the actor's. ``address``: where the request comes from, to limit attempts.

    Nothing tells whether the new address has an account already: then no mail leaves. Raises InvalidInputError
    (``email``: required, bad_email, same_address; ``password``) and TooManyAttemptsError.
    """
    typed = Typed()
    wanted = typed.email("email", email)
    if wanted == actor.email:
        typed.wrong("email", "same_address")
    typed.check()
    async with platform.unit() as uow:
        await confirm_password(uow, actor, password)
    async with platform.unit() as uow:
        await count_attempt(uow, throttle_keys(platform, "link", wanted, address), LINKS)
    async with platform.unit() as uow:
        if await account_of(uow, wanted) is not None:
            return
        await invite_person(
            uow,
            actor,
            email=wanted,
            name=actor.name,
            language=actor.language,
            purpose=Purpose.ADDRESS,
            days=1,
            rule=OWN_ACCOUNT,
        )


async def take_address(uow: UnitOfWork, actor: Actor, token: str) -> str:
    """Make the address that a link was mailed to the actor's own, and return it.

    Raises LinkExpiredError alike for a used, expired or forged link, another person's, and an address that was taken.
    """
    row = await uow.session.scalar(
        select(Invitation).where(
            Invitation.token_hash == token_digest(token),
            Invitation.purpose == Purpose.ADDRESS,
            Invitation.invited_by == actor.account_id,
        )
    )
    link = await invitation_of(uow, row.id) if row is not None else None
    account = await uow.session.get(Account, actor.account_id)
    if link is None or account is None or await _is_taken(uow, link.email):
        raise LinkExpiredError("link_expired")
    await spend(uow, link, actor.account_id)
    await invite_person(
        uow,
        actor,
        email=account.email,
        name=account.name,
        language=account.language,
        purpose=Purpose.KEEP_ADDRESS,
        days=KEPT_DAYS,
        rule=OWN_ACCOUNT,
    )
    await _use(uow, account, link.email, rule=OWN_ACCOUNT)
    return link.email


async def former_address(uow: UnitOfWork, token: str) -> InvitationFacts:
    """Return the former address that a link can put back. Raises LinkExpiredError alike for all that cannot be."""
    link, _account = await _former(uow, token)
    return link


async def put_address_back(platform: Platform, token: str, *, new: str, again: str, device: str) -> NewSession:
    """Make a former address the account's own again, with a new password: every session ends, a new one begins.

    Whatever else was asked for by mail meanwhile is void. Raises LinkExpiredError, and InvalidInputError (``password``,
    ``again``).
    """
    async with platform.unit(write=False) as uow:
        link, _account = await _former(uow, token)
    check_new_password(new, again, email=link.email, name=link.name)
    fresh = await hash_password(new)
    async with platform.unit() as uow:
        link, account = await _former(uow, token)
        await spend(uow, link, account.id)
        await uow.session.execute(
            update(Invitation)
            .where(
                Invitation.invited_by == account.id,
                Invitation.purpose.in_((Purpose.ADDRESS, Purpose.KEEP_ADDRESS)),
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=uow.now(), token_sealed=None)
            .execution_options(synchronize_session=False)
        )
        await _use(uow, account, link.email, rule=HOLDS_LINK)
        await store_password(uow, account.id, fresh, rule=HOLDS_LINK)
        return await start_session(uow, account.id, device=device)


async def _former(uow: UnitOfWork, token: str) -> tuple[InvitationFacts, Account]:
    row = None
    if len(token) <= TOKEN_LIMIT:
        row = await uow.session.scalar(
            select(Invitation).where(
                Invitation.token_hash == token_digest(token), Invitation.purpose == Purpose.KEEP_ADDRESS
            )
        )
    link = await invitation_of(uow, row.id) if row is not None else None
    account = await uow.session.get(Account, row.invited_by) if row is not None else None
    if link is None or account is None or account.disabled_at is not None or await _is_taken(uow, link.email):
        raise LinkExpiredError("link_expired")
    return link, account


async def _is_taken(uow: UnitOfWork, email: str) -> bool:
    return await uow.session.scalar(select(Account.id).where(Account.email == email)) is not None


async def _use(uow: UnitOfWork, account: Account, email: str, *, rule: str) -> None:
    account.email = email
    await uow.session.flush()
    centre = uow.vault.tenant
    await uow.record(
        AddressChanged(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=account.id,
            account_id=account.id,
        )
    )
