"""An exhibit for some of the other parties: a version of it is handed to each of them in its own caucus.

There it is no exhibit of that party's, and no placement: it is read, and nothing else can be done with it. It has a
number of its own there, and tells neither whose it is nor who else has it; no other room changes.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, exists, func, or_, select

from odr.errors import ConflictError, NotPermittedError
from odr.evidence.events import DocumentHanded, ExhibitHanded
from odr.evidence.labels import Label, handed_number, read_labels, seal_label
from odr.evidence.models import Consent, Disclosure, Exhibit, ExhibitVersion, HandedExhibit, Placement, Redaction
from odr.evidence.placing import item_of
from odr.ids import DisclosureId, ExhibitId, HandedId, PartyId, new_id
from odr.spaces.models import Space
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

STANDS: Final = or_(HandedExhibit.withdrawn_at.is_(None), HandedExhibit.quarantined_at.is_not(None))
"""It is with its recipient, or may come back to it."""


async def hand_over(
    uow: UnitOfWork,
    actor: Actor,
    disclosure: Disclosure,
    consent: Consent,
    source: Placement,
    recipients: Sequence[PartyId],
    rule: Rule,
) -> None:
    """Hand what stands at ``source`` to each of these parties in its own caucus. For the command that permitted it.

    Who has this very version already is not handed it twice. Raises :class:`ConflictError` (``already_there``: all of
    them have it; ``quarantined``: it was stopped there, and nothing is decided yet), :class:`NotPermittedError`.
    """
    exhibit = await uow.session.get_one(Exhibit, source.exhibit_id)
    version = await uow.session.get_one(ExhibitVersion, source.version_id)
    await uow.record(
        ExhibitHanded(
            dispute_id=disclosure.dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
            consent_id=consent.id,
            exhibit_id=exhibit.id,
        )
    )
    (label,) = await read_labels(uow, [source])
    plain = Label(label.title, label.file_name)
    handed = False
    for party_id in recipients:
        caucus = await space_of(uow, disclosure.dispute_id, SpaceKind.CAUCUS, party_id)
        await uow.session.execute(select(Space.id).where(Space.id == caucus.id).with_for_update())
        known = select(HandedExhibit).where(
            HandedExhibit.space_id == caucus.id, HandedExhibit.version_id == version.id, STANDS
        )
        standing = await uow.session.scalar(known.execution_options(populate_existing=True))
        if standing is not None and standing.quarantined_at is not None:
            raise ConflictError("quarantined")
        if standing is None:
            row = await _hand_to(uow, disclosure, version, caucus, party_id, plain)
            await _tell(uow, actor, exhibit, version, row, plain, caucus)
            await uow.vault.grant(uow.session, item_of(version), held=space_ref(source), to=caucus.ref)
            handed = True
    if not handed:
        raise ConflictError("already_there")


async def _hand_to(
    uow: UnitOfWork,
    disclosure: Disclosure,
    version: ExhibitVersion,
    caucus: SpaceFacts,
    party_id: PartyId,
    label: Label,
) -> HandedExhibit:
    handed_id = HandedId(new_id())
    last = await uow.session.scalar(select(func.max(HandedExhibit.number)).where(HandedExhibit.space_id == caucus.id))
    row = HandedExhibit(
        id=handed_id,
        dispute_id=disclosure.dispute_id,
        space_id=caucus.id,
        party_id=party_id,
        number=(last or 0) + 1,
        disclosure_id=disclosure.id,
        exhibit_id=version.exhibit_id,
        version_id=version.id,
        label_sealed=await seal_label(uow, caucus.ref, handed_id, label),
        handed_at=uow.now(),
        withdrawn_at=None,
        quarantined_at=None,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row


async def _tell(
    uow: UnitOfWork,
    actor: Actor,
    exhibit: Exhibit,
    version: ExhibitVersion,
    row: HandedExhibit,
    label: Label,
    caucus: SpaceFacts,
) -> None:
    writing = actor.may(Act.WRITE, Thing.EXHIBIT, caucus.place)
    if writing is None:
        raise NotPermittedError("not_permitted")
    redaction = await uow.session.get(Redaction, version.id)
    await uow.record(
        DocumentHanded(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=writing.number,
            actor_id=actor.account_id,
            handed_id=row.id,
            number=handed_number(row),
            title=label.title,
            file_name=label.file_name,
            kind=exhibit.kind,
            origin=exhibit.origin,
            document_date=version.document_date,
            size=version.size,
            sha256=version.sha256.hex(),
            media_type=version.media_type,
            redacts=redaction.commitment.hex() if redaction else "",
        )
    )


async def handed_by(
    uow: UnitOfWork, disclosure_id: DisclosureId, *, quarantined: bool = False
) -> Sequence[HandedExhibit]:
    """Return what a disclosure handed out that stands, or was stopped there: the rows locked, in one order."""
    state = HandedExhibit.quarantined_at.is_not(None) if quarantined else HandedExhibit.withdrawn_at.is_(None)
    rows = await uow.session.scalars(
        select(HandedExhibit)
        .where(HandedExhibit.disclosure_id == disclosure_id, state)
        .order_by(HandedExhibit.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


def is_handed_out(exhibit_id: ExhibitId) -> ColumnElement[bool]:
    """Return the condition under which a version of an exhibit stands with a party that it was handed to."""
    return exists().where(HandedExhibit.exhibit_id == exhibit_id, STANDS)


def is_stopped(disclosure_id: DisclosureId) -> ColumnElement[bool]:
    """Return the condition under which what a disclosure handed out was stopped, and may come back."""
    return exists().where(HandedExhibit.disclosure_id == disclosure_id, HandedExhibit.quarantined_at.is_not(None))
