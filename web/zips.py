"""How a ZIP leaves: its length known beforehand, its bytes as they are read."""

from collections.abc import AsyncIterator

from litestar.response import Stream

from odr.platform import speaking_odr
from web.answer import Answer
from web.evidence.download import disposition


def zip_answer(name: str, size: int, chunks: AsyncIterator[bytes]) -> Answer:
    """Answer with a ZIP. What fails in the middle breaks the connection off, so that no cut file ever looks whole."""
    headers = {"Content-Disposition": disposition(name), "Content-Length": str(size), "Cache-Control": "no-store"}
    return Stream(_speaking(chunks), headers=headers, media_type="application/zip")


async def _speaking(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with speaking_odr():
        async for chunk in chunks:
            yield chunk
