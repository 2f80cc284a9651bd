"""What stands behind a sentence that says in other words what an exhibit shows: one version of it, by its digest.

It binds the ticket, in the caucus alone. At the table the words are a message of the mediator like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from odr.crossing.models import Statement
from odr.errors import ConflictError, NotFoundError
from odr.evidence.disclosures import in_caucus
from odr.evidence.labels import number_of, read_labels
from odr.evidence.models import ExhibitVersion, Placement
from odr.evidence.requests import is_tabled
from odr.evidence.sight import version_at, visible_placements
from odr.ids import ExhibitId, StatementId
from odr.spaces.queries import SpaceFacts
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import Act


@dataclass(frozen=True, slots=True)
class Behind:
    """The exhibit that a sentence says in other words, under the name it has in its caucus (empty once taken back).

    ``sha256`` (32 bytes) is that of the version it was written of; ``stands``: this version is still the one there.
    """

    exhibit_id: ExhibitId
    number: str
    title: str
    sha256: bytes
    stands: bool


async def paraphrased(
    uow: UnitOfWork, actor: Actor, caucus: SpaceFacts, exhibit_id: ExhibitId, act: Act
) -> ExhibitVersion:
    """Return the version that a sentence of this caucus says in other words: the one that stands there now.

    Raises :class:`NotFoundError` for an exhibit of another room or not lodged by this caucus's party,
    :class:`NotPermittedError`, :class:`ConflictError` (``already_there``: everyone reads it already).
    """
    exhibit, placements = await visible_placements(uow, actor, caucus.dispute_id, exhibit_id)
    apart = next((placement for placement in placements if placement.space_id == caucus.id), None)
    if apart is None or exhibit.owner_id is None or exhibit.owner_id != caucus.party_id:
        raise NotFoundError
    in_caucus(actor, [apart], act)
    if is_tabled(placements):
        raise ConflictError("already_there", number=number_of(placements[0]))
    return await version_at(uow, apart)


async def digest_behind(uow: UnitOfWork, row: Statement) -> str:
    """Return the SHA-256 (hexadecimal) of the version that a sentence says in other words; empty for any other."""
    if row.exhibit_version_id is None:
        return ""
    return (await uow.session.get_one(ExhibitVersion, row.exhibit_version_id)).sha256.hex()


def still_stands() -> ColumnElement[bool]:
    """Return the condition under which what a sentence was written of has stood in its caucus ever since.

    Replaced or taken back, even if it came again, it is not what the party had before it: the sentence allows nothing.
    """
    return or_(Statement.exhibit_version_id.is_(None), exists().where(_unmoved()).correlate(Statement))


async def stands(uow: UnitOfWork, row: Statement) -> bool:
    """Tell so of one sentence, and keep what it was written of in its place until the end of this transaction."""
    if row.exhibit_version_id is None:
        return True
    there = select(Placement.id).join(Statement, _unmoved()).where(Statement.id == row.id)
    return await uow.session.scalar(there.with_for_update(of=Placement)) is not None


async def behind(uow: UnitOfWork, rows: Sequence[Statement]) -> dict[StatementId, Behind]:
    """Return what stands behind sentences of one caucus, for who may read in it."""
    wanted = [row.id for row in rows if row.exhibit_version_id is not None]
    if not wanted:
        return {}
    found = (
        await uow.session.execute(
            select(Statement.id, ExhibitVersion, Placement, still_stands())
            .join(ExhibitVersion, ExhibitVersion.id == Statement.exhibit_version_id)
            .join(
                Placement,
                (Placement.exhibit_id == ExhibitVersion.exhibit_id) & (Placement.space_id == Statement.caucus_id),
            )
            .where(Statement.id.in_(wanted))
        )
    ).all()
    living = [row[2] for row in found if row[2].withdrawn_at is None]
    labels = await read_labels(uow, living)
    titles = {placement.id: label.title for placement, label in zip(living, labels, strict=True)}
    return {
        statement_id: Behind(
            exhibit_id=version.exhibit_id,
            number=number_of(placement) if placement.id in titles else "",
            title=titles.get(placement.id, ""),
            sha256=version.sha256,
            stands=standing,
        )
        for statement_id, version, placement, standing in found
    }


def _unmoved() -> ColumnElement[bool]:
    return and_(
        Placement.space_id == Statement.caucus_id,
        Placement.version_id == Statement.exhibit_version_id,
        Placement.withdrawn_at.is_(None),
        Placement.placed_at <= Statement.proposed_at,
    )
