"""The register for machines: keys, checkpoints, consistency proofs and tiles, for anyone and without a session.

Nothing here looks at who asks, sets a cookie or varies with the language, so a proxy may keep what never changes.
"""

import hashlib
import re
from typing import Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.errors import InvalidInputError, NotFoundError
from odr.platform import Platform
from odr.register import consistency, keys, published, published_at, tile
from web.log.pace import Pace
from web.signin.entering import address_of

Asked = Request[None, None, State]

_TEXT: Final = "text/plain"  # Litestar adds the charset
_BYTES: Final = "application/octet-stream"
_FOREVER: Final = "public, max-age=31536000, immutable"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_SHARED: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_WORDS: Final = {
    400: "The request is malformed: see docs/log.md. / La requ\u00eate est mal form\u00e9e : voir docs/log.md.\n",
    404: "The register has published no such thing. / Le registre n\u2019a rien publi\u00e9 de tel.\n",
    429: "Too many requests: wait a little. / Trop de requ\u00eates : patientez un peu.\n",
}


@get("/log/key", include_in_schema=False)
async def send_key(request: Asked, platform: NamedDependency[Platform]) -> Response[bytes]:
    """Send the key that verifies checkpoints, as C2SP signed-note writes it."""
    if refusal := _slow_down(request):
        return refusal
    return _answer(request, f"{(await keys(platform))[0].text}\n".encode(), _TEXT, "no-cache")


@get("/log/key.pem", include_in_schema=False)
async def send_key_as_pem(request: Asked, platform: NamedDependency[Platform]) -> Response[bytes]:
    """Send the same key as PEM."""
    if refusal := _slow_down(request):
        return refusal
    return _answer(request, (await keys(platform))[0].pem, "application/x-pem-file", "no-cache")


@get("/log/keys", include_in_schema=False)
async def send_keys(request: Asked, platform: NamedDependency[Platform]) -> Response[bytes]:
    """Send every key that ever signed a checkpoint, one a line, the present one first."""
    if refusal := _slow_down(request):
        return refusal
    return _answer(request, "".join(f"{key.text}\n" for key in await keys(platform)).encode(), _TEXT, "no-cache")


@get("/log/checkpoint", include_in_schema=False)
async def send_checkpoint(request: Asked, platform: NamedDependency[Platform]) -> Response[bytes]:
    """Send the newest published checkpoint."""
    if refusal := _slow_down(request):
        return refusal
    newest = await published(platform)
    return _refuse(404) if newest is None else _answer(request, newest.text, _TEXT, "no-cache")


@get("/log/checkpoint/{size:str}", include_in_schema=False)
async def send_old_checkpoint(
    request: Asked, platform: NamedDependency[Platform], size: FromPath[str]
) -> Response[bytes]:
    """Send the checkpoint that was signed at a size."""
    if refusal := _slow_down(request):
        return refusal
    if not _NUMBER.fullmatch(size):
        return _refuse(400)
    try:
        return _answer(request, await published_at(platform, int(size)), _TEXT, _FOREVER)
    except NotFoundError:
        return _refuse(404)


@get("/log/consistency", include_in_schema=False)
async def send_consistency(request: Asked, platform: NamedDependency[Platform]) -> Response[bytes]:
    """Send the proof that the register at ``first`` begins that at ``second``, with both checkpoints."""
    if refusal := _slow_down(request):
        return refusal
    asked = [request.query_params.getall(name, []) for name in ("first", "second")]
    if len(request.query_params) != len(asked) or not all(
        len(each) == 1 and _NUMBER.fullmatch(each[0]) for each in asked
    ):
        return _refuse(400)
    try:
        proof = await consistency(platform, int(asked[0][0]), int(asked[1][0]))
    except InvalidInputError:
        return _refuse(400)
    except NotFoundError:
        return _refuse(404)
    return _answer(request, proof, "application/json", _FOREVER)


@get("/log/tile/{name:path}", include_in_schema=False)
async def send_tile(request: Asked, platform: NamedDependency[Platform], name: FromPath[str]) -> Response[bytes]:
    """Send a tile or an entry bundle (C2SP tlog-tiles)."""
    if refusal := _slow_down(request):
        return refusal
    try:
        return _answer(request, await tile(platform, name.removeprefix("/")), _BYTES, _FOREVER)
    except InvalidInputError:
        return _refuse(400)
    except NotFoundError:
        return _refuse(404)


def _slow_down(request: Asked) -> Response[bytes] | None:
    pace: Pace = request.app.state.pace
    seconds = pace.seconds_to_wait(address_of(request))
    if not seconds:
        return None
    answer = _refuse(429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _answer(request: Asked, body: bytes, media_type: str, caching: str) -> Response[bytes]:
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**_SHARED, "ETag": mark, "Cache-Control": caching}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if mark in known:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _refuse(status: int) -> Response[bytes]:
    headers = {**_SHARED, "Cache-Control": "no-store"}
    return Response(_WORDS[status].encode(), status_code=status, media_type=_TEXT, headers=headers)
