"""What everybody else is shown: who looks, where they begin, what they try, and the mails they get."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice, product
from typing import Final
from uuid import uuid4

from odr.words import phrase
from web.separation.hands import SAME, Life
from web.separation.letters import Letters, as_shown
from web.separation.plain import Plain, Shown
from web.separation.stage import OK, Stage
from web.separation.unfolding import Lots
from web.separation.walking import API, Route, Seen, Walker, body_of_shape, routes_of

NOBODY: Final = "nobody"
IN_PASSING: Final = "in passing"
TRYING: Final = "trying"

ROLES: Final[Mapping[str, str]] = {
    "respondent": phrase("the other party's representative"),
    "respondent_counsel": phrase("the other party's counsel"),
    "secretariat": phrase("the secretariat"),
    "expert": phrase("the expert"),
    "archivist": phrase("the archivist"),
    "administrator": phrase("the administrator"),
    "other_mediator": phrase("a mediator of the centre who is not appointed"),
    "stranger": phrase("somebody with an account who is not at the table"),
    NOBODY: phrase("whoever is not signed in"),
    IN_PASSING: phrase("the other party or the secretariat, in passing"),
    TRYING: phrase("the other party, who lodges the same file, searches for the same words and takes a bundle along"),
}
"""Everybody but the claimant's people and the mediator, in words."""

ONLOOKERS: Final = tuple(role for role in ROLES if role not in {IN_PASSING, TRYING})

PROBERS: Final = frozenset({"respondent", "secretariat", "expert"})
"""They also ask for what they may not know of, as somebody would who had learnt an id elsewhere."""

STARTS: Final = (
    "/",
    "/disputes",
    "/archive",
    "/account",
    "/people",
    "/operations",
    "/custody",
    "/verify",
    "/about/proof",
)
FOLLOWERS: Final = frozenset({"respondent_counsel"})
"""They only follow links: what they may do is what their representative may, who tries every route."""

SEATED: Final = frozenset({"respondent", "secretariat", "expert"})
"""Whose answers differ with what happens in sight: they try every route in each life, the others in a whole one."""

INHERITORS: Final = frozenset({"respondent", "archivist"})
"""Who may have the sealed record: when a whole life is over, they try every route again."""

PAPER: Final = re.compile(r"/receipt\.pdf")
"""What is slow to make, and says what the machine's receipt says: one is enough for each onlooker."""

FILLINGS: Final = 40
"""How many combinations of known ids are tried on one route."""

FORM: Final = {
    **dict.fromkeys(("text", "purpose", "reason", "motive", "interests", "declaration", "questions", "title"), "Zut."),
    **dict.fromkeys(("again", "independent", "confirm", "allow", "sure", "read"), "yes"),
    "form": "original",
    "into": "joint",
    "room": "caucus",
    "password": "un mot de passe bien long",
}
"""What stands in a form that is sent about something one may not know of."""

HIDDEN: Final = (
    "exhibit_id",
    "upload_id",
    "message_id",
    "statement_id",
    "disclosure_id",
    "handed_id",
    "quarantine_id",
    "exception_id",
    "line_id",
    "share_id",
    "meeting_id",
    "invitation_id",
    "notice_id",
)
"""The parameters of routes that bear ids of what is made apart; besides them, the disputes that are being written."""

KNOWING: Final = {"Range": "bytes=0-9", "If-None-Match": "*"}
"""What somebody says who has a copy already."""

UNSAFE: Final = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Sight:
    """All that one onlooker was shown in one life, in the order in which they looked."""

    role: str
    shown: tuple[Shown, ...]


async def glance(life: Life) -> list[Seen]:
    """What the respondent and the secretariat see in passing, after each hour."""
    seen: list[Seen] = []
    for who in ("respondent", "secretariat"):
        seen += [await life.walkers[who].ask(path) for path in (life.page, life.root, "/")]
    seen.append(await life.walkers["respondent"].ask(f"{life.room('joint')}/exhibits"))
    return seen


async def look(
    life: Life, passing: list[Seen], letters: Letters, roles: tuple[str, ...] = ONLOOKERS, *, whole: bool = True
) -> list[Sight]:
    """Have everybody look at all they can reach, and read their mails; ``whole``: everybody tries every route."""
    stage = life.stage
    reading = Plain(stage.known)
    found = [Sight(IN_PASSING, tuple(reading.answer(each) for each in passing))]
    for role in roles:
        reading = Plain(stage.known)
        async with stage.walker(None if role == NOBODY else role) as walker:
            account = await walker.ask("/account")
            if role != NOBODY and account.status != HTTPStatus.OK:
                raise life.hollow(role, "GET", account)
            seen = await _walk(stage, walker, every_route=role in SEATED or (whole and role not in FOLLOWERS))
            if role in PROBERS:
                seen += await _probe(life, walker, reading, drafts=role == "respondent")
        shown = [reading.answer(each) for each in seen]
        if role != NOBODY:
            shown += [as_shown(reading, each) for each in letters.to(stage.people[role].email)]
        found.append(Sight(role, tuple(shown)))
    async with stage.walker("respondent") as walker:  # last: it leaves something behind
        trying = Plain(stage.known)
        found.append(Sight(TRYING, tuple([trying.answer(each) for each in await _try_the_same(life, walker)])))
    await life.worker.drain()
    return found


async def look_at_the_end(
    life: Life, record_id: str, letters: Letters, roles: tuple[str, ...] = ONLOOKERS, *, whole: bool = True
) -> list[Sight]:
    """Have everybody look at what is left of a life: the sealed record, the papers of its end, and their mails."""
    stage, lots = life.stage, Lots()
    package = f"/api/v1/records/{record_id}/package"
    async with stage.walker("respondent") as walker:
        given = await walker.ask(package)
    if given.status != HTTPStatus.OK:
        raise life.hollow("respondent", "GET", given)
    Plain(stage.known, lots).answer(given)  # what it holds of lots is named alike to everybody
    found: list[Sight] = []
    for role in roles:
        reading = Plain(stage.known, lots)
        async with stage.walker(None if role == NOBODY else role) as walker:
            seen = [await walker.ask(path) for path in (package, f"{life.root}/record", f"{life.page}/record")]
            if whole and role in INHERITORS:
                seen += await _walk(stage, walker, every_route=True)
            else:
                seen += await walker.crawl(life.page, f"/archive/{record_id}", once=PAPER) if whole else []
        shown = [reading.answer(each) for each in seen]
        if role != NOBODY:
            shown += [as_shown(reading, each) for each in letters.to(stage.people[role].email)]
        found.append(Sight(role, tuple(shown)))
    return found


async def _walk(stage: Stage, walker: Walker, *, every_route: bool) -> list[Seen]:
    """Every page that links lead to, then every route that asks, with the ids that were met on the way."""
    seen = await walker.crawl(*STARTS, f"/disputes/{stage.dispute_id}", once=PAPER)
    if not every_route:
        return seen
    asked = {each.asked.partition("?")[0] for each in seen}
    routes = routes_of(stage.app, "GET")
    known: dict[str, dict[str, None]] = {"dispute_id": {stage.dispute_id: None}}
    for path in (each.asked for each in seen if each.status < HTTPStatus.BAD_REQUEST):
        for values in filter(None, (route.read(path) for route in routes)):
            for name, value in values.items():
                known.setdefault(name, {})[value] = None
    at_the_table = {**known, "dispute_id": {stage.dispute_id: None}}
    for route in routes:
        if route.path.startswith("/static") or PAPER.search(route.path):
            continue
        is_alone = route.parameters == ["dispute_id"] and route.path.startswith(API)  # pages have links
        known_here = known if is_alone else at_the_table
        for values in islice(_fillings(route, known_here), FILLINGS):
            path = route.fill(values)
            if path not in asked:
                asked.add(path)
                seen.append(await walker.ask(path))
    return seen


def _fillings(route: Route, known: dict[str, dict[str, None]]) -> Iterator[dict[str, str]]:
    names = route.parameters
    for values in product(*(known.get(name, {}) for name in names)):
        yield dict(zip(names, values, strict=True))


async def _probe(life: Life, walker: Walker, reading: Plain, *, drafts: bool) -> list[Seen]:
    """Ask for things made apart, by pages, forms and the API; where there are none, for ids that nothing bears."""
    stage, seen = life.stage, list[Seen]()
    hidden = {name: (life.made.get(name) or [str(uuid4())])[0] for name in (*HIDDEN, "dispute_id")}
    for value in hidden.values():
        reading.probe(value)
    draft, rooms = hidden.pop("dispute_id"), [stage.rooms["caucus_claimant"], stage.rooms["joint"]]
    for route in routes_of(stage.app, "GET", "HEAD", *UNSAFE):
        wanted = set(route.parameters)
        if drafts and wanted == {"dispute_id"}:
            seen += await _try(walker, route, {"dispute_id": draft})
        elif wanted & {*hidden, "space_id"} and wanted <= {*hidden, "space_id", "dispute_id"}:
            for room in rooms if wanted & hidden.keys() and "space_id" in wanted else rooms[:1]:
                seen += await _try(walker, route, {**hidden, "dispute_id": stage.dispute_id, "space_id": room})
    return seen


async def _try(walker: Walker, route: Route, values: Mapping[str, str]) -> list[Seen]:
    path = route.fill(values)
    if route.method in {"GET", "HEAD"}:
        file = [await walker.ask(path, route.method, headers=KNOWING)] if route.path.endswith("/file") else []
        return [await walker.ask(path, route.method), *file]
    if route.shape is not None and route.path.startswith("/api/"):
        return [await walker.ask(path, route.method, content=body_of_shape(route.shape))]
    return [await walker.ask(path, route.method, data=FORM)]


async def _try_the_same(life: Life, walker: Walker) -> list[Seen]:
    """Lodge in one's own caucus what the other side lodged in its own, search for its words, take a bundle along."""
    path = f"{life.room('caucus_respondent')}/exhibits"
    params = {"name": "le meme.txt", "title": "Le même", "kind": "letter", "origin": "produced"}
    lodged = await walker.ask(path, "POST", params=params, content=SAME)
    joint = (life.room("joint", api=False), f"{life.room('joint')}/exhibits")
    searched = ("/disputes", *joint, "/api/v1/disputes")
    found = [await walker.ask(where, params={"search": "aparté 1"}) for where in searched]
    bundle = await walker.ask(f"{life.root}/bundle", "POST", json={"exhibits": None})
    if bundle.status not in OK:
        raise life.hollow("respondent", "POST", bundle)
    return [lodged, *found, bundle]
