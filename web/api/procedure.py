"""The centre's part and the way to the open table: qualify, appoint, invite, independence; pausing and ending."""

from datetime import date
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.disputes.commands import end_mediation, withdraw
from odr.disputes.inviting import invite_party
from odr.disputes.pausing import move_pause, resume, suspend
from odr.disputes.qualifying import (
    negotiate_directly,
    qualify_dispute,
    reject_dispute,
)
from odr.disputes.term import extend_term
from odr.ids import DisputeId, PartyId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import replace, send
from web.api.disputes import ROOT, Progress, progress_of
from web.api.shapes import Line, Reason, Text


class Contact(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to write to for the invited party; the claimant's contact where left empty.

    ``days``: how long it may take to answer, from 5 to 60 (15 unless given). ``party_id``: which one of several.
    """

    contact_name: Line = ""
    contact_email: Line = ""
    language: Line = "fr"
    days: int | None = None
    party_id: UUID | None = None


class PauseEnd(msgspec.Struct, forbid_unknown_fields=True):
    """To the end of which day a pause lasts; none: until the mediator takes the work up again."""

    last_day: date | None = None


class PauseBody(PauseEnd, forbid_unknown_fields=True):
    """Why, for everyone to read, and to the end of which day, if one is set."""

    reason: Text = ""


def _typed(day: date | None) -> str:
    return day.isoformat() if day else ""


@send(f"{ROOT}/qualify")
async def find_admissible(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Find that the centre can mediate it (secretariat)."""
    await qualify_dispute(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/reject")
async def find_inadmissible(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Find that the centre cannot mediate it, and say why (secretariat)."""
    await reject_dispute(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/negotiate-directly")
async def try_between_themselves(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Let the parties first try between themselves, for 30 days."""
    await negotiate_directly(uow, actor, DisputeId(dispute_id))
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/invite")
async def invite(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Contact]
) -> Progress:
    """Invite the other party by mail, or send its link again to a corrected address."""
    await invite_party(
        uow,
        actor,
        DisputeId(dispute_id),
        contact_name=data.contact_name,
        contact_email=data.contact_email,
        language=data.language,
        days=data.days,
        party_id=None if data.party_id is None else PartyId(data.party_id),
    )
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/suspend")
async def pause(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[PauseBody],
) -> Progress:
    """Pause the work, to the end of a day or until it is taken up again (mediator)."""
    await suspend(uow, actor, DisputeId(dispute_id), reason=data.reason, last_day=_typed(data.last_day))
    return await progress_of(uow, actor, dispute_id)


@replace(f"{ROOT}/pause")
async def move_pause_end(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[PauseEnd],
) -> Progress:
    """Give a pause another last day, or none (mediator)."""
    await move_pause(uow, actor, DisputeId(dispute_id), last_day=_typed(data.last_day))
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/resume")
async def go_on(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Take the work up again (mediator)."""
    await resume(uow, actor, DisputeId(dispute_id))
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/extend-term")
async def lengthen_term(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Extend the mediation's term, once (mediator)."""
    await extend_term(uow, actor, DisputeId(dispute_id))
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/withdraw")
async def leave_mediation(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """Leave the mediation: it ends without an agreement (a party's representative)."""
    await withdraw(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


@send(f"{ROOT}/end")
async def end(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> Progress:
    """End the mediation without an agreement (mediator)."""
    await end_mediation(uow, actor, DisputeId(dispute_id), reason=data.reason)
    return await progress_of(uow, actor, dispute_id)


handlers = (
    find_admissible,
    find_inadmissible,
    try_between_themselves,
    invite,
    pause,
    move_pause_end,
    go_on,
    lengthen_term,
    leave_mediation,
    end,
)
