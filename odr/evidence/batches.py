"""Many files of one form: small ones are sealed and stored side by side, and recorded in batches.

A file is *received* only once the transaction of its batch is committed: numbered, in the ledger, in the order of the
form. What fails ends the form; the files before it are recorded, and nothing is left of those after it.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from odr.errors import UploadRefusedError
from odr.evidence.holding import hold_archive
from odr.evidence.intake import take_in
from odr.evidence.recording import About, Arrived, Lodged, record_received
from odr.ids import DisputeId, SpaceId, UploadId
from odr.platform import Platform, speaking_odr
from odr.visibility.actor import Actor
from vault import Received

SMALL: Final = 256 * 1024
"""Up to this size a file is read whole before it is sealed, so that the next one can be read meanwhile."""
AT_ONCE: Final = 8
FILES: Final = 64
SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file whose bytes were read: it is being stored, or waits for its batch."""

    about: About
    sealing: asyncio.Task[Arrived]
    since: float


class Batch:
    """The files of one form. Leave to lodge was asked by the caller, and is asked again with each file's record."""

    def __init__(self, platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId) -> None:
        self._platform = platform
        self._actor = actor
        self._dispute_id = dispute_id
        self._space_id = space_id
        self._waiting: deque[_Waiting] = deque()
        self._failed = False
        self.lodged: list[Lodged] = []

    async def take(
        self, about: About, name: str, chunks: AsyncIterator[bytes], *, expected_sha256: bytes | None = None
    ) -> None:
        """Read one file to its end. Raises as :func:`odr.evidence.intake.lodge`, for this file or one before it."""
        content, size = list[bytes](), 0
        async for chunk in chunks:
            content.append(chunk)
            size += len(chunk)
            if size > SMALL:
                break
        if not size:
            raise UploadRefusedError("empty_file")
        if size > SMALL:
            await self._record(all_of_them=True)  # a large one takes its time: nobody before it waits for that
        taking = take_in(
            self._platform, self._dispute_id, name, _joined(content, chunks), expected_sha256=expected_sha256
        )
        sealing = asyncio.create_task(taking)
        self._waiting.append(_Waiting(about, sealing, time.monotonic()))
        if size > SMALL:
            await sealing
        unstored = [each for each in self._waiting if not each.sealing.done()]
        if len(unstored) >= AT_ONCE:
            await asyncio.wait([unstored[0].sealing])
        if len(self._waiting) >= FILES or time.monotonic() - self._waiting[0].since > SECONDS:
            await self._record()

    async def hold(self, said: Mapping[str, str], chunks: AsyncIterator[bytes]) -> UploadId:
        """Keep an archive until its depositor has chosen among its files (:mod:`odr.evidence.holding`)."""
        await self._record(all_of_them=True)
        return await hold_archive(
            self._platform, self._actor, self._dispute_id, self._space_id, fields=dict(said), chunks=chunks
        )

    async def close(self) -> None:
        """Record what still waits. Raises as :meth:`take`."""
        await self._record(all_of_them=True)

    async def abandon(self) -> None:
        """Record what was read whole before the form was cut; drop what follows a file that failed."""
        try:
            if not self._failed:
                await self._record(all_of_them=True)
        finally:
            while self._waiting:
                await self._drop(self._waiting.popleft())

    async def _record(self, *, all_of_them: bool = False) -> None:
        """Record, in one transaction for each 64, the files in front that are stored."""
        while self._waiting and (all_of_them or self._waiting[0].sealing.done()):
            batch = list[tuple[About, Arrived]]()
            failure: BaseException | None = None
            while self._waiting and len(batch) < FILES and (all_of_them or self._waiting[0].sealing.done()):
                try:
                    batch.append((self._waiting[0].about, await self._waiting[0].sealing))
                except Exception as error:  # noqa: BLE001 -- raised below, once those before it are recorded
                    failure = error
                    break
                self._waiting.popleft()
            await self._commit(batch)
            if failure is not None:
                self._failed = True
                raise failure

    async def _commit(self, batch: list[tuple[About, Arrived]]) -> None:
        recorded = list[Lodged]()
        failure: Exception | None = None
        committed = False
        try:
            async with self._platform.unit() as uow:
                for about, arrived in batch:
                    try:
                        async with uow.session.begin_nested():
                            recorded.append(
                                await record_received(
                                    uow, self._actor, self._dispute_id, self._space_id, about, arrived
                                )
                            )
                    except Exception as error:  # noqa: BLE001 -- raised below, once those before it are committed
                        failure = error
                        break
                committed = True
            self.lodged += recorded
        except BaseException:
            self._failed = True
            if not committed:  # a commit that failed half-heard may have happened: then the sweep decides
                await asyncio.shield(self._discard([arrived.received for _, arrived in batch]))
            raise
        if failure is not None:
            self._failed = True
            await asyncio.shield(self._discard([arrived.received for _, arrived in batch[len(recorded) :]]))
            with speaking_odr():  # it was caught before the unit of work could turn it
                raise failure

    async def _drop(self, waiting: _Waiting) -> None:
        await asyncio.wait([waiting.sealing])
        if not waiting.sealing.cancelled() and waiting.sealing.exception() is None:
            await asyncio.shield(self._discard([waiting.sealing.result().received]))

    async def _discard(self, unwanted: list[Received]) -> None:
        for received in unwanted:
            await self._platform.vault.discard(received)


async def _joined(content: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What was read already, then the rest."""
    for chunk in content:
        yield chunk
    async for chunk in rest:
        yield chunk
