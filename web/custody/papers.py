"""The certificate of a destruction: as PDF, what it states as JSON, and the receipt that proves it."""

import asyncio
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.custody.certificates import certificate_pdf
from odr.custody.queries import certificate_facts
from odr.documents.making import sealed_copy
from odr.ids import DestructionId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.words import reader


@get("/custody/{destruction_id:uuid}/certificate.pdf")
async def send_certificate(
    platform: NamedDependency[Platform],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    destruction_id: FromPath[UUID],
) -> Response[bytes]:
    """Send the certificate, in the reader's language, sealed and time-stamped now."""
    found = await certificate_facts(uow, actor, DestructionId(destruction_id))
    pdf = await asyncio.to_thread(
        certificate_pdf,
        found,
        centre=platform.settings.centre_name,
        language=reader.get().language,
        issued_at=platform.clock(),
        zone=reader.get().zone,
    )
    pdf = await sealed_copy(platform, pdf)
    return _sent(pdf, "application/pdf", f"destruction-{str(destruction_id)[:8]}.pdf")


@get("/custody/{destruction_id:uuid}/destruction.json")
async def send_facts(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], destruction_id: FromPath[UUID]
) -> Response[bytes]:
    """Send what the certificate states, as the register has its digest."""
    found = await certificate_facts(uow, actor, DestructionId(destruction_id))
    return _sent(found.whole, "application/json", "destruction.json")


@get("/custody/{destruction_id:uuid}/receipt.json")
async def send_receipt(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], destruction_id: FromPath[UUID]
) -> Response[bytes]:
    """Send the receipt of it."""
    found = await certificate_facts(uow, actor, DestructionId(destruction_id))
    return _sent(found.receipt.to_json(), "application/json", "receipt.json")


def _sent(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
