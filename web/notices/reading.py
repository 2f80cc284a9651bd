"""One's notices: the list, one opened, all marked as read."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.ids import JobId
from odr.notices.commands import mark_all_read, open_notice
from odr.notices.queries import notices_of
from odr.notices.wording import own_subjects
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, go, page


@get("/notices")
async def list_notices(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    platform: NamedDependency[Platform],
) -> Answer:
    """List one's notices, the latest first, 50 a page."""
    before = request.query_params.get("before", "")[:100]
    found = await notices_of(uow, actor, before=before)
    subjects = await own_subjects(uow, actor.language, platform.settings.centre_name)
    return page(
        request,
        "notices/list.html",
        rows=[(row, subjects[row.kind]) for row in found.rows],
        older=f"/notices?{urlencode({'before': found.older})}" if found.older else "",
        newer="/notices" if before else "",
    )


@post("/notices/{notice_id:uuid}/open", status_code=200)
async def open_one(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], notice_id: FromPath[UUID]
) -> Answer:
    """Mark a notice as read, and go where it leads."""
    return go(await open_notice(uow, actor, JobId(notice_id)))


@post("/notices/read", status_code=200)
async def read_all(uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor]) -> Answer:
    """Mark everything as read."""
    await mark_all_read(uow, actor)
    return go("/notices", done="read")
