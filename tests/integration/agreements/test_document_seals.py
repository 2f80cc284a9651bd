"""Documents are sealed; an authority that was away stamps them later, and stamps that end soon are renewed."""

import asyncio
import hashlib
import html
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESSubIndic

from odr.agreements.documents import make_end_certificate
from odr.agreements.models import EndCertificate
from odr.agreements.reading import certificate_of, open_certificate
from odr.disputes.commands import withdraw
from odr.disputes.lifecycle import Stage
from odr.documents.models import Document
from odr.documents.stamping import RENEW_BEFORE, stamp_documents
from odr.errors import UnavailableError
from odr.ids import JobId, new_id
from odr.outbox import Job
from tests.builders import Hands, a_browser, a_platform
from tests.integration.agreements.at_the_table import Table, set_table
from tests.pades import WHERE_NAMED, judged
from tests.services.issuer import DAY, Issuer, running_issuer
from vault import JSON, ItemRef
from web.app import build_app

BRIEF, LASTING = 120 * DAY, 3650 * DAY


class Authorities:
    """Two time authorities of one issuer, at known addresses; each answers from when it is begun."""

    def __init__(self, folder: Path, issuer: Issuer) -> None:
        self.folder, self.issuer = folder, issuer
        made = [issuer.time_authority("brief", BRIEF), issuer.time_authority("lasting", LASTING)]
        self._away, issuer.authorities = issuer.authorities, {}
        (folder / "root.pem").write_bytes(issuer.root.public_bytes(Encoding.PEM))
        entries = [
            {"name": each.name, "url": each.url, "root_certificate": "root.pem", "independent": True} for each in made
        ]
        (folder / "authorities.json").write_text(json.dumps(entries))
        issuer.seal(folder / "seal.pem", LASTING)

    def begin(self, name: str) -> None:
        self.issuer.authorities[f"/{name}"] = self._away[f"/{name}"]


@pytest.fixture
async def authorities(tmp_path: Path) -> AsyncIterator[Authorities]:
    with running_issuer() as issuer:
        yield Authorities(tmp_path, issuer)


@pytest.fixture
def clock() -> Hands:
    """Authorities tell their own time: what is compared with it starts now."""
    return Hands()


@pytest.fixture
async def ended(tmp_path: Path, authorities: Authorities, clock: Hands) -> AsyncIterator[Table]:
    """A mediation that ended without an agreement, on a platform whose authorities are away."""
    directory = tmp_path / "entente"
    directory.mkdir()
    changes = {
        "ENTENTE_TIME_AUTHORITIES": str(authorities.folder / "authorities.json"),
        "ENTENTE_PDF_SEAL": str(authorities.folder / "seal.pem"),
    }
    async with a_platform(directory, changes, clock=clock) as platform:
        table = await set_table(platform, Stage.OPEN)
        async with platform.unit() as uow:
            await withdraw(uow, table.claimant, table.id, reason="")
        await make_end_certificate(platform, a_job(table))
        yield table


def a_job(table: Table) -> Job:
    return Job(JobId(new_id()), "test", {"dispute_id": str(table.id), "subject_id": None}, 1, "test")


async def certificate(table: Table) -> bytes:
    async with table.platform.unit(write=False) as uow:
        opened = await open_certificate(uow, table.respondent, table.id)
        shown = await certificate_of(uow, table.respondent, table.id)
    pdf = b"".join([chunk async for chunk in opened.read(0, opened.facts.size)])
    assert shown is not None
    assert hashlib.sha256(pdf).digest() == shown.sha256
    return pdf


async def row(table: Table) -> Document:
    async with table.platform.unit(write=False) as uow:
        made = await uow.session.get_one(EndCertificate, table.id)
        return await uow.session.get_one(Document, made.document_id)


async def read_of_it(table: Table) -> str:
    """What the page that offers the certificate says to a party."""
    async with a_browser(table.platform, build_app(table.platform), table.respondent) as client:
        return html.unescape((await client.get(f"/disputes/{table.id}/agreements")).text)


async def told(table: Table) -> list[Mapping[str, JSON]]:
    async with table.platform.unit(write=False) as uow:
        events = await uow.vault.ledger.events(uow.session, table.case.ref("joint"))
    return [event.event for event in events if event.event["event"] == "DocumentStamped"]


def at_that_time(pdf: bytes, issuer: Issuer, days: int) -> AdESSubIndic:
    at = issuer.now + days * DAY
    return judged(pdf, [issuer.root_der], at=at, revocation=WHERE_NAMED, lists=[issuer.revoked(at)]).ades_subindic


async def test_a_document_is_there_at_once_stamped_later_and_renewed_before_its_stamp_ends(ended, authorities, clock):
    bare = await certificate(ended)
    assert b"/ByteRange" in bare
    with pytest.raises(UnavailableError):
        await stamp_documents(ended.platform, a_job(ended))
    assert await certificate(ended) == bare
    page = await read_of_it(ended)
    assert "qui n\u2019est pas un cachet qualifié" in page
    assert "Aucune autorité d\u2019horodatage ne l\u2019a encore daté" in page
    authorities.begin("brief")
    await stamp_documents(ended.platform, a_job(ended))
    page = await read_of_it(ended)
    assert "Ses horodatages valent jusqu\u2019au" in page
    assert "Aucune autorité d\u2019horodatage" not in page
    stamped, found = await certificate(ended), await row(ended)
    assert stamped[: found.set_size] == bare[: found.set_size]
    (entry,) = await told(ended)
    assert entry["sha256"] == hashlib.sha256(stamped).hexdigest()
    assert entry["replaces"] == hashlib.sha256(bare).hexdigest()
    assert entry["rule"] == "V81"

    authorities.begin("lasting")
    await stamp_documents(ended.platform, a_job(ended))
    assert await certificate(ended) == stamped  # its stamp lasts 120 days more
    clock.advance(days=(BRIEF - RENEW_BEFORE).days + 1)
    await stamp_documents(ended.platform, a_job(ended))
    renewed = await certificate(ended)
    assert renewed.startswith(stamped)
    held = [
        [await asyncio.to_thread(at_that_time, pdf, authorities.issuer, days) for days in (1, 119, 121, 3000)]
        for pdf in (stamped, renewed)
    ]
    assert held == [
        [AdESPassed.OK, AdESPassed.OK, AdESIndeterminate.NO_POE, AdESIndeterminate.NO_POE],
        [AdESPassed.OK] * 4,
    ]
    assert [each["version"] for each in await told(ended)] == [2, 3]
    await stamp_documents(ended.platform, a_job(ended))
    assert await certificate(ended) == renewed


async def test_a_document_that_was_destroyed_is_not_asked_for_again(ended, authorities):
    authorities.begin("lasting")
    document = await row(ended)
    async with ended.platform.unit() as uow:
        await uow.vault.destroy(uow.session, ItemRef(ended.id, document.id))
    await stamp_documents(ended.platform, a_job(ended))
    async with ended.platform.unit(write=False) as uow:
        assert await uow.session.get(Document, document.id) is None
