"""What a vault is made of: its root key, its store, its signing key and its time authorities."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from vault.keys.bao import Bao, BaoKey
from vault.keys.local import LocalRootKey
from vault.keys.openbao import OpenBaoRootKey
from vault.keys.root import RootKey
from vault.stores.base import ObjectStore
from vault.stores.files import FileObjects
from vault.stores.memory import MemoryObjects
from vault.timestamps import TimeAuthority


@dataclass(frozen=True, slots=True)
class LocalRoot:
    """A keyring file (mode 0600); made where it is missing only if ``create``."""

    path: Path
    create: bool = False


@dataclass(frozen=True, slots=True)
class KmsRoot:
    """A symmetric key of AWS KMS. Without access keys here, boto3 finds its credentials itself."""

    key_id: str
    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class S3Store:
    """A versioned bucket. With ``object_lock`` kept items are put under GOVERNANCE retention for ``lock_days``."""

    bucket: str
    prefix: str
    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    object_lock: bool = False
    lock_days: int = 365


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """Memory, for tests and trials: gone with the process."""


Root: TypeAlias = LocalRoot | KmsRoot | BaoKey
Store: TypeAlias = FileStore | S3Store | MemoryStore


@dataclass(frozen=True, slots=True)
class VaultConfig:
    """All that ``open_vault`` needs.

    ``tenant`` enters every encryption context and names this vault's objects in a shared store. ``origin`` is the name
    of the platform log in its checkpoints. ``former_roots`` still open what they wrapped, until it is rewrapped.
    """

    tenant: UUID
    root: Root
    store: Store
    signing_key_path: Path
    origin: str
    cadence_seconds: int = 60
    authorities: Sequence[TimeAuthority] = ()
    create_signing_key: bool = False
    former_roots: Sequence[Root] = ()


def build_root(root: Root) -> RootKey:
    """The root key of a configuration. Raises ConfigurationError."""
    if isinstance(root, LocalRoot):
        return LocalRootKey.load(root.path, create=root.create)
    if isinstance(root, BaoKey):
        return OpenBaoRootKey(Bao(root), minimum=root.minimum_version)
    from vault.keys.kms import kms_root_key  # noqa: PLC0415 -- boto3 is slow to import, and not needed by files

    return kms_root_key(
        root.key_id,
        region=root.region,
        endpoint_url=root.endpoint_url,
        access_key=root.access_key,
        secret_key=root.secret_key,
    )


def build_store(store: Store) -> ObjectStore:
    """The store of a configuration. Nothing is asked of it yet."""
    if isinstance(store, FileStore):
        return FileObjects(store.path)
    if isinstance(store, MemoryStore):
        return MemoryObjects()
    from vault.stores.s3 import s3_objects  # noqa: PLC0415 -- boto3 is slow to import, and not needed by files

    return s3_objects(
        store.bucket,
        store.prefix,
        region=store.region,
        endpoint_url=store.endpoint_url,
        access_key=store.access_key,
        secret_key=store.secret_key,
        object_lock=store.object_lock,
    )
