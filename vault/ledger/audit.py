"""Audit: hash everything again from the stored events up, page by page, and say where the database disagrees.

Each step is one short transaction and remembers where it stands, so that memory does not grow with the log, a running
platform is not held up, and an audit goes on after a restart. What is recorded meanwhile is audited as well.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography import x509
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError, TimeStampError
from vault.keys.keyring import KeyRing
from vault.ledger import merkle, rows, tables
from vault.ledger.batch import batch_leaf
from vault.ledger.bodies import Event, open_page
from vault.ledger.checkpoint import Checkpoint, NoteKey, check_signature, read_checkpoint
from vault.ledger.entry import SALT_SIZE, entry_hash
from vault.ledger.merkle import Node
from vault.ledger.rows import StoredBatch
from vault.refs import SpaceRef
from vault.timestamps import check_token

EVENTS: Final = 1024
BATCHES: Final = 64
_MISSING: Final = bytes(merkle.HASH_SIZE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, by its code, and where: an index, a node, a size, never a word of content."""

    code: str
    place: str

    def __str__(self) -> str:
        """Both, for logs and tests."""
        return f"{self.code} {self.place}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What was hashed again: ``leaves`` of which ``erased`` had no content any more, and every ``problem`` met."""

    leaves: int
    erased: int
    problems: tuple[Problem, ...]

    @property
    def clean(self) -> bool:
        """Whether no problem was met."""
        return not self.problems


@dataclass(slots=True)
class Walk:
    """How far a tree has been rebuilt: ``size`` leaves, whose perfect subtrees are ``peaks``; ``slot`` of the last."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list[bytes])
    erased: int = 0
    slot: int = rows.NEVER
    done: bool = False


Seen = Callable[[AsyncSession, int, int, Sequence[Event]], Awaitable[list[Problem]]]
"""What a caller compares with a page of events: session, first index, one past the last, the events that are left."""


async def step_space(
    session: AsyncSession, keys: KeyRing, space: SpaceRef, walk: Walk, seen: Seen | None = None
) -> list[Problem]:
    """Rebuild a space's tree by one page, and compare bodies, nodes, batches and in the end the head with it."""
    head = await rows.find_tree(session, space)
    if head is None:
        walk.done = True
        return []
    problems: list[Problem] = []
    start, stop = walk.size, min(walk.size + EVENTS, head.size)
    leaves = await _leaves(session, head.name, start, stop)
    events = await open_page(session, keys, space, head.name, start, stop)
    for event in events:
        if len(event.salt) != SALT_SIZE:
            problems.append(Problem("event_unreadable", f"{event.index}"))
        elif entry_hash(event.salt, event.body) != leaves[event.index - start]:
            problems.append(Problem("event_altered", f"{event.index}"))
    walk.erased += stop - start - len(events)
    member = tables.members.c
    query = select(member.number, member.size, member.root).where(
        member.tree == head.name, member.size > start, member.size <= stop
    )
    roots = await _grow(session, head.name, walk, leaves, problems)
    problems += [
        Problem("batch_over_other_events", f"{row.number}")
        for row in (await session.execute(query)).all()
        if roots[row.size - start - 1] != row.root
    ]
    if seen is not None:
        problems += await seen(session, start, stop, events)
    if walk.size == head.size:
        problems += await _end_of_space(session, space, walk, head.peaks)
    return problems


async def step_platform(session: AsyncSession, tenant: UUID, keys: Sequence[NoteKey], walk: Walk) -> list[Problem]:
    """Rebuild the platform's log by one page, and compare batches, nodes, checkpoints and tokens with it."""
    head = tables.platform
    row = (await session.execute(select(head).where(head.c.tenant == tenant))).one_or_none()
    if row is None:
        walk.done = True
        return []
    problems: list[Problem] = []
    start, stop = walk.size, min(walk.size + BATCHES, row.size)
    stored = {batch.number: batch for batch in await rows.read_batches(session, tenant, start, stop)}
    leaves = await asyncio.to_thread(_batch_leaves, stored, start, stop, walk, problems)
    roots = await _grow(session, tenant, walk, leaves, problems)
    table = tables.checkpoints
    query = select(table).where(table.c.tenant == tenant, table.c.size > start, table.c.size <= stop)
    found = {each.size: each for each in (await session.execute(query)).all()}
    signed: dict[int, Checkpoint] = {}
    for size in range(start + 1, stop + 1):
        if size not in found:
            problems.append(Problem("checkpoint_missing", f"{size}"))
            continue
        try:
            checkpoint = read_checkpoint(found[size].text)
            key = next((key for key in keys if key.text == found[size].key), None)
            check_signature(checkpoint, key or keys[0])
        except ProofError:
            problems.append(Problem("checkpoint_not_ours", f"{size}"))
            continue
        signed[size] = checkpoint
        if checkpoint.size != size or checkpoint.root != roots[size - start - 1]:
            problems.append(Problem("checkpoint_over_another_log", f"{size}"))
    problems += await _stamps(session, tenant, start, stop, signed)
    if walk.size == row.size:
        problems += await _end_of_log(session, tenant, walk)
    return problems


async def _stamps(
    session: AsyncSession, tenant: UUID, start: int, stop: int, signed: dict[int, Checkpoint]
) -> list[Problem]:
    stamp = tables.stamps
    query = select(stamp).where(stamp.c.tenant == tenant, stamp.c.size > start, stamp.c.size <= stop)
    problems: list[Problem] = []
    for row in (await session.execute(query)).all():
        text = signed[row.size].text if row.size in signed else b""
        try:
            facts = check_token(row.token, text, [x509.load_der_x509_certificate(row.root)])
            holds = int(facts.time.timestamp() * 1000) == row.stamped_at
        except (TimeStampError, ValueError):
            holds = False
        if not holds:
            problems.append(Problem("stamp_altered", f"{row.size}/{row.authority}"))
    return problems


async def _end_of_space(session: AsyncSession, space: SpaceRef, walk: Walk, peaks: tuple[bytes, ...]) -> list[Problem]:
    """Look beyond the last leaf, and then whether the space grew meanwhile: it is not done then."""
    problems: list[Problem] = []
    tree = await rows.known_tree(session, space)
    problems += [
        Problem("node_added", f"{each.level}/{each.place}") for each in await _surplus(session, tree.name, walk)
    ]
    body, member = tables.bodies.c, tables.members.c
    beyond = select(body.place).where(body.tree == tree.name, body.place >= walk.size)
    problems += [Problem("event_beyond", f"{place}") for place in (await session.execute(beyond)).scalars()]
    lost = select(member.number).where(member.tree == tree.name, member.size > walk.size)
    problems += [Problem("space_rolled_back", f"{number}") for number in (await session.execute(lost)).scalars()]
    if (await rows.known_tree(session, space)).size > walk.size:
        return []
    walk.done = True
    return problems if peaks == tuple(walk.peaks) else [*problems, Problem("head_altered", f"{walk.size}")]


async def _end_of_log(session: AsyncSession, tenant: UUID, walk: Walk) -> list[Problem]:
    problems = [Problem("node_added", f"{each.level}/{each.place}") for each in await _surplus(session, tenant, walk)]
    batch, checkpoint, stamp = tables.batches.c, tables.checkpoints.c, tables.stamps.c
    for code, column, query in (
        ("batch_beyond", batch.number, (batch.tenant == tenant) & (batch.number >= walk.size)),
        ("log_rolled_back", checkpoint.size, (checkpoint.tenant == tenant) & (checkpoint.size > walk.size)),
        ("stamp_altered", stamp.size, (stamp.tenant == tenant) & ((stamp.size > walk.size) | (stamp.size < 1))),
    ):
        found = (await session.execute(select(column).where(query).order_by(column).limit(EVENTS))).scalars()
        problems += [Problem(code, f"{place}") for place in found]
    head = tables.platform
    row = (await session.execute(select(head).where(head.c.tenant == tenant))).one()
    if row.size > walk.size:
        return []
    walk.done = True
    return problems if row.peaks == b"".join(walk.peaks) else [*problems, Problem("head_altered", f"{walk.size}")]


def _batch_leaves(
    stored: dict[int, StoredBatch], start: int, stop: int, walk: Walk, problems: list[Problem]
) -> list[bytes]:
    """Hash the batches of a page again, from their members up."""
    leaves: list[bytes] = []
    for number in range(start, stop):
        if number not in stored:
            problems.append(Problem("batch_missing", f"{number}"))
            leaves.append(_MISSING)
            continue
        batch = stored[number]
        try:
            root = batch.batch.root()
            leaves.append(batch_leaf(batch.slot, batch.batch.width, root))
        except ProofError:
            problems.append(Problem("batch_malformed", f"{number}"))
            leaves.append(_MISSING)
            continue
        if root != batch.root:
            problems.append(Problem("batch_altered", f"{number}"))
        if batch.slot <= walk.slot:
            problems.append(Problem("batch_out_of_order", f"{number}"))
        walk.slot = batch.slot
    return leaves


async def _leaves(session: AsyncSession, tree: UUID, start: int, stop: int) -> list[bytes]:
    stored = await _between(session, tree, 0, start, stop)
    found = [stored.get(Node(0, place), _MISSING) for place in range(start, stop)]
    return [leaf if len(leaf) == merkle.HASH_SIZE else _MISSING for leaf in found]


async def _grow(
    session: AsyncSession, tree: UUID, walk: Walk, leaves: Sequence[bytes], problems: list[Problem]
) -> list[bytes]:
    """Add a page's leaves, compare every node that they complete with the stored one; the root after each leaf."""
    expected: dict[Node, bytes] = {}
    roots: list[bytes] = []
    for leaf in leaves:
        walk.peaks, made = merkle.add_leaf(walk.peaks, walk.size, leaf)
        walk.size += 1
        expected.update(made)
        roots.append(merkle.fold(walk.peaks))
    stored: dict[Node, bytes] = {}
    for level in {node.level for node in expected}:
        places = [node.place for node in expected if node.level == level]
        stored |= await _between(session, tree, level, min(places), max(places) + 1)
    problems += [
        Problem("node_altered", f"{node.level}/{node.place}")
        for node, value in sorted(expected.items())
        if stored.get(node) != value
    ]
    return roots


async def _between(session: AsyncSession, tree: UUID, level: int, start: int, stop: int) -> dict[Node, bytes]:
    node = tables.nodes.c
    query = select(node.place, node.hash).where(
        node.tree == tree, node.level == level, node.place >= start, node.place < stop
    )
    return {Node(level, row.place): row.hash for row in (await session.execute(query)).all()}


async def _surplus(session: AsyncSession, tree: UUID, walk: Walk) -> list[Node]:
    """Stored nodes that a tree of this size has not, at most a page of them."""
    node = tables.nodes.c
    highest = (await session.execute(select(func.max(node.level)).where(node.tree == tree))).scalar_one() or 0
    found: list[Node] = []
    for level in range(highest + 1):
        query = select(node.place).where(node.tree == tree, node.level == level, node.place >= walk.size >> level)
        places = (await session.execute(query.order_by(node.place).limit(EVENTS))).scalars()
        found += [Node(level, place) for place in places]
    return found
