"""The public register: what of the platform's log anyone may have, and what a checkpoint from an old mail is worth."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.errors import InvalidInputError, NotFoundError
from odr.platform import Platform
from vault import Checkpoint, NoteKey, ProofError, Standing, check_signature, find_checkpoints, read_tile_path


class Answered(StrEnum):
    """What the witness says of one checkpoint."""

    CONSISTENT = "consistent"
    FOREIGN = "foreign"  # of another register, or not signed by us
    LONGER = "longer"
    FORKED = "forked"
    REWRITTEN = "rewritten"


ALARMS: Final = frozenset({Answered.LONGER, Answered.FORKED, Answered.REWRITTEN})
"""What is never to be seen: whoever sees it holds a proof against us."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """One checkpoint that was handed in, and how it stands to today's register.

    ``against`` is the text of our own checkpoint that contradicts it; ``newest`` is the size that a proof to download
    leads to, 0 where there is none to give (yet).
    """

    answer: Answered
    size: int
    root: bytes
    text: str
    against: str
    newest: int


async def published(platform: Platform) -> Checkpoint | None:
    """Return the newest published checkpoint; it tells nothing about anybody, so anyone may read it."""
    async with platform.unit(write=False) as uow:
        return await uow.vault.ledger.public.newest(uow.session, uow.now())


async def published_at(platform: Platform, size: int) -> bytes:
    """Return the text of the checkpoint that was signed at this size. Raises :class:`NotFoundError`."""
    async with platform.unit(write=False) as uow:
        public = uow.vault.ledger.public
        newest = await public.newest(uow.session, uow.now())
        found = await public.checkpoint(uow.session, size) if newest and 0 < size <= newest.size else None
    if found is None:
        raise NotFoundError
    return found.text


async def keys(platform: Platform) -> tuple[NoteKey, ...]:
    """Return the register's keys, the present one first, those that signed before it after it."""
    async with platform.unit(write=False) as uow:
        return await uow.vault.ledger.public.keys(uow.session)


async def consistency(platform: Platform, first: int, second: int) -> bytes:
    """Return the proof, as JSON, that the register of ``first`` entries begins that of ``second``.

    Raises :class:`InvalidInputError` unless 0 < first <= second, :class:`NotFoundError` beyond what is published.
    """
    if not 0 < first <= second:
        raise InvalidInputError({"first": "out_of_order"})
    older, newer = await published_at(platform, first), await published_at(platform, second)
    async with platform.unit(write=False) as uow:
        path = await uow.vault.ledger.public.consistency(uow.session, first, second)
    proof = {
        "format": "entente-consistency/v1",
        "first": older.decode(),
        "second": newer.decode(),
        "proof": [step.hex() for step in path],
    }
    return json.dumps(proof, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


async def tile(platform: Platform, path: str) -> bytes:
    """Return the bytes of the tile or entry bundle of this name (C2SP tlog-tiles).

    Raises :class:`InvalidInputError` for what is no name of one, :class:`NotFoundError` beyond what is published.
    """
    try:
        wanted = read_tile_path(path)
    except ProofError:
        raise InvalidInputError({"tile": "bad_name"}) from None
    async with platform.unit(write=False) as uow:
        public = uow.vault.ledger.public
        newest = await public.newest(uow.session, uow.now())
        data = None if newest is None else await public.tile(uow.session, wanted, newest.size)
    if data is None:
        raise NotFoundError
    return data


async def witness(platform: Platform, handed_in: bytes) -> list[Testimony]:
    """Compare every checkpoint that stands in a text or mail with today's register, alarms first; none: nothing found.

    Raises :class:`InvalidInputError` (text: ``too_long``).
    """
    try:
        found = find_checkpoints(handed_in)
    except ProofError:
        raise InvalidInputError({"text": "too_long"}) from None
    known = await keys(platform)
    testimonies = [await _testimony(platform, known, each) for each in found]
    return sorted(testimonies, key=lambda each: (each.answer not in ALARMS, -each.size))


async def _testimony(platform: Platform, known: tuple[NoteKey, ...], checkpoint: Checkpoint) -> Testimony:
    text = checkpoint.text.decode()
    if checkpoint.size == 0 or not any(_signed(checkpoint, key) for key in known):
        return Testimony(Answered.FOREIGN, checkpoint.size, checkpoint.root, text, "", 0)
    async with platform.unit(write=False) as uow:
        public = uow.vault.ledger.public
        standing, stored = await public.compare(uow.session, checkpoint)
        newest = await public.newest(uow.session, uow.now())
    answer = Answered(standing.value)
    against = stored.text.decode() if standing is Standing.FORKED and stored is not None else ""
    reach = newest.size if newest and answer is Answered.CONSISTENT and checkpoint.size <= newest.size else 0
    return Testimony(answer, checkpoint.size, checkpoint.root, text, against, reach)


def _signed(checkpoint: Checkpoint, key: NoteKey) -> bool:
    try:
        check_signature(checkpoint, key)
    except ProofError:
        return False
    return True
