"""Consent before disclosure: asked by the mediator, given, refused or withdrawn by the party, then carried out."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from odr.errors import NotFoundError
from odr.evidence.consents import give_consent, offer_disclosure, refuse_consent, withdraw_consent
from odr.evidence.disclosures import DisclosureState, Form, ask_disclosure, disclose
from odr.evidence.requests import DAYS
from odr.evidence.tickets import disclosure_of
from odr.ids import DisclosureId, DisputeId, ExhibitId, PartyId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import create, read, send
from web.api.exhibits import EXHIBIT
from web.api.shapes import Reason, Text, shown

DISCLOSURE: Final = f"{EXHIBIT}/disclosure"


class DisclosureBody(msgspec.Struct):
    """A request to disclose a caucus exhibit, as its party and the mediator see it.

    ``apart``: it is for ``recipients`` alone, each in its own caucus.
    """

    id: UUID
    exhibit_id: UUID
    state: DisclosureState
    form: Form
    purpose: str
    recipients: list[UUID]
    apart: bool
    reason: str
    offered: bool
    asked_at: datetime
    expires_at: datetime
    lapsed: bool
    answered_at: datetime | None
    consented_exhibit_id: UUID | None
    first_opened_at: datetime | None


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What for, in which form, and for how many days the consent would hold.

    ``recipients``: some of the other parties, each of which is handed it in its own caucus; left out, or all of them:
    everyone at the table.
    """

    purpose: Text
    form: Form = Form.ORIGINAL
    recipients: list[UUID] | None = None
    days: int = DAYS


class Offer(msgspec.Struct, forbid_unknown_fields=True):
    """What for, if the mediator should know, and for how many days it holds. ``recipients`` as when one is asked."""

    purpose: Text = ""
    recipients: list[UUID] | None = None
    days: int = DAYS


class Consent(msgspec.Struct, forbid_unknown_fields=True):
    """The request that is consented to; for an excerpt or a redacted copy, the exhibit to let out ``instead``."""

    seen: UUID
    instead: UUID | None = None


async def _shown(uow: UnitOfWork, actor: Actor, dispute_id: UUID, exhibit_id: UUID) -> DisclosureBody:
    found = await disclosure_of(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    if found is None:
        raise NotFoundError
    return shown(found, DisclosureBody)


def _chosen(recipients: list[UUID] | None) -> tuple[PartyId, ...] | None:
    return None if recipients is None else tuple(PartyId(each) for each in recipients)


@read(DISCLOSURE)
async def show_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> DisclosureBody:
    """Return the newest request about a caucus exhibit; for its party and the mediator."""
    return await _shown(uow, actor, dispute_id, exhibit_id)


@create(DISCLOSURE)
async def ask_for_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Question],
) -> DisclosureBody:
    """Ask a party to let its caucus exhibit cross over to the joint room, or to some of the others (mediator)."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    await ask_disclosure(
        uow,
        actor,
        *of,
        purpose=data.purpose,
        form=data.form,
        days=data.days,
        recipients=_chosen(data.recipients),
    )
    return await _shown(uow, actor, dispute_id, exhibit_id)


@create(f"{DISCLOSURE}/offer")
async def offer_for_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Offer],
) -> DisclosureBody:
    """Let the mediator, unasked, disclose one's caucus exhibit as it is (party)."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    await offer_disclosure(uow, actor, *of, purpose=data.purpose, days=data.days, recipients=_chosen(data.recipients))
    return await _shown(uow, actor, dispute_id, exhibit_id)


@send(f"{DISCLOSURE}/consent")
async def consent_to_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Consent],
) -> DisclosureBody:
    """Consent to the request that was shown: to this exhibit, these recipients, this purpose, this form."""
    instead = ExhibitId(data.instead) if data.instead else None
    await give_consent(
        uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), seen=DisclosureId(data.seen), instead=instead
    )
    return await _shown(uow, actor, dispute_id, exhibit_id)


@send(f"{DISCLOSURE}/refuse")
async def refuse_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> DisclosureBody:
    """Refuse; no reason is owed."""
    await refuse_consent(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), reason=data.reason)
    return await _shown(uow, actor, dispute_id, exhibit_id)


@send(f"{DISCLOSURE}/withdraw")
async def withdraw_from_disclosure(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> DisclosureBody:
    """Withdraw a consent, as long as nobody else has opened what it let out."""
    await withdraw_consent(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return await _shown(uow, actor, dispute_id, exhibit_id)


@send(f"{DISCLOSURE}/disclose")
async def carry_disclosure_out(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> DisclosureBody:
    """Disclose, on a standing consent and exactly as consented (mediator); 409 without one."""
    await disclose(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return await _shown(uow, actor, dispute_id, exhibit_id)


handlers = (
    show_disclosure,
    ask_for_disclosure,
    offer_for_disclosure,
    consent_to_disclosure,
    refuse_disclosure,
    withdraw_from_disclosure,
    carry_disclosure_out,
)
