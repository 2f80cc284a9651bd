"""The vault's part of the settings: its key root, its store, its time authorities."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from vault import BaoKey, FileStore, KmsRoot, LocalRoot, S3Store, TimeAuthority

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MOUNT_AND_KEY: Final = 2

MAX_ANSWER_SECONDS: Final = 600


def read_key_root(environ: Mapping[str, str]) -> Callable[[str], LocalRoot | KmsRoot | BaoKey]:
    """How ``ENTENTE_KEY_ROOT`` is read."""

    def parse(text: str) -> LocalRoot | KmsRoot | BaoKey:
        if text.startswith("file:/"):
            return LocalRoot(existing_file(text.removeprefix("file:")))
        return _of_a_service(environ, text, "file:/path, awskms:KEY_ID or bao:https://host:8200/transit/KEY")

    return parse


def read_former_roots(environ: Mapping[str, str]) -> Callable[[str], tuple[LocalRoot | KmsRoot | BaoKey, ...]]:
    """How ``ENTENTE_FORMER_KEY_ROOTS`` is read: roots that still open what they wrapped, between spaces, or "none"."""

    def parse(text: str) -> tuple[LocalRoot | KmsRoot | BaoKey, ...]:
        return () if text == "none" else tuple(read_key_root(environ)(each) for each in text.split())

    return parse


def read_signing_key(environ: Mapping[str, str]) -> Callable[[str], Path | KmsRoot | BaoKey]:
    """How ``ENTENTE_SIGNING_KEY`` is read: the file of an Ed25519 key, or a key of a service."""

    def parse(text: str) -> Path | KmsRoot | BaoKey:
        if text.startswith("/"):
            return existing_file(text)
        return _of_a_service(environ, text, "/path, awskms:KEY_ID or bao:https://host:8200/transit/KEY")

    return parse


def _of_a_service(environ: Mapping[str, str], text: str, forms: str) -> KmsRoot | BaoKey:
    kind, _, rest = text.partition(":")
    if kind == "awskms" and rest:
        return KmsRoot(
            rest, environ.get("ENTENTE_KMS_REGION") or "eu-west-3", environ.get("ENTENTE_KMS_ENDPOINT") or None
        )
    if kind == "bao" and rest:
        return _bao_key(environ, rest)
    raise ValueError(f"must be {forms}")


def _bao_key(environ: Mapping[str, str], url: str) -> BaoKey:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("OpenBao is asked over https; plain http is for this machine itself")
    if parts.username or parts.password or parts.query or len(parts.path.strip("/").split("/")) < _MOUNT_AND_KEY:
        raise ValueError("must be the address, the transit engine's place and the key's name, and no secret")
    token, secret_id = environ.get("ENTENTE_BAO_TOKEN_FILE"), environ.get("ENTENTE_BAO_SECRET_ID_FILE")
    role, trust = environ.get("ENTENTE_BAO_ROLE_ID"), environ.get("ENTENTE_BAO_CA")
    if not token and not (role and secret_id):
        raise ValueError("give ENTENTE_BAO_TOKEN_FILE, or ENTENTE_BAO_ROLE_ID and ENTENTE_BAO_SECRET_ID_FILE")
    return BaoKey(
        url,
        token_file=Path(token) if token else None,
        role_id=role or None,
        secret_id_file=Path(secret_id) if secret_id else None,
        namespace=environ.get("ENTENTE_BAO_NAMESPACE") or None,
        ca_file=existing_file(trust) if trust else None,
        minimum_version=int(environ.get("ENTENTE_BAO_MIN_VERSION") or "1"),
    )


def read_store(
    environ: Mapping[str, str], secret: Callable[[str], str | None], whose: Literal["", "REPLICA_"] = ""
) -> Callable[[str], FileStore | S3Store]:
    """How ``ENTENTE_STORE`` is read, or the second store's ``ENTENTE_REPLICA``; ``secret`` reads a secret by its name.

    The second store has variables and keys of its own, so that who holds the one cannot touch the other.
    """

    def own(name: str) -> str:
        return environ.get(f"ENTENTE_{whose}{name}", "")

    def own_secret(name: str) -> str | None:
        return secret(f"{whose}{name}")

    def parse(text: str) -> FileStore | S3Store:
        if text.startswith("files:"):
            return FileStore(Path(text.removeprefix("files:")))
        parts = urlsplit(text)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError("must be files:/path or s3://bucket/prefix")
        method, key_id = _encryption(own("S3_SSE") or "none")
        return S3Store(
            bucket=parts.netloc,
            prefix=parts.path.strip("/"),
            region=own("S3_REGION") or "eu-west-3",
            endpoint_url=own("S3_ENDPOINT") or None,
            access_key=own_secret("S3_ACCESS_KEY"),
            secret_key=own_secret("S3_SECRET_KEY"),
            object_lock=own("S3_OBJECT_LOCK") == "yes",
            encryption=method,
            encryption_key=key_id or None,
            answer_seconds=_seconds(own("S3_ANSWER_SECONDS") or "30"),
        )

    return parse


def _encryption(text: str) -> tuple[Literal["AES256", "aws:kms"] | None, str]:
    """How ``ENTENTE_S3_SSE`` is read: the method and the service's key. Raises ValueError."""
    if text == "none":
        return None, ""
    if text == "AES256":
        return "AES256", ""
    if text == "aws:kms" or text.startswith("aws:kms:"):
        return "aws:kms", text.removeprefix("aws:kms").removeprefix(":")
    raise ValueError("with ENTENTE_S3_SSE, which must be none, AES256, aws:kms or aws:kms:KEY")


def _seconds(text: str) -> float:
    """How ``ENTENTE_S3_ANSWER_SECONDS`` is read. Raises ValueError."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_ANSWER_SECONDS:
        raise ValueError("with ENTENTE_S3_ANSWER_SECONDS, which must be a whole number of seconds from 1 to 600")
    return float(text)


def read_authorities(text: str) -> tuple[TimeAuthority, ...]:
    """The time authorities that the file ``ENTENTE_TIME_AUTHORITIES`` describes. Raises ValueError."""
    if text == "none":
        return ()
    path = existing_file(text)
    entries = json.loads(path.read_text(encoding="utf-8"))
    try:
        return tuple(
            TimeAuthority(
                name=entry["name"],
                url=entry["url"],
                root_certificate_pem=(path.parent / entry["root_certificate"]).read_bytes(),
                policy_oid=entry.get("policy"),
                independent=bool(entry["independent"]),
            )
            for entry in entries
        )
    except (KeyError, TypeError) as error:
        raise ValueError('each authority needs "name", "url", "root_certificate" and "independent"') from error


def existing_file(text: str) -> Path:
    """The path, if a file is there. Raises ValueError."""
    path = Path(text)
    if not path.is_file():
        raise ValueError("the file does not exist")
    return path
