"""Minutes: drafted unseen, published at one instant, approved or contested, written anew; of a caucus, to it alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from odr.archive.commands import close_file
from odr.archive.telling import minutes_told
from odr.chronicle import happened
from odr.deadlines.calendar import day_of
from odr.deadlines.table import Deadline, due_at
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import dispute_facts
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.notices.models import Notice
from odr.people.models import SeatRow
from odr.people.queries import load_actor
from odr.sessions.commands import call_meeting, note_meeting
from odr.sessions.keeping import TEXT_LIMIT, approve_minutes, contest_minutes, draft_minutes, publish_minutes
from odr.sessions.models import Minutes, MinutesAnswer, MinutesDraft
from odr.sessions.plan import Plan
from odr.sessions.reading import MinutesReply, minutes_for
from odr.spaces.queries import space_of
from odr.tasks import awaited
from odr.visibility.actor import SeatRole
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import PUBLIC_URL, a_case
from tests.mailbox import mails, text_of
from vault import SealError
from web.api.bearer import make_bearer

TEXT = "Les parties se sont accordées sur un calendrier de recette."


@pytest.fixture
async def case(platform):
    return await a_case(platform)


async def a_meeting(platform, clock, case, *, apart="", held=True):
    async with platform.unit() as uow:
        plan = Plan(uow.now() + timedelta(hours=1), 60, "Salle 7", "")
        with_whom = case.parties[apart] if apart else None
        meeting_id = await call_meeting(uow, case.people["mediator"], case.id, plan, apart_with=with_whom)
    clock.advance(hours=2)
    if held:
        async with platform.unit() as uow:
            await note_meeting(uow, case.people["mediator"], case.id, meeting_id, held=True)
    await Worker(platform).drain()
    return meeting_id


async def publish(platform, case, meeting, text=TEXT, *, seen=0, who="mediator"):
    async with platform.unit() as uow:
        return await publish_minutes(uow, case.people[who], case.id, meeting, text=text, seen=seen)


async def draft(platform, case, meeting, text, who="mediator"):
    async with platform.unit() as uow:
        await draft_minutes(uow, case.people[who], case.id, meeting, text=text)


async def approve(platform, case, meeting, who, number=1):
    async with platform.unit() as uow:
        await approve_minutes(uow, case.people[who], case.id, meeting, number=number)


async def contest(platform, case, meeting, who, why="Le 12 mai manque.", number=1):
    async with platform.unit() as uow:
        await contest_minutes(uow, case.people[who], case.id, meeting, number=number, why=why)


async def book(platform, case, meeting, who):
    async with platform.unit(write=False) as uow:
        return await minutes_for(uow, case.people[who], case.id, meeting)


async def told(platform, case):
    """Who was told of minutes, of what kind, and when."""
    await Worker(platform).drain()
    names = {actor.account_id: name for name, actor in case.people.items()}
    async with platform.unit(write=False) as uow:
        rows = await uow.session.execute(select(Notice.account_id, Notice.kind, Notice.at).order_by(Notice.at))
        return [(names[row.account_id], row.kind, row.at) for row in rows if "meeting" not in row.kind]


async def tasks_of(platform, case, who):
    async with platform.unit(write=False) as uow:
        return await awaited(uow, case.people[who], await dispute_facts(uow, case.id))


async def as_member(platform, case):
    second = case.people["claimant_counsel"]
    async with platform.unit() as uow:
        row = update(SeatRow).where(SeatRow.id == second.seats[0].seat_id).values(role=SeatRole.MEMBER)
        await uow.session.execute(row)
    async with platform.unit(write=False) as uow:
        case.people["claimant_counsel"] = await load_actor(uow, second.account_id)


async def test_a_draft_is_its_authors_alone_until_everyone_gets_the_minutes_at_the_same_instant(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    await draft(platform, case, meeting, "À relire : le calendrier.")
    assert (await book(platform, case, meeting, "mediator")).draft == "À relire : le calendrier."
    for who in ("claimant", "respondent"):
        seen = await book(platform, case, meeting, who)
        assert (seen.versions, seen.draft, seen.may_draft, seen.may_approve) == ((), "", False, False)
    assert await told(platform, case) == []
    await publish(platform, case, meeting)
    found = await told(platform, case)
    assert {(name, kind) for name, kind, _at in found} == {
        (name, "minutes_published") for name in ("claimant", "claimant_counsel", "respondent")
    }
    assert len({at for _name, _kind, at in found}) == 1
    texts = {who: (await book(platform, case, meeting, who)).versions[0] for who in ("claimant", "respondent")}
    assert texts["claimant"] == texts["respondent"]
    assert texts["claimant"].text == TEXT
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(MinutesDraft)) is None
        row = (await uow.session.scalars(select(Minutes))).one()
        assert TEXT.encode() not in row.text_sealed
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("caucus_claimant"), row.id, row.text_sealed)
    assert all(TEXT not in text_of(mail) for mail in await mails(platform))


async def test_minutes_hold_once_every_party_approved_the_same_version(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    await publish(platform, case, meeting)
    assert [task.label for task in await tasks_of(platform, case, "respondent") if task.mine and "compte" in task.label]
    await approve(platform, case, meeting, "claimant_counsel")
    half = await book(platform, case, meeting, "mediator")
    assert (half.agreed, half.versions[0].awaited) == (False, ("Société respondent",))
    with pytest.raises(ConflictError, match="minutes_answered"):
        await contest(platform, case, meeting, "claimant")
    await approve(platform, case, meeting, "respondent")
    whole = await book(platform, case, meeting, "mediator")
    assert (whole.agreed, whole.may_publish, whole.versions[0].awaited) == (True, False, ())
    with pytest.raises(ConflictError, match="minutes_agreed"):
        await publish(platform, case, meeting, "Autre chose.", seen=1)
    assert [kind for _name, kind, _at in await told(platform, case)].count("minutes_answered") == 6
    assert not [task for task in await tasks_of(platform, case, "respondent") if "compte" in task.label]


async def test_what_a_party_contests_is_read_by_all_and_a_new_version_is_answered_anew(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    await publish(platform, case, meeting)
    await approve(platform, case, meeting, "claimant")
    await contest(platform, case, meeting, "respondent")
    seen = await book(platform, case, meeting, "claimant")
    assert [(each.party_name, each.reply, each.why) for each in seen.versions[0].answers] == [
        ("Société claimant", MinutesReply.APPROVED, ""),
        ("Société respondent", MinutesReply.CONTESTED, "Le 12 mai manque."),
    ]
    assert [task.label for task in await tasks_of(platform, case, "mediator") if "contesté" in task.label] == [
        "Récrire le compte rendu contesté d’une réunion"  # noqa: RUF001 -- French typography
    ]
    with pytest.raises(InvalidInputError) as refused:
        await publish(platform, case, meeting, seen=1)
    assert refused.value.fields == {"text": "nothing_changed"}
    with pytest.raises(ConflictError, match="minutes_newer"):
        await publish(platform, case, meeting, f"{TEXT} Le 12 mai.", seen=0)
    assert await publish(platform, case, meeting, f"{TEXT} Le 12 mai.", seen=1) == 2
    with pytest.raises(ConflictError, match="minutes_newer"):
        await approve(platform, case, meeting, "claimant", number=1)
    for who in ("claimant", "respondent"):
        await approve(platform, case, meeting, who, number=2)
    whole = await book(platform, case, meeting, "respondent")
    assert ([each.number for each in whole.versions], whole.agreed) == ([2, 1], True)
    async with platform.unit(write=False) as uow:
        joint = await space_of(uow, case.id, SpaceKind.JOINT)
        record = await minutes_told(uow, joint, await dispute_facts(uow, case.id))
    assert [(each["version"], [answer["reply"] for answer in each["answers"]]) for each in record] == [
        (1, ["approved", "contested"]),
        (2, ["approved", "approved"]),
    ]


async def test_who_has_not_answered_is_reminded_and_silence_approves_nothing(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    now = clock()
    await publish(platform, case, meeting)
    due = due_at(Deadline.MINUTES, now)
    assert (await book(platform, case, meeting, "claimant")).versions[0].answer_by == due
    await approve(platform, case, meeting, "claimant")
    while day_of(clock()) <= day_of(due):
        clock.advance(days=1)
        await Worker(platform).drain()
    kinds = [(name, kind) for name, kind, _at in await told(platform, case)]
    assert ("respondent", "deadline_near") in kinds
    assert [name for name, kind in kinds if kind == "minutes_unanswered"] == ["mediator"]
    assert (await book(platform, case, meeting, "mediator")).agreed is False
    assert (await book(platform, case, meeting, "respondent")).may_approve


async def test_minutes_of_a_caucus_are_its_partys_and_the_mediators_and_nobody_else_learns_of_them(
    platform, clock, case
):
    before = [(name, kind) for name, kind, _at in await told(platform, case)]
    meeting = await a_meeting(platform, clock, case, apart="claimant")
    await draft(platform, case, meeting, "Pour moi.")
    await publish(platform, case, meeting)
    assert (await book(platform, case, meeting, "claimant")).versions[0].answer_by is None
    for who in ("respondent", "expert", "secretariat", "archivist", "stranger"):
        with pytest.raises(NotFoundError):
            await book(platform, case, meeting, who)
        for act in (approve, contest):
            with pytest.raises(NotFoundError):
                await act(platform, case, meeting, who)
        with pytest.raises(NotFoundError):
            await publish(platform, case, meeting, "Rien.", seen=1, who=who)
    await as_member(platform, case)
    with pytest.raises(NotPermittedError):
        await approve(platform, case, meeting, "claimant")
    await contest(platform, case, meeting, "claimant_counsel", "Je n'ai pas dit cela.")
    assert await publish(platform, case, meeting, "Autrement.", seen=1) == 2
    found = [(name, kind) for name, kind, _at in await told(platform, case)]
    assert {name for name, _kind in found[len(before) :]} == {"claimant", "claimant_counsel", "mediator"}
    for who in ("respondent", "archivist", "secretariat"):
        assert not [task for task in await tasks_of(platform, case, who) if "compte" in task.label]
    async with platform.unit(write=False) as uow:
        joint = await space_of(uow, case.id, SpaceKind.JOINT)
        assert await minutes_told(uow, joint, await dispute_facts(uow, case.id)) == []
        said = [line.text for line in await happened(uow, case.people["respondent"], case.id)]
        row = (await uow.session.scalars(select(MinutesAnswer))).one()
        assert b"pas dit" not in (row.why_sealed or b"")
        with pytest.raises(SealError):
            await uow.vault.open_text(uow.session, case.ref("joint"), row.label, row.why_sealed or b"")
    assert not [text for text in said if "compte rendu" in text or "entretien" in text]


async def test_who_acts_for_a_party_answers_and_the_mediator_alone_writes(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    await publish(platform, case, meeting)
    await as_member(platform, case)
    for act in (approve, contest):
        with pytest.raises(NotPermittedError, match="for_your_agent"):
            await act(platform, case, meeting, "claimant_counsel")
        with pytest.raises(NotPermittedError, match="not_permitted"):
            await act(platform, case, meeting, "mediator")
        for outsider in ("expert", "secretariat", "archivist", "stranger"):
            with pytest.raises(NotFoundError):
                await act(platform, case, meeting, outsider)
    for party in ("claimant", "respondent"):
        with pytest.raises(NotPermittedError):
            await publish(platform, case, meeting, "Nous seuls.", seen=1, who=party)
        with pytest.raises(NotPermittedError):
            await draft(platform, case, meeting, "Nous seuls.", who=party)


async def test_nothing_empty_too_long_or_of_a_meeting_not_held_is_published_and_nothing_once_it_is_over(
    platform, clock, case
):
    meeting = await a_meeting(platform, clock, case, held=False)
    await draft(platform, case, meeting, "D'avance.")
    with pytest.raises(ConflictError, match="meeting_not_held"):
        await publish(platform, case, meeting)
    async with platform.unit() as uow:
        await note_meeting(uow, case.people["mediator"], case.id, meeting, held=True)
    for text, code in ((" ", "required"), ("x" * (TEXT_LIMIT + 1), "too_long")):
        with pytest.raises(InvalidInputError) as refused:
            await publish(platform, case, meeting, text)
        assert refused.value.fields == {"text": code}
    with pytest.raises(NotFoundError):
        await approve(platform, case, meeting, "claimant")
    assert (await book(platform, case, meeting, "mediator")).draft == "D'avance."
    await publish(platform, case, meeting)
    with pytest.raises(InvalidInputError) as refused:
        await contest(platform, case, meeting, "claimant", " ")
    assert refused.value.fields == {"why": "required"}
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.NOT_SETTLED))
    for act in (approve, contest):
        with pytest.raises(WrongStageError):
            await act(platform, case, meeting, "claimant")
    with pytest.raises(WrongStageError):
        await publish(platform, case, meeting, "Trop tard.", seen=1)
    assert (await book(platform, case, meeting, "respondent")).versions[0].text == TEXT


async def test_a_draft_that_was_never_published_ends_with_the_file(platform, clock, case):
    meeting = await a_meeting(platform, clock, case)
    await draft(platform, case, meeting, "Pour moi.")
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.NOT_SETTLED))
    async with platform.unit() as uow:
        await close_file(uow, case.people["secretariat"], case.id)
    async with platform.unit(write=False) as uow:
        assert await uow.session.scalar(select(MinutesDraft)) is None


async def test_pages_keep_what_is_typed_publish_and_take_answers(platform, clock, case, sign_in):
    meeting = await a_meeting(platform, clock, case)
    people = {name: await sign_in(case.people[name]) for name in ("mediator", "claimant", "respondent", "secretariat")}
    here = f"/disputes/{case.id}/meetings/{meeting}"
    assert "Rédiger le compte rendu" in (await people["mediator"].get(here)).text
    assert "/minutes" not in (await people["claimant"].get(here)).text.partition("<main")[2]
    path = f"{here}/minutes"
    kept = await people["mediator"].post(path, data={"text": "Un début.", "seen": "0", "act": "draft"})
    assert kept.headers["location"] == f"{path}?done=kept"
    assert "Un début." in (await people["mediator"].get(path)).text
    assert "Un début." not in (await people["claimant"].get(path)).text
    refused = await people["mediator"].post(path, data={"text": "", "seen": "0", "act": "publish"})
    assert refused.status_code == 422
    done = await people["mediator"].post(path, data={"text": TEXT, "seen": "0", "act": "publish"})
    assert done.headers["location"] == f"{path}?done=published"
    late = await people["mediator"].post(path, data={"text": "Une autre main.", "seen": "0", "act": "publish"})
    assert late.status_code == 409
    assert "Une autre main." in late.text
    assert "Lire le compte rendu" in (await people["claimant"].get(here)).text
    shown = (await people["claimant"].get(path)).text
    assert TEXT in shown
    assert "Approuver cette version" in shown
    empty = await people["claimant"].post(f"{path}/contest", data={"number": "1", "why": ""})
    assert empty.status_code == 422
    assert (await people["claimant"].post(f"{path}/approve", data={"number": "1"})).is_redirect
    again = await people["claimant"].post(f"{path}/contest", data={"number": "1", "why": "Trop tard."})
    assert again.status_code == 409
    assert "Trop tard." in again.text or "déjà répondu" in again.text
    said = {"number": "1", "why": "Le 12 mai manque."}
    assert (await people["respondent"].post(f"{path}/contest", data=said)).is_redirect
    assert "Le 12 mai manque." in (await people["claimant"].get(path)).text
    assert (await people["claimant"].post(path, data={"text": "x", "seen": "1", "act": "publish"})).status_code == 403
    assert (await people["secretariat"].get(path)).status_code == 404
    assert "Ce compte rendu reste tel quel" not in (await people["claimant"].get(path)).text
    async with platform.unit() as uow:
        await uow.session.execute(update(Dispute).where(Dispute.id == case.id).values(stage=Stage.NOT_SETTLED))
    assert "La médiation est terminée" in (await people["claimant"].get(path)).text


async def test_a_program_keeps_minutes_and_answers(platform, clock, case, sign_in):
    meeting = await a_meeting(platform, clock, case)
    client = await sign_in(None)
    path = f"{PUBLIC_URL}/api/v1/disputes/{case.id}/meetings/{meeting}/minutes"

    def speak_as(who):
        bearer = make_bearer(platform, case.people[who].account_id).access_token
        client.headers["Authorization"] = f"Bearer {bearer}"

    speak_as("mediator")
    assert (await client.put(f"{path}/draft", json={"text": "Un début."})).json()["draft"] == "Un début."
    assert (await client.post(path, json={"text": TEXT})).json()["versions"][0]["number"] == 1
    speak_as("claimant")
    assert (await client.post(f"{path}/approve", json={"number": 1})).json()["agreed"] is False
    speak_as("respondent")
    sent = await client.post(f"{path}/contest", json={"number": 1, "why": "Le 12 mai manque."})
    assert [each["reply"] for each in sent.json()["versions"][0]["answers"]] == ["approved", "contested"]
    refused = await client.post(f"{path}/approve", json={"number": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "minutes_answered")
