"""The tour in pictures: lives the case with the demo's evidence, and keeps what is worth seeing.

python -m tests.browser.shots                        remake docs/tour
python -m tests.browser.shots --every DIRECTORY      every page that anybody meets, at a desk and on a phone
python -m tests.browser.shots --every DIRECTORY --language en
python -m tests.browser.shots --album DIRECTORY      every page that there is, from the demo's data, in both languages
"""

import argparse
import asyncio
import base64
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from tests.browser import story
from tests.browser.album import make_album
from tests.browser.cast import Table, invented_papers
from tests.browser.eyes import DESK, PHONE, template
from tests.browser.person import Person
from tests.browser.site import running_site
from tests.services.browser import Persons, running_chromium
from tests.services.programs import scratch_directory

TOUR: Final = Path(__file__).parents[2] / "docs" / "tour"
LARGEST: Final = 120_000  # octets of a picture
QUALITIES: Final = (0.86, 0.78, 0.68, 0.55)
INTO_WEBP: Final = """async ([png, quality]) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept of a moment: the part of the page that begins at `top`, so many pixels wide and high."""

    name: str
    width: int = 1280
    height: int = 860
    top: str = ""  # a selector; empty for the page's head


PICTURES: Final = {
    "front": Picture("01-front"),
    "filed": Picture("02-request-filed", height=900),
    "open": Picture("03-at-a-glance", height=1000),
    "caucus": Picture("04-fingerprints-agree", height=900, top="form.upload .drop"),
    "apart": Picture("05-apart-on-a-phone", width=390, height=844),
    "consent": Picture("06-consent", height=1000),
    "joint": Picture("07-together", height=1000),
    "expert": Picture("08-expert", height=900, top="#supplied"),
    "changes": Picture("09-what-changed", height=760),
    "sign": Picture("10-to-sign", height=900),
    "archive": Picture("11-verdicts", height=1000),
}


@dataclass
class Camera:
    """Takes pictures of moments, or of every distinct page, into a folder."""

    folder: Path
    darkroom: Page
    language: str
    taken: set[str] = field(default_factory=set[str])

    async def moment(self, name: str, person: Person) -> None:
        """Keep one picture of the tour, in WebP, small enough for a repository."""
        picture = PICTURES[name]
        before = person.page.viewport_size
        await person.page.set_viewport_size({"width": picture.width, "height": picture.height})
        if picture.top:
            await person.page.locator(picture.top).first.evaluate("(part) => part.scrollIntoView({ block: 'start' })")
        else:
            await person.page.evaluate("scrollTo(0, 0)")
        png = base64.b64encode(await person.page.screenshot(animations="disabled")).decode("ascii")
        if before:
            await person.page.set_viewport_size(before)
        for quality in QUALITIES:
            webp = base64.b64decode(await self.darkroom.evaluate(INTO_WEBP, [png, quality]))
            if len(webp) <= LARGEST:
                break
        else:
            raise RuntimeError(f"{picture.name} stays above {LARGEST} octets")
        self.folder.joinpath(f"{picture.name}.webp").write_bytes(webp)

    async def every_page(self, person: Person) -> None:
        """Keep each distinct page of each role, whole, at both widths."""
        room = await person.page.locator("body").get_attribute("data-room") or ""
        kind = template(person).strip("/").replace("/", "_").replace("{", "").replace("}", "") or "front"
        name = "-".join(part for part in (kind, room, person.role) if part)
        if name in self.taken:
            return
        self.taken.add(name)
        for size in (PHONE, DESK):
            await person.page.set_viewport_size(size)  # type: ignore[arg-type]
            await person.page.screenshot(
                path=self.folder / f"{name}-{self.language}-{size['width']}.png", full_page=True, animations="disabled"
            )


async def take(folder: Path, *, every: bool, language: str) -> None:
    """Live the case once, and take the pictures."""
    with scratch_directory("shots") as directory, running_site(directory) as site:
        async with running_chromium() as chromium:
            persons = Persons(chromium)
            darkroom = await (await persons()).new_page()
            camera = Camera(folder, darkroom, language)
            table = Table(site, persons, directory / "papers", language=language, bring=invented_papers)
            if every:
                table.looks = camera.every_page
            else:
                table.moment = camera.moment
            await story.live(table)
            await persons.leave()


def main() -> int:
    """Read the arguments and take the pictures; the pictures of a former tour make room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=Path, metavar="DIRECTORY", help="take every page, into this directory")
    parser.add_argument(
        "--album", type=Path, metavar="DIRECTORY", help="take every page of the demo, into this directory"
    )
    parser.add_argument("--language", choices=("fr", "en"), default="fr")
    given = parser.parse_args()
    if given.album is not None:
        unseen = make_album(given.album)
        print("\n".join(("The demo does not lead to:", *unseen)) if unseen else "Every page is in the album.")  # noqa: T201 -- a program for the terminal
        return 0
    if given.every is None:
        for former in TOUR.glob("*.webp"):
            former.unlink()
    folder = given.every or TOUR
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder, every=given.every is not None, language=given.language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
