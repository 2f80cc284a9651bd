"""The ledger's rows: locking heads, keeping nodes and batches, and reading them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Select, Table, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError
from vault.ledger import kept, merkle, tables
from vault.ledger.batch import Batch, Head, Member
from vault.ledger.merkle import HASH_SIZE, Node
from vault.refs import SpaceRef

NEVER: Final = -1
"""The slot of a platform log that has not ticked yet."""
_QUERY_ROWS: Final = 400
"""Row values one query may name: SQLite bounds the variables of a statement."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree's head row: its name, its size and the roots of its perfect subtrees, left to right."""

    name: UUID
    size: int
    peaks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch as the tick left it: its place in the platform's log, its slot and its leaves."""

    number: int
    slot: int
    root: bytes
    batch: Batch


async def find_tree(session: AsyncSession, space: SpaceRef, *, lock: bool = False) -> Tree | None:
    """Read a space's head row, or None before its first event."""
    head = tables.heads.c
    query = select(head.tree, head.size, head.peaks).where(
        head.collection == space.collection, head.space == space.space
    )
    row = (await session.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else Tree(row.tree, row.size, _parted(row.peaks))


async def space_after(session: AsyncSession, tenant: UUID, after: SpaceRef | None) -> SpaceRef | None:
    """Return the space that comes next among those in which something was recorded, or None after the last."""
    head = tables.heads.c
    query = select(head.collection, head.space).where(head.tenant == tenant).order_by(head.collection, head.space)
    if after is not None:
        query = query.where(tuple_(head.collection, head.space) > (after.collection, after.space))
    row = (await session.execute(query.limit(1))).one_or_none()
    return None if row is None else SpaceRef(row.collection, row.space)


async def known_tree(session: AsyncSession, space: SpaceRef) -> Tree:
    """Read a space's head row. Raises ProofError before its first event."""
    tree = await find_tree(session, space)
    if tree is None:
        raise ProofError("nothing was ever recorded in this space")
    return tree


async def lock_tree(session: AsyncSession, tenant: UUID, space: SpaceRef) -> Tree:
    """Lock a space's head row until the transaction ends, making it at its first event."""
    tree = await find_tree(session, space, lock=True)
    if tree is None:
        values = {"collection": space.collection, "space": space.space, "tenant": tenant, "tree": uuid4()}
        await insert_missing(session, tables.heads, {**values, "size": 0, "peaks": b""})
        tree = await find_tree(session, space, lock=True)
    if tree is None:
        raise ProofError("the space's head row vanished while it was made")
    return tree


async def lock_platform(session: AsyncSession, tenant: UUID) -> tuple[Tree, int]:
    """Lock the platform log's head row until the transaction ends; returns it with its last slot."""
    table = tables.platform
    await insert_missing(session, table, {"tenant": tenant, "size": 0, "slot": NEVER, "peaks": b""})
    row = (await session.execute(select(table).where(table.c.tenant == tenant).with_for_update())).one()
    return Tree(tenant, row.size, _parted(row.peaks)), row.slot


async def grow(session: AsyncSession, tree: Tree, leaf: bytes) -> Tree:
    """Append a leaf hash to a tree and keep the nodes it completes; the head row itself is the caller's."""
    peaks, made = merkle.add_leaf(tree.peaks, tree.size, leaf)
    rows = [{"tree": tree.name, "level": node.level, "place": node.place, "hash": value} for node, value in made]
    await session.execute(insert(tables.nodes), rows)
    return Tree(tree.name, tree.size + 1, tuple(peaks))


async def keep_space_tree(session: AsyncSession, tree: Tree) -> None:
    """Write a space's new head."""
    values = {"size": tree.size, "peaks": b"".join(tree.peaks)}
    await session.execute(update(tables.heads).where(tables.heads.c.tree == tree.name).values(values))


async def keep_platform_tree(session: AsyncSession, tree: Tree, slot: int) -> None:
    """Write the platform log's new head and slot."""
    values = {"size": tree.size, "slot": slot, "peaks": b"".join(tree.peaks)}
    await session.execute(update(tables.platform).where(tables.platform.c.tenant == tree.name).values(values))


async def grown_heads(session: AsyncSession, tenant: UUID) -> list[Head]:
    """Heads of all spaces that grew since they were last in a batch.

    Head rows are read without a lock: an event that commits meanwhile waits for the next tick.
    """
    head, done = tables.heads.c, tables.batched.c
    query = (
        select(head.tree, head.size, head.peaks)
        .outerjoin(tables.batched, head.tree == done.tree)
        .where(head.tenant == tenant, head.size > func.coalesce(done.size, 0))
    )
    return [Head(row.tree, row.size, merkle.fold(_parted(row.peaks))) for row in (await session.execute(query)).all()]


async def keep_batch(session: AsyncSession, tenant: UUID, stored: StoredBatch) -> None:
    """Keep a tick's batch, and remember how far each of its spaces is proven."""
    batch = stored.batch
    await session.execute(
        insert(tables.batches).values(
            tenant=tenant,
            number=stored.number,
            slot=stored.slot,
            width=batch.width,
            seed=batch.seed,
            root=stored.root,
        )
    )
    for member in batch.members:
        head = member.head
        await insert_missing(session, tables.batched, {"tree": head.tree, "size": 0})
        await session.execute(update(tables.batched).where(tables.batched.c.tree == head.tree).values(size=head.size))
    if batch.members:
        rows = [
            {
                "tenant": tenant,
                "number": stored.number,
                "position": member.position,
                "tree": member.head.tree,
                "size": member.head.size,
                "root": member.head.root,
                "salt": member.salt,
            }
            for member in batch.members
        ]
        await session.execute(insert(tables.members), rows)
    await kept.enter(session, tenant, stored.number, batch.kept)


async def first_batch_over(session: AsyncSession, tree: UUID, index: int) -> int | None:
    """Number of the first batch that covers leaf ``index`` of a space's tree, or None before it."""
    member = tables.members.c
    query = select(member.number).where(member.tree == tree, member.size > index).order_by(member.size).limit(1)
    number: int | None = (await session.execute(query)).scalar_one_or_none()
    return number


async def read_batches(session: AsyncSession, tenant: UUID, start: int, stop: int) -> list[StoredBatch]:
    """Batches ``start`` up to, not including, ``stop``, in their order."""
    batch, member = tables.batches.c, tables.members.c
    drawn: dict[int, list[Member]] = {}
    members = select(tables.members).where(member.tenant == tenant, member.number >= start, member.number < stop)
    for row in (await session.execute(members)).all():
        head = Head(row.tree, row.size, row.root)
        drawn.setdefault(row.number, []).append(Member(row.position, head, row.salt))
    others = await kept.of_batches(session, tenant, start, stop)
    query = (
        select(tables.batches)
        .where(batch.tenant == tenant, batch.number >= start, batch.number < stop)
        .order_by(batch.number)
    )
    return [
        StoredBatch(
            row.number,
            row.slot,
            row.root,
            Batch(row.width, row.seed, tuple(drawn.get(row.number, ())), tuple(others.get(row.number, ()))),
        )
        for row in (await session.execute(query)).all()
    ]


async def read_nodes(session: AsyncSession, tree: UUID, wanted: Sequence[Node]) -> dict[Node, bytes]:
    """Read these nodes of a tree; those that are not stored are left out."""
    node = tables.nodes.c
    found: dict[Node, bytes] = {}
    for start in range(0, len(wanted), _QUERY_ROWS):
        part = [tuple(place) for place in wanted[start : start + _QUERY_ROWS]]
        query = select(tables.nodes).where(node.tree == tree, tuple_(node.level, node.place).in_(part))
        found.update(await _nodes(session, query))
    return found


async def prove_inclusion(session: AsyncSession, tree: UUID, index: int, size: int) -> tuple[bytes, ...]:
    """Write an inclusion proof from stored nodes; ``size`` may be any size the tree once had."""
    spans = merkle.inclusion_spans(index, size)
    return merkle.hashes_of(spans, await read_nodes(session, tree, merkle.nodes_of(spans)))


async def insert_missing(session: AsyncSession, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row unless one with its keys is there."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(postgresql.insert(table).values(values).on_conflict_do_nothing())
    else:
        await session.execute(sqlite.insert(table).values(values).on_conflict_do_nothing())


async def _nodes(session: AsyncSession, query: Select[tuple[object, ...]]) -> dict[Node, bytes]:
    return {Node(row.level, row.place): row.hash for row in (await session.execute(query)).all()}


def _parted(peaks: bytes) -> tuple[bytes, ...]:
    return tuple(peaks[start : start + HASH_SIZE] for start in range(0, len(peaks), HASH_SIZE))
