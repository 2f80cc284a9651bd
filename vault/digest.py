"""Hash while bytes pass."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator

from vault.envelope import Buffer


class RunningDigest:
    """The SHA-256 and the size of all that has passed so far. Updates of 2 KiB and more release the interpreter."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.size = 0

    def update(self, data: Buffer) -> None:
        """Let bytes pass."""
        self._sha256.update(data)
        self.size += len(data)

    def copy(self) -> "RunningDigest":
        """The same state, to go on from apart."""
        made = RunningDigest()
        made._sha256 = self._sha256.copy()
        made.size = self.size
        return made

    def sha256(self) -> bytes:
        """The digest so far (32 bytes); more may pass afterwards."""
        return self._sha256.digest()


async def passing(chunks: AsyncIterable[bytes], digest: RunningDigest) -> AsyncIterator[bytes]:
    """The same chunks, each counted and hashed before it is handed on."""
    async for chunk in chunks:
        digest.update(chunk)
        yield chunk
