"""A request to disclose a caucus exhibit, or a party's offer: its terms, who it is for, how long it stands."""

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import or_, select

from odr.deadlines.table import TABLE, Deadline, due_at
from odr.deadlines.timers import set_timer
from odr.errors import ConflictError, NotPermittedError
from odr.evidence.models import Consent, Disclosure, DisclosureState, Exhibit, Form, Placement
from odr.ids import DisclosureId, ExhibitId, PartyId, new_id
from odr.parties.choosing import recipients_of
from odr.parties.queries import parties_of
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork, space_ref
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from vault import SpaceRef

TEXT_LIMIT: Final = 4000
DAYS: Final = TABLE[Deadline.CONSENT].length
MOST_DAYS: Final = 90
LIVING: Final = frozenset({DisclosureState.ASKED, DisclosureState.CONSENTED, DisclosureState.DISCLOSED})


class Terms(msgspec.Struct, frozen=True):
    """What was asked and answered, sealed under the caucus's key."""

    purpose: str
    recipients: tuple[PartyId, ...]
    reason: str = ""


async def chosen_of(
    uow: UnitOfWork, typed: Typed, exhibit: Exhibit, recipients: Sequence[PartyId] | None
) -> tuple[PartyId, ...]:
    """Return for which of the other parties something is. For commands. Codes: choose_some, choose_one."""
    return recipients_of(typed, await _others(uow, exhibit), recipients)


async def _others(uow: UnitOfWork, exhibit: Exhibit) -> tuple[PartyId, ...]:
    parties = await parties_of(uow, exhibit.dispute_id)
    return tuple(party.id for party in parties if party.id != exhibit.owner_id)


async def draw_request(
    uow: UnitOfWork,
    actor: Actor,
    exhibit: Exhibit,
    placements: Sequence[Placement],
    terms: Terms,
    *,
    form: Form,
    days: int,
    offered: bool = False,
) -> Disclosure:
    """Write a request down, or a party's offer, for the recipients that its terms name. For commands.

    Raises :class:`ConflictError` (``asked_already``, ``already_there``), :class:`NotPermittedError`.
    """
    caucus = next(placement for placement in placements if placement.kind is SpaceKind.CAUCUS)
    owner_id, dispute_id, exhibit_id = exhibit.owner_id, exhibit.dispute_id, exhibit.id
    if owner_id is None:
        raise NotPermittedError("not_permitted")
    await uow.session.execute(select(Exhibit.id).where(Exhibit.id == exhibit.id).with_for_update())
    if is_tabled(placements):
        raise ConflictError("already_there")
    living = await newest_request(uow, exhibit_id, living=True)
    if living is not None and living.state is not DisclosureState.DISCLOSED:
        raise ConflictError("asked_already")
    disclosure_id = DisclosureId(new_id())
    disclosure = Disclosure(
        id=disclosure_id,
        dispute_id=dispute_id,
        exhibit_id=exhibit_id,
        caucus_id=caucus.space_id,
        owner_id=owner_id,
        form=form,
        terms_sealed=await seal_terms(uow, space_ref(caucus), disclosure_id, terms),
        state=DisclosureState.CONSENTED if offered else DisclosureState.ASKED,
        asked_by=actor.account_id,
        offered=offered,
        apart=terms.recipients != await _others(uow, exhibit),
        asked_at=uow.now(),
        expires_at=due_at(Deadline.CONSENT, uow.now(), length=days),
        answered_at=uow.now() if offered else None,
    )
    uow.session.add(disclosure)
    await set_timer(uow, Deadline.CONSENT, dispute_id, disclosure.expires_at, subject_id=disclosure_id)
    return disclosure


def check_days(typed: Typed, days: int) -> None:
    """Note a number of days that is none for a consent to hold. Code: bad_days."""
    if not 1 <= days <= MOST_DAYS:
        typed.wrong("days", "bad_days")


def is_tabled(placements: Sequence[Placement]) -> bool:
    """Tell whether what stands in the caucus stands in the joint space too: the same version of it."""
    tabled = {placement.version_id for placement in placements if placement.kind is SpaceKind.JOINT}
    apart = {placement.version_id for placement in placements if placement.kind is SpaceKind.CAUCUS}
    return bool(tabled) and apart <= tabled


async def newest_request(uow: UnitOfWork, exhibit_id: ExhibitId, *, living: bool = False) -> Disclosure | None:
    """Return the newest request about an exhibit; with ``living``, one that is not over, its row locked."""
    query = (
        select(Disclosure)
        .where(Disclosure.exhibit_id == exhibit_id)
        .order_by(Disclosure.asked_at.desc(), Disclosure.id)
        .limit(1)
    )
    if living:
        holds = or_(Disclosure.state == DisclosureState.DISCLOSED, Disclosure.expires_at > uow.now())
        query = query.where(Disclosure.state.in_(LIVING), holds).with_for_update()
    found: Disclosure | None = await uow.session.scalar(query.execution_options(populate_existing=True))
    return found


def has_lapsed(uow: UnitOfWork, disclosure: Disclosure) -> bool:
    """Tell whether the time of a question, or of a consent that was not used, has run out."""
    waits = disclosure.state in {DisclosureState.ASKED, DisclosureState.CONSENTED}
    return waits and disclosure.expires_at <= uow.now()


async def consent_of(uow: UnitOfWork, disclosure_id: DisclosureId) -> Consent | None:
    """Return the consent that answers a request, if one was given."""
    found: Consent | None = await uow.session.scalar(select(Consent).where(Consent.disclosure_id == disclosure_id))
    return found


async def seal_terms(uow: UnitOfWork, caucus: SpaceRef, label: DisclosureId, terms: Terms) -> bytes:
    """Seal a request's terms for its row."""
    return await uow.vault.seal_text(uow.session, caucus, label, msgspec.json.encode(terms).decode())


async def terms_of(uow: UnitOfWork, disclosure: Disclosure) -> Terms:
    """Open a request's terms."""
    caucus = SpaceRef(disclosure.dispute_id, disclosure.caucus_id)
    text = await uow.vault.open_text(uow.session, caucus, disclosure.id, disclosure.terms_sealed)
    return msgspec.json.decode(text, type=Terms)
