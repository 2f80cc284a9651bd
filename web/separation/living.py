"""A life of the dispute: what happens in sight of all, hour by hour, and between the hours what happens apart."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from odr.words import phrase
from odr.worker import Worker
from web.separation.apart import ACTS
from web.separation.hands import CAUCUS, MINE, Life
from web.separation.stage import Stage
from web.separation.walking import Seen

STRAIGHT: Final = "straight"
WAYS: Final = (STRAIGHT, "draft", "caucus", "second_version", "consent")
"""How an exhibit of the claimant's may come into the joint room. From the other side they are all one."""

BRINGING: Final = frozenset({"enter", "enter_and_leave", "supply"})
"""The steps in which one comes."""


SENTENCE: Final = "sentence"
"""How the mediator's message may come to be said: on the claimant's consent. At the table it is one like any other."""


def ways_of(step: str) -> tuple[str, ...]:
    """Return the ways that there are to do a step, the plain one first."""
    if step == "mediator_speaks":
        return (STRAIGHT, SENTENCE)
    return WAYS if step in BRINGING else (STRAIGHT,)


ACTORS: Final = ("claimant", "claimant_counsel", "mediator", "respondent", "secretariat", "insurer")
Glance = Callable[[Life], Awaitable[list[Seen]]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something done in sight: a sentence, and how it is done; ``does`` gets a name of its own, and the way."""

    words: str
    does: Callable[[Life, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One hour: what is done in sight, by which way, and what was done apart before it."""

    step: str
    way: str = STRAIGHT
    apart: tuple[str, ...] = ()

    def quiet(self) -> "Scene":
        """The same hour without anything apart."""
        return replace(self, way=STRAIGHT, apart=())


Script = tuple[Scene, ...]


async def enter(life: Life, name: str, way: str) -> None:
    """An exhibit of the claimant's comes into the joint room."""
    life.joint.append(await _bring(life, name, way))


async def enter_and_leave(life: Life, name: str, way: str) -> None:
    """An exhibit of the claimant's comes into the joint room, and is taken back before anybody opened it."""
    exhibit_id = await _bring(life, name, way)
    await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/take-back")


async def claimant_speaks(life: Life, name: str, _way: str) -> None:
    """The claimant speaks to everybody, and shares with everybody what it counts as its loss."""
    await life.say("claimant", "joint", f"À tous : {name}.")
    life.stage.clock.advance(minutes=1)  # what is told of at one instant has no order
    losses = f"{life.root}/losses"
    line = {"kind": "extra_work", "what": f"Reprise de {name}", "formula": "4 × 120", "begins": "2025-04-01"}
    await life.do("claimant", "POST", f"{losses}/lines", json=line)
    preview = await life.do("claimant", "GET", f"{losses}/sharing/joint")
    await life.do("claimant", "POST", f"{losses}/shared", json={"into": "joint", "sha256": preview["sha256"]})


async def mediator_speaks(life: Life, name: str, way: str) -> None:
    """The mediator speaks to everybody, and calls everybody to a meeting."""
    text = f"Pour chacun : {name}."
    if way == SENTENCE:
        asked = {"text": text, "purpose": f"Pour {name}."}
        made = await life.do("mediator", "POST", f"{life.room(CAUCUS)}/statements", json=asked)
        statement = f"{life.root}/statements/{made['id']}"
        await life.do("claimant", "POST", f"{statement}/allow")
        await life.do("mediator", "POST", f"{statement}/say")
    else:
        await life.say("mediator", "joint", text)
    life.stage.clock.advance(minutes=1)
    starts_at = (life.stage.clock.at + timedelta(days=20)).isoformat()
    called = {"starts_at": starts_at, "place": f"Salle de {name}", "agenda": f"De {name}."}
    await life.do("mediator", "POST", f"{life.root}/meetings", json=called)


async def respondent_speaks(life: Life, name: str, _way: str) -> None:
    """The respondent answers, with an exhibit and an offer; the claimant makes another one instead."""
    await life.say("respondent", "joint", f"Nous répondons : {name}.")
    await life.lodge("respondent", "joint", f"réponse {name}")
    await _haggle(life, name)


async def _haggle(life: Life, name: str) -> None:
    """The respondent offers, the claimant another thing instead, which is stopped as a mistake and put back."""
    life.stage.clock.advance(minutes=1)  # what is told of at one instant has no order
    offers, said = f"{life.root}/offers", {"text": f"Nous proposons : {name}.", "amount_cents": 50_000}
    first = await life.do("respondent", "POST", offers, json=said)
    life.stage.clock.advance(minutes=1)
    await life.do("claimant", "GET", f"{offers}/{first['id']}")
    instead = {**said, "text": f"Plutôt ceci : {name}.", "instead_of": first["id"]}
    second = f"{offers}/{(await life.do('claimant', 'POST', offers, json=instead))['id']}"
    life.stage.clock.advance(minutes=1)
    await life.do("insurer", "GET", second)
    stopped = await life.do("mediator", "POST", f"{second}/quarantine", json={"why": f"Trop tôt : {name}."})
    life.stage.clock.advance(minutes=1)
    quarantine = f"{life.root}/quarantines/{stopped['id']}"
    await life.do("insurer", "POST", f"{quarantine}/copies", json={"copies": "none_kept"})
    await life.do("claimant", "POST", f"{quarantine}/restore")


async def respondent_apart(life: Life, name: str, _way: str) -> None:
    """The respondent, too, has a caucus and drafts."""
    await life.lodge("respondent", "caucus_respondent", f"à part {name}")
    await life.lodge("respondent", "private_respondent", f"brouillon {name}")
    await life.say("respondent", "caucus_respondent", f"De notre côté : {name}.")


async def supply(life: Life, name: str, way: str) -> None:
    """The mediator supplies a joint exhibit to the expert."""
    if not life.joint:
        await enter(life, name, way)
    path = f"{life.root}/missions/{life.stage.mission_id}/supplies"
    await life.do("mediator", "POST", path, json={"exhibit_ids": life.joint[-1:]})


async def days_pass(life: Life, _name: str, _way: str) -> None:
    """Three days pass."""
    life.stage.clock.advance(days=3)


STEPS: Final[Mapping[str, Step]] = {
    "enter": Step(phrase("An exhibit of the claimant's comes into the joint room."), enter),
    "enter_and_leave": Step(
        phrase("An exhibit of the claimant's comes into the joint room, and is taken back before anybody opened it."),
        enter_and_leave,
    ),
    "claimant_speaks": Step(
        phrase("The claimant speaks to everybody, and shares what it counts as its loss."), claimant_speaks
    ),
    "mediator_speaks": Step(phrase("The mediator speaks to everybody, and calls a meeting."), mediator_speaks),
    "respondent_speaks": Step(
        phrase(
            "The respondent answers, with an exhibit and an offer; the claimant's other offer is stopped, and back."
        ),
        respondent_speaks,
    ),
    "respondent_apart": Step(phrase("The respondent, too, has a caucus and drafts."), respondent_apart),
    "supply": Step(phrase("The mediator supplies a joint exhibit to the expert."), supply),
    "days_pass": Step(phrase("Three days pass."), days_pass),
}


async def _prepare(life: Life, name: str, way: str) -> str:
    """An hour before an exhibit comes into the joint room: have it where it comes from; return its id, if there is one.

    What is kept of that hour (when it was lodged, scanned, read) must not show where it then stands.
    """
    if way == "draft":
        return await life.lodge("claimant", MINE, name)
    if way == "second_version":
        exhibit_id = await life.lodge("claimant", MINE, f"{name}, première mouture")
        await life.lodge("claimant", MINE, name, replaces=exhibit_id)
        return exhibit_id
    if way in {"caucus", "consent"}:
        exhibit_id = await life.lodge("claimant", CAUCUS, name)
        await life.walkers["mediator"].ask(f"{life.root}/exhibits/{exhibit_id}/file")
        return exhibit_id
    return ""


async def _bring(life: Life, name: str, way: str) -> str:
    """Bring an exhibit of the claimant's into the joint room by one of the ways; return its id."""
    if way == STRAIGHT:
        return await life.lodge("claimant", "joint", name)
    exhibit_id = life.prepared
    if way == "consent":
        disclosure = f"{life.root}/exhibits/{exhibit_id}/disclosure"
        asked = await life.do("mediator", "POST", disclosure, json={"purpose": "Pour tous.", "form": "original"})
        await life.do("claimant", "POST", f"{disclosure}/consent", json={"seen": asked["id"]})
        await life.do("mediator", "POST", f"{disclosure}/disclose")
    else:
        await life.do("claimant", "POST", f"{life.root}/exhibits/{exhibit_id}/share", json={"into": "joint"})
    return exhibit_id


@asynccontextmanager
async def seat_people(life: Life, roles: tuple[str, ...] = ACTORS) -> AsyncIterator[None]:
    """Have these people signed in for an hour: anew each time, for days may lie between."""
    async with AsyncExitStack() as walkers:
        life.walkers = {role: await walkers.enter_async_context(life.stage.walker(role)) for role in roles}
        yield


async def act_apart(life: Life, scene: Scene) -> None:
    """Do what happens apart in an hour."""
    for act in scene.apart:
        life.acts += 1
        await ACTS[act].does(life, f"aparté {life.acts}")


async def live(
    stage: Stage, script: Script, glance: Callable[[Life], Awaitable[list[Seen]]]
) -> tuple[Life, list[Seen]]:
    """Live hours at the open table from the stage's beginning; ``glance`` tells what is seen after each."""
    await stage.begin_again()
    life, seen = Life(stage, Worker(stage.platform)), list[Seen]()
    for hour, scene in enumerate(script, start=1):
        name, way = f"pièce {hour}", scene.way
        if scene.step == "enter_and_leave" and way == "consent":
            way = STRAIGHT
        async with seat_people(life):
            await act_apart(life, scene)
            if scene.step in BRINGING:
                life.prepared = await _prepare(life, name, way)
            stage.clock.advance(hours=1)
            await life.worker.queue_recurring()
            await life.worker.drain()
            await STEPS[scene.step].does(life, name, way)
            seen += await glance(life)
        await life.all_done()
    return life, seen
