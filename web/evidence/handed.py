"""What was handed to one party alone: its page, its bytes, its receipt."""

from uuid import UUID

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.evidence.handed import has_opened, open_handed, receipt_of_handed, visible_handed
from odr.evidence.scanning import Outcome
from odr.ids import DisputeId, HandedId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import _
from web.answer import GIVES_BYTES, Answer, page
from web.evidence.download import proof_file
from web.evidence.leaving import answer_file
from web.evidence.phrases import KINDS, ORIGIN_WORDS, mismatch_words, type_words
from web.spaces.rooms import is_mediator

_HANDED = "/disputes/{dispute_id:uuid}/handed/{handed_id:uuid}"


@get(_HANDED)
async def show_handed(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Answer:
    """Show what was handed to a party alone, to that party and the mediator."""
    handed = await visible_handed(uow, actor, DisputeId(dispute_id), HandedId(handed_id))
    opened = await has_opened(uow, actor, handed.id)
    proof = None
    if opened and handed.file is not None and not handed.file.destroyed:
        proof = (await receipt_of_handed(uow, actor, DisputeId(dispute_id), handed.id))[1]
    return page(
        request,
        "evidence/handed.html",
        handed=handed,
        dispute=await visible_dispute(uow, actor, DisputeId(dispute_id)),
        mediates=is_mediator(actor, DisputeId(dispute_id)),
        path=f"/disputes/{dispute_id}/handed/{handed_id}",
        room_path=f"/disputes/{dispute_id}/rooms/{handed.space_id}",
        opened=opened,
        receipt_complete=proof is not None and proof.complete,
        infected=handed.file is not None and handed.file.scan is Outcome.INFECTED,
        kind_word=_(KINDS[handed.file.kind]) if handed.file else "",
        origin_word=_(ORIGIN_WORDS[handed.file.origin]) if handed.file else "",
        content_word=type_words(handed.file.media_type) if handed.file else "",
        mismatch_words=mismatch_words,
    )


@get(f"{_HANDED}/receipt")
async def send_handed_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Answer:
    """Send the receipt of its entry into this caucus, to whoever opened it."""
    number, receipt = await receipt_of_handed(uow, actor, DisputeId(dispute_id), HandedId(handed_id))
    return proof_file(f"recu-{number}.json", receipt.to_json())


@get(f"{_HANDED}/file", opt={GIVES_BYTES: True})
async def send_handed(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    handed_id: FromPath[UUID],
) -> Answer:
    """Send its bytes, or a range of them. The party that lodged it is told who opened it, before the first byte."""
    return answer_file(request, await open_handed(platform, actor, DisputeId(dispute_id), HandedId(handed_id)))
