"""The scanner sees a resumable upload while it comes: one passage an upload, kept in this process between its pieces.

Only what the vault has made durable is shown, in its order, after it was committed: the scanner never keeps a byte from
being received, and holds the next one up by its patience at most. Where a passage was lost (a restart, another
process, a line that stayed quiet for so long that the scanner's connection was given back), the finishing step shows
the sealed segments instead, for :data:`LODGING_PATIENCE` at most; what takes longer is scanned by the worker.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from weakref import WeakKeyDictionary

from odr.evidence.scanning import NO_SCANNER, PATIENCE, WAITING, Clamd, Scan, Verdict, begin_scan
from odr.ids import UploadId
from odr.platform import Platform, speaking_odr
from vault import Opened, Watch

QUIET: Final = 20.0
"""Seconds after its last byte for which an unfinished upload keeps its connection to the scanner."""
SCAN_PATIENCE: Final = PATIENCE
LODGING_PATIENCE: Final = 10.0
"""Seconds for which a lodging shows sealed segments to the scanner."""
MOST: Final = 256
PIECE: Final = 1024 * 1024
WINDOW: Final = 8 * PIECE


class Passage:
    """One upload passing the scanner, from its first byte on."""

    def __init__(self, clamd: Clamd, size: int) -> None:
        self._scan: Scan = begin_scan(clamd, patience=SCAN_PATIENCE)
        self._size = size
        self._seen = 0
        self._verdict: asyncio.Task[Verdict] | None = None
        self._quiet: asyncio.TimerHandle | None = None

    @property
    def over(self) -> bool:
        """Whether the scanner wants no more: it was shown all, or has spoken before."""
        return self._verdict is not None

    async def see(self, position: int, plain: memoryview) -> None:
        """Show the scanner the bytes from ``position`` on; a passage that misses some is of no use any more."""
        if self.over:
            return
        if self._seen != position:
            await self._scan.abandon()
            return
        self._seen = -1  # nobody goes on from here before these are through
        for start in range(0, len(plain), PIECE):
            await self._scan.update(plain[start : start + PIECE])
        self._seen = position + len(plain)
        if self._seen == self._size or self._scan.over:
            self._verdict = asyncio.create_task(self._scan.finish())

    async def verdict(self) -> Verdict:
        """Return what the scanner said; ``waiting`` where it was not shown all."""
        return WAITING if self._verdict is None else await asyncio.shield(self._verdict)

    def wake(self) -> None:
        """Bytes come again."""
        if self._quiet is not None:
            self._quiet.cancel()

    def rest(self, drop: Callable[[], None]) -> None:
        """No bytes come for now: after a while the passage is given up, unless it is over."""
        self.wake()
        if not self.over:
            self._quiet = asyncio.get_running_loop().call_later(QUIET, drop)

    async def abandon(self) -> None:
        """Give the scanner's connection back."""
        self.wake()
        await self._scan.abandon()


class Passages:
    """The passages of one process, the latest so many."""

    def __init__(self) -> None:
        self._passages: OrderedDict[UploadId, Passage] = OrderedDict()
        self._leaving: set[asyncio.Task[None]] = set()

    def get(self, upload_id: UploadId) -> Passage | None:
        """Return an upload's passage, if it is still here."""
        return self._passages.get(upload_id)

    def afresh(self, upload_id: UploadId, clamd: Clamd, size: int) -> Passage:
        """Begin an upload's passage anew."""
        self.drop(upload_id)
        passage = self._passages[upload_id] = Passage(clamd, size)
        while len(self._passages) > MOST:
            self.drop(next(iter(self._passages)))
        return passage

    def rest(self, upload_id: UploadId) -> None:
        """No bytes of an upload come for now."""
        passage = self._passages.get(upload_id)
        if passage is not None:
            passage.rest(lambda: self.drop(upload_id))

    def drop(self, upload_id: UploadId) -> None:
        """Forget an upload's passage."""
        passage = self._passages.pop(upload_id, None)
        if passage is not None:
            leaving = asyncio.get_running_loop().create_task(passage.abandon())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)


_passages: Final[WeakKeyDictionary[Platform, Passages]] = WeakKeyDictionary()


def passages_of(platform: Platform) -> Passages:
    """Return what passes the scanner in this process."""
    return _passages.setdefault(platform, Passages())


def watch_upload(platform: Platform, upload_id: UploadId, size: int, offset: int) -> Watch | None:
    """Return what shows the scanner the bytes of an upload from ``offset`` on; ``None`` where it can't go on."""
    clamd, passages = platform.settings.clamd, passages_of(platform)
    if clamd is None:
        return None
    passage = passages.get(upload_id) if offset else passages.afresh(upload_id, clamd, size)
    if passage is None:
        return None
    passage.wake()
    return _from(passage, offset)


def watch_again(platform: Platform, upload_id: UploadId, size: int) -> Watch | None:
    """Return what shows the scanner all sealed segments, should they be read again, if it has not seen them."""
    clamd, passages = platform.settings.clamd, passages_of(platform)
    passage = passages.get(upload_id)
    if clamd is None or (passage is not None and passage.over):
        return None
    return _from(passages.afresh(upload_id, clamd, size), 0)


async def verdict_on(platform: Platform, upload_id: UploadId, size: int, content: Opened) -> Verdict:
    """Return what the scanner says of a finished upload, shown to it from its sealed segments where that is needed."""
    clamd, passages = platform.settings.clamd, passages_of(platform)
    if clamd is None:
        return NO_SCANNER
    passage = passages.get(upload_id)
    if passage is None or not passage.over:
        passage = passages.afresh(upload_id, clamd, size)
        with suppress(TimeoutError), speaking_odr():
            async with asyncio.timeout(LODGING_PATIENCE):
                await _show(passage, size, content)
    return await passage.verdict()


async def _show(passage: Passage, size: int, content: Opened) -> None:
    """Show sealed segments until the scanner wants no more."""
    see = _from(passage, 0)
    for start in range(0, size, WINDOW):
        async for chunk in content.read(start, min(start + WINDOW, size)):
            await see(memoryview(chunk))
        if passage.over:
            return


def _from(passage: Passage, position: int) -> Watch:
    async def see(plain: memoryview) -> None:
        nonlocal position
        await passage.see(position, plain)
        position += len(plain)

    return see
