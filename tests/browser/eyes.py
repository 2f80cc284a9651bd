"""Looks at every distinct page that somebody meets: with axe, at the width of a desk and of a phone, in both ways."""

import re
from dataclasses import dataclass, field
from typing import Final

from axe_playwright_python.async_playwright import Axe

from tests.browser.person import Person

DESK: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
GRAVE: Final = frozenset({"serious", "critical"})
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN: Final = re.compile(r"(?<=/invitation/)[^/?#]+")


def template(person: Person) -> str:
    """The page's kind: its path without what names one dispute, and the room that it says to be in."""
    path = TOKEN.sub("{token}", IDENTIFIER.sub("{id}", person.path))
    return re.sub(r"\d+", "{n}", path.partition("#")[0].partition("?")[0])


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
            found = await Axe().run(person.page, options={"resultTypes": ["violations"]})
            self.findings += [
                f"{kind} at {size['width']}: {violation['id']} ({violation['impact']}): "
                + "; ".join(node["html"][:160] for node in violation["nodes"][:3])
                for violation in found.response["violations"]
                if violation["impact"] in GRAVE
            ]
        await person.page.set_viewport_size(original)  # type: ignore[arg-type]
