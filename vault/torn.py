"""Messages that are sealed step by step, and what is left of one that was never finished.

Each message is sealed by one process, front to back, under a salt of its own: whoever goes on with what was torn opens
what is left of it, and seals that again under a fresh salt. So no key and nonce ever meet two plaintexts, whatever lay
beyond the tear, and whoever may have seen it.
"""

from contextlib import suppress
from typing import Final

from cryptography.cobblestone import Cobblestone256Encryptor

from vault.envelope import HEADER_SIZE, SEALED_CHUNK_SIZE, Buffer, StreamOpener
from vault.errors import SealError
from vault.keys.secret import Secret

STRIDE: Final = 1024 * 1024
"""Bytes that are sealed in one step: a whole number of chunks."""


class Stepwise:
    """One message on its way into the caller's buffer, which has room for all of it."""

    def __init__(self, key: Secret, context: bytes, into: memoryview) -> None:
        self._sealer = Cobblestone256Encryptor(key, context)
        self._into = into
        self._position = 0

    def update(self, plain: Buffer) -> int:
        """Seal the next whole chunks; how much of the message stands now."""
        self._position += self._sealer.update_into(plain, self._into[self._position :])
        return self._position

    def finish(self) -> int:
        """Seal the final chunk; the message's size."""
        rest = self._sealer.finalize()
        self._into[self._position : self._position + len(rest)] = rest
        self._position += len(rest)
        return self._position


def open_torn(key: Secret, context: bytes, sealed: Buffer) -> bytearray:
    """The plaintext of the chunks with which a torn message begins, as far as each is authentic and in its place."""
    opener, left, opened = StreamOpener(key, context), memoryview(sealed), bytearray()
    with suppress(SealError):
        opener.update(left[:HEADER_SIZE])
        for begin in range(HEADER_SIZE, len(left) - SEALED_CHUNK_SIZE + 1, SEALED_CHUNK_SIZE):
            opened += opener.update(left[begin : begin + SEALED_CHUNK_SIZE])
    return opened
