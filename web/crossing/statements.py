"""Sentences on pages: the list of what may cross over, one ticket with the card as it will stand, and what to do."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.crossing.answering import allow_statement, offer_statement, refuse_statement, withdraw_statement
from odr.crossing.commands import (
    DAYS,
    MOST_DAYS,
    TEXT_LIMIT,
    Asked,
    drop_statement,
    propose_statement,
    say_statement,
)
from odr.crossing.queries import statements_in, visible_statement
from odr.crossing.waivers import speaks_for
from odr.disputes.queries import visible_dispute
from odr.errors import InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.queries import ExhibitView, visible_exhibit
from odr.evidence.tickets import tickets_in
from odr.ids import DisputeId, ExhibitId, MessageId, PartyId, SpaceId, StatementId
from odr.parties.queries import parties_of
from odr.spaces.queries import SpaceFacts, message_in, spaces_for, visible_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import _
from web.answer import Answer, Form, go, id_in, page, read_form
from web.crossing.phrases import SENTENCES, WORDINGS, state_words, wording_choices
from web.evidence.asking import days_of
from web.evidence.phrases import disclosure_words
from web.spaces.rooms import is_mediator, path_of, talks_apart

_ROOM = "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}"
STATEMENT = "/disputes/{dispute_id:uuid}/statements/{statement_id:uuid}"


@get(f"{_ROOM}/tickets")
async def show_tickets(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Show what of a caucus may cross over, and where each ticket stands."""
    context = await _caucus_context(uow, actor, DisputeId(dispute_id), SpaceId(space_id))
    statements = await statements_in(uow, actor, context["space"])
    names = {party.id: party.name for party in await parties_of(uow, DisputeId(dispute_id))}
    exhibits = [
        (number, title, each, disclosure_words(each), [names.get(party, "") for party in each.recipients])
        for number, title, each in await tickets_in(uow, actor, context["space"])
    ]
    return page(
        request,
        "crossing/tickets.html",
        statements=statements,
        state_words=state_words,
        exhibits=exhibits,
        under_way=talks_apart(context["dispute"]),
        **context,
    )


@get(f"{_ROOM}/statements")
async def draw_form(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Show the form: the mediator asks, the party offers; ``?message=`` or ``?exhibit=`` says what it is taken from."""
    asked = id_in(request.query_params.get("message", "")), id_in(request.query_params.get("exhibit", ""))
    context = await _draw_context(uow, actor, DisputeId(dispute_id), SpaceId(space_id), *asked)
    return page(request, "crossing/draw.html", form=None, **context)


@post(f"{_ROOM}/statements", status_code=200)
async def draw(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    space_id: FromPath[UUID],
) -> Answer:
    """Ask the party, or offer."""
    form = await read_form(request)
    dispute, room = DisputeId(dispute_id), SpaceId(space_id)
    asked = _asked(form)
    command = propose_statement if is_mediator(actor, dispute) else offer_statement
    try:
        statement_id = await command(uow, actor, dispute, room, asked)
    except InvalidInputError as error:
        context = await _draw_context(uow, actor, dispute, room, asked.source_id, asked.exhibit_id)
        context["ticked"] = form.all("recipients")
        form.values.pop("recipients", None)  # the macro would keep the last one only
        return page(request, "crossing/draw.html", status=422, form=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="drawn")


@get(STATEMENT)
async def show_statement(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Show one ticket: the card exactly as it will stand, to whom, what for, until when."""
    context = await ticket_context(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return page(request, "crossing/statement.html", refusal=None, **context)


@post(f"{STATEMENT}/allow", status_code=200)
async def allow(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Consent to these very words."""
    await allow_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="allowed")


@post(f"{STATEMENT}/refuse", status_code=200)
async def refuse(
    request: Request[None, None, State],
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Refuse, with a reason or without."""
    form = await read_form(request)
    dispute, statement = DisputeId(dispute_id), StatementId(statement_id)
    try:
        await refuse_statement(uow, actor, dispute, statement, reason=form["reason"])
    except InvalidInputError as error:
        context = await ticket_context(uow, actor, dispute, statement)
        return page(request, "crossing/statement.html", status=422, refusal=form.keep(error, SENTENCES), **context)
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="refused")


@post(f"{STATEMENT}/withdraw", status_code=200)
async def withdraw(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Withdraw one's consent; what was said and not read yet is taken back."""
    await withdraw_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="withdrawn")


@post(f"{STATEMENT}/say", status_code=200)
async def say(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Say it to everyone, word for word."""
    await say_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="said")


@post(f"{STATEMENT}/drop", status_code=200)
async def drop(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    statement_id: FromPath[UUID],
) -> Answer:
    """Take the question back before it is answered."""
    await drop_statement(uow, actor, DisputeId(dispute_id), StatementId(statement_id))
    return go(f"/disputes/{dispute_id}/statements/{statement_id}", done="dropped")


def _asked(form: Form) -> Asked:
    source, exhibit = id_in(form["message"]), id_in(form["exhibit"])
    source_id, exhibit_id = MessageId(source) if source else None, ExhibitId(exhibit) if exhibit else None
    ticked = tuple(PartyId(each) for each in map(id_in, form.all("recipients")) if each is not None)
    recipients = ticked if form["choosing"] else None
    return Asked(form["text"], form["purpose"], form["wording"], source_id, days_of(form), exhibit_id, recipients)


async def _caucus_context(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> dict[str, Any]:
    space = await visible_space(uow, actor, dispute_id, space_id)
    if space.kind is not SpaceKind.CAUCUS:
        raise NotFoundError
    return {
        "space": space,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "room_path": path_of(space),
        "mediates": is_mediator(actor, dispute_id),
        "speaks": speaks_for(actor, dispute_id),
    }


async def _draw_context(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    source: UUID | None,
    behind: UUID | None,
) -> dict[str, Any]:
    context = await _caucus_context(uow, actor, dispute_id, space_id)
    if not context["mediates"] and not context["speaks"]:
        raise NotPermittedError("for_your_voice")
    message = await message_in(uow, actor, context["space"], MessageId(source)) if source else None
    exhibit = await _exhibit_behind(uow, actor, context["space"], ExhibitId(behind)) if behind else None
    owner_id = context["space"].party_id
    others = [(str(party.id), party.name) for party in await parties_of(uow, dispute_id) if party.id != owner_id]
    return {
        **context,
        "others": others if len(others) > 1 else [],
        "ticked": [party_id for party_id, _name in others],
        "message": message,
        "exhibit": exhibit,
        "back": f"/disputes/{dispute_id}/exhibits/{behind}" if exhibit else f"{context['room_path']}/tickets",
        "recipients": [name for _party_id, name in others],
        "wordings": wording_choices(),
        "text_limit": TEXT_LIMIT,
        "days": DAYS,
        "most_days": MOST_DAYS,
    }


async def _exhibit_behind(uow: UnitOfWork, actor: Actor, caucus: SpaceFacts, exhibit_id: ExhibitId) -> ExhibitView:
    exhibit = await visible_exhibit(uow, actor, caucus.dispute_id, exhibit_id)
    if exhibit.owner_id != caucus.party_id or caucus.id not in {each.space_id for each in exhibit.placements}:
        raise NotFoundError
    return exhibit


async def ticket_context(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, statement_id: StatementId
) -> dict[str, Any]:
    """Return all that the page of a sentence shows to this reader."""
    statement = await visible_statement(uow, actor, dispute_id, statement_id)
    rooms = {space.kind: path_of(space) for space in await spaces_for(uow, actor, dispute_id)}
    return {
        "statement": statement,
        "dispute": await visible_dispute(uow, actor, dispute_id),
        "path": f"/disputes/{dispute_id}/statements/{statement_id}",
        "room_path": f"/disputes/{dispute_id}/rooms/{statement.caucus_id}",
        "joint_path": rooms.get(SpaceKind.JOINT, ""),
        "mediates": is_mediator(actor, dispute_id),
        "state": state_words(statement),
        "eyes": [
            (each.name, f"/disputes/{dispute_id}/as/{each.id}/after/statements/{statement_id}")
            for each in await parties_of(uow, dispute_id)
            if each.id in statement.recipients and not statement.apart
        ],
        "wording_word": _(WORDINGS[statement.wording][0]),
        "text_limit": TEXT_LIMIT,
    }
