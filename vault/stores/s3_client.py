"""The client that speaks to an S3: its patience, its tries, and what the bucket encrypts with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ANSWER_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Encryption:
    """What the bucket encrypts with besides, where its policy asks: ``AES256``, or ``aws:kms`` and perhaps a key.

    Our own sealing doesn't rest on it; some buckets refuse what doesn't ask for it.
    """

    method: Literal["AES256", "aws:kms"]
    key_id: str | None = None


def make_client(
    *,
    region: str,
    endpoint_url: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    answer_seconds: float = ANSWER_SECONDS,
) -> "S3Client":
    """Return a client. Without keys here, boto3 finds its credentials (role, environment, profile)."""
    client: S3Client = boto3.client(  # pyright: ignore[reportUnknownMemberType] -- a stub without other services
        "s3",
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            connect_timeout=5,
            read_timeout=answer_seconds,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "path"} if endpoint_url else {},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    return client
