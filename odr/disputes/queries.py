"""What may be seen of a dispute: its stage, its dates, its parties; lists; what was stated and decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, case, or_, select

from odr.disputes.lifecycle import By, Stage
from odr.disputes.models import Category, Dispute, StageReason
from odr.errors import NotFoundError
from odr.ids import AccountId, DisputeId, PartyId, RecordId, SpaceId
from odr.parties.models import Party
from odr.parties.queries import PartyFacts, Side, parties_of, parties_of_many
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Place, SeatRole
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef

__all__ = [
    "Category",
    "Contact",
    "DisputeFacts",
    "DisputePage",
    "DisputeRow",
    "Stage",
    "Statement",
    "dispute_facts",
    "disputes_for",
    "reasons_of",
    "standing_by",
    "statement_of",
    "visible_dispute",
]

PAGE: Final = 50


class DisputeFacts(msgspec.Struct, frozen=True):
    """A dispute as everyone at its table may know it."""

    id: DisputeId
    reference: str
    stage: Stage
    version: int
    title: str
    category: Category
    amount_cents: int | None
    currency: str
    procedure_space_id: SpaceId
    filed_by: AccountId
    created_at: datetime
    stage_since: datetime
    is_complaint: bool
    reply_by: datetime | None
    convention_signed_at: datetime | None
    term_ends: datetime | None
    term_extended_at: datetime | None
    limitation_suspended_at: datetime | None
    limitation_resumed_at: datetime | None
    reopens_record_id: RecordId | None
    parties: tuple[PartyFacts, ...]
    term_months: int | None = None
    retention_years: int | None = None
    pause_ends: datetime | None = None

    @property
    def place(self) -> Place:
        """Where the visibility table finds it: the claimant's draft, the companies' complaint, else the procedure."""
        if self.stage is Stage.DRAFT:
            return Place(self.id, self.claimant.id if self.parties else None, SpaceKind.PRIVATE)
        if self.is_complaint:
            return Place(self.id, None, SpaceKind.JOINT)
        return Place(self.id, None, SpaceKind.PROCEDURE)

    @property
    def procedure(self) -> SpaceRef:
        """The vault's name of the procedure space."""
        return SpaceRef(self.id, self.procedure_space_id)

    @property
    def claimant(self) -> PartyFacts:
        """The first claimant."""
        return next(party for party in self.parties if party.side is Side.CLAIMANT)

    @property
    def respondents(self) -> tuple[PartyFacts, ...]:
        """Every respondent, in order."""
        return tuple(party for party in self.parties if party.side is Side.RESPONDENT)

    @property
    def at_the_table(self) -> tuple[PartyFacts, ...]:
        """The parties that the mediation is between: claimants, and the respondents that came."""
        return tuple(party for party in self.parties if party.side is Side.CLAIMANT or party.joined_at is not None)

    def party(self, party_id: PartyId | None) -> PartyFacts | None:
        """Return one of its parties."""
        return next((party for party in self.parties if party.id == party_id), None)


class Contact(msgspec.Struct, frozen=True):
    """Whom to invite for a respondent."""

    name: str = ""
    email: str = ""


class Statement(msgspec.Struct, frozen=True):
    """What the claimant wrote when filing; sealed at rest under the procedure space's key.

    ``contacts`` are those of the further respondents, in their order; ``answers`` what the questionnaire asked besides,
    by the questions' keys, and ``kept`` its pages that were saved (odr/intake).
    """

    contract: str = ""
    facts: str = ""
    wished: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contacts: tuple[Contact, ...] = ()
    answers: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    kept: tuple[str, ...] = ()

    def contact_of(self, party: PartyFacts) -> Contact:
        """Return whom the claimant named for one of the respondents."""
        if party.ordinal == 1:
            return Contact(self.contact_name, self.contact_email)
        place = party.ordinal - 2
        return self.contacts[place] if place < len(self.contacts) else Contact()


class DisputeRow(msgspec.Struct, frozen=True):
    """A dispute in a list."""

    id: DisputeId
    reference: str
    stage: Stage
    title: str
    claimant: str
    respondent: str
    created_at: datetime
    stage_since: datetime


@dataclass(frozen=True, slots=True)
class DisputePage:
    """Up to 50 disputes, the latest change first; ``older`` continues the list (empty at its end)."""

    rows: tuple[DisputeRow, ...]
    older: str


def _columns() -> Columns:
    """Return where the visibility table finds disputes; the same as :attr:`DisputeFacts.place`, in SQL."""
    is_draft = Dispute.stage == Stage.DRAFT
    claimant = (
        select(Party.id)
        .where(Party.dispute_id == Dispute.id, Party.side == Side.CLAIMANT, Party.ordinal == 1)
        .scalar_subquery()
    )
    return Columns(
        dispute=Dispute.id,
        owner=case((is_draft, claimant), else_=None),
        kind=case(
            (is_draft, SpaceKind.PRIVATE.value),
            (Dispute.is_complaint, SpaceKind.JOINT.value),
            else_=SpaceKind.PROCEDURE.value,
        ),
    )


def _facts(row: Dispute, parties: tuple[PartyFacts, ...]) -> DisputeFacts:
    return DisputeFacts(
        **{name: getattr(row, name) for name in DisputeFacts.__struct_fields__ if name != "parties"}, parties=parties
    )


async def dispute_facts(uow: UnitOfWork, dispute_id: DisputeId) -> DisputeFacts:
    """Return a dispute whoever asks: for jobs and for commands that have checked already. Raises NotFoundError."""
    return await uow.once((dispute_facts, dispute_id), lambda: _asked_facts(uow, dispute_id))


async def _asked_facts(uow: UnitOfWork, dispute_id: DisputeId) -> DisputeFacts:
    row = await uow.session.get(Dispute, dispute_id, populate_existing=True)
    parties = await parties_of(uow, dispute_id)  # of none, too: what is hidden takes no longer than what is not there
    if row is None:
        raise NotFoundError
    return _facts(row, parties)


async def visible_dispute(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    """Return a dispute that the actor may know of; raises :class:`NotFoundError` otherwise."""
    dispute = await dispute_facts(uow, dispute_id)
    if actor.may(Act.READ, Thing.DISPUTE, dispute.place) is None:
        raise NotFoundError
    return dispute


def standing_by(actor: Actor, dispute: DisputeFacts) -> frozenset[By]:
    """Return as what the actor may take steps: representatives for their party, mediators, the centre's people."""
    by: set[By] = set()
    for seat in actor.seats:
        if seat.dispute_id != dispute.id:
            continue
        party = dispute.party(seat.party_id)
        if party is not None and seat.role is SeatRole.REPRESENTATIVE:
            by.add(By.CLAIMANT if party.side is Side.CLAIMANT else By.RESPONDENT)
        elif seat.role is SeatRole.MEDIATOR:
            by.add(By.MEDIATOR)
    if actor.is_a(CentreRole.SECRETARIAT):
        by.add(By.SECRETARIAT)
    if actor.is_a(CentreRole.ARCHIVIST):
        by.add(By.ARCHIVIST)
    return frozenset(by)


async def statement_of(uow: UnitOfWork, dispute: DisputeFacts) -> Statement:
    """Return what the claimant stated, unsealed. The dispute is one that the reader may see."""
    row = await uow.session.get(Dispute, dispute.id)
    if row is None:
        raise NotFoundError
    text = await uow.vault.open_text(uow.session, dispute.procedure, dispute.id, row.statement_sealed)
    return msgspec.json.decode(text, type=Statement)


async def reasons_of(uow: UnitOfWork, dispute: DisputeFacts) -> tuple[tuple[Stage, datetime, str], ...]:
    """Return why the dispute entered its stages, where somebody gave a reason: (stage entered, when, reason)."""
    rows = await uow.session.scalars(
        select(StageReason).where(StageReason.dispute_id == dispute.id).order_by(StageReason.at, StageReason.id)
    )
    return tuple(
        [
            (row.stage, row.at, await uow.vault.open_text(uow.session, dispute.procedure, row.id, row.reason_sealed))
            for row in rows
        ]
    )


async def disputes_for(
    uow: UnitOfWork, actor: Actor, *, search: str = "", stage: Stage | None = None, after: str = ""
) -> DisputePage:
    """Return the disputes that the actor may know of, the latest change first, 50 a page.

    ``search`` looks into reference, title and parties' names; ``after`` is a former page's ``older``.
    """
    wanted: list[ColumnElement[bool]] = [readable(actor, Thing.DISPUTE, _columns())]
    if stage is not None:
        wanted.append(Dispute.stage == stage)
    if search.strip():
        wanted.append(_matching(search.strip()[:200]))
    mark = _read_mark(after)
    if mark is not None:
        since, last = mark
        wanted.append(or_(Dispute.stage_since < since, and_(Dispute.stage_since == since, Dispute.id > last)))
    rows = (
        await uow.session.execute(
            select(Dispute.id, Dispute.reference, Dispute.stage, Dispute.title, Dispute.created_at, Dispute.stage_since)
            .where(*wanted)
            .order_by(Dispute.stage_since.desc(), Dispute.id)
            .limit(PAGE + 1)
        )
    ).all()
    parties = await parties_of_many(uow, [row.id for row in rows[:PAGE]])
    shown = tuple(
        DisputeRow(
            id=row.id,
            reference=row.reference,
            stage=row.stage,
            title=row.title,
            claimant=_names(parties.get(row.id, ()), Side.CLAIMANT),
            respondent=_names(parties.get(row.id, ()), Side.RESPONDENT),
            created_at=row.created_at,
            stage_since=row.stage_since,
        )
        for row in rows[:PAGE]
    )
    return DisputePage(shown, f"{shown[-1].stage_since.isoformat()}_{shown[-1].id}" if len(rows) > PAGE else "")


def _names(parties: tuple[PartyFacts, ...], side: Side) -> str:
    return ", ".join(party.name for party in parties if party.side is side)


def _matching(search: str) -> ColumnElement[bool]:
    named = select(Party.id).where(Party.dispute_id == Dispute.id, Party.name.icontains(search, autoescape=True))
    return or_(
        Dispute.reference.icontains(search, autoescape=True),
        Dispute.title.icontains(search, autoescape=True),
        named.exists(),
    )


def _read_mark(text: str) -> tuple[datetime, DisputeId] | None:
    since, _, last = text.partition("_")
    try:
        when = datetime.fromisoformat(since)
        return (when, msgspec.convert(last, DisputeId)) if when.tzinfo is not None else None
    except (ValueError, msgspec.ValidationError):
        return None
