"""How long proofs take: a proof at a million leaves in milliseconds, a receipt against the token it bears."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from tests.bench.measure import Figure, cost, in_turns
from vault.authority import make_authority, reply
from vault.ledger import merkle
from vault.ledger.batch import Head, Member, batch_leaf, make_batch
from vault.ledger.checkpoint import NoteKey, sign_checkpoint
from vault.ledger.entry import canonical, entry_hash
from vault.ledger.merkle import Node
from vault.ledger.proofs import BatchProof, LogProof, Receipt, SpaceProof
from vault.timestamps import check_token

MILLION = 1_000_000
FIFTY = 50


def fifty(run: Callable[[], object]) -> Callable[[], None]:
    """The same fifty times: a clock's tick is then nothing."""

    def all_of_them() -> None:
        for _ in range(FIFTY):
            run()

    return all_of_them


def grown(size: int) -> tuple[dict[Node, bytes], list[bytes]]:
    stored: dict[Node, bytes] = {}
    peaks: list[bytes] = []
    for number in range(size):
        peaks, made = merkle.add_leaf(peaks, number, number.to_bytes(32, "big"))
        stored.update(made)
    return stored, peaks


def inclusion(_folder: Path) -> Iterator[Figure]:
    """The worst of six leaves."""
    stored, peaks = grown(MILLION)
    root = merkle.fold(peaks)
    worst = 0.0
    for index in (0, 1, 524_287, 524_288, 777_777, MILLION - 1):

        def prove(index: int = index) -> tuple[bytes, ...]:
            return merkle.hashes_of(merkle.inclusion_spans(index, MILLION), stored)

        worst = max(worst, *in_turns(fifty(prove)))
        merkle.check_inclusion(index, MILLION, index.to_bytes(32, "big"), prove(), root)
    yield cost("inclusion proof at a million leaves", worst * 1e3 / FIFTY, 1, "ms")


def receipts(folder: Path) -> Iterator[Figure]:
    """Reading, inclusion and signature together, against one token's verification in the same run."""
    signer = Ed25519PrivateKey.generate()
    key = NoteKey.of("entente.bench/log", signer)
    event = {"type": "ExhibitLodged", "sha256": "0" * 64, "number": "C-1"}
    stored, _ = grown(1023)
    leaf, salt = entry_hash(b"s" * 32, canonical(event)), b"h" * 32
    path = merkle.hashes_of(merkle.inclusion_spans(1022, 1023), stored)
    head = Head(UUID(int=1), 1023, merkle.root_from_inclusion(1022, 1023, leaf, path))
    batch = make_batch([head])
    (drawn,) = batch.members
    member = Member(drawn.position, head, salt)
    batch = type(batch)(batch.width, batch.seed, (member,))
    log_leaf = batch_leaf(1, batch.width, batch.root())
    log_path = merkle.hashes_of(merkle.inclusion_spans(1000, 1023), stored)
    checkpoint = sign_checkpoint(
        "entente.bench/log", 1023, merkle.root_from_inclusion(1000, 1023, log_leaf, log_path), signer
    )
    written = Receipt(
        event,
        b"s" * 32,
        SpaceProof(head.tree, 1022, 1023, path),
        BatchProof(1, salt, member.position, batch.width, batch.proof(member.position)),
        LogProof(1000, log_path, checkpoint, key),
        (),
    ).to_json()
    authority = make_authority(folder)
    request = TimestampRequestBuilder().data(checkpoint.text).hash_algorithm(HashAlgorithm.SHA256).build()
    token = reply(request.as_bytes(), authority, 1, datetime.now(UTC))

    def verify_receipt() -> None:
        receipt = Receipt.from_json(written)
        receipt.check_inclusion()
        receipt.check_signature(key)

    def verify_token() -> None:
        check_token(token, checkpoint.text, [authority.root])

    one_token, one_receipt = in_turns(fifty(verify_token), fifty(verify_receipt))
    yield cost("receipt, against one token", one_receipt * 1e3 / FIFTY, one_token * 1e3 / FIFTY, "ms", 1 / 3)
