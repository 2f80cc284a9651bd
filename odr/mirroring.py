"""A mirror of a public register: fetched as tiles, verified whole, kept as files that a web server can serve."""

import os
import time
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx

from vault import Checkpoint, NoteKey, ProofError, Tile, check_mirror, read_checkpoint, tiles_of

SECONDS: Final = 30.0
LARGEST: Final = 128 * 1024
"""Of any one answer, in bytes: a full bundle has 17,152, a full tile 8,192."""
TRIES: Final = 20


class MirrorError(Exception):
    """The register cannot be fetched, or does not hold; the message says which, in English, for whoever watches it."""


def mirror(url: str, directory: Path, *, key: str | None = None, client: httpx.Client | None = None) -> int:
    """Fetch what is new of the register at ``url``, verify all of it, and only then replace the last checkpoint.

    Returns the register's size. The key is ``key``, else the one kept at the first time. Raises MirrorError.
    """
    with client or httpx.Client(timeout=SECONDS, follow_redirects=False) as http:
        try:
            return _mirror(http, url.rstrip("/") + "/log", directory, key)
        except (ProofError, httpx.HTTPError, OSError) as error:
            raise MirrorError(str(error) or type(error).__name__) from error


def _mirror(http: httpx.Client, base: str, directory: Path, given: str | None) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    kept_key, kept_checkpoint = directory / "key", directory / "checkpoint"
    if not kept_key.is_file():
        _write(kept_key, given.encode() + b"\n" if given else _fetch(http, f"{base}/key"))
    key = NoteKey.from_text(kept_key.read_text("utf-8").strip())
    if given is not None and key.text != given:
        raise ProofError("the key given is not the one that this mirror was begun with")
    before = read_checkpoint(kept_checkpoint.read_bytes()) if kept_checkpoint.is_file() else None
    newest = read_checkpoint(_fetch(http, f"{base}/checkpoint"))
    _refuse_older(before, newest)

    def read(tile: Tile) -> bytes:
        place = directory / "tile" / tile.path
        if not place.is_file():
            _write(place, _fetch(http, f"{base}/tile/{tile.path}"))
        return place.read_bytes()

    check_mirror(newest, key, read, before=before)
    _forget_partial(directory, before, newest)
    _write(kept_checkpoint, newest.text)
    return newest.size


def _refuse_older(before: Checkpoint | None, newest: Checkpoint) -> None:
    """Before anything is fetched: a register that shrank has no tiles to be compared with."""
    if before is not None and newest.size < before.size:
        raise ProofError("the log is shorter than a checkpoint that it signed: it was rolled back")


def _forget_partial(directory: Path, before: Checkpoint | None, newest: Checkpoint) -> None:
    """Remove partial tiles that fuller ones replace."""
    if before is not None:
        living = {tile.path for tile in tiles_of(newest.size)}
        for tile in tiles_of(before.size):
            if tile.path not in living:
                (directory / "tile" / tile.path).unlink(missing_ok=True)


def _fetch(http: httpx.Client, url: str) -> bytes:
    """Fetch one answer, at the pace that the site asks for."""
    for _attempt in range(TRIES):
        with http.stream("GET", url) as answer:
            if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                time.sleep(min(int(answer.headers.get("retry-after", "1")), 60))
                continue
            if answer.status_code != HTTPStatus.OK:
                raise ProofError(f"{url} answers {answer.status_code}")
            data = b""
            for part in answer.iter_bytes():
                data += part
                if len(data) > LARGEST:
                    raise ProofError(f"{url} answers more than any tile holds")
            return data
    raise ProofError(f"{url} asks for patience too often")


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
