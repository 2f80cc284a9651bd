"""Accounts and roles: made, changed, given. Signing in is in signing_in.py, links are in inviting.py."""

from typing import Final
from zoneinfo import available_timezones

from odr.errors import ConflictError, InvalidInputError, NotPermittedError
from odr.ids import AccountId, DisputeId, SpaceId, new_id
from odr.people.events import AT_FIRST_START, CENTRE_PEOPLE, HOLDS_LINK, AccountMade, RoleGiven
from odr.people.inviting import ask_for_link, invite_colleague, invite_person, redeem, withdraw_invitation
from odr.people.models import Account, RoleGrant
from odr.people.queries import account_of
from odr.people.signing_in import (
    NewSession,
    change_password,
    confirm_password,
    set_new_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
    start_session,
)
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import available

__all__ = [
    "NewSession",
    "ask_for_link",
    "change_password",
    "change_profile",
    "clean_name",
    "confirm_password",
    "create_account",
    "give_role",
    "invite_colleague",
    "invite_person",
    "may_govern_people",
    "redeem",
    "set_new_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "start_session",
    "withdraw_invitation",
]

NAME_LIMIT: Final = 120
DEFAULT_ZONE: Final = "Europe/Paris"


def clean_name(typed: Typed, name: str) -> str:
    """Clean a person's name (field ``name``)."""
    return typed.line("name", name, limit=NAME_LIMIT)


async def create_account(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    password_hash: str,
    language: str = "fr",
    zone: str = DEFAULT_ZONE,
    roles: frozenset[CentreRole] = frozenset(),
) -> AccountId:
    """Make an account for an address that was confirmed by a link, or by the operator at the first start.

    ``password_hash`` comes from passwords.hash_password, made before the transaction. Raises InvalidInputError, and
    ConflictError ``account_exists``.
    """
    typed = Typed()
    address = typed.email("email", email)
    called = clean_name(typed, name)
    typed.check()
    if await account_of(uow, address) is not None:
        raise ConflictError("account_exists")
    account_id = AccountId(new_id())
    uow.session.add(
        Account(
            id=account_id,
            email=address,
            name=called,
            password_hash=password_hash,
            language=language if language in available else available[0],
            zone=zone if zone in available_timezones() else DEFAULT_ZONE,
            created_at=uow.now(),
            disabled_at=None,
        )
    )
    await uow.session.flush()
    centre = uow.vault.tenant
    rule = AT_FIRST_START if roles else HOLDS_LINK
    await uow.record(
        AccountMade(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=account_id,
            account_id=account_id,
        )
    )
    for role in sorted(roles):
        await give_role(uow, account_id, role, rule=rule, actor_id=None)
    return account_id


async def give_role(
    uow: UnitOfWork, account_id: AccountId, role: CentreRole, *, rule: str, actor_id: AccountId | None
) -> None:
    """Give an account a role at the centre, if it hasn't it yet."""
    if await uow.session.get(RoleGrant, (account_id, role)) is not None:
        return
    uow.session.add(RoleGrant(account_id=account_id, role=role))
    await uow.session.flush()
    centre = uow.vault.tenant
    await uow.record(
        RoleGiven(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=rule,
            actor_id=actor_id,
            account_id=account_id,
            role=role.value,
        )
    )


def may_govern_people(actor: Actor) -> str:
    """Return the rule under which the actor says who works for the centre; raises NotPermittedError."""
    if not (actor.is_a(CentreRole.SECRETARIAT) or actor.is_a(CentreRole.ADMINISTRATOR)):
        raise NotPermittedError("not_permitted")
    return CENTRE_PEOPLE


async def change_profile(uow: UnitOfWork, actor: Actor, *, name: str, language: str, zone: str) -> None:
    """Change one's own name, language and time zone. Codes: required, too_long, choose_one."""
    typed = Typed()
    called = clean_name(typed, name)
    if language not in available:
        typed.wrong("language", "choose_one")
    if zone not in available_timezones():
        typed.wrong("zone", "choose_one")
    typed.check()
    account = await uow.session.get(Account, actor.account_id)
    if account is None:
        raise InvalidInputError({"": "required"})
    account.name, account.language, account.zone = called, language, zone
