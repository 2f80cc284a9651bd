"""A complaint between two companies: made, contested, settled between them, or referred to the centre.

It stays between them: the centre learns of it when it is referred, and reads the request then, never what they wrote to
each other. Nothing is typed again: the complaint is the request.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select, update

from odr.deadlines.table import Deadline, due_at
from odr.deadlines.timers import Knock, set_timer
from odr.disputes.commands import REASON_LIMIT, move, permitted_by
from odr.disputes.filing import draft_of, note_filed
from odr.disputes.lifecycle import By, Stage, Step
from odr.disputes.mailing import open_links
from odr.disputes.models import Dispute
from odr.disputes.queries import Contact, DisputeFacts, dispute_facts, statement_of, visible_dispute
from odr.errors import NotFoundError, NotPermittedError
from odr.ids import DisputeId, PartyId
from odr.intake.answers import answers_of, require_whole
from odr.intake.events import ComplaintMade, ComplaintReferred, ComplaintReminded, ComplaintSettled
from odr.intake.models import Proposal
from odr.intake.repeated import CONTACT as CONTACT_LIMIT
from odr.parties.commands import join_party
from odr.parties.queries import PartyFacts
from odr.people.commands import invite_person, withdraw_invitation
from odr.people.queries import invitation_of
from odr.spaces.commands import ensure_space
from odr.spaces.models import Message
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import SpaceKind

COMPLAINS: Final = "L30"
UNANSWERED: Final = "L32"
_PLATFORM: Final = frozenset({By.PLATFORM})


async def complain(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> None:
    """Send the draft as a complaint to the other companies: each named person gets a link, and 15 days to answer.

    Raises InvalidInputError with all that is missing, as sending the request to the centre does.
    """
    require_whole(answers_of(await draft_of(uow, actor, dispute_id)))
    dispute = await visible_dispute(uow, actor, dispute_id)
    line = await move(uow, dispute_id, Step.COMPLAIN, permitted_by(actor, dispute, Step.COMPLAIN), actor)
    due = due_at(Deadline.COMPLAINT, uow.now())
    await uow.session.execute(
        update(Dispute).where(Dispute.id == dispute_id).values(is_complaint=True, created_at=uow.now(), reply_by=due)
    )
    await join_party(uow, dispute.claimant.id)
    await ensure_space(uow, dispute_id, SpaceKind.JOINT)
    said = await statement_of(uow, dispute)
    for party in dispute.respondents:
        contact = said.contact_of(party)
        await _send_link(uow, actor, dispute, party, contact, due, language=actor.language)
    await set_timer(uow, Deadline.COMPLAINT, dispute_id, due)
    await uow.record(
        ComplaintMade(
            dispute_id=dispute_id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=actor.account_id
        )
    )


async def contest_complaint(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """The other company contests it, and so takes it to the centre, which reads the ``reason`` too."""
    await _leave(uow, actor, dispute_id, Step.CONTEST, reason, required=True)


async def refer_complaint(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """Either company takes the complaint to the centre."""
    await _leave(uow, actor, dispute_id, Step.REFER, reason, required=False)


async def _leave(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, step: Step, reason: str, *, required: bool
) -> None:
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT, required=required)
    typed.check()
    dispute = await visible_dispute(uow, actor, dispute_id)
    await _refer(uow, actor, dispute, step, permitted_by(actor, dispute, step), clean)


async def _refer(
    uow: UnitOfWork, actor: Actor | None, dispute: DisputeFacts, step: Step, by: frozenset[By], reason: str
) -> None:
    line = await move(uow, dispute.id, step, by, actor, reason)
    await uow.session.execute(update(Dispute).where(Dispute.id == dispute.id).values(is_complaint=False, reply_by=None))
    actor_id = actor.account_id if actor else None
    await uow.record(
        ComplaintReferred(
            dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=actor_id
        )
    )
    await note_filed(uow, dispute, line, actor_id)


async def close_complaint(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, *, reason: str) -> None:
    """The claimant is satisfied: its complaint ends here. ``reason`` says what settled it; both companies read it."""
    typed = Typed()
    clean = typed.text("reason", reason, limit=REASON_LIMIT)
    typed.check()
    dispute = await visible_dispute(uow, actor, dispute_id)
    by = permitted_by(actor, dispute, Step.SETTLE_DIRECTLY) & {By.CLAIMANT}
    if not by:
        raise NotPermittedError("not_permitted")
    await settle(uow, actor, dispute, by, clean)


async def settle(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, by: frozenset[By], terms: str) -> None:
    """End a complaint on terms that both companies know: its record is sealed, the centre never reads it."""
    line = await move(uow, dispute.id, Step.SETTLE_DIRECTLY, by, actor, terms)
    await uow.record(
        ComplaintSettled(
            dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=line.number, actor_id=actor.account_id
        )
    )


async def correct_contact(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId, *, name: str, email: str
) -> None:
    """The claimant sends the complaint to another person of the other company; the former link no longer holds.

    Raises InvalidInputError (``contact_name``, ``contact_email``), NotFoundError for who is no respondent,
    NotPermittedError for everybody but the claimant.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    if By.CLAIMANT not in permitted_by(actor, dispute, Step.REFER):
        raise NotPermittedError("not_permitted")
    party = dispute.party(party_id)
    if dispute.stage is not Stage.COMPLAINT or party is None or party not in dispute.respondents:
        raise NotFoundError
    due = dispute.reply_by or due_at(Deadline.COMPLAINT, uow.now())
    typed = Typed()
    contact = Contact(typed.line("contact_name", name, limit=CONTACT_LIMIT), typed.email("contact_email", email))
    typed.check()
    for former in await open_links(uow, dispute_id, party.id):
        await withdraw_invitation(uow, actor, former, rule=COMPLAINS)
    await _send_link(uow, actor, dispute, party, contact, due, language=actor.language)


async def _send_link(
    uow: UnitOfWork,
    actor: Actor | None,
    dispute: DisputeFacts,
    party: PartyFacts,
    contact: Contact,
    until: datetime,
    *,
    language: str,
) -> None:
    await invite_person(
        uow,
        actor,
        email=contact.email,
        name=contact.name,
        language=language,
        dispute_id=dispute.id,
        party_id=party.id,
        seat_role=SeatRole.REPRESENTATIVE,
        until=until,
        rule=COMPLAINS if actor is not None else UNANSWERED,
    )


async def remind_complaint(uow: UnitOfWork, knock: Knock) -> None:
    """Remind whoever has not answered a complaint."""
    dispute = await _awaited(uow, knock)
    if dispute is not None:
        await _send_links_again(uow, dispute)
        await uow.record(
            ComplaintReminded(
                dispute_id=dispute.id, space_id=dispute.procedure_space_id, rule=UNANSWERED, actor_id=None
            )
        )


async def _send_links_again(uow: UnitOfWork, dispute: DisputeFacts) -> None:
    """Mail a second link to whoever has not used the first; both hold as long."""
    for party in dispute.respondents:
        links = await open_links(uow, dispute.id, party.id)
        known = await invitation_of(uow, links[-1]) if links else None
        if known is not None:
            contact = Contact(known.name, known.email)
            await _send_link(uow, None, dispute, party, contact, known.expires_at, language=known.language)


async def end_complaint(uow: UnitOfWork, knock: Knock) -> None:
    """Refer a complaint that nobody answered; an exchange that has begun goes on for as long as both like."""
    dispute = await _awaited(uow, knock)
    if dispute is not None:
        await _refer(uow, None, dispute, Step.REFER, _PLATFORM, "")


async def _awaited(uow: UnitOfWork, knock: Knock) -> DisputeFacts | None:
    dispute = await dispute_facts(uow, knock.dispute_id)
    if dispute.stage is not Stage.COMPLAINT or dispute.reply_by != knock.due or await is_answered(uow, dispute):
        return None
    return dispute


async def is_answered(uow: UnitOfWork, dispute: DisputeFacts) -> bool:
    """Tell whether the other side of a complaint has said anything."""
    room = await space_of(uow, dispute.id, SpaceKind.JOINT)
    theirs = [party.id for party in dispute.respondents]
    said = select(Message.id).where(Message.space_id == room.id, Message.author_party_id.in_(theirs))
    proposed = select(Proposal.id).where(Proposal.dispute_id == dispute.id, Proposal.party_id.in_(theirs))
    return bool(await uow.session.scalar(select(exists(said) | exists(proposed))))
