"""For each role and each page and endpoint: nothing of another's caucus or draft appears."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from odr.event import EventRow
from odr.outbox import JobRow
from tests.builders import a_case
from tests.integration.evidence.hands import ids_on, lodge, lodged, numbers_on, post, room, sha256, without_reference

SECRET = "MOT-SECRET-DE-CLAIRE"
CONTENT = b"contenu secret de Claire"
PEOPLE = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "secretariat", "archivist", "stranger")
OUTSIDERS = ("respondent", "expert", "secretariat", "archivist", "stranger")


@pytest.fixture
async def world(platform, sign_in):
    """Secrets in the claimant's draft and caucus, common things in the joint space, and everybody's clients."""
    case = await a_case(platform)
    clients = {name: await sign_in(case.people[name]) for name in PEOPLE}
    claire, maya = clients["claimant"], clients["mediator"]
    await lodged(claire, case, "joint", content=b"commun 1", name="commun1.txt", title="Commun 1")
    draft = await lodged(claire, case, "private_claimant", content=CONTENT + b"1", name=f"{SECRET}1.txt", title=SECRET)
    apart = await lodged(claire, case, "caucus_claimant", content=CONTENT + b"2", name=f"{SECRET}2.txt", title=SECRET)
    await post(claire, room(case, "caucus_claimant") + "/messages", text=f"{SECRET} en aparté")
    await post(maya, room(case, "caucus_claimant") + "/messages", text=f"{SECRET} du médiateur")
    await post(maya, room(case, "notes") + "/messages", text=f"{SECRET} en note")
    await post(maya, f"{apart['url']}/ask", purpose=f"{SECRET} pour quoi", form="original")
    await lodged(claire, case, "joint", content=b"commun 2", name="commun2.txt", title="Commun 2")
    await lodged(clients["respondent"], case, "joint", content=b"commun 3", name="commun3.txt", title="Commun 3")
    return case, clients, draft, apart


def secrets_of(case, draft, apart) -> list[str]:
    """Whatever must not be seen: words, ids, digests."""
    spaces = [str(case.spaces[name]) for name in ("private_claimant", "caucus_claimant")]
    told = [draft["id"], apart["id"], draft["sha256"], apart["sha256"], draft["sha256"][:8], apart["sha256"][:8]]
    return [SECRET, "contenu secret", *spaces, *told]


async def everything(client, case, extra=()) -> dict[str, Any]:
    """All the pages of these rooms that a client can ask for, whatever comes back."""
    paths = [room(case, name) for name in case.spaces]
    paths += [f"{path}?q={SECRET}" for path in paths] + [f"{path}?kind=contract&side=C" for path in paths]
    paths += list(extra)
    return {path: await client.get(path) for path in paths}


async def test_outsiders_see_nothing_of_a_caucus_on_any_page(world):
    case, clients, draft, apart = world
    exhibit_pages = [
        f"{told['url']}{tail}"
        for told in (draft, apart)
        for tail in ("", "/file", "/receipt", "/receipt.pdf", "/receipt?room=caucus", "/share?into=joint", "/ask",
                     "/consent", "/withdraw", "/disclose")
    ]  # fmt: skip
    for name in OUTSIDERS:
        answers = await everything(clients[name], case, exhibit_pages)
        for path, answer in answers.items():
            told = answer.text.replace(path, "")
            own = path.split("?")[0].split("/")  # an id that they asked for themselves tells them nothing
            for secret in secrets_of(case, draft, apart):
                if secret in own or (f"q={SECRET}" in path and secret == SECRET):
                    continue
                assert secret not in told, (name, path, secret)
        for path in exhibit_pages:
            assert answers[path].status_code == 404, (name, path)


async def test_the_other_party_sees_its_own_rooms_and_the_joint_one_and_no_others(world):
    case, clients, *_ = world
    rene = clients["respondent"]
    allowed = {"joint", "private_respondent", "caucus_respondent"}
    for name in case.spaces:
        answer = await rene.get(room(case, name))
        assert answer.status_code == (200 if name in allowed else 404), name
    page = (await rene.get(room(case, "joint"))).text
    shown = ids_on(page)
    assert case.spaces["caucus_claimant"] not in shown
    assert case.spaces["notes"] not in shown
    assert numbers_on(page) == ["C-1", "C-2", "R-1"]  # no gap where the caucus exhibit was lodged in between


async def test_the_mediator_sees_every_caucus_and_no_draft(world):
    case, clients, draft, _ = world
    maya = clients["mediator"]
    assert (await maya.get(room(case, "private_claimant"))).status_code == 404
    assert (await maya.get(draft["url"])).status_code == 404
    tabs = (await maya.get(room(case, "notes"))).text
    for name in ("caucus_claimant", "caucus_respondent", "joint", "notes"):
        assert room(case, name) in tabs
    assert str(case.spaces["private_claimant"]) not in tabs


async def test_a_partys_search_finds_nothing_of_anothers(world):
    case, clients, *_ = world
    for name in ("joint", "caucus_respondent", "private_respondent"):
        page = (await clients["respondent"].get(f"{room(case, name)}?q={SECRET}")).text
        assert numbers_on(page) == []


async def test_what_may_not_be_read_does_not_exist_byte_for_byte(world):
    case, clients, draft, apart = world
    nowhere = f"/disputes/{case.id}/exhibits/{uuid4()}"
    for name in ("respondent", "expert", "secretariat"):
        client = clients[name]
        for method in ("GET", "HEAD", "POST"):
            for tail in (
                "",
                "/file",
                "/receipt",
                "/receipt.pdf",
                "/share",
                "/ask",
                "/consent",
                "/refuse",
                "/withdraw",
                "/disclose",
            ):
                answers = []
                for url in (draft["url"], apart["url"], nowhere):
                    fields = {"csrf_token": client.headers["X-CSRF-Token"], "into": "joint", "seen": str(uuid4())}
                    answers.append(await client.request(method, url + tail, data=fields if method == "POST" else None))
                assert len({answer.status_code for answer in answers}) == 1, (name, method, tail)
                assert len({without_reference(answer.text) for answer in answers}) == 1, (name, method, tail)
                assert len({tuple(sorted(dict(answer.headers))) for answer in answers}) == 1


async def test_a_room_that_may_not_be_entered_does_not_exist_byte_for_byte(world):
    case, clients, *_ = world
    nowhere = f"/disputes/{case.id}/rooms/{uuid4()}"
    for name in OUTSIDERS:
        client = clients[name]
        for space in ("caucus_claimant", "private_claimant", "notes", "procedure"):
            for one, other in (
                (await client.get(room(case, space)), await client.get(nowhere)),
                (
                    await post(client, room(case, space) + "/messages", text="x"),
                    await post(client, f"{nowhere}/messages", text="x"),
                ),
                (
                    await lodge(client, case, space, json=False),
                    await client.post(
                        f"{nowhere}/exhibits",
                        data={"csrf_token": client.headers["X-CSRF-Token"]},
                        files={"file": ("a", b"b")},
                    ),
                ),
            ):
                assert (one.status_code, other.status_code) == (404, 404)
                assert without_reference(one.text) == without_reference(other.text)


async def test_another_disputes_ids_open_nothing(platform, sign_in, world):
    case, clients, *_, apart = world
    other = await a_case(platform)
    rene = await sign_in(other.people["claimant"])
    assert (await rene.get(apart["url"])).status_code == 404
    assert (await rene.get(apart["url"].replace(str(case.id), str(other.id)))).status_code == 404
    assert (await rene.get(room(case, "joint"))).status_code == 404
    crossed = f"/disputes/{other.id}/rooms/{case.spaces['caucus_claimant']}"
    assert (await clients["claimant"].get(crossed)).status_code == 404


async def test_nothing_in_the_joint_space_says_that_an_exhibit_came_from_a_caucus(world):
    case, clients, _, apart = world
    claire, rene, maya = clients["claimant"], clients["respondent"], clients["mediator"]
    direct = await lodged(claire, case, "joint", content=b"direct", name="direct.txt", title="Direct")
    seen = (await claire.get(f"{apart['url']}/consent")).text.split('name="seen" value="')[1][:36]
    await post(claire, f"{apart['url']}/consent", seen=seen)
    await post(maya, f"{apart['url']}/disclose")

    pages = []
    for told, words in ((direct, ("direct.txt", "Direct")), (apart, (f"{SECRET}2.txt", SECRET))):
        page = (await rene.get(told["url"])).text
        for word in (told["id"], told["sha256"], *words):
            page = page.replace(word, "…")
        groups = [told["sha256"][place : place + 8] for place in range(0, 64, 8)]
        for word in (*groups, "C-3", "C-4"):
            page = page.replace(word, "…")
        pages.append(page)
    pages = [re.sub(r"T[0-9:.+]+", "T", page) for page in pages]  # when each came in
    pages = [re.sub(r"version=[0-9a-f-]{36}", "version=…", page) for page in pages]  # each version has an id of its own
    sizes = [(str(len(b"direct")), str(len(CONTENT) + 1))]
    for small, large in sizes:
        pages[1] = (
            pages[1].replace(f'value="{large}"', f'value="{small}"').replace(f"{large} octets", f"{small} octets")
        )
    assert pages[0] == pages[1]
    receipt = json.loads((await rene.get(f"{apart['url']}/receipt")).content)
    assert receipt["event"]["event"] == "ExhibitLodged"
    for word in ("caucus", "consent", "disclos", str(case.people["mediator"].account_id)):
        assert word not in json.dumps(receipt["event"])
    assert (await rene.get(f"{apart['url']}/receipt?room=caucus")).status_code == 404


async def test_events_and_jobs_hold_nothing_of_what_was_said(platform, world):
    case, *_ = world
    async with platform.unit(write=False) as uow:
        rows = list(await uow.session.scalars(select(EventRow)))
        jobs = list(await uow.session.scalars(select(JobRow)))
        joint = [json.dumps(event.event) for event in await uow.vault.ledger.events(uow.session, case.ref("joint"))]
    assert SECRET not in "".join(joint)
    assert all(SECRET not in json.dumps(job.payload) for job in jobs)
    private = [row for row in rows if row.space_id == case.spaces["private_claimant"]]
    assert {row.name for row in private} == {"ExhibitPrepared", "MandateWritten"}
    told_of = {job.payload.get("event") for job in jobs if job.kind == "tell"}
    assert "ExhibitPrepared" not in told_of  # nobody is told of a draft
    assert "NoteTaken" not in told_of


async def test_titles_names_and_messages_rest_sealed(platform, world):
    _, _, _, apart = world
    raw = b"".join(path.read_bytes() for path in platform.settings.data_dir.rglob("*") if path.is_file())
    assert SECRET.encode() not in raw
    assert CONTENT not in raw
    assert sha256(CONTENT + b"2") == apart["sha256"]
