"""SeaweedFS from a wheel, on loopback: an S3 that keeps versions and holds locked objects as S3 does."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.services.programs import LOOPBACK, accepts_connections, find_program, free_port, running_program

REGION = "us-east-1"
ACTIONS = [
    "Admin",  # makes buckets: the tests need it, the application does not
    "Read",
    "List",
    "Write",
    "GetObjectRetention",
    "PutObjectRetention",
    "GetObjectLegalHold",
    "PutObjectLegalHold",
]


@dataclass(frozen=True)
class S3Endpoint:
    """Where it listens, and how to be let in."""

    url: str
    access_key: str
    secret_key: str
    region: str = REGION

    @cache  # noqa: B019 -- one endpoint a session, and making a client takes longer than most of what is asked of it
    def client(self) -> Any:
        """A plain client, for tests that look behind the store's back."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(s3={"addressing_style": "path"}, connect_timeout=2, retries={"total_max_attempts": 1}),
        )

    def new_bucket(self, *, object_lock: bool = False) -> str:
        """The name of a new bucket that keeps versions, and takes locks if asked."""
        name = f"t-{secrets.token_hex(6)}"
        client = self.client()
        client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=object_lock)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


@contextmanager
def running_seaweedfs(directory: Path) -> Iterator[S3Endpoint]:
    """Start all of it in `directory`; its telemetry, its other doors and every public address are off."""
    ports = _free_ports("master", "filer", "volume", "admin", "s3")
    endpoint = S3Endpoint(f"http://{LOOPBACK}:{ports['s3']}", secrets.token_hex(10), secrets.token_urlsafe(24))
    config = directory / "s3.json"
    config.touch(mode=0o600)
    credentials = [{"accessKey": endpoint.access_key, "secretKey": endpoint.secret_key}]
    config.write_text(json.dumps({"identities": [{"name": "entente", "credentials": credentials, "actions": ACTIONS}]}))
    data = directory / "data"
    data.mkdir()
    argv = [
        find_program("weed"),
        "mini",
        f"-dir={data}",
        f"-ip={LOOPBACK}",
        f"-ip.bind={LOOPBACK}",
        "-master.telemetry=false",
        "-admin.ui=false",
        "-webdav=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-s3.autoCreateBucket=false",
        "-volume.max=20000",  # each bucket takes seven of its own; by default the disk's free space sets a low limit
        f"-s3.config={config}",
        *(f"-{name}.port={port}" for name, port in ports.items()),
    ]
    log = directory / "seaweedfs.log"
    with running_program(argv, log=log, ready=lambda: _stores(endpoint, ports["s3"])):
        yield endpoint


def _free_ports(*names: str) -> dict[str, int]:
    """A free port for each; gRPC takes the same port + 10000."""
    ports: dict[str, int] = {}
    for name in names:
        while (port := free_port()) in ports.values() or accepts_connections(port + 10_000):
            continue
        ports[name] = port
    return ports


def _stores(endpoint: S3Endpoint, port: int) -> bool:
    """Whether an object can be written: the gateway answers before a volume does."""
    if not accepts_connections(port):
        return False
    client = endpoint.client()
    try:
        if not client.list_buckets()["Buckets"]:
            client.create_bucket(Bucket="ready")
        client.put_object(Bucket="ready", Key="ready", Body=b"ready")
    except (BotoCoreError, ClientError):
        return False
    return True
