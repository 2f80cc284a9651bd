"""Inviting a party: its mails, its reminders, and what its answer, or none by the deadline, leads to."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.commands import move, permitted_by
from odr.disputes.events import InvitationLapsed, PartyInvited, ReplyReminded
from odr.disputes.lifecycle import By, Stage, Step, Transition
from odr.disputes.mailing import contact_of, open_links, send_link
from odr.disputes.models import Dispute, Errand, PartyInvitation, Reply
from odr.disputes.queries import DisputeFacts, dispute_facts, statement_of, visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import DisputeId, PartyId
from odr.parties.queries import PartyFacts
from odr.people.commands import withdraw_invitation
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole

CONTACT_LIMIT: Final = 120
FEWEST_DAYS: Final = 5
MOST_DAYS: Final = 60
BY_HAND: Final = 3
"""How many reminders the secretariat may send beside those of the table of deadlines."""
BETWEEN: Final = timedelta(hours=24)
"""How much time lies between two of them at least."""
_PLATFORM: Final = frozenset({By.PLATFORM})


async def invite_party(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    *,
    contact_name: str = "",
    contact_email: str = "",
    language: str = "fr",
    days: int | None = None,
    party_id: PartyId | None = None,
) -> str:
    """Invite a respondent by mail; returns the link's token. The contact is the claimant's unless given.

    From ``admissible`` or direct negotiation this starts the time to answer: 15 days, or as many as ``days`` says. At
    ``invited`` it sends a new link to a corrected address, and the former one no longer holds; or it invites another
    respondent (``party_id``), who gets as long. Raises InvalidInputError (``contact_name``, ``contact_email``,
    ``days``: bad_days), NotPermittedError, WrongStageError, ConflictError.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    by = permitted_by(actor, dispute, Step.INVITE)
    if dispute.stage is Stage.INVITED and not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    party = await _awaited(uow, dispute, party_id)
    contact = (contact_name, contact_email, language)
    return await _invite(uow, actor, dispute, party, by, contact, days)


async def invite_after_direct_negotiation(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    """The platform invites when direct negotiation has run out."""
    party = await _awaited(uow, dispute, None)
    await _invite(uow, None, dispute, party, _PLATFORM, ("", "", "fr"), None)


async def _awaited(uow: UnitOfWork, dispute: DisputeFacts, party_id: PartyId | None) -> PartyFacts:
    """Return the respondent meant, or the first that has not answered. Raises NotFoundError, ConflictError."""
    if party_id is not None and all(party.id != party_id for party in dispute.respondents):
        raise NotFoundError
    for party in dispute.respondents:
        if party_id in {None, party.id} and party.joined_at is None:
            row = await uow.session.get(PartyInvitation, party.id)
            if row is None or row.reply is None:
                return party
    raise ConflictError("changed_meanwhile")


async def _invite(
    uow: UnitOfWork,
    actor: Actor | None,
    dispute: DisputeFacts,
    party: PartyFacts,
    by: frozenset[By],
    contact: tuple[str, str, str],
    days: int | None,
) -> str:
    said = await statement_of(uow, dispute)
    known = said.contact_of(party)
    typed = Typed()
    name = typed.line("contact_name", contact[0] or known.name, limit=CONTACT_LIMIT)
    email = typed.email("contact_email", contact[1] or known.email)
    if days is not None and not FEWEST_DAYS <= days <= MOST_DAYS:
        typed.wrong("days", "bad_days")
    typed.check()
    if dispute.stage is Stage.INVITED:
        return await _send(uow, actor, dispute, party, (name, email, contact[2]), days)
    await move(uow, dispute.id, Step.INVITE, by, actor)
    token = await _send(uow, actor, dispute, party, (name, email, contact[2]), days)
    for other in dispute.respondents:  # all at the same moment, as far as the claimant has named whom to write to
        theirs = said.contact_of(other)
        if other.id != party.id and theirs.email:
            await _send(uow, actor, dispute, other, (theirs.name, theirs.email, contact[2]), days)
    return token


async def _send(
    uow: UnitOfWork,
    actor: Actor | None,
    dispute: DisputeFacts,
    party: PartyFacts,
    contact: tuple[str, str, str],
    days: int | None,
) -> str:
    known = await uow.session.get(PartyInvitation, party.id)
    row = known or await _begin(uow, dispute, party, days)
    for former in await open_links(uow, dispute.id, party.id):
        await withdraw_invitation(uow, actor, former, rule="L6")
    token = await send_link(uow, actor, row, contact, Errand.AGAIN if known else Errand.FIRST, "L6")
    await uow.record(
        PartyInvited(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="L6",
            actor_id=actor.account_id if actor else None,
            party_id=party.id,
        )
    )
    return token


async def _begin(uow: UnitOfWork, dispute: DisputeFacts, party: PartyFacts, days: int | None) -> PartyInvitation:
    """Start the time that a party has to answer."""
    now = uow.now()
    due = due_at(Deadline.REPLY, now, length=days)
    latest = max(due, dispute.reply_by) if dispute.stage is Stage.INVITED and dispute.reply_by else due
    await uow.session.execute(
        update(Dispute)
        .where(Dispute.id == dispute.id)
        .values(reply_by=latest)
        .execution_options(synchronize_session="fetch")
    )
    row = PartyInvitation(
        party_id=party.id,
        dispute_id=dispute.id,
        invited_at=now,
        reply_by=due,
        opened_at=None,
        reply=None,
        replied_at=None,
        reason_sealed=None,
        reason_told=False,
        by_hand=0,
        by_hand_at=None,
    )
    uow.session.add(row)
    await uow.session.flush()
    await set_timer(uow, Deadline.REPLY, dispute.id, due, subject_id=party.id)
    return row


async def remind_by_hand(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId) -> None:
    """The secretariat reminds an invited party, three times at most and once a day.

    Raises NotPermittedError, NotFoundError, ConflictError (``not_awaited``, ``reminded_enough``, ``reminded_lately``).
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")
    if all(party.id != party_id for party in dispute.respondents):
        raise NotFoundError
    row = await uow.session.get(PartyInvitation, party_id, with_for_update=True, populate_existing=True)
    if row is None or row.reply is not None or dispute.stage is not Stage.INVITED:
        raise ConflictError("not_awaited")
    now = uow.now()
    if row.by_hand >= BY_HAND:
        raise ConflictError("reminded_enough")
    if row.by_hand_at is not None and now - row.by_hand_at < BETWEEN:
        raise ConflictError("reminded_lately")
    row.by_hand, row.by_hand_at = row.by_hand + 1, now
    await _remind(uow, actor, dispute, row, Errand.BY_HAND)


async def remind_reply(uow: UnitOfWork, knock: Knock) -> None:
    """Remind an invited party of its deadline: a second link, which holds beside the first one and as long."""
    for dispute, row in await _awaiting(uow, knock):
        await _remind(uow, None, dispute, row, Errand.REMINDER)


async def _remind(
    uow: UnitOfWork, actor: Actor | None, dispute: DisputeFacts, row: PartyInvitation, errand: Errand
) -> None:
    known = await contact_of(uow, row)
    if known is None:
        raise ConflictError("not_awaited")
    await send_link(uow, actor, row, (known.name, known.email, known.language), errand, "L9")
    await uow.record(
        ReplyReminded(
            dispute_id=dispute.id,
            space_id=dispute.procedure_space_id,
            rule="L9",
            actor_id=actor.account_id if actor else None,
            party_id=row.party_id,
        )
    )


async def end_reply(uow: UnitOfWork, knock: Knock) -> None:
    """Note that a party did not answer in time; with the last one awaited the dispute goes on, or ends."""
    for dispute, row in await _awaiting(uow, knock):
        line = await note_reply(uow, dispute, row, Reply.NONE, None)
        await uow.record(
            InvitationLapsed(
                dispute_id=dispute.id,
                space_id=dispute.procedure_space_id,
                rule=line.number if line else "L9",
                actor_id=None,
                party_id=row.party_id,
            )
        )


async def _awaiting(uow: UnitOfWork, knock: Knock) -> list[tuple[DisputeFacts, PartyInvitation]]:
    """Return the invitation that a timer knocks for, if it still awaits its answer by then."""
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage is not Stage.INVITED:
        return []
    rows = await uow.session.scalars(
        select(PartyInvitation).where(
            PartyInvitation.dispute_id == dispute.id,
            PartyInvitation.reply.is_(None),
            PartyInvitation.reply_by == knock.due,
        )
    )
    return [(dispute, row) for row in rows if knock.subject_id in {None, row.party_id}]


async def note_reply(
    uow: UnitOfWork, dispute: DisputeFacts, row: PartyInvitation, reply: Reply, actor: Actor | None, reason: str = ""
) -> Transition | None:
    """Note a party's answer. With the last one awaited, the dispute takes its step, whose line is returned.

    The mediation goes on with the parties that accepted, however many declined or stayed silent: nobody can keep others
    from talking. Without any, the request ends. ``reason`` is the stage's, for the claimant and the centre.
    """
    row.reply, row.replied_at = reply, uow.now()
    await uow.session.flush()
    rows = {
        other.party_id: other.reply
        for other in await uow.session.scalars(select(PartyInvitation).where(PartyInvitation.dispute_id == dispute.id))
    }
    if any(rows.get(party.id) is None for party in dispute.respondents):
        return None
    if Reply.ACCEPTED in rows.values():
        by = frozenset({By.RESPONDENT}) if reply is Reply.ACCEPTED else _PLATFORM
        return await move(uow, dispute.id, Step.ACCEPT, by, actor)
    if reply is Reply.DECLINED:
        return await move(uow, dispute.id, Step.DECLINE, frozenset({By.RESPONDENT}), actor, reason)
    return await move(uow, dispute.id, Step.LAPSE, _PLATFORM, None)
