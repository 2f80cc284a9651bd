"""The way out: any range of an item, each chunk verified before it leaves."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Final, TypeVar
from uuid import UUID

from vault import contexts, envelope
from vault.digest import RunningDigest
from vault.envelope import CHUNK_SIZE, SEALED_SEGMENT_SIZE, SEGMENT_SIZE, Buffer, MessageReader
from vault.errors import DigestMismatchError, SealError, StoreError
from vault.keys.secret import Secret, zero
from vault.refs import ItemRef
from vault.settled import settled
from vault.stores.base import Fill, Readable

_T = TypeVar("_T")
WINDOW_SIZE: Final = 1024 * 1024


class Opened:
    """An item version that may be read: its size in bytes and its SHA-256 are known. It needs no session any more."""

    def __init__(
        self,
        store: Readable,
        place: tuple[str, str],
        tenant: UUID,
        item: ItemRef,
        data_key: bytearray,
        *,
        size: int,
        sha256: bytes,
        spare: tuple[Readable, tuple[str, str]] | None = None,
    ) -> None:
        self._copies = [(store, place), *([] if spare is None else [spare])]
        self._tenant = tenant
        self._item = item
        self._data_key = Secret(data_key)
        self._segments = max(1, -(-size // SEGMENT_SIZE))
        self.size = size
        self.sha256 = sha256

    def __del__(self) -> None:
        """Overwrite the data key, whichever way the reading ended."""
        zero(self._data_key)

    def check_end(self) -> None:
        """Authenticate the size by the final chunk of the last segment (blocks). Raises SealError, StoreError."""
        _Reading(self._reader, len(self._copies)).check_end(self._segments - 1)

    async def read(self, start: int = 0, stop: int | None = None, *, digested: bool = True) -> AsyncIterator[bytes]:
        """The bytes of ``[start, stop)`` in pieces of 1 MiB at most, the whole item without arguments.

        Each chunk is authenticated, with its place, before it leaves. Besides, a whole reading gives its last piece
        only once the SHA-256 of all is the recorded one, unless ``digested`` is false: it costs twice as much as all
        the rest, and finds only what whoever holds the item's key sealed anew. Raises ValueError outside the item,
        SealError, DigestMismatchError, StoreError; what was given before is authentic.
        """
        stop = self.size if stop is None else stop
        if not 0 <= start <= stop <= self.size:
            raise ValueError("this range is not within the item")
        digest = RunningDigest() if digested and (start, stop) == (0, self.size) else None
        reading = _Reading(self._reader, len(self._copies), digest, room=0 if digest else stop - start)
        held = b""
        try:
            for window in _windows(start, stop):
                if digest is None and (piece := reading.at_once(window)):
                    if held:
                        yield held
                        held = b""
                    yield piece
                    await asyncio.sleep(0)  # nothing above has waited for anything
                    continue
                opening = reading.begin(window)
                if held:
                    yield held  # the next piece is opened meanwhile, and this one hashed
                held = await settled(opening)
                await reading.hash(held)
            await reading.hashed()
            if digest is not None and not hmac.compare_digest(digest.sha256(), self.sha256):
                raise DigestMismatchError("the item does not have its recorded SHA-256")
            if held:
                yield held
        finally:
            await reading.end()

    def _reader(self, segment: int, copy: int, read: "_Read") -> MessageReader:
        """A reader of one sealed segment from one of the copies, its commitment checked (blocks as ``read`` does)."""
        last = segment == self._segments - 1
        size = self.size - segment * SEGMENT_SIZE if last else SEGMENT_SIZE
        base = segment * SEALED_SEGMENT_SIZE
        store, place = self._copies[copy]

        def read_at(offset: int, length: int) -> Buffer:
            return read(store, place, base + offset, length)

        context = contexts.segment_context(self._tenant, self._item, segment, last=last)
        return MessageReader(self._data_key, context, envelope.sealed_size(size), read_at)


_Read = Callable[[Readable, tuple[str, str], int, int], Buffer]


class _NotAtHandError(Exception):
    """What is asked for does not lie in memory."""


class _Way:
    """How sealed bytes are read. It holds on to nobody: a reading that is over lets its key go at once.

    What a store has at hand stays open until the last piece: to open it for each took a tenth of the time.
    """

    def __init__(self, room: int) -> None:
        self.waits = True
        self._open = ExitStack()
        self._at_hand: dict[tuple[str, str], Fill] = {}
        self._room = memoryview(bytearray(envelope.sealed_size(min(room, WINDOW_SIZE) + 2 * CHUNK_SIZE)))

    def read(self, store: Readable, place: tuple[str, str], offset: int, length: int) -> Buffer:
        """Give bytes of the object; unless it ``waits``, raise :class:`_NotAtHandError` for what isn't in memory.

        What didn't wait is lent until the next is read: fresh memory, cleared first, would cost a tenth of the opening.
        """
        if self.waits:
            return store.read(*place, offset, length)
        if place not in self._at_hand:
            self._at_hand[place] = self._open.enter_context(store.at_hand(*place))
        room = self._room[:length]
        if not self._at_hand[place](offset, room):
            raise _NotAtHandError
        return room

    def close(self) -> None:
        """Let go of what is at hand."""
        self._open.close()


class _Reading:
    """One pass over a range: the reader of the segment it is in, the copy that gave it, and what its threads are at.

    Where a copy is lost, away, or does not open, the next one is read; what neither gives is the last one's error.
    """

    def __init__(
        self,
        reader_of: Callable[[int, int, _Read], MessageReader],
        copies: int,
        digest: RunningDigest | None = None,
        *,
        room: int = 0,
    ) -> None:
        self._reader_of = reader_of
        self._copies = copies
        self._copy = 0
        self._digest = digest
        self._opening: asyncio.Task[bytes] | None = None
        self._hashing: asyncio.Task[None] | None = None
        self._segment = -1
        self._reader: MessageReader | None = None
        self._way = _Way(room)

    def at_once(self, window: tuple[int, int, int]) -> bytes | None:
        """Open one window here and now, if what it needs lies in memory: a thread's turn costs more than opening it."""
        self._way.waits = False
        try:
            return self._window(*window)
        except _NotAtHandError:
            return None
        finally:
            self._way.waits = True

    def begin(self, window: tuple[int, int, int]) -> asyncio.Task[bytes]:
        """Open one window on a thread."""
        self._opening = asyncio.create_task(asyncio.to_thread(self._window, *window))
        return self._opening

    async def hash(self, piece: bytes) -> None:
        """Hash a piece on a thread of its own, once the one before it has passed."""
        await self.hashed()
        if self._digest is not None:
            self._hashing = asyncio.create_task(asyncio.to_thread(self._digest.update, piece))

    async def hashed(self) -> None:
        """Wait until all has passed the digest."""
        if self._hashing is not None:
            await settled(self._hashing)

    async def end(self) -> None:
        """Wait until no thread is at work any more, however it ends, and hold nothing open."""
        for task in (self._opening, self._hashing):
            if task is not None:
                await asyncio.wait([task])
                if not task.cancelled():
                    task.exception()
        self._way.close()

    def _window(self, segment: int, begin: int, end: int) -> bytes:
        """Plaintext of ``[begin, end)`` within a segment."""
        return self._from_a_copy(segment, lambda reader: reader.take(begin, end))

    def check_end(self, segment: int) -> None:
        """Authenticate the size of a segment by its final chunk."""
        self._from_a_copy(segment, MessageReader.check_end)

    def _from_a_copy(self, segment: int, read: Callable[[MessageReader], _T]) -> _T:
        for left in reversed(range(self._copies)):
            try:
                if self._reader is None or segment != self._segment:
                    self._segment, self._reader = segment, self._reader_of(segment, self._copy, self._way.read)
                return read(self._reader)
            except (SealError, StoreError):
                self._reader = None
                if not left:
                    raise
                self._copy = (self._copy + 1) % self._copies
        raise AssertionError("an item has one copy at least")  # pragma: no cover -- the loop returns or raises


def _windows(start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Cut a range of an item into windows: (segment, begin, end), cut at the window boundaries of a segment."""
    while start < stop:
        segment, begin = divmod(start, SEGMENT_SIZE)
        end = min((begin // WINDOW_SIZE + 1) * WINDOW_SIZE, begin + stop - start)
        yield segment, begin, end
        start += end - begin
