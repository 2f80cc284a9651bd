"""Consent before disclosure on pages: the mediator asks, and discloses on it (its party's side: consents.py)."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.evidence.cards import card_apart, card_at_the_table
from odr.evidence.disclosures import DisclosureState, ask_disclosure, disclose
from odr.evidence.queries import ExhibitView, visible_exhibit
from odr.evidence.requests import DAYS, MOST_DAYS, TEXT_LIMIT
from odr.evidence.tickets import disclosure_of
from odr.ids import DisputeId, ExhibitId, PartyId
from odr.parties.queries import parties_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import phrase
from web.answer import Answer, go, id_in, number_in, page, read_form
from web.answer import Form as Typing
from web.evidence.phrases import KINDS, SENTENCES, form_choices, mismatch_words
from web.spaces.rooms import is_mediator

_SENTENCES = {**SENTENCES, "choose_some": phrase("Tick at least one of them.")}
PATH = "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}"


@get(f"{PATH}/ask")
async def ask_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Show the mediator's form to ask a party for its consent."""
    context = await _ask_context(uow, actor, DisputeId(dispute_id), ExhibitId(exhibit_id))
    return page(request, "evidence/ask.html", form=None, **context)


@post(f"{PATH}/ask", status_code=200)
async def ask(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Ask."""
    form = await read_form(request)
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    try:
        await ask_disclosure(
            uow,
            actor,
            dispute,
            exhibit,
            purpose=form["purpose"],
            form=form["form"],
            days=days_of(form),
            recipients=chosen_in(form),
        )
    except InvalidInputError as error:
        context = await _ask_context(uow, actor, dispute, exhibit)
        context |= kept_in(form, error)
        return page(request, "evidence/ask.html", status=422, **context)
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done="asked")


@get(f"{PATH}/disclose")
async def confirm_disclosure(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Say what disclosing will do, before it is done."""
    dispute, exhibit = DisputeId(dispute_id), ExhibitId(exhibit_id)
    context = await _ask_context(uow, actor, dispute, exhibit)
    request_ = await disclosure_of(uow, actor, dispute, exhibit)
    if request_ is None or request_.state is not DisclosureState.CONSENTED or request_.consented_exhibit_id is None:
        raise NotFoundError
    released = await visible_exhibit(uow, actor, dispute, request_.consented_exhibit_id)
    card = await card_of(uow, actor, dispute, released.id, apart=request_.apart)
    parties = [each for each in await parties_of(uow, dispute) if each.id in request_.recipients]
    context["recipients"] = [each.name for each in parties]
    eyes = [
        (each.name, f"/disputes/{dispute_id}/as/{each.id}/after/exhibits/{exhibit_id}")
        for each in parties
        if not request_.apart
    ]
    return page(request, "evidence/disclose.html", eyes=eyes, disclosure=request_, released=released, **card, **context)


@post(f"{PATH}/disclose", status_code=200)
async def disclose_it(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    exhibit_id: FromPath[UUID],
) -> Answer:
    """Disclose a caucus exhibit on its party's consent."""
    of = DisputeId(dispute_id), ExhibitId(exhibit_id)
    await disclose(uow, actor, *of)
    asked = await disclosure_of(uow, actor, *of)
    done = "handed" if asked is not None and asked.apart else "disclosed"
    return go(f"/disputes/{dispute_id}/exhibits/{exhibit_id}", done=done)


async def _ask_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId) -> dict[str, Any]:
    exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
    if not is_mediator(actor, dispute_id) or exhibit.room is not SpaceKind.CAUCUS or exhibit.owner_id is None:
        raise NotFoundError
    return {
        "exhibit": exhibit,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/exhibits/{exhibit_id}",
        **await others_of(uow, exhibit),
        "form_choices": form_choices(),
        "reword_path": f"/disputes/{dispute_id}/rooms/{exhibit.space_id}/statements?exhibit={exhibit_id}",
        "text_limit": TEXT_LIMIT,
        "days": DAYS,
        "most_days": MOST_DAYS,
    }


async def card_of(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exhibit_id: ExhibitId, *, apart: bool
) -> dict[str, Any]:
    """Return what the line of an exhibit needs, as it would stand in the joint list, or in each recipient's caucus."""
    return {
        "exhibits": None if apart else await card_at_the_table(uow, actor, dispute_id, exhibit_id),
        "handed_card": await card_apart(uow, actor, dispute_id, exhibit_id) if apart else None,
        "space": None,
        "kinds": KINDS,
        "mismatch_words": mismatch_words,
    }


async def others_of(uow: UnitOfWork, exhibit: ExhibitView) -> dict[str, Any]:
    """Return who the recipients can be, and the choice among them where there is one: all of them are ticked."""
    parties = await parties_of(uow, exhibit.dispute_id)
    others = [(str(party.id), party.name) for party in parties if party.id != exhibit.owner_id]
    return {
        "recipients": [name for _party_id, name in others],
        "others": others if len(others) > 1 else [],
        "ticked": [party_id for party_id, _name in others],
    }


def kept_in(form: Typing, error: InvalidInputError) -> dict[str, Any]:
    """Return a form that must be mended, with what was ticked in it."""
    ticked = form.all("recipients")
    form.values.pop("recipients", None)  # the macro would keep the last one only
    return {"form": form.keep(error, _SENTENCES), **({"ticked": ticked} if form["choosing"] else {})}


def chosen_in(form: Typing) -> tuple[PartyId, ...] | None:
    """Return the recipients that were ticked; ``None`` where there was nothing to choose."""
    ticked = tuple(PartyId(each) for each in map(id_in, form.all("recipients")) if each is not None)
    return ticked if form["choosing"] else None


def days_of(form: Typing) -> int:
    """Return the number of days that was typed; 0, which no consent holds for, where it is none."""
    return number_in(form.values.get("days", str(DAYS)))
