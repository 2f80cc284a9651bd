"""A real clamd that knows our own signatures and no other, and one that lies, dawdles or hangs up."""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from tests.services.programs import find_program, running_program

INFECTION = b"ENTENTE-TEST-INFECTION"
SIGNATURE = "Entente.Test.Marker"
STREAM_LIMIT = 20 * 1024 * 1024


@contextmanager
def running_clamd(directory: Path) -> Iterator[str]:
    """Start it with a database of one signature; gives what ENTENTE_CLAMD takes. A stream may be of 20 MiB."""
    program = find_program("clamd")
    database = directory / "db"
    database.mkdir()
    (database / "entente.ndb").write_text(f"{SIGNATURE}:0:*:{INFECTION.hex()}\n")
    socket, settings = directory / "clamd.sock", directory / "clamd.conf"
    settings.write_text(
        "\n".join(
            (
                "Foreground yes",
                f"LocalSocket {socket}",
                f"DatabaseDirectory {database}",
                f"TemporaryDirectory {directory}",
                f"StreamMaxLength {STREAM_LIMIT}",
                "AlertEncrypted yes",
                "AlertExceedsMax yes",
                "MaxThreads 2",
                "",
            )
        )
    )
    with running_program([program, "-c", str(settings)], log=directory / "clamd.log", ready=socket.exists):
        yield f"unix:{socket}"


@asynccontextmanager
async def lying_clamd(directory: Path, answer: bytes, *, after: int | None = None) -> AsyncIterator[str]:
    """Serve what answers every stream with ``answer``: at its end, or after so many bytes; ``b""`` = never."""
    path = directory / "lying.sock"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"zIDSESSION\0")
            await reader.readuntil(b"zVERSION\0")
            writer.write(b"1: ClamAV of lies\0")
            await reader.readuntil(b"zINSTREAM\0")
            seen = 0
            while (length := struct.unpack("!I", await reader.readexactly(4))[0]) and (after is None or seen < after):
                seen += len(await reader.readexactly(length))
            if not answer:
                await reader.read()
            writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield f"unix:{path}"
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None
