"""One transaction of a request or a job: the session, the vault, the clock, and the one way to remember."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from odr.clock import Clock
from odr.event import Event, EventRow
from odr.ids import EventId, new_id
from odr.outbox import enqueue
from vault import SpaceRef, Vault

_T = TypeVar("_T")
Reactions = Callable[[Event], tuple[tuple[str, dict[str, Any]], ...]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Where an event went: its row and its index in its space's ledger tree."""

    event_id: EventId
    index: int


@dataclass(slots=True)
class UnitOfWork:
    """Opened and committed at the edge; commands never commit.

    ``answers``: what was asked already, in a unit that only reads; None in one that writes.
    """

    session: AsyncSession
    vault: Vault
    clock: Clock
    reactions: Reactions
    answers: dict[tuple[object, ...], Any] | None = None

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return self.clock()

    async def once(self, question: tuple[object, ...], ask: Callable[[], Awaitable[_T]]) -> _T:
        """Return what ``ask`` answers: a page's rooms ask much the same. A unit that writes asks every time."""
        if self.answers is None:
            return await ask()
        if question not in self.answers:
            self.answers[question] = await ask()
        answer: _T = self.answers[question]
        return answer

    async def record(self, event: Event) -> Remembered:
        """Remember that something happened: a ledger entry and its jobs, in this transaction."""
        at = self.now()
        name = type(event).__name__
        fields: dict[str, Any] = msgspec.to_builtins(event)
        position = await self.vault.ledger.append(
            self.session, space_ref(event), {"event": name, "at": at.isoformat(timespec="milliseconds"), **fields}
        )
        event_id = EventId(new_id())
        subject: UUID | None = getattr(event, event.subject) if event.subject else None
        self.session.add(
            EventRow(
                id=event_id,
                dispute_id=event.dispute_id,
                space_id=event.space_id,
                index=position.index,
                name=name,
                subject_id=subject,
                actor_id=event.actor_id,
                at=at,
            )
        )
        for kind, payload in self.reactions(event):
            await self.enqueue(
                kind,
                {
                    **payload,
                    "event": name,
                    "event_id": str(event_id),
                    "dispute_id": str(event.dispute_id),
                    "space_id": str(event.space_id),
                    "subject_id": str(subject) if subject else None,
                    "actor_id": str(event.actor_id) if event.actor_id else None,
                },
            )
        return Remembered(event_id, position.index)

    async def enqueue(
        self, kind: str, payload: Mapping[str, Any], *, run_at: datetime | None = None, dedupe_key: str | None = None
    ) -> None:
        """Queue a job that runs only if this transaction commits."""
        await enqueue(self.session, kind, dict(payload), now=self.now(), run_at=run_at, dedupe_key=dedupe_key)


def space_ref(thing: Any) -> SpaceRef:  # noqa: ANN401 -- any row or event with these two columns
    """Return the vault's name for the space of an event, a placement, a message…: its dispute and its space."""
    return SpaceRef(collection=thing.dispute_id, space=thing.space_id)
