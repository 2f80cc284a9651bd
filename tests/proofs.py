"""Receipts put together by hand, without a database: what is right, for tests to damage."""

from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vault.ledger import merkle
from vault.ledger.batch import Batch, Head, Member, batch_leaf
from vault.ledger.checkpoint import NoteKey, Signer, sign_checkpoint
from vault.ledger.entry import JSON, canonical, entry_hash
from vault.ledger.proofs import BatchProof, LogProof, Receipt, SpaceProof

ORIGIN = "entente.test/log"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey.of(ORIGIN, SIGNER)
TREE = UUID(int=7)
SALT = b"s" * 32
EVENT: Mapping[str, JSON] = {"type": "ExhibitLodged", "sha256": "00" * 32, "é": [1, None, True]}


def a_receipt(event: Mapping[str, JSON] = EVENT, signer: Signer = SIGNER, origin: str = ORIGIN) -> Receipt:
    """A receipt put together by hand: event 1 of 3, in a batch of its own, second leaf of a log of three."""
    leaves = [merkle.leaf_hash(b"0"), entry_hash(SALT, canonical(event)), merkle.leaf_hash(b"2")]
    left = merkle.node_hash(leaves[0], leaves[1])
    head = Head(TREE, 3, merkle.node_hash(left, leaves[2]))
    batch = Batch(1024, b"seed" * 8, (Member(517, head, b"h" * 32),))
    log = [merkle.leaf_hash(b"a"), batch_leaf(29_000_000, 1024, batch.root()), merkle.leaf_hash(b"c")]
    root = merkle.node_hash(merkle.node_hash(log[0], log[1]), log[2])
    return Receipt(
        event,
        SALT,
        SpaceProof(TREE, 1, 3, (leaves[0], leaves[2])),
        BatchProof(29_000_000, b"h" * 32, 517, 1024, batch.proof(517)),
        LogProof(1, (log[0], log[2]), sign_checkpoint(origin, 3, root, signer), NoteKey.of(origin, signer)),
        (),
    )
