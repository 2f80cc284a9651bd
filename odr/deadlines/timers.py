"""Timers: jobs queued for later with a key of their own, so that each fires once and survives every restart.

A timer only knocks: whoever answers looks at the state again and does nothing when it has moved on. What it does and
the job's end are one transaction, so a crash between both leaves neither.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from odr.deadlines.table import Deadline, reminders_at
from odr.errors import InvalidInputError
from odr.ids import DisputeId
from odr.unit_of_work import UnitOfWork

MEET: str = "meet_deadline"
"""The kind of job that a timer queues."""


@dataclass(frozen=True, slots=True)
class Knock:
    """What a timer says when it fires: which deadline of which dispute, due when, and whether it only reminds.

    ``subject_id``: of what, where a dispute may have several (a seat, a question, an instalment…).
    """

    deadline: Deadline
    dispute_id: DisputeId
    due: datetime
    reminds: bool
    subject_id: UUID | None = None


async def set_timer(
    uow: UnitOfWork, deadline: Deadline, dispute_id: DisputeId, due: datetime, *, subject_id: UUID | None = None
) -> None:
    """Queue a deadline's reminders and its end. Setting the same one again changes nothing.

    Raises InvalidInputError (``until``: in_the_past) for an end that is not to come.
    """
    now = uow.now()
    if due <= now:
        raise InvalidInputError({"until": "in_the_past"})
    for reminds, run_at in (*((True, moment) for moment in reminders_at(deadline, now, due)), (False, due)):
        key = (deadline.value, dispute_id, subject_id, due.isoformat(), run_at.isoformat())
        await uow.enqueue(
            MEET,
            {
                "deadline": deadline.value,
                "dispute_id": str(dispute_id),
                "subject_id": str(subject_id) if subject_id else None,
                "due": due.isoformat(),
                "reminds": reminds,
            },
            run_at=run_at.astimezone(UTC),
            dedupe_key="/".join(["remind" if reminds else "end", *map(str, key)]),
        )


def read_knock(payload: dict[str, object]) -> Knock:
    """Read what :func:`set_timer` queued."""
    subject = payload.get("subject_id")
    return Knock(
        Deadline(str(payload["deadline"])),
        DisputeId(UUID(str(payload["dispute_id"]))),
        datetime.fromisoformat(str(payload["due"])),
        reminds=bool(payload["reminds"]),
        subject_id=UUID(str(subject)) if subject else None,
    )
