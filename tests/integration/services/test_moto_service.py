"""moto answers as S3 and as KMS, in a process of its own."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

BRIEF = Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=10)


def client(moto, service):
    return boto3.client(
        service,
        endpoint_url=moto.url,
        region_name=moto.region,
        aws_access_key_id=moto.access_key,
        aws_secret_access_key=moto.secret_key,
        config=BRIEF,
    )


def test_an_object_is_given_back(moto):
    s3 = client(moto, "s3")
    s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": moto.region})
    s3.put_object(Bucket="a-bucket", Key="piece", Body=b"octets")
    assert s3.get_object(Bucket="a-bucket", Key="piece")["Body"].read() == b"octets"


def test_a_key_opens_only_under_the_context_it_sealed_with(moto):
    kms = client(moto, "kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext={"space": "joint"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"space": "joint"})["Plaintext"] == b"secret"
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"space": "caucus"})


def test_a_reset_forgets_every_bucket(moto):
    s3 = client(moto, "s3")
    s3.create_bucket(Bucket="to-forget", CreateBucketConfiguration={"LocationConstraint": moto.region})
    moto.reset()
    assert s3.list_buckets()["Buckets"] == []
