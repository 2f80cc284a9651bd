"""A store in an S3 bucket: multipart with SHA-256 of each part, versions, and the bucket's Object Lock."""

import hashlib
from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING, Final, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.envelope import Buffer
from vault.errors import (
    ConfigurationError,
    DiskFullError,
    ObjectLockedError,
    ObjectMissingError,
    StoreError,
    StoreUnavailableError,
)
from vault.stores.base import PendingUpload, Piece, StoredObject, checked_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PROBE_LOCK: Final = timedelta(minutes=1)

_MISSING: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchUpload", "NotFound"})
_PASSING: Final = frozenset(
    {"500", "502", "503", "504", "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "Throttling"}
)
_FULL: Final = frozenset({"507", "InsufficientStorage", "XMinioStorageFull", "QuotaExceeded"})
_BEYOND_END: Final = frozenset({"416", "InvalidRange"})


class S3Objects:
    """Objects as versions under ``prefix/KEY`` of one versioned bucket. Deleting is always by version."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str = "", *, object_lock: bool = False) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.locks = object_lock

    def begin(self, key: str) -> str:
        """Begin a multipart upload."""
        with _named():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=self._name(key),
                ChecksumAlgorithm="SHA256",
                ContentType="application/octet-stream",
            )
        return answer["UploadId"]

    def put_part(
        self,
        key: str,
        upload: str,
        number: int,
        offset: int,  # noqa: ARG002 -- S3 orders parts by number alone
        data: Buffer,
        sha256: bytes,
        *,
        durable: bool = False,  # noqa: ARG002 -- what S3 has acknowledged is durable
    ) -> Piece:
        """Send one part with its checksum, which the service verifies. ``offset`` follows from the number."""
        body = cast("bytes", data) if isinstance(data, bytes | bytearray) else bytes(data)
        with _named():
            answer = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._name(key),
                UploadId=upload,
                PartNumber=number,
                Body=body,
                ChecksumSHA256=b64encode(sha256).decode(),
            )
        return Piece(number, len(data), sha256, answer["ETag"])

    def complete(self, key: str, upload: str, pieces: list[Piece]) -> str:
        """Complete the upload; the bucket must give a version."""
        with _named():
            answer = self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._name(key),
                UploadId=upload,
                MultipartUpload={
                    "Parts": [
                        {
                            "PartNumber": piece.number,
                            "ETag": piece.tag,
                            "ChecksumSHA256": b64encode(piece.sha256).decode(),
                        }
                        for piece in pieces
                    ]
                },
            )
        version = answer.get("VersionId")
        if not version:
            raise StoreError("the bucket gives no versions: enable versioning")
        return version

    def abort(self, key: str, upload: str) -> None:
        """Abort an upload."""
        try:
            with _named():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._name(key), UploadId=upload)
        except ObjectMissingError:
            return

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of one version."""
        if length <= 0:
            return b""
        try:
            with _named():
                answer = self._client.get_object(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    VersionId=version,
                    Range=f"bytes={offset}-{offset + length - 1}",
                )
                return answer["Body"].read()
        except _BeyondEndError:
            return b""

    def size(self, key: str, version: str) -> int:
        """The size of one version."""
        with _named():
            return self._client.head_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)[
                "ContentLength"
            ]

    def delete(self, key: str, version: str) -> None:
        """Delete one version for good."""
        self.size(key, version)  # S3 deletes what is not there without a word
        with _named():
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)

    def lock(self, key: str, version: str, until: datetime) -> None:
        """Put one version under GOVERNANCE retention."""
        if not self.locks:
            raise StoreError("Object Lock is not configured for this store")
        with _named():
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=self._name(key),
                VersionId=version,
                Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until},
            )

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All versions under a prefix."""
        with _named():
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=f"{self._name(prefix)}/"
            )
            for page in pages:
                for each in page.get("Versions", ()):
                    stored_at = each.get("LastModified", datetime.now(UTC))  # unknown counts as new
                    key = each.get("Key", "").removeprefix(self._prefix)
                    yield StoredObject(key, each.get("VersionId", ""), each.get("Size", 0), stored_at)

    def uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """All pending uploads under a prefix."""
        with _named():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=f"{self._name(prefix)}/"
            )
            for page in pages:
                for each in page.get("Uploads", ()):
                    begun_at = each.get("Initiated", datetime.now(UTC))
                    key = each.get("Key", "").removeprefix(self._prefix)
                    yield PendingUpload(key, each.get("UploadId", ""), begun_at)

    def probe(self) -> None:
        """Check versioning, then write, read and delete a small object."""
        key, content = f"probe/{token_hex(16)}", token_bytes(64)
        try:
            with _named():
                status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
            if status != "Enabled":
                raise ConfigurationError("the bucket keeps no versions: enable versioning on it")
            upload = self.begin(key)
            piece = self.put_part(key, upload, 1, 0, content, hashlib.sha256(content).digest())
            version = self.complete(key, upload, [piece])
            read = self.read(key, version, 0, len(content))
            self.delete(key, version)
        except StoreError as error:
            raise ConfigurationError(f"the bucket cannot be used: {error}") from error
        if read != content:
            raise ConfigurationError("the bucket gives back other bytes than were written")

    def probe_lock(self) -> None:
        """Put an object under a COMPLIANCE lock of one minute and try to delete that version."""
        key, content = f"probe/{token_hex(16)}", token_bytes(64)
        try:
            with _named():
                answer = self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    Body=content,
                    ChecksumAlgorithm="SHA256",
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=datetime.now(UTC) + PROBE_LOCK,
                )
        except StoreError as error:
            raise ConfigurationError(f"the bucket takes no locked object: {error}") from error
        version = answer.get("VersionId", "")
        try:
            self.delete(key, version)
        except ObjectLockedError:
            return
        except StoreError as error:
            raise ConfigurationError(f"the bucket's lock cannot be tried: {error}") from error
        raise ConfigurationError("the bucket accepts locks and does not enforce them: a locked version was deleted")

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)


class _BeyondEndError(StoreError):
    """The range starts where the object ends, or after."""


def s3_objects(
    bucket: str,
    prefix: str,
    *,
    region: str,
    endpoint_url: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    object_lock: bool = False,
) -> S3Objects:
    """A store in a bucket. Without keys here, boto3 finds its credentials (role, environment, profile)."""
    client: S3Client = boto3.client(  # pyright: ignore[reportUnknownMemberType] -- a stub without other services
        "s3",
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "path"} if endpoint_url else {},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return S3Objects(client, bucket, prefix, object_lock=object_lock)


@contextmanager
def _named() -> Generator[None, None, None]:
    """Turn the service's errors into the store's; its code is told, never its message."""
    try:
        yield
    except ClientError as error:
        raise _name_refusal(error) from error
    except BotoCoreError as error:
        raise StoreUnavailableError(f"the store cannot be reached ({type(error).__name__})") from error


def _name_refusal(error: ClientError) -> StoreError:
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _MISSING:
        return ObjectMissingError("the store has no such object")
    if code in _BEYOND_END:
        return _BeyondEndError("the range starts after the object's end")
    if code in _FULL:
        return DiskFullError("no room is left where the store writes")
    if code in _PASSING or status in {500, 502, 503, 504}:
        return StoreUnavailableError(f"the store does not answer now ({code})")
    if code in {"AccessDenied", "ObjectLocked", "InvalidRequest"} and error.operation_name == "DeleteObject":
        return ObjectLockedError(f"the store refuses to delete this version ({code})")
    return StoreError(f"the store refused ({code})")
