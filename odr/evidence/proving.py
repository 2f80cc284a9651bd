"""Selective proof: that a file existed by a certain moment, for the side that lodged it to show to whom it likes."""

from odr.errors import ConflictError, NotPermittedError
from odr.evidence.models import Exhibit
from odr.evidence.placing import item_of
from odr.evidence.sight import is_mine, standing_of
from odr.ids import DisputeId, ExhibitId
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from vault import Existence


async def existence_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> Existence:
    """Return the proof that one's own exhibit existed; it names no dispute, no room and no number.

    Only the side that lodged it may have it: its date is that of the first deposit, which in the joint space would
    tell that the exhibit was lodged apart before. Raises :class:`NotFoundError`, :class:`NotPermittedError`,
    :class:`ConflictError` (``not_proven_yet``).
    """
    _, placement, version = await standing_of(uow, actor, dispute_id, exhibit_id)
    if not is_mine(actor, await uow.session.get_one(Exhibit, exhibit_id)):
        raise NotPermittedError("not_permitted")
    proof = await uow.vault.existence_proof(uow.session, item_of(version), space_ref(placement))
    if proof is None:
        raise ConflictError("not_proven_yet")
    return proof
