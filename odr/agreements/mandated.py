"""Whether a representative's own mandate lets them sign a text: told to them beforehand, and to nobody else."""

from odr.agreements.drafting import paid_by, paid_to
from odr.agreements.lines import line_names, signing_parties
from odr.agreements.text import AgreementText
from odr.disputes.mandates import OwnMandate, own_mandate
from odr.disputes.queries import DisputeFacts
from odr.ids import PartyId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


def bound_for(dispute: DisputeFacts, text: AgreementText, party_id: PartyId) -> int:
    """Return for how much, in cents, a text binds a party: what it pays, or what it accepts."""
    name = line_names(signing_parties(dispute))[party_id]
    return max(paid_by(text, name), paid_to(text, name))


async def mandate_to_sign(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, text: AgreementText
) -> OwnMandate | None:
    """Return what the actor's own mandate says to a text; ``None`` for whoever represents no party here."""
    party_id = actor.party_in(dispute.id)
    return await own_mandate(uow, actor, dispute.id, bound_for(dispute, text, party_id)) if party_id else None
