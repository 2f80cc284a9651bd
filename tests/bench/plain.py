"""What the site is measured against: plain handlers under the same server, that seal nothing and ask nobody.

`python -m tests.bench.plain PORT FOLDER`: GET /bytes/N sends N bytes, GET /empty nothing; POST /uploads begins an
upload and PATCH appends to it: the bytes in a file, fsync at the end. Nobody runs such a server: it keeps no lengths,
locks nothing and checks nothing. It tells how fast the server below can take bytes at most.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn

from tests.bench.measure import BLOCK, MIB
from web.commands.serve import listen

WRITE = MIB


class Plain:
    """An ASGI application without a framework."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if method == "GET":
            await self._give(int(path.rpartition("/")[2]) if path.startswith("/bytes/") else 0, send)
        elif method == "POST":
            name = uuid4().hex
            (self.folder / name).touch()
            await _answer(send, 201, [(b"location", f"/uploads/{name}".encode())])
        else:
            offset = await self._take(self.folder / Path(path).name, receive)
            await _answer(send, 204, [(b"upload-offset", str(offset).encode())])

    async def _give(self, size: int, send: Any) -> None:
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for start in range(0, size, MIB):
            body = BLOCK if size - start >= MIB else BLOCK[: size - start]
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _take(self, place: Path, receive: Any) -> int:
        held, more = bytearray(), True
        with place.open("ab", buffering=0) as file:
            while more:
                message = await receive()
                held += message.get("body", b"")
                more = message.get("more_body", False)
                if len(held) >= WRITE or not more:
                    await asyncio.to_thread(file.write, held)
                    held = bytearray()
            await asyncio.to_thread(os.fsync, file.fileno())
            return file.tell()


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [*headers, (b"tus-resumable", b"1.0.0"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


if __name__ == "__main__":
    listening = listen("127.0.0.1", int(sys.argv[1]))
    config = uvicorn.Config(Plain(Path(sys.argv[2])), http="httptools", ws="none", access_log=False, log_config=None)
    uvicorn.Server(config).run(sockets=[listening])
