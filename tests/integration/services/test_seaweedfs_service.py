"""The S3 of the tests keeps versions, and keeps what is locked."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError


def test_an_object_is_given_back_in_each_of_its_versions(seaweedfs):
    s3, bucket = seaweedfs.client(), seaweedfs.new_bucket()
    first = s3.put_object(Bucket=bucket, Key="piece", Body=b"avant")["VersionId"]
    s3.put_object(Bucket=bucket, Key="piece", Body=b"apres")
    assert s3.get_object(Bucket=bucket, Key="piece")["Body"].read() == b"apres"
    assert s3.get_object(Bucket=bucket, Key="piece", VersionId=first)["Body"].read() == b"avant"


def test_a_locked_version_cannot_be_deleted(seaweedfs):
    s3, bucket = seaweedfs.client(), seaweedfs.new_bucket(object_lock=True)
    until = datetime.now(UTC) + timedelta(minutes=5)
    kept = s3.put_object(
        Bucket=bucket, Key="piece", Body=b"x", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="piece", VersionId=kept["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="piece")["Body"].read() == b"x"


def test_a_wrong_secret_is_refused(seaweedfs):
    stranger = type(seaweedfs)(seaweedfs.url, seaweedfs.access_key, "wrong", seaweedfs.region)
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.client().list_buckets()
