"""What the C library does with memory that was freed: it goes back to the system."""

import ctypes
import sys
from functools import cache
from typing import Any, Final

_TRIM_THRESHOLD: Final = -1  # malloc.h
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_LARGE: Final = 4 * 1024 * 1024
"""Bytes from which on a piece is mapped by itself: a segment's buffers, and what a password is tried in."""
_KEPT: Final = 32 * 1024 * 1024
"""Bytes that may stay free at the heap's end, so that smaller pieces come and go without asking the system: with 8 MiB
reading took a tenth more of a processor, and no less memory."""


@cache
def _libc() -> Any:  # noqa: ANN401 -- a library, or nothing
    """The C library, where it is one that can be told (glibc)."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


def give_large_pieces_back() -> None:
    """Fix both thresholds, and let all threads share two heaps; before any thread begins.

    Left to itself, the library raises the first threshold with each large piece that is freed: from then on such pieces
    come out of the heap, where whatever small is placed behind one keeps it from going back. And it gives each thread a
    heap of its own, of which each keeps what it once needed; ours wait for one interpreter anyway.
    """
    libc = _libc()
    if libc is not None:
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_TRIM_THRESHOLD, _KEPT)
        libc.mallopt(_ARENA_MAX, 2)


def give_free_pages_back() -> None:
    """Give back whatever pages are free now: some milliseconds."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)
