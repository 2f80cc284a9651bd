"""The three roots, each behind the same handles, for the contract that all of them keep."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import boto3

from tests.services.moto_server import MotoServer
from tests.services.openbao import BaoServer
from vault import BaoKey, KmsRoot, LocalRoot
from vault.config import Root, build_root
from vault.keys.kms import KmsRootKey
from vault.keys.local import LocalRootKey
from vault.keys.root import RootKey

USER_POLICY = """
path "{mount}/keys/{key}" {{ capabilities = ["read"] }}
path "{mount}/encrypt/{key}" {{ capabilities = ["update"] }}
path "{mount}/decrypt/{key}" {{ capabilities = ["update"] }}
path "{mount}/rewrap/{key}" {{ capabilities = ["update"] }}
"""
KEEPER_POLICY = (
    USER_POLICY
    + """
path "{mount}/keys/{key}/rotate" {{ capabilities = ["update"] }}
path "{mount}/keys/{key}/config" {{ capabilities = ["update"] }}
path "{mount}/keys/{key}/trim" {{ capabilities = ["update"] }}
"""
)


class RootInHand(Protocol):
    """A root key, and what may befall it."""

    root: RootKey

    def other(self) -> RootKey:
        """Another root of the same kind."""
        ...

    def away(self) -> RootKey:
        """The same root, where nobody answers."""
        ...

    def throttled(self) -> RootKey:
        """The same root, of which too much was asked."""
        ...

    def revoke(self) -> None:
        """Take away what lets us use it."""
        ...


class _Raw:
    """A body as urllib3 gives it."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> list[bytes]:
        return [self.body]


class LocalInHand:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.config = LocalRoot(directory / "keyring.json", create=True)
        self.root: RootKey = LocalRootKey.load(self.config.path, create=True)

    def other(self) -> RootKey:
        return LocalRootKey.load(self.directory / "other.json", create=True)

    def away(self) -> RootKey:
        self.config.path.rename(self.directory / "aside.json")
        return self.root

    throttled = away

    def revoke(self) -> None:
        self.config.path.chmod(0o644)
        os.utime(self.config.path)


class KmsInHand:
    def __init__(self, moto: MotoServer) -> None:
        self.kms = boto3.client(
            "kms",
            endpoint_url=moto.url,
            region_name=moto.region,
            aws_access_key_id=moto.access_key,
            aws_secret_access_key=moto.secret_key,
        )
        self.config = self.configured(moto)
        self.root: RootKey = built(self.config)

    def configured(self, moto: MotoServer) -> KmsRoot:
        arn = self.kms.create_key()["KeyMetadata"]["Arn"]
        return KmsRoot(arn, moto.region, moto.url, moto.access_key, moto.secret_key)

    def other(self) -> RootKey:
        return built(replace(self.config, key_id=self.kms.create_key()["KeyMetadata"]["Arn"]))

    def away(self) -> RootKey:
        return built(replace(self.config, endpoint_url="http://127.0.0.1:9"))

    def throttled(self) -> RootKey:
        self.answer(400, "ThrottlingException")
        return self.root

    def revoke(self) -> None:
        self.answer(400, "AccessDeniedException")  # moto checks no rights

    def answer(self, status: int, code: str) -> None:
        """Have every later call of the client answered so, as KMS would."""
        assert isinstance(self.root, KmsRootKey)
        body = b'{"__type": "%s", "message": "do not repeat me"}' % code.encode()

        def refuse(**_sent: Any) -> Any:
            from botocore.awsrequest import AWSResponse  # noqa: PLC0415 -- only here

            return AWSResponse("", status, {"x-amzn-errortype": code}, _Raw(body))  # type: ignore[arg-type]

        self.root._client.meta.events.register("before-send.kms", refuse)  # noqa: SLF001 -- the client as configured


class BaoInHand:
    def __init__(self, server: BaoServer, directory: Path) -> None:
        self.server = server
        self.mount = server.new_mount()
        self.token_file = directory / "bao.token"
        self.config = self.configured()
        self.root: RootKey = built(self.config)

    def configured(self, policy: str = KEEPER_POLICY) -> BaoKey:
        url = self.server.new_key(self.mount)
        self.token = self.server.new_token(policy.format(mount=self.mount, key=url.rpartition("/")[2]))
        self.write(self.token)
        return BaoKey(url, token_file=self.token_file, ca_file=self.server.ca_file)

    def write(self, token: str) -> None:
        made = self.token_file.with_suffix(f".{uuid4().hex}")
        made.write_text(token + "\n")
        made.chmod(0o600)
        made.rename(self.token_file)

    def other(self) -> RootKey:
        url = self.server.new_key(self.mount)
        token_file = self.token_file.with_name("other.token")
        token_file.write_text(self.server.new_token(USER_POLICY.format(mount=self.mount, key=url.rpartition("/")[2])))
        token_file.chmod(0o600)
        return built(replace(self.config, url=url, token_file=token_file))

    def away(self) -> RootKey:
        return built(replace(self.config, url="https://127.0.0.1:9/" + self.mount + "/key"))

    def throttled(self) -> RootKey:
        self.server.call(
            "POST", f"sys/quotas/rate-limit/{self.mount}", {"rate": 0.001, "interval": "3600s", "path": self.mount}
        )
        return self.root

    def revoke(self) -> None:
        self.server.call("POST", "auth/token/revoke", {"token": self.token})


def built(config: Root) -> RootKey:
    return build_root(config)
