"""Reading the documents that were made: an agreement's PDF, the certificate of the end."""

from odr.agreements.lookup import joint_space, required_rule, row_of, text_of_version
from odr.agreements.models import AgreementKind, EndCertificate
from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.evidence.openings import FileFacts, OpenedFile
from odr.ids import AgreementId, DisputeId, ExhibitId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act, Thing
from odr.words import pgettext, use_language
from vault import ItemRef

PDF = "application/pdf"


async def open_agreement(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId) -> OpenedFile:
    """Open the PDF of a signed agreement. Raises NotFoundError, also while it is being made."""
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
    return await _opened(uow, dispute_id, row.document_id, f"{kinds[row.kind]}-{dispute.reference}.pdf")


async def open_certificate(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> OpenedFile:
    """Open the certificate of non-settlement. Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id, Thing.CERTIFICATE)
    row = await uow.session.get(EndCertificate, dispute_id)
    if row is None:
        raise NotFoundError
    name = pgettext("file name", "certificate-of-non-settlement")
    return await _opened(uow, dispute_id, row.document_id, f"{name}-{dispute.reference}.pdf")


async def _opened(uow: UnitOfWork, dispute_id: DisputeId, document_id: ExhibitId, name: str) -> OpenedFile:
    joint = await joint_space(uow, dispute_id)
    opened = await uow.vault.open(uow.session, ItemRef(dispute_id, document_id), joint.ref)
    return OpenedFile(FileFacts("", name, opened.size, opened.sha256, PDF), opened)
