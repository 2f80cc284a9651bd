"""What every root key keeps to: a keyring file, AWS KMS (moto), OpenBao (a real one)."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.integration.vault.roots import (
    USER_POLICY,
    BaoInHand,
    KmsInHand,
    LocalInHand,
    RootInHand,
    built,
)
from vault import (
    BaoKey,
    ConfigurationError,
    KeyRootError,
    KeyRootUnavailableError,
    SpaceRef,
    open_vault,
)
from vault.keys.cache import KeyCache
from vault.keys.keyring import KeyRing
from vault.keys.openbao import OpenBaoRootKey

CONTEXT = {"app": "entente", "tenant": "t", "space": "c/s", "key_version": "1"}
KEY = bytes(range(32))


@pytest.fixture(params=["local", "kms", "bao"])
def hand(request, tmp_path) -> RootInHand:
    if request.param == "local":
        return LocalInHand(tmp_path)
    if request.param == "kms":
        return KmsInHand(request.getfixturevalue("moto"))
    return BaoInHand(request.getfixturevalue("openbao"), tmp_path)


@pytest.fixture
def bao(openbao, tmp_path) -> BaoInHand:
    return BaoInHand(openbao, tmp_path)


async def test_a_space_key_opens_for_its_own_context_only(hand):
    wrapped = await hand.root.wrap(KEY, CONTEXT)
    assert KEY not in wrapped.data
    assert wrapped.root == await hand.root.current()
    assert hand.root.holds(wrapped.root)
    assert await hand.root.unwrap(wrapped.data, dict(reversed(CONTEXT.items()))) == KEY
    for name in CONTEXT:
        with pytest.raises(KeyRootError) as refusal:
            await hand.root.unwrap(wrapped.data, {**CONTEXT, name: "other"})
        assert not isinstance(refusal.value, KeyRootUnavailableError)
    with pytest.raises(KeyRootError):
        await hand.root.unwrap(wrapped.data, {**CONTEXT, "more": "1"})


async def test_wrapping_twice_gives_two_different_wrapped_keys(hand):
    assert (await hand.root.wrap(KEY, CONTEXT)).data != (await hand.root.wrap(KEY, CONTEXT)).data


async def test_an_altered_wrapped_key_is_refused(hand):
    data = (await hand.root.wrap(KEY, CONTEXT)).data
    middle = len(data) // 2
    other = bytes([data[middle] ^ 1]) if data[middle] ^ 1 not in b"=+/:" else b"A"
    for altered in (data[:-1], data[:middle] + other + data[middle + 1 :], b"", b"rubbish", bytes(200)):
        with pytest.raises(KeyRootError):
            await hand.root.unwrap(altered, CONTEXT)
        with pytest.raises(KeyRootError):
            await hand.root.rewrap(altered, CONTEXT)


async def test_what_another_root_wrapped_is_refused(hand):
    other = hand.other()
    wrapped = await other.wrap(KEY, CONTEXT)
    assert not hand.root.holds(wrapped.root)
    with pytest.raises(KeyRootError):
        await hand.root.unwrap(wrapped.data, CONTEXT)


async def test_a_rewrapped_key_opens_for_the_same_context(hand):
    wrapped = await hand.root.wrap(KEY, CONTEXT)
    again = await hand.root.rewrap(wrapped.data, CONTEXT)
    assert again.data != wrapped.data
    assert await hand.root.unwrap(again.data, CONTEXT) == KEY
    with pytest.raises(KeyRootError):
        await hand.root.rewrap(wrapped.data, {**CONTEXT, "space": "c/other"})


async def test_a_root_that_is_away_is_said_to_be_away(hand):
    wrapped = await hand.root.wrap(KEY, CONTEXT)
    root = hand.away()
    for call in (root.wrap(KEY, CONTEXT), root.unwrap(wrapped.data, CONTEXT)):
        with pytest.raises(KeyRootUnavailableError) as away:
            await call
        assert "127.0.0.1" not in str(away.value)


async def test_a_throttled_root_is_said_to_be_away_for_now(hand):
    wrapped = await hand.root.wrap(KEY, CONTEXT)
    root = hand.throttled()
    with pytest.raises(KeyRootUnavailableError) as refusal:  # noqa: PT012 -- a quota lets the first ones pass
        for _ in range(5):
            await root.unwrap(wrapped.data, CONTEXT)
    assert "repeat" not in str(refusal.value)


async def test_revoked_rights_refuse_and_nothing_of_the_service_is_repeated(hand):
    wrapped = await hand.root.wrap(KEY, CONTEXT)
    hand.revoke()
    for call in (hand.root.wrap(KEY, CONTEXT), hand.root.unwrap(wrapped.data, CONTEXT)):
        with pytest.raises(KeyRootError) as refusal:
            await call
        assert not isinstance(refusal.value, KeyRootUnavailableError)
        assert "repeat" not in str(refusal.value)
        assert "permission denied" not in str(refusal.value)


@pytest.mark.parametrize("hand", ["local", "bao"], indirect=True)
async def test_a_rotated_root_still_opens_the_old_and_wraps_with_the_new(hand):
    old = await hand.root.wrap(KEY, CONTEXT)
    await hand.root.rotate()
    new = await hand.root.wrap(KEY, CONTEXT)
    assert old.root != new.root == await hand.root.current()
    assert hand.root.holds(old.root)
    assert await hand.root.rotated_at() is not None
    assert await hand.root.unwrap(old.data, CONTEXT) == KEY
    moved = await hand.root.rewrap(old.data, CONTEXT)
    assert moved.root == new.root
    await hand.root.destroy_former()
    assert await hand.root.unwrap(moved.data, CONTEXT) == KEY
    with pytest.raises(KeyRootError):
        await hand.root.unwrap(old.data, CONTEXT)


async def test_kms_neither_rotates_nor_destroys_by_our_hand(moto):
    root = KmsInHand(moto).root
    assert await root.rotated_at() is None
    with pytest.raises(KeyRootError, match="former root"):
        await root.rotate()
    with pytest.raises(KeyRootError, match="KMS itself"):
        await root.destroy_former()


# ---- fail closed, with cached keys for their minutes only


async def test_without_its_root_a_space_opens_for_the_minutes_of_the_cache_and_no_longer(hand, sessions, tenant):
    now = [0.0]
    keys = KeyRing(hand.root, tenant, cache=KeyCache(lifetime=300, capacity=8, clock=lambda: now[0]))
    space, label = SpaceRef(uuid4(), uuid4()), uuid4()
    async with sessions.begin() as session:
        await keys.make_space(session, space)
        sealed = await keys.seal(session, space, label, b"text")
    hand.revoke()
    async with sessions() as session:
        now[0] = 299
        assert await keys.open(session, space, label, sealed) == b"text"
        now[0] = 300
        with pytest.raises(KeyRootError):
            await keys.open(session, space, label, sealed)
        with pytest.raises(KeyRootError):
            await keys.seal(session, space, label, b"text")


# ---- OpenBao alone


async def test_a_vault_lives_on_openbao_and_rewraps_without_seeing_its_keys(bao, config, sessions):
    vault = open_vault(replace(config, root=bao.config))
    space, label = SpaceRef(uuid4(), uuid4()), uuid4()
    async with sessions.begin() as session:
        await vault.make_space(session, space)
        sealed = await vault.seal_text(session, space, label, "avant")
    await vault.keys.root.rotate()
    vault.keys.forget()
    async with sessions.begin() as session:
        assert (await vault.rotation.root_progress(session)).under_way
        assert await vault.rotation.rewrap_root(session) == 1
        assert not (await vault.rotation.root_progress(session)).under_way
        assert await vault.open_text(session, space, label, sealed) == "avant"


async def test_a_sealed_bao_is_away_until_it_is_unsealed(bao):
    wrapped = await bao.root.wrap(KEY, CONTEXT)
    bao.server.seal()
    try:
        with pytest.raises(KeyRootUnavailableError, match="503"):
            await bao.root.unwrap(wrapped.data, CONTEXT)
    finally:
        bao.server.unseal()
    for _ in range(50):
        with suppress(KeyRootUnavailableError):
            assert await bao.root.unwrap(wrapped.data, CONTEXT) == KEY
            return
        await asyncio.sleep(0.1)
    pytest.fail("it does not answer again")


async def test_a_new_token_in_the_file_is_taken_up_at_once(bao):
    wrapped = await bao.root.wrap(KEY, CONTEXT)
    fresh = bao.server.new_token(USER_POLICY.format(mount=bao.mount, key=bao.config.url.rpartition("/")[2]))
    bao.revoke()
    with pytest.raises(KeyRootError, match="403"):
        await bao.root.unwrap(wrapped.data, CONTEXT)
    bao.write(fresh)
    assert await bao.root.unwrap(wrapped.data, CONTEXT) == KEY


async def test_least_rights_are_enough_for_everything_but_rotation(bao):
    root = built(bao.configured(USER_POLICY))
    wrapped = await root.wrap(KEY, CONTEXT)
    assert await root.unwrap((await root.rewrap(wrapped.data, CONTEXT)).data, CONTEXT) == KEY
    for call in (root.rotate(), root.destroy_former()):
        with pytest.raises(KeyRootError, match="403"):
            await call


@pytest.mark.parametrize("content", ["", "two words", "tökén", "t\nk"])
async def test_a_token_file_without_a_token_is_refused(bao, content):
    bao.write(content)
    with pytest.raises(KeyRootError, match="no token") as refusal:
        await bao.root.current()
    assert not content or content not in str(refusal.value)


async def test_a_token_file_open_to_others_or_gone_is_refused(bao):
    bao.token_file.chmod(0o640)
    with pytest.raises(KeyRootError, match="chmod 600"):
        await built(bao.config).current()
    bao.token_file.unlink()
    with pytest.raises(KeyRootUnavailableError):
        await bao.root.current()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"derived": False}, "derived=true"),
        ({"type": "ed25519"}, "derived=true"),
        ({"derived": True, "exportable": True}, "not exportable"),
    ],
)
async def test_a_key_that_binds_no_context_or_can_be_taken_away_is_refused(bao, facts, refusal):
    url = bao.server.new_key(bao.mount, **facts)
    bao.write(bao.server.root_token)
    with pytest.raises(KeyRootError, match=refusal):
        await built(replace(bao.config, url=url)).wrap(KEY, CONTEXT)


async def test_a_key_that_is_not_there_is_not_made_by_wrapping(bao):
    bao.write(bao.server.root_token)
    with pytest.raises(KeyRootError, match="404"):
        await built(replace(bao.config, url=bao.config.url + "-missing")).wrap(KEY, CONTEXT)


async def test_a_version_below_the_minimum_is_refused_before_anything_is_asked(bao):
    old = await bao.root.wrap(KEY, CONTEXT)
    await bao.root.rotate()
    stricter = built(replace(bao.config, minimum_version=2))
    assert not stricter.holds(old.root)
    with pytest.raises(KeyRootError, match="no longer believed"):
        await stricter.unwrap(old.data, CONTEXT)
    assert await stricter.unwrap((await stricter.wrap(KEY, CONTEXT)).data, CONTEXT) == KEY


async def test_an_approle_signs_in_and_signs_in_again_when_its_token_ended(bao, tmp_path):
    server = bao.server
    with suppress(Exception):  # another test enabled it already
        server.call("POST", "sys/auth/approle", {"type": "approle"})
    name = f"role-{uuid4().hex[:8]}"
    server.call("PUT", f"sys/policies/acl/{name}", {"policy": USER_POLICY.format(mount=bao.mount, key="*")})
    server.call("POST", f"auth/approle/role/{name}", {"token_policies": [name]})
    role_id = server.call("GET", f"auth/approle/role/{name}/role-id")["data"]["role_id"]
    secret_id = tmp_path / "secret-id"
    secret_id.write_text(server.call("POST", f"auth/approle/role/{name}/secret-id")["data"]["secret_id"])
    secret_id.chmod(0o600)
    root = built(BaoKey(bao.config.url, role_id=role_id, secret_id_file=secret_id, ca_file=server.ca_file))
    wrapped = await root.wrap(KEY, CONTEXT)
    assert isinstance(root, OpenBaoRootKey)
    token = root._bao._token  # noqa: SLF001 -- revoked as an administrator would, who sees its accessor
    server.call("POST", "auth/token/revoke", {"token": token})
    assert await root.unwrap(wrapped.data, CONTEXT) == KEY
    secret_id.write_text("wrong")
    with pytest.raises(KeyRootError):
        await built(replace(bao.config, token_file=None, role_id=role_id, secret_id_file=secret_id)).current()


async def test_a_bao_of_an_unknown_authority_is_not_spoken_to(bao):
    with pytest.raises(KeyRootUnavailableError, match="ConnectError"):
        await built(replace(bao.config, ca_file=None)).current()


def test_an_unusable_configuration_is_refused(bao, tmp_path):
    for change in ({"token_file": None}, {"url": f"{bao.server.url}/key"}):
        with pytest.raises(ConfigurationError):
            built(replace(bao.config, **change))
    (tmp_path / "ca.pem").write_text("no certificate")
    for trust in ("ca.pem", "missing.pem"):
        with pytest.raises(ConfigurationError, match="authority"):
            built(replace(bao.config, ca_file=tmp_path / trust))
