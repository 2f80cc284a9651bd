"""The settlement's draft, whose pen the mediator holds: versions, remarks, freezing, setting aside."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.agreements.commands import begin_settlement, freeze_text, remark, save_version, set_aside
from odr.agreements.drafting import Draft, DraftClause, DraftPayment
from odr.agreements.queries import RemarkKind, remarks_of, version_of, versions_of, visible_agreement
from odr.agreements.text import as_json
from odr.disputes.queries import visible_dispute
from odr.ids import AgreementId, DisputeId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.agreements import AGREEMENT, AgreementBody, Version, agreement_body
from web.api.description import create, read, send
from web.api.disputes import ROOT, Progress, progress
from web.api.shapes import Cents, Line, Made, Text, as_typed, shown


class Remark(msgspec.Struct):
    """What somebody wrote about a version."""

    id: UUID
    number: int
    kind: RemarkKind
    author: str
    side: str
    party: str
    at: datetime
    text: str


class ClauseBody(msgspec.Struct, forbid_unknown_fields=True):
    """A clause; ``concession_by``: claimant, respondent, or empty."""

    heading: Line
    body: Text
    concession_by: Line = ""
    owed_by: Line = ""
    due: date | None = None


class PaymentBody(msgspec.Struct, forbid_unknown_fields=True):
    """An instalment; payer and payee by the parties' names in the text."""

    due: date
    amount_cents: Cents
    payer: Line
    payee: Line
    what: Line = ""


class NewVersion(msgspec.Struct, forbid_unknown_fields=True):
    """A settlement as it should read now. ``seen``: the version edited; ``announce``: ask the parties to read it."""

    seen: int
    title: Line
    preamble: Text
    clauses: Annotated[list[ClauseBody], msgspec.Meta(max_length=200)]
    payments: Annotated[list[PaymentBody], msgspec.Meta(max_length=200)] = []
    announce: bool = False


class SavedVersion(msgspec.Struct):
    """The number of the version that stands now."""

    number: int


class ShownText(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the text that was shown."""

    digest: Line


class NewRemark(msgspec.Struct, forbid_unknown_fields=True):
    """What to say about which version."""

    number: int
    text: Text


@create(f"{ROOT}/agreements")
async def reach_terms(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Made:
    """Begin a settlement's draft, now that terms are in sight (mediator)."""
    return Made(await begin_settlement(uow, actor, DisputeId(dispute_id)))


@send(f"{ROOT}/back-to-the-table")
async def go_back_to_table(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Set the draft aside: the terms do not hold (mediator)."""
    await set_aside(uow, actor, DisputeId(dispute_id))
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


@read(f"{AGREEMENT}/versions")
async def list_versions(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> list[Version]:
    """Return an agreement's versions, the newest first."""
    view = await visible_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    return [shown(line, Version) for line in await versions_of(uow, view)]


@read(f"{AGREEMENT}/versions/{{number:int}}")
async def show_version(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    number: FromPath[int],
) -> dict[str, Any]:
    """Return one version's text, as it is digested."""
    view = await visible_agreement(uow, actor, DisputeId(dispute_id), AgreementId(agreement_id))
    _line, text = await version_of(uow, view, number)
    return dict(as_json(text))


@create(f"{AGREEMENT}/versions")
async def keep_version(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[NewVersion],
) -> SavedVersion:
    """Save the settlement's text as a new version (mediator); an unchanged text makes none."""
    draft = Draft(
        title=data.title,
        preamble=data.preamble,
        clauses=tuple(
            DraftClause(one.heading, one.body, one.concession_by, one.owed_by, one.due.isoformat() if one.due else "")
            for one in data.clauses
        ),
        payments=tuple(
            DraftPayment(one.due.isoformat(), as_typed(one.amount_cents), one.payer, one.payee, one.what)
            for one in data.payments
        ),
    )
    number = await save_version(
        uow,
        actor,
        DisputeId(dispute_id),
        AgreementId(agreement_id),
        seen=data.seen,
        draft=draft,
        announce=data.announce,
    )
    return SavedVersion(number)


@read(f"{AGREEMENT}/remarks")
async def list_remarks(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
) -> list[Remark]:
    """Return what was written about an agreement, the oldest first."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    view = await visible_agreement(uow, actor, dispute.id, AgreementId(agreement_id))
    return [shown(each, Remark) for each in await remarks_of(uow, view, dispute)]


@create(f"{AGREEMENT}/remarks")
async def make_remark(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[NewRemark],
) -> Made:
    """Write about a version, for everyone at the table."""
    made = await remark(
        uow, actor, DisputeId(dispute_id), AgreementId(agreement_id), number=data.number, text=data.text
    )
    return Made(made)


@send(f"{AGREEMENT}/freeze")
async def freeze(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    agreement_id: FromPath[UUID],
    data: JSONBody[ShownText],
) -> AgreementBody:
    """Freeze the newest version for signature (mediator): from now on nobody changes a letter."""
    dispute, agreement = DisputeId(dispute_id), AgreementId(agreement_id)
    await freeze_text(uow, actor, dispute, agreement, digest_seen=data.digest)
    return agreement_body(await visible_agreement(uow, actor, dispute, agreement))


handlers = (
    reach_terms,
    go_back_to_table,
    list_versions,
    show_version,
    keep_version,
    list_remarks,
    make_remark,
    freeze,
)
