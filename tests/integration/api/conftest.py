"""Programs that speak to the whole application over this test's platform, known by bearers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from odr.bootstrap import Platform
from odr.visibility.actor import Actor
from tests.application import application
from tests.builders import PUBLIC_URL
from web.api.bearer import make_bearer

Programs = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def program(platform: Platform) -> AsyncIterator[Programs]:
    """``await program(actor)``: a client whose requests carry the actor's bearer; ``None``: none."""
    app: Any = application(platform)
    async with AsyncExitStack() as clients:

        async def enter(actor: Actor | None, language: str = "fr") -> httpx.AsyncClient:
            headers = {"Accept-Language": language}
            if actor is not None:
                headers["Authorization"] = f"Bearer {make_bearer(platform, actor.account_id).access_token}"
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
                base_url=f"{PUBLIC_URL}/api/v1",
                headers=headers,
            )
            return await clients.enter_async_context(client)

        yield enter
