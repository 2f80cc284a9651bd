"""Consent before disclosure, the party's side: gives it, refuses it, withdraws it until another party has opened."""

from collections.abc import Sequence

import msgspec

from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError
from odr.evidence.disclosures import in_caucus
from odr.evidence.events import ConsentGiven, ConsentRefused, ConsentWithdrawn, DisclosureOffered
from odr.evidence.handed_back import withdraw_handing
from odr.evidence.models import Consent, Disclosure, DisclosureState, ExhibitVersion, Form, Placement
from odr.evidence.requests import (
    DAYS,
    TEXT_LIMIT,
    Terms,
    check_days,
    chosen_of,
    consent_of,
    draw_request,
    has_lapsed,
    newest_request,
    seal_terms,
    terms_of,
)
from odr.evidence.sight import version_at, visible_placements
from odr.evidence.withdrawing import may_take_back, require_before_the_end, take_back
from odr.ids import ConsentId, DisclosureId, DisputeId, ExhibitId, PartyId, new_id
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing
from vault import SpaceRef


async def give_consent(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    seen: DisclosureId,
    instead: ExhibitId | None = None,
) -> ConsentId:
    """Consent to the request that was shown (``seen``). ``instead``: the redacted copy or the excerpt to let out.

    Raises :class:`InvalidInputError` (``instead``: required, not_yours), :class:`ConflictError`
    (``changed_meanwhile``), :class:`NotPermittedError`, :class:`WrongStageError`.
    """
    disclosure, rule = await _asked_of(uow, actor, dispute_id, exhibit_id)
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.SPEAK_APART)
    if disclosure.id != seen or disclosure.state is not DisclosureState.ASKED:
        raise ConflictError("changed_meanwhile")
    released = await _released(uow, actor, disclosure, instead)
    disclosure.state, disclosure.answered_at = DisclosureState.CONSENTED, uow.now()
    return await _consent(uow, actor, disclosure, released, rule, ConsentGiven)


async def offer_disclosure(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    purpose: str,
    days: int = DAYS,
    recipients: Sequence[PartyId] | None = None,
) -> DisclosureId:
    """Let the mediator, unasked, disclose one's caucus exhibit as it is, when they think fit, until then.

    ``recipients`` as when the mediator asks. Raises as asking does: :class:`InvalidInputError` (purpose, days,
    recipients), :class:`NotPermittedError`,
    :class:`WrongStageError`, :class:`ConflictError` (``asked_already``, ``already_there``).
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    typed = Typed()
    clean = typed.text("purpose", purpose, limit=TEXT_LIMIT, required=False)
    check_days(typed, days)
    caucus, rule = in_caucus(actor, placements, Act.CONSENT)
    chosen = await chosen_of(uow, typed, exhibit, recipients)
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.SPEAK_APART)
    typed.check()
    offer = Terms(clean, chosen)
    disclosure = await draw_request(uow, actor, exhibit, placements, offer, form=Form.ORIGINAL, days=days, offered=True)
    await _consent(uow, actor, disclosure, await version_at(uow, caucus), rule, DisclosureOffered)
    return disclosure.id


async def _consent(
    uow: UnitOfWork,
    actor: Actor,
    disclosure: Disclosure,
    released: ExhibitVersion,
    rule: Rule,
    event: type[ConsentGiven],
) -> ConsentId:
    consent_id, dispute_id = ConsentId(new_id()), disclosure.dispute_id
    uow.session.add(
        Consent(
            id=consent_id,
            disclosure_id=disclosure.id,
            dispute_id=dispute_id,
            exhibit_id=released.exhibit_id,
            sha256=released.sha256,
            form=disclosure.form,
            given_by=actor.account_id,
            given_at=uow.now(),
        )
    )
    await uow.record(
        event(
            dispute_id=dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
            consent_id=consent_id,
            exhibit_id=released.exhibit_id,
            sha256=released.sha256.hex(),
            form=disclosure.form,
            recipients=(await terms_of(uow, disclosure)).recipients,
            apart=disclosure.apart,
        )
    )
    return consent_id


async def refuse_consent(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, reason: str
) -> None:
    """Refuse. A reason may be given to the mediator; none is owed. Raises :class:`ConflictError`, as giving does."""
    typed = Typed()
    clean = typed.text("reason", reason, limit=TEXT_LIMIT, required=False)
    disclosure, rule = await _asked_of(uow, actor, dispute_id, exhibit_id)
    await require_before_the_end(uow, actor, dispute_id)
    typed.check()
    if disclosure.state is not DisclosureState.ASKED:
        raise ConflictError("changed_meanwhile")
    terms = msgspec.structs.replace(await terms_of(uow, disclosure), reason=clean)
    disclosure.terms_sealed = await seal_terms(uow, SpaceRef(dispute_id, disclosure.caucus_id), disclosure.id, terms)
    disclosure.state, disclosure.answered_at = DisclosureState.REFUSED, uow.now()
    await uow.record(
        ConsentRefused(
            dispute_id=dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
        )
    )


async def withdraw_consent(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    """Withdraw a consent: before the disclosure it then never happens, after it as long as nobody has opened it.

    Raises :class:`ConflictError` (``already_opened``, ``changed_meanwhile``), :class:`NotPermittedError`.
    """
    disclosure, rule = await _asked_of(uow, actor, dispute_id, exhibit_id)
    await require_before_the_end(uow, actor, dispute_id)
    consent = await consent_of(uow, disclosure.id)
    if consent is None or disclosure.state not in {DisclosureState.CONSENTED, DisclosureState.DISCLOSED}:
        raise ConflictError("changed_meanwhile")
    if disclosure.state is DisclosureState.DISCLOSED and disclosure.apart:
        await withdraw_handing(uow, actor, dispute_id, disclosure.id)
        return
    if disclosure.state is DisclosureState.DISCLOSED:
        await take_back(uow, actor, dispute_id, consent.exhibit_id)  # which withdraws the consent, and says so
        return
    consent.withdrawn_at = uow.now()
    disclosure.state = DisclosureState.WITHDRAWN
    await uow.record(
        ConsentWithdrawn(
            dispute_id=dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
        )
    )


async def _asked_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId
) -> tuple[Disclosure, Rule]:
    """Return the living request about the actor's own caucus exhibit, its row locked.

    Raises :class:`ConflictError` (``changed_meanwhile``) when the last one is over, :class:`NotFoundError` without any.
    """
    _, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    _, rule = in_caucus(actor, placements, Act.CONSENT)
    disclosure = await newest_request(uow, exhibit_id, living=True)
    if disclosure is None:
        if await newest_request(uow, exhibit_id) is not None:
            raise ConflictError("changed_meanwhile")
        raise NotFoundError
    return disclosure, rule


async def _released(uow: UnitOfWork, actor: Actor, disclosure: Disclosure, instead: ExhibitId | None) -> ExhibitVersion:
    """Return what a consent lets out, as it stands in the caucus now: the exhibit asked for, or another of the party's.

    Raises :class:`InvalidInputError` (``instead``: required, not_yours).
    """
    if disclosure.form is Form.ORIGINAL:
        _, placements = await visible_placements(uow, actor, disclosure.dispute_id, disclosure.exhibit_id)
        return await version_at(uow, _apart(placements, disclosure))
    if instead is None:
        raise InvalidInputError({"instead": "required"})
    try:
        exhibit, placements = await visible_placements(uow, actor, disclosure.dispute_id, instead)
    except NotFoundError:
        raise InvalidInputError({"instead": "not_yours"}) from None
    there = {placement.space_id for placement in placements}
    if exhibit.owner_id != disclosure.owner_id or disclosure.caucus_id not in there or instead == disclosure.exhibit_id:
        raise InvalidInputError({"instead": "not_yours"})
    return await version_at(uow, _apart(placements, disclosure))


def _apart(placements: list[Placement], disclosure: Disclosure) -> Placement:
    return next(placement for placement in placements if placement.space_id == disclosure.caucus_id)


async def withdrawable(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> str:
    """Return what the actor may take back now: ``exhibit`` (from the joint space), ``consent``, or nothing."""
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    if exhibit.owner_id is None or exhibit.owner_id != actor.party_in(dispute_id):
        return ""
    joint = next((placement for placement in placements if placement.kind is SpaceKind.JOINT), None)
    if joint is not None and await may_take_back(uow, actor, exhibit, joint):
        return "exhibit"
    disclosure = await newest_request(uow, exhibit_id)
    speaks = actor.may(Act.CONSENT, Thing.EXHIBIT, Place(dispute_id, exhibit.owner_id, SpaceKind.CAUCUS)) is not None
    stands = (
        disclosure is not None and disclosure.state is DisclosureState.CONSENTED and not has_lapsed(uow, disclosure)
    )
    given = speaks and stands
    return "consent" if given else ""


async def withdraw(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    """Take back whatever of this exhibit can be: it itself from the joint space, else the consent to disclose it.

    Raises as :func:`take_back` and :func:`withdraw_consent` do.
    """
    if await withdrawable(uow, actor, dispute_id, exhibit_id) == "consent":
        await withdraw_consent(uow, actor, dispute_id, exhibit_id)
    else:
        await take_back(uow, actor, dispute_id, exhibit_id)
