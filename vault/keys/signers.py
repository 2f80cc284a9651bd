"""Signing checkpoints by a key that never leaves its service: AWS KMS or OpenBao transit, Ed25519 in both.

The verifying key is asked once and kept. Each signature is verified with it before it is believed, so that a service
that signs with another key, or something else, is an error and never a checkpoint. Calls block: they run in threads.
"""

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vault.errors import KeyRootError
from vault.keys.bao import Bao, number_of, text_of
from vault.keys.kms import named

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class BaoSigner:
    """An ed25519 key of a transit engine, at the version that it had when it was first asked."""

    def __init__(self, bao: Bao) -> None:
        self._bao = bao
        self._version = 0
        self._key: Ed25519PublicKey | None = None

    def public_key(self) -> Ed25519PublicKey:
        """Return the key that verifies. Raises KeyRootError, KeyRootUnavailableError."""
        if self._key is None:
            facts = self._bao.get(f"{self._bao.mount}/keys/{self._bao.key}")
            if facts.get("type") != "ed25519" or facts.get("derived") is not False:
                raise KeyRootError("the transit key that signs must be of type ed25519, and not derived")
            self._version = number_of(facts, "latest_version")
            self._key = _public(text_of(facts["keys"][str(self._version)], "public_key"))
        return self._key

    def sign(self, data: bytes, /) -> bytes:
        """Return 64 bytes of Ed25519 signature. Raises KeyRootError, KeyRootUnavailableError."""
        key = self.public_key()
        answer = self._bao.post(
            f"{self._bao.mount}/sign/{self._bao.key}",
            {"input": b64encode(data).decode(), "key_version": self._version},
        )
        prefix, _, encoded = text_of(answer, "signature").rpartition(":")
        if prefix != f"vault:v{self._version}":
            raise KeyRootError("OpenBao signed with another version of the key")
        return _verified(key, encoded, data)


class KmsSigner:
    """A key of AWS KMS with KeySpec ECC_NIST_EDWARDS25519, used by ED25519_SHA_512 over the whole message (RAW)."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id
        self._key: Ed25519PublicKey | None = None

    def public_key(self) -> Ed25519PublicKey:
        """Return the key that verifies. Raises KeyRootError, KeyRootUnavailableError."""
        if self._key is None:
            self._key = self._ask_key()
        return self._key

    def sign(self, data: bytes, /) -> bytes:
        """Return 64 bytes of Ed25519 signature. Raises KeyRootError, KeyRootUnavailableError."""
        key = self.public_key()
        try:
            answer = self._client.sign(
                KeyId=self._key_id, Message=data, MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
            )
        except (BotoCoreError, ClientError) as error:
            raise named(error) from None
        return _verified(key, b64encode(answer["Signature"]).decode(), data)

    def _ask_key(self) -> Ed25519PublicKey:
        try:
            answer = self._client.get_public_key(KeyId=self._key_id)
            key = load_der_public_key(answer["PublicKey"])
        except (BotoCoreError, ClientError) as error:
            raise named(error) from None
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise KeyRootError("the KMS key that signs must have KeySpec ECC_NIST_EDWARDS25519")
        return key


def _public(encoded: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(b64decode(encoded, validate=True))
    except ValueError:
        raise KeyRootError("OpenBao gave no Ed25519 key") from None


def _verified(key: Ed25519PublicKey, encoded: str, data: bytes) -> bytes:
    try:
        signature = b64decode(encoded, validate=True)
        key.verify(signature, data)
    except (ValueError, InvalidSignature):
        raise KeyRootError("the key service's signature does not hold") from None
    return signature
