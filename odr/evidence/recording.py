"""What a deposit becomes: whoever may lodge is asked again, then everything is recorded in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from odr.disputes.lifecycle import require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotPermittedError
from odr.evidence.labels import TITLE_LIMIT, Label
from odr.evidence.media import media_type_of
from odr.evidence.models import Exhibit, ExhibitKind, Origin, Placement
from odr.evidence.placing import EXPERT_PREFIX, MEDIATOR_PREFIX, Entry, place, prefix_for
from odr.evidence.queries import may_read, number_of
from odr.ids import DisputeId, ExhibitId, PartyId, SpaceId
from odr.spaces.commands import ACTIVITIES
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts, visible_space
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import Received


@dataclass(frozen=True, slots=True)
class About:
    """What the depositor says of a file. ``again``: lodge it although the same bytes were lodged before."""

    title: str
    kind: ExhibitKind
    origin: Origin
    document_date: date | None
    again: bool


@dataclass(frozen=True, slots=True)
class Lodged:
    """What a deposit became: durable, numbered, in the ledger. ``sha256``: 32 bytes; ``size`` in bytes."""

    exhibit_id: ExhibitId
    space_id: SpaceId
    number: str
    file_name: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Leave:
    """That somebody may lodge in a room, under which rule, and as whose."""

    space: SpaceFacts
    rule: Rule
    party_id: PartyId | None  # whose exhibit it will be; none for the mediator's and the expert's
    owner_id: PartyId | None  # the party it belongs to in that room


def read_about(*, title: str, kind: str, origin: str, document_date: str, again: str) -> About:
    """Check what was typed beside the file. Raises :class:`InvalidInputError` (title, kind, origin, document_date)."""
    typed = Typed()
    about = About(
        title=typed.line("title", title, limit=TITLE_LIMIT, required=False),
        kind=typed.choice("kind", kind, ExhibitKind),
        origin=typed.choice("origin", origin, Origin),
        document_date=typed.day("document_date", document_date, required=False),
        again=again == "yes",
    )
    typed.check()
    return about


def about_of(fields: Mapping[str, str]) -> About:
    """Read what a form or an upload's metadata says of a file. Raises as :func:`read_about`."""
    return read_about(
        title=fields.get("title", ""),
        kind=fields.get("kind", "other"),
        origin=fields.get("origin", "produced"),
        document_date=fields.get("document_date", ""),
        again=fields.get("again", ""),
    )


async def record_received(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    about: About,
    file_name: str,
    head: bytes,
    received: Received,
) -> Lodged:
    """Ask again (the stage, the seat or the room may have changed while bytes travelled), and record everything."""
    await uow.session.execute(select(Space.id).where(Space.id == space_id).with_for_update())
    leave = await leave_to_lodge(uow, actor, dispute_id, space_id)
    exhibit = Exhibit(
        id=ExhibitId(received.item.item),
        dispute_id=dispute_id,
        owner_id=leave.party_id,
        lodged_by=actor.account_id,
        lodged_at=uow.now(),
        kind=about.kind,
        origin=about.origin,
        document_date=about.document_date,
        size=received.size,
        sha256=received.sha256,
        media_type=media_type_of(head),
    )
    if not about.again:
        await _refuse_repeated(uow, actor, exhibit)
    await uow.vault.keep(uow.session, received, leave.space.ref)
    uow.session.add(exhibit)
    otherwise = EXPERT_PREFIX if leave.space.kind is SpaceKind.EXPERT else MEDIATOR_PREFIX
    entry = Entry(
        by=actor.account_id,
        rule=leave.rule,
        prefix=await prefix_for(uow, exhibit, otherwise=otherwise),
        owner_id=leave.owner_id,
    )
    placement = await place(uow, exhibit, leave.space, Label(about.title or file_name[:TITLE_LIMIT], file_name), entry)
    return Lodged(exhibit.id, leave.space.id, number_of(placement), file_name, exhibit.size, exhibit.sha256)


async def leave_to_lodge(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> Leave:
    """Tell that the actor may lodge in a room now, and under which rule.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    owner_id = party_id if space.kind is SpaceKind.JOINT else space.party_id
    thing = Thing.WORKING_PAPER if space.kind is SpaceKind.EXPERT else Thing.EXHIBIT
    rule = actor.may(Act.WRITE, thing, Place(dispute_id, owner_id, space.kind))
    if rule is None or space.kind is SpaceKind.NOTES:
        raise NotPermittedError("not_permitted")
    require(dispute.stage, ACTIVITIES[space.kind])
    return Leave(space, rule, party_id, owner_id)


async def _refuse_repeated(uow: UnitOfWork, actor: Actor, exhibit: Exhibit) -> None:
    """Point out a file that this party (for the mediator and the expert: this person) lodged before, and no other's."""
    same = (
        select(Placement)
        .join(Exhibit, Exhibit.id == Placement.exhibit_id)
        .where(Exhibit.dispute_id == exhibit.dispute_id, Exhibit.sha256 == exhibit.sha256, may_read(actor))
        .order_by(Placement.placed_at.desc(), Placement.id)
        .limit(1)
    )
    same = (
        same.where(Exhibit.owner_id.is_(None), Exhibit.lodged_by == actor.account_id)
        if exhibit.owner_id is None
        else same.where(Exhibit.owner_id == exhibit.owner_id)
    )
    found = await uow.session.scalar(same)
    if found is not None:
        raise ConflictError("repeated_file", number=number_of(found), exhibit=str(found.exhibit_id))
