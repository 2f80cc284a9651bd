"""Timers: jobs queued for later with a key of their own, so that each fires once and survives every restart.

A timer only knocks: whoever answers looks at the state again and does nothing when it has moved on.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.deadlines.table import Deadline, remind_at
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork

MEET: str = "meet_deadline"
"""The kind of job that a timer queues."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What a timer says when it fires: which deadline of which dispute, due when, and whether it only reminds."""

    deadline: Deadline
    dispute_id: DisputeId
    due: datetime
    reminds: bool


async def set_timer(uow: UnitOfWork, deadline: Deadline, dispute_id: DisputeId, due: datetime) -> None:
    """Queue a deadline's reminder and its end. Setting the same one again changes nothing."""
    reminder = remind_at(deadline, uow.now(), due)
    for reminds, run_at in ((True, reminder), (False, due)):
        await uow.enqueue(
            MEET,
            {
                "deadline": deadline.value,
                "dispute_id": str(dispute_id),
                "due": due.isoformat(),
                "reminds": reminds,
            },
            run_at=run_at,
            dedupe_key=f"{'remind' if reminds else 'end'}/{deadline.value}/{dispute_id}/{due.isoformat()}",
        )


def read_knock(payload: dict[str, object]) -> Knock:
    """Read what :func:`set_timer` queued."""
    return Knock(
        Deadline(str(payload["deadline"])),
        DisputeId(UUID(str(payload["dispute_id"]))),
        datetime.fromisoformat(str(payload["due"])),
        reminds=bool(payload["reminds"]),
    )
