"""Disputes: drafts and filing, lists, and what one dispute looks like from where one sits."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from odr.appointment.declaring import declarations_of
from odr.disputes.commands import may_step
from odr.disputes.drafts import OTHERS_LIMIT, Draft, OtherRespondent
from odr.disputes.filing import draft_of, file_dispute, save_draft
from odr.disputes.lifecycle import Stage, Step
from odr.disputes.queries import (
    Category,
    DisputeFacts,
    disputes_for,
    reasons_of,
    statement_of,
    visible_dispute,
)
from odr.ids import DisputeId
from odr.parties.queries import Side, seats_of
from odr.spaces.queries import spaces_for
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.api.awaited import AwaitedTask, awaited_tasks
from web.api.description import create, read, replace, send
from web.api.rooms import Room
from web.api.shapes import Cents, Line, Made, Text, as_typed, shown

SAME_IN_BOTH = frozenset(Draft.__struct_fields__) - {"amount", "category", "others"}
ROOT = "/disputes/{dispute_id:uuid}"


class OtherCompany(msgspec.Struct, forbid_unknown_fields=True):
    """A further company that is wanted at the table."""

    name: Line = ""
    registration: Line = ""
    address: Text = ""
    contact_name: Line = ""
    contact_email: Line = ""


class DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    """The claimant's answers. All may be missing while it is a draft; filing says what is."""

    title: Line = ""
    category: Category = Category.OTHER
    contract: Line = ""
    amount_cents: Cents | None = None
    currency: Line = "EUR"
    facts: Text = ""
    wished: Text = ""
    company: Line = ""
    registration: Line = ""
    address: Text = ""
    respondent: Line = ""
    respondent_registration: Line = ""
    respondent_address: Text = ""
    contact_name: Line = ""
    contact_email: Line = ""
    others: Annotated[list[OtherCompany], msgspec.Meta(max_length=OTHERS_LIMIT)] = msgspec.field(
        default_factory=list[OtherCompany]
    )


class DisputeLine(msgspec.Struct):
    """A dispute in a list."""

    id: UUID
    reference: str
    stage: Stage
    title: str
    claimant: str
    respondent: str
    created_at: datetime
    stage_since: datetime


class DisputeList(msgspec.Struct):
    """Up to 50 disputes, the latest change first; ``older`` is what to ask with, as ``after``, for the next ones."""

    disputes: list[DisputeLine]
    older: str


class Progress(msgspec.Struct):
    """Where a dispute stands now; ``version`` grows with every step."""

    id: UUID
    reference: str
    stage: Stage
    version: int
    stage_since: datetime


class PartyAtTable(msgspec.Struct):
    """A company at the table. ``prefix`` begins the numbers of its exhibits."""

    id: UUID
    side: Side
    name: str
    registration: str
    address: str
    prefix: str
    joined_at: datetime | None


class PersonAtTable(msgspec.Struct):
    """Somebody at the table now."""

    account_id: UUID
    name: str
    role: SeatRole
    party_id: UUID | None


class Said(msgspec.Struct):
    """Something that somebody stated, with whose it is."""

    name: str
    text: str


class Turn(msgspec.Struct):
    """Why the dispute entered a stage, where somebody said so."""

    stage: Stage
    at: datetime
    reason: str


class DisputeBody(msgspec.Struct):
    """A dispute from where the asker sits: ``rooms`` they may enter, what ``awaits`` them, ``steps`` they may take."""

    id: UUID
    reference: str
    stage: Stage
    version: int
    title: str
    category: Category
    amount_cents: int | None
    currency: str
    created_at: datetime
    stage_since: datetime
    reply_by: datetime | None
    convention_signed_at: datetime | None
    term_ends: datetime | None
    pause_ends: datetime | None
    limitation_suspended_at: datetime | None
    limitation_resumed_at: datetime | None
    reopens_record_id: UUID | None
    contract: str
    facts: str
    wished: str
    parties: list[PartyAtTable]
    people: list[PersonAtTable]
    independence: list[Said]
    history: list[Turn]
    rooms: list[Room]
    steps: list[Step]
    awaits: list[AwaitedTask]


def progress(dispute: DisputeFacts) -> Progress:
    """Return where a dispute stands."""
    return shown(dispute, Progress)


async def progress_of(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> Progress:
    """Return where a dispute stands after a step of one's own. Raises NotFoundError for who may not know of it."""
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


@read("/disputes")
async def list_disputes(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    search: Annotated[str, QueryParameter(max_length=200, description="In reference, title and parties' names.")] = "",
    stage: FromQuery[Stage | None] = None,
    after: Annotated[str, QueryParameter(max_length=100, description="A former answer's `older`.")] = "",
) -> DisputeList:
    """Return the disputes that one may know of."""
    found = await disputes_for(uow, actor, search=search, stage=stage, after=after)
    return DisputeList([shown(row, DisputeLine) for row in found.rows], found.older)


@create("/disputes")
async def begin_draft(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], data: JSONBody[DraftBody]
) -> Made:
    """Begin a request: its author sits for the claimant from now on, and nobody else sees it."""
    return Made(await save_draft(uow, actor, None, _typed(data)))


@read(f"{ROOT}/draft")
async def show_draft(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> DraftBody:
    """Return the answers given so far."""
    draft = await draft_of(uow, actor, DisputeId(dispute_id))
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    others = [shown(other, OtherCompany) for other in draft.others]
    return shown(draft, DraftBody, category=dispute.category, amount_cents=dispute.amount_cents, others=others)


@replace(f"{ROOT}/draft", status_code=204)
async def keep_draft(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[DraftBody],
) -> None:
    """Replace a draft's answers; what the questionnaire asked besides stays."""
    before = await draft_of(uow, actor, DisputeId(dispute_id))
    typed = msgspec.structs.replace(_typed(data), answers=before.answers, kept=before.kept)
    await save_draft(uow, actor, DisputeId(dispute_id), typed)


@send(f"{ROOT}/file")
async def refer_dispute(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> Progress:
    """Refer the dispute to the centre, as the draft has it."""
    await file_dispute(uow, actor, DisputeId(dispute_id))
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


@read(ROOT)
async def show_dispute(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> DisputeBody:
    """Return a dispute: where it stands, who is at the table, which rooms one may enter, what one is awaited for."""
    dispute = await visible_dispute(uow, actor, DisputeId(dispute_id))
    said = await statement_of(uow, dispute)
    return shown(
        dispute,
        DisputeBody,
        contract=said.contract,
        facts=said.facts,
        wished=said.wished,
        parties=[shown(party, PartyAtTable) for party in dispute.parties],
        people=[shown(seat, PersonAtTable) for seat in await seats_of(uow, dispute.id)],
        independence=[Said(name, text) for name, text in await declarations_of(uow, dispute)],
        history=[Turn(stage, at, reason) for stage, at, reason in await reasons_of(uow, dispute)],
        rooms=[shown(space, Room) for space in await spaces_for(uow, actor, dispute.id)],
        steps=[step for step in Step if may_step(actor, dispute, step)],
        awaits=await awaited_tasks(uow, actor, dispute),
    )


def _typed(data: DraftBody) -> Draft:
    """Return the answers as the rules read them: an amount as people write it."""
    given = {name: getattr(data, name) for name in DraftBody.__struct_fields__ if name in SAME_IN_BOTH}
    others = tuple(msgspec.convert(other, OtherRespondent, from_attributes=True) for other in data.others)
    return Draft(**given, category=data.category.value, amount=as_typed(data.amount_cents), others=others)


handlers = (list_disputes, begin_draft, show_draft, keep_draft, refer_dispute, show_dispute)
