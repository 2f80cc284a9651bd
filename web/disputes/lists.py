"""The list of one's disputes."""

from typing import Final
from urllib.parse import urlencode

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.disputes.queries import Stage, disputes_for
from odr.disputes.targets import late_or_soon
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import _
from web.answer import Answer, page
from web.disputes.phrases import STAGES
from web.disputes.targets import DUTIES

_SHOWN: Final = 5
"""How many late things stand on the secretariat's home; its own page has them all."""


@get("/disputes")
async def list_disputes(
    request: Request[None, None, State], uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]
) -> Answer:
    """List the disputes that the actor may know of, the latest change first, 50 a page."""
    asked = request.query_params
    search = asked.get("q", "")[:200]
    stage = next((stage for stage in Stage if stage == asked.get("stage", "")), None)
    found = await disputes_for(uow, actor, search=search, stage=stage, after=asked.get("after", ""))
    query = {"q": search, "stage": stage.value if stage else ""}
    narrowed = {name: value for name, value in query.items() if value}
    first = f"/disputes?{urlencode(narrowed)}" if narrowed else "/disputes"
    is_centre = actor.is_a(CentreRole.SECRETARIAT)
    dues = await late_or_soon(uow, actor) if is_centre and not narrowed and not asked.get("after") else ()
    return page(
        request,
        "disputes/list.html",
        dues=[(each, _(DUTIES[each.deadline][0])) for each in dues[:_SHOWN]],
        rows=found.rows,
        older=f"/disputes?{urlencode({**narrowed, 'after': found.older})}" if found.older else "",
        newer=first if asked.get("after") else "",
        query=query,
        searching=bool(narrowed),
        stages={stage: _(label) for stage, label in STAGES.items()},
        stage_choices=[(stage.value, _(label)) for stage, label in STAGES.items()],
        may_file=not actor.is_a(CentreRole.ARCHIVIST),
        is_appointed=actor.is_a(CentreRole.MEDIATOR) or actor.is_a(CentreRole.EXPERT),
        is_centre=is_centre,
    )
