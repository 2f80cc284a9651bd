"""What offers await: that each other party answers, and that what all accepted is written down."""

from odr.disputes.awaiting import Task
from odr.disputes.lifecycle import ACTIVITIES, Activity, Stage
from odr.disputes.queries import DisputeFacts
from odr.offers.lookup import agreed_offer
from odr.offers.queries import OfferState, OfferView, may_read_offers, offers_of, represents
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _


async def tasks(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts) -> tuple[Task, ...]:
    """Return the offers that await somebody, and the settlement that one awaits once all accepted it."""
    if dispute.stage not in ACTIVITIES[Activity.ANSWER_OFFER] or not may_read_offers(actor, dispute.id):
        return ()
    offers = await offers_of(uow, actor, dispute.id)
    found: list[Task] = []
    if dispute.stage is Stage.OPEN and await agreed_offer(uow, dispute.id) is not None:
        found.append(_to_write(actor, dispute))
    for offer in offers:
        if offer.state is OfferState.OPEN:
            found += _answers(offer, dispute, actor)
    return tuple(found)


def _to_write(actor: Actor, dispute: DisputeFacts) -> Task:
    label = _("Write the settlement of the offer that every party accepted")
    if actor.party_in(dispute.id) is None:
        hint = _("Nothing binds before the settlement is written and signed.")
        return Task(label, hint, f"/disputes/{dispute.id}/agreements", mine=True)
    return Task(label, who=_("The mediator"))


def _answers(offer: OfferView, dispute: DisputeFacts, actor: Actor) -> list[Task]:
    label = _("Answer the offer of %(party)s", party=offer.party_name)
    own = actor.party_in(dispute.id)
    found: list[Task] = []
    if offer.answerable:
        hint = (
            _("Accept it, refuse it, or make another one.")
            if represents(actor, dispute.id)
            else _("Your representative answers it; read it meanwhile.")
        )
        href = f"/disputes/{dispute.id}/offers/{offer.id}"
        found.append(Task(label, hint, href, until=offer.until, mine=True))
    others = [party.name for party in offer.awaited if not (offer.answerable and party.id == own)]
    if others:
        found.append(Task(label, who=", ".join(others), until=offer.until))
    return found
