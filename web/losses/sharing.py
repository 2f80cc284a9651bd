"""Sharing a worksheet, looking at what was shared, and the sides held against each other."""

from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.ids import DisputeId, LossShareId
from odr.losses.lines import formula_of, sums_by_kind
from odr.losses.queries import comparison_of, shares_for, visible_share
from odr.losses.sharing import prepare_share, share_losses
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from web.answer import Answer, go, page, read_form
from web.losses.routes import HERE, line_words


def _room(text: str) -> SpaceKind:
    """Return the room that an address or a form names; anything but these two leads nowhere."""
    if text not in {SpaceKind.CAUCUS, SpaceKind.JOINT}:
        raise NotFoundError
    return SpaceKind(text)


@get(f"{HERE}/share")
async def show_sharing(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show exactly what would be shared into a room, who would read it, and what stays behind."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    prepared = await prepare_share(uow, actor, dispute.id, _room(request.query_params.get("into", "")))
    lines = prepared.sheet.lines
    return page(
        request,
        "losses/share.html",
        dispute=dispute,
        prepared=prepared,
        path=f"/disputes/{dispute_id}/losses",
        currency=prepared.sheet.currency,
        lines=[(line, formula_of(line)) for line in lines],
        sums=sums_by_kind(lines),
        total=sum(line.cents for line in lines),
        **line_words(),
    )


@post(f"{HERE}/share", status_code=200)
async def share(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Share the worksheet as it was shown."""
    form = await read_form(request)
    share_id = await share_losses(uow, actor, DisputeId(dispute_id), _room(form["into"]), digest_seen=form["digest"])
    return go(f"/disputes/{dispute_id}/losses/shared/{share_id}", done="shared")


@get(f"{HERE}/shared/{{share_id:uuid}}")
async def show_share(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    share_id: FromPath[UUID],
) -> Answer:
    """Show a version as it was shared."""
    found = await visible_share(uow, actor, DisputeId(dispute_id), LossShareId(share_id))
    return page(
        request,
        "losses/shared.html",
        dispute=await visible_dispute(uow, actor, DisputeId(dispute_id)),
        share=found.row,
        versions=[
            row
            for row in await shares_for(uow, actor, DisputeId(dispute_id))
            if (row.space_id, row.owner_id) == (found.row.space_id, found.row.owner_id)
        ],
        mediates=actor.party_in(DisputeId(dispute_id)) is None,
        path=f"/disputes/{dispute_id}/losses",
        currency=found.sheet.currency,
        lines=list(zip(found.sheet.lines, found.formulas, strict=True)),
        sums=found.sums,
        total=found.total,
        **line_words(),
    )


@get(f"{HERE}/comparison")
async def show_comparison(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show the sides held against each other; 404 until two parties have shared with everyone."""
    found = await comparison_of(uow, actor, DisputeId(dispute_id))
    if found is None:
        raise NotFoundError
    return page(
        request,
        "losses/comparison.html",
        dispute=await visible_dispute(uow, actor, DisputeId(dispute_id)),
        comparison=found,
        path=f"/disputes/{dispute_id}/losses",
        **line_words(),
    )
