"""Checkpoints signed by a key that never leaves its service."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import boto3
import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.integration.vault.roots import BaoInHand
from vault import BaoKey, KeyRootError, KeyRootUnavailableError, KmsRoot, SpaceRef, open_vault
from vault.config import build_signer
from vault.keys.bao import Bao
from vault.keys.signers import BaoSigner, KmsSigner
from vault.ledger.checkpoint import NoteKey, check_signature

SIGNER_POLICY = """
path "{mount}/keys/{key}" {{ capabilities = ["read"] }}
path "{mount}/sign/{key}" {{ capabilities = ["update"] }}
"""


@pytest.fixture
def bao(openbao, tmp_path) -> BaoInHand:
    return BaoInHand(openbao, tmp_path)


@pytest.fixture
def signing(bao: BaoInHand) -> BaoKey:
    """A key that signs, and a token that may do nothing but that."""
    url = bao.server.new_key(bao.mount, type="ed25519")
    bao.write(bao.server.new_token(SIGNER_POLICY.format(mount=bao.mount, key=url.rpartition("/")[2])))
    return replace(bao.config, url=url)


async def test_openbao_signs_the_log_and_its_checkpoints_verify_as_any(config, signing, sessions):
    vault = open_vault(replace(config, signing_key=signing))
    space = SpaceRef(uuid4(), uuid4())
    async with sessions.begin() as session:
        await vault.make_space(session, space)
        await vault.ledger.append(session, space, {"event": "x"})
        checkpoint = await vault.ledger.tick(session, datetime.now(UTC))
        assert checkpoint is not None
        check_signature(checkpoint, NoteKey.from_text(vault.ledger.key.text))
        assert (await vault.ledger.audit_platform(session)).clean
        assert (await vault.ledger.receipt(session, space, 0)).complete
    assert vault.ledger.try_signer() == vault.ledger.key


async def test_a_signer_that_is_away_signs_nothing_and_the_tick_is_made_later(config, signing, bao, sessions):
    vault = open_vault(replace(config, signing_key=signing))
    bao.write("no-such-token")
    async with sessions() as session:
        with pytest.raises(KeyRootError):
            await vault.ledger.tick(session, datetime.now(UTC))
        await session.rollback()
        assert await vault.ledger.newest_checkpoint(session) is None


async def test_a_rotated_key_does_not_change_the_signature_of_a_running_log(bao, signing):
    signer = BaoSigner(Bao(signing))
    key = signer.public_key()
    bao.server.call("POST", f"{bao.mount}/keys/{signing.url.rpartition('/')[2]}/rotate")
    key.verify(signer.sign(b"text"), b"text")
    assert BaoSigner(Bao(signing)).public_key() != key


def test_a_key_of_another_kind_does_not_sign(bao, signing):
    bao.write(bao.server.root_token)
    for facts in ({"type": "ecdsa-p256"}, {"derived": True}, {"type": "ed25519", "derived": True}):
        url = bao.server.new_key(bao.mount, **facts)
        with pytest.raises(KeyRootError, match="of type ed25519"):
            BaoSigner(Bao(replace(signing, url=url))).public_key()


# ---- KMS: moto knows no Ed25519 yet, so the contract is AWS's own description of the calls, checked by botocore


class AwsKms:
    """A client of KMS whose answers are given, and whose questions are checked."""

    def __init__(self) -> None:
        self.client = boto3.client("kms", region_name="eu-west-3", aws_access_key_id="x", aws_secret_access_key="y")
        self.key = Ed25519PrivateKey.generate()
        self.stub = Stubber(self.client)
        self.signer = KmsSigner(self.client, "alias/log")
        self.stub.activate()

    def give_key(self, key=None) -> None:
        public = (key or self.key).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.stub.add_response("get_public_key", {"PublicKey": der}, {"KeyId": "alias/log"})

    def give_signature(self, data: bytes, signature: bytes) -> None:
        asked = {
            "KeyId": "alias/log",
            "Message": data,
            "MessageType": "RAW",
            "SigningAlgorithm": "ED25519_SHA_512",
        }
        self.stub.add_response("sign", {"Signature": signature}, asked)


def test_kms_signs_the_whole_message_and_its_key_is_asked_once():
    aws = AwsKms()
    aws.give_key()
    for data in (b"one", b"two"):
        aws.give_signature(data, aws.key.sign(data))
        assert aws.signer.sign(data) == aws.key.sign(data)
    assert aws.signer.public_key() == aws.key.public_key()
    aws.stub.assert_no_pending_responses()


def test_a_signature_that_does_not_hold_is_no_signature():
    aws = AwsKms()
    aws.give_key()
    aws.give_signature(b"one", aws.key.sign(b"two"))
    with pytest.raises(KeyRootError, match="does not hold"):
        aws.signer.sign(b"one")


def test_kms_that_refuses_or_is_away_is_said_so():
    for code, kind in (("AccessDeniedException", KeyRootError), ("ThrottlingException", KeyRootUnavailableError)):
        aws = AwsKms()
        aws.stub.add_client_error("get_public_key", code, "do not repeat me")
        with pytest.raises(kind) as refusal:
            aws.signer.sign(b"one")
        assert "repeat" not in str(refusal.value)
        aws.give_key()
        aws.stub.add_client_error("sign", code, "do not repeat me")
        with pytest.raises(kind) as refusal:
            aws.signer.sign(b"one")
        assert "repeat" not in str(refusal.value)


def test_a_kms_key_of_another_kind_does_not_sign():
    aws = AwsKms()
    aws.give_key(generate_private_key(SECP256R1()))
    with pytest.raises(KeyRootError, match="EDWARDS25519"):
        aws.signer.public_key()


def test_a_kms_signer_is_built_without_being_asked(config):
    away = KmsRoot("alias/log", "eu-west-3", "http://127.0.0.1:9", "x", "y")
    signer = build_signer(replace(config, signing_key=away))
    with pytest.raises(KeyRootUnavailableError):
        signer.public_key()
