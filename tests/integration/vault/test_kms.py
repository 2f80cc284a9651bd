"""The root key in KMS (moto), and moving from a keyring file to it."""

from dataclasses import replace
from uuid import UUID, uuid4

import boto3
import pytest

from vault import KeyRootError, KmsRoot, SpaceRef, open_vault
from vault.config import build_root
from vault.keys.kms import KmsRootKey
from vault.keys.root import RootKey

CONTEXT = {"app": "entente", "tenant": "t", "space": "c/s", "key_version": "1"}
KEY = bytes(range(32))


@pytest.fixture
def kms(moto):
    return boto3.client(
        "kms",
        endpoint_url=moto.url,
        region_name=moto.region,
        aws_access_key_id=moto.access_key,
        aws_secret_access_key=moto.secret_key,
    )


@pytest.fixture
def configured(kms, moto):
    """A KMS root on a new key."""
    return KmsRoot(kms.create_key()["KeyMetadata"]["Arn"], moto.region, moto.url, moto.access_key, moto.secret_key)


@pytest.fixture
def root(configured):
    return root_of(configured)


def root_of(configured: KmsRoot) -> RootKey:
    return build_root(configured)


async def test_a_key_that_is_not_there_is_refused(configured):
    with pytest.raises(KeyRootError, match="NotFoundException"):
        await root_of(replace(configured, key_id=str(uuid4()))).wrap(KEY, CONTEXT)


@pytest.mark.xfail(strict=True, reason="moto is laxer than KMS: a disabled key still wraps")
async def test_a_disabled_key_is_refused(kms, configured):
    kms.disable_key(KeyId=configured.key_id.rpartition("/")[2])
    with pytest.raises(KeyRootError):
        await root_of(configured).wrap(KEY, CONTEXT)


def test_the_secret_of_the_service_never_shows(configured):
    assert "hidden" not in repr(replace(configured, secret_key="hidden"))


async def test_a_vault_moves_from_a_keyring_file_to_kms(config, configured, sessions):
    space, label = SpaceRef(uuid4(), uuid4()), UUID(int=1)
    local = open_vault(config)
    async with sessions.begin() as session:
        await local.make_space(session, space)
        sealed = await local.seal_text(session, space, label, "avant")
    both = open_vault(replace(config, root=configured, former_roots=[config.root]))
    async with sessions.begin() as session:
        assert await both.rotation.rewrap_root(session) == 1
    kms_alone = open_vault(replace(config, root=configured))
    async with sessions.begin() as session:
        assert await kms_alone.open_text(session, space, label, sealed) == "avant"
        after = await kms_alone.seal_text(session, space, label, "après")
        assert await kms_alone.open_text(session, space, label, after) == "après"
        with pytest.raises(KeyRootError, match="former root"):
            await open_vault(config).open_text(session, space, label, sealed)


async def test_a_page_costs_one_call_of_kms(config, configured, sessions, monkeypatch):
    space = SpaceRef(uuid4(), uuid4())
    vault = open_vault(replace(config, root=configured))
    async with sessions.begin() as session:
        await vault.make_space(session, space)
        texts = [(UUID(int=n), await vault.seal_text(session, space, UUID(int=n), f"{n}")) for n in range(20)]
    vault.keys.forget()
    asked: list[object] = []
    unwrap = KmsRootKey._unwrap  # noqa: SLF001 -- counted, then called

    def counted(self, *args):
        asked.append(args)
        return unwrap(self, *args)

    monkeypatch.setattr(KmsRootKey, "_unwrap", counted)
    async with sessions() as session:
        assert await vault.open_texts(session, space, texts) == [f"{n}" for n in range(20)]
        for label, sealed in texts:
            await vault.open_text(session, space, label, sealed)
    assert len(asked) == 1
