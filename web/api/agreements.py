"""Agreements: the one to mediate and the one that settles: read, signed or refused, and their documents."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.agreements.queries import (
    AgreementKind,
    AgreementState,
    AgreementView,
    agreements_of,
    visible_agreement,
)
from odr.agreements.reading import agreement_receipt, certificate_receipt, open_agreement, open_certificate
from odr.agreements.signing import refuse_to_sign, sign_agreement
from odr.agreements.text import as_json
from odr.disputes.queries import visible_dispute
from odr.ids import AgreementId, DisputeId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import read, send
from web.api.disputes import ROOT, Progress, progress
from web.api.files import answer_file, answer_proof
from web.api.shapes import Line, Secret, Text, shown

API = Request[None, None, State]
AGREEMENT: Final = f"{ROOT}/agreements/{{agreement_id:uuid}}"


class Version(msgspec.Struct):
    """A version's line; ``digest`` is the SHA-256 of its canonical text."""

    number: int
    digest: str
    at: datetime
    author: str
    frozen: bool


class PartySignature(msgspec.Struct):
    """A party that must sign, and who signed for it, when, and which text."""

    party_id: UUID
    party: str
    side: str
    name: str
    role: str
    at: datetime | None
    digest: str


class AgreementBody(msgspec.Struct):
    """An agreement as its table sees it: its frozen version if frozen, else its newest. ``text``: as it is digested.

    ``mandate_gap``: why the asker's own mandate does not let them sign (no_mandate, mandate_ended, mandate_exceeded).
    """

    id: UUID
    kind: AgreementKind
    state: AgreementState
    created_at: datetime
    signed_at: datetime | None
    version: Version
    text: dict[str, Any]
    signers: list[PartySignature]
    documented: bool
    may_sign: bool
    may_draft: bool
    sign_by: datetime | None
    discussed: bool
    awaits_mediator: bool
    mandate_gap: str


class SignatureBody(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the text that was shown, and the account's password, given again."""

    digest: Line
    password: Secret


class Signed(msgspec.Struct):
    """Whether every party has signed now, and where the dispute stands."""

    complete: bool
    dispute: Progress


class SignatureRefusal(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the text that was shown, and why it is not signed; everyone at the table reads it."""

    digest: Line
    reason: Text


def agreement_body(view: AgreementView) -> AgreementBody:
    """Return an agreement as the API shows it."""
    return shown(
        view,
        AgreementBody,
        text=as_json(view.text),
        version=shown(view.version, Version),
        signers=[shown(signer, PartySignature) for signer in view.signers],
        documented=view.document_id is not None,
        mandate_gap=view.mandate.gap if view.mandate else "",
    )


@read(f"{ROOT}/agreements")
async def list_agreements(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[AgreementBody]:
    """Return a dispute's agreements, the one to mediate first."""
    return [agreement_body(view) for view in await agreements_of(uow, actor, DisputeId(dispute_id))]


@read(AGREEMENT)
async def show_agreement(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> AgreementBody:
    """Return an agreement: its text, its digest, who must sign and who has."""
    return agreement_body(await visible_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id)))


@send(f"{AGREEMENT}/sign")
async def sign(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[SignatureBody],
) -> Signed:
    """Sign the frozen text for one's party, with the password given again (representative)."""
    dispute = DisputeId(dispute_id)
    complete = await sign_agreement(
        uow, actor, dispute, AgreementId(agreement_id), digest_seen=data.digest, password=data.password
    )
    return Signed(complete, progress(await visible_dispute(uow, actor, dispute)))


@send(f"{AGREEMENT}/refuse")
async def refuse(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[SignatureRefusal],
) -> Progress:
    """Refuse the frozen settlement and say why: back to drafting (representative)."""
    dispute = DisputeId(dispute_id)
    await refuse_to_sign(uow, actor, dispute, AgreementId(agreement_id), digest_seen=data.digest, reason=data.reason)
    return progress(await visible_dispute(uow, actor, dispute))


@read(f"{AGREEMENT}/document", media_type="application/pdf")
async def read_document(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Response[Any]:
    """Return a signed agreement as PDF (PDF/A-3, with its canonical text attached); 404 while it is being made."""
    async with platform.unit(write=False) as uow:
        opened = await open_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return answer_file(request, opened)


@read(f"{AGREEMENT}/receipt")
async def read_agreement_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> Response[dict[str, Any]]:
    """Return the receipt with which anyone verifies that PDF; its event names the signed text's digest too."""
    name, receipt = await agreement_receipt(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return answer_proof(name, receipt.to_json())


@read(f"{ROOT}/certificate", media_type="application/pdf")
async def read_certificate(
    request: API, platform: NamedDependency[Platform], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Response[Any]:
    """Return the certificate of a mediation that ended without an agreement, as PDF."""
    async with platform.unit(write=False) as uow:
        opened = await open_certificate(uow, actor, DisputeId(dispute_id))
    return answer_file(request, opened)


@read(f"{ROOT}/certificate/receipt")
async def read_certificate_receipt(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Response[dict[str, Any]]:
    """Return the receipt with which anyone verifies that certificate."""
    name, receipt = await certificate_receipt(uow, actor, DisputeId(dispute_id))
    return answer_proof(name, receipt.to_json())


handlers = (
    list_agreements,
    show_agreement,
    sign,
    refuse,
    read_document,
    read_agreement_receipt,
    read_certificate,
    read_certificate_receipt,
)
