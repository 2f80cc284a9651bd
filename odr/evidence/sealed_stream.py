"""A sealed file as Python's readers want one: read and sought on a worker thread, by ranges, never on a disk."""

import asyncio
import io
from typing import Any, Final, Self

from vault import Opened

WINDOW: Final = 1024 * 1024


class SealedStream(io.RawIOBase):
    """Reads through the event loop that made it; once closed, a thread that still reads gets an error and ends.

    A context manager. What the vault refuses is raised where it was read.
    """

    def __init__(self, content: Opened, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._content = content
        self._loop = loop
        self._place = 0

    def __enter__(self) -> Self:
        """Return itself; it is closed at the block's end."""
        return self

    def buffered(self) -> io.BufferedReader:
        """Return a reader that asks the vault for 1 MiB at a time."""
        return io.BufferedReader(self, WINDOW)

    def readable(self) -> bool:
        """Tell that it is read."""
        return True

    def seekable(self) -> bool:
        """Tell that it is sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place. Raises ValueError for one before the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._content.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the start")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any writable buffer: 3.11 has no name for it
        """Fill a buffer with what stands here, as far as it goes (blocks; never call it on the loop's own thread)."""
        if self.closed:
            raise ValueError("this reading was given up")
        view = memoryview(buffer).cast("B")
        start = min(self._place, self._content.size)
        stop = min(start + len(view), self._content.size)
        data = asyncio.run_coroutine_threadsafe(self._range(start, stop), self._loop).result()
        view[: len(data)] = data
        self._place = stop
        return len(data)

    async def _range(self, start: int, stop: int) -> bytes:
        return b"".join([piece async for piece in self._content.read(start, stop)])
