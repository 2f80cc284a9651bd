"""Audit: hash everything again from the stored events up, and say where the database disagrees with itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError
from vault.ledger import merkle, rows, tables
from vault.ledger.batch import batch_leaf
from vault.ledger.bodies import Event
from vault.ledger.checkpoint import NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import SALT_SIZE, entry_hash
from vault.ledger.merkle import Node
from vault.ledger.rows import StoredBatch, Tree

_MISSING: Final = bytes(merkle.HASH_SIZE)


@dataclass(frozen=True, slots=True)
class Audit:
    """What was hashed again: ``leaves`` of which ``erased`` had no content any more, and every ``problem`` met."""

    leaves: int
    erased: int
    problems: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether no problem was met."""
        return not self.problems


async def space(session: AsyncSession, tree: Tree, events: Sequence[Event]) -> Audit:
    """Compare a space's stored events, nodes, head and batch memberships with each other."""
    problems: list[str] = []
    stored = await rows.read_all_nodes(session, tree.name)
    leaves = [stored.get(Node(0, place), _MISSING) for place in range(tree.size)]
    for event in events:
        if not 0 <= event.index < tree.size:
            problems.append(f"event {event.index} lies beyond the tree's head")
        elif len(event.salt) != SALT_SIZE:
            problems.append(f"event {event.index} does not open: it was altered or moved")
        elif entry_hash(event.salt, event.body) != leaves[event.index]:
            problems.append(f"event {event.index} is not the one whose hash stands in the tree")
    roots = _compare(tree, leaves, stored, problems)
    member = tables.members.c
    query = select(member.number, member.size, member.root).where(member.tree == tree.name)
    for row in (await session.execute(query)).all():
        if row.size > tree.size:
            problems.append(f"batch {row.number} covers {row.size} events, the space has {tree.size}: rolled back")
        elif roots[row.size - 1] != row.root:
            problems.append(f"batch {row.number} was made over other events")
    return Audit(tree.size, tree.size - len(events), tuple(problems))


async def platform(session: AsyncSession, tenant: UUID, key: NoteKey) -> Audit:
    """Compare the platform log's batches, nodes, head and signed checkpoints with each other."""
    problems: list[str] = []
    head = tables.platform
    row = (await session.execute(select(head).where(head.c.tenant == tenant))).one_or_none()
    if row is None:
        return Audit(0, 0, ())
    tree, _ = await rows.lock_platform(session, tenant)
    leaves: list[bytes] = []
    slot = rows.NEVER
    for number in range(tree.size):
        stored = await rows.read_batches(session, tenant, number, number + 1)
        leaves.append(_batch_leaf(number, stored, slot, problems))
        slot = stored[0].slot if stored else slot
    roots = _compare(tree, leaves, await rows.read_all_nodes(session, tenant), problems)
    sizes: set[int] = set()
    table = tables.checkpoints
    for found in (await session.execute(select(table).where(table.c.tenant == tenant))).all():
        sizes.add(found.size)
        try:
            checkpoint = read_checkpoint(found.text)
            check_signature(checkpoint, key if found.key == key.text else NoteKey.from_text(found.key))
        except ProofError as error:
            problems.append(f"checkpoint {found.size}: {error}")
            continue
        if not 1 <= checkpoint.size <= tree.size or checkpoint.size != found.size:
            problems.append(f"checkpoint {found.size} is of another size than the log ever had")
        elif roots[checkpoint.size - 1] != checkpoint.root:
            problems.append(f"checkpoint {found.size} was signed over another log")
    problems += [f"checkpoint {size} is missing" for size in range(1, tree.size + 1) if size not in sizes]
    return Audit(tree.size, 0, tuple(problems))


def _batch_leaf(number: int, stored: Sequence[StoredBatch], last: int, problems: list[str]) -> bytes:
    if not stored:
        problems.append(f"batch {number} is missing")
        return _MISSING
    batch = stored[0]
    try:
        root = batch.batch.root()
        leaf = batch_leaf(batch.slot, batch.batch.width, root)
    except ProofError as error:
        problems.append(f"batch {number}: {error}")
        return _MISSING
    if root != batch.root:
        problems.append(f"batch {number} has other members than those it was made of")
    if batch.slot <= last:
        problems.append(f"batch {number} is not later than the one before it")
    return leaf


def _compare(tree: Tree, leaves: Sequence[bytes], stored: dict[Node, bytes], problems: list[str]) -> list[bytes]:
    """Rebuild a tree from its leaves, note where stored nodes and peaks differ; return its root at each size."""
    expected: dict[Node, bytes] = {}
    peaks: list[bytes] = []
    roots: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks, made = merkle.add_leaf(peaks, size, leaf)
        expected.update(made)
        roots.append(merkle.fold(peaks))
    problems += [
        f"node {node.level}/{node.place} is missing or altered"
        for node, value in sorted(expected.items())
        if stored.get(node) != value
    ]
    problems += [f"node {node.level}/{node.place} was added" for node in sorted(stored.keys() - expected.keys())]
    if tree.peaks != tuple(peaks):
        problems.append("the head is not the one that its leaves lead to")
    return roots
