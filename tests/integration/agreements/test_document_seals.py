"""Documents are sealed; an authority that was away stamps them later, and stamps that end soon are renewed."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.sign.ades.report import AdESPassed

from odr.agreements.documents import make_end_certificate
from odr.agreements.models import EndCertificate
from odr.agreements.queries import certificate_of
from odr.agreements.reading import open_certificate
from odr.disputes.commands import withdraw
from odr.disputes.lifecycle import Stage
from odr.documents.models import Document
from odr.documents.stamping import stamp_documents
from odr.errors import UnavailableError
from odr.ids import JobId, new_id
from odr.outbox import Job
from tests.builders import Hands, a_platform
from tests.integration.agreements.at_the_table import Table, set_table
from tests.pades import said
from tests.services.programs import free_port
from vault import JSON, ItemRef
from vault.authority import make_authority, serve

BRIEF, LASTING = timedelta(days=60), timedelta(days=3650)


class Authorities:
    """Two time authorities at known addresses; each answers from when it is begun."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {"brief": free_port(), "lasting": free_port()}
        entries = []
        for name, lifetime in (("brief", BRIEF), ("lasting", LASTING)):
            made = make_authority(folder / name, lifetime=lifetime)
            (folder / f"{name}.pem").write_bytes(made.root_pem)
            url = f"http://127.0.0.1:{self.ports[name]}/"
            entries.append({"name": name, "url": url, "root_certificate": f"{name}.pem", "independent": False})
        (folder / "authorities.json").write_text(json.dumps(entries))
        self.running = ExitStack()

    def begin(self, name: str) -> None:
        self.running.enter_context(serve(self.folder / name, self.ports[name]))


@pytest.fixture
async def authorities(tmp_path: Path) -> AsyncIterator[Authorities]:
    made = Authorities(tmp_path)
    with made.running:
        yield made


@pytest.fixture
async def ended(tmp_path: Path, authorities: Authorities) -> AsyncIterator[Table]:
    """A mediation that ended without an agreement, on a platform whose authorities are away."""
    directory = tmp_path / "entente"
    directory.mkdir()
    changes = {"ENTENTE_TIME_AUTHORITIES": str(authorities.folder / "authorities.json")}
    async with a_platform(directory, changes, clock=Hands()) as platform:
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


async def told(table: Table) -> list[Mapping[str, JSON]]:
    async with table.platform.unit(write=False) as uow:
        events = await uow.vault.ledger.events(uow.session, table.case.ref("joint"))
    return [event.event for event in events if event.event["event"] == "DocumentStamped"]


async def test_a_document_that_no_authority_stamped_is_there_at_once_and_stamped_later(ended, authorities):
    bare = await certificate(ended)
    assert b"/ByteRange" in bare
    with pytest.raises(UnavailableError):
        await stamp_documents(ended.platform, a_job(ended))
    assert await certificate(ended) == bare
    authorities.begin("brief")
    await stamp_documents(ended.platform, a_job(ended))
    stamped, found = await certificate(ended), await row(ended)
    assert stamped[: found.set_size] == bare[: found.set_size]
    papers = ended.platform.vault.papers
    roots = [papers.key.certificates[-1], *(each.root_der() for each in papers.authorities)]
    assert await asyncio.to_thread(said, stamped, roots) is AdESPassed.OK
    (entry,) = await told(ended)
    assert entry["sha256"] == hashlib.sha256(stamped).hexdigest()
    assert entry["replaces"] == hashlib.sha256(bare).hexdigest()
    assert entry["rule"] == "V81"

    authorities.begin("lasting")  # the first one's certificate ends in 60 days: a longer one covers it
    await stamp_documents(ended.platform, a_job(ended))
    renewed = await certificate(ended)
    assert renewed.startswith(stamped)
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
