"""What the demo's people do for the album, so that it reaches pages where the demo stops short of."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit
from zipfile import ZipFile

import httpx

from odr.words import home_zone
from tests.browser.album_pages import DISPUTE
from web.demo.case import crm_case
from web.demo.questionnaire import pages

DEAF: Final = frozenset({"submit", "button", "file", "image", "reset"})
TICKED: Final = frozenset({"radio", "checkbox"})
MAIL_SECONDS: Final = 30
HERE: Final = re.compile(r"/disputes/[0-9a-f-]{36}")

Leads: TypeAlias = list[tuple[str, str]]
"""Whose door opens a page, and its address."""


@dataclass
class Filled:
    """A form of a page, as a browser would send it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])


class Forms(HTMLParser):
    """The forms of a page, filled with what stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Filled] = []
        self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Filled(given.get("action", "")))
        if not self.found:
            return
        fields, name = self.found[-1].fields, given.get("name", "")
        if tag == "input" and name and given.get("type") not in DEAF:
            if given.get("type") not in TICKED or "checked" in given:
                fields[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (self._select not in fields or "selected" in given):
            fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area, fields[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area and self.found:
            self.found[-1].fields[self._area] += data.strip("\n")


@dataclass
class Visitor:
    """One person of the demo with a browser that shows nothing."""

    client: httpx.AsyncClient

    async def read(self, address: str) -> str:
        """The text of a page."""
        return (await self.client.get(address)).raise_for_status().text

    async def send(self, address: str, action: str = "", /, **given: str | list[str]) -> str:
        """Fill the form of a page whose action is the page's own, or ends so, and return the path that it leads to."""
        ending = action or urlsplit(address).path
        form = next((each for each in Forms(await self.read(address)).found if _path(each).endswith(ending)), None)
        if form is None:
            raise LookupError(f"{address} has no form for {ending}")
        query = dict(parse_qsl(urlsplit(form.action).query))
        answer = await self.client.post(_path(form), params=query, data={**form.fields, **given}, follow_redirects=True)
        return answer.raise_for_status().url.path

    async def put(self, address: str, action: str, file: tuple[str, bytes], /, **given: str) -> str:
        """Send a file by the form of a page, as a browser without scripts does, and return the path it leads to."""
        form = next((each for each in Forms(await self.read(address)).found if _path(each).endswith(action)), None)
        if form is None:
            raise LookupError(f"{address} has no form for {action}")
        data = {**form.fields, **given}
        answer = await self.client.post(_path(form), data=data, files={"file": file}, follow_redirects=True)
        return answer.raise_for_status().url.path

    async def links(self, address: str, part: str) -> list[str]:
        """The links of a page that hold these words, each once."""
        found = dict.fromkeys(re.findall(r'href="([^"]+)"', await self.read(address)))
        return [link.partition("#")[0] for link in found if part in link]


def _path(form: Filled) -> str:
    return urlsplit(form.action).path


@dataclass(frozen=True, slots=True)
class Play:
    """The demo's people, and an address of each kind of page that the demo leads to."""

    people: Mapping[str, Visitor]
    found: Mapping[str, str]

    def before(self, kind: str) -> str:
        """What stands before the last part of an address of that kind."""
        if kind not in self.found:
            raise LookupError(f"the demo leads to no {kind}")
        return self.found[kind].partition("?")[0].rpartition("/")[0]


async def live_on(url: str, doors: Mapping[str, str], found: Mapping[str, str]) -> Leads:
    """Do all this in a demo that is open; an act that it has no place for any more leads nowhere."""
    async with AsyncExitStack() as clients:
        people: dict[str, Visitor] = {}
        for key, token in doors.items():
            headers = {"Accept-Language": "fr", "Origin": url}
            client = await clients.enter_async_context(httpx.AsyncClient(base_url=url, timeout=120, headers=headers))
            people[key] = Visitor(client)
            if token:
                await client.get(f"/demo/enter/{token}")
        play, leads = Play(people, found), Leads()
        for act in ACTS:
            try:
                leads += await act(play)
            except (LookupError, httpx.HTTPStatusError) as error:
                print(f"{act.__name__}: {error}")  # noqa: T201 -- a program for the terminal
        return leads


def _talked_through(play: Play) -> str:
    """The dispute whose settlement is being written."""
    return play.before(f"{DISPUTE}/agreements/{{agreement_id:uuid}}/edit").partition("/agreements")[0]


async def _share_worksheets(play: Play) -> Leads:
    losses = f"{_talked_through(play)}/losses"
    leads = Leads()
    for key, formula in (("leguirrec", "11 × 26 × 35"), ("montsegret", "2 × 1400")):
        person = play.people[key]
        await person.send(losses, "/lines", kind="extra_work", what="Six mois de tableurs", formula=formula)
        lines = await person.links(losses, "/losses/lines/")
        shared = await person.send(f"{losses}/share?into=joint", "/share")
        leads += [(key, losses), (key, lines[0]), (key, f"{losses}/share?into=joint"), (key, shared)]
    return [*leads, ("vauquelin", f"{losses}/comparison"), ("leguirrec", f"{losses}/comparison")]


async def _ask_for_an_exhibit(play: Play) -> Leads:
    return [("vauquelin", play.before(f"{DISPUTE}/exhibits/{{exhibit_id:uuid}}/offer") + "/ask")]


async def _call_a_meeting(play: Play) -> Leads:
    meetings = f"{_talked_through(play)}/meetings"
    day = (datetime.now(home_zone) + timedelta(days=9)).date().isoformat()
    made = await play.people["vauquelin"].send(f"{meetings}/new", day=day, hour="14:30", place="Au centre, salle 2")
    return [("vauquelin", f"{made}/move"), ("leguirrec", made)]


async def _offer_to_settle(play: Play) -> Leads:
    """One offer that the other side opens, and one that nobody does, which may be withdrawn."""
    offers, claimant = f"{_talked_through(play)}/offers", play.people["leguirrec"]
    terms = "Montségret achève la reprise des données avant le 30 juin ; nous payons la facture n° 4 ce jour-là."
    made = await claimant.send(f"{offers}/new", text=terms, amount="9 000", act="send")
    kept = await claimant.send(f"{offers}/new", text="Nous renoncerions aux pénalités.", act="send")
    await play.people["montsegret"].read(made)
    mediator = play.people["vauquelin"]
    await mediator.read(made)
    joint = (await mediator.links(offers, "/rooms/"))[0]
    seen = await mediator.links((await mediator.links(joint, "/as/"))[0], "/offers/")
    return [
        *(("vauquelin", page) for page in seen),
        *(("leguirrec", page) for page in (offers, f"{offers}/new", made, f"{kept}/withdraw", f"{made}/quarantine")),
        *(("montsegret", f"{made}/{answer}") for answer in ("accept", "refuse")),
    ]


async def _freeze_the_settlement(play: Play) -> Leads:
    agreement = play.before(f"{DISPUTE}/agreements/{{agreement_id:uuid}}/freeze")
    await play.people["vauquelin"].send(f"{agreement}/freeze")
    return [("leguirrec", f"{agreement}/sign"), ("leguirrec", f"{agreement}/refuse")]


async def _withdraw_a_message(play: Play) -> Leads:
    kind = f"{DISPUTE}/rooms/{{space_id:uuid}}/messages/{{message_id:uuid}}/quarantine"
    message = play.before(kind) + "/quarantine"
    made = await play.people["montsegret"].send(message, why="Ce message était destiné à notre conseil.")
    return [("montsegret", made), ("leguirrec", f"{made}/copies")]


async def _ask_to_read_the_archive(play: Play) -> Leads:
    record = play.found["/archive/{record_id:uuid}"]
    await play.people["crozemarie"].send(record, "/access", motive="Une partie demande une copie de sa pièce C-1.")
    asked = await play.people["escoffrel"].links("/archive", "/archive/access/")
    return [("escoffrel", asked[0]), ("crozemarie", asked[0])]


async def _a_draft(play: Play) -> str:
    person = play.people["leguirrec"]
    (_about, first), *others = pages(crm_case(datetime.now(home_zone).date()))
    made = HERE.search(await person.send("/disputes/new", **first))
    if made is None:
        raise LookupError("no draft was made")
    for topic, answers in others:
        lists = {key: text.split(",") if key in {"clauses", "outcomes"} else text for key, text in answers.items()}
        await person.send(f"{made[0]}/draft/{topic}", **lists)
    return made[0]


async def _write_a_request(play: Play) -> Leads:
    here = await _a_draft(play)
    written = ["draft", "draft/others", "check", "complain"]
    return [("leguirrec", f"{here}/{page}") for page in written]


async def _complain(play: Play) -> Leads:
    here = await _a_draft(play)
    person = play.people["leguirrec"]
    await person.send(f"{here}/complain")
    invitation = await _newest_invitation(play)
    await person.send(f"{here}/complaint", "/proposals", terms="Une date ferme, et le solde payé ce jour-là.")
    return [("leguirrec", f"{here}/complaint"), ("leguirrec", f"{here}/complaint/close"), ("", invitation)]


async def _admit_and_invite(play: Play) -> Leads:
    secretary, here = play.people["escoffrel"], play.before(f"{DISPUTE}/qualify")
    await secretary.send(f"{here}/qualify", decision="yes")
    await secretary.send(f"{here}/invite")
    invitation = await _newest_invitation(play)
    await play.people[""].send(invitation, "/open")
    ways = [("", invitation), ("", f"{invitation}/decline"), ("", f"{invitation}/colleague")]
    return [("escoffrel", f"{here}/invite"), *ways]


async def _newest_invitation(play: Play) -> str:
    """The link of the newest mail that holds one, once that mail has left."""
    nobody = play.people[""]
    before = await nobody.links("/demo/mail", "/demo/mail/")
    for _second in range(MAIL_SECONDS):
        for mail in await nobody.links("/demo/mail", "/demo/mail/"):
            held = re.search(r"/invitation/[\w-]+", await nobody.read(mail))
            if held and mail not in before[1:]:
                return held[0]
        await asyncio.sleep(1)
    raise LookupError("no invitation was mailed")


async def _accept_a_mission(play: Play) -> Leads:
    missions = play.before(f"{DISPUTE}/expertise/new")
    links = await play.people["vauquelin"].links(missions, "/expertise/")
    mission = next((link for link in links if not link.endswith("/new")), missions)
    await play.people["thackeray"].send(mission, "/accept", declaration="Aucun lien avec elles.", independent="yes")
    return [("vauquelin", f"{mission}/supply")]


async def _send_an_archive(play: Play) -> Leads:
    caucus = play.before(f"{DISPUTE}/rooms/{{space_id:uuid}}/statements")
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in ("Contrats/Avenant 2.txt", "../passwd", "vide.txt", "__MACOSX/._Avenant 2.txt"):
            archive.writestr(name, "" if name == "vide.txt" else f"{name} {caucus}")
    choice = await play.people["montsegret"].put(caucus, "/exhibits", ("dossier.zip", packed.getvalue()), archive="ask")
    return [("montsegret", choice)]


async def _ask_to_say_a_sentence(play: Play) -> Leads:
    caucus = play.before(f"{DISPUTE}/rooms/{{space_id:uuid}}/statements")
    said = {"text": "Un échelonnement serait envisageable.", "purpose": "Ouvrir la discussion.", "days": "14"}
    asked = await play.people["vauquelin"].send(f"{caucus}/statements", **said)
    await play.people["montsegret"].send(asked, "/allow")
    after = await play.people["vauquelin"].links(asked, "/after/statements/")
    return [("vauquelin", link) for link in after[:1]]


async def _pause(play: Play) -> Leads:
    here = play.before(f"{DISPUTE}/extend")
    await play.people["vauquelin"].send(f"{here}/steps/suspend", reason="Les congés de fin d\u2019année.")
    return [("vauquelin", f"{here}/pause")]


ACTS: Final[tuple[Callable[[Play], Awaitable[Leads]], ...]] = (
    _share_worksheets,
    _ask_for_an_exhibit,
    _call_a_meeting,
    _offer_to_settle,
    _freeze_the_settlement,
    _withdraw_a_message,
    _ask_to_read_the_archive,
    _write_a_request,
    _complain,
    _admit_and_invite,
    _accept_a_mission,
    _send_an_archive,
    _ask_to_say_a_sentence,
    _pause,
)
"""In this order: what ends something comes after what needs it."""
