"""A person before a browser: finds everything by the words on it, in their own language, and can't find what isn't."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, Locator, Page, Response, expect

from odr import words

Looks = Callable[["Person"], Awaitable[None]]  # what is done with each page that a person arrives at


async def _glance(_person: "Person") -> None:
    """A person who only reads."""


@dataclass
class Person:
    """Somebody with an address, a password and a browser of their own."""

    name: str
    email: str
    page: Page
    url: str
    role: str = ""
    language: str = "fr"
    password: str = "quatre mots faciles à retenir"
    looks: Looks = _glance
    places: dict[str, str] = field(default_factory=dict[str, str])  # paths worth coming back to

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def path(self) -> str:
        """Where this person is now."""
        return self.page.url.removeprefix(self.url)

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def say(self, sentence: str, **values: object) -> str:
        """An English sentence of ours, as this person reads it."""
        with words.use_language(self.language):
            return words._(sentence, **values)

    # ---- moving

    async def goto(self, path: str) -> Response:
        """Type an address."""
        response = await self.page.goto(self.url + path)
        assert response is not None
        await self.looks(self)
        return response

    @asynccontextmanager
    async def _arriving(self) -> AsyncIterator[None]:
        async with self.page.expect_navigation():
            yield
        await self.looks(self)

    async def follow(self, label: str, within: Locator | None = None, *, exact: bool = True, **values: object) -> None:
        """Press a link, by its words."""
        link = (within or self.main).get_by_role("link", name=self.say(label, **values), exact=exact)
        async with self._arriving():
            await link.first.click()

    async def follow_text(self, text: str, within: Locator | None = None) -> None:
        """Press a link by what people wrote on it: a title, a name."""
        async with self._arriving():
            await (within or self.main).get_by_role("link", name=text).first.click()

    async def press(self, label: str, within: Locator | None = None, *, exact: bool = True, **values: object) -> None:
        """Press a button that leads to a page."""
        button = (within or self.main).get_by_role("button", name=self.say(label, **values), exact=exact)
        async with self._arriving():
            await button.click()

    async def press_here(self, label: str, within: Locator | None = None) -> None:
        """Press a button whose answer comes into this page."""
        await (within or self.main).get_by_role("button", name=self.say(label), exact=True).click()

    # ---- writing

    def labelled(self, label: str, within: Locator | None = None, **values: object) -> Locator:
        """The field under that label, whether it says "optional" or not."""
        place, text = within or self.main, self.say(label, **values)
        optional = f"{text} ({self.say('optional')})"
        return place.get_by_label(text, exact=True).or_(place.get_by_label(optional, exact=True)).first

    async def write(self, label: str, text: str, within: Locator | None = None, **values: object) -> None:
        await self.labelled(label, within, **values).fill(text)

    async def pick(self, label: str, option: str, within: Locator | None = None, **values: object) -> None:
        """Choose from a list, by the option's words."""
        await self.labelled(label, within, **values).select_option(label=option)

    async def tick(self, label: str, within: Locator | None = None, **values: object) -> None:
        """Tick a box or choose one of several, by its words."""
        await self.labelled(label, within, **values).check()

    # ---- reading

    async def reads(self, sentence: str, **values: object) -> None:
        """One of our sentences stands on the page, before the eyes."""
        await expect(self.main.get_by_text(self.say(sentence, **values)).first).to_be_visible()

    async def sees(self, text: str) -> None:
        """What somebody wrote stands on the page."""
        await expect(self.main.get_by_text(text).first).to_be_visible()

    async def sees_nothing_of(self, *texts: str) -> None:
        """None of these stands anywhere in the page's source: not before the eyes, not hidden."""
        source = await self.page.content()
        for text in texts:
            assert text not in source, f"{self.name} must not find {text!r} on {self.path}"

    async def is_told(self, title: str) -> None:
        """A notice at the top says so."""
        await expect(self.main.locator(".notice").get_by_text(self.say(title)).first).to_be_visible()

    async def reads_banner(self, sentence: str, *also: str, **values: object) -> None:
        """The banner says who can read this page."""
        banner = self.page.get_by_role("region", name=self.say("Who can read this page"), exact=True)
        await expect(banner).to_contain_text(self.say(sentence, **values))
        for text in also:
            await expect(banner).to_contain_text(text)

    async def download(self, link: Locator, folder: Path) -> Path:
        """Press a link that saves a file, and keep it under its own name."""
        async with self.page.expect_download() as pending:
            await link.click()
        given = await pending.value
        path = folder / given.suggested_filename
        await given.save_as(path)
        return path

    async def cannot_reach(self, *paths: str) -> None:
        """What they may not read does not exist: 404, whatever is typed."""
        for path in paths:
            response = await self.context.request.get(self.url + path, max_redirects=0)
            assert response.status == 404, f"{self.name} got {response.status} for {path}"
