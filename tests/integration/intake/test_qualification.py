import html
import json
from datetime import timedelta

import pytest

from odr.disputes.lifecycle import Stage
from odr.errors import ConflictError, InvalidInputError, NotPermittedError, WrongStageError
from odr.intake.completing import ask_completion, complete_request, completions_of
from odr.intake.rating import RATED, change_score, rating_of
from odr.notices.queries import notices_of
from odr.notices.terms import NoticeKind
from odr.tasks import awaited
from odr.worker import Worker
from tests.builders import an_account
from tests.journey import DRAFT, a_journey
from tests.mailbox import mails
from web.api.bearer import make_bearer


@pytest.fixture
async def journey(platform):
    found = await a_journey(platform)
    await found.file()
    return found


def soon(journey, days=7):
    return (journey.platform.clock() + timedelta(days=days)).date().isoformat()


async def rating(journey):
    async with journey.platform.unit(write=False) as uow:
        return await rating_of(uow, await journey.facts())


async def test_the_secretariat_sets_a_part_with_a_reason_and_every_change_is_kept(journey):
    secretary = await journey.secretariat()
    before = (await rating(journey)).score.total
    for points, reason in (("90", "Le contrat porte le double."), ("80", "Après lecture.")):
        async with journey.platform.unit() as uow:
            await change_score(uow, secretary, journey.dispute_id, part="financial", points=points, reason=reason)
    found = await rating(journey)
    assert found.score.total > before == found.rule.total
    assert [(change.before, change.after, change.reason) for change in found.changes] == [
        (90, 80, "Après lecture."), (50, 90, "Le contrat porte le double."),
    ]  # fmt: skip
    assert (await journey.facts()).stage.value == "referred"  # nothing else follows


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"part": "luck"}, "part"),
        ({"points": "101"}, "points"),
        ({"points": "-1"}, "points"),
        ({"points": "²"}, "points"),
        ({"points": ""}, "points"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_a_change_without_sense_or_reason_is_refused(journey, change, field):
    typed = {"part": "financial", "points": "10", "reason": "Une raison."} | change
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError) as refused:
            await change_score(uow, await journey.secretariat(), journey.dispute_id, **typed)
    assert list(refused.value.fields) == [field]


async def test_nobody_else_sets_a_score_and_none_is_set_once_the_table_is_open(journey):
    async with journey.platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await change_score(
                uow, await journey.claimant(), journey.dispute_id, part="urgency", points="1", reason="Vite."
            )
        with pytest.raises(ConflictError, match="same_points"):
            await change_score(
                uow, await journey.secretariat(), journey.dispute_id, part="financial", points="50", reason="Idem."
            )
    other = await a_journey(journey.platform)
    assert await rating(other) is None
    assert Stage.OPEN not in RATED


async def test_the_centre_asks_for_a_completion_and_the_claimant_gives_it(journey):
    secretary, claimant = await journey.secretariat(), await journey.claimant()
    async with journey.platform.unit() as uow:
        for typed, field in (
            ({"question": "", "until": soon(journey)}, "question"),
            ({"question": "Quoi ?", "until": ""}, "until"),
            ({"question": "Quoi ?", "until": soon(journey, 0)}, "until"),
            ({"question": "Quoi ?", "until": soon(journey, 90)}, "until"),
        ):
            with pytest.raises(InvalidInputError) as refused:
                await ask_completion(uow, secretary, journey.dispute_id, **typed)
            assert list(refused.value.fields) == [field]
        with pytest.raises(NotPermittedError):
            await ask_completion(uow, claimant, journey.dispute_id, question="Quoi ?", until=soon(journey))
        await ask_completion(uow, secretary, journey.dispute_id, question="La date promise ?", until=soon(journey))
        with pytest.raises(ConflictError, match="asked_already"):
            await ask_completion(uow, secretary, journey.dispute_id, question="Et encore ?", until=soon(journey))
    assert any("compléter une demande" in mail["Subject"] for mail in await mails(journey.platform, claimant.email))
    async with journey.platform.unit(write=False) as uow:
        tasks = [task.label for task in await awaited(uow, claimant, await journey.facts()) if task.mine]
    assert tasks == ["Compléter la demande"]
    async with journey.platform.unit() as uow:
        with pytest.raises(InvalidInputError):
            await complete_request(uow, claimant, journey.dispute_id, answer="")
        with pytest.raises(NotPermittedError):
            await complete_request(uow, secretary, journey.dispute_id, answer="Le 3 mars.")
        await complete_request(uow, claimant, journey.dispute_id, answer="Le 3 mars.")
        with pytest.raises(ConflictError, match="nothing_asked"):
            await complete_request(uow, claimant, journey.dispute_id, answer="Encore.")
    async with journey.platform.unit(write=False) as uow:
        (only,) = await completions_of(uow, await journey.facts())
    assert (only.question, only.answer) == ("La date promise ?", "Le 3 mars.")
    await journey.qualify()
    async with journey.platform.unit() as uow:
        with pytest.raises(WrongStageError):
            await ask_completion(uow, secretary, journey.dispute_id, question="Trop tard ?", until=soon(journey))


async def test_the_day_of_a_completion_is_warned_of_before_and_after_once_and_it_may_still_be_given(journey, clock):
    secretary, claimant = await journey.secretariat(), await journey.claimant()
    async with journey.platform.unit() as uow:
        await ask_completion(uow, secretary, journey.dispute_id, question="La date ?", until=soon(journey))

    async def kinds(actor):
        await Worker(journey.platform).drain()
        async with journey.platform.unit(write=False) as uow:
            found = (await notices_of(uow, actor)).rows
        return [row.kind.value for row in found if row.kind in {NoticeKind.DEADLINE_NEAR, NoticeKind.COMPLETION_LATE}]

    assert await kinds(claimant) == []
    clock.advance(days=6)
    assert (await kinds(claimant), await kinds(secretary)) == (["deadline_near"], [])
    clock.advance(days=3)
    assert await kinds(claimant) == ["completion_late", "deadline_near"]
    assert await kinds(secretary) == ["completion_late"]
    clock.advance(days=9)
    assert len(await kinds(claimant)) == 2
    async with journey.platform.unit() as uow:
        await complete_request(uow, claimant, journey.dispute_id, answer="Le 3 mars.")


async def test_a_completion_that_was_given_is_warned_of_no_more(journey, clock):
    secretary, claimant = await journey.secretariat(), await journey.claimant()
    async with journey.platform.unit() as uow:
        await ask_completion(uow, secretary, journey.dispute_id, question="La date ?", until=soon(journey))
        await complete_request(uow, claimant, journey.dispute_id, answer="Le 3 mars.")
    clock.advance(days=10)
    await Worker(journey.platform).drain()
    async with journey.platform.unit(write=False) as uow:
        told = {row.kind for row in (await notices_of(uow, claimant)).rows}
    assert not told & {NoticeKind.DEADLINE_NEAR, NoticeKind.COMPLETION_LATE}


async def test_the_pages_show_the_score_what_is_missing_and_the_completion(journey, sign_in):
    here = f"/disputes/{journey.dispute_id}"
    secretary, claimant = await sign_in(await journey.secretariat()), await sign_in(await journey.claimant())
    qualify = html.unescape((await secretary.get(f"{here}/qualify")).text)
    assert "score d" in qualify
    assert "Le contrat prévoit-il une médiation" in qualify
    assert (await claimant.get(f"{here}/qualify")).status_code == 403
    assert (await claimant.get(f"{here}/score")).status_code == 200
    assert (
        await claimant.post(f"{here}/score", data={"part": "urgency", "points": "9", "reason": "x"})
    ).status_code == 403
    assert (
        await secretary.post(f"{here}/score", data={"part": "urgency", "points": "x", "reason": ""})
    ).status_code == 422
    assert (
        await secretary.post(f"{here}/score", data={"part": "urgency", "points": "0", "reason": "x"})
    ).status_code == 409
    changed = await secretary.post(f"{here}/score", data={"part": "urgency", "points": "70", "reason": "Il le dit."})
    assert changed.status_code == 303
    assert "Il le dit." in (await claimant.get(f"{here}/score")).text
    assert (await claimant.get(f"{here}/completion")).status_code == 403
    asked = {"question": "La date promise ?", "until": soon(journey)}
    assert (await secretary.post(f"{here}/completion", data=asked | {"until": "x"})).status_code == 422
    assert (await secretary.post(f"{here}/completion", data=asked)).status_code == 303
    assert "La date promise ?" in (await claimant.get(f"{here}/completion")).text
    assert (await claimant.post(f"{here}/completion", data={"answer": ""})).status_code == 422
    assert (await claimant.post(f"{here}/completion", data={"answer": "Le 3 mars."})).status_code == 303
    for reader in (secretary, claimant):
        assert "Le 3 mars." in (await reader.get(f"{here}/request")).text
    stranger = await sign_in(await an_account(journey.platform, "Étienne"))
    for path in ("/score", "/completion"):
        assert (await stranger.get(here + path)).status_code == 404
    nobody = await sign_in(None)
    assert "35 % du total" in html.unescape((await nobody.get("/about/score")).text)


async def test_programs_read_the_request_the_score_and_the_completions(journey, sign_in):
    client = await sign_in(None)
    here = f"/api/v1/disputes/{journey.dispute_id}"

    def bearer(actor):
        return {"Authorization": f"Bearer {make_bearer(journey.platform, actor.account_id).access_token}"}

    secretary, claimant = await journey.secretariat(), await journey.claimant()
    request = json.loads((await client.get(f"{here}/request", headers=bearer(secretary))).content)
    assert (request["kind"], request["amount_cents"]) == ("late_delivery", 4_800_000)
    assert request["answers"]["contact_email"] == DRAFT.contact_email
    scored = (await client.get(f"{here}/score", headers=bearer(claimant))).json()
    assert scored["total"] == scored["rule"]
    points = {"part": "urgency", "points": 40, "reason": "Il le dit."}
    assert (await client.post(f"{here}/score", json=points, headers=bearer(claimant))).status_code == 403
    assert (await client.post(f"{here}/score", json=points, headers=bearer(secretary))).status_code == 204
    question = {"question": "La date promise ?", "until": soon(journey)}
    assert (await client.post(f"{here}/completions", json=question, headers=bearer(secretary))).status_code == 204
    answer = {"answer": "Le 3 mars."}
    assert (await client.post(f"{here}/completions/answer", json=answer, headers=bearer(claimant))).status_code == 204
    (only,) = (await client.get(f"{here}/completions", headers=bearer(claimant))).json()
    assert only["answer"] == "Le 3 mars."
