"""What may be seen of agreements: the text shown, its versions, who signed, what was remarked, what awaits whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from odr.agreements.lines import line_names, signing_parties
from odr.agreements.lookup import (
    SIGNED_WHILE,
    is_discussed,
    joint_space,
    may_draft,
    on_the_table,
    required_rule,
    row_of,
    signers_of,
    text_of_version,
)
from odr.agreements.mandated import mandate_to_sign
from odr.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    Remark,
    RemarkKind,
    Signature,
)
from odr.agreements.naming import is_outdated
from odr.agreements.text import AgreementText
from odr.disputes.lifecycle import ACTIVITIES
from odr.disputes.mandates import OwnMandate
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.documents.making import DocumentSeal, seal_in
from odr.errors import NotFoundError
from odr.ids import AgreementId, DisputeId, ExhibitId, MessageId, PartyId, VersionId
from odr.parties.queries import seats_of
from odr.people.queries import account_names
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act

__all__ = [
    "AgreementKind",
    "AgreementState",
    "AgreementView",
    "RemarkKind",
    "RemarkView",
    "Signer",
    "VersionView",
    "agreements_of",
    "remarks_of",
    "version_of",
    "versions_of",
    "visible_agreement",
]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version's line: its number from 1, the SHA-256 of its canonical text (32 bytes), when, by whom ("" = platform).

    ``frozen``: it is the one to be signed, or signed.
    """

    id: VersionId
    number: int
    digest: bytes
    at: datetime
    author: str
    frozen: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """A party that must sign, by its name in the text; who signed for it and when, if somebody did."""

    party_id: PartyId
    party: str
    side: str
    name: str = ""
    role: str = ""
    at: datetime | None = None
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement as its table sees it. ``version`` and ``text`` are the frozen ones if frozen, else the newest."""

    id: AgreementId
    dispute_id: DisputeId
    kind: AgreementKind
    state: AgreementState
    created_at: datetime
    signed_at: datetime | None
    version: VersionView
    text: AgreementText
    signers: tuple[Signer, ...]
    document_id: ExhibitId | None
    seal: DocumentSeal | None
    own_party_id: PartyId | None
    may_sign: bool
    may_draft: bool
    sign_by: datetime | None
    discussed: bool
    renewed: bool  # this version was written because somebody else mediates than before
    awaits_mediator: bool  # it names somebody who mediates no longer: a version that names the successor comes
    template_version: int
    mandate: OwnMandate | None  # the reader's own, where their signature is awaited


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What somebody wrote about a version. ``side``: claimant, respondent or mediator."""

    id: MessageId
    number: int
    kind: RemarkKind
    author: str
    side: str
    party: str
    at: datetime
    text: str


async def agreements_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[AgreementView, ...]:
    """Return a dispute's agreements, the agreement to mediate first. Raises NotFoundError for whoever may read none."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id)
    rows = await uow.session.scalars(
        select(Agreement.id)
        .where(Agreement.dispute_id == dispute_id, on_the_table())
        .order_by(Agreement.created_at, Agreement.id)
    )
    return tuple([await _view(uow, actor, dispute, agreement_id) for agreement_id in rows.all()])


async def visible_agreement(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, agreement_id: AgreementId
) -> AgreementView:
    """Return one agreement. Raises NotFoundError."""
    dispute = await visible_dispute(uow, actor, dispute_id)
    required_rule(actor, Act.READ, dispute_id)
    return await _view(uow, actor, dispute, agreement_id)


async def _view(uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, agreement_id: AgreementId) -> AgreementView:
    row, version = await row_of(uow, dispute.id, agreement_id)
    text = await text_of_version(uow, version)
    signers = await _signers(uow, dispute, version, text)
    names = await account_names(uow, {version.author_id})
    discussed = await is_discussed(uow, row.id)
    pending = row.kind is AgreementKind.CONVENTION and row.state is AgreementState.FROZEN
    awaits = pending and is_outdated(dispute, await seats_of(uow, dispute.id), text)
    may_sign = _may_sign(actor, dispute, row, signers) and not discussed and not awaits
    return AgreementView(
        id=row.id,
        dispute_id=dispute.id,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        signed_at=row.signed_at,
        version=_line(version, names.get(version.author_id, "") if version.author_id else "", row),
        text=text,
        signers=signers,
        document_id=row.document_id,
        seal=await seal_in(uow, row.document_id) if row.document_id else None,
        own_party_id=actor.party_in(dispute.id),
        may_sign=may_sign,
        mandate=await mandate_to_sign(uow, actor, dispute, text) if may_sign else None,
        sign_by=row.sign_by,
        discussed=discussed,
        awaits_mediator=awaits,
        renewed=pending and version.number > 1 and version.author_id is None,
        template_version=row.template_version,
        may_draft=row.kind is AgreementKind.SETTLEMENT
        and row.state is AgreementState.DRAFTED
        and may_draft(actor, dispute),
    )


def _may_sign(actor: Actor, dispute: DisputeFacts, row: Agreement, signers: tuple[Signer, ...]) -> bool:
    seat = actor.seat_in(dispute.id)
    return (
        seat is not None
        and seat.role is SeatRole.REPRESENTATIVE
        and row.state is AgreementState.FROZEN
        and dispute.stage in ACTIVITIES[SIGNED_WHILE[row.kind]]
        and any(signer.party_id == seat.party_id and signer.at is None for signer in signers)
    )


def _line(version: AgreementVersion, author: str, row: Agreement) -> VersionView:
    return VersionView(
        version.id, version.number, version.digest, version.at, author, frozen=version.id == row.frozen_version_id
    )


async def _signers(
    uow: UnitOfWork, dispute: DisputeFacts, version: AgreementVersion, text: AgreementText
) -> tuple[Signer, ...]:
    rows = await uow.session.scalars(select(Signature).where(Signature.version_id == version.id))
    given = {row.party_id: row for row in rows}
    names = line_names(signing_parties(dispute))
    signers: list[Signer] = []
    for party in signers_of(dispute, text).values():
        signer = Signer(party.id, names[party.id], str(party.side))
        one = given.get(party.id)
        if one is not None:
            signer = Signer(
                party.id, signer.party, signer.side, one.name, one.role, at=one.signed_at, digest=one.digest
            )
        signers.append(signer)
    return tuple(signers)


async def versions_of(uow: UnitOfWork, agreement: AgreementView) -> tuple[VersionView, ...]:
    """Return every version of an agreement that the reader may see, the newest first."""
    row, _version = await row_of(uow, agreement.dispute_id, agreement.id)
    versions = (
        await uow.session.scalars(
            select(AgreementVersion)
            .where(AgreementVersion.agreement_id == agreement.id)
            .order_by(AgreementVersion.number.desc())
        )
    ).all()
    names = await account_names(uow, {version.author_id for version in versions})
    return tuple(
        _line(version, names.get(version.author_id, "") if version.author_id else "", row) for version in versions
    )


async def version_of(uow: UnitOfWork, agreement: AgreementView, number: int) -> tuple[VersionView, AgreementText]:
    """Return one version of an agreement that the reader may see, and its text. Raises NotFoundError."""
    row, _version = await row_of(uow, agreement.dispute_id, agreement.id)
    version = await uow.session.scalar(
        select(AgreementVersion).where(AgreementVersion.agreement_id == agreement.id, AgreementVersion.number == number)
    )
    if version is None:
        raise NotFoundError
    names = await account_names(uow, {version.author_id})
    author = names.get(version.author_id, "") if version.author_id else ""
    return _line(version, author, row), await text_of_version(uow, version)


async def remarks_of(uow: UnitOfWork, agreement: AgreementView, dispute: DisputeFacts) -> tuple[RemarkView, ...]:
    """Return what was written about an agreement that the reader may see, the oldest first."""
    rows = (
        await uow.session.execute(
            select(Remark, AgreementVersion.number)
            .join(AgreementVersion, AgreementVersion.id == Remark.version_id)
            .where(Remark.agreement_id == agreement.id)
            .order_by(Remark.at, Remark.id)
        )
    ).all()
    if not rows:
        return ()
    joint = await joint_space(uow, agreement.dispute_id)
    texts = await uow.vault.open_texts(uow.session, joint.ref, [(row[0].id, row[0].text_sealed) for row in rows])
    names = await account_names(uow, {row[0].author_id for row in rows})
    views: list[RemarkView] = []
    for (remark, number), text in zip(rows, texts, strict=True):
        party = dispute.party(remark.party_id)
        views.append(
            RemarkView(
                id=remark.id,
                number=number,
                kind=remark.kind,
                author=names.get(remark.author_id, ""),
                side=str(party.side) if party else "mediator",
                party=party.name if party else "",
                at=remark.at,
                text=text,
            )
        )
    return tuple(views)
