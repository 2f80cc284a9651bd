"""The ledger: one tree a space inside the business transaction, one signed log for the platform at a fixed cadence.

Lost time is not made up for: after a stop, one tick signs one leaf for the present slot. The slot's number is in the
leaf, so the gap is plain to see, and no number of missed slots makes a loop.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError
from vault.keys.keyring import KeyRing
from vault.ledger import audit, kept, merkle, rows, stamps, tables
from vault.ledger.audit import Audit, Problem, Seen, Walk
from vault.ledger.batch import batch_leaf, make_batch, room_for_kept
from vault.ledger.bodies import Event, body_label, open_bodies
from vault.ledger.checkpoint import (
    Checkpoint,
    NoteKey,
    Signer,
    check_signature,
    read_checkpoint,
    sign_checkpoint,
)
from vault.ledger.entry import JSON, SALT_SIZE, canonical, entry_hash
from vault.ledger.existence import Existence, existence_leaf
from vault.ledger.parts import BatchPlace, Renewal
from vault.ledger.proofs import BatchProof, LogProof, Receipt, SpaceProof, Stamp
from vault.ledger.public import ALARMS, PublicLog, Standing
from vault.ledger.rows import StoredBatch
from vault.ledger.stamps import DueStamp
from vault.refs import SpaceRef
from vault.timestamps import TimeAuthority, request_stamp


@dataclass(frozen=True, slots=True)
class Position:
    """Where an event went: its index in its space's tree, and its leaf hash (32 B)."""

    index: int
    leaf: bytes


class Ledger:
    """Records events and proves them. Every method with a session joins the caller's transaction.

    On SQLite the caller's writing transactions begin IMMEDIATE; on PostgreSQL the head rows are locked here.
    """

    def __init__(
        self,
        keys: KeyRing,
        tenant: UUID,
        origin: str,
        signer: Signer,
        cadence_seconds: int = 60,
        authorities: Sequence[TimeAuthority] = (),
    ) -> None:
        if cadence_seconds < 1:
            raise ProofError("the log's cadence is at least one second")
        self.authorities: Final = tuple(authorities)
        self._origin = origin
        self.public: Final = PublicLog(tenant, lambda: self.key, cadence_seconds)
        self._keys = keys
        self._tenant = tenant
        self._signer = signer
        self._cadence = cadence_seconds

    @cached_property
    def key(self) -> NoteKey:
        """Return the key that verifies the log. The first time, a signer in a service is asked for it (blocks).

        Raises KeyRootError, KeyRootUnavailableError.
        """
        return NoteKey.of(self._origin, self._signer)

    def sign(self, data: bytes) -> bytes:
        """Sign something else than a checkpoint; ``data`` must begin with a domain of its own (blocks).

        Raises KeyRootError, KeyRootUnavailableError.
        """
        return self._signer.sign(data)

    def try_signer(self) -> NoteKey:
        """Have a text signed that is no checkpoint of any log; return the key that verifies (blocks).

        Raises KeyRootError, KeyRootUnavailableError.
        """
        sign_checkpoint(f"{self.key.name}/probe", 0, merkle.fold([]), self._signer)
        return self.key

    async def append(self, session: AsyncSession, space: SpaceRef, event: Mapping[str, JSON]) -> Position:
        """Record an event at the end of its space. Raises ProofError when it is no JSON as events must be."""
        body, salt = canonical(event), secrets.token_bytes(SALT_SIZE)
        tree = await rows.lock_tree(session, self._tenant, space)
        leaf = entry_hash(salt, body)
        await rows.keep_space_tree(session, await rows.grow(session, tree, leaf))
        sealed = await self._keys.seal(session, space, body_label(tree.name, tree.size), salt + body)
        await session.execute(insert(tables.bodies).values(tree=tree.name, place=tree.size, sealed=bytes(sealed)))
        return Position(tree.size, leaf)

    async def events(self, session: AsyncSession, space: SpaceRef) -> list[Event]:
        """Every event of a space in its order; those whose content was erased are left out."""
        tree = await rows.find_tree(session, space)
        return [] if tree is None else await open_bodies(session, self._keys, space, tree.name)

    async def erase(self, session: AsyncSession, space: SpaceRef, index: int) -> None:
        """Forget an event's content and salt for good. Its leaf stays, so the tree and every proof still hold."""
        tree = await rows.known_tree(session, space)
        body = tables.bodies.c
        await session.execute(delete(tables.bodies).where(body.tree == tree.name, body.place == index))

    async def receipt(self, session: AsyncSession, space: SpaceRef, index: int) -> Receipt:
        """Prove one event. Before the next tick the receipt is valid but not complete.

        Its checkpoint is the first with a time stamp that covers the event; without any, the first that covers it.
        Raises ProofError when there is no such event, or its content was erased.
        """
        tree = await rows.known_tree(session, space)
        found = await open_bodies(session, self._keys, space, tree.name, only=index)
        if not found:
            raise ProofError("this event was never recorded, or its content was erased")
        event = found[0]
        number = await rows.first_batch_over(session, tree.name, index)
        if number is None:
            path = await rows.prove_inclusion(session, tree.name, index, tree.size)
            return Receipt(event.event, event.salt, SpaceProof(tree.name, index, tree.size, path), None, None, ())
        (stored,) = await rows.read_batches(session, self._tenant, number, number + 1)
        (member,) = (member for member in stored.batch.members if member.head.tree == tree.name)
        path = await rows.prove_inclusion(session, tree.name, index, member.head.size)
        batch = BatchProof(
            stored.slot, member.salt, member.position, stored.batch.width, stored.batch.proof(member.position)
        )
        log, tokens = await self._log_proof(session, number)
        return Receipt(
            event.event, event.salt, SpaceProof(tree.name, index, member.head.size, path), batch, log, tokens
        )

    async def note_kept(
        self, session: AsyncSession, source: UUID, subject: UUID, salt: bytes, size: int, sha256: bytes
    ) -> None:
        """Have kept bytes enter a batch in their space's (``source``) turn, by a leaf salted with 32 B."""
        await kept.note(session, self._tenant, source, subject, existence_leaf(salt, size, sha256))

    async def existence(
        self, session: AsyncSession, subject: UUID, salt: bytes, size: int, sha256: bytes
    ) -> Existence | None:
        """Prove that bytes were kept, once a batch holds their leaf; None before.

        Its checkpoint is chosen as that of ``receipt``. Raises ProofError when the leaf is not of these bytes.
        """
        found = await kept.find(session, subject)
        if found is None:
            return None
        number, place = found
        if place.leaf != existence_leaf(salt, size, sha256):
            raise ProofError("the batch holds other bytes than those recorded")
        (stored,) = await rows.read_batches(session, self._tenant, number, number + 1)
        path = stored.batch.proof(place.position)
        log, tokens = await self._log_proof(session, number)
        return Existence(
            sha256, size, salt, BatchPlace(stored.slot, place.position, stored.batch.width, path), log, tokens
        )

    async def tick(self, session: AsyncSession, now: datetime) -> Checkpoint | None:
        """Advance the platform's log by one leaf and sign its head, once per slot of the cadence.

        None when this slot, or a later one, is signed already. Several workers may call it at once.
        """
        slot = int(now.timestamp()) // self._cadence
        log, last = await rows.lock_platform(session, self._tenant)
        if slot <= last:
            return None
        heads = await rows.grown_heads(session, self._tenant)
        batch = make_batch(heads, await kept.waiting(session, self._tenant, room_for_kept(len(heads))))
        stored = StoredBatch(log.size, slot, batch.root(), batch)
        await rows.keep_batch(session, self._tenant, stored)
        grown = await rows.grow(session, log, batch_leaf(slot, batch.width, stored.root))
        await rows.keep_platform_tree(session, grown, slot)
        checkpoint = await asyncio.to_thread(
            sign_checkpoint, self.key.name, grown.size, merkle.fold(grown.peaks), self._signer
        )
        await session.execute(
            insert(tables.checkpoints).values(
                tenant=self._tenant,
                size=checkpoint.size,
                made_at=int(now.timestamp() * 1000),
                text=checkpoint.text,
                key=self.key.text,
            )
        )
        return checkpoint

    async def newest_checkpoint(self, session: AsyncSession) -> Checkpoint | None:
        """Return the platform log's newest signed head, or None before the first tick."""
        table = tables.checkpoints
        query = select(table.c.text).where(table.c.tenant == self._tenant).order_by(table.c.size.desc()).limit(1)
        text = (await session.execute(query)).scalar_one_or_none()
        return None if text is None else read_checkpoint(text)

    async def ask_stamp(self, session: AsyncSession, space: SpaceRef, index: int) -> None:
        """Have every authority stamp the first checkpoint that covers this event."""
        tree = await rows.known_tree(session, space)
        await stamps.ask(session, self._tenant, tree, index)

    async def due_stamps(self, session: AsyncSession, now: datetime) -> list[DueStamp]:
        """Which checkpoint each authority has still to stamp: the newest once a UTC day, and every one asked for."""
        return await stamps.due(session, self._tenant, self.authorities, now)

    def stamp(self, due: DueStamp) -> Stamp:
        """Ask an authority for a token over the checkpoint's exact bytes: network, no session; blocks, so in a thread.

        Raises TimeStampError when it doesn't answer, or its answer doesn't hold.
        """
        token = request_stamp(due.checkpoint.text, due.authority)
        return Stamp(due.authority.name, due.authority.independent, token, due.authority.root_der())

    async def keep_stamp(self, session: AsyncSession, due: DueStamp, stamp: Stamp) -> None:
        """Keep a token for good; a second one of the same authority for the same checkpoint changes nothing.

        Raises TimeStampError when it does not hold, ProofError when this log never signed that checkpoint.
        """
        await stamps.keep(session, self._tenant, due.checkpoint, stamp)
        await stamps.forget_fulfilled(session, self._tenant, self.authorities)

    async def audit_space(self, session: AsyncSession, space: SpaceRef) -> Audit:
        """Hash every stored event of a space again, and compare leaves, nodes, head and batches with it."""
        walk, problems = Walk(), list[Problem]()
        while not walk.done:
            problems += await self.audit_step(session, space, walk)
        return Audit(walk.size, walk.erased, tuple(problems))

    async def audit_step(
        self, session: AsyncSession, space: SpaceRef, walk: Walk, seen: Seen | None = None
    ) -> list[Problem]:
        """Audit the next page of a space; ``walk`` remembers where it stands. ``seen`` compares more with it."""
        return await audit.step_space(session, self._keys, space, walk, seen)

    async def audit_platform(self, session: AsyncSession) -> Audit:
        """Hash every batch of the platform's log again, and compare leaves, nodes, signed heads and tokens with it."""
        walk, problems = Walk(), list[Problem]()
        while not walk.done:
            problems += await self.audit_log_step(session, walk)
        return Audit(walk.size, 0, tuple(problems))

    async def audit_log_step(self, session: AsyncSession, walk: Walk) -> list[Problem]:
        """Audit the next page of the platform's log."""
        return await audit.step_platform(session, self._tenant, await self.public.keys(session), walk)

    async def space_after(self, session: AsyncSession, after: SpaceRef | None) -> SpaceRef | None:
        """Return the space that comes after this one, in an order that never changes, or None after the last."""
        return await rows.space_after(session, self._tenant, after)

    async def knows(self, session: AsyncSession, space: SpaceRef) -> bool:
        """Whether anything was ever recorded in a space."""
        return await rows.find_tree(session, space) is not None

    async def audit_outside(self, session: AsyncSession, text: bytes) -> None:
        """Compare a checkpoint that was kept elsewhere (a mail, a receipt) with this database.

        Raises ProofError when it is not this log's, when the log is now shorter (rolled back) or another (forked).
        """
        checkpoint = read_checkpoint(text)
        check_signature(checkpoint, self.key)
        if checkpoint.size == 0:
            raise ProofError("an empty log proves nothing")
        standing, _ = await self.public.compare(session, checkpoint)
        if standing is not Standing.CONSISTENT:
            raise ProofError(ALARMS[standing])

    async def _log_proof(self, session: AsyncSession, number: int) -> tuple[LogProof, tuple[Stamp, ...]]:
        """Prove batch ``number`` under the checkpoint that says most about its time."""
        size = await stamps.first_stamped(session, self._tenant, number + 1) or number + 1
        tokens = [await self._renewed(session, size, stamp) for stamp in await stamps.of(session, self._tenant, size)]
        return await self._proof_at(session, number, size), tuple(tokens)

    async def _proof_at(self, session: AsyncSession, number: int, size: int) -> LogProof:
        """Prove batch ``number`` under the checkpoint of this size."""
        table = tables.checkpoints
        query = select(table).where(table.c.tenant == self._tenant, table.c.size == size)
        row = (await session.execute(query)).one()
        path = await rows.prove_inclusion(session, self._tenant, number, size)
        return LogProof(number, path, read_checkpoint(row.text), NoteKey.from_text(row.key))

    async def _renewed(self, session: AsyncSession, size: int, stamp: Stamp) -> Stamp:
        """Add to a stamp how later ones, of certificates that last longer, cover it."""
        renewals: list[Renewal] = []
        for number, leaf, later, its in await stamps.chain(session, self._tenant, size, stamp):
            (stored,) = await rows.read_batches(session, self._tenant, number, number + 1)
            path = stored.batch.proof(leaf.position)
            place = BatchPlace(stored.slot, leaf.position, stored.batch.width, path)
            renewals.append(Renewal(place, await self._proof_at(session, number, later), its))
        return replace(stamp, renewals=tuple(renewals))
