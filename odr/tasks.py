"""THE table of what may be awaited: each room that knows of tasks, asked in turn."""

from collections.abc import Awaitable, Callable
from typing import Final

from odr.agreements.awaited import tasks as agreement_tasks
from odr.agreements.performance import tasks as performance_tasks
from odr.appointment.awaited import tasks as appointment_tasks
from odr.archive.requests import tasks as archive_tasks
from odr.crossing.awaited import tasks as crossing_tasks
from odr.crossing.withdrawn import quarantine_tasks
from odr.disputes.awaiting import Task, awaited_of_dispute
from odr.disputes.queries import DisputeFacts
from odr.evidence.queries import tasks as evidence_tasks
from odr.exceptions.queries import tasks as exception_tasks
from odr.expertise.awaited import tasks as expertise_tasks
from odr.intake.awaited import tasks as intake_tasks
from odr.mandates.awaited import tasks as mandate_tasks
from odr.offers.awaited import tasks as offer_tasks
from odr.sessions.awaited import tasks as session_tasks
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor

Provider = Callable[[UnitOfWork, Actor, DisputeFacts], Awaitable[tuple[Task, ...]]]


async def _of_evidence(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Consents asked and given: only ever for the one who can act, so the other side never learns of a caucus."""
    found = await evidence_tasks(uow, actor, dispute.id)
    return tuple(Task(task.label, task.hint, task.href, until=task.until, mine=True) for task in found)


TASKS: Final[tuple[Provider, ...]] = (
    awaited_of_dispute,
    appointment_tasks,
    intake_tasks,
    _of_evidence,
    crossing_tasks,
    quarantine_tasks,
    exception_tasks,
    expertise_tasks,
    agreement_tasks,
    performance_tasks,
    mandate_tasks,
    offer_tasks,
    session_tasks,
    archive_tasks,
)


async def awaited(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what a dispute awaits, as far as the reader may know: theirs first, then by deadline."""
    found: list[Task] = []
    for provider in TASKS:
        found += await provider(uow, actor, dispute)
    return tuple(
        sorted(found, key=lambda task: (not task.mine, task.until is None, task.until.timestamp() if task.until else 0))
    )
