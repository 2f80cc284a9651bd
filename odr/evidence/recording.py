"""What a deposit becomes: whoever may lodge is asked again, then everything is recorded in one transaction.

It is a new exhibit, or a newer version of one (``replaces``, see versions.py), or a redacted copy of one (``redacts``,
see redactions.py).
"""

from dataclasses import dataclass

from sqlalchemy import select

from odr.disputes.lifecycle import require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.about import About, about_of, read_about
from odr.evidence.labels import TITLE_LIMIT, Label, number_of, read_labels
from odr.evidence.media import media_type_of, name_agrees
from odr.evidence.models import Exhibit, ExhibitVersion, Placement
from odr.evidence.placing import EXPERT_PREFIX, MEDIATOR_PREFIX, Entry, place, prefix_for
from odr.evidence.redactions import original_of, remember_redaction
from odr.evidence.rescanning import JOB, keep_verdict
from odr.evidence.scanning import Outcome, Verdict
from odr.evidence.sight import may_read
from odr.evidence.versions import replace_exhibit, replaceable
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId, PartyId, SpaceId, new_id
from odr.spaces.commands import ACTIVITIES
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import Received

__all__ = [
    "About",
    "Arrived",
    "Leave",
    "Lodged",
    "about_of",
    "leave_to_lodge",
    "lodged_as",
    "read_about",
    "record_received",
]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that rests sealed in the store: its cleaned name, its first 8 KiB, what the scanner said of it."""

    received: Received
    file_name: str
    head: bytes
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Lodged:
    """What a deposit became: durable, numbered, in the ledger. ``sha256``: 32 bytes; ``size`` in bytes.

    ``version`` counts in this room; ``media_type`` is what the content is, ``name_agrees`` whether the name says so.
    """

    exhibit_id: ExhibitId
    space_id: SpaceId
    number: str
    file_name: str
    size: int
    sha256: bytes
    version: int
    media_type: str
    name_agrees: bool
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Leave:
    """That somebody may lodge in a room, under which rule, and as whose."""

    space: SpaceFacts
    rule: Rule
    party_id: PartyId | None  # whose exhibit it will be; none for the mediator's and the expert's
    owner_id: PartyId | None  # the party it belongs to in that room


async def record_received(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    about: About,
    arrived: Arrived,
) -> Lodged:
    """Ask again (the stage, the seat or the room may have changed while bytes travelled), and record everything."""
    await uow.session.execute(select(Space.id).where(Space.id == space_id).with_for_update())
    leave = await leave_to_lodge(uow, actor, dispute_id, space_id)
    replaced = await _replaced(uow, actor, leave, about)
    original = await original_of(uow, actor, dispute_id, about.redacts) if about.redacts else None
    version = _version(uow, actor, leave, about, arrived, replaced)
    exhibit = replaced or Exhibit(
        id=version.exhibit_id,
        dispute_id=dispute_id,
        owner_id=leave.party_id,
        lodged_by=actor.account_id,
        lodged_at=uow.now(),
        kind=about.kind,
        origin=about.origin,
    )
    if not about.again:
        await _refuse_repeated(uow, actor, exhibit, version)
    await uow.vault.keep(uow.session, arrived.received, leave.space.ref)
    await keep_verdict(uow, version, arrived.verdict)
    uow.session.add_all([exhibit, version])
    if original is not None:
        remember_redaction(uow, version, original)
    await uow.session.flush()
    placement = await _place(uow, actor, leave, about, exhibit, version, arrived.file_name)
    if arrived.verdict.outcome is Outcome.WAITING:
        await uow.enqueue(JOB, {}, dedupe_key=JOB)
    return await _lodged(uow, placement, version, arrived.verdict)


async def lodged_as(uow: UnitOfWork, version_id: ExhibitVersionId, space_id: SpaceId) -> Lodged:
    """Return again what a deposit became. Raises :class:`NotFoundError` if it was taken back since, or replaced."""
    found = await uow.session.execute(
        select(Placement, ExhibitVersion)
        .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
        .where(Placement.version_id == version_id, Placement.space_id == space_id, Placement.withdrawn_at.is_(None))
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError
    placement, version = row
    return await _lodged(uow, placement, version, Verdict(version.scan, version.scan_because))


async def _lodged(uow: UnitOfWork, placement: Placement, version: ExhibitVersion, verdict: Verdict) -> Lodged:
    (label,) = await read_labels(uow, [placement])
    return Lodged(
        exhibit_id=version.exhibit_id,
        space_id=placement.space_id,
        number=number_of(placement),
        file_name=label.file_name,
        size=version.size,
        sha256=version.sha256,
        version=placement.ordinal,
        media_type=version.media_type,
        name_agrees=name_agrees(label.file_name, version.media_type),
        verdict=verdict,
    )


async def _place(
    uow: UnitOfWork,
    actor: Actor,
    leave: Leave,
    about: About,
    exhibit: Exhibit,
    version: ExhibitVersion,
    file_name: str,
) -> Placement:
    otherwise = EXPERT_PREFIX if leave.space.kind is SpaceKind.EXPERT else MEDIATOR_PREFIX
    prefix = await prefix_for(uow, exhibit, otherwise=otherwise)
    entry = Entry(by=actor.account_id, rule=leave.rule, prefix=prefix, owner_id=leave.owner_id)
    label = Label(about.title or file_name[:TITLE_LIMIT], file_name, about.reason if about.replaces else "")
    if about.replaces is not None:
        return await replace_exhibit(uow, actor, exhibit, version, leave.space, label, entry)
    return await place(uow, exhibit, version, leave.space, label, entry)


async def _replaced(uow: UnitOfWork, actor: Actor, leave: Leave, about: About) -> Exhibit | None:
    if about.replaces is None:
        return None
    return await replaceable(uow, actor, leave.space.dispute_id, about.replaces, leave.space)


def _version(
    uow: UnitOfWork,
    actor: Actor,
    leave: Leave,
    about: About,
    arrived: Arrived,
    replaced: Exhibit | None,
) -> ExhibitVersion:
    received = arrived.received
    item = received.item.item
    return ExhibitVersion(
        id=ExhibitVersionId(item),
        exhibit_id=replaced.id if replaced else ExhibitId(new_id()),
        dispute_id=leave.space.dispute_id,
        space_id=leave.space.id,
        lodged_by=actor.account_id,
        lodged_at=uow.now(),
        document_date=about.document_date,
        size=received.size,
        sha256=received.sha256,
        media_type=media_type_of(arrived.head),
        scan_attempts=0,
    )


async def leave_to_lodge(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, about: About | None = None
) -> Leave:
    """Tell that the actor may lodge in a room now (``about``: what they say they will), and under which rule.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`.
    """
    space = await visible_space(uow, actor, dispute_id, space_id)
    dispute = await visible_dispute(uow, actor, dispute_id)
    party_id = actor.party_in(dispute_id)
    owner_id = party_id if space.kind is SpaceKind.JOINT else space.party_id
    thing = Thing.WORKING_PAPER if space.kind is SpaceKind.EXPERT else Thing.EXHIBIT
    where = Place(dispute_id, owner_id, space.kind)
    rule = actor.may(Act.WRITE, thing, where)
    if rule is None or space.kind is SpaceKind.NOTES:
        raise NotPermittedError(actor.refusal(Act.WRITE, thing, where))
    require(dispute.stage, ACTIVITIES[space.kind])
    leave = Leave(space, rule, party_id, owner_id)
    if about is not None:
        await _replaced(uow, actor, leave, about)
        if about.redacts is not None:
            await original_of(uow, actor, dispute_id, about.redacts)
    return leave


async def _refuse_repeated(uow: UnitOfWork, actor: Actor, exhibit: Exhibit, version: ExhibitVersion) -> None:
    """Point out a file that this party (for the mediator and the expert: this person) lodged before, and no other's."""
    same = (
        select(Placement)
        .join(Exhibit, Exhibit.id == Placement.exhibit_id)
        .join(ExhibitVersion, ExhibitVersion.id == Placement.version_id)
        .where(Exhibit.dispute_id == exhibit.dispute_id, ExhibitVersion.sha256 == version.sha256, may_read(actor))
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
