"""What was handed to some of the other parties comes back: until one of them opened it, or stopped at any time.

The line that stays with each of them is its number, in nobody's name, whatever the reason was.
"""

from collections.abc import Sequence

from sqlalchemy import select

from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.evidence.disclosures import in_caucus
from odr.evidence.events import ConsentWithdrawn, HandedRestored, HandedWithdrawn
from odr.evidence.handing import handed_by
from odr.evidence.labels import handed_number
from odr.evidence.models import Consent, Disclosure, DisclosureState, ExhibitVersion, HandedExhibit
from odr.evidence.requests import consent_of
from odr.evidence.sight import visible_placements
from odr.evidence.withdrawing import release, require_before_the_end
from odr.ids import DisclosureId, DisputeId
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.decide import permit
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Standing, Thing


async def handing_for(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, disclosure_id: DisclosureId, act: Act
) -> tuple[Disclosure, Consent, Rule]:
    """Return a disclosure to some of the others, its row locked, and the line under which the actor may do ``act``.

    Only whoever reads the exhibit that was handed out in its own party's caucus knows of it. Raises
    :class:`NotFoundError`, :class:`NotPermittedError`.
    """
    disclosure = await uow.session.scalar(
        select(Disclosure)
        .where(Disclosure.id == disclosure_id, Disclosure.dispute_id == dispute_id, Disclosure.apart)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    consent = await consent_of(uow, disclosure_id)
    if disclosure is None or consent is None:
        raise NotFoundError
    _, placements = await visible_placements(uow, actor, dispute_id, consent.exhibit_id)
    apart = [placement for placement in placements if placement.space_id == disclosure.caucus_id]
    if not apart:
        raise NotFoundError
    _, rule = in_caucus(actor, apart, act)
    return disclosure, consent, rule


async def withdraw_handing(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, disclosure_id: DisclosureId) -> None:
    """Withdraw a consent on which an exhibit was handed to some of the others, until one of them has opened it.

    Raises :class:`NotFoundError`, :class:`NotPermittedError`, :class:`WrongStageError`, :class:`ConflictError`
    (``already_opened``; ``changed_meanwhile``: it is not with them any more; ``held``).
    """
    disclosure, consent, rule = await handing_for(uow, actor, dispute_id, disclosure_id, Act.CONSENT)
    await require_before_the_end(uow, actor, dispute_id)
    standing = await handed_by(uow, disclosure_id)
    if disclosure.state is not DisclosureState.DISCLOSED or not standing:
        raise ConflictError("changed_meanwhile")
    await uow.session.refresh(consent)
    if consent.first_opened_at is not None:
        raise ConflictError("already_opened")
    for row in standing:
        row.withdrawn_at = uow.now()
        await note_withdrawal(uow, row)
        await empty_handed(uow, row)
    consent.withdrawn_at, disclosure.state = uow.now(), DisclosureState.WITHDRAWN
    await uow.record(
        ConsentWithdrawn(
            dispute_id=dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
        )
    )


async def stop_handing(uow: UnitOfWork, disclosure_id: DisclosureId) -> Sequence[HandedExhibit]:
    """Withdraw at once whatever a disclosure handed out; it may come back. For commands that permitted it.

    Raises :class:`ConflictError` (``changed_meanwhile``: it is with none of them any more).
    """
    standing = await handed_by(uow, disclosure_id)
    if not standing:
        raise ConflictError("changed_meanwhile")
    for row in standing:
        row.withdrawn_at = row.quarantined_at = uow.now()
        await note_withdrawal(uow, row)
    return standing


async def put_handed_back(uow: UnitOfWork, disclosure_id: DisclosureId) -> None:
    """Let what was stopped stand with its recipients again. For commands that permitted it."""
    for row in await handed_by(uow, disclosure_id, quarantined=True):
        row.withdrawn_at = row.quarantined_at = None
        await _note(uow, row, HandedRestored)


async def take_handed_out(uow: UnitOfWork, disclosure_id: DisclosureId) -> None:
    """Empty what was stopped for good: the consent is withdrawn with it. For commands that permitted it."""
    for row in await handed_by(uow, disclosure_id, quarantined=True):
        row.quarantined_at = None
        await empty_handed(uow, row)
    disclosure = await uow.session.get(Disclosure, disclosure_id)
    consent = await consent_of(uow, disclosure_id)
    if disclosure is not None and consent is not None:
        consent.withdrawn_at, disclosure.state = uow.now(), DisclosureState.WITHDRAWN


async def note_withdrawal(uow: UnitOfWork, row: HandedExhibit) -> None:
    """Remember where it was handed to that it is there no more: the same words whatever the reason, and no name."""
    await _note(uow, row, HandedWithdrawn)


async def _note(uow: UnitOfWork, row: HandedExhibit, event: type[HandedWithdrawn]) -> None:
    """Remember it in the recipient's caucus, under the line by which the mediator had put it there."""
    rule = permit(Standing.MEDIATOR, Act.WRITE, Thing.EXHIBIT, SpaceKind.CAUCUS)
    if rule is None:
        raise NotPermittedError("not_permitted")
    await uow.record(
        event(
            dispute_id=row.dispute_id,
            space_id=row.space_id,
            rule=rule.number,
            actor_id=None,
            handed_id=row.id,
            number=handed_number(row),
        )
    )


async def empty_handed(uow: UnitOfWork, row: HandedExhibit) -> None:
    """Leave nothing of it but its number. For commands that withdrew it. Raises :class:`ConflictError` (``held``)."""
    version = await uow.session.get_one(ExhibitVersion, row.version_id)
    await uow.session.flush()
    await release(uow, version, space_ref(row), row.id)
    row.label_sealed = b""
    await uow.session.flush()
