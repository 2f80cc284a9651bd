"""Bundles for a court, and the waivers of confidentiality that let elaborated exhibits into them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.crossing.bundles import export_bundle
from odr.crossing.pieces import bundle_lines
from odr.crossing.waivers import WaiverState, answer_waiver, waivers_of
from odr.evidence.queries import Origin
from odr.ids import DisputeId, ExhibitId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import reader
from web.api.description import read, send
from web.api.exhibits import EXHIBIT
from web.api.shapes import shown
from web.zips import zip_answer


class BundleLine(msgspec.Struct):
    """An exhibit that may be bundled. ``number``: at the table; empty for one's own that stands in ``room`` apart.

    ``left_out``: why its file is, or nothing; one that is only ``infected`` can be chosen, for its line in the list.
    ``piece``: its number in an earlier bundle of the same party.
    """

    exhibit_id: UUID
    number: str
    room: SpaceKind
    title: str
    origin: Origin
    size: int
    left_out: str
    infected: bool
    piece: int | None


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """Which exhibits to bundle (``null``: all that the table has and a bundle may hold), and numbers by exhibit.

    Without one, an exhibit has the number that it had in an earlier bundle of the same party, or the next.
    """

    exhibits: list[UUID] | None
    numbers: dict[UUID, int] = msgspec.field(default_factory=dict[UUID, int])


class WaiverBody(msgspec.Struct):
    """Where one party stands about an elaborated exhibit; ``version`` counts its answers."""

    party_id: UUID
    party: str
    state: WaiverState | None
    version: int
    at: datetime | None


class WaiverAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """Given, refused or withdrawn."""

    state: WaiverState


@read("/disputes/{dispute_id:uuid}/bundle")
async def list_bundle(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[BundleLine]:
    """Return what a bundle for a court may hold, and what is left out (party)."""
    return [shown(each, BundleLine) for each in await bundle_lines(uow, actor, DisputeId(dispute_id))]


@send("/disputes/{dispute_id:uuid}/bundle")
async def export_court_bundle(
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Chosen],
) -> Response[Any]:
    """Return the bundle as a ZIP (party's representative or counsel)."""
    chosen = None if data.exhibits is None else {ExhibitId(each) for each in data.exhibits}
    numbers = {ExhibitId(each): number for each, number in data.numbers.items()}
    language = reader.get().language
    bundle = await export_bundle(platform, actor, DisputeId(dispute_id), chosen, numbers=numbers, language=language)
    return zip_answer(bundle.name, bundle.size, bundle.chunks)


@read(f"{EXHIBIT}/waivers")
async def list_waivers(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> list[WaiverBody]:
    """Return where each party stands about an elaborated exhibit of the joint room."""
    return [
        shown(each, WaiverBody) for each in await waivers_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    ]


@send(f"{EXHIBIT}/waivers")
async def answer_waiver_for_party(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[WaiverAnswer],
) -> list[WaiverBody]:
    """Give, refuse or withdraw one's party's waiver."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    await answer_waiver(uow, actor, *of, state=data.state)
    return [shown(each, WaiverBody) for each in await waivers_of(uow, actor, *of)]


handlers = (list_bundle, export_court_bundle, list_waivers, answer_waiver_for_party)
