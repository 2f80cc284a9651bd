"""What the dispute itself awaits, from whom and until when: from facts that the reader may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from odr.deadlines.table import Deadline
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import DisputeFacts
from odr.disputes.targets import dues_of
from odr.parties.queries import SeatFacts, seats_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.words import _


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is awaited: its sentence and hint in the reader's language, where to do it, from whom, until when.

    ``mine``: the reader can do it; ``who`` is then empty.
    """

    label: str
    hint: str = ""
    href: str = ""
    who: str = ""
    until: datetime | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known when tasks are written: who asks, of which dispute, who sits there."""

    dispute: DisputeFacts
    actor: Actor
    seats: tuple[SeatFacts, ...]
    dues: Mapping[Deadline, datetime]

    @property
    def here(self) -> str:
        return f"/disputes/{self.dispute.id}"

    @property
    def is_secretariat(self) -> bool:
        return self.actor.is_a(CentreRole.SECRETARIAT)

    @property
    def mediators(self) -> tuple[SeatFacts, ...]:
        return tuple(seat for seat in self.seats if seat.role is SeatRole.MEDIATOR)


async def awaited_of_dispute(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return what the procedure awaits now."""
    seen = _Seen(dispute, actor, await seats_of(uow, dispute.id), await dues_of(uow, dispute.id))
    by_stage = {
        Stage.DRAFT: _of_draft,
        Stage.REFERRED: _of_referral,
        Stage.ADMISSIBLE: _of_admissible,
        Stage.DIRECT_NEGOTIATION: _of_direct_negotiation,
        Stage.INVITED: _of_invitation,
        Stage.SUSPENDED: _of_suspension,
    }
    tell = by_stage.get(dispute.stage)
    return tell(seen) if tell else ()


def _of_draft(seen: _Seen) -> tuple[Task, ...]:
    label = _("Finish your request and send it to the centre")
    hint = _("Nobody else sees it before you send it.")
    return (Task(label, hint, f"{seen.here}/draft", mine=True),)


def _of_referral(seen: _Seen) -> tuple[Task, ...]:
    due = seen.dues.get(Deadline.COMPLETION) or seen.dues.get(Deadline.QUALIFY)
    if seen.is_secretariat:
        label, hint = (
            _("Decide whether the centre can mediate this dispute"),
            _("Read the request, then say yes or no."),
        )
        return (Task(label, hint, f"{seen.here}/qualify", until=due, mine=True),)
    return (Task(_("Read the request and say whether the centre can mediate it"), who=_("The centre"), until=due),)


def _of_admissible(seen: _Seen) -> tuple[Task, ...]:
    label, due = _("Invite the other party"), seen.dues.get(Deadline.INVITE)
    if seen.is_secretariat:
        return (Task(label, _("It then has 15 days to answer."), f"{seen.here}/invite", until=due, mine=True),)
    return (Task(label, who=_("The centre"), until=due),)


def _of_direct_negotiation(seen: _Seen) -> tuple[Task, ...]:
    return (
        Task(
            _("Try to find terms between yourselves"),
            _("Without terms by then, the centre invites the other party to a mediation."),
            who=", ".join(party.name for party in seen.dispute.parties),
            until=seen.dispute.reply_by,
        ),
    )


def _of_invitation(seen: _Seen) -> tuple[Task, ...]:
    invited = ", ".join(party.name for party in seen.dispute.respondents if party.joined_at is None)
    answer = Task(
        _("Accept or decline the mediation"),
        _("Without an answer by then, the request ends and you are told."),
        who=invited,
        until=seen.dispute.reply_by,
    )
    return (answer,)


def _of_suspension(seen: _Seen) -> tuple[Task, ...]:
    label, until = _("Take the work up again"), seen.dispute.pause_ends
    hint = _("Otherwise it goes on by itself once this day is over.") if until else ""
    if any(seat.account_id == seen.actor.account_id for seat in seen.mediators):
        return (Task(label, hint, f"{seen.here}/steps/{Step.RESUME}", until=until, mine=True),)
    return (Task(label, hint, who=_("The mediator"), until=until),)
