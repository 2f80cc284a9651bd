"""The vault's only door: holds bytes and proofs, knows no dispute and no HTTP.

Its names are imported by ``vault.face`` and fetched on first use, so that the offline verifier
(``python -m vault.verify``) needs neither a database nor a cloud library. A name is added there and here.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault.face import *  # noqa: F403 -- exactly the face's names, for type checkers

__all__ = [  # noqa: F405 -- as above; a test holds both lists equal
    "JSON",
    "PAGE_STATIC",
    "SEAL_FIELD",
    "AccessError",
    "Audit",
    "Bag",
    "BaoKey",
    "Checkpoint",
    "ConfigurationError",
    "DigestMismatchError",
    "DiskFullError",
    "DueStamp",
    "Event",
    "Existence",
    "FileStore",
    "ItemExistsError",
    "ItemFacts",
    "ItemHeldError",
    "ItemMissingError",
    "ItemRef",
    "KeyRootError",
    "KeyRootUnavailableError",
    "KmsRoot",
    "Ledger",
    "LocalRoot",
    "MemoryStore",
    "NoteKey",
    "ObjectLockedError",
    "ObjectMissingError",
    "Opened",
    "Package",
    "Position",
    "Progress",
    "ProofError",
    "Receipt",
    "Received",
    "RecordError",
    "Report",
    "Rotation",
    "S3Store",
    "SealError",
    "Source",
    "SpaceExistsError",
    "SpaceMissingError",
    "SpaceRef",
    "Stamp",
    "Stamped",
    "Standing",
    "StoreError",
    "StoreUnavailableError",
    "StoredSegment",
    "Sweep",
    "TimeAuthority",
    "TimeStampError",
    "TooLargeError",
    "UploadBusyError",
    "UploadMissingError",
    "UploadOffsetError",
    "UploadProgress",
    "UploadUnfinishedError",
    "Vault",
    "VaultConfig",
    "VaultError",
    "Verdict",
    "check_signature",
    "check_token",
    "create_keys",
    "find_checkpoints",
    "make_package",
    "make_record",
    "metadata",
    "open_vault",
    "page_policy",
    "read_tile_path",
    "request_stamp",
    "safe_name",
    "scrub",
    "serve_demo_authority",
    "source_from_bytes",
    "stamped",
    "sweep_store",
    "verifier_page",
    "verify_command",
    "verify_record",
]


def __getattr__(name: str) -> object:
    """Fetch all of the face's names at once, so that none is ever hidden by a module of the same name."""
    if name not in __all__:
        raise AttributeError(f"the vault exports no {name}")
    face = import_module("vault.face")
    globals().update({each: getattr(face, each) for each in __all__})
    return globals()[name]
