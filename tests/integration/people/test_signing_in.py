from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from odr.errors import InvalidInputError, SignInRefusedError, TooManyAttemptsError
from odr.people import passwords
from odr.people.commands import (
    change_password,
    confirm_password,
    create_account,
    sign_in,
    sign_out,
    sign_out_everywhere,
    start_session,
)
from odr.people.models import Account, SignInAttempt, SignInSession
from odr.people.passwords import hash_password
from odr.people.queries import load_actor, sessions_of, signed_in, token_digest

PASSWORD = "quatre mots que je retiens"
EMAIL = "claire@exemple.fr"


@pytest.fixture
async def claire(platform):
    password_hash = await hash_password(PASSWORD)
    async with platform.unit() as uow:
        account_id = await create_account(uow, email=EMAIL, name="Claire Martin", password_hash=password_hash)
    async with platform.unit(write=False) as uow:
        return await load_actor(uow, account_id)


def enter(platform, password=PASSWORD, email=EMAIL, address="192.0.2.1", **more):
    return sign_in(platform, email=email, password=password, address=address, **more)


async def count(platform, model):
    async with platform.unit(write=False) as uow:
        return await uow.session.scalar(select(func.count()).select_from(model))


async def test_a_session_is_found_by_its_token_and_only_its_digest_is_kept(platform, claire):
    session = await enter(platform, email="  Claire@EXEMPLE.fr ", device="Firefox")
    found = await signed_in(platform, session.token)
    assert found is not None
    assert found.actor.account_id == claire.account_id
    async with platform.unit(write=False) as uow:
        row = await uow.session.scalar(select(SignInSession))
    assert row.token_hash == token_digest(session.token)
    assert session.token not in str(vars(row))


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "\x00", "\ud800"])
@pytest.mark.usefixtures("claire")
async def test_a_made_up_token_opens_nothing(platform, token):
    await enter(platform)
    assert await signed_in(platform, token) is None


@pytest.mark.usefixtures("claire")
async def test_a_session_lapses_after_twelve_idle_hours(platform, clock):
    session = await enter(platform)
    clock.advance(hours=11, minutes=59)
    assert await signed_in(platform, session.token)
    clock.advance(hours=11, minutes=59)
    assert await signed_in(platform, session.token)
    clock.advance(hours=12, minutes=1)
    assert await signed_in(platform, session.token) is None


@pytest.mark.usefixtures("claire")
async def test_a_session_lapses_after_seven_days_however_busy(platform, clock):
    session = await enter(platform)
    for _ in range(27):
        clock.advance(hours=6)
        assert await signed_in(platform, session.token)
    clock.advance(hours=6, minutes=1)
    assert await signed_in(platform, session.token) is None


@pytest.mark.usefixtures("claire")
async def test_signing_in_ends_the_browsers_former_session(platform):
    first = await enter(platform)
    second = await enter(platform, previous=first.token)
    assert await signed_in(platform, first.token) is None
    assert await signed_in(platform, second.token)


async def test_signing_out_ends_this_session_and_signing_out_everywhere_all(platform, claire):
    sessions = [await enter(platform) for _ in range(3)]
    async with platform.unit() as uow:
        await sign_out(uow, sessions[0].token)
    assert [bool(await signed_in(platform, s.token)) for s in sessions] == [False, True, True]
    async with platform.unit() as uow:
        await sign_out_everywhere(uow, claire)
    assert not any([await signed_in(platform, s.token) for s in sessions])


async def test_nobody_ends_the_session_of_somebody_else(platform, claire):
    session = await enter(platform)
    async with platform.unit() as uow:
        other_id = await create_account(uow, email="b@exemple.fr", name="B", password_hash="!")
    async with platform.unit() as uow:
        other = await load_actor(uow, other_id)
        (row,) = await sessions_of(uow, claire)
        await sign_out_everywhere(uow, other, only=row.id)
    assert await signed_in(platform, session.token)


async def test_a_disabled_account_is_signed_out_and_stays_out(platform, claire):
    session = await enter(platform)
    async with platform.unit() as uow:
        (await uow.session.get(Account, claire.account_id)).disabled_at = uow.now()
    assert await signed_in(platform, session.token) is None
    with pytest.raises(SignInRefusedError):
        await enter(platform)


@pytest.mark.usefixtures("claire")
async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer_and_the_same_work(platform, monkeypatch):
    runs = []
    real = passwords.HASHER

    class Counting:
        def hash(self, password):
            return real.hash(password)

        def verify(self, known, password):
            runs.append(known.rsplit("$", 2)[0])
            return real.verify(known, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    answers, rows = [], []
    for email in (EMAIL, "nobody@exemple.fr", "not an address"):
        before = await count(platform, SignInAttempt)
        with pytest.raises(SignInRefusedError) as refused:
            await enter(platform, "a wrong password", email)
        answers.append((refused.value.code, dict(refused.value.details)))
        rows.append(await count(platform, SignInAttempt) - before)
    assert len(set(map(str, answers))) == 1
    assert rows == [3, 3, 3]
    assert len(runs) == 3
    assert len(set(runs)) == 1


@pytest.mark.parametrize("email", [EMAIL, "nobody@exemple.fr"])
@pytest.mark.usefixtures("claire")
async def test_the_sixth_attempt_waits_whether_the_account_exists_or_not(platform, email, clock):
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            await enter(platform, "a wrong password", email)
    with pytest.raises(TooManyAttemptsError) as refused:
        await enter(platform, PASSWORD, email)
    assert 0 < int(refused.value.details["seconds"]) <= 15 * 60 + 1
    clock.advance(minutes=15, seconds=2)
    if email == EMAIL:
        assert await enter(platform)


@pytest.mark.usefixtures("claire")
async def test_many_addresses_together_are_counted_by_account(platform):
    for number in range(20):
        with pytest.raises(SignInRefusedError):
            await enter(platform, "a wrong password", address=f"192.0.2.{number}")
    with pytest.raises(TooManyAttemptsError):
        await enter(platform, "a wrong password", address="198.51.100.7")


@pytest.mark.usefixtures("claire")
async def test_a_success_forgets_the_failures_before_it(platform):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefusedError):
                await enter(platform, "a wrong password")
        await enter(platform)
        await enter(platform)
    assert await count(platform, SignInAttempt) <= 24


@pytest.mark.usefixtures("claire")
async def test_the_table_of_attempts_tells_neither_whom_nor_from_where(platform):
    with pytest.raises(SignInRefusedError):
        await enter(platform, "a wrong password")
    async with platform.unit(write=False) as uow:
        rows = list(await uow.session.scalars(select(SignInAttempt.key_hash)))
    plain = {token_digest(text) for text in (EMAIL, "192.0.2.1", f"{EMAIL}\x00192.0.2.1", f"account\x00{EMAIL}")}
    assert len(rows) == 3
    assert not plain & set(rows)


async def test_a_hash_with_old_parameters_is_made_anew_at_sign_in(platform, claire):
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    async with platform.unit() as uow:
        (await uow.session.get(Account, claire.account_id)).password_hash = weak
    await enter(platform)
    async with platform.unit(write=False) as uow:
        known = (await uow.session.get(Account, claire.account_id)).password_hash
    assert known != weak
    assert not passwords.HASHER.check_needs_rehash(known)
    assert await enter(platform)


async def test_a_new_password_ends_every_session_but_the_one_it_begins(platform, claire):
    old = [await enter(platform) for _ in range(2)]
    fresh = await change_password(
        platform, claire, current=PASSWORD, new="un autre secret long", again="un autre secret long", device=""
    )
    assert not any([await signed_in(platform, session.token) for session in old])
    assert await signed_in(platform, fresh.token)
    with pytest.raises(SignInRefusedError):
        await enter(platform)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"current": "not this one"}, {"current": "password_wrong"}),
        ({"new": "court", "again": "court"}, {"password": "password_short"}),
        ({"again": "autre chose encore"}, {"again": "password_differs"}),
        ({"new": EMAIL, "again": EMAIL}, {"password": "password_is_name"}),
    ],
)
async def test_a_new_password_is_refused_field_by_field(platform, claire, changes, fields):
    typed = {"current": PASSWORD, "new": "un autre secret long", "again": "un autre secret long"} | changes
    with pytest.raises(InvalidInputError) as refused:
        await change_password(platform, claire, **typed, device="")
    assert refused.value.fields == fields


async def test_a_password_given_again_is_throttled_though_the_signature_falls_with_it(platform, claire):
    for _ in range(5):
        with pytest.raises(InvalidInputError):
            async with platform.unit() as uow:
                await confirm_password(uow, claire, "a wrong password")
    with pytest.raises(TooManyAttemptsError):
        async with platform.unit() as uow:
            await confirm_password(uow, claire, PASSWORD)


async def test_the_right_password_again_leaves_no_trace(platform, claire):
    for _ in range(8):
        async with platform.unit() as uow:
            await confirm_password(uow, claire, PASSWORD)
    assert await count(platform, SignInAttempt) == 0


async def test_sessions_are_listed_latest_first_with_their_device(platform, claire, clock):
    for device in ("Firefox", "Téléphone " + "x" * 300):
        async with platform.unit() as uow:
            await start_session(uow, claire.account_id, device=device)
        clock.advance(seconds=timedelta(minutes=1).total_seconds())
    async with platform.unit(write=False) as uow:
        rows = await sessions_of(uow, claire)
    assert [row.device[:9] for row in rows] == ["Téléphone", "Firefox"]
    assert len(rows[0].device) == 120
