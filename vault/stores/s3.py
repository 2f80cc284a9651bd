"""A store in an S3 bucket: multipart with SHA-256 of each part, versions, and the bucket's Object Lock."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING, Final, cast

from vault.envelope import Buffer
from vault.errors import ConfigurationError, ObjectMissingError, StoreError, StoreUnavailableError
from vault.stores.base import Fill, LockMode, PendingUpload, Piece, Protection, StoredObject, Torn, checked_key, nothing
from vault.stores.s3_answers import BeyondEndError, named
from vault.stores.s3_client import Encryption, make_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CreateMultipartUploadRequestTypeDef

__all__ = ["Encryption", "S3Objects", "make_client"]

LOST_ANSWER_TRIES: Final = 3
"""How often a range is asked for when its bytes break off on the way."""


class S3Objects:
    """Objects as versions under ``prefix/KEY`` of one versioned bucket. Deleting is always by version."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        prefix: str = "",
        *,
        object_lock: bool = False,
        encryption: Encryption | None = None,
        torn: Torn | None = None,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._encryption = encryption
        self.locks, self.torn = object_lock, torn

    def begin(self, key: str) -> str:
        """Begin a multipart upload, with the encryption that the bucket's policy asks for."""
        wanted: CreateMultipartUploadRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": self._name(key),
            "ChecksumAlgorithm": "SHA256",
            "ContentType": "application/octet-stream",
        }
        if self._encryption is not None:
            wanted["ServerSideEncryption"] = self._encryption.method
            if self._encryption.key_id is not None:
                wanted["SSEKMSKeyId"] = self._encryption.key_id
        with named():
            return self._client.create_multipart_upload(**wanted)["UploadId"]

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
        held: bool = False,  # noqa: ARG002 -- a part comes whole
    ) -> Piece:
        """Send one part with its checksum, which the service verifies. ``offset`` follows from the number."""
        body = cast("bytes", data) if isinstance(data, bytes | bytearray) else bytes(data)
        with named():
            answer = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._name(key),
                UploadId=upload,
                PartNumber=number,
                Body=body,
                ChecksumSHA256=_text(sha256),
            )
        return Piece(number, len(data), sha256, answer["ETag"])

    def complete(self, key: str, upload: str, pieces: list[Piece]) -> str:
        """Complete the upload; the bucket must give a version, and keep as many bytes as were sent.

        An answer that is lost after the work was done is no failure: the version is looked for, and its bytes checked.
        What turns out wrong is left to the sweep: deleting on a doubt could delete what an earlier call published.
        """
        try:
            with named():
                answer = self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    UploadId=upload,
                    MultipartUpload={
                        "Parts": [
                            {"PartNumber": piece.number, "ETag": piece.tag, "ChecksumSHA256": _text(piece.sha256)}
                            for piece in pieces
                        ]
                    },
                )
        except (StoreUnavailableError, ObjectMissingError):
            version = self._published(key, pieces)
            if version is None:
                raise
            self._drop(key, upload)
            return version
        self._drop(key, upload)
        version = answer.get("VersionId")
        if not version:
            raise StoreError("the bucket gives no versions: enable versioning")
        if not self._is_whole(key, version, pieces):
            raise StoreError("the store keeps other bytes than were sent")
        return version

    def _drop(self, key: str, upload: str) -> None:
        if self.torn is not None:
            self.torn.drop(key, upload)

    def _is_whole(self, key: str, version: str, pieces: list[Piece]) -> bool:
        """Whether a version has the length that was sent and, where the service tells it, the digest of all parts."""
        with named():
            facts = self._client.head_object(
                Bucket=self._bucket, Key=self._name(key), VersionId=version, ChecksumMode="ENABLED"
            )
        composite = hashlib.sha256(b"".join(piece.sha256 for piece in pieces)).digest()
        told = facts.get("ChecksumSHA256", "")
        right = "-" not in told or told == f"{_text(composite)}-{len(pieces)}"
        return right and facts["ContentLength"] == sum(piece.size for piece in pieces)

    def _published(self, key: str, pieces: list[Piece]) -> str | None:
        """The version under a key whose bytes are these pieces, each hashed again; ``None`` where there is none."""
        name, size = self._name(key), sum(piece.size for piece in pieces)
        with suppress(StoreError), named():
            listed = self._client.list_object_versions(Bucket=self._bucket, Prefix=name).get("Versions", [])
            for each in listed:
                version = each.get("VersionId", "")
                if each.get("Key") == name and each.get("Size") == size and self._has(key, version, pieces):
                    return version
        return None

    def _has(self, key: str, version: str, pieces: list[Piece]) -> bool:
        offset = 0
        for piece in pieces:
            if hashlib.sha256(self.read(key, version, offset, piece.size)).digest() != piece.sha256:
                return False
            offset += piece.size
        return True

    def abort(self, key: str, upload: str) -> None:
        """Abort an upload."""
        self._drop(key, upload)
        try:
            with named():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._name(key), UploadId=upload)
        except ObjectMissingError:
            return

    def read(self, key: str, version: str, offset: int, length: int) -> bytes:
        """A range of one version."""
        if length <= 0:
            return b""
        for left in reversed(range(LOST_ANSWER_TRIES)):
            try:
                with named():
                    answer = self._client.get_object(
                        Bucket=self._bucket,
                        Key=self._name(key),
                        VersionId=version,
                        Range=f"bytes={offset}-{offset + length - 1}",
                    )
            except BeyondEndError:
                return b""
            try:
                with named():
                    content = answer["Body"].read()
            except StoreUnavailableError:
                if not left:
                    raise
                continue
            if len(content) > length:
                raise StoreError("the store gave more bytes than were asked for")
            return content
        raise StoreUnavailableError("the bytes broke off again and again")  # pragma: no cover -- the last try raises

    def at_hand(self, key: str, version: str) -> AbstractContextManager[Fill]:  # noqa: ARG002 -- the protocol's signature
        """Nothing: a network lies between."""
        return nullcontext(nothing)

    def size(self, key: str, version: str) -> int:
        """The size of one version."""
        with named():
            facts = self._client.head_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)
            return facts["ContentLength"]

    def delete(self, key: str, version: str) -> None:
        """Delete one version for good."""
        self.size(key, version)  # S3 deletes what is not there without a word
        with named():
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)

    def lock(self, key: str, version: str, mode: LockMode, until: datetime) -> None:
        """Put one version under retention."""
        self._must_lock()
        with named():
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=self._name(key),
                VersionId=version,
                Retention={"Mode": mode.value, "RetainUntilDate": until},
            )

    def hold(self, key: str, version: str, *, on: bool) -> None:
        """Put one version under a legal hold, or lift it."""
        self._must_lock()
        with named():
            self._client.put_object_legal_hold(
                Bucket=self._bucket,
                Key=self._name(key),
                VersionId=version,
                LegalHold={"Status": "ON" if on else "OFF"},
            )

    def protection(self, key: str, version: str) -> Protection:
        """What protects one version."""
        with named():
            facts = self._client.head_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)
        mode: str = facts.get("ObjectLockMode", "")
        return Protection(
            mode=LockMode(mode) if mode else None,
            until=facts.get("ObjectLockRetainUntilDate"),
            held=facts.get("ObjectLockLegalHoldStatus") == "ON",
        )

    def _must_lock(self) -> None:
        if not self.locks:
            raise StoreError("Object Lock is not configured for this store")

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All versions under a prefix."""
        with named():
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
        with named():
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
            with named():
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

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)


def _text(digest: bytes) -> str:
    return b64encode(digest).decode()
