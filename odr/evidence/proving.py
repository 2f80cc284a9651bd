"""Proofs of exhibits: the receipt of an entry; and that a file existed by a moment, to show to whom one likes."""

from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.labels import number_of
from odr.evidence.models import Exhibit, Placement
from odr.evidence.openings import former_at, is_destroyed
from odr.evidence.placing import item_of
from odr.evidence.sight import is_mine, may_prove, reads_history, standing_of, visible_placements
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from vault import Existence, Receipt


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


async def receipt_of(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    room: SpaceKind | None = None,
    version_id: ExhibitVersionId | None = None,
) -> tuple[str, Receipt]:
    """Return an exhibit's number and the receipt of its entry into a room that the actor may read it in.

    The widest such room unless ``room`` says another, the version that is current there unless ``version_id`` names one
    that it replaced. A receipt tells how many events its room holds, so only who may read these events gets it. Raises
    :class:`NotFoundError`.
    """
    _, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if await is_destroyed(uow, dispute_id, exhibit_id):
        raise ConflictError("destroyed")
    for placement in placements:
        if room in {None, placement.kind} and may_prove(actor, placement):
            index = await _index_of(uow, actor, placement, version_id)
            if index is not None:
                receipt = await uow.vault.ledger.receipt(uow.session, space_ref(placement), index)
                return number_of(placement), receipt
    raise NotFoundError


async def _index_of(
    uow: UnitOfWork, actor: Actor, placement: Placement, version_id: ExhibitVersionId | None
) -> int | None:
    if version_id in {None, placement.version_id}:
        return placement.event_index
    if not reads_history(actor, placement):
        return None
    former = await former_at(uow, placement, version_id)
    return former.event_index if former else None
