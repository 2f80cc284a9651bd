"""The root key in AWS KMS: it never leaves the service, and every call is bound to its encryption context."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.errors import KeyRootError, KeyRootUnavailableError

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

    @property
    def name(self) -> str:
        """``kms:`` and the configured key id."""
        return f"kms:{self._key_id}"

    def holds(self, name: str) -> bool:
        """Whether it is this key's name."""
        return name == self.name

    async def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """Encrypt 32 bytes for one context. Raises KeyRootError, KeyRootUnavailableError."""
        return await asyncio.to_thread(self._wrap, key, dict(context))

    async def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Decrypt for the same context. Raises KeyRootError, KeyRootUnavailableError."""
        return await asyncio.to_thread(self._unwrap, wrapped, dict(context))

    def _wrap(self, key: bytes, context: dict[str, str]) -> bytes:
        try:
            answer = self._client.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext=context)
        except (BotoCoreError, ClientError) as error:
            raise _named(error) from error
        return answer["CiphertextBlob"]

    def _unwrap(self, wrapped: bytes, context: dict[str, str]) -> bytes:
        try:
            answer = self._client.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=context)
        except (BotoCoreError, ClientError) as error:
            raise _named(error) from error
        return answer["Plaintext"]


def kms_root_key(
    key_id: str,
    *,
    region: str,
    endpoint_url: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
) -> KmsRootKey:
    """A KMS root key. Without keys here, credentials are found as boto3 finds them (role, environment, profile)."""
    client: KMSClient = boto3.client(  # pyright: ignore[reportUnknownMemberType] -- a stub without other services
        "kms",
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}),
    )
    return KmsRootKey(client, key_id)


def _named(error: BotoCoreError | ClientError) -> KeyRootError:
    """The vault's error; the service's code is told, never its message, which may repeat what was sent."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "unknown")
        if code in PASSING:
            return KeyRootUnavailableError(f"the key service does not answer now ({code})")
        return KeyRootError(f"the key service refused ({code})")
    return KeyRootUnavailableError(f"the key service cannot be reached ({type(error).__name__})")
