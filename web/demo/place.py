"""Where the demo lives: a directory of its own, with its secrets, its port and how far the case was played."""

import json
import secrets
import shutil
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from odr.first_start import make_environment
from odr.settings import Settings, read_settings
from web.demo.cast import CENTRE
from web.demo.errors import PlaceError

MARKER: Final = ".entente-demo"
HOST: Final = "127.0.0.1"
FIRST_PORT: Final = 8000
PORTS: Final = 200
CADENCE_SECONDS: Final = "5"


@dataclass(slots=True)
class Place:
    """One demo's directory. ``password`` is everybody's in it; ``played``: the case was played as far as it goes."""

    directory: Path
    port: int
    password: str
    played: bool

    @property
    def public_url(self) -> str:
        """Where its site is."""
        return f"http://{HOST}:{self.port}"

    @property
    def data(self) -> Path:
        """What the platform keeps."""
        return self.directory / "platform"

    @property
    def evidence(self) -> Path:
        """The files that the parties lodge."""
        return self.directory / "evidence"

    @property
    def authority(self) -> Path:
        """The demo time authority's keys."""
        return self.directory / "time-authority"

    def keep(self) -> None:
        """Write what a second start needs; for its owner only."""
        path = self.directory / MARKER
        path.touch(mode=0o600)
        path.write_text(
            json.dumps({"port": self.port, "password": self.password, "played": self.played}), encoding="utf-8"
        )


def find_place(directory: Path, *, port: int | None, fresh: bool) -> Place:
    """Return the demo that lives in ``directory``, or begin one there. One left half played is begun anew.

    Raises PlaceError (``not_ours``, ``port_taken``, ``no_port``), OSError.
    """
    directory = directory.resolve()
    known = _known(directory)
    if known is None and directory.exists() and any(directory.iterdir()):
        raise PlaceError("not_ours", str(directory))
    if known is not None and known.played and not fresh:
        known.port = _free(port or known.port)
        return known
    if known is not None:
        shutil.rmtree(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Place(directory, _free(port) if port else _next_free(), f"demo-{secrets.token_hex(5)}", played=False)
    place.data.mkdir(mode=0o700)
    place.keep()
    return place


def _known(directory: Path) -> Place | None:
    try:
        said: dict[str, Any] = json.loads((directory / MARKER).read_text(encoding="utf-8"))
        return Place(directory, int(said["port"]), str(said["password"]), bool(said["played"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def settings_of(place: Place, authorities: Path, changes: Mapping[str, str]) -> Settings:
    """Return the demo's settings; ``changes`` are variables of the operator's, such as another database or store."""
    made = make_environment(place.data, public_url=place.public_url, centre_name=CENTRE.name)
    return read_settings(
        {
            **made,
            "ENTENTE_DEMO": "yes",
            "ENTENTE_CHECKPOINT_SECONDS": CADENCE_SECONDS,
            "ENTENTE_TIME_AUTHORITIES": str(authorities),
            "ENTENTE_MAIL_FROM": CENTRE.email,
            **changes,
        }
    )


def _free(port: int) -> int:
    if not _is_free(port):
        raise PlaceError("port_taken", str(port))
    return port


def _next_free() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if _is_free(port):
            return port
    raise PlaceError("no_port", str(FIRST_PORT))


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True
