"""Consent before disclosure, the mediator's side: asks the party (see consents.py), and discloses on its consent.

A consent covers one exhibit (its digest), named recipients, one purpose and one form. *Original*: the exhibit asked
for. *Redacted* or *excerpt*: another exhibit of the same caucus that the party made and lodged, and names when it
consents.
What crosses over enters the joint space exactly as if its party had lodged it there; or, where its recipients are only
some of the other parties, it is handed to each of them in its own caucus (handing.py).
"""

from collections.abc import Sequence

from sqlalchemy import or_, select

from odr.disputes.lifecycle import Activity, require
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, ConsentMissingError, NotPermittedError
from odr.evidence.events import ConsentWithdrawn, DisclosureAsked, ExhibitDisclosed
from odr.evidence.handing import hand_over
from odr.evidence.models import Consent, Disclosure, DisclosureState, Form, Placement
from odr.evidence.placing import MEDIATOR_PREFIX, Entry, enter, prefix_for
from odr.evidence.requests import (
    DAYS,
    TEXT_LIMIT,
    Terms,
    check_days,
    chosen_of,
    consent_of,
    draw_request,
    is_tabled,
    newest_request,
    terms_of,
)
from odr.evidence.sight import version_at, visible_placements
from odr.ids import DisclosureId, DisputeId, ExhibitId, PartyId
from odr.parties.queries import parties_of
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.decide import permit
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Standing, Thing

__all__ = [
    "DisclosureState",
    "Form",
    "ask_disclosure",
    "disclose",
    "end_requests",
    "in_caucus",
    "stands_together",
    "withdraw_consent_of",
]


async def ask_disclosure(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    purpose: str,
    form: str,
    days: int = DAYS,
    recipients: Sequence[PartyId] | None = None,
) -> DisclosureId:
    """Ask a party to let a caucus exhibit cross over to everybody at the joint table, or be handed to some of them.

    ``recipients``: some of the other parties, each of which gets it in its own caucus; ``None``, or all of them: the
    joint table. Raises :class:`InvalidInputError` (purpose, form, days; ``recipients``: choose_some, choose_one),
    :class:`NotPermittedError`, :class:`WrongStageError`, and :class:`ConflictError` (``asked_already``,
    ``already_there``).
    """
    exhibit, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    typed = Typed()
    clean, wanted = typed.text("purpose", purpose, limit=TEXT_LIMIT), typed.choice("form", form, Form)
    check_days(typed, days)
    caucus, rule = in_caucus(actor, placements, Act.DISCLOSE)
    chosen = await chosen_of(uow, typed, exhibit, recipients)
    require((await visible_dispute(uow, actor, dispute_id)).stage, Activity.SPEAK_APART)
    typed.check()
    terms = Terms(clean, chosen)
    disclosure = await draw_request(uow, actor, exhibit, placements, terms, form=wanted, days=days)
    await uow.record(
        DisclosureAsked(
            dispute_id=dispute_id,
            space_id=caucus.space_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
            exhibit_id=exhibit_id,
            form=wanted,
            recipients=chosen if disclosure.apart else (),
            apart=disclosure.apart,
        )
    )
    return disclosure.id


async def disclose(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> None:
    """Disclose a caucus exhibit, on its party's standing consent and exactly as consented: to everyone, or to some.

    Apart: handed to each of its recipients in its own caucus (:func:`hand_over`). In the joint space it stands in the
    name of who consented, under the line for one's own deposit (V14). Raises
    :class:`ConsentMissingError` where no consent stands, names another digest, or does not cover everybody who reads
    the joint space now; :class:`ConflictError` (``already_there``, ``quarantined``), :class:`NotPermittedError`,
    :class:`WrongStageError`.
    """
    _, placements = await visible_placements(uow, actor, dispute_id, exhibit_id)
    _, disclosing = in_caucus(actor, placements, Act.DISCLOSE)
    stage = (await visible_dispute(uow, actor, dispute_id)).stage
    disclosure = await newest_request(uow, exhibit_id, living=True)
    require(stage, Activity.SPEAK_APART if disclosure is not None and disclosure.apart else Activity.SPEAK_TOGETHER)
    consent = await consent_of(uow, disclosure.id) if disclosure else None
    if disclosure is None or consent is None or disclosure.state is not DisclosureState.CONSENTED:
        raise ConsentMissingError("consent_missing")
    exhibit, released = await visible_placements(uow, actor, dispute_id, consent.exhibit_id)
    caucus, _ = in_caucus(actor, released, Act.DISCLOSE)
    readers = {party.id for party in await parties_of(uow, dispute_id)} - {disclosure.owner_id}
    recipients = (await terms_of(uow, disclosure)).recipients
    version = await version_at(uow, caucus)
    entering = permit(Standing.AGENT, Act.WRITE, Thing.EXHIBIT, SpaceKind.JOINT)
    covered = disclosure.apart or readers <= set(recipients)
    if version.sha256 != consent.sha256 or not covered or entering is None:
        raise ConsentMissingError("consent_missing")
    if disclosure.apart:
        if is_tabled(released):
            raise ConflictError("already_there")
        await hand_over(uow, actor, disclosure, consent, caucus, recipients, disclosing)
        disclosure.state = DisclosureState.DISCLOSED
        return
    joint = await space_of(uow, dispute_id, SpaceKind.JOINT)
    await uow.record(
        ExhibitDisclosed(
            dispute_id=dispute_id,
            space_id=disclosure.caucus_id,
            rule=disclosing.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
            consent_id=consent.id,
            exhibit_id=exhibit.id,
        )
    )
    prefix = await prefix_for(uow, exhibit, otherwise=MEDIATOR_PREFIX)
    await enter(uow, exhibit, caucus, joint, Entry(consent.given_by, entering, prefix, exhibit.owner_id, consent.id))
    disclosure.state = DisclosureState.DISCLOSED


async def stands_together(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> bool:
    """Tell whether what the actor reads of an exhibit in a caucus is on the joint table too, in the same version."""
    return is_tabled((await visible_placements(uow, actor, dispute_id, exhibit_id))[1])


async def end_requests(uow: UnitOfWork, actor: Actor, caucus: Placement, rule: Rule) -> None:
    """End what was asked or consented to about an exhibit that no longer stands in its caucus as it did.

    So a consent never reaches bytes that nobody had read when it was given. What crossed over already stays there.
    ``rule`` is the line under which the exhibit changes: a request ends with it, whoever of the team changes it.
    """
    released = select(Consent.disclosure_id).where(Consent.exhibit_id == caucus.exhibit_id)
    rows = await uow.session.scalars(
        select(Disclosure)
        .where(
            or_(Disclosure.exhibit_id == caucus.exhibit_id, Disclosure.id.in_(released)),
            Disclosure.state.in_({DisclosureState.ASKED, DisclosureState.CONSENTED}),
        )
        .with_for_update()
    )
    for disclosure in rows.all():
        await _withdraw(uow, actor, disclosure, await consent_of(uow, disclosure.id), rule)


async def withdraw_consent_of(uow: UnitOfWork, actor: Actor, joint: Placement, rule: Rule) -> None:
    """Withdraw the consent on which an exhibit was disclosed, as it is taken back from the joint space."""
    consent = await uow.session.get_one(Consent, joint.consent_id)
    await _withdraw(uow, actor, await uow.session.get_one(Disclosure, consent.disclosure_id), consent, rule)


async def _withdraw(uow: UnitOfWork, actor: Actor, disclosure: Disclosure, consent: Consent | None, rule: Rule) -> None:
    if consent is not None:
        consent.withdrawn_at = uow.now()
    disclosure.state = DisclosureState.WITHDRAWN
    await uow.record(
        ConsentWithdrawn(
            dispute_id=disclosure.dispute_id,
            space_id=disclosure.caucus_id,
            rule=rule.number,
            actor_id=actor.account_id,
            disclosure_id=disclosure.id,
        )
    )


def in_caucus(actor: Actor, placements: list[Placement], act: Act) -> tuple[Placement, Rule]:
    """Return an exhibit's placement in a caucus and the line under which the actor may do ``act`` with it there.

    Raises :class:`NotPermittedError`.
    """
    code = "not_permitted"
    for placement in placements:
        if placement.kind is SpaceKind.CAUCUS:
            place = Place(placement.dispute_id, placement.owner_id, placement.kind)
            rule = actor.may(act, Thing.EXHIBIT, place)
            if rule is not None:
                return placement, rule
            code = actor.refusal(act, Thing.EXHIBIT, place)
    raise NotPermittedError(code)
