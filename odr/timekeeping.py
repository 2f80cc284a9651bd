"""THE table of what follows when a deadline is near or has passed: each deadline's room answers its timer's knock."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from odr.agreements.commitments import end_commitment, remind_commitment
from odr.agreements.instalments import end_instalment, remind_instalment
from odr.agreements.timekeeping import end_signature, remind_signature
from odr.appointment.choosing import end_ranking, remind_ranking
from odr.appointment.windows import meet_objection, remind_objection
from odr.crossing.timekeeping import end_consent, remind_consent
from odr.deadlines.table import Deadline
from odr.deadlines.timers import Knock, read_knock
from odr.disputes.delegating import lapse_delegation, remind_delegation
from odr.disputes.inviting import end_reply, remind_reply
from odr.disputes.pausing import end_pause, remind_pause
from odr.disputes.targets import TARGETS, end_target, remind_target
from odr.disputes.timekeeping import end_direct_negotiation, end_term, remind_term
from odr.exceptions.commands import end_silence
from odr.intake.complaints import end_complaint, remind_complaint
from odr.intake.completing import end_completion, remind_completion
from odr.offers.timekeeping import end_offer, remind_offer
from odr.outbox import Job
from odr.sessions.timekeeping import end_meeting, end_minutes, remind_meeting, remind_minutes
from odr.unit_of_work import UnitOfWork

Answer = Callable[[UnitOfWork, Knock], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Followed:
    """Who answers a deadline's reminders, and its end. Each looks at the state again before it does anything."""

    remind: Answer | None
    end: Answer


FOLLOWS: Final[Mapping[Deadline, Followed]] = {
    Deadline.COMPLAINT: Followed(remind_complaint, end_complaint),
    Deadline.COMPLETE: Followed(remind_completion, end_completion),
    **{deadline: Followed(remind_target, end_target) for deadline in TARGETS},
    Deadline.DELEGATION: Followed(remind_delegation, lapse_delegation),
    Deadline.DIRECT_NEGOTIATION: Followed(None, end_direct_negotiation),
    Deadline.CONSENT: Followed(remind_consent, end_consent),
    Deadline.TELLING: Followed(None, end_silence),
    Deadline.RANKING: Followed(remind_ranking, end_ranking),
    Deadline.OBJECTION: Followed(remind_objection, meet_objection),
    Deadline.REPLY: Followed(remind_reply, end_reply),
    Deadline.SIGNATURE: Followed(remind_signature, end_signature),
    Deadline.COMMITMENT: Followed(remind_commitment, end_commitment),
    Deadline.INSTALMENT: Followed(remind_instalment, end_instalment),
    Deadline.PAUSE: Followed(remind_pause, end_pause),
    Deadline.SESSION: Followed(remind_meeting, end_meeting),
    Deadline.MINUTES: Followed(remind_minutes, end_minutes),
    Deadline.OFFER: Followed(remind_offer, end_offer),
    Deadline.TERM: Followed(remind_term, end_term),
}


async def meet_deadline(uow: UnitOfWork, job: Job) -> None:
    """Hand a timer's knock to whoever answers it."""
    knock = read_knock(job.payload)
    followed = FOLLOWS[knock.deadline]
    answer = followed.remind if knock.reminds else followed.end
    if answer is not None:
        await answer(uow, knock)
