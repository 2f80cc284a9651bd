"""What may be seen of a questionnaire: one's own draft, what may prove a step, and a request that was sent."""

from odr.disputes.filing import as_draft, draft_of
from odr.disputes.queries import DisputeFacts, statement_of
from odr.evidence.queries import exhibits_in
from odr.ids import DisputeId
from odr.intake.answers import answers_of
from odr.spaces.queries import spaces_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind


async def answers_in_draft(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a draft's answers by key, as typed, and the pages that were kept. Raises as ``draft_of``."""
    draft = await draft_of(uow, actor, dispute_id)
    return answers_of(draft), draft.kept


async def answers_sent(uow: UnitOfWork, dispute: DisputeFacts) -> dict[str, str]:
    """Return the answers of a request; the dispute is one that the reader may see."""
    return answers_of(as_draft(dispute, await statement_of(uow, dispute)))


async def proofs_for(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[tuple[str, str], ...]:
    """Return what may be named as a step's proof: the exhibits of one's own private room, as (id, number and title)."""
    found: list[tuple[str, str]] = []
    for space in await spaces_for(uow, actor, dispute_id):
        if space.kind is SpaceKind.PRIVATE:
            page = await exhibits_in(uow, actor, dispute_id, space.id)
            found += [(str(row.id), f"{row.number} · {row.title}") for row in page.rows if row.id is not None]
    return tuple(found)
