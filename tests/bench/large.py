"""One file of 5 GiB through the whole stack, over a line that is cut, a server that is killed, sign-ins that end."""

import hashlib
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import perf_counter, sleep

from tests.bench.measure import BLOCK, GIB, MIB, Figure, cost, forget_peak, peak_memory, resident_memory
from tests.bench.site import OCTETS, TUS, Client, Site, make_site
from tests.services.programs import LOOPBACK
from vault.record.verify import verify

SIZE = 5 * GIB
CUT, KILLED, LAPSED = (round(each * GIB) for each in (1.2, 2.7, 3.9))
LIMIT = 6 * GIB
TICK = 90.0
"""Seconds after which the log has taken an entry up."""


def through_bad_lines(folder: Path) -> Iterator[Figure]:
    """How long it took, how much was sent again, what the server held in memory; and that it came out again."""
    source, digest = folder / "five.bin", hashlib.sha256()
    with source.open("wb") as file:
        for number in range(SIZE // MIB):
            block = number.to_bytes(8, "big") + BLOCK[8:]
            digest.update(block)
            file.write(block)
    (folder / "site").mkdir()
    site, start, again = make_site(folder / "site", LIMIT), perf_counter(), 0
    with site.running() as process:
        client = site.sign_in()
        path = client.begin(source.name, SIZE)
        sent = _send(client, path, source, 0, CUT)
        offset = _offset(client, path)
        again = max(again, sent - offset)
        sent = _send(client, path, source, offset, KILLED, kill=process)
    with site.running() as process:
        client.connection.close()
        assert client.ask("GET", client.dispute)[0] == 200  # by then it has loaded what it answers with
        sleep(1)
        idle = resident_memory(process)
        forget_peak(process)
        offset = _offset(client, path)
        again = max(again, sent - offset)
        sent = _send(client, path, source, offset, LAPSED)
        _lapse(site)
        client.connection.close()
        assert client.ask("HEAD", path, TUS)[0] == 401
        peak = peak_memory(process)
        client = site.sign_in()  # a password is tried in 64 MiB, whoever uploads
        forget_peak(process)
        offset = _offset(client, path)
        again = max(again, sent - offset)
        _send(client, path, source, offset, SIZE)
        assert _offset(client, path) == SIZE
        yield Figure("5 GiB: received", perf_counter() - start, "s")
        exhibit = client.lodge(path, digest.hexdigest())
        yield Figure("5 GiB: lodged", perf_counter() - start, "s")
        assert exhibit["sha256"] == digest.hexdigest()
        assert _digest(client, f"{exhibit['url']}/file") == digest.hexdigest()
        yield Figure("5 GiB: read again", perf_counter() - start, "s")
        yield cost("5 GiB: server memory above idle", (max(peak, peak_memory(process)) - idle) / MIB, 64, "MiB")
        yield cost("5 GiB: the most that was sent again", again / MIB, 8, "MiB")
        sleep(TICK)
        client.connection.close()
        receipt = folder / "five.bin.receipt.json"
        receipt.write_bytes(client.ask("GET", exhibit["receipt_url"])[1])
        assert verify(source, receipt=receipt).holds


def _offset(client: Client, path: str) -> int:
    client.connection.close()
    client.connection.request("HEAD", path, headers={**client.headers, **TUS})
    answer = client.connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return int(answer.headers["Upload-Offset"])


def _send(client: Client, path: str, source: Path, offset: int, upto: int, kill: int | None = None) -> int:
    """Send from ``offset`` on as fast as it goes, and cut the line, or kill the server; how far it had come."""
    headers = {**client.headers, **TUS, **OCTETS, "Upload-Offset": str(offset), "Content-Length": str(SIZE - offset)}
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": f"{LOOPBACK}:{client.port}", **headers}.items())
    with source.open("rb", buffering=0) as file, socket.socket() as line, suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        line.settimeout(600)
        line.connect((LOOPBACK, client.port))
        line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        file.seek(offset)
        while offset < upto:
            block = memoryview(file.read(min(MIB, upto - offset)))
            while block:
                gone = line.send(block[:65536])
                offset += gone
                block = block[gone:]
        if kill is not None:
            os.kill(kill, signal.SIGKILL)
        elif upto == SIZE:
            line.recv(4096)  # the answer: all of it is durable
    return offset


def _lapse(site: Site) -> None:
    """Let every sign-in end, as time does."""
    (database,) = site.directory.rglob("entente.sqlite3")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM sessions")


def _digest(client: Client, path: str) -> str:
    """The SHA-256 of what is given out."""
    client.connection.close()
    client.connection.request("GET", path, headers=client.headers)
    answer, digest, into = client.connection.getresponse(), hashlib.sha256(), bytearray(MIB)
    assert answer.status == 200, answer.status
    while got := answer.readinto(into):
        digest.update(memoryview(into)[:got])
    client.connection.close()
    return digest.hexdigest()
