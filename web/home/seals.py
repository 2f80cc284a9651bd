"""What seals the documents of this centre, for whoever holds one: its certificate, its level, how to check it."""

from typing import Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency

from odr.documents.standing import seal_certificates, seal_facts
from odr.errors import NotFoundError
from odr.paper.authorities import with_demo_in_words
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.answer import Answer, page

CERTIFICATE: Final = "cachet.pem"


@get("/about/seal")
async def about_seal(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],  # noqa: ARG001 -- the frame greets who is signed in
) -> Answer:
    """Say who seals the documents, what that seal is worth, and how anyone checks it."""
    return page(
        request,
        "home/seal.html",
        seal=await seal_facts(uow),
        authorities=platform.settings.vault.authorities,
        file_name=CERTIFICATE,
        in_words=with_demo_in_words,
    )


@get("/about/seal.pem", include_in_schema=False)
async def send_seal(uow: NamedDependency[UnitOfWork]) -> Response[bytes]:
    """Send the certificate of the seal, and those that vouch for it."""
    certificates = await seal_certificates(uow)
    if not certificates:
        raise NotFoundError
    headers = {"Content-Disposition": f'attachment; filename="{CERTIFICATE}"', "Cache-Control": "no-cache"}
    return Response(certificates, media_type="application/x-pem-file", headers=headers)
