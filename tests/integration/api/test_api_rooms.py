import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from litestar.types import Message

from tests.application import application
from tests.builders import PUBLIC_URL, Case, a_case
from web.api.bearer import make_bearer

BYTES = b"%PDF-1.7 " + bytes(range(256)) * 40
SHA256 = hashlib.sha256(BYTES).hexdigest()


def room(case: Case, name: str) -> str:
    return f"/disputes/{case.id}/rooms/{case.spaces[name]}"


async def lodged(client: Any, case: Case, name: str = "caucus_claimant", **options: Any) -> Any:
    return await client.post(
        f"{room(case, name)}/exhibits",
        params={
            "name": "pièce.pdf",
            "title": "Une pièce",
            "kind": "contract",
            "document_date": "2025-02-03",
            **options,
        },
        content=BYTES,
        headers={"X-Content-SHA256": SHA256},
    )


async def test_what_is_said_in_a_caucus_is_read_by_its_party_and_the_mediator(platform, program) -> None:
    case = await a_case(platform)
    claimant, mediator = await program(case.people["claimant"]), await program(case.people["mediator"])
    said = await claimant.post(f"{room(case, 'caucus_claimant')}/messages", json={"text": "Entre nous."})
    assert said.status_code == 201
    read = (await mediator.get(f"{room(case, 'caucus_claimant')}/messages")).json()
    assert [(each["text"], each["side"], each["mine"]) for each in read["messages"]] == [
        ("Entre nous.", "claimant", False)
    ]


async def test_a_dispute_tells_everyone_their_own_rooms_and_steps(platform, program) -> None:
    case = await a_case(platform)
    kinds: dict[str, list[str]] = {}
    for who in ("claimant", "mediator", "expert", "secretariat"):
        shown = (await (await program(case.people[who])).get(f"/disputes/{case.id}")).json()
        kinds[who] = sorted(each["kind"] for each in shown["rooms"])
        assert ("end" in shown["steps"]) == (who == "mediator")
    assert kinds["claimant"] == ["caucus", "joint", "private"]
    assert kinds["mediator"] == ["caucus", "caucus", "joint", "notes"]
    assert kinds["expert"] == kinds["secretariat"] == []


async def test_a_file_is_lodged_as_raw_bytes_and_read_back_by_ranges(platform, program) -> None:
    case = await a_case(platform)
    client = await program(case.people["claimant"])
    answer = await lodged(client, case)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["number"], made["size"], made["sha256"]) == ("C-1", len(BYTES), SHA256)
    shown = (await client.get(f"/disputes/{case.id}/exhibits/{made['id']}")).json()
    assert (shown["title"], shown["kind"], shown["document_date"]) == ("Une pièce", "contract", "2025-02-03")
    path = f"/disputes/{case.id}/exhibits/{made['id']}/file"
    assert (await client.get(path)).content == BYTES
    part = await client.get(path, headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.content) == (206, BYTES[5:15])
    assert (await client.get(path, headers={"Range": "bytes=999999-"})).status_code == 416
    receipt = (await client.get(f"/disputes/{case.id}/exhibits/{made['id']}/receipt")).json()
    assert SHA256 in str(receipt)
    paper = await client.get(f"/disputes/{case.id}/exhibits/{made['id']}/receipt.pdf?language=en")
    assert paper.headers["content-type"] == "application/pdf"
    assert "receipt-" in paper.headers["content-disposition"]


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (b"", {}, "empty_file"),
        (BYTES, {"X-Content-SHA256": "0" * 64}, "digest_mismatch"),
        (BYTES, {"X-Content-SHA256": "nonsense"}, "digest_mismatch"),
    ],
    ids=["empty", "another digest", "no digest"],
)
async def test_a_broken_deposit_is_refused_and_leaves_no_line(platform, program, content, headers, code) -> None:
    case = await a_case(platform)
    client = await program(case.people["claimant"])
    path = f"{room(case, 'caucus_claimant')}/exhibits"
    answer = await client.post(path, params={"name": "x.pdf"}, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await client.get(path)).json()["exhibits"] == []


async def test_a_deposit_cut_off_on_the_way_leaves_no_line(platform, program) -> None:
    case = await a_case(platform)
    bearer = make_bearer(platform, case.people["claimant"].account_id).access_token
    parts: list[Any] = [
        {"type": "http.request", "body": BYTES, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return parts.pop(0) if parts else await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    path = f"/api/v1{room(case, 'caucus_claimant')}/exhibits"
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"name=x.pdf",
        "root_path": "",
        "headers": [
            (b"host", PUBLIC_URL.removeprefix("http://").encode()),
            (b"authorization", f"Bearer {bearer}".encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await application(platform)(scope, receive, send)
    assert [message["status"] for message in sent if message["type"] == "http.response.start"] == [422]
    client = await program(case.people["claimant"])
    assert (await client.get(f"{room(case, 'caucus_claimant')}/exhibits")).json()["exhibits"] == []


async def test_a_repeated_file_is_pointed_out_and_may_be_lodged_again_on_purpose(platform, program) -> None:
    case = await a_case(platform)
    client = await program(case.people["claimant"])
    await lodged(client, case)
    again = await lodged(client, case)
    assert (again.status_code, again.json()["code"]) == (409, "repeated_file")
    assert (await lodged(client, case, again="true")).json()["number"] == "C-2"


async def test_nothing_crosses_over_without_a_consent(platform, program) -> None:
    case = await a_case(platform)
    claimant, mediator, respondent = [await program(case.people[who]) for who in ("claimant", "mediator", "respondent")]
    exhibit = f"/disputes/{case.id}/exhibits/{(await lodged(claimant, case)).json()['id']}"
    asked = await mediator.post(f"{exhibit}/disclosure", json={"purpose": "Pour en discuter.", "form": "original"})
    assert asked.status_code == 201
    early = await mediator.post(f"{exhibit}/disclosure/disclose")
    assert (early.status_code, early.json()["code"]) == (409, "consent_missing")
    awaited = (await claimant.get(f"/disputes/{case.id}")).json()["awaits"]
    assert any(task["mine"] and "C-1" in task["label"] for task in awaited)
    given = await claimant.post(f"{exhibit}/disclosure/consent", json={"seen": asked.json()["id"]})
    assert given.json()["state"] == "consented"
    assert (await respondent.get(exhibit)).status_code == 404
    await mediator.post(f"{exhibit}/disclosure/disclose")
    seen = (await respondent.get(exhibit)).json()
    assert [each["kind"] for each in seen["placements"]] == ["joint"]
    assert "caucus" not in str(seen)


async def test_an_exhibit_let_into_the_joint_room_may_be_taken_back_until_it_is_opened(platform, program) -> None:
    case = await a_case(platform)
    claimant, respondent = await program(case.people["claimant"]), await program(case.people["respondent"])
    exhibit = f"/disputes/{case.id}/exhibits/{(await lodged(claimant, case, 'private_claimant')).json()['id']}"
    shared = await claimant.post(f"{exhibit}/share", json={"into": "joint"})
    assert shared.json() == {"number": "C-1"}
    assert (await claimant.post(f"{exhibit}/take-back")).status_code == 204
    assert (await respondent.get(exhibit)).status_code == 404
    await claimant.post(f"{exhibit}/share", json={"into": "joint"})
    assert (await respondent.get(f"{exhibit}/file")).content == BYTES
    late = await claimant.post(f"{exhibit}/take-back")
    assert (late.status_code, late.json()["code"]) == (409, "already_opened")
    openings = (await claimant.get(f"{exhibit}/openings")).json()
    assert [each["reader"] for each in openings] == ["René Défendeur"]


async def test_what_is_not_at_the_stage_for_it_is_refused(platform, program) -> None:
    case = await a_case(platform)
    client = await program(case.people["secretariat"])
    answer = await client.post(f"/disputes/{case.id}/qualify", json={"reason": ""})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_stage")


async def test_meetings_are_called_moved_and_called_off_by_program(platform, program, clock) -> None:
    case = await a_case(platform)
    mediator, claimant, respondent = [await program(case.people[who]) for who in ("mediator", "claimant", "respondent")]
    here = f"/disputes/{case.id}/meetings"
    plan = {"starts_at": (clock() + timedelta(days=3)).isoformat(), "minutes": 60, "place": "Salle 3"}
    made = await mediator.post(here, json={**plan, "apart_with": str(case.parties["claimant"])})
    assert made.status_code == 201
    meeting = f"{here}/{made.json()['id']}"
    assert [each["place"] for each in (await claimant.get(here)).json()] == ["Salle 3"]
    assert (await respondent.get(here)).json() == []
    assert (await respondent.get(meeting)).status_code == 404
    assert (await claimant.post(f"{meeting}/cancel")).status_code == 403
    moved = await mediator.post(f"{meeting}/move", json={**plan, "place": "Salle 4"})
    assert (moved.json()["place"], moved.json()["party_name"]) == ("Salle 4", "Société claimant")
    refused = await mediator.post(here, json={**plan, "minutes": 5, "place": ""})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"minutes": "bad_length", "place": "required"})
    assert (await mediator.post(f"{meeting}/held")).status_code == 409
    clock.advance(days=4)
    noted = await (await program(case.people["mediator"])).post(f"{meeting}/missed")
    assert noted.json()["state"] == "missed"
    together = await (await program(case.people["mediator"])).post(
        here, json={**plan, "starts_at": (clock() + timedelta(days=3)).isoformat()}
    )
    off = await (await program(case.people["mediator"])).post(f"{here}/{together.json()['id']}/cancel")
    assert off.json()["state"] == "cancelled"
    late = await (await program(case.people["mediator"])).post(f"{here}/{together.json()['id']}/held")
    assert late.status_code == 409


async def test_the_centres_words_and_targets_are_set_by_its_own_program_and_no_other(platform, program) -> None:
    case = await a_case(platform)
    secretary, claimant = await program(case.people["secretariat"]), await program(case.people["claimant"])
    for path in ("/mail-texts", "/mail-texts/reminder/fr", "/response-times"):
        assert (await claimant.get(path)).status_code == 403
    assert (await claimant.put("/response-times", json={"days": {"qualify": 1}})).status_code == 403
    assert {"letter": "reminder", "variables": ["centre", "name", "until"], "changed": []} in (
        await secretary.get("/mail-texts")
    ).json()
    words = {"subject": "Un rappel de {centre}", "body": "Votre réponse est attendue avant le {until}."}
    kept = (await secretary.put("/mail-texts/reminder/fr", json=words)).json()
    assert (kept["words"], kept["versions"][0]["number"]) == (words, 1)
    wrong = await secretary.put("/mail-texts/reminder/fr", json={**words, "body": "{title}"})
    assert (wrong.status_code, wrong.json()["fields"]) == (422, {"body": "unknown_variable"})
    restored = (await secretary.post("/mail-texts/reminder/fr/restore")).json()
    assert restored["words"] == restored["standard"]
    assert (await secretary.get("/mail-texts/unheard_of/fr")).status_code == 404
    times = (await secretary.put("/response-times", json={"days": {"qualify": 2, "decide_access": 9}})).json()
    assert (times["days"]["qualify"], times["days"]["decide_access"], times["days"]["appoint"]) == (2, 9, 5)
    refused = await secretary.put("/response-times", json={"days": {"qualify": 0}})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"qualify": "bad_days"})
    assert (await secretary.put("/response-times", json={"days": {"term": 9}})).status_code == 404
