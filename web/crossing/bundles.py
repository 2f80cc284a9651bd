"""The bundle for a court on pages: what goes into it, what is left out and why, and each side's waivers."""

from typing import Final
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.bundles import bundle_lines, export_bundle
from odr.crossing.waivers import answer_waiver
from odr.disputes.queries import visible_dispute
from odr.ids import DisputeId, ExhibitId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import reader
from web.answer import Answer, go, id_in, page, read_form
from web.crossing.phrases import LEFT_OUT
from web.zips import zip_answer

_BUNDLE: Final = "/disputes/{dispute_id:uuid}/bundle"


@get(_BUNDLE)
async def show_bundle(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Show what a bundle for a court would hold, and what is left out."""
    dispute = DisputeId(dispute_id)
    return page(
        request,
        "crossing/bundle.html",
        lines=await bundle_lines(uow, actor, dispute),
        dispute=await visible_dispute(uow, actor, dispute),
        path=f"/disputes/{dispute_id}/bundle",
        left_out=LEFT_OUT,
    )


@post(_BUNDLE, status_code=200)
async def send_bundle(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
) -> Answer:
    """Send the bundle of the exhibits that were ticked."""
    form = await read_form(request)
    chosen = {ExhibitId(found) for each in form.all("exhibit") if (found := id_in(each)) is not None}
    language = reader.get().language
    bundle = await export_bundle(platform, actor, DisputeId(dispute_id), chosen, language=language)
    return zip_answer(bundle.name, bundle.size, bundle.chunks)


@post("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/waiver", status_code=200)
async def answer_for_party(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Give, refuse or withdraw one's party's waiver."""
    form = await read_form(request)
    await answer_waiver(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), state=form["state"])
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="waiver")
