"""Deadlines and notices, lived in French: a reminder, an address that refuses mails, a daily mail, a term, its end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from time import monotonic
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from odr.disputes.lifecycle import Stage
from odr.notices.bounces import take_report
from odr.notices.models import Notice
from odr.notices.reports import Report
from odr.notices.terms import NoticeKind
from odr.spaces.commands import post_message
from odr.spaces.queries import spaces_for
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import home_zone
from tests.browser.eyes import Eyes
from tests.browser.person import Person
from tests.browser.site import PATIENCE
from tests.builders import Hands, a_session
from tests.journey import DRAFT, Journey, a_journey
from tests.mailbox import mails, text_of
from tests.paper import words
from tests.services.browser import Persons
from tests.services.programs import free_port, scratch_directory
from web.demo.place import find_place
from web.demo.server import serving

ELSEWHERE = "accueil@lysandrel.example"
SAID = "Un paiement en trois fois reste possible."
TALK = "Messages and exhibits"


class Days:
    """A case on a site whose clock is turned by hand, and its people before their browsers."""

    def __init__(self, journey: Journey, clock: Hands, crowd: Persons, url: str) -> None:
        self.journey, self.clock, self.crowd, self.url = journey, clock, crowd, url
        self.looks = Eyes()

    @property
    def here(self) -> str:
        return f"/disputes/{self.journey.dispute_id}"

    async def sits(self, actor: Actor, role: str) -> Person:
        """Somebody comes back, as they do after days: signed in anew."""
        context = await self.crowd(locale="fr-FR")
        session = await a_session(self.journey.platform, actor)
        await context.add_cookies([{"name": "entente", "value": session, "url": self.url}])
        return Person(actor.name, actor.email, await context.new_page(), self.url, role, looks=self.looks)

    async def morning_after(self, day: datetime, days: int) -> None:
        """Go on to a minute past nine, so many days after a day."""
        wanted = datetime.combine(day.astimezone(home_zone).date() + timedelta(days=days), time(9, 1), home_zone)
        self.clock.advance(seconds=(wanted - self.clock()).total_seconds())

    async def mailed(self, address: str, count: int) -> list[str]:
        """Wait until so many mails have gone to an address; give their texts, oldest first."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            found = [text_of(mail) for mail in await mails(self.journey.platform, address)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"{address} has no {count} mails")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def days(crowd: Persons) -> AsyncIterator[Days]:
    clock = Hands()
    with scratch_directory("days") as directory:
        place = find_place(directory / "place", port=free_port(), fresh=True)
        async with serving(place, {"ENTENTE_WORKER": "apart"}, clock) as platform:  # jobs are done where a test waits
            yield Days(await a_journey(platform), clock, crowd, place.public_url)


async def reminded_and_sent_back(days: Days) -> None:
    """The invitation is reminded half-way; that mail comes back; the secretary is warned, and sends it elsewhere."""
    journey = days.journey
    await journey.to_invited()
    await days.morning_after(days.clock(), 7)
    first, reminder = await days.mailed(DRAFT.contact_email, 2)
    assert first != reminder
    secretary = await days.sits(await journey.secretariat(), "secretariat")
    await secretary.goto(f"{days.here}/invitation")
    await expect(secretary.main.locator(".timeline .badge")).to_have_text([secretary.say("Handed over")] * 2)
    (*_before, last) = await mails(journey.platform, DRAFT.contact_email)
    mail_id = UUID(last["Message-ID"].strip("<>").partition("@")[0])
    async with journey.platform.unit() as uow:
        assert await take_report(uow, Report(mail_id, frozenset({DRAFT.contact_email}), "5.1.1"))
    await secretary.goto(days.here)
    await secretary.reads("%(name)s no longer gets our mails", name=DRAFT.contact_name)
    await secretary.follow("Send the invitation again", within=secretary.main.locator(".notice"))
    await secretary.write("That person's e-mail address", ELSEWHERE)
    await secretary.press("Send the invitation")
    await secretary.is_told("The invitation is on its way.")
    (again,) = await days.mailed(ELSEWHERE, 1)
    await journey.accept(again.partition("/invitation/")[2].split()[0])
    await journey.declare()
    await journey.accept_mediator()
    assert await journey.sign()


async def one_mail_a_day(days: Days) -> None:
    """The claimant has what is said mailed once a day: three words of the mediator are on her page, and one mail."""
    journey = days.journey
    claimant = await days.sits(await journey.claimant(), "claimant")
    await claimant.goto("/notices/choices")
    talk = claimant.main.get_by_role("group", name=claimant.say(TALK), exact=True)
    await claimant.tick("In one daily mail", within=talk)
    await claimant.press("Save")
    await claimant.is_told("Saved.")
    before = len(await mails(journey.platform, claimant.email))
    mediator = await journey.mediator()
    for _word in range(3):
        async with journey.platform.unit() as uow:
            rooms = await spaces_for(uow, mediator, journey.dispute_id)
            room = next(room for room in rooms if room.kind is SpaceKind.JOINT)
            await post_message(uow, mediator, journey.dispute_id, room.id, text=SAID)
    assert len(await mails(journey.platform, claimant.email)) == before
    await claimant.goto("/notices")
    await claimant.reads("in your next daily mail")
    await days.morning_after(days.clock(), 1)
    digest = (await days.mailed(claimant.email, before + 1))[-1]
    assert SAID not in digest


async def the_term_warns_and_is_extended_once(days: Days) -> None:
    """Both sides are warned by mail and on their pages at one instant; the mediator extends the term, once."""
    journey = days.journey
    sides = [await journey.claimant(), await journey.respondent()]
    before = [len(await mails(journey.platform, side.email)) for side in sides]
    ends = (await journey.facts()).term_ends
    assert ends is not None
    await days.morning_after(ends, -14)
    for side, count in zip(sides, before, strict=True):
        await days.mailed(side.email, count + 1)
    async with journey.platform.unit(write=False) as uow:
        near = select(Notice.at).where(Notice.kind == NoticeKind.DEADLINE_NEAR)
        told = [await uow.session.scalar(near.where(Notice.account_id == side.account_id)) for side in sides]
    assert told[0] == told[1] is not None
    mediator = await days.sits(await journey.mediator(), "mediator")
    await mediator.goto(days.here)
    await mediator.follow("Extend the term", exact=False)
    await mediator.press("Extend by three months")
    await mediator.is_told("The term is extended, and the parties are told.")
    await expect(mediator.main.get_by_role("link", name=mediator.say("Extend the term"))).to_have_count(0)
    await mediator.reads("Term extended on")


async def the_term_ends(days: Days) -> None:
    """Nobody does anything: the mediation ends by itself. Both have the certificate, which states facts only."""
    journey = days.journey
    ends = (await journey.facts()).term_ends
    assert ends is not None
    await days.morning_after(ends, 1)
    await mails(journey.platform)  # whatever is due is done
    assert (await journey.facts()).stage is Stage.NOT_SETTLED
    for role, actor in (("claimant", await journey.claimant()), ("respondent", await journey.respondent())):
        person = await days.sits(actor, role)
        await person.goto(days.here)
        for line in ("Limitation suspended since", "Limitation runs again since", "It cannot have run out before"):
            await person.reads(line)
        given = await person.context.request.get(f"{days.url}{days.here}/agreements/certificate")
        assert given.status == 200
        text = words(await given.body())
        assert "zirconite" not in text
        assert SAID not in text


@pytest.mark.asyncio(loop_scope="session")
async def test_deadlines_run_warn_and_end_and_everyone_is_told_at_the_same_moment(days: Days) -> None:
    await reminded_and_sent_back(days)
    await one_mail_a_day(days)
    await the_term_warns_and_is_extended_once(days)
    await the_term_ends(days)
    assert days.looks.findings == []
