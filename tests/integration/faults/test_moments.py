"""Two people at the same moment, and the same form sent twice: one act, and a clear word for the second."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

import httpx
from sqlalchemy import select

from odr.agreements.commands import begin_settlement
from odr.disputes.lifecycle import Stage
from odr.evidence.consents import give_consent
from odr.evidence.disclosures import ask_disclosure
from odr.ids import ExhibitId
from odr.outbox import JobRow, JobState
from odr.platform import Platform
from odr.worker import Worker
from tests.builders import Case, a_case
from tests.integration.conftest import People
from tests.integration.faults.hands import assert_calm, lodge, post


async def both(*sendings: Awaitable[httpx.Response]) -> list[int]:
    """Send at the same moment; whoever lost is told calmly."""
    answers = await asyncio.gather(*sendings)
    for answer in answers:
        if answer.status_code != 303:
            assert_calm(answer, 409)
    return sorted(answer.status_code for answer in answers)


async def caucus_exhibit(client: httpx.AsyncClient, case: Case, content: bytes) -> ExhibitId:
    told = (await lodge(client, case, content, "caucus_claimant")).json()
    return ExhibitId(UUID(told["exhibit"]["id"]))


async def test_each_form_of_a_disclosure_sent_twice_at_once_acts_once(any_platform: Platform, sign_in: People) -> None:
    case = await a_case(any_platform)
    claire, twin = [await sign_in(case.people["claimant"]) for _ in range(2)]
    maya, shadow = [await sign_in(case.people["mediator"]) for _ in range(2)]
    path = f"/disputes/{case.id}/exhibits/{await caucus_exhibit(claire, case, b'premier')}"
    asking = {"purpose": "Pour avancer.", "form": "original"}
    assert await both(post(maya, f"{path}/ask", **asking), post(shadow, f"{path}/ask", **asking)) == [303, 409]
    page = (await claire.get(f"{path}/consent")).text
    seen = page.partition('name="seen" value="')[2][:36]
    assert await both(post(claire, f"{path}/consent", seen=seen), post(twin, f"{path}/consent", seen=seen)) == [
        303,
        409,
    ]
    assert await both(post(maya, f"{path}/disclose"), post(shadow, f"{path}/disclose")) == [303, 409]
    assert await both(post(claire, f"{path}/withdraw"), post(twin, f"{path}/withdraw")) == [303, 409]


async def test_disclosing_against_withdrawing_the_consent_has_one_winner(
    any_platform: Platform, sign_in: People
) -> None:
    for turn in range(3):
        case = await a_case(any_platform)
        claire, maya = await sign_in(case.people["claimant"]), await sign_in(case.people["mediator"])
        exhibit_id = await caucus_exhibit(claire, case, f"tour {turn}".encode())
        async with any_platform.unit() as uow:
            asked = await ask_disclosure(
                uow, case.people["mediator"], case.id, exhibit_id, purpose="Pour avancer.", form="original"
            )
            await give_consent(uow, case.people["claimant"], case.id, exhibit_id, seen=asked)
        path = f"/disputes/{case.id}/exhibits/{exhibit_id}"
        disclosed, withdrawn = await asyncio.gather(post(maya, f"{path}/disclose"), post(claire, f"{path}/withdraw"))
        assert {disclosed.status_code, withdrawn.status_code} <= {303, 409}
        rene = await sign_in(case.people["respondent"])
        readable = (await rene.get(path)).status_code == 200
        assert readable == (disclosed.status_code == 303 and withdrawn.status_code != 303)


async def test_freezing_signing_and_refusing_at_once_leave_one_state(any_platform: Platform, sign_in: People) -> None:
    case = await a_case(any_platform)
    maya, shadow = [await sign_in(case.people["mediator"]) for _ in range(2)]
    async with any_platform.unit() as uow:
        agreement_id = await begin_settlement(uow, case.people["mediator"], case.id)
    path = f"/disputes/{case.id}/agreements/{agreement_id}"
    digest = (await maya.get(f"{path}/freeze")).text.partition('name="digest" value="')[2][:64]
    assert len(digest) == 64
    freezing = [post(each, f"{path}/freeze", digest=digest) for each in (maya, shadow)]
    assert await both(*freezing) == [303, 409]
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    refusing = {"digest": digest, "reason": "Non."}
    statuses = await both(post(claire, f"{path}/refuse", **refusing), post(rene, f"{path}/refuse", **refusing))
    assert statuses == [303, 409]
    setting_aside = post(maya, f"/disputes/{case.id}/agreements/set-aside")
    assert 303 in await both(setting_aside, post(shadow, f"{path}/freeze", digest=digest))


async def test_two_parties_withdrawing_at_once_end_the_mediation_once(any_platform: Platform, sign_in: People) -> None:
    case = await a_case(any_platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    path = f"/disputes/{case.id}/steps/withdraw"
    assert await both(post(claire, path, reason="Assez."), post(rene, path, reason="Moi aussi.")) == [303, 409]
    await Worker(any_platform).drain()
    async with any_platform.unit(write=False) as uow:
        ended = (await uow.session.scalars(select(JobRow).where(JobRow.kind == "make_end_certificate"))).all()
    assert len(ended) == 1
    assert ended[0].state in {JobState.DONE, JobState.READY}


async def test_filing_and_qualifying_twice_at_once_happens_once(any_platform: Platform, sign_in: People) -> None:
    case = await a_case(any_platform, Stage.REFERRED)
    sophie, shadow = [await sign_in(case.people["secretariat"]) for _ in range(2)]
    path = f"/disputes/{case.id}/qualify"
    assert await both(post(sophie, path, decision="yes"), post(shadow, path, decision="yes")) == [303, 409]


async def test_a_message_whose_form_is_sent_by_two_fingers_is_never_cut_in_two(
    any_platform: Platform, sign_in: People
) -> None:
    """A message is no act that only one may do: both are kept, whole, in one order for everybody."""
    case = await a_case(any_platform)
    claire, rene = await sign_in(case.people["claimant"]), await sign_in(case.people["respondent"])
    path = f"/disputes/{case.id}/rooms/{case.spaces['joint']}"
    await asyncio.gather(*(post(claire, f"{path}/messages", text=f"mot {each} fin") for each in range(4)))
    orders = [
        [part[:1] for part in (await each.get(path)).text.split('class="message-text">mot ')[1:]]
        for each in (claire, rene)
    ]
    assert sorted(orders[0]) == ["0", "1", "2", "3"]
    assert orders[0] == orders[1]
