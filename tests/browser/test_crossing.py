"""Two caucuses and what crosses from them, lived in French: a sentence, an exhibit, a refusal, and a mistake mended."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from odr.bootstrap import Platform, build_platform
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.recording import About
from odr.settings import read_settings
from tests.browser.acts import offering, rooms
from tests.browser.eyes import Eyes
from tests.browser.person import Looks, Person
from tests.browser.site import Site
from tests.builders import Case, Hands, a_case, a_session
from tests.integration.crossing.three import Table, with_an_insurer
from tests.integration.evidence.hands import PDF
from tests.integration.separation.marked import pieces
from tests.services.browser import Persons

CONFIDED = "Entre nous : nous pourrions payer en trois fois, mais pas avant la recette."
SENTENCE = "Un paiement échelonné serait envisageable."
TOO_EARLY = "Le demandeur renoncerait aux pénalités."
COMPANIES = ("Société claimant", "Société respondent")
FIRST = "Vous achevez la reprise des données avant le 30 juin, et vous remettez 12 000 euros."
SECOND = "Nous achevons la reprise avant le 31 juillet, et remettons 8 000 euros."
SLIP = "Notre plafond est de 38 000 euros, reprise comprise."
AGREED = "La reprise est achevée avant le 15 juillet ; la remise est de 9 500 euros."


@dataclass
class Scene:
    """A case on a real site, its people each before a browser of their own."""

    platform: Platform
    case: Case
    site: Site
    people: dict[str, Person] = field(default_factory=dict[str, Person])

    def __getitem__(self, role: str) -> Person:
        return self.people[role]

    def room(self, name: str) -> str:
        return f"/disputes/{self.case.id}/rooms/{self.case.spaces[name]}"

    async def lodged(self, who: str, space: str, title: str) -> str:
        """An exhibit's path."""
        about = About(title, ExhibitKind.LETTER, Origin.PRODUCED, None, again=True)
        made = await lodge(
            self.platform,
            self.case.people[who],
            self.case.id,
            self.case.spaces[space],
            about=about,
            name=f"{title}.txt",
            chunks=pieces(f"{title}\n".encode() * 40),
        )
        return f"/disputes/{self.case.id}/exhibits/{made.exhibit_id}"


async def set_scene(site: Site, crowd: Persons, looks: Looks) -> Scene:
    """Everybody at an open table, signed in."""
    platform = build_platform(read_settings(site.environment), clock=Hands())
    scene = Scene(platform, await a_case(platform), site)
    for role in ("claimant", "respondent", "mediator"):
        actor = scene.case.people[role]
        context = await crowd(locale="fr-FR")
        await context.add_cookies([{"name": "entente", "value": await a_session(platform, actor), "url": site.url}])
        scene.people[role] = Person(actor.name, actor.email, await context.new_page(), site.url, role, looks=looks)
    return scene


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(site: Site, crowd: Persons) -> AsyncIterator[Scene]:
    made = await set_scene(site, crowd, Eyes())
    yield made
    await made.platform.close()


async def say_in_other_words(scene: Scene) -> None:
    """What was confided crosses over in other words, on consent to the very card, and nothing tells where from."""
    claimant, mediator, respondent = scene["claimant"], scene["mediator"], scene["respondent"]
    await rooms.say_in_caucus(claimant, scene.room("caucus_claimant"), CONFIDED)
    await mediator.goto(scene.room("caucus_claimant"))
    await mediator.follow("Ask to say this to everyone", exact=False)
    await mediator.tick("In other words")
    await mediator.write("The sentence, in the very words to be said", SENTENCE)
    await mediator.write("For what?", "Ouvrir la discussion sur le calendrier.")
    await mediator.press("Ask for consent")
    await mediator.is_told("The party is told. Nothing is said before it consents.")
    ticket = mediator.path.partition("?")[0]
    await respondent.cannot_reach(ticket, f"{scene.room('caucus_claimant')}/tickets")
    await claimant.goto(f"/disputes/{scene.case.id}")
    await claimant.follow("Answer the mediator: may this sentence be said to everyone?")
    await claimant.sees(SENTENCE)
    await claimant.press("I consent")
    await mediator.goto(ticket)
    await mediator.follow_text("Société respondent")
    await mediator.reads("Nothing has been shared: this is what would stand there.")
    await mediator.sees(SENTENCE)
    await mediator.goto(ticket)
    await mediator.press("Say it to everyone")
    await respondent.goto(scene.room("joint"))
    await respondent.sees(SENTENCE)
    await respondent.sees_nothing_of(CONFIDED, ticket)


async def refuse_a_sentence(scene: Scene) -> None:
    """A refused sentence is never said."""
    claimant, mediator, respondent = scene["claimant"], scene["mediator"], scene["respondent"]
    await mediator.goto(f"{scene.room('caucus_claimant')}/tickets")
    await mediator.follow("Ask to say a sentence")
    await mediator.write("The sentence, in the very words to be said", TOO_EARLY)
    await mediator.write("For what?", "Montrer un geste.")
    await mediator.press("Ask for consent")
    await claimant.goto(mediator.path.partition("?")[0])
    await claimant.write("Reason", "Trop tôt.")
    await claimant.press("I refuse")
    await claimant.is_told("Your refusal is recorded. Nothing leaves the caucus.")
    await mediator.goto(f"{scene.room('caucus_claimant')}/tickets")
    await mediator.reads("Refused: it stays in the caucus")
    await respondent.goto(scene.room("joint"))
    await respondent.sees_nothing_of(TOO_EARLY)


async def disclose_and_regret(scene: Scene) -> None:
    """An exhibit of the other caucus crosses over by mistake; it is stopped, its reader asked, the record kept."""
    claimant, mediator, respondent = scene["claimant"], scene["mediator"], scene["respondent"]
    wrong = await scene.lodged("respondent", "caucus_respondent", "Marges internes")
    await rooms.ask_to_disclose(mediator, wrong, "Comparer les coûts.")
    await respondent.goto(f"{wrong}/consent")
    await respondent.sees("R-1")
    await rooms.consent(respondent, "Comparer les coûts.")
    await rooms.disclose(mediator, wrong)
    opened = await claimant.context.request.get(f"{claimant.url}{wrong}/file")
    assert opened.status == 200
    await respondent.goto(wrong)
    await respondent.follow("Stop a wrong disclosure")
    await respondent.write("What happened?", "Mauvaise version : celle-ci montre nos marges.")
    await respondent.press("Withdraw it now")
    await respondent.is_told("It is withdrawn: nobody at the table can open it any more.")
    await respondent.sees(claimant.name)
    kept = respondent.path.partition("?")[0]
    await claimant.cannot_reach(wrong, f"{wrong}/file", f"{wrong}/receipt", kept)
    await claimant.goto(f"/disputes/{scene.case.id}")
    await claimant.follow("Confirm that you keep no copy of exhibit %(number)s", number="R-1")
    await claimant.tick("Every copy was deleted.")
    await claimant.press("Record my answer")
    await mediator.goto(kept)
    await mediator.reads("Every copy was deleted.")
    await respondent.goto(kept)
    await respondent.press("Take it out for good")
    await respondent.is_told("It is out for good. Its line stays, empty.")
    record = await respondent.context.request.get(f"{respondent.url}{kept}/record.pdf")
    assert (await record.body()).startswith(b"%PDF")
    await claimant.goto(scene.room("joint"))
    await claimant.sees_nothing_of("Marges internes")
    await expect(claimant.main.get_by_text("R-1")).to_be_visible()


async def haggle(scene: Scene) -> None:
    """A party offers, the other opens and makes another offer instead; the mediator saw what each of them sees."""
    claimant, mediator, respondent = scene["claimant"], scene["mediator"], scene["respondent"]
    dispute, (ours, theirs) = f"/disputes/{scene.case.id}", COMPANIES
    first = await offering.make(claimant, scene.room("joint"), FIRST, "12 000", to=theirs)
    await respondent.goto(f"{dispute}/offers")
    await respondent.sees_nothing_of(FIRST)
    await mediator.goto(scene.room("joint"))
    await mediator.follow_text(theirs, within=mediator.main.get_by_text(mediator.say("See this room as:")))
    await mediator.sees_nothing_of(FIRST)
    await mediator.follow("Offer of %(party)s", party=ours)
    await mediator.reads("You have not opened this offer yourself")
    await mediator.follow("Open the offer")
    await mediator.sees(FIRST)
    await claimant.goto(first)
    await claimant.follow("Withdraw this offer", exact=False)  # a preview opens nothing, the mediator is no addressee
    assert await offering.open_from_tasks(respondent, dispute, ours, FIRST) == first
    await claimant.goto(first)
    await claimant.reads(
        "Once somebody of another party has opened it, an offer holds until its day. Your representative can make"
        " another one beside it."
    )
    second = await offering.make_instead(respondent, first, SECOND, "8 000", to=ours)
    assert await offering.open_from_tasks(claimant, dispute, theirs, SECOND) == second
    await offering.accept(claimant, second, party=ours)
    await mediator.goto(second)
    await mediator.reads(
        "Every other party has accepted it: there is an agreement in principle. Nothing binds before the settlement is"
        " written and signed (French Civil Code, article 2044)."
    )


async def stop_an_offer(scene: Scene) -> None:
    """A word that was for the caucus went into an offer: nobody reads it any more, who had opened it is asked."""
    claimant, mediator, respondent = scene["claimant"], scene["mediator"], scene["respondent"]
    dispute, (ours, theirs) = f"/disputes/{scene.case.id}", COMPANIES
    slip = await offering.make(respondent, scene.room("joint"), SLIP, "38 000", to=ours)
    assert await offering.open_from_tasks(claimant, dispute, theirs, SLIP) == slip
    kept = await offering.stop(respondent, slip, "Le plafond que nous n'avions dit qu'au médiateur.")
    await respondent.sees(claimant.name)
    await claimant.cannot_reach(kept)
    for person in (claimant, mediator, respondent):
        for path in (slip, f"{dispute}/offers"):
            await person.goto(path)
            await person.reads("Taken off the table")
            await person.sees_nothing_of(SLIP)
    await claimant.goto(dispute)
    await claimant.follow("Confirm that you keep no copy of an offer")
    await claimant.tick("No copy was kept.")
    await claimant.press("Record my answer")
    await respondent.goto(kept)
    await respondent.press("Take it out for good")
    await respondent.is_told("It is out for good. Its line stays, empty.")


async def settle_what_was_agreed(scene: Scene) -> None:
    """What was accepted last, and nothing else, is an article of the draft that the mediator then writes."""
    claimant, mediator = scene["claimant"], scene["mediator"]
    theirs = COMPANIES[1]
    last = await offering.make(claimant, scene.room("joint"), AGREED, "9 500", to=theirs)
    await offering.open_from_tasks(scene["respondent"], f"/disputes/{scene.case.id}", COMPANIES[0], AGREED)
    await offering.accept(scene["respondent"], last, party=theirs)
    await mediator.goto(last)
    await mediator.follow("Go on to the settlement agreement")
    await mediator.press("Draft the settlement agreement")
    draft = mediator.path.partition("/edit")[0]
    for person in (claimant, mediator):
        await person.goto(draft)
        await person.sees("Termes de l’offre acceptée")  # noqa: RUF001 -- as the page prints it
        await person.sees(AGREED)
        await person.sees_nothing_of(SLIP, SECOND)


@pytest.mark.asyncio(loop_scope="session")
async def test_what_crosses_from_two_caucuses_crosses_on_consent_and_a_mistake_is_mended(scene: Scene) -> None:
    await say_in_other_words(scene)
    await refuse_a_sentence(scene)
    await disclose_and_regret(scene)
    await haggle(scene)
    await stop_an_offer(scene)
    await settle_what_was_agreed(scene)


async def test_who_is_handed_an_exhibit_downloads_it_and_its_receipt_comes_by_itself(
    site: Site, crowd: Persons, tmp_path: Path
) -> None:
    platform = build_platform(read_settings(site.environment), clock=Hands())
    table = Table(platform, await with_an_insurer(platform))
    rows = await table.rows(await table.handed(await table.lodged(), "insurer"))
    actor = table.case.people["insurer"]
    context = await crowd(locale="fr-FR")
    await context.add_cookies([{"name": "entente", "value": await a_session(platform, actor), "url": site.url}])
    insurer = Person(actor.name, actor.email, await context.new_page(), site.url, "insurer", looks=Eyes())
    await insurer.goto(f"/disputes/{table.case.id}/handed/{rows['insurer'].id}")
    await insurer.reads("Once you have downloaded the file, its receipt appears here.")
    link = insurer.page.get_by_role("link", name=insurer.say("Download the file"))
    assert (await insurer.download(link, tmp_path)).read_bytes() == PDF
    receipt = insurer.page.get_by_role("link", name=insurer.say("Save its receipt"))
    await expect(receipt).to_be_visible(timeout=20_000)
    assert (await insurer.download(receipt, tmp_path)).suffix == ".json"
    await platform.close()
