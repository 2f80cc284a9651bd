"""Reading what was made, with its receipt: an agreement's PDF, the certificate of the end, the record of an attempt."""

from dataclasses import dataclass
from datetime import datetime

from odr.agreements.lookup import joint_space, required_rule, row_of, text_of_version
from odr.agreements.models import AgreementKind, EndCertificate
from odr.disputes.invitations import has_invitations
from odr.disputes.models import AttemptRecord
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.documents.making import DocumentSeal, has_whole_receipt, newest_item, newest_of, receipt_of_newest
from odr.errors import NotFoundError
from odr.evidence.openings import FileFacts, OpenedFile
from odr.ids import AgreementId, DisputeId, ExhibitId, PartyId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import pgettext, use_language
from vault import Receipt, SpaceRef

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class CertificateView:
    """The certificate of non-settlement's facts: size in bytes, SHA-256 of its PDF (32 bytes)."""

    issued_at: datetime
    size: int
    sha256: bytes
    seal: DocumentSeal | None
    receipt_complete: bool


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that the reader may have: its item, the room that holds its key, its file's name without an ending."""

    id: ExhibitId
    room: SpaceRef
    name: str


async def open_agreement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> OpenedFile:
    """Open the PDF of a signed agreement. Raises NotFoundError, also while it is being made."""
    document = await _agreement(uow, actor, dispute_id, agreement_id)
    return await _opened(uow, document.room, document.id, f"{document.name}.pdf")


async def agreement_receipt(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId
) -> tuple[str, Receipt]:
    """Return the name and the receipt with which anyone verifies a signed agreement; its event names the text's digest.

    For whoever reads the agreement. Raises NotFoundError, also while the PDF is being made.
    """
    document = await _agreement(uow, actor, dispute_id, agreement_id)
    return f"{document.name}.json", await receipt_of_newest(uow, document.room, document.id)


async def _agreement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> _Document:
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id)
    row, version = await row_of(uow, dispute_id, agreement_id)
    if row.document_id is None:
        raise NotFoundError
    text = await text_of_version(uow, version)
    with use_language(text.language):
        kinds = {
            AgreementKind.CONVENTION: pgettext("file name", "agreement-to-mediate"),
            AgreementKind.SETTLEMENT: pgettext("file name", "settlement-agreement"),
        }
    joint = await joint_space(uow, dispute_id)
    return _Document(row.document_id, joint.ref, f"{kinds[row.kind]}-{dispute.reference}")


async def certificate_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> CertificateView | None:
    """Return the certificate of non-settlement, if there is one that the actor may read."""
    if actor.may(Act.READ, Thing.CERTIFICATE, Place(dispute_id, None, SpaceKind.JOINT)) is None:
        return None
    row = await uow.session.get(EndCertificate, dispute_id)
    if row is None:
        return None
    newest = await newest_of(
        uow, dispute_id, row.document_id, size=row.size, sha256=row.sha256, event_index=row.event_index
    )
    complete = await has_whole_receipt(uow, (await joint_space(uow, dispute_id)).ref, newest.event_index)
    return CertificateView(row.issued_at, newest.size, newest.sha256, newest.seal, complete)


async def open_certificate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> OpenedFile:
    """Open the certificate of non-settlement. Raises NotFoundError."""
    document = await _certificate(uow, actor, dispute_id)
    return await _opened(uow, document.room, document.id, f"{document.name}.pdf")


async def certificate_receipt(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[str, Receipt]:
    """Return the name and the receipt with which anyone verifies the certificate. Raises NotFoundError."""
    document = await _certificate(uow, actor, dispute_id)
    return f"{document.name}.json", await receipt_of_newest(uow, document.room, document.id)


async def _certificate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> _Document:
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id, Thing.CERTIFICATE)
    row = await uow.session.get(EndCertificate, dispute_id)
    if row is None:
        raise NotFoundError
    joint = await joint_space(uow, dispute_id)
    name = pgettext("file name", "certificate-of-non-settlement")
    return _Document(row.document_id, joint.ref, f"{name}-{dispute.reference}")


async def open_attempt(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId) -> OpenedFile:
    """Open the record that a party was invited and did not come. Raises NotFoundError, also while it is being made."""
    dispute, row = await _attempt(uow, actor, dispute_id, party_id)
    name = pgettext("file name", "record-of-an-attempt")
    return await _opened(uow, dispute.procedure, row.document_id, f"{name}-{dispute.reference}.pdf")


async def attempt_receipt(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId
) -> tuple[str, Receipt]:
    """Return the name and the receipt with which anyone verifies the record of an attempt. Raises NotFoundError."""
    dispute, row = await _attempt(uow, actor, dispute_id, party_id)
    name = pgettext("file name", "record-of-an-attempt")
    newest = await newest_of(
        uow, dispute.id, row.document_id, size=row.size, sha256=row.sha256, event_index=row.event_index
    )
    receipt = await uow.vault.ledger.receipt(uow.session, dispute.procedure, newest.event_index)
    return f"{name}-{dispute.reference}.json", receipt


async def _attempt(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, party_id: PartyId
) -> tuple[DisputeFacts, AttemptRecord]:
    dispute = await visible_dispute(uow, actor, dispute_id)
    row = await uow.session.get(AttemptRecord, party_id)
    if row is None or row.dispute_id != dispute_id or not has_invitations(actor, dispute):
        raise NotFoundError
    return dispute, row


async def _opened(uow: UnitOfWork, space: SpaceRef, document_id: ExhibitId, name: str) -> OpenedFile:
    opened = await uow.vault.open(uow.session, await newest_item(uow, DisputeId(space.collection), document_id), space)
    return OpenedFile(FileFacts("", name, opened.size, opened.sha256, PDF), opened)
