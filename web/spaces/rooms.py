"""A room's page: what it shows to whom, made here for every handler that answers with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from odr.crossing.messages import stoppable_among
from odr.crossing.waivers import speaks_for
from odr.disputes.lifecycle import ACTIVITIES as STAGES
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.evidence.handed import handed_in
from odr.evidence.queries import ExhibitKind, exhibits_in
from odr.ids import DisputeId, MessageId, SpaceId
from odr.offers.queries import has_offers
from odr.platform import Platform
from odr.spaces.commands import ACTIVITIES, MESSAGE_LIMIT, note_visit, visit_is_due
from odr.spaces.queries import SpaceFacts, messages_in, spaces_for, visible_space
from odr.spaces.reading import read_on
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from odr.visibility.terms import Act, SpaceKind, Thing
from odr.words import _, phrase
from web.answer import Answer, AnyRequest, Form, page
from web.evidence.phrases import KINDS, kind_choices, mismatch_words, origin_choices

NAMES = {
    SpaceKind.PRIVATE: phrase("Private draft"),
    SpaceKind.CAUCUS: phrase("Caucus"),
    SpaceKind.JOINT: phrase("Joint space"),
    SpaceKind.EXPERT: phrase("Expert's desk"),
    SpaceKind.NOTES: phrase("Mediator's notes"),
}


@dataclass(slots=True)
class Asked:
    """What the address asks a room's page for."""

    words: str = ""
    kind: ExhibitKind | None = None
    prefix: str = ""
    after: str = ""
    before: MessageId | None = None
    form: Form | None = None
    message_form: Form | None = None
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


def asked_of(request: AnyRequest) -> Asked:
    """Read a room's address; what makes no sense in it counts as not given."""
    query = request.query_params
    asked = Asked(
        words=query.get("q", "").strip()[:200], prefix=query.get("side", "")[:4], after=query.get("after", "")[:20]
    )
    if query.get("kind", "") in set(ExhibitKind):
        asked.kind = ExhibitKind(query["kind"])
    try:
        asked.before = MessageId(UUID(query["before"])) if "before" in query else None
    except ValueError:
        asked.before = None
    return asked


def name_of(space: SpaceFacts) -> str:
    """Return what a room is called in the reader's language."""
    return _(NAMES[space.kind])


def is_mediator(actor: Actor, dispute_id: DisputeId) -> bool:
    """Tell whether the actor mediates this dispute."""
    seat = actor.seat_in(dispute_id)
    return seat is not None and seat.role is SeatRole.MEDIATOR


def tabs_of(actor: Actor, rooms: Sequence[SpaceFacts], here: SpaceId) -> list[tuple[str, str, bool]]:
    """Return the rooms that the reader may enter; a mediator's caucuses bear their party's name."""
    return [(_called(actor, room), path_of(room), room.id == here) for room in rooms]


def _called(actor: Actor, room: SpaceFacts) -> str:
    if room.kind is SpaceKind.CAUCUS and is_mediator(actor, room.dispute_id):
        return f"{name_of(room)} · {room.party_name}"
    return name_of(room)


def path_of(space: SpaceFacts) -> str:
    """Return a room's path."""
    return f"/disputes/{space.dispute_id}/rooms/{space.id}"


async def look_in(
    platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, before: MessageId | None = None
) -> None:
    """Note that the actor looks at the dispute now, and which messages they are handed, before the page is read."""
    await read_on(platform, actor, dispute_id, space_id, before)
    async with platform.unit(write=False) as uow:
        await visible_space(uow, actor, dispute_id, space_id)
        due = await visit_is_due(uow, actor, dispute_id)
    if due:
        async with platform.unit() as uow:
            await note_visit(uow, actor, dispute_id)


def talks_apart(dispute: DisputeFacts) -> bool:
    """Tell whether the dispute is at a stage where parties and mediator talk apart."""
    return dispute.stage in STAGES[ACTIVITIES[SpaceKind.CAUCUS]]


def writes(actor: Actor, space: SpaceFacts, dispute: DisputeFacts, thing: Thing) -> bool:
    """Tell whether the actor may put such a thing into this room at this stage: whether to show its form."""
    owner_id = actor.party_in(dispute.id) if space.kind is SpaceKind.JOINT else space.party_id
    allowed = actor.may(Act.WRITE, thing, space.place_of(owner_id)) is not None
    return allowed and dispute.stage in STAGES[ACTIVITIES[space.kind]]


async def message_context(
    uow: UnitOfWork, actor: Actor, space: SpaceFacts, dispute: DisputeFacts, asked: Asked
) -> dict[str, Any]:
    """Return what the list of messages and its form show."""
    thing = Thing.NOTE if space.kind is SpaceKind.NOTES else Thing.MESSAGE
    speaks = space.kind in {SpaceKind.CAUCUS, SpaceKind.JOINT, SpaceKind.NOTES}
    shown = await messages_in(uow, actor, space, before=asked.before) if speaks else None
    return {
        "space": space,
        "speaks": speaks,
        "room_path": path_of(space),
        "messages": shown.messages if shown else (),
        "earlier": f"{path_of(space)}?before={shown.earlier}#messages" if shown and shown.earlier else "",
        "newest": f"{path_of(space)}#messages" if asked.before else "",
        "may_speak": speaks and writes(actor, space, dispute, thing),
        "message_form": asked.message_form,
        "message_limit": MESSAGE_LIMIT,
        "announce": "",
        "stoppable": await stoppable_among(uow, actor, dispute.id, [each.id for each in shown.messages])
        if shown
        else (),
        "crosses": space.kind is SpaceKind.CAUCUS
        and talks_apart(dispute)
        and (is_mediator(actor, dispute.id) or speaks_for(actor, dispute.id)),
        "mediates": is_mediator(actor, dispute.id),
    }


async def room_page(
    request: AnyRequest,
    platform: Platform,
    actor: Actor,
    dispute_id: DisputeId,
    space_id: SpaceId,
    asked: Asked,
    *,
    status: int = 200,
) -> Answer:
    """Answer with a room's page."""
    async with platform.unit(write=False) as uow:
        space = await visible_space(uow, actor, dispute_id, space_id)
        dispute = await visible_dispute(uow, actor, dispute_id)
        rooms = await spaces_for(uow, actor, dispute_id)
        exhibits = await exhibits_in(
            uow,
            actor,
            dispute_id,
            space_id,
            words=asked.words,
            kind=asked.kind,
            prefix=asked.prefix,
            after=asked.after,
        )
        talk = await message_context(uow, actor, space, dispute, asked)
        handed = await handed_in(uow, actor, space) if space.kind is SpaceKind.CAUCUS else ()
        offers = space.kind is SpaceKind.JOINT and await has_offers(uow, actor, dispute)
    thing = Thing.WORKING_PAPER if space.kind is SpaceKind.EXPERT else Thing.EXHIBIT
    query = {"q": asked.words, "kind": asked.kind or "", "side": asked.prefix}
    sees_as = is_mediator(actor, dispute_id) and space.kind is SpaceKind.JOINT
    return page(
        request,
        "spaces/page.html",
        eyes=[(each.name, f"/disputes/{dispute_id}/as/{each.id}") for each in dispute.parties] if sees_as else [],
        status=status,
        dispute=dispute,
        title=_called(actor, space),
        tabs=tabs_of(actor, rooms, space.id),
        holds_exhibits=space.kind is not SpaceKind.NOTES,
        exhibits=exhibits,
        handed=handed,
        offers_path=f"/disputes/{dispute_id}/offers" if offers else "",
        older=_next_path(path_of(space), query, exhibits.after),
        query=query,
        searching=any(query.values()),
        kinds=KINDS,
        mismatch_words=mismatch_words,
        kind_choices=kind_choices(),
        side_choices=_sides(dispute),
        origin_choices=origin_choices(),
        may_lodge=space.kind is not SpaceKind.NOTES and writes(actor, space, dispute, thing),
        lodging_is_open=asked.form is not None or not exhibits.rows or space.kind is SpaceKind.PRIVATE,
        upload_limit=platform.settings.upload_limit,
        form=asked.form,
        refused=asked.extra.get("refused"),
        **talk,
    )


def _sides(dispute: DisputeFacts) -> list[tuple[str, str]]:
    return [
        *((party.prefix, f"{party.prefix} · {party.name}") for party in dispute.parties),
        ("E", _("E · Neutral expert")),
        ("M", _("M · Mediator")),
    ]


def _next_path(path: str, query: dict[str, str], after: str | None) -> str:
    if after is None:
        return ""
    return f"{path}?{urlencode({name: value for name, value in {**query, 'after': after}.items() if value})}#exhibits"
