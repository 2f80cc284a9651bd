"""A segment that fills: its bytes come at one end while it is sealed, hashed and held at the other, step by step."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from vault import contexts, envelope
from vault.envelope import CHUNK_SIZE, SEALED_SEGMENT_SIZE, SEGMENT_SIZE
from vault.keys.secret import Secret
from vault.refs import ItemRef
from vault.stores.base import ObjectStore, Piece, Torn
from vault.torn import Stepwise


@dataclass(frozen=True, slots=True)
class Target:
    """Where sealed segments go, what they are sealed for and with. ``durable``: each on the disk before it lands."""

    store: ObjectStore
    tenant: UUID
    item: ItemRef
    key: str
    data_key: Secret
    durable: bool = False


class Spares:
    """Buffers that served: fresh memory costs as much as encrypting it. Some are kept for whoever needs one soon."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free: list[bytearray] = []

    def take(self) -> bytearray:
        """A whole segment's buffer."""
        return self._free.pop() if self._free else bytearray(self._size)

    def give_back(self, buffer: bytearray) -> None:
        """Keep a whole segment's buffer, or let it go."""
        if len(buffer) == self._size:
            self._free.append(buffer)

    def let_go(self, kept: int) -> None:
        """Keep no more than so many."""
        del self._free[kept:]


plain_buffers: Final = Spares(SEGMENT_SIZE)
sealed_buffers: Final = Spares(SEALED_SEGMENT_SIZE)


class Segment:
    """One segment of a run. What blocks is called from a worker thread, one call after the other."""

    def __init__(self, target: Target, number: int) -> None:
        self.number = number
        self.filled = 0
        self.asked = 0
        """So many bytes are sealed, or being sealed."""
        self.sealed = bytearray()
        self.sha256 = b""
        self._target = target
        self._upload = ""
        self._buffer = plain_buffers.take()
        self._sealer: Stepwise | None = None
        self._digest = hashlib.sha256()
        self._done = self._stands = 0

    @property
    def plain(self) -> memoryview:
        """What has come."""
        return memoryview(self._buffer)[: self.filled]

    @property
    def whole_chunks(self) -> int:
        """How much of what has come can be sealed before more comes."""
        return self.filled // CHUNK_SIZE * CHUNK_SIZE

    def fill(self, rest: memoryview, room: int) -> memoryview:
        """Take what fits into ``room`` bytes in all; what is left."""
        taken = min(len(rest), room - self.filled)
        room_left = memoryview(self._buffer)[self.filled :]  # a bytearray itself would take a copy of a copy
        room_left[:taken] = rest[:taken]
        self.filled += taken
        return rest[taken:]

    def begin(self, upload: str, size: int, *, last: bool) -> None:
        """Know how large it will be and whether it is the last one, by which it is sealed."""
        target = self._target
        self._upload = upload
        self.sealed = sealed_buffers.take() if size == SEGMENT_SIZE else bytearray(envelope.sealed_size(size))
        context = contexts.segment_context(target.tenant, target.item, self.number, last=last)
        self._sealer = Stepwise(target.data_key, context, memoryview(self.sealed))

    @property
    def begun(self) -> bool:
        """Whether it is known how it will end."""
        return self._sealer is not None

    def seal(self, upto: int, torn: Torn | None, *, end: bool = False) -> None:
        """Seal what came up to there, whole chunks or all there is, and hold it (blocks)."""
        assert self._sealer is not None  # noqa: S101 -- begun
        with memoryview(self._buffer) as plain:
            stands = self._sealer.update(plain[self._done : upto])
        self._done = upto
        if end:
            stands = self._sealer.finish()
        with memoryview(self.sealed) as sealed:
            fresh = sealed[self._stands : stands]
            self._digest.update(fresh)
            if torn is not None:
                torn.put(self._target.key, self._upload, self._place + self._stands, fresh)
            fresh.release()
        self._stands = stands
        if end:
            self.sha256 = self._digest.digest()

    def store(self, *, held: bool) -> Piece:
        """Let the store have it, whole (blocks)."""
        store, key, durable = self._target.store, self._target.key, self._target.durable
        number, place = self.number + 1, self._place
        return store.put_part(key, self._upload, number, place, self.sealed, self.sha256, durable=durable, held=held)

    def give_back(self) -> None:
        """It is over: its buffers serve others, and whoever still knows of it holds nothing. May be called again."""
        plain_buffers.give_back(self._buffer)
        sealed_buffers.give_back(self.sealed)
        self._buffer, self.sealed, self.filled, self._sealer = bytearray(), bytearray(), 0, None

    @property
    def _place(self) -> int:
        return self.number * SEALED_SEGMENT_SIZE
