"""The root key in AWS KMS: it never leaves the service, and every call is bound to its encryption context."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.errors import KeyRootError, KeyRootUnavailableError
from vault.keys.root import Wrapped

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

PASSING: Final = frozenset(
    {
        "DependencyTimeoutException",
        "KMSInternalException",
        "KeyUnavailableException",
        "LimitExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)


class KmsRootKey:
    """Wraps and unwraps by KMS Encrypt and Decrypt (symmetric key), in threads."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    async def current(self) -> str:
        """``kms:`` and the configured key id; what KMS rotates within one key doesn't show."""
        return self._name

    def holds(self, name: str) -> bool:
        """Whether it is this key's name."""
        return name == self._name

    async def wrap(self, key: bytes | bytearray, context: Mapping[str, str]) -> Wrapped:
        """Encrypt 32 bytes for one context. Raises KeyRootError, KeyRootUnavailableError."""
        return Wrapped(self._name, await asyncio.to_thread(self._wrap, key, dict(context)))

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytearray:
        """Decrypt for the same context. Raises KeyRootError, KeyRootUnavailableError."""
        return await asyncio.to_thread(self._unwrap, wrapped, dict(context))

    async def rewrap(self, wrapped: bytes, context: Mapping[str, str]) -> Wrapped:
        """Encrypt anew inside the service, under the key's newest material (ReEncrypt)."""
        return Wrapped(self._name, await asyncio.to_thread(self._rewrap, wrapped, dict(context)))

    async def rotate(self) -> None:
        """Refuse: KMS rotates material within a key and destroys none, so a rotation is a move to another key."""
        raise KeyRootError("a KMS key is rotated by configuring another one, with this one as a former root")

    async def rotated_at(self) -> datetime | None:
        """``None``: what KMS rotates by itself does not show."""
        return None

    async def destroy_former(self) -> None:
        """Refuse: a KMS key is destroyed in KMS, by its administrators, after its waiting period."""
        raise KeyRootError("a former KMS key is destroyed in KMS itself, with its waiting period")

    @property
    def _name(self) -> str:
        return f"kms:{self._key_id}"

    def _wrap(self, key: bytes | bytearray, context: dict[str, str]) -> bytes:
        try:
            return self._client.encrypt(KeyId=self._key_id, Plaintext=bytes(key), EncryptionContext=context)[
                "CiphertextBlob"
            ]
        except (BotoCoreError, ClientError) as error:
            refusal = named(error)
        raise refusal  # not from within: the service's frames hold what was sent

    def _unwrap(self, wrapped: bytes, context: dict[str, str]) -> bytearray:
        try:
            answer = self._client.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=context)
            return bytearray(answer["Plaintext"])
        except (BotoCoreError, ClientError) as error:
            refusal = named(error)
        raise refusal

    def _rewrap(self, wrapped: bytes, context: dict[str, str]) -> bytes:
        try:
            answer = self._client.re_encrypt(
                CiphertextBlob=wrapped,
                SourceEncryptionContext=context,
                SourceKeyId=self._key_id,
                DestinationKeyId=self._key_id,
                DestinationEncryptionContext=context,
            )
            return answer["CiphertextBlob"]
        except (BotoCoreError, ClientError) as error:
            refusal = named(error)
        raise refusal


def kms_client(
    *, region: str, endpoint_url: str | None = None, access_key: str | None = None, secret_key: str | None = None
) -> "KMSClient":
    """Build a client of KMS; nothing is contacted.

    Without keys here, credentials are found as boto3 finds them (role, environment, profile).
    """
    client: KMSClient = boto3.client(  # pyright: ignore[reportUnknownMemberType] -- a stub without other services
        "kms",
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}),
    )
    return client


def named(error: BotoCoreError | ClientError) -> KeyRootError:
    """The vault's error; the service's code is told, never its message, which may repeat what was sent."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "unknown")
        if code in PASSING:
            return KeyRootUnavailableError(f"the key service does not answer now ({code})")
        return KeyRootError(f"the key service refused ({code})")
    return KeyRootUnavailableError(f"the key service cannot be reached ({type(error).__name__})")
