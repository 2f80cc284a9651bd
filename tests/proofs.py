"""Receipts, records and tokens put together by hand, without a database: what is right, for tests to damage."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from vault import make_record, source_from_bytes
from vault.authority import Authority, reply
from vault.ledger import merkle
from vault.ledger.batch import Batch, Head, Member, batch_leaf
from vault.ledger.checkpoint import NoteKey, Signer, sign_checkpoint
from vault.ledger.entry import JSON, canonical, entry_hash
from vault.ledger.existence import Existence, existence_leaf
from vault.ledger.parts import BatchPlace, Renewal, renewal_leaf
from vault.ledger.proofs import BatchProof, LogProof, Receipt, SpaceProof, Stamp

ORIGIN: Final = "entente.test/log"
SIGNER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY: Final = NoteKey.of(ORIGIN, SIGNER)
TREE: Final = UUID(int=7)
SALT: Final = b"s" * 32
EVENT: Final[Mapping[str, JSON]] = {"type": "ExhibitLodged", "sha256": "00" * 32, "é": [1, None, True]}
SLOT: Final = 29_000_000
BEFORE: Final = (merkle.leaf_hash(b"a"),)
AFTER: Final = (merkle.leaf_hash(b"c"),)
NOW: Final = datetime.now(UTC)


def path_of(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The inclusion proof of a leaf (RFC 6962 section 2.1.1), the slow and plain way."""
    if len(leaves) == 1:
        return ()
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < middle:
        return (*path_of(leaves[:middle], index), root_of(leaves[middle:]))
    return (*path_of(leaves[middle:], index - middle), root_of(leaves[:middle]))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, the slow and plain way."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    return merkle.node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def receipts(
    events: Sequence[Mapping[str, JSON]],
    *,
    before: Sequence[bytes] = BEFORE,
    after: Sequence[bytes] = AFTER,
    signer: Signer = SIGNER,
    origin: str = ORIGIN,
) -> list[Receipt]:
    """Receipts of all events of one space, in one batch, between other leaves of the log."""
    leaves = [entry_hash(SALT, canonical(event)) for event in events]
    head = Head(TREE, len(leaves), root_of(leaves))
    batch = Batch(1024, b"seed" * 8, (Member(517, head, b"h" * 32),))
    log = [*before, batch_leaf(SLOT, 1024, batch.root()), *after]
    checkpoint = sign_checkpoint(origin, len(log), root_of(log), signer)
    key = NoteKey.of(origin, signer)
    place = BatchProof(SLOT, b"h" * 32, 517, 1024, batch.proof(517))
    proof = LogProof(len(before), path_of(log, len(before)), checkpoint, key)
    return [
        Receipt(event, SALT, SpaceProof(TREE, index, len(leaves), path_of(leaves, index)), place, proof, ())
        for index, event in enumerate(events)
    ]


def a_receipt(event: Mapping[str, JSON] = EVENT, signer: Signer = SIGNER, origin: str = ORIGIN) -> Receipt:
    """A receipt: event 1 of 3, in a batch of its own, second leaf of a log of three."""
    return receipts([{"n": 0}, event, {"n": 2}], signer=signer, origin=origin)[1]


def an_existence(content_sha256: bytes, size: int, signer: Signer = SIGNER) -> Existence:
    """A proof that bytes existed, at its own place of a batch of padding."""
    place, log = a_place(existence_leaf(SALT, size, content_sha256), SLOT, signer)
    return Existence(content_sha256, size, SALT, place, log, ())


def a_place(leaf: bytes, slot: int, signer: Signer = SIGNER) -> tuple[BatchPlace, LogProof]:
    """A leaf in a batch of padding, and that batch in a log of three."""
    leaves = [merkle.leaf_hash(bytes([number % 256])) for number in range(1024)]
    leaves[77] = leaf
    log = [*BEFORE, batch_leaf(slot, 1024, root_of(leaves)), *AFTER]
    checkpoint = sign_checkpoint(ORIGIN, len(log), root_of(log), signer)
    place = BatchPlace(slot, 77, 1024, path_of(leaves, 77))
    return place, LogProof(1, path_of(log, 1), checkpoint, NoteKey.of(ORIGIN, signer))


def a_renewal(
    checkpoint: bytes, token: bytes, authority: Authority, *, now: datetime, signer: Signer = SIGNER
) -> Renewal:
    """That a checkpoint and its token stood in the log before an authority stamped a later checkpoint."""
    place, log = a_place(renewal_leaf(checkpoint, token), SLOT + 1, signer)
    return Renewal(place, log, a_stamp(log.checkpoint.text, authority, now=now))


def stamped_by(proof: Receipt, authority: Authority, *, now: datetime = NOW, independent: bool = False) -> Receipt:
    """The same receipt with a token of an authority over its checkpoint."""
    assert proof.log
    return replace(proof, stamps=(a_stamp(proof.log.checkpoint.text, authority, now=now, independent=independent),))


def a_stamp(message: bytes, authority: Authority, *, now: datetime = NOW, independent: bool = False) -> Stamp:
    """A token over a message, beside the root that its authority claims."""
    request = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    token = reply(request.as_bytes(), authority, 7, now)
    return Stamp("Test authority", independent, token, authority.root.public_bytes(Encoding.DER))


def a_record(
    reference: str, files: Mapping[str, bytes], told: Sequence[Receipt], key: NoteKey = KEY
) -> tuple[bytes, bytes]:
    """A sealed record as a ZIP, and its seal (32 B)."""
    bag = make_record(reference, NOW, [source_from_bytes(path, data) for path, data in files.items()], told, key=key)

    whole = gathered(bag.stream())
    assert bag.seal
    return whole, bag.seal


def gathered(stream: AsyncIterator[bytes]) -> bytes:
    """All bytes of a stream, in a loop of its own, whether or not one runs here already."""

    async def whole() -> bytes:
        return b"".join([chunk async for chunk in stream])

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, whole()).result()
