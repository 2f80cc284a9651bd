"""An exhibit's page, and what its party does with it: share it, take it back."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.exhibits import may_stop
from odr.crossing.queries import paraphrases_of
from odr.crossing.waivers import speaks_for, waivers_of
from odr.disputes.lifecycle import ACTIVITIES as STAGES_OF
from odr.disputes.lifecycle import Activity
from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError, NotPermittedError, WrongStageError
from odr.evidence.commands import share_exhibit, ways_of
from odr.evidence.consents import withdraw, withdrawable
from odr.evidence.disclosures import DisclosureState, stands_together
from odr.evidence.history import VersionView, versions_of
from odr.evidence.openings import is_destroyed, openings_of
from odr.evidence.proving import receipt_of
from odr.evidence.queries import ExhibitView, PlacementView, visible_exhibit
from odr.evidence.recording import leave_to_lodge
from odr.evidence.redactions import copies_of, redaction_of
from odr.evidence.tickets import disclosure_of, handings_of
from odr.evidence.withdrawing import may_empty
from odr.ids import DisputeId, ExhibitId
from odr.parties.queries import parties_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.answer import Answer, go, page, read_form
from web.crossing.phrases import WAIVERS, state_words
from web.evidence.phrases import (
    FORMS,
    KINDS,
    ORIGIN_WORDS,
    READERS,
    disclosure_words,
    mismatch_words,
    scan_words,
    type_words,
)
from web.spaces.rooms import NAMES, is_mediator


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
    newer = ways[into].newer
    return page(request, "evidence/share.html", into=into, newer=newer, readers=_(READERS[into]), **context)


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
    versions = await versions_of(uow, actor, dispute_id, exhibit_id)
    destroyed = await is_destroyed(uow, dispute_id, exhibit_id)
    receipts: list[tuple[VersionView, bool]] = []
    for each in versions:
        proof = (
            (await receipt_of(uow, actor, dispute_id, exhibit_id, room=each.room, version_id=each.id))[1]
            if each.proven and not destroyed
            else None
        )
        receipts.append((each, proof is not None and proof.complete))
    tabled = await stands_together(uow, actor, dispute_id, exhibit_id)
    in_caucus = any(placement.kind is SpaceKind.CAUCUS for placement in exhibit.placements)
    discloses = in_caucus and is_mediator(actor, dispute_id) and exhibit.owner_id is not None and not tabled
    waits = {DisclosureState.ASKED, DisclosureState.CONSENTED}
    living = disclosure is not None and disclosure.state in waits and not disclosure.lapsed
    speaks = speaks_for(actor, dispute_id)
    asked = exhibit.mine and not tabled and living and disclosure is not None
    asked = asked and disclosure is not None and disclosure.state is DisclosureState.ASKED
    speaks_apart = context["dispute"].stage in STAGES_OF[Activity.SPEAK_APART]
    offers = exhibit.mine and speaks and exhibit.room is SpaceKind.CAUCUS and not living
    rewords = speaks_apart and in_caucus and not tabled and exhibit.owner_id is not None
    rewords = rewords and (discloses or (exhibit.mine and speaks))
    caucus = next((placement for placement in exhibit.placements if placement.kind is SpaceKind.CAUCUS), None)
    handings = await handings_of(uow, actor, dispute_id, exhibit_id)
    out = any(each.exhibit_id == exhibit_id and (each.standing or each.stopped) for each in handings)
    return {
        **context,
        "receipts": receipts,
        "destroyed": destroyed,
        "proven": next((version for version in versions if version.proven and version.current and not destroyed), None),
        "current": versions[0],
        "replaced": any(not version.current for version in versions),
        "scan_words": scan_words,
        "content_word": type_words(exhibit.media_type),
        "mismatch": "" if exhibit.name_agrees else mismatch_words(exhibit.file_name, exhibit.media_type),
        "redaction": await redaction_of(uow, actor, dispute_id, exhibit_id),
        "copies": await copies_of(uow, actor, dispute_id, exhibit_id),
        "lodging_rooms": await _lodging_rooms(uow, actor, exhibit),
        "own_rooms": [
            each
            for each in exhibit.placements
            if exhibit.mine and may_empty(actor, dispute_id, each.kind) and not (each.kind is SpaceKind.CAUCUS and out)
        ],
        "openings": await openings_of(uow, actor, dispute_id, exhibit_id),
        "ways": [(kind, way.newer) for kind, way in (await ways_of(uow, actor, dispute_id, exhibit_id)).items()],
        "withdrawable": await withdrawable(uow, actor, dispute_id, exhibit_id),
        "disclosure": disclosure,
        "disclosure_state": disclosure_words(disclosure) if disclosure else None,
        "disclosure_form": FORMS[disclosure.form][0] if disclosure else "",
        "recipients": [parties.get(each, "") for each in disclosure.recipients] if disclosure else [],
        "handed_out": out,
        "handings": [(each, [parties.get(party, "") for party in each.recipients]) for each in handings],
        "may_ask": discloses and not living,
        "waivers": await waivers_of(uow, actor, dispute_id, exhibit_id),
        "waiver_words": WAIVERS,
        "speaks_for": speaks,
        "may_stop": may_stop(actor, exhibit),
        "may_offer": offers and speaks_apart,
        "paraphrases": await paraphrases_of(uow, actor, dispute_id, exhibit_id),
        "state_words": state_words,
        "reword_path": f"/disputes/{dispute_id}/rooms/{caucus.space_id}/statements?exhibit={exhibit_id}"
        if caucus and rewords
        else "",
        "may_disclose": discloses
        and living
        and disclosure is not None
        and disclosure.state is DisclosureState.CONSENTED,
        "may_answer": asked and speaks,
        "awaits_voice": asked and not speaks,
    }


async def _lodging_rooms(uow: UnitOfWork, actor: Actor, exhibit: ExhibitView) -> list[PlacementView]:
    """Return the rooms where the actor may lodge a newer version of their exhibit now."""
    rooms: list[PlacementView] = []
    for placement in exhibit.placements if exhibit.mine else ():
        try:
            await leave_to_lodge(uow, actor, exhibit.dispute_id, placement.space_id)
        except (NotPermittedError, WrongStageError, NotFoundError):
            continue
        rooms.append(placement)
    return rooms


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
