"""The vault alone: ingest against the bare work, sealing against its peers, ranges, memory."""

import asyncio
import hashlib
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.bench.measure import BLOCK, GIB, MIB, ROUNDS, Figure, cost, in_turns, on_one_core, rate
from vault import ItemRef
from vault.deposit import Received, receive
from vault.opened import Opened
from vault.stores.files import FileObjects

ROOT = Path(__file__).parents[2]
SIZE = 256 * MIB
RANGE = 64 * 1024


async def blocks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // MIB):
        yield BLOCK


def bare_work(path: Path, size: int) -> None:
    """SHA-256 of the plaintext, AES-256-GCM, SHA-256 of the sealed bytes, write, fsync: and nothing else."""
    plain_digest, sealed_digest = hashlib.sha256(), hashlib.sha256()
    aead, nonce = AESGCM(os.urandom(32)), os.urandom(12)
    with path.open("wb", buffering=0) as file:
        for _ in range(size // MIB):
            plain_digest.update(BLOCK)
            sealed = aead.encrypt(nonce, BLOCK, None)
            sealed_digest.update(sealed)
            file.write(sealed)
        os.fsync(file.fileno())
    path.unlink()


def ingest(folder: Path) -> Iterator[Figure]:
    """Against L1 on one core, and against L2, the same work spread ideally over two."""
    store, tenant = FileObjects(folder), uuid4()

    def taken() -> None:
        received = asyncio.run(receive(store, tenant, ItemRef(uuid4(), uuid4()), blocks(SIZE), limit=SIZE))
        store.delete(received.object_key, received.object_version)

    def halves() -> None:
        with ThreadPoolExecutor(2) as two:
            for half in [two.submit(bare_work, folder / name, SIZE // 2) for name in ("one", "two")]:
                half.result()

    with on_one_core():
        limit, value = in_turns(lambda: bare_work(folder / "limit", SIZE), taken)
    yield rate("ingest on one core", SIZE / MIB / value, SIZE / MIB / limit, 0.8)
    limit, value = in_turns(halves, taken)
    yield rate("ingest on two cores", SIZE / MIB / value, SIZE / MIB / limit, 0.65)


def ranges(folder: Path) -> Iterator[Figure]:
    """64 KiB from the middle of 1 GiB, against reading all of it."""
    store, tenant, item = FileObjects(folder), uuid4(), ItemRef(uuid4(), uuid4())
    received = asyncio.run(receive(store, tenant, item, blocks(GIB), limit=GIB))
    try:
        whole, part = asyncio.run(_read_whole_and_part(store, tenant, item, received))
    finally:
        store.delete(received.object_key, received.object_version)
    yield cost("64 KiB out of 1 GiB", part * 1e3, whole * 1e3, "ms", 500)


async def _read_whole_and_part(
    store: FileObjects, tenant: UUID, item: ItemRef, received: Received
) -> tuple[float, float]:
    async def timed(start: int, stop: int) -> float:
        opened = Opened(
            store,
            (received.object_key, received.object_version),
            tenant,
            item,
            received.data_key,
            size=received.size,
            sha256=received.sha256,
        )
        begin = perf_counter()
        async for _ in opened.read(start, stop):
            pass
        return perf_counter() - begin

    best = [float("inf"), float("inf")]
    middle = GIB // 2 + 12_345
    for _ in range(ROUNDS):
        best[0] = min(best[0], await timed(0, GIB))
        for _ in range(10):
            best[1] = min(best[1], await timed(middle, middle + RANGE))
    return best[0], best[1]


def memory(folder: Path) -> Iterator[Figure]:
    """The growth of a fresh process that takes an item in and reads it back: the same for 64 MiB as for 1 GiB."""
    for size, words in ((64 * MIB, "64 MiB"), (GIB, "1 GiB")):
        yield cost(f"memory to take and read {words}", _peak_growth(folder, size) / MIB, 64, "MiB")


def _peak_growth(folder: Path, size: int) -> int:
    program = textwrap.dedent(
        f"""
        import asyncio, sys
        from pathlib import Path
        from uuid import uuid4
        from tests.bench.measure import peak_memory
        from tests.bench.sealing import blocks
        from vault import ItemRef
        from vault.deposit import receive
        from vault.opened import Opened
        from vault.stores.files import FileObjects

        async def main():
            store, tenant, item = FileObjects(Path(sys.argv[1])), uuid4(), ItemRef(uuid4(), uuid4())
            before = peak_memory()
            got = await receive(store, tenant, item, blocks({size}), limit={size})
            place = (got.object_key, got.object_version)
            opened = Opened(store, place, tenant, item, got.data_key, size=got.size, sha256=got.sha256)
            async for _ in opened.read():
                pass
            store.delete(*place)
            print(peak_memory() - before)

        asyncio.run(main())
        """
    )
    argv = [sys.executable, "-c", program, str(folder)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S603 -- this interpreter
    return int(done.stdout)
