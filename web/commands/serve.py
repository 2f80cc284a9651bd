"""Serve the site over HTTP/1.1, for a proxy that does TLS; behind it, name the proxy by --proxy.

With --reload (and with --trial) no variable need be set: what is missing is made in .entente/dev, a first try that is
never meant for production.
"""

import asyncio
import gc
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import uvicorn
from litestar.types import ASGIApp

from odr.bootstrap import build_platform, give_large_pieces_back, leave_no_dumps
from odr.database import Database
from odr.first_start import make_environment
from odr.migrate import upgrade
from odr.platform import speaking_odr
from odr.settings import Settings
from odr.words import _
from web.app import build_app
from web.commands.starting import why_not_start
from web.logging import configure_logging
from web.terminal import FAILED, OK, complain, parser_for, settings_here

PACKAGES: Final = Path(__file__).parent.parent.parent
TRIAL: Final = Path(".entente/dev")
GRACEFUL_SECONDS: Final = 5  # open event streams would otherwise hold the process
_GC_THRESHOLDS: Final = (100_000, 50, 50)
_RECEIVING: Final = 1024 * 1024
"""Bytes that may wait in the kernel before they are read: what a killed server has not read, is sent again."""


def run(argv: Sequence[str]) -> int:
    """Serve until a signal comes."""
    parser = parser_for("serve", __doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--proxy",
        default="127.0.0.1",
        metavar="ADDRESSES",
        help="comma-separated addresses whose X-Forwarded-For is believed (default: %(default)s)",
    )
    parser.add_argument("--reload", action="store_true", help="restart at each change of the code")
    parser.add_argument("--trial", action="store_true", help=f"make what is missing in {TRIAL}")
    given = parser.parse_args(argv)
    if (given.trial or given.reload) and not os.environ.get("ENTENTE_DATA_DIR"):
        _prepare_trial(f"http://{given.host}:{given.port}")
    settings = settings_here()
    configure_logging()
    leave_no_dumps()
    give_large_pieces_back()
    refusal = asyncio.run(_why_not(settings))
    if refusal:
        complain(refusal)
        return FAILED
    if given.reload:
        uvicorn.run(
            "web.commands.serve:application",
            factory=True,
            host=given.host,
            port=given.port,
            reload=True,
            reload_dirs=[str(PACKAGES / name) for name in ("vault", "odr", "web")],
            reload_includes=["*.py", "*.html", "*.po", "*.css", "*.js", "*.typ"],
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        return OK
    return _serve(settings, given.host, given.port, given.proxy)


def application() -> ASGIApp:
    """Build the application from this process's settings (for the reloader, which imports it by name)."""
    configure_logging()
    return build_app(build_platform(settings_here()))


def configuration(app: ASGIApp, *, proxy: str) -> uvicorn.Config:
    """Return how the site is served: no access log, since the paths of invitations are secrets."""
    return uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] -- Litestar and uvicorn type the same protocol, each in its own way
        log_config=None,
        access_log=False,
        server_header=False,
        http="httptools",
        ws="none",
        lifespan="on",
        proxy_headers=True,
        forwarded_allow_ips=proxy,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket whose connections send at once (TCP_NODELAY) and hold little. Raises ``OSError``.

    asyncio sets the option itself only where the socket names its protocol; accepted ones inherit it on Linux anyway.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVING)
        listening.bind((host, port))
        listening.listen(1024)
    except OSError:
        listening.close()
        raise
    return listening


class Server(uvicorn.Server):
    """A server that, once started, keeps what it loaded out of the garbage collector's way."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then freeze."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)


def _serve(settings: Settings, host: str, port: int, proxy: str) -> int:
    try:
        listening = listen(host, port)
    except OSError as error:
        complain(_("Cannot listen on %(place)s: %(why)s", place=f"{host}:{port}", why=error.strerror or str(error)))
        return FAILED
    server = Server(configuration(build_app(build_platform(settings)), proxy=proxy))
    with listening:
        server.run(sockets=[listening])
    return OK if server.started else FAILED


async def _why_not(settings: Settings) -> str:
    platform = build_platform(settings)
    try:
        with speaking_odr():
            return await why_not_start(platform)
    finally:
        await platform.close()


def _prepare_trial(public_url: str) -> None:
    """Make secrets, settings and a database for a first try, and say so."""
    directory = TRIAL.resolve()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = make_environment(directory, public_url=public_url, centre_name="Centre de médiation à l'essai")
    for name, value in made.items():
        os.environ.setdefault(name, value)
    complain(_("A trial: its secrets, its database and its mails are in %(place)s", place=str(directory)))

    async def bring_up() -> None:
        database = Database(settings_here().database_url)
        try:
            await upgrade(database)
        finally:
            await database.close()

    asyncio.run(bring_up())
