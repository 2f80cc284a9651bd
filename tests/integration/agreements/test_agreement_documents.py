"""What the worker makes: PDFs that carry the signed text, the certificate that tells nothing of the talks."""

import hashlib
import io
import json
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from odr.agreements.documents import make_agreement_document, make_end_certificate
from odr.agreements.models import EndCertificate
from odr.agreements.queries import AgreementState
from odr.agreements.reading import (
    agreement_receipt,
    certificate_of,
    certificate_receipt,
    open_agreement,
    open_certificate,
)
from odr.agreements.signing import sign_agreement
from odr.agreements.text import canonical
from odr.disputes.commands import withdraw
from odr.disputes.lifecycle import Stage
from odr.errors import NotFoundError
from odr.ids import JobId, new_id
from odr.outbox import Job
from odr.visibility.actor import Actor
from tests.builders import a_browser
from tests.integration.agreements.at_the_table import PASSWORD, Table
from vault import Receipt, Report, verify_record
from web.api.bearer import make_bearer
from web.app import build_app


def a_job(table: Table, subject=None) -> Job:
    payload = {"dispute_id": str(table.id), "subject_id": str(subject) if subject else None}
    return Job(JobId(new_id()), "test", payload, 1, "test")


async def signed(table: Table, agreement):
    for who in ("respondent", "claimant"):
        async with table.platform.unit() as uow:
            await sign_agreement(
                uow,
                table.case.people[who],
                table.id,
                agreement.id,
                digest_seen=agreement.version.digest.hex(),
                password=PASSWORD,
            )


async def read_all(opened) -> bytes:
    return b"".join([chunk async for chunk in opened.read(0, opened.facts.size)])


def bearer(table: Table, actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_bearer(table.platform, actor.account_id).access_token}"}


def printed(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


async def test_a_signed_settlement_becomes_a_pdf_that_carries_exactly_the_signed_text(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    await signed(table, agreement)
    await make_agreement_document(table.platform, a_job(table, agreement.id))
    async with table.platform.unit(write=False) as uow:
        opened = await open_agreement(uow, table.claimant_counsel, table.id, agreement.id)
    pdf = await read_all(opened)
    assert opened.facts.file_name == f"protocole-d-accord-{table.case.reference}.pdf"
    assert hashlib.sha256(pdf).digest() == opened.facts.sha256
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = document.attachments["agreement.json"].get_file().read_bytes()
    assert attached == canonical(agreement.text)
    assert hashlib.sha256(attached).digest() == agreement.version.digest
    words = printed(pdf)
    assert "Claire Demandeur" in words
    assert "René Défendeur" in words


async def verified(table: Table, folder: Path, found: tuple[str, Receipt], pdf: bytes) -> Report:
    """What anybody finds who holds both files and the log's published key, with nothing of ours around."""
    (folder / "document.pdf").write_bytes(pdf)
    (folder / "receipt.json").write_bytes(found[1].to_json())
    key = table.platform.vault.ledger.key
    return verify_record(folder / "document.pdf", receipt=folder / "receipt.json", trusted_key=key)


async def test_who_reads_an_agreement_has_the_receipt_with_which_anyone_verifies_it(
    pending_table: Table, tmp_path: Path
):
    table = pending_table
    agreement = await table.convention()
    await signed(table, agreement)
    await table.work()
    path = f"/disputes/{table.id}/agreements/{agreement.id}"
    async with table.platform.unit(write=False) as uow:
        pdf = await read_all(await open_agreement(uow, table.claimant, table.id, agreement.id))
        early = await agreement_receipt(uow, table.claimant, table.id, agreement.id)
    assert not early[1].complete
    app = build_app(table.platform)
    async with a_browser(table.platform, app, table.claimant) as client:
        assert "le reçu est incomplet" in (await client.get(path)).text
    async with table.platform.unit() as uow:
        await uow.vault.ledger.tick(uow.session, uow.now())
    async with table.platform.unit(write=False) as uow:
        readers = [table.case.people[who] for who in ("claimant", "respondent", "mediator")]
        (found, *same) = [await agreement_receipt(uow, reader, table.id, agreement.id) for reader in readers]
    assert same == [found, found]
    assert (await verified(table, tmp_path, found, pdf)).holds
    assert found[0] == f"convention-de-mediation-{table.case.reference}.json"
    assert found[1].event["digest"] == agreement.version.digest.hex()  # the signed text's, beside its PDF's
    assert not (await verified(table, tmp_path, found, pdf + b"%")).holds
    async with a_browser(table.platform, app, table.claimant) as client:
        page = (await client.get(path)).text
        assert f'href="{path}/receipt"' in page
        assert "le reçu est incomplet" not in page
        taken = await client.get(f"{path}/receipt")
        told = await client.get(f"/api/v1{path}/receipt", headers=bearer(table, table.claimant))
    assert taken.content == found[1].to_json()
    assert found[0] in taken.headers["content-disposition"]
    assert told.json() == json.loads(taken.content)
    for who in ("expert", "secretariat", "archivist", "stranger"):
        async with a_browser(table.platform, app, table.case.people[who]) as client:
            program = bearer(table, table.case.people[who])
            for where, asked in ((path, {}), (f"/api/v1{path}", program)):
                assert (await client.get(f"{where}/receipt", headers=asked)).status_code == 404


async def test_the_certificate_has_its_receipt_too(open_table: Table, tmp_path: Path):
    async with open_table.platform.unit() as uow:
        await withdraw(uow, open_table.claimant, open_table.id, reason="")
    await make_end_certificate(open_table.platform, a_job(open_table))
    async with open_table.platform.unit() as uow:
        early = await certificate_of(uow, open_table.respondent, open_table.id)
        assert early is not None
        assert not early.receipt_complete
        await uow.vault.ledger.tick(uow.session, uow.now())
    async with open_table.platform.unit(write=False) as uow:
        late = await certificate_of(uow, open_table.respondent, open_table.id)
        assert late is not None
        assert late.receipt_complete
        pdf = await read_all(await open_certificate(uow, open_table.respondent, open_table.id))
        found = await certificate_receipt(uow, open_table.respondent, open_table.id)
        with pytest.raises(NotFoundError):
            await certificate_receipt(uow, open_table.case.people["secretariat"], open_table.id)
    assert (await verified(open_table, tmp_path, found, pdf)).holds
    path = f"/disputes/{open_table.id}/agreements"
    async with a_browser(open_table.platform, build_app(open_table.platform), open_table.claimant) as client:
        assert f'href="{path}/certificate/receipt"' in (await client.get(path)).text
        assert (await client.get(f"{path}/certificate/receipt")).content == found[1].to_json()
        program = bearer(open_table, open_table.claimant)
        told = await client.get(f"/api/v1/disputes/{open_table.id}/certificate/receipt", headers=program)
    assert told.json() == json.loads(found[1].to_json())


async def test_making_the_document_twice_makes_it_once(open_table: Table):
    agreement = await open_table.frozen()
    await signed(open_table, agreement)
    await make_agreement_document(open_table.platform, a_job(open_table, agreement.id))
    first = (await open_table.row(agreement.id)).document_id
    await make_agreement_document(open_table.platform, a_job(open_table, agreement.id))
    assert (await open_table.row(agreement.id)).document_id == first
    async with open_table.platform.unit(write=False) as uow:
        joint = open_table.case.ref("joint")
        told = [event.event["event"] for event in await uow.vault.ledger.events(uow.session, joint)]
    assert told.count("AgreementDocumented") == 1


async def test_the_documents_entry_names_its_digest_and_the_record_follows(open_table: Table):
    agreement = await open_table.frozen()
    await signed(open_table, agreement)
    await make_agreement_document(open_table.platform, a_job(open_table, agreement.id))
    async with open_table.platform.unit(write=False) as uow:
        opened = await open_agreement(uow, open_table.mediator, open_table.id, agreement.id)
        events = await uow.vault.ledger.events(uow.session, open_table.case.ref("joint"))
    (entry,) = [event.event for event in events if event.event["event"] == "AgreementDocumented"]
    assert entry["sha256"] == opened.facts.sha256.hex()
    assert entry["digest"] == agreement.version.digest.hex()
    assert len(await open_table.jobs("seal_record")) == 1


async def test_an_unsigned_agreement_has_no_document(open_table: Table):
    agreement = await open_table.frozen()
    await make_agreement_document(open_table.platform, a_job(open_table, agreement.id))
    assert (await open_table.row(agreement.id)).document_id is None
    async with open_table.platform.unit(write=False) as uow:
        for query in (open_agreement, agreement_receipt):
            with pytest.raises(NotFoundError):
                await query(uow, open_table.claimant, open_table.id, agreement.id)


@pytest.mark.parametrize("who", ["expert", "secretariat", "archivist", "stranger"])
async def test_nobody_else_opens_the_document(open_table: Table, who: str):
    agreement = await open_table.frozen()
    await signed(open_table, agreement)
    await make_agreement_document(open_table.platform, a_job(open_table, agreement.id))
    async with open_table.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await open_agreement(uow, open_table.case.people[who], open_table.id, agreement.id)


async def test_the_agreement_to_mediate_becomes_a_pdf_and_no_record_is_sealed_for_it(pending_table: Table):
    agreement = await pending_table.convention()
    await signed(pending_table, agreement)
    await pending_table.work()
    async with pending_table.platform.unit(write=False) as uow:
        opened = await open_agreement(uow, pending_table.respondent, pending_table.id, agreement.id)
    assert opened.facts.file_name == f"convention-de-mediation-{pending_table.case.reference}.pdf"
    assert await pending_table.jobs("seal_record") == []


async def test_a_withdrawal_gives_a_certificate_that_tells_neither_who_left_nor_how_far_it_went(any_open_table: Table):
    table = any_open_table
    agreement = await table.frozen()
    async with table.platform.unit() as uow:
        await withdraw(uow, table.respondent, table.id, reason="Le prix ne convient pas.")
    await make_end_certificate(table.platform, a_job(table))
    async with table.platform.unit(write=False) as uow:
        opened = await open_certificate(uow, table.claimant, table.id)
        assert await certificate_of(uow, table.mediator, table.id) is not None
    pdf = await read_all(opened)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        facts = json.loads(document.attachments["certificate.json"].get_file().read_bytes())
    assert facts["reference"] == table.case.reference
    assert [stage["name"] for stage in facts["stages"]] == ["Fin de la médiation sans accord"]
    words = printed(pdf)
    for kept in ("prix", "Protocole", "rédaction", "René", "retir"):
        assert kept not in words
    assert await table.stage() is Stage.NOT_SETTLED
    assert (await table.row(agreement.id)).state is AgreementState.ABANDONED


async def test_the_end_certificate_is_made_once(open_table: Table):
    async with open_table.platform.unit() as uow:
        await withdraw(uow, open_table.claimant, open_table.id, reason="")
    assert len(await open_table.jobs("make_end_certificate")) == 1
    await make_end_certificate(open_table.platform, a_job(open_table))
    async with open_table.platform.unit(write=False) as uow:
        first = await uow.session.get_one(EndCertificate, open_table.id)
    await make_end_certificate(open_table.platform, a_job(open_table))
    async with open_table.platform.unit(write=False) as uow:
        assert (await uow.session.get_one(EndCertificate, open_table.id)).document_id == first.document_id


async def test_without_an_end_there_is_no_certificate(open_table: Table):
    await make_end_certificate(open_table.platform, a_job(open_table))
    async with open_table.platform.unit(write=False) as uow:
        with pytest.raises(NotFoundError):
            await open_certificate(uow, open_table.claimant, open_table.id)


@pytest.mark.parametrize("who", ["expert", "secretariat", "archivist", "stranger"])
async def test_nobody_else_reads_the_certificate(open_table: Table, who: str):
    async with open_table.platform.unit() as uow:
        await withdraw(uow, open_table.claimant, open_table.id, reason="")
    await make_end_certificate(open_table.platform, a_job(open_table))
    actor = open_table.case.people[who]
    async with open_table.platform.unit(write=False) as uow:
        assert await certificate_of(uow, actor, open_table.id) is None
        with pytest.raises(NotFoundError):
            await open_certificate(uow, actor, open_table.id)
