"""Another address for one's account: asked with the password, taken by a link that only the new address gets."""

from sqlalchemy import select

from odr.errors import LinkExpiredError
from odr.ids import DisputeId, SpaceId
from odr.people.events import OWN_ACCOUNT, AddressChanged
from odr.people.inviting import invite_person, spend
from odr.people.models import Account, Invitation, Purpose
from odr.people.queries import account_of, invitation_of, token_digest
from odr.people.signing_in import confirm_password
from odr.people.throttle import LINKS, count_attempt, throttle_keys
from odr.platform import Platform
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


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
    taken = link is None or await uow.session.scalar(select(Account.id).where(Account.email == link.email)) is not None
    if link is None or account is None or taken:
        raise LinkExpiredError("link_expired")
    await spend(uow, link, actor.account_id)
    account.email = link.email
    await uow.session.flush()
    centre = uow.vault.tenant
    await uow.record(
        AddressChanged(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=OWN_ACCOUNT,
            actor_id=actor.account_id,
            account_id=actor.account_id,
        )
    )
    return link.email
