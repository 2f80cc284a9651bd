"""What was handed to some of the others comes back: the consent is withdrawn, or a wrong disclosure is stopped."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.commands import TEXT_LIMIT
from odr.crossing.exhibits import quarantine_handed
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.evidence.handed_back import withdraw_handing
from odr.evidence.queries import visible_exhibit
from odr.evidence.tickets import visible_handing
from odr.ids import DisclosureId, DisputeId
from odr.parties.queries import parties_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, go, page, read_form
from web.crossing.phrases import SENTENCES
from web.spaces.rooms import is_mediator

_DISCLOSURE = "/disputes/{dispute_id:uuid}/disclosures/{disclosure_id:uuid}"


@post(f"{_DISCLOSURE}/withdraw", status_code=200)
async def withdraw_handed(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    disclosure_id: FromPath[UUID],
) -> Answer:
    """Withdraw one's consent, as long as none of those to whom it was handed has opened it."""
    of = DisputeId(dispute_id), DisclosureId(disclosure_id)
    await withdraw_handing(uow, actor, *of)
    handing = await visible_handing(uow, actor, *of)
    return go(f"/disputes/{dispute_id}/exhibits/{handing.exhibit_id}", done="handed_back")


@get(f"{_DISCLOSURE}/stop")
async def stop_handed_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    disclosure_id: FromPath[UUID],
) -> Answer:
    """Say what stopping it does, before it is done."""
    context = await _stop_context(uow, actor, DisputeId(dispute_id), DisclosureId(disclosure_id))
    return page(request, "crossing/stop_handed.html", form=None, **context)


@post(f"{_DISCLOSURE}/stop", status_code=200)
async def stop_handed(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    disclosure_id: FromPath[UUID],
) -> Answer:
    """Withdraw it at once from everyone it was handed to."""
    form = await read_form(request)
    of = DisputeId(dispute_id), DisclosureId(disclosure_id)
    try:
        made = await quarantine_handed(uow, actor, *of, why=form["why"])
    except InvalidInputError as error:
        context = await _stop_context(uow, actor, *of)
        return page(request, "crossing/stop_handed.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/quarantines/{made}", done="stopped")


async def _stop_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, disclosure_id: DisclosureId
) -> dict[str, Any]:
    handing = await visible_handing(uow, actor, dispute_id, disclosure_id)
    if not handing.may_stop:
        raise NotFoundError
    names = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    return {
        "exhibit": await visible_exhibit(uow, actor, dispute_id, handing.exhibit_id),
        "handing": handing,
        "recipients": [names.get(each, "") for each in handing.recipients],
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "mediates": is_mediator(actor, dispute_id),
        "back": f"/disputes/{dispute_id}/exhibits/{handing.exhibit_id}",
        "path": f"/disputes/{dispute_id}/disclosures/{disclosure_id}/stop",
        "text_limit": TEXT_LIMIT,
    }
