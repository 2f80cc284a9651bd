"""An exhibit's page, and what its party does with it: share it, take it back."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.evidence.commands import share_exhibit, ways_of
from odr.evidence.consents import withdraw, withdrawable
from odr.evidence.disclosures import DisclosureState, disclosure_of
from odr.evidence.openings import openings_of, receipt_of
from odr.evidence.queries import ExhibitView, visible_exhibit
from odr.ids import DisputeId, ExhibitId
from odr.parties.queries import parties_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _, phrase
from web.answer import Answer, go, page, read_form
from web.evidence.phrases import FORMS, KINDS, ORIGIN_WORDS, STATES
from web.spaces.rooms import NAMES, is_mediator

READERS = {
    SpaceKind.PRIVATE: phrase("You and your team."),
    SpaceKind.CAUCUS: phrase("You, your team and the mediator. The other party sees nothing of it."),
    SpaceKind.JOINT: phrase("Everyone at the table: every party, its counsel, and the mediator."),
}


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}")
async def show_exhibit(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show one exhibit: what it is, where it is, its receipts, and to its own party who opened it."""
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    return page(request, "evidence/page.html", **await exhibit_context(uow, actor, dispute, exhibit))


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/share")
async def confirm_share(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Say what sharing will do and who will see it, before it is done."""
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    asked = request.query_params.get("into", "")
    ways = await ways_of(uow, actor, dispute, exhibit)
    into = next((kind for kind in ways if kind == asked), None)
    if into is None:
        raise NotFoundError
    context = await _frame(uow, actor, dispute, exhibit)
    return page(request, "evidence/share.html", into=into, readers=_(READERS[into]), **context)


@post("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/share", status_code=200)
async def share(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Let one's exhibit into a wider room."""
    form = await read_form(request)
    await share_exhibit(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), into=form["into"])
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="shared")


@get("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/withdraw")
async def confirm_withdrawal(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Say what taking back will do."""
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    what = await withdrawable(uow, actor, dispute, exhibit)
    if not what:
        raise NotFoundError
    context = await _frame(uow, actor, dispute, exhibit)
    return page(request, "evidence/withdraw.html", on_the_table=what == "exhibit", **context)


@post("/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/withdraw", status_code=200)
async def take_it_back(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Take one's exhibit back from the joint space, or withdraw the consent to disclose it."""
    await withdraw(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="taken_back")


async def exhibit_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> dict[str, Any]:
    """Return all that an exhibit's page shows to this reader."""
    context = await _frame(uow, actor, dispute_id, exhibit_id)
    exhibit: ExhibitView = context["exhibit"]
    disclosure = await disclosure_of(uow, actor, dispute_id, exhibit_id)
    parties = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    receipts = [
        (
            placement,
            placement.proven
            and (await receipt_of(uow, actor, dispute_id, exhibit_id, room=placement.kind))[1].complete,
        )
        for placement in exhibit.placements
    ]
    tabled = any(placement.kind is SpaceKind.JOINT for placement in exhibit.placements)
    in_caucus = any(placement.kind is SpaceKind.CAUCUS for placement in exhibit.placements)
    discloses = in_caucus and is_mediator(actor, dispute_id) and exhibit.owner_id is not None and not tabled
    living = disclosure is not None and disclosure.state in {DisclosureState.ASKED, DisclosureState.CONSENTED}
    return {
        **context,
        "receipts": receipts,
        "proven": next((placement for placement in exhibit.placements if placement.proven), None),
        "openings": await openings_of(uow, actor, dispute_id, exhibit_id),
        "ways": list(await ways_of(uow, actor, dispute_id, exhibit_id)),
        "withdrawable": await withdrawable(uow, actor, dispute_id, exhibit_id),
        "disclosure": disclosure,
        "disclosure_state": STATES[disclosure.state] if disclosure else None,
        "disclosure_form": FORMS[disclosure.form][0] if disclosure else "",
        "recipients": [parties.get(each, "") for each in disclosure.recipients] if disclosure else [],
        "may_ask": discloses and not living,
        "may_disclose": discloses and disclosure is not None and disclosure.state is DisclosureState.CONSENTED,
        "may_answer": exhibit.mine
        and not tabled
        and disclosure is not None
        and disclosure.state is DisclosureState.ASKED,
    }


async def _frame(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> dict[str, Any]:
    exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    mediates = is_mediator(actor, dispute_id)
    return {
        "exhibit": exhibit,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "mediates": mediates,
        "path": f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
        "room_name": _(NAMES[exhibit.room]),
        "room_path": f"/disputes/{dispute_id}/rooms/{exhibit.space_id}",
        "kind_word": _(KINDS[exhibit.kind]),
        "origin_word": _(ORIGIN_WORDS[exhibit.origin]),
        "room_names": NAMES,
    }
