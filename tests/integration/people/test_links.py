import asyncio

import pytest
from sqlalchemy import select

from odr.disputes.arriving import arrive, arrive_as_newcomer
from odr.errors import (
    ConflictError,
    InvalidInputError,
    LinkExpiredError,
    NotPermittedError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from odr.people.commands import ask_for_link, invite_colleague, invite_person, set_new_password, sign_in
from odr.people.inviting import mail_invitation
from odr.people.models import Account, Invitation
from odr.people.queries import Purpose, load_actor, masked, open_invitation, signed_in
from odr.visibility.actor import CentreRole
from tests.builders import an_account
from tests.mailbox import link_to, mails, text_of

GOOD = "quatre mots que je retiens"


def newcomer(platform, token, **changes):
    typed = {"name": "Nina", "password": GOOD, "again": GOOD, "language": "fr", "zone": "Europe/Paris"} | changes
    return arrive_as_newcomer(platform, token, **typed)


async def who(platform, token):
    found = await signed_in(platform, token)
    assert found is not None
    return found.actor


async def a_link(platform, email="nina@exemple.fr", **more):
    async with platform.unit() as uow:
        _, token = await invite_person(uow, None, email=email, name="Nina", language="fr", **more)
    return token


async def test_a_link_gives_an_account_and_the_role_it_carries_once(platform):
    token = await a_link(platform, centre_role=CentreRole.MEDIATOR)
    session, dispute_id = await newcomer(platform, token)
    actor = await who(platform, session.token)
    assert actor.email == "nina@exemple.fr"
    assert actor.is_a(CentreRole.MEDIATOR)
    assert dispute_id is None
    with pytest.raises(LinkExpiredError):
        await newcomer(platform, token)


async def test_used_expired_withdrawn_and_forged_links_look_alike(platform, clock):
    used, expired, withdrawn = [await a_link(platform, f"{n}@exemple.fr") for n in range(3)]
    await newcomer(platform, used)
    async with platform.unit() as uow:
        row = (await uow.session.scalars(select(Invitation).where(Invitation.email == "2@exemple.fr"))).one()
        row.withdrawn_at = uow.now()
    clock.advance(days=15, seconds=1)
    seen = set()
    for token in (used, expired, withdrawn, "forged", "", "x" * 5000, used[:-1], used.swapcase()):
        with pytest.raises(LinkExpiredError) as refused:
            async with platform.unit(write=False) as uow:
                await open_invitation(uow, token)
        seen.add((refused.value.code, str(refused.value.details)))
    assert len(seen) == 1


async def test_the_token_is_sealed_until_its_mail_has_left_and_then_erased(platform):
    token = await a_link(platform)
    async with platform.unit(write=False) as uow:
        row = await uow.session.scalar(select(Invitation))
        assert token.encode() not in row.token_sealed
        assert await mail_invitation(uow, row.id) == token
    assert await link_to(platform, "nina@exemple.fr") == token
    async with platform.unit(write=False) as uow:
        row = await uow.session.scalar(select(Invitation))
        assert row.token_sealed is None
        assert await mail_invitation(uow, row.id) is None
    await newcomer(platform, token)


async def test_a_link_never_opens_an_account_that_exists(platform):
    victim = await an_account(platform, "Victor")
    token = await a_link(platform, victim.email, centre_role=CentreRole.ADMINISTRATOR)
    with pytest.raises(ConflictError, match="account_exists"):
        await newcomer(platform, token)
    async with platform.unit(write=False) as uow:
        assert (await uow.session.get(Account, victim.account_id)).password_hash == "!"


async def test_a_link_forwarded_to_somebody_else_gives_them_nothing(platform):
    stranger = await an_account(platform, "Étienne")
    token = await a_link(platform, centre_role=CentreRole.SECRETARIAT)
    with pytest.raises(NotPermittedError):
        async with platform.unit() as uow:
            await arrive(uow, stranger, token)
    async with platform.unit(write=False) as uow:
        assert not (await load_actor(uow, stranger.account_id)).centre_roles
        await open_invitation(uow, token)


async def test_of_two_who_use_a_link_at_once_one_is_refused(any_platform):
    token = await a_link(any_platform)
    results = await asyncio.gather(newcomer(any_platform, token), newcomer(any_platform, token), return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    assert len(failures) == 1, results
    async with any_platform.unit(write=False) as uow:
        assert len(list(await uow.session.scalars(select(Account)))) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": "x" * 121}, {"name": "too_long"}),
        ({"password": "court", "again": "court"}, {"password": "password_short"}),
        ({"again": "autre chose encore"}, {"again": "password_differs"}),
    ],
)
async def test_a_newcomer_is_told_what_to_mend_and_the_link_stays_good(platform, changes, fields):
    token = await a_link(platform)
    with pytest.raises(InvalidInputError) as refused:
        await newcomer(platform, token, **changes)
    assert refused.value.fields == fields
    await newcomer(platform, token)


async def test_whoever_signs_up_confirms_the_address_first(platform):
    await ask_for_link(
        platform, email="Nina@Exemple.fr", name="Nina", language="en", address="192.0.2.1", purpose=Purpose.SIGN_UP
    )
    (message,) = await mails(platform, "nina@exemple.fr")
    assert "account" in text_of(message)
    session, _ = await newcomer(platform, await link_to(platform, "nina@exemple.fr"))
    assert not (await who(platform, session.token)).centre_roles


async def test_signing_up_with_an_address_that_has_an_account_mails_a_way_in_to_its_owner_only(platform):
    victim = await an_account(platform, "Victor")
    await ask_for_link(
        platform, email=victim.email, name="Mallory", language="en", address="192.0.2.1", purpose=Purpose.SIGN_UP
    )
    (message,) = await mails(platform, victim.email)
    assert "Mallory" not in text_of(message)
    token = await link_to(platform, victim.email)
    with pytest.raises(LinkExpiredError):
        await newcomer(platform, token)
    session = await set_new_password(platform, token, new=GOOD, again=GOOD, device="")
    assert (await who(platform, session.token)).name == "Victor"


async def test_a_forgotten_password_is_set_by_a_link_once_and_ends_every_session(platform):
    nina, _ = await newcomer(platform, await a_link(platform))
    await ask_for_link(
        platform, email="nina@exemple.fr", name="", language="fr", address="192.0.2.1", purpose=Purpose.RESET
    )
    token = await link_to(platform, "nina@exemple.fr")
    await set_new_password(platform, token, new="tout autre chose ici", again="tout autre chose ici", device="")
    assert await signed_in(platform, nina.token) is None
    with pytest.raises(SignInRefusedError):
        await sign_in(platform, email="nina@exemple.fr", password=GOOD, address="192.0.2.1")
    with pytest.raises(LinkExpiredError):
        await set_new_password(platform, token, new=GOOD, again=GOOD, device="")


async def test_a_link_to_join_sets_no_password(platform):
    token = await a_link(platform)
    with pytest.raises(LinkExpiredError):
        await set_new_password(platform, token, new=GOOD, again=GOOD, device="")


async def test_no_mail_leaves_for_a_forgotten_password_without_account(platform):
    await ask_for_link(
        platform, email="nobody@exemple.fr", name="", language="fr", address="192.0.2.1", purpose=Purpose.RESET
    )
    assert await mails(platform) == []


async def test_asking_for_links_is_throttled(platform):
    def ask():
        return ask_for_link(
            platform, email="n@exemple.fr", name="N", language="fr", address="192.0.2.1", purpose=Purpose.SIGN_UP
        )

    for _ in range(3):
        await ask()
    with pytest.raises(TooManyAttemptsError):
        await ask()


@pytest.mark.parametrize(
    ("inviting", "role", "may"),
    [
        (CentreRole.SECRETARIAT, "mediator", True),
        (CentreRole.SECRETARIAT, "administrator", False),
        (CentreRole.ADMINISTRATOR, "administrator", True),
        (CentreRole.MEDIATOR, "mediator", False),
        (CentreRole.ARCHIVIST, "archivist", False),
        (None, "secretariat", False),
    ],
)
async def test_only_those_who_may_invite_colleagues_do(platform, inviting, role, may):
    actor = await an_account(platform, "Ivan", *([inviting] if inviting else []))
    async with platform.unit() as uow:
        if may:
            await invite_colleague(uow, actor, email="n@exemple.fr", name="N", language="fr", role=role)
            return
        with pytest.raises(NotPermittedError):
            await invite_colleague(uow, actor, email="n@exemple.fr", name="N", language="fr", role=role)


def test_a_masked_address_is_recognised_by_its_holder_only():
    assert masked("claire.martin@exemple.fr") == "c…@e….fr"
    assert masked("a@b.co.uk") == "a…@b….uk"
