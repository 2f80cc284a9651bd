"""Every name of the vault's door, imported at once when the first of them is asked for."""

from vault.appending import Watch
from vault.audit import ItemsWalk, step_items
from vault.authority import NAME as DEMO_AUTHORITY
from vault.authority import serve as serve_demo_authority
from vault.building import open_vault
from vault.config import BaoKey, FileStore, KmsRoot, LocalRoot, MemoryStore, S3Store, VaultConfig
from vault.copies import Copy, load_sources, place_of, point_to, write_copy
from vault.deposit import Received
from vault.erasures import Erasure
from vault.erasures import mark as mark_erasure
from vault.erasures import marks as read_erasures
from vault.errors import (
    AccessError,
    ConfigurationError,
    CopyDamagedError,
    DigestMismatchError,
    DiskFullError,
    ItemDestroyedError,
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
    UploadBusyError,
    UploadMissingError,
    UploadOffsetError,
    UploadUnfinishedError,
    VaultError,
)
from vault.item_rows import ItemFacts, destroyed_among
from vault.keys.creation import create_keys
from vault.keys.hygiene import leave_no_dumps
from vault.keys.rotation import Progress, Rotation
from vault.ledger.audit import Audit, Problem, Walk
from vault.ledger.bodies import Event
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import JSON
from vault.ledger.existence import Existence
from vault.ledger.log import Ledger, Position
from vault.ledger.mirror import check_mirror
from vault.ledger.proofs import Receipt, Stamp
from vault.ledger.public import Standing
from vault.ledger.redaction import Redaction, redaction_commitment
from vault.ledger.stamps import DueStamp
from vault.ledger.tiles import Tile, tiles_of
from vault.ledger.tiles import read_path as read_tile_path
from vault.ledger.witness import find_checkpoints
from vault.locks import locks_due, protect, wanted_protection
from vault.memory import give_large_pieces_back
from vault.opened import Opened
from vault.pdf.papers import SealedPdf, Tried
from vault.pdf.standing import Fault, SealFacts
from vault.pipeline import StoredSegment
from vault.record.archive import Archive, Source, archive_size, source_from_bytes
from vault.record.bag import Bag
from vault.record.judge import Stamped, stamped
from vault.record.names import safe_name
from vault.record.report import Report, Verdict, retold
from vault.record.seal import SEAL_FIELD, Package, make_package, make_record
from vault.record.verifier import PAGE_STATIC, page_policy, verifier_page
from vault.record.verify import verify_record
from vault.refs import ItemRef, SpaceRef
from vault.replication import replica_lag, uncopied
from vault.scratch import corners_of, empty_corner, scratch_corner, try_corner
from vault.scrubbing import (
    Damage,
    Looked,
    Target,
    due_targets,
    findings,
    fixity,
    look,
    note,
    note_mended,
    take_untold,
    versions_of,
)
from vault.stores.probing import probe_locks
from vault.sweep import Sweep, end_uploads, scrub, sweep_store, take_away
from vault.tables import metadata
from vault.timestamps import TimeAuthority, check_token, request_stamp
from vault.uploads import UploadProgress
from vault.vault import Vault
from vault.verify import main as verify_command

__all__ = [
    "DEMO_AUTHORITY",
    "JSON",
    "PAGE_STATIC",
    "SEAL_FIELD",
    "AccessError",
    "Archive",
    "Audit",
    "Bag",
    "BaoKey",
    "Checkpoint",
    "ConfigurationError",
    "Copy",
    "CopyDamagedError",
    "Damage",
    "DigestMismatchError",
    "DiskFullError",
    "DueStamp",
    "Erasure",
    "Event",
    "Existence",
    "Fault",
    "FileStore",
    "ItemDestroyedError",
    "ItemExistsError",
    "ItemFacts",
    "ItemHeldError",
    "ItemMissingError",
    "ItemRef",
    "ItemsWalk",
    "KeyRootError",
    "KeyRootUnavailableError",
    "KmsRoot",
    "Ledger",
    "LocalRoot",
    "Looked",
    "MemoryStore",
    "NoteKey",
    "ObjectLockedError",
    "ObjectMissingError",
    "Opened",
    "Package",
    "Position",
    "Problem",
    "Progress",
    "ProofError",
    "Receipt",
    "Received",
    "RecordError",
    "Redaction",
    "Report",
    "Rotation",
    "S3Store",
    "SealError",
    "SealFacts",
    "SealedPdf",
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
    "Target",
    "Tile",
    "TimeAuthority",
    "TimeStampError",
    "TooLargeError",
    "Tried",
    "UploadBusyError",
    "UploadMissingError",
    "UploadOffsetError",
    "UploadProgress",
    "UploadUnfinishedError",
    "Vault",
    "VaultConfig",
    "VaultError",
    "Verdict",
    "Walk",
    "Watch",
    "archive_size",
    "check_mirror",
    "check_signature",
    "check_token",
    "corners_of",
    "create_keys",
    "destroyed_among",
    "due_targets",
    "empty_corner",
    "end_uploads",
    "find_checkpoints",
    "findings",
    "fixity",
    "give_large_pieces_back",
    "leave_no_dumps",
    "load_sources",
    "locks_due",
    "look",
    "make_package",
    "make_record",
    "mark_erasure",
    "metadata",
    "note",
    "note_mended",
    "open_vault",
    "page_policy",
    "place_of",
    "point_to",
    "probe_locks",
    "protect",
    "read_checkpoint",
    "read_erasures",
    "read_tile_path",
    "redaction_commitment",
    "replica_lag",
    "request_stamp",
    "retold",
    "safe_name",
    "scratch_corner",
    "scrub",
    "serve_demo_authority",
    "source_from_bytes",
    "stamped",
    "step_items",
    "sweep_store",
    "take_away",
    "take_untold",
    "tiles_of",
    "try_corner",
    "uncopied",
    "verifier_page",
    "verify_command",
    "verify_record",
    "versions_of",
    "wanted_protection",
    "write_copy",
]
