"""A real Chromium, silent towards the outside, speaking French unless told otherwise."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, WebError, async_playwright

from tests.services.programs import find_program

UNWANTED = (
    *("OptimizationHints", "MediaRouter", "Translate", "AutofillServerCommunication"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),  # pages of its own in each window, unseen: half of a window's time
)
SILENT = (  # no update, no metrics, no list of bad sites: nothing leaves the machine
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    f"--disable-features={','.join(UNWANTED)}",
    "--dns-prefetch-disable",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost , EXCLUDE *.localhost",
)


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Start the system's Chromium without a window; its contexts are the persons."""
    program = find_program("chromium")
    sandbox = ["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*SILENT, *sandbox], chromium_sandbox=not sandbox
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Persons:
    """Makes one browser context for each person, and remembers what broke in their pages."""

    browser: Browser
    complaints: list[str] = field(default_factory=list[str])
    _contexts: list[BrowserContext] = field(default_factory=list[BrowserContext])

    async def __call__(self, **options: Any) -> BrowserContext:
        """A new person: cookies of their own, French, in Paris. Options are those of `Browser.new_context`."""
        french = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": {"width": 1280, "height": 800}}
        context = await self.browser.new_context(**{**french, **options})
        context.set_default_timeout(15_000)
        context.on("weberror", self._on_error)
        context.on("console", self._on_console)
        self._contexts.append(context)
        return context

    async def leave(self) -> None:
        """Close every context."""
        for context in self._contexts:
            await context.close()

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught in a page: {error.error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"against the page's own policy: {message.text}")
