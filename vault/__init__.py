"""The vault's only door: holds bytes and proofs, knows no dispute and no HTTP."""

from vault.config import FileStore, KmsRoot, LocalRoot, MemoryStore, S3Store, VaultConfig
from vault.deposit import Received, StoredSegment
from vault.errors import (
    AccessError,
    ConfigurationError,
    DigestMismatchError,
    DiskFullError,
    ItemExistsError,
    ItemHeldError,
    ItemMissingError,
    KeyRootError,
    KeyRootUnavailableError,
    ObjectLockedError,
    ObjectMissingError,
    ProofError,
    RecordError,
    SealError,
    SpaceExistsError,
    SpaceMissingError,
    StoreError,
    StoreUnavailableError,
    TimeStampError,
    TooLargeError,
    VaultError,
)
from vault.keys.creation import create_keys
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.proofs import Receipt
from vault.opened import Opened
from vault.refs import ItemRef, SpaceRef
from vault.sweep import Sweep, scrub, sweep
from vault.tables import metadata
from vault.timestamps import TimeAuthority
from vault.vault import ItemFacts, Vault, open_vault

__all__ = [
    "AccessError",
    "Checkpoint",
    "ConfigurationError",
    "DigestMismatchError",
    "DiskFullError",
    "FileStore",
    "ItemExistsError",
    "ItemFacts",
    "ItemHeldError",
    "ItemMissingError",
    "ItemRef",
    "KeyRootError",
    "KeyRootUnavailableError",
    "KmsRoot",
    "LocalRoot",
    "MemoryStore",
    "ObjectLockedError",
    "ObjectMissingError",
    "Opened",
    "ProofError",
    "Receipt",
    "Received",
    "RecordError",
    "S3Store",
    "SealError",
    "SpaceExistsError",
    "SpaceMissingError",
    "SpaceRef",
    "StoreError",
    "StoreUnavailableError",
    "StoredSegment",
    "Sweep",
    "TimeAuthority",
    "TimeStampError",
    "TooLargeError",
    "Vault",
    "VaultConfig",
    "VaultError",
    "create_keys",
    "metadata",
    "open_vault",
    "scrub",
    "sweep",
]
