"""The rooms: who enters, who speaks, what is new, and what rests sealed."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.errors import InvalidInputError, NotFoundError
from odr.ids import AccountId, DisputeId, MessageId, MissionId, PartyId, new_id
from odr.people.models import Account
from odr.spaces.commands import MESSAGE_LIMIT, ensure_space, post_message
from odr.spaces.models import Message, Space
from odr.spaces.queries import find_space, messages_in, space_of, spaces_for, visible_space
from odr.visibility.terms import SpaceKind
from tests.builders import a_case
from vault import SealError


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "secretariat")
    return case, {name: await sign_in(case.people[name]) for name in names}


def room(case, name):
    return f"/disputes/{case.id}/rooms/{case.spaces[name]}"


async def say(client, case, space, text, **headers):
    fields = {"csrf_token": client.headers["X-CSRF-Token"], "text": text}
    return await client.post(f"{room(case, space)}/messages", data=fields, headers=headers)


@pytest.mark.parametrize(
    ("person", "rooms"),
    [
        ("claimant", ["private_claimant", "caucus_claimant", "joint"]),
        ("claimant_counsel", ["private_claimant", "caucus_claimant", "joint"]),
        ("respondent", ["private_respondent", "caucus_respondent", "joint"]),
        ("mediator", ["caucus_claimant", "caucus_respondent", "joint", "notes"]),
        ("expert", []),
        ("secretariat", []),
        ("archivist", []),
        ("stranger", []),
    ],
)
async def test_everybody_has_their_own_rooms_and_no_others(platform, person, rooms):
    case = await a_case(platform)
    async with platform.unit(write=False) as uow:
        found = await spaces_for(uow, case.people[person], case.id)
        assert [space.id for space in found] == [case.spaces[name] for name in rooms]
        for name, space_id in case.spaces.items():
            if name in rooms:
                assert (await visible_space(uow, case.people[person], case.id, space_id)).id == space_id
            else:
                with pytest.raises(NotFoundError):
                    await visible_space(uow, case.people[person], case.id, space_id)


async def test_a_room_is_made_once_however_many_ask(platform):
    dispute, party = DisputeId(new_id()), PartyId(new_id())

    async def make():
        async with platform.unit() as uow:
            return await ensure_space(uow, dispute, SpaceKind.CAUCUS, party)

    made = await asyncio.gather(*(make() for _ in range(5)))
    assert len({space.id for space in made}) == 1
    async with platform.unit(write=False) as uow:
        assert len(list(await uow.session.scalars(select(Space).where(Space.dispute_id == dispute)))) == 1
        assert (await space_of(uow, dispute, SpaceKind.CAUCUS, party)).id == made[0].id
        assert await find_space(uow, dispute, SpaceKind.JOINT) is None
        with pytest.raises(NotFoundError):
            await space_of(uow, dispute, SpaceKind.JOINT)
        events = await uow.vault.ledger.events(uow.session, made[0].ref)
        assert [event.event["event"] for event in events] == ["SpaceOpened"]


async def test_an_experts_desk_is_that_experts_alone(platform):
    case = await a_case(platform)
    async with platform.unit() as uow:
        mine = await ensure_space(
            uow, case.id, SpaceKind.EXPERT, mission_id=MissionId(new_id()), holder_id=case.people["expert"].account_id
        )
        other = await ensure_space(
            uow, case.id, SpaceKind.EXPERT, mission_id=MissionId(new_id()), holder_id=AccountId(new_id())
        )
    async with platform.unit(write=False) as uow:
        assert [space.id for space in await spaces_for(uow, case.people["expert"], case.id)] == [mine.id]
        for name in ("mediator", "claimant", "respondent"):
            assert mine.id not in {space.id for space in await spaces_for(uow, case.people[name], case.id)}
        with pytest.raises(NotFoundError):
            await visible_space(uow, case.people["expert"], case.id, other.id)


@pytest.mark.parametrize(
    ("space", "readers"),
    [
        ("caucus_claimant", {"claimant", "claimant_counsel", "mediator"}),
        ("joint", {"claimant", "claimant_counsel", "respondent", "mediator"}),
        ("notes", {"mediator"}),
    ],
)
async def test_a_message_is_read_by_its_room_and_by_nobody_else(table, space, readers):
    case, clients = table
    author = "mediator" if space == "notes" else "claimant"
    assert (await say(clients[author], case, space, "Une phrase bien à nous")).status_code == 303
    for name, client in clients.items():
        answer = await client.get(room(case, space))
        assert (answer.status_code == 200) == (name in readers), name
        assert ("Une phrase bien à nous" in answer.text) == (name in readers), name


async def test_a_caucus_looks_unlike_the_joint_space(table):
    case, clients = table
    caucus = (await clients["claimant"].get(room(case, "caucus_claimant"))).text
    joint = (await clients["claimant"].get(room(case, "joint"))).text
    assert '<body data-room="caucus"' in caucus
    assert '<body data-room="joint"' in joint
    assert "Envoyer en aparté" in caucus
    assert "Envoyer à tous" in joint
    assert "Déposer en aparté" in caucus
    assert "Partager avec tous" in joint


async def test_htmx_gets_the_fragment_and_forms_without_scripts_the_page(table):
    case, clients = table
    fragment = await say(clients["claimant"], case, "joint", "Par fragment", **{"HX-Request": "true"})
    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<section id="_messages"')
    assert "Par fragment" in fragment.text
    plain = await say(clients["claimant"], case, "joint", "Par page")
    assert plain.headers["location"] == f"{room(case, 'joint')}?done=said#messages"


async def test_an_empty_or_endless_message_is_refused_and_what_was_typed_stays(platform, table):
    case, clients = table
    long = "a" * MESSAGE_LIMIT + "z"
    for headers in ({}, {"HX-Request": "true"}):
        refused = await say(clients["claimant"], case, "joint", long, **headers)
        assert refused.status_code == 422
        assert long in refused.text
        assert (await say(clients["claimant"], case, "joint", " \n ", **headers)).status_code == 422
    async with platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await post_message(uow, case.people["claimant"], case.id, case.spaces["joint"], text="\x00")
    assert (await say(clients["claimant"], case, "joint", "a" * MESSAGE_LIMIT)).status_code == 303


async def test_a_message_is_shown_as_text_only(table):
    case, clients = table
    await say(clients["claimant"], case, "joint", "<script>alert(1)</script>\u202egnp.exe\x07")
    page = (await clients["respondent"].get(room(case, "joint"))).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page


async def test_messages_rest_sealed_under_their_rooms_key(platform, table):
    case, clients = table
    await say(clients["claimant"], case, "caucus_claimant", "Phrase scellée")
    async with platform.unit(write=False) as uow:
        row = await uow.session.scalar(select(Message))
        assert b"Phrase" not in row.body_sealed
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("joint"), row.id, row.body_sealed)


async def test_more_than_fifty_messages_come_in_pages(platform, table):
    case, clients = table
    for number in range(53):
        async with platform.unit() as uow:
            await post_message(
                uow, case.people["claimant"], case.id, case.spaces["joint"], text=f"message {number:03}."
            )
    newest = (await clients["respondent"].get(room(case, "joint"))).text
    assert "message 052." in newest
    assert "message 003." in newest
    assert "message 002." not in newest
    assert newest.index("message 003.") < newest.index("message 052.")
    earlier = newest.split("?before=")[1].split("#")[0]
    older = (await clients["respondent"].get(f"{room(case, 'joint')}?before={earlier}")).text
    assert "message 002." in older
    assert "message 003." not in older
    async with platform.unit(write=False) as uow:
        space = await visible_space(uow, case.people["respondent"], case.id, case.spaces["caucus_respondent"])
        with pytest.raises(NotFoundError):
            await messages_in(uow, case.people["respondent"], space, before=MessageId(uuid4()))
    assert (await clients["respondent"].get(f"{room(case, 'joint')}?before=nonsense")).status_code == 200
    assert (await clients["respondent"].get(f"{room(case, 'joint')}?before={uuid4()}")).status_code == 404


async def test_what_came_since_the_last_visit_is_marked(table, clock):
    case, clients = table
    await clients["respondent"].get(room(case, "joint"))
    clock.advance(hours=2)
    await say(clients["claimant"], case, "joint", "Pendant votre absence")
    clock.advance(hours=2)
    page = (await clients["respondent"].get(room(case, "joint"))).text
    assert "Nouveau depuis votre dernière visite" in page
    clock.advance(minutes=5)
    again = (await clients["respondent"].get(room(case, "joint"))).text
    assert "Nouveau depuis votre dernière visite" in again  # the same visit goes on
    clock.advance(hours=1)
    later = (await clients["respondent"].get(room(case, "joint"))).text
    assert "Nouveau depuis votre dernière visite" not in later
    assert "Nouveau depuis" not in (await clients["claimant"].get(room(case, "joint"))).text  # one's own is not new


async def test_nobody_speaks_outside_the_stages_for_it(platform, table):
    case, clients = table
    async with platform.unit() as uow:
        (await uow.session.get_one(Dispute, case.id)).stage = Stage.SUSPENDED
    for space in ("joint", "caucus_claimant"):
        assert (await say(clients["claimant"], case, space, "Encore ?")).status_code == 409
        page = await clients["claimant"].get(room(case, space))
        assert page.status_code == 200
        assert "<textarea" not in page.text
    assert (await say(clients["mediator"], case, "notes", "Une note reste possible")).status_code == 303


async def test_a_draft_has_no_messages(table):
    case, clients = table
    assert (await say(clients["claimant"], case, "private_claimant", "x")).status_code == 403
    assert 'id="messages"' not in (await clients["claimant"].get(room(case, "private_claimant"))).text


async def test_a_page_speaks_the_accounts_language(platform, table, sign_in):
    case, _ = table
    async with platform.unit() as uow:
        (await uow.session.get_one(Account, case.people["respondent"].account_id)).language = "en"
    client = await sign_in(replace(case.people["respondent"], language="en"))
    assert "Everyone at the table." in (await client.get(room(case, "joint"))).text
    assert (await client.get(room(case, "caucus_claimant"))).text.count("There is nothing here for you") > 0


async def test_the_address_of_a_form_leads_back_to_its_room(table):
    case, clients = table
    for name in ("messages", "exhibits"):
        answer = await clients["claimant"].get(f"{room(case, 'joint')}/{name}")
        assert (answer.status_code, answer.headers["location"]) == (303, room(case, "joint"))
