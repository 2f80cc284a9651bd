"""How a life ends: with an agreement or without one; then its record is sealed, and an archivist is let in."""

from collections.abc import Mapping
from typing import Any, Final

from odr.words import phrase
from web.separation.hands import Life
from web.separation.living import ACTORS, Scene, Script, Step, act_apart, seat_people

TURNS: Final = 5
"""How often the worker's cadence passes until a record is sealed, in a signed checkpoint, and checked."""


async def agree(life: Life, name: str, _way: str) -> None:
    """The mediator writes down terms, and all sign them."""
    agreements = f"{life.root}/agreements"
    made = await life.do("mediator", "POST", agreements)
    agreement = f"{agreements}/{made['id']}"
    begun = await life.do("mediator", "GET", agreement)
    clause = {"heading": "Objet", "body": f"Chacun renonce à {name}."}
    text = {"seen": begun["version"]["number"], "title": "Accord", "preamble": f"De {name}.", "clauses": [clause]}
    await life.do("mediator", "POST", f"{agreement}/versions", json=text)
    digest = (await life.do("mediator", "GET", agreement))["version"]["digest"]
    await life.do("mediator", "POST", f"{agreement}/freeze", json={"digest": digest})
    for signatory in ("claimant", "respondent", "insurer"):
        life.stage.clock.advance(minutes=1)  # what is signed at one instant has no order
        await life.do(signatory, "POST", f"{agreement}/sign", json={"digest": digest, "password": life.stage.password})


async def give_up(life: Life, name: str, _way: str) -> None:
    """The mediator ends the mediation without an agreement."""
    await life.do("mediator", "POST", f"{life.root}/end", json={"reason": f"Rien n'avance : {name}."})


ENDINGS: Final[Mapping[str, Step]] = {
    "agree": Step(phrase("All sign an agreement, and the record is sealed."), agree),
    "give_up": Step(phrase("The mediator ends the mediation without an agreement, and the record is sealed."), give_up),
}


def parted(script: Script) -> tuple[Script, Scene | None]:
    """Return the hours at the open table, and the end if the script has one."""
    if script and script[-1].step in ENDINGS:
        return script[:-1], script[-1]
    return script, None


async def end_life(life: Life, scene: Scene) -> str:
    """End a life, seal and close its file, and let an archivist read the record; return the record's id."""
    async with seat_people(life, (*ACTORS, "archivist")):
        await act_apart(life, scene)
        life.stage.clock.advance(hours=1)
        await ENDINGS[scene.step].does(life, "la fin", scene.way)
        await _pass(life, TURNS)
        record: dict[str, Any] = await life.do("respondent", "GET", f"{life.root}/record")
        record_id = str(record["id"])
        await life.do("secretariat", "POST", f"{life.root}/close")
        requests = f"/api/v1/records/{record_id}/requests"
        asked = await life.do("archivist", "POST", requests, json={"motive": "Un contrôle."})
        await life.do("secretariat", "POST", f"/api/v1/access-requests/{asked['id']}/authorise")
        await _pass(life, 1)
    await life.all_done()
    return record_id


async def _pass(life: Life, turns: int) -> None:
    """Let the worker go through its cadence: a checkpoint, then what waited for it; one instant has no order."""
    cadence = life.stage.platform.settings.vault.cadence_seconds
    for _turn in range(turns):
        await life.worker.drain()
        life.stage.clock.advance(seconds=1)
        await life.worker.queue_recurring()
        await life.worker.drain()
        life.stage.clock.advance(seconds=cadence + 1)
