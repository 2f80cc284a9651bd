"""Sets who reads before anything speaks: the language cookie, then Accept-Language, then French."""

from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from odr.clock import Clock
from odr.words import Reader, choose_language, reader
from web.security import read_cookie

LANGUAGE_COOKIE: Final = "entente-language"


class ReaderLayer:
    """ASGI layer outside everything, so that refusals and missing pages too are in the reader's language.

    Words that count from now ("in 3 days") count from one moment in the whole answer, by the platform's clock.
    """

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        """Wrap ``app``; a signed-in account's own choice is set later, by the visitor dependency."""
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose a language for the request."""
        if scope["type"] == ScopeType.HTTP:
            accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
            language = choose_language(read_cookie(scope, LANGUAGE_COOKIE), accepted.decode("latin-1"))
            reader.set(Reader(language, now=self.clock()))
        await self.app(scope, receive, send)
