"""A document of ours on its way out: a PDF that the platform made, shown in the browser or saved."""

from collections.abc import AsyncIterator

from litestar import Response
from litestar.response import Stream

from odr.evidence.openings import OpenedFile
from odr.platform import speaking_odr
from web.answer import Answer, AnyRequest
from web.evidence.download import Slice, disposition, etag_of, headers_of, slice_of, type_of

_SHOWN_POLICY = "default-src 'none'; frame-ancestors 'none'"


def stream_of(request: AnyRequest, opened: OpenedFile) -> Answer:
    """Answer with a document, or the range of it that was asked for; ``?inline`` shows it instead of saving it."""
    facts = opened.facts
    piece = slice_of(facts.size, etag_of(facts.sha256), request.headers.get("range"), request.headers.get("if-range"))
    if piece is None:
        return Response(b"", status_code=416, headers={"Content-Range": f"bytes */{facts.size}"})
    headers = headers_of(facts, piece)
    if "inline" in request.query_params:
        headers["Content-Disposition"] = disposition(facts.file_name).replace("attachment", "inline", 1)
        headers["Content-Security-Policy"] = _SHOWN_POLICY
    return Stream(
        _bytes(opened, piece),
        status_code=206 if piece.partial else 200,
        headers=headers,
        media_type=type_of(facts),
    )


async def _bytes(opened: OpenedFile, piece: Slice) -> AsyncIterator[bytes]:
    with speaking_odr():
        async for chunk in opened.read(piece.start, piece.stop):
            yield chunk
