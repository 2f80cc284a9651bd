"""Looks at every distinct page that somebody meets: with axe, at the width of a desk and of a phone, in both ways."""

import re
from dataclasses import dataclass, field
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

from tests.browser.person import Person

DESK: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
GRAVE: Final = frozenset({"serious", "critical"})
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VIOLATIONS: Final = """axe.run({resultTypes: ["violations"]}).then(({violations}) => violations.map(
    ({id, impact, nodes}) => ({id, impact, where: nodes.slice(0, 3).map((node) => node.html.slice(0, 160))})))"""
TOKEN: Final = re.compile(r"(?<=/invitation/)[^/?#]+")


def template(person: Person) -> str:
    """The page's kind: its path without what names one dispute, and the room that it says to be in."""
    path = TOKEN.sub("{token}", IDENTIFIER.sub("{id}", person.path))
    return re.sub(r"\d+", "{n}", path.partition("#")[0].partition("?")[0])


@dataclass(frozen=True)
class Violation:
    """What axe finds on a page: its rule, how grave it is, and where, three times at most."""

    id: str
    impact: str
    where: list[str]


async def violations(page: Page, *, again: bool = False) -> list[Violation]:
    """Look at a page with axe; ``again``: it is at hand there. What it finds wrong comes back, not all it tried."""
    if not again:
        await page.evaluate(AXE_SCRIPT)
    return [Violation(**found) for found in await page.evaluate(VIOLATIONS)]


@dataclass
class Eyes:
    """Remembers which pages were looked at, by whom, and what was found."""

    seen: set[str] = field(default_factory=set[str])
    findings: list[str] = field(default_factory=list[str])

    async def __call__(self, person: Person) -> None:
        """Look at a page of a kind, in a room and a role, once."""
        room = await person.page.locator("body").get_attribute("data-room") or ""
        kind = f"{template(person)} {room} {person.role}".replace("  ", " ")
        if kind in self.seen:
            return
        self.seen.add(kind)
        original = person.page.viewport_size
        for size in (PHONE, DESK):
            await person.page.set_viewport_size(size)  # type: ignore[arg-type]
            wider = await person.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider > 0:
                self.findings.append(f"{kind}: {wider} px wider than a screen of {size['width']}")
            self.findings += [
                f"{kind} at {size['width']}: {found.id} ({found.impact}): " + "; ".join(found.where)
                for found in await violations(person.page, again=size is DESK)
                if found.impact in GRAVE
            ]
        await person.page.set_viewport_size(original)  # type: ignore[arg-type]
