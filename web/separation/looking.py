"""What everybody else is shown: who looks, where they begin, what they try, and the mails they get."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from itertools import islice, product
from typing import Final
from uuid import uuid4

from odr.words import phrase
from web.separation.hands import Life
from web.separation.plain import Plain, Shown
from web.separation.stage import Stage, mail_folder
from web.separation.walking import Route, Seen, Walker, body_of_shape, routes_of

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
    TRYING: phrase("the other party, who lodges the same file and searches for the same words"),
}
"""Everybody but the claimant's people and the mediator, in words."""

ONLOOKERS: Final = tuple(role for role in ROLES if role not in {IN_PASSING, TRYING})

PROBERS: Final = frozenset({"respondent", "secretariat"})
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

HIDDEN: Final = ("exhibit_id", "upload_id", "statement_id", "line_id", "share_id", "meeting_id")
"""The parameters of routes that bear ids of what is made apart."""

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


async def look(life: Life, passing: list[Seen], roles: tuple[str, ...] = ONLOOKERS) -> list[Sight]:
    """Have everybody look at everything they can reach, and read their mails."""
    stage = life.stage
    reading = Plain(stage.known)
    found = [Sight(IN_PASSING, tuple(reading.answer(each) for each in passing))]
    for role in roles:
        reading = Plain(stage.known)
        async with stage.walker(None if role == NOBODY else role) as walker:
            account = await walker.ask("/account")
            if role != NOBODY and account.status != HTTPStatus.OK:
                raise life.hollow(role, "GET", account)
            seen = await _walk(stage, walker, every_route=role not in FOLLOWERS)
            if role in PROBERS:
                seen += await _probe(life, walker, reading)
        shown = [reading.answer(each) for each in seen]
        if role != NOBODY:
            shown += [_mail(reading, *each) for each in mails_to(stage, stage.people[role].email)]
        found.append(Sight(role, tuple(shown)))
    async with stage.walker("respondent") as walker:  # last: it leaves something behind
        trying = Plain(stage.known)
        found.append(Sight(TRYING, tuple([trying.answer(each) for each in await _try_the_same(life, walker)])))
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
    for route in routes:
        if route.path.startswith("/static") or PAPER.search(route.path):
            continue
        for values in islice(_fillings(route, known), FILLINGS):
            path = route.fill(values)
            if path not in asked:
                asked.add(path)
                seen.append(await walker.ask(path))
    return seen


def _fillings(route: Route, known: dict[str, dict[str, None]]) -> Iterator[dict[str, str]]:
    names = route.parameters
    for values in product(*(known.get(name, {}) for name in names)):
        yield dict(zip(names, values, strict=True))


async def _probe(life: Life, walker: Walker, reading: Plain) -> list[Seen]:
    """Ask for things made apart, by pages, forms and the API; where there are none, for ids that nothing bears."""
    stage, seen = life.stage, list[Seen]()
    hidden = {name: (life.made.get(name) or [str(uuid4())])[0] for name in HIDDEN}
    hidden["space_id"] = stage.rooms["caucus_claimant"]
    for name in HIDDEN:
        reading.probe(hidden[name])
    for route in routes_of(stage.app, "GET", *UNSAFE):
        wanted = set(route.parameters)
        if not wanted & hidden.keys() or not wanted <= hidden.keys() | {"dispute_id"}:
            continue
        path = route.fill({**hidden, "dispute_id": stage.dispute_id})
        if route.method == "GET":
            seen.append(await walker.ask(path))
        elif route.shape is not None and route.path.startswith("/api/"):
            seen.append(await walker.ask(path, route.method, content=body_of_shape(route.shape)))
        else:
            seen.append(await walker.ask(path, route.method, data=FORM))
    return seen


async def _try_the_same(life: Life, walker: Walker) -> list[Seen]:
    """Lodge in one's own caucus what the other side lodged in its own, and search for its words."""
    content = life.sent[0] if life.sent else b"nobody has lodged this\n" * 30
    path = f"{life.room('caucus_respondent')}/exhibits"
    params = {"name": "le meme.txt", "title": "Le même", "kind": "letter", "origin": "produced"}
    lodged = await walker.ask(path, "POST", params=params, content=content)
    facts = (b"sha256", b"size")  # of one's own bytes, which differ between the lives
    seen = [Seen(path, lodged.status, (), b" ".join(sorted(name for name in facts if name in lodged.body)))]
    word = "aparté 1" if life.acts else "rien du tout"
    for where in (
        "/disputes",
        f"{life.room('joint', api=False)}",
        f"{life.room('joint')}/exhibits",
        "/api/v1/disputes",
    ):
        answer = await walker.ask(where, params={"search": word})
        blank = answer.body.replace(word.encode(), b"WORD")
        seen.append(Seen(f"{where}?search", answer.status, (), blank))
    return seen


def mails_to(stage: Stage, address: str) -> list[tuple[str, str, str]]:
    """The mails that one person got: when, its headers, what it says; in the order of time, then of their words."""
    found: list[tuple[str, str, str]] = []
    for path in mail_folder(stage.platform).glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if address.casefold() in str(mail["To"]).casefold():
            headers = "\n".join(
                f"{name}: {value}" for name, value in mail.items() if name not in {"Message-ID", "Content-Type"}
            )
            parts = (str(part.get_content()) for part in mail.walk() if not part.is_multipart())
            found.append((path.name.partition("_")[0], headers, "\n".join(parts)))
    return sorted(found, key=lambda mail: (mail[0], mail[1]))


def _mail(reading: Plain, when: str, headers: str, text: str) -> Shown:
    body = reading.text(f"{headers}\n\n{text}".encode())
    return Shown(f"mail of {when}", 0, (), body)
