"""The resumable protocol under chance: cuts, restarts, duplicates, torn tails; all opens to the same bytes."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from tests.integration.vault.test_pipeline import chunks_of, read_all
from vault import (
    ItemRef,
    LocalRoot,
    MemoryStore,
    SpaceRef,
    StoreUnavailableError,
    TooLargeError,
    UploadBusyError,
    UploadOffsetError,
    VaultConfig,
    metadata,
    open_vault,
)
from vault.envelope import CHUNK_SIZE, SALT_SIZE, sealed_size
from vault.stores.memory import MemoryObjects
from vault.tables import space_keys, upload_segments, uploads
from vault.uploads import Uploads

SMALL = 48 * 1024
"""A segment for these tests: 8 MiB would make each example a second long."""


class LineCutError(Exception):
    """What a request's body raises when its sender leaves."""


class Store(MemoryObjects):
    """Notes every salt; fails at the part it is told to, before it has it or after (a torn tail)."""

    def __init__(self) -> None:
        super().__init__()
        self.salts: list[bytes] = []
        self.fails_at: int | None = None
        self.after = False
        self.put, self.torn.put = self.torn.put, self.note  # type: ignore[method-assign]  # both are listened to

    def note(self, key: str, upload: str, offset: int, data: Any) -> None:
        """Every message is sealed in one run, whose first bytes are its salt."""
        if not offset % sealed_size(SMALL):
            self.salts.append(bytes(data[:SALT_SIZE]))
        self.put(key, upload, offset, data)

    def put_part(self, key: str, upload: str, number: int, offset: int, data: Any, sha256: bytes, **how: Any) -> Any:
        fails = number == self.fails_at
        if fails and not self.after:
            raise StoreUnavailableError("away")
        piece = super().put_part(key, upload, number, offset, data, sha256, **how)
        if fails:
            raise StoreUnavailableError("the answer was lost")
        return piece


def prepare(connection: Any, _record: Any) -> None:
    """Writers wait for each other, as on the platform; nothing here must outlive a crash of the machine."""
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = OFF")


class ResumableProtocol(RuleBasedStateMachine):
    """One upload and whatever may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = TemporaryDirectory()
        self.store = Store()
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{self.folder.name}/vault.db")
        event.listen(self.engine.sync_engine, "connect", prepare)
        event.listen(self.engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.vault = open_vault(
            VaultConfig(
                tenant=uuid4(),
                root=LocalRoot(Path(self.folder.name) / "keyring.json", create=True),
                store=MemoryStore(),
                signing_key=Path(self.folder.name) / "checkpoints.pem",
                origin="entente.test/log",
                create_signing_key=True,
            )
        )
        self.space = SpaceRef(uuid4(), uuid4())
        self.run(self.prepare())
        self.restart()

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    async def prepare(self) -> None:
        async with self.engine.begin() as connection:
            await connection.run_sync(metadata.create_all, tables=[uploads, upload_segments, space_keys])
        async with self.sessions.begin() as session:
            await self.vault.make_space(session, self.space)

    @initialize(size=st.integers(1, 5 * SMALL), seed=st.integers(0, 2**32))
    def begin(self, size: int, seed: int) -> None:
        self.data = Random(seed).randbytes(size)  # noqa: S311 -- content, no secret
        self.offset = 0
        self.held: int | None = 0  # beyond it; nobody knows how much where the store was lost

        async def begin() -> Any:
            async with self.sessions.begin() as session:
                item = ItemRef(self.space.collection, uuid4())
                return await self.uploads.begin(session, item, self.space, size=size, lifetime=timedelta(days=1))

        self.upload = self.run(begin())

    @rule()
    def restart(self) -> None:
        """Another process: what was in memory is gone."""
        self.uploads = Uploads(self.vault.tenant, self.vault.keys, self.store)

    def whole(self, reached: int) -> int:
        return reached if reached == len(self.data) else reached // SMALL * SMALL

    def reach(self, asked: int) -> None:
        """So many bytes were taken: whole segments count, whole chunks of the next are held."""
        reached = min(len(self.data), asked)
        self.offset = self.whole(reached)
        self.held = (reached - self.offset) // CHUNK_SIZE * CHUNK_SIZE

    @rule(length=st.integers(0, 3 * SMALL), step=st.integers(1, SMALL), cut=st.booleans())
    def send(self, length: int, step: int, cut: bool) -> None:  # noqa: FBT001 -- drawn
        sent = self.data[self.offset : self.offset + length]

        async def piece() -> Any:
            async for chunk in chunks_of(sent, max(step, length // 50)):
                yield chunk
            if cut:
                raise LineCutError

        appending = self.uploads.append(self.sessions.begin, self.upload, self.offset, piece())
        begun, self.offset = self.offset, -1
        if cut:
            with pytest.raises(LineCutError):
                self.run(appending)
            self.reach(begun + length)
        else:
            reached = self.run(appending)
            self.reach(begun + length)
            assert reached == self.offset

    @rule(length=st.integers(0, 3 * SMALL), restarted=st.booleans())
    def go_on_within_a_segment(self, length: int, restarted: bool) -> None:  # noqa: FBT001 -- drawn
        """Whoever asks where to go on is told what is held of a torn segment, too; and so is whoever asks again."""
        if restarted:
            self.restart()
        told = self.run(self.uploads.settle(self.sessions.begin, self.upload))
        assert told == self.run(self.uploads.settle(self.sessions.begin, self.upload))
        if self.held is None:
            assert told >= self.offset
        else:
            assert told == self.offset + self.held
        sent = chunks_of(self.data[told : told + length], SMALL // 3 + 1)
        self.run(self.uploads.append(self.sessions.begin, self.upload, told, sent))
        self.reach(told + length)

    @rule(before=st.integers(0, 3 * SMALL), after=st.integers(0, 3 * SMALL))
    def change_the_line(self, before: int, after: int) -> None:
        """A line goes silent half-way, its connection half open; the next one takes over, told the right offset."""
        self.run(self.taken_over(before, after))

    async def taken_over(self, before: int, after: int) -> None:
        came, never = asyncio.Event(), asyncio.Event()
        start = self.offset

        async def half_open() -> Any:
            async for chunk in chunks_of(self.data[start : start + before], SMALL // 3):
                yield chunk
            came.set()
            await never.wait()
            yield b"never"

        first = asyncio.create_task(self.uploads.append(self.sessions.begin, self.upload, start, half_open()))
        await came.wait()
        asked, reached = start, -1
        for _attempt in range(10):
            rest = self.data[asked : asked + after]
            try:
                reached = await self.uploads.append(self.sessions.begin, self.upload, asked, chunks_of(rest))
                break
            except UploadOffsetError as refusal:
                asked = refusal.offset
        assert asked == self.whole(min(len(self.data), start + before))
        self.reach(asked + after)
        assert reached == self.offset
        with pytest.raises(UploadBusyError):
            await first

    @rule(wrong=st.integers(0, 5 * SMALL))
    def send_twice(self, wrong: int) -> None:
        if self.held is not None and wrong not in {self.offset, self.offset + self.held}:
            with pytest.raises(UploadOffsetError) as refusal:
                self.run(self.uploads.append(self.sessions.begin, self.upload, wrong, chunks_of(b"x")))
            assert refusal.value.offset in {self.offset, self.offset + self.held}

    @rule(extra=st.integers(1, SMALL))
    def send_too_much(self, extra: int) -> None:
        with pytest.raises(TooLargeError):
            self.run(
                self.uploads.append(
                    self.sessions.begin, self.upload, self.offset, chunks_of(self.data[self.offset :] + bytes(extra))
                )
            )
        self.reach(len(self.data))

    @precondition(lambda self: self.offset < len(self.data))
    @rule(part=st.integers(0, 2), after=st.booleans())
    def lose_the_store(self, part: int, after: bool) -> None:  # noqa: FBT001 -- drawn
        number = self.offset // SMALL + part
        if number * SMALL >= len(self.data):
            return
        self.store.fails_at, self.store.after = number + 1, after
        with pytest.raises(StoreUnavailableError):
            self.run(
                self.uploads.append(self.sessions.begin, self.upload, self.offset, chunks_of(self.data[self.offset :]))
            )
        self.store.fails_at = None
        self.offset, self.held = number * SMALL, None

    @invariant()
    def the_offset_is_what_is_durable(self) -> None:
        async def ask() -> Any:
            async with self.sessions.begin() as session:
                return (await self.uploads.progress(session, [self.upload]))[0].offset

        if hasattr(self, "upload"):
            assert self.run(ask()) == self.offset

    @invariant()
    def no_two_plaintexts_share_data_key_and_salt(self) -> None:
        assert len(set(self.store.salts)) == len(self.store.salts)

    def teardown(self) -> None:
        """Whatever happened, the rest can be sent, and all opens to the same bytes."""
        try:
            if hasattr(self, "upload"):
                self.run(self.finish())
        finally:
            self.run(self.engine.dispose())
            self.run(self.loop.shutdown_default_executor())
            self.loop.close()
            self.folder.cleanup()

    async def finish(self) -> None:
        rest = self.data[self.offset :]
        await self.uploads.append(self.sessions.begin, self.upload, self.offset, chunks_of(rest))
        digest = hashlib.sha256(self.data).digest()
        assert await self.uploads.finish(self.sessions.begin, self.upload, expected_sha256=digest) == digest
        async with self.sessions.begin() as session:
            opened = await self.uploads.opened(session, self.upload)
        assert await read_all(opened) == self.data


@pytest.fixture(autouse=True, scope="module")
def small_segments() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("pipeline", "filling", "held", "appending", "uploads", "opened"):
            patch.setattr(f"vault.{module}.SEGMENT_SIZE", SMALL)
        patch.setattr("vault.pipeline.STRIDE", CHUNK_SIZE)
        patch.setattr("vault.opened.WINDOW_SIZE", 16 * 1024)
        patch.setattr("vault.leases.SILENT_SECONDS", 0.02)
        for module in ("filling", "held", "appending", "opened"):
            patch.setattr(f"vault.{module}.SEALED_SEGMENT_SIZE", sealed_size(SMALL))
        patch.setattr("vault.filling.plain_buffers._size", SMALL)
        patch.setattr("vault.filling.sealed_buffers._size", sealed_size(SMALL))
        patch.setattr("vault.filling.plain_buffers._free", [])
        patch.setattr("vault.filling.sealed_buffers._free", [])
        yield


TestResumableProtocol = ResumableProtocol.TestCase
TestResumableProtocol.settings = settings(max_examples=10, stateful_step_count=10, deadline=None)
