"""What a vault is made of: its root key, its store, its signing key and its time authorities."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from uuid import UUID

from vault.keys.local import LocalRootKey
from vault.keys.root import RootKey
from vault.keys.signing import load_signing_key
from vault.ledger.checkpoint import Signer
from vault.stores.base import ObjectStore
from vault.stores.files import FileObjects
from vault.stores.memory import MemoryObjects
from vault.stores.torn_files import LocalTorn
from vault.timestamps import TimeAuthority

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


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
class BaoKey:
    """A key of a transit engine: ``url`` is ``https://host:8200/MOUNT/KEY``.

    The token is read from ``token_file`` (mode 0600) whenever it changes; or an AppRole signs in with ``role_id`` and
    the secret id in ``secret_id_file``. ``ca_file`` holds the authority of the service's certificate, if it isn't one
    that the system knows. ``minimum_version``: wrapped keys of older versions are refused.
    """

    url: str
    token_file: Path | None = None
    role_id: str | None = None
    secret_id_file: Path | None = None
    namespace: str | None = None
    ca_file: Path | None = None
    minimum_version: int = 1


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class S3Store:
    """A versioned bucket. With ``object_lock`` kept items are put under GOVERNANCE retention for ``lock_days``.

    ``encryption`` is what the bucket's policy asks of each object, with the service's key ``encryption_key`` if given.
    An answer that takes longer than ``answer_seconds`` counts as none.
    """

    bucket: str
    prefix: str
    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    object_lock: bool = False
    lock_days: int = 365
    encryption: Literal["AES256", "aws:kms"] | None = None
    encryption_key: str | None = None
    answer_seconds: float = 30


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """Memory, for tests and trials: gone with the process."""


Root: TypeAlias = LocalRoot | KmsRoot | BaoKey
Store: TypeAlias = FileStore | S3Store | MemoryStore


@dataclass(frozen=True, slots=True)
class VaultConfig:
    """All that ``open_vault`` needs.

    ``tenant`` enters every encryption context and names this vault's objects in a shared store. ``origin`` is the name
    of the platform log in its checkpoints, ``signing_key`` its Ed25519 key: a PEM file, or a key of a service.
    ``former_roots`` still open what they wrapped, until it is rewrapped.
    ``replica`` is a second store that gets a copy of everything. ``pdf_seal`` is the PEM file with the key and the
    certificates of the seal on documents, made for ``holder`` where it is missing; without it one is made in memory.
    ``local`` is a folder that the processes of one machine share: by it they know which of
    them live, and it holds what a bucket can't hold yet.
    """

    tenant: UUID
    root: Root
    store: Store
    signing_key: Path | KmsRoot | BaoKey
    origin: str
    cadence_seconds: int = 60
    authorities: Sequence[TimeAuthority] = ()
    create_signing_key: bool = False
    former_roots: Sequence[Root] = ()
    replica: Store | None = None
    pdf_seal: Path | None = None
    holder: str = ""
    local: Path | None = None


def build_root(root: Root) -> RootKey:
    """The root key of a configuration. Raises ConfigurationError."""
    if isinstance(root, LocalRoot):
        return LocalRootKey.load(root.path, create=root.create)
    if isinstance(root, BaoKey):
        from vault.keys.bao import Bao  # noqa: PLC0415 -- httpx is slow to import, and not needed by files
        from vault.keys.openbao import OpenBaoRootKey  # noqa: PLC0415 -- same

        return OpenBaoRootKey(Bao(root), minimum=root.minimum_version)
    from vault.keys.kms import KmsRootKey  # noqa: PLC0415 -- boto3 is slow to import, and not needed by files

    return KmsRootKey(_kms(root), root.key_id)


def build_signer(config: VaultConfig) -> Signer:
    """What signs the log's checkpoints; a service is not asked yet. Raises ConfigurationError."""
    key = config.signing_key
    if isinstance(key, Path):
        return load_signing_key(key, create=config.create_signing_key)
    from vault.keys import signers  # noqa: PLC0415 -- boto3 is slow to import, and not needed by files

    if isinstance(key, BaoKey):
        from vault.keys.bao import Bao  # noqa: PLC0415 -- same

        return signers.BaoSigner(Bao(key))
    return signers.KmsSigner(_kms(key), key.key_id)


def _kms(key: KmsRoot) -> "KMSClient":
    from vault.keys.kms import kms_client  # noqa: PLC0415 -- as above

    return kms_client(
        region=key.region, endpoint_url=key.endpoint_url, access_key=key.access_key, secret_key=key.secret_key
    )


def build_store(store: Store, local: Path | None = None) -> ObjectStore:
    """The store of a configuration. Nothing is asked of it yet.

    What a bucket can't hold of a part before it is whole is held in the ``local`` folder.
    """
    if isinstance(store, FileStore):
        return FileObjects(store.path)
    if isinstance(store, MemoryStore):
        return MemoryObjects()
    from vault.stores.s3 import Encryption, S3Objects, make_client  # noqa: PLC0415 -- boto3 is slow to import, and not needed by files

    client = make_client(
        region=store.region,
        endpoint_url=store.endpoint_url,
        access_key=store.access_key,
        secret_key=store.secret_key,
        answer_seconds=store.answer_seconds,
    )
    return S3Objects(
        client,
        store.bucket,
        store.prefix,
        object_lock=store.object_lock,
        encryption=Encryption(store.encryption, store.encryption_key) if store.encryption else None,
        torn=LocalTorn(local) if local else None,
    )
