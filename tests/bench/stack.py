"""Through the whole HTTP stack: a real server, a real sign-in, a client in another process that does little."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Event
from time import perf_counter, sleep
from uuid import uuid4

from tests.bench.measure import (
    BLOCK,
    GIB,
    MIB,
    Figure,
    cost,
    forget_peak,
    in_turns,
    peak_memory,
    rate,
    resident_memory,
)
from tests.bench.site import ROOT, Client, a_site, drain
from tests.services.programs import accepts_connections, free_port, running_program
from vault import ItemRef
from vault.deposit import receive
from vault.stores.files import FileObjects

RANGE = {"Range": f"bytes={GIB // 2 + 12_345}-{GIB // 2 + 12_345 + 65_535}"}
EIGHT = 8
PROBES = 200
PAUSE = 0.02


def through_http(folder: Path) -> Iterator[Figure]:
    """All figures, from one site with two servers beside it that seal nothing."""
    source, part = folder / "gigabyte.bin", folder / "part.bin"
    _fill(source, GIB)
    _fill(part, GIB // EIGHT)
    for name in ("site", "plain", "tuspy", "local"):
        (folder / name).mkdir()
    with (
        _a_server(folder / "plain") as plain,
        _a_server(folder / "tuspy") as tuspy,
        a_site(folder / "site") as (client, process),
    ):
        sleep(1)
        idle = resident_memory(process)
        forget_peak(process)
        yield from _uploads(client, plain, tuspy, source, folder)
        exhibit = f"{client.upload(source)}/file"
        yield from _downloads(client, plain, exhibit)
        yield cost("server memory above idle", (peak_memory(process) - idle) / MIB, 64, "MiB")
        yield from _first_byte(client, plain, exhibit)
        yield from _eight(client, source, part)
        yield from _others(client, source, exhibit)


def _fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(BLOCK)


@contextmanager
def _a_server(folder: Path) -> Iterator[int]:
    """The module of this package that is called as the folder; its port."""
    port = free_port()
    argv = [sys.executable, "-m", f"tests.bench.{folder.name}", str(port), str(folder)]
    log = folder.parent / f"{folder.name}.log"
    with running_program(argv, log=log, ready=lambda: accepts_connections(port), env={"PYTHONPATH": str(ROOT)}):
        yield port


def _uploads(client: Client, plain: int, tuspy: int, source: Path, folder: Path) -> Iterator[Figure]:
    """Against the same code sealing the same local file, and against resumable servers that seal nothing."""
    store = FileObjects(folder / "local")

    def sealed_locally() -> None:
        received = asyncio.run(receive(store, uuid4(), ItemRef(uuid4(), uuid4()), _blocks_of(source), limit=GIB))
        store.delete(received.object_key, received.object_version)

    def kept_by(port: int, under: str, kept: Path) -> Callable[[], None]:
        other = Client(port, {}, under, "")

        def kept_plain() -> None:
            path = other.begin("plain", GIB)
            with source.open("rb", buffering=0) as file:
                assert other.send(path, file, GIB) == 204
            assert (kept / Path(path).name).stat().st_size == GIB
            (kept / Path(path).name).unlink()

        return kept_plain

    local, durable, basic, bare, uploaded = in_turns(
        sealed_locally,
        kept_by(tuspy, "/durable", folder / "tuspy" / "durable"),
        kept_by(tuspy, "", folder / "tuspy" / "basic"),
        kept_by(plain, "", folder / "plain"),
        lambda: client.upload(source),
    )
    value = GIB / MIB / uploaded
    yield rate("upload of 1 GiB, against sealing a local file", value, GIB / MIB / local, 0.7)
    yield rate("upload of 1 GiB, against tuspyserver, durable", value, GIB / MIB / durable, 1.0)
    yield rate("upload of 1 GiB, against tuspyserver, not durable", value, GIB / MIB / basic)
    yield rate("upload of 1 GiB, against a bare handler", value, GIB / MIB / bare)


async def _blocks_of(source: Path) -> AsyncIterator[bytes]:
    with source.open("rb", buffering=0) as file:
        while block := file.read(MIB):
            yield block


def _downloads(client: Client, plain: int, exhibit: str) -> Iterator[Figure]:
    """Against the same number of bytes, unencrypted, from memory, by a bare handler of the same server."""
    sent, given = in_turns(
        lambda: drain(plain, f"/bytes/{GIB}", {}), lambda: drain(client.port, exhibit, client.headers)
    )
    yield rate("download of 1 GiB", GIB / MIB / given, GIB / MIB / sent, 0.45)


def _first_byte(client: Client, plain: int, exhibit: str) -> Iterator[Figure]:
    """The time to the first byte of a range, above that of a handler that answers nothing (milliseconds)."""
    mine, other = client.again(), Client(plain, {}, "", "")
    ours = [_latency(mine, exhibit, RANGE) for _ in range(PROBES)]
    empty = [_latency(other, "/empty") for _ in range(PROBES)]
    above = median(ours) - median(empty)
    yield cost("first byte of 64 KiB, above an empty handler", above * 1e3, 5, "ms")


def _latency(client: Client, path: str, headers: dict[str, str] | None = None) -> float:
    start = perf_counter()
    client.connection.request("GET", path, headers={**client.headers, **(headers or {})})
    answer = client.connection.getresponse()
    answer.read(1)
    taken = perf_counter() - start
    answer.read()
    return taken


def _eight(client: Client, source: Path, part: Path) -> Iterator[Figure]:
    """Eight files of 128 MiB at once, against one of 1 GiB."""

    def at_once() -> None:
        with ThreadPoolExecutor(EIGHT) as people:
            list(people.map(lambda _: client.again().upload(part), range(EIGHT)))

    one, eight = in_turns(lambda: client.upload(source), at_once, rounds=3)
    yield rate("eight uploads at once, in sum", GIB / MIB / eight, GIB / MIB / one, 0.8)


def _others(client: Client, source: Path, exhibit: str) -> Iterator[Figure]:
    """The 99th of a hundred waits for a page, while 1 GiB comes in and another goes out, above the quiet one."""
    growth = min(_busy(client, source, exhibit) - _quiet(client) for _ in range(3))
    yield cost("p99 of other requests under load, growth", max(growth, 0.0) * 1e3, 100, "ms")


def _quiet(client: Client) -> float:
    reader = client.again()
    return _p99([_paced(reader) for _ in range(PROBES)])


def _busy(client: Client, source: Path, exhibit: str) -> float:
    reader, over = client.again(), Event()
    transfers: Sequence[Callable[[], object]] = (
        lambda: client.again().upload(source),
        lambda: drain(client.port, exhibit, client.headers),
    )

    def go_on(transfer: Callable[[], object]) -> None:
        while not over.is_set():
            transfer()

    with ThreadPoolExecutor(len(transfers)) as pool:
        running = [pool.submit(go_on, transfer) for transfer in transfers]
        waits = [_paced(reader) for _ in range(PROBES)]
        over.set()
        for each in running:
            each.result()
    return _p99(waits)


def _paced(reader: Client) -> float:
    sleep(PAUSE)
    return _latency(reader, reader.dispute)


def _p99(waits: list[float]) -> float:
    return quantiles(waits, n=100)[98]
