"""What becomes of what was stopped as a wrong disclosure: restored or removed for good, and what readers say of it."""

from sqlalchemy import delete, select

from odr.crossing.events import CopiesAnswered, QuarantineEnded
from odr.crossing.exhibits import put_exhibit_back, take_exhibit_out
from odr.crossing.messages import put_message_back, take_message_out
from odr.crossing.models import Copies, Outcome, Quarantine, QuarantineReader
from odr.crossing.stopping import quarantine_for
from odr.errors import NotFoundError, NotPermittedError
from odr.evidence.handed_back import put_handed_back, take_handed_out
from odr.evidence.withdrawing import require_before_the_end
from odr.ids import DisputeId, OfferId, QuarantineId, SpaceId
from odr.offers.stopping import put_offer_back, take_offer_out
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing


async def restore_quarantined(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId
) -> None:
    """Put what was withdrawn back in its place (the party whose secret it is, nobody else).

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`ConflictError` (``changed_meanwhile``),
    :class:`WrongStageError`.
    """
    row = await quarantine_for(uow, actor, dispute_id, quarantine_id)
    apart = Place(dispute_id, row.party_id, SpaceKind.CAUCUS)
    rule = actor.may(Act.CONSENT, Thing.EXHIBIT, apart)
    if rule is None:
        raise NotPermittedError(actor.refusal(Act.CONSENT, Thing.EXHIBIT, apart))
    await require_before_the_end(uow, actor, dispute_id)
    if row.disclosure_id is not None:
        await put_handed_back(uow, row.disclosure_id)
    elif row.exhibit_id is not None:
        await put_exhibit_back(uow, actor, row.exhibit_id, rule)
    elif row.message_id is not None:
        await put_message_back(uow, actor, row.message_id, rule)
    elif row.offer_id is not None:
        await put_offer_back(uow, actor, row.offer_id, rule)
    await _end(uow, actor, row, rule, Outcome.RESTORED)


async def remove_quarantined(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId) -> None:
    """Take what was withdrawn out for good: its line stays, empty (the party whose secret it is, or the mediator).

    An exhibit stays in the rooms it came from, or goes into its party's draft. Raises as
    :func:`restore_quarantined` does, and :class:`ConflictError` (``held``, of a message or an offer ``words_held``).
    """
    row = await quarantine_for(uow, actor, dispute_id, quarantine_id)
    apart = Place(dispute_id, row.party_id, SpaceKind.CAUCUS)
    rule = actor.may(Act.CONSENT, Thing.EXHIBIT, apart) or actor.may(Act.DISCLOSE, Thing.EXHIBIT, apart)
    if rule is None:
        raise NotPermittedError(actor.refusal(Act.CONSENT, Thing.EXHIBIT, apart))
    await _take_out(uow, row)
    await _end(uow, actor, row, rule, Outcome.REMOVED)


async def answer_about_copies(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, quarantine_id: QuarantineId, *, copies: str
) -> None:
    """Say what became of one's copies of what was withdrawn; it may be said again (a reader who was asked).

    Raises :class:`InvalidInputError` (``copies``), :class:`NotFoundError`.
    """
    row = await uow.session.get(Quarantine, quarantine_id)
    reader = await uow.session.get(QuarantineReader, (quarantine_id, actor.account_id), with_for_update=True)
    if row is None or row.dispute_id != dispute_id or reader is None or not reader.asked:
        raise NotFoundError
    typed = Typed()
    said = typed.choice("copies", copies, Copies)
    typed.check()
    reader.copies, reader.answered_at = said, uow.now()
    await uow.record(
        CopiesAnswered(
            dispute_id=dispute_id,
            space_id=row.caucus_id,
            rule="V18" if row.exhibit_id else "V130" if row.offer_id else "V27",
            actor_id=actor.account_id,
            quarantine_id=quarantine_id,
            copies=said,
        )
    )


async def forget_quarantines(uow: UnitOfWork, caucus_id: SpaceId) -> tuple[OfferId, ...]:
    """Forget all that was stopped as the secret of one caucus, as its room is about to be destroyed.

    What is not decided yet is taken out for good: its facts could be read by nobody any more. Returns the offers among
    it.
    """
    rows = (await uow.session.scalars(select(Quarantine).where(Quarantine.caucus_id == caucus_id))).all()
    undecided = [row for row in rows if row.outcome is Outcome.OPEN]
    for row in undecided:
        await _take_out(uow, row)
    ids = [row.id for row in rows]
    await uow.session.execute(delete(QuarantineReader).where(QuarantineReader.quarantine_id.in_(ids)))
    await uow.session.execute(delete(Quarantine).where(Quarantine.id.in_(ids)))
    return tuple(row.offer_id for row in undecided if row.offer_id is not None)


async def _take_out(uow: UnitOfWork, row: Quarantine) -> None:
    if row.disclosure_id is not None:
        await take_handed_out(uow, row.disclosure_id)
    elif row.exhibit_id is not None:
        await take_exhibit_out(uow, row.exhibit_id)
    elif row.message_id is not None:
        await take_message_out(uow, row.message_id, row.party_id)
    elif row.offer_id is not None:
        await take_offer_out(uow, row.offer_id)


async def _end(uow: UnitOfWork, actor: Actor, row: Quarantine, rule: Rule, outcome: Outcome) -> None:
    row.outcome, row.ended_by, row.ended_at = outcome, actor.account_id, uow.now()
    remembered = await uow.record(
        QuarantineEnded(
            dispute_id=row.dispute_id,
            space_id=row.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            quarantine_id=row.id,
            outcome=outcome,
        )
    )
    row.ended_index = remembered.index
