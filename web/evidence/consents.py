"""Consent before disclosure on pages: a party answers what it is asked, or offers (the mediator's side: asking.py)."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.waivers import speaks_for
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.cards import card_apart
from odr.evidence.consents import give_consent, offer_disclosure, refuse_consent
from odr.evidence.disclosures import DisclosureState, Form
from odr.evidence.queries import exhibits_in, visible_exhibit
from odr.evidence.redactions import copies_of
from odr.evidence.requests import DAYS, MOST_DAYS, TEXT_LIMIT
from odr.evidence.tickets import disclosure_of
from odr.ids import DisclosureId, DisputeId, ExhibitId
from odr.parties.queries import parties_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.answer import Answer, go, id_in, page, read_form
from web.evidence.asking import PATH, card_of, chosen_in, days_of, kept_in, others_of
from web.evidence.phrases import FORMS, SENTENCES


@get(f"{PATH}/offer")
async def offer_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show the party's form to let the mediator disclose an exhibit when they think fit."""
    context = await _offer_context(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return page(request, "evidence/offer.html", form=None, **context)


@post(f"{PATH}/offer", status_code=200)
async def offer(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Offer."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    try:
        await offer_disclosure(
            uow,
            actor,
            dispute,
            exhibit,
            purpose=form["purpose"],
            days=days_of(form),
            recipients=chosen_in(form),
        )
    except InvalidInputError as error:
        context = await _offer_context(uow, actor, dispute, exhibit)
        context |= kept_in(form, error)
        return page(request, "evidence/offer.html", status=422, **context)
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="offered")


@get(f"{PATH}/consent")
async def consent_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show the party what it is asked: for which exhibit, to whom, for what, in which form."""
    instead = id_in(request.query_params.get("instead", ""))
    context = await _consent_context(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id), instead)
    return page(request, "evidence/consent.html", form=None, refusal=None, **context)


@post(f"{PATH}/consent", status_code=200)
async def consent(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Consent to exactly what was shown."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    seen, instead = id_in(form["seen"]), id_in(form["instead"])
    if seen is None:
        raise NotFoundError
    try:
        await give_consent(
            uow, actor, dispute, exhibit, seen=DisclosureId(seen), instead=ExhibitId(instead) if instead else None
        )
    except InvalidInputError as error:
        context = await _consent_context(uow, actor, dispute, exhibit)
        form.keep(error, SENTENCES)
        return page(request, "evidence/consent.html", status=422, form=form, refusal=None, **context)
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="consented")


@post(f"{PATH}/refuse", status_code=200)
async def refuse(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Refuse, with a reason or without."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    try:
        await refuse_consent(uow, actor, dispute, exhibit, reason=form["reason"])
    except InvalidInputError as error:
        context = await _consent_context(uow, actor, dispute, exhibit)
        form.keep(error, SENTENCES)
        return page(request, "evidence/consent.html", status=422, form=None, refusal=form, **context)
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="refused")


def _require_voice(actor: Actor, dispute_id: DisputeId) -> None:
    if not speaks_for(actor, dispute_id):
        raise NotPermittedError("for_your_voice")


async def _offer_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> dict[str, Any]:
    exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    if not exhibit.mine or exhibit.room is not SpaceKind.CAUCUS:
        raise NotFoundError
    _require_voice(actor, dispute_id)
    others = await others_of(uow, exhibit)
    card = await card_of(uow, actor, dispute_id, exhibit_id, apart=False)
    if others["others"]:  # its party's ticks decide which of the two it will be
        card["handed_card"] = await card_apart(uow, actor, dispute_id, exhibit_id)
    return {
        "exhibit": exhibit,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
        "text_limit": TEXT_LIMIT,
        "days": DAYS,
        "most_days": MOST_DAYS,
        **others,
        **card,
    }


async def _consent_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, instead: UUID | None = None
) -> dict[str, Any]:
    exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    disclosure = await disclosure_of(uow, actor, dispute_id, exhibit_id) if exhibit.mine else None
    if disclosure is None or disclosure.state is not DisclosureState.ASKED or disclosure.lapsed:
        raise NotFoundError
    _require_voice(actor, dispute_id)
    caucus = next(placement for placement in exhibit.placements if placement.kind is SpaceKind.CAUCUS)
    names = {party.id: party.name for party in await parties_of(uow, dispute_id)}
    others: list[tuple[str, str]] = []
    after: str | None = "" if disclosure.form is not Form.ORIGINAL else None
    while after is not None:
        listed = await exhibits_in(uow, actor, dispute_id, caucus.space_id, after=after)
        mine = (row for row in listed.rows if row.mine and row.id != exhibit_id)
        others += [(str(row.id), f"{row.number} · {row.title}") for row in mine]
        after = listed.after
    copies = {str(copy.exhibit_id) for copy in await copies_of(uow, actor, dispute_id, exhibit_id)}
    others.sort(key=lambda other: other[0] not in copies)  # the copies made of it first, else as they are numbered
    is_original = disclosure.form is Form.ORIGINAL
    likely = others[0][0] if others and others[0][0] in copies else ""
    chosen = str(instead) if str(instead) in dict(others) else likely
    released = exhibit_id if is_original else ExhibitId(UUID(chosen)) if chosen else None
    return {
        **(
            await card_of(uow, actor, dispute_id, released, apart=disclosure.apart)
            if released
            else {"exhibits": None, "handed_card": None}
        ),
        "exhibit": exhibit,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
        "room_path": f"/disputes/{dispute_id}/rooms/{caucus.space_id}",
        "disclosure": disclosure,
        "is_original": is_original,
        "form_word": _(FORMS[disclosure.form][0]),
        "recipients": [names.get(each, "") for each in disclosure.recipients],
        "others": others,
        "chosen": chosen,
        "text_limit": TEXT_LIMIT,
    }
