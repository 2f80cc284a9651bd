"""Destroying an exhibit or a person's data: what goes, what stays as a tombstone. Twice is no error."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, delete, select, update

from odr.disputes.holds import refuse_if_held
from odr.errors import ConflictError
from odr.event import EventRow
from odr.evidence.handing import STANDS as HANDED_STANDS
from odr.evidence.labels import Label, seal_label
from odr.evidence.models import Exhibit, ExhibitVersion, FormerPlacement, HandedExhibit, Placement
from odr.ids import AccountId, DisputeId, ExhibitId
from odr.people.models import Account, Invitation, SignInSession
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.terms import SpaceKind
from vault import ItemFacts, SpaceRef

TOMBSTONE: Final = Label("Pièce détruite · Destroyed exhibit", "")
ERASED_NAME: Final = "—"

JSONItem = dict[str, Any]


async def shred_item(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId) -> list[JSONItem]:
    """Destroy every version of an exhibit: its keys, its titles, the salts of what the ledgers say of it, wherever.

    Its number, its place and every proof given out stay. Returns what was destroyed. Raises ItemHeldError.
    """
    facts = await versions_of(uow, dispute_id, exhibit_id)
    for each in facts:
        await uow.vault.destroy(uow.session, each.item)
    placements = await uow.session.scalars(select(Placement).where(Placement.exhibit_id == exhibit_id))
    for placement in placements.all():
        placement.label_sealed = await seal_label(uow, space_ref(placement), placement.id, TOMBSTONE)
        await uow.session.execute(
            update(FormerPlacement)
            .where(FormerPlacement.placement_id == placement.id)
            .values(label_sealed=placement.label_sealed)
        )
    await _forget_events(uow, dispute_id, exhibit_id)
    handed = await uow.session.scalars(
        select(HandedExhibit).where(HandedExhibit.exhibit_id == exhibit_id, HANDED_STANDS)
    )
    for row in handed.all():
        row.label_sealed = await seal_label(uow, space_ref(row), row.id, TOMBSTONE)
    every = await uow.session.scalars(select(HandedExhibit.id).where(HandedExhibit.exhibit_id == exhibit_id))
    for handed_id in every.all():
        await _forget_events(uow, dispute_id, handed_id)
    return [shown(number, each) for number, each in enumerate(facts, 1) if not each.destroyed]


async def shred_person(uow: UnitOfWork, account_id: AccountId) -> list[JSONItem]:
    """Destroy a person's own private drafts and personal data; whatever others have a right to is withheld.

    Drafts under a legal hold are withheld too. Returns the drafts destroyed.
    """
    account = await uow.session.get(Account, account_id)
    destroyed: list[JSONItem] = []
    for exhibit in await private_drafts(uow, account_id):
        try:
            await refuse_if_held(uow, exhibit.dispute_id, exhibit.id)
        except ConflictError:
            continue
        destroyed += await shred_item(uow, exhibit.dispute_id, exhibit.id)
    await uow.session.execute(delete(SignInSession).where(SignInSession.account_id == account_id))
    if account is not None:
        await uow.session.execute(
            update(Invitation)
            .where(Invitation.email == account.email)
            .values(email=_nobody(account_id), name=ERASED_NAME, token_sealed=None)
        )
        account.email, account.name, account.password_hash = _nobody(account_id), ERASED_NAME, "!"
        account.disabled_at = account.disabled_at or uow.now()
    return destroyed


async def private_drafts(uow: UnitOfWork, account_id: AccountId) -> list[Exhibit]:
    """Return what a person lodged that never left a private draft room."""
    rows = await uow.session.scalars(
        select(Exhibit)
        .where(Exhibit.id.in_(lodged_by(account_id)), Exhibit.id.not_in(with_others()))
        .order_by(Exhibit.id)
    )
    return list(rows)


def with_others() -> CompoundSelect[ExhibitId]:
    """Select the exhibits that left their party's draft: for another room, or handed to another party."""
    handed = select(HandedExhibit.exhibit_id)
    return select(Placement.exhibit_id).where(Placement.kind != SpaceKind.PRIVATE).union(handed)


def lodged_by(account_id: AccountId) -> Select[ExhibitId]:
    """Select the exhibits whose first version a person lodged."""
    return select(Exhibit.id).where(Exhibit.lodged_by == account_id)


async def versions_of(uow: UnitOfWork, dispute_id: DisputeId, exhibit_id: ExhibitId) -> list[ItemFacts]:
    """Return what the vault has of every version of an exhibit, the oldest first, destroyed ones included."""
    ids = await uow.session.scalars(
        select(ExhibitVersion.id)
        .where(ExhibitVersion.exhibit_id == exhibit_id)
        .order_by(ExhibitVersion.lodged_at, ExhibitVersion.id)
    )
    found: list[ItemFacts] = []
    for version_id in ids.all():
        found += await uow.vault.versions(uow.session, dispute_id, version_id)
    return found


async def _forget_events(uow: UnitOfWork, dispute_id: DisputeId, subject: UUID) -> None:
    """Forget the content and salt of what the ledger tells of something; the leaves stay, and so does every proof."""
    rows = await uow.session.execute(
        select(EventRow.space_id, EventRow.index).where(
            EventRow.dispute_id == dispute_id, EventRow.subject_id == subject, EventRow.name != "ExhibitDestroyed"
        )
    )
    for space_id, index in rows.all():
        await uow.vault.ledger.erase(uow.session, SpaceRef(dispute_id, space_id), index)


def shown(number: int, facts: ItemFacts) -> JSONItem:
    """What a certificate says of one version; they are counted as they were lodged, in whichever rooms they stood."""
    return {
        "version": number,
        "size": facts.size,
        "sealed_size": facts.sealed_size,
        "sha256": facts.sha256.hex(),
    }


def _nobody(account_id: AccountId) -> str:
    return f"erased-{account_id.hex}@erased.invalid"
