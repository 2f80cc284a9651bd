"""The document's loop for large files, typed as it stands: curl against a server that listens."""

import asyncio
import hashlib
import re
import shutil
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import msgspec
import uvicorn

import run
from odr.bootstrap import Platform
from tests.application import application
from tests.builders import PUBLIC_URL, a_case
from tests.conftest import without
from tests.services.programs import LOOPBACK, free_port
from web.api.bearer import make_bearer

SIZE = 20 * 1024 * 1024  # two whole segments and a part of a third


@asynccontextmanager
async def listening(platform: Platform) -> AsyncIterator[int]:
    """The port at which the whole application listens."""
    port = free_port()
    config = uvicorn.Config(application(platform), host=LOOPBACK, port=port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 -- uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await serving


def typed() -> tuple[str, str]:
    """The document's ``as``, and its loop."""
    document = (run.ROOT / "docs" / "api.md").read_text("utf-8")
    (who,) = re.findall(r"(?m)^as\(\) \{.*\}$", document)
    blocks = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", document)
    (loop,) = [textwrap.dedent(block) for block in blocks if "until" in block]
    return who, loop


async def test_the_loop_of_the_document_lodges_a_large_file(platform: Platform, tmp_path: Path, program):
    for asked in ("curl", "jq"):
        if not shutil.which(asked):
            without(asked, FileNotFoundError("the document asks for it"))
    case = await a_case(platform)
    content = Random(7).randbytes(SIZE)  # noqa: S311 -- any bytes
    (tmp_path / "disk.img").write_bytes(content)
    bearer = make_bearer(platform, case.people["claimant"].account_id).access_token
    who, loop = typed()
    named = f"SITE={PUBLIC_URL}/api/v1 CLAIMANT={bearer} D={case.id} ROOM={case.spaces['joint']}"
    async with listening(platform) as port:
        site = PUBLIC_URL.partition("://")[2]
        (tmp_path / ".curlrc").write_text(f'connect-to = "{site}:{LOOPBACK}:{port}"\n')
        shell = await asyncio.create_subprocess_exec(
            "bash",
            "-euc",
            f"{named}\n{who}\n{loop}",
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "CURL_HOME": str(tmp_path), "HOME": str(tmp_path)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complaints = await asyncio.wait_for(shell.communicate(), 120)
    assert shell.returncode == 0, complaints
    lodged = msgspec.json.decode(said[said.rindex(b'{"id"') :])
    claire = await program(case.people["claimant"])
    file = await claire.get(f"/disputes/{case.id}/exhibits/{lodged['id']}/file")
    assert hashlib.sha256(file.content).digest() == hashlib.sha256(content).digest()
