"""The album: every page of the site from the demo's data, each as somebody who would see it, in both languages."""

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from playwright.async_api import Browser, Page

from tests.browser.album_acts import live_on
from tests.browser.album_pages import PAGES, PEOPLE
from tests.browser.eyes import DESK, PHONE
from tests.integration.demo.starting import a_free_port, an_open_demo
from tests.services.browser import Persons, running_chromium
from web.demo.doors import doors_of
from web.separation.walking import Route, Seen, links_of

LANGUAGES: Final = {"fr": "fr-FR", "en": "en-GB"}
ROOM: Final = re.compile(r'<body data-room="(\w+)"')
ROUTES: Final = [Route(kind, "GET") for kinds in PAGES.values() for kind in kinds]
MOST: Final = 8  # addresses of one kind that one person reads in search of pages to show
LONGEST: Final = 80_000  # octets of a page to show: of a longer list, the first rows say as much
DRAWN: Final = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
PATIENCE: Final = 120_000  # milliseconds that a page, or its picture, may take on a busy machine


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page to show: its kind (a route's path), the room that it is in, who looks, and its address."""

    kind: str
    room: str
    role: str
    key: str  # whose door opens it
    address: str
    octets: int

    @property
    def fullness(self) -> tuple[bool, int]:
        """How much it has to show; an endless list only where there is nothing else."""
        bearable = self.octets <= LONGEST
        return bearable, self.octets if bearable else -self.octets

    @property
    def name(self) -> str:
        """Its files' name."""
        words = re.sub(r"[{}]|:\w+", "", self.kind).strip("/").replace("/", "_")
        return "-".join(part for part in (words or "front", self.room, self.role) if part)


def make_album(folder: Path) -> list[str]:
    """Open the demo that lives in the folder (play it first where there is none), and show all pages that it leads to.

    Then its people act on a little (album_acts.py), and what this opens is shown too. Beside the pictures, `pages.txt`
    lists what was shown. Returns the kinds of pages that the demo does not lead to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with an_open_demo(folder / "demo", "--port", str(a_free_port())) as demo:
        doors = {"": ""} | {door.key: door.token for door in doors_of(demo.directory / "platform")}
        found = asyncio.run(_show_all(demo.url, doors, folder))
    lines = sorted(f"{leaf.name}\t{leaf.key}\t{leaf.address}\n" for leaf in found)
    folder.joinpath("pages.txt").write_text("".join(lines))
    shown = {leaf.kind for leaf in found}
    return [kind for kinds in PAGES.values() for kind in kinds if kind not in shown]


async def _show_all(url: str, doors: dict[str, str], folder: Path) -> list[Leaf]:
    async with running_chromium() as chromium:
        fullest = await _search(url, doors)
        await _show_these(chromium, url, doors, fullest, folder)
        further = await _go_further(url, doors, fullest)
        await _show_these(chromium, url, doors, further, folder)
    return [*fullest, *further]


async def _show_these(chromium: Browser, url: str, doors: dict[str, str], leaves: list[Leaf], folder: Path) -> None:
    persons = Persons(chromium)
    for key in sorted({leaf.key for leaf in leaves}):
        for language, locale in LANGUAGES.items():
            page = await (await persons(locale=locale)).new_page()
            await _enter(page, url, doors[key], language)
            for leaf in leaves:
                if leaf.key == key:
                    await _show(page, url, leaf, folder, language)
    await persons.leave()


async def _go_further(url: str, doors: dict[str, str], shown: list[Leaf]) -> list[Leaf]:
    """Let the demo's people act on, and return the pages of kinds that were not shown before."""
    known = {leaf.kind for leaf in shown}
    further: dict[str, Leaf] = {}
    for key, address in await live_on(url, doors, {leaf.kind: leaf.address for leaf in shown}):
        async with _browsing(url, doors[key]) as client:
            answer = await client.get(address)
        kind = _kind(address)
        if answer.is_success and kind not in known:
            room = ROOM.search(answer.text)
            role = next(role for role, keys in PEOPLE.items() if key in keys)
            leaf = Leaf(kind, room[1] if room else "", role, key, address, len(answer.content))
            further.setdefault(leaf.kind, leaf)
    return list(further.values())


@asynccontextmanager
async def _browsing(url: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=120, headers={"Accept-Language": "fr"}) as client:
        if token:
            await client.get(f"/demo/enter/{token}")
        yield client


async def _search(url: str, doors: dict[str, str]) -> list[Leaf]:
    """Of each kind and room, the fullest page that somebody of its role is shown; every person walks once."""
    fullest: dict[str, Leaf] = {}
    for key in dict.fromkeys(key for keys in PEOPLE.values() for key in keys):
        roles = [role for role, keys in PEOPLE.items() if key in keys]
        async for leaf in _leaves(url, key, doors[key], roles):
            former = fullest.get(leaf.name)
            if former is None or former.fullness < leaf.fullness:
                fullest[leaf.name] = leaf
    return list(fullest.values())


async def _leaves(url: str, key: str, token: str, roles: list[str]) -> AsyncIterator[Leaf]:
    """Follow every link as one person; yield each page that one of the roles is to be shown."""
    waiting = deque(["/", "/demo/mail", *(kind for role in roles for kind in PAGES[role] if "{" not in kind)])
    met = set(waiting)
    read = Counter[str]()
    async with _browsing(url, token) as client:
        while waiting:
            address = waiting.popleft()
            kind = _kind(address)
            read[kind] += 1
            if read[kind] > MOST:
                continue
            answer = await client.get(address)
            seen = Seen(address, answer.status_code, tuple(answer.headers.raw), answer.content)
            if answer.is_success and seen.is_page:
                room = ROOM.search(answer.text)
                for role in roles:
                    if kind in PAGES[role]:
                        yield Leaf(kind, room[1] if room else "", role, key, address, len(answer.content))
            fresh = [link for link in links_of(seen, url.partition("://")[2]) if link not in met and _kind(link)]
            met.update(fresh)
            waiting.extend(fresh)


def _kind(address: str) -> str:
    """The page's kind at an address, `""` for what is no page; a path without parameters goes before one with."""
    fits = [route.path for route in ROUTES if route.read(address) is not None]
    return min(fits, key=lambda path: path.count("{"), default="")


async def _enter(page: Page, url: str, token: str, language: str) -> None:
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{url}/demo/enter/{token}" if token else url)
    if await page.locator("html").get_attribute("lang") != language:
        async with page.expect_navigation():
            await page.locator(f"button[name=language][value={language}]").click()


async def _show(page: Page, url: str, leaf: Leaf, folder: Path, language: str) -> None:
    await page.goto(url + leaf.address)
    for size in (DESK, PHONE):
        await page.set_viewport_size(size)  # type: ignore[arg-type]  # Playwright wants its own TypedDict of the same two keys
        await page.evaluate(DRAWN)  # else a long page may be taken with a stretch still white
        path = folder / f"{leaf.name}-{language}-{size['width']}.png"
        await page.screenshot(path=path, full_page=True, animations="disabled")
