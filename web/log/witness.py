"""The witness: anyone hands in a checkpoint from an old mail, and reads whether today's register still fits it."""

from typing import Final

from litestar import Request, get, post
from litestar.datastructures import State, UploadFile
from litestar.di import NamedDependency

from odr.errors import InvalidInputError
from odr.platform import Platform
from odr.register import Testimony, witness
from odr.visibility.actor import Actor
from odr.words import _, phrase
from web.answer import Answer, Form, page
from web.log.pace import Pace
from web.signin.entering import address_of

TEXT_LIMIT: Final = 256 * 1024
BODY_LIMIT: Final = 2 * TEXT_LIMIT
_PRICE: Final = 20
"""One reading takes as much of an address's pace as so many tiles."""
_ERRORS: Final = {
    "required": phrase("Paste the text of a mail that we sent you, or choose its file."),
    "none": phrase(
        "There is no whole checkpoint in this text. Copy everything from the line with our address and “/entente”"
        " down to the end of the line that begins with a dash."
    ),
    "too_long": phrase("This is longer than a mail. Paste only its last lines, those with the checkpoint."),
    "slow_down": phrase("Many checkpoints were compared from your address. Wait a minute, then send it again."),
}


@get("/log/witness")
async def show_witness(
    request: Request[None, None, State],
    visitor: NamedDependency[Actor | None],  # noqa: ARG001 -- the frame greets who is signed in
) -> Answer:
    """Ask for a checkpoint."""
    return _page(request, Form(), [])


@post("/log/witness", status_code=200, request_max_body_size=BODY_LIMIT)
async def ask_witness(
    request: Request[None, None, State],
    platform: NamedDependency[Platform],
    visitor: NamedDependency[Actor | None],  # noqa: ARG001 -- same
) -> Answer:
    """Compare every checkpoint in what was handed in. Nothing of it is kept, and nothing changes by it."""
    form, handed_in = await _read(request)
    pace: Pace = request.app.state.pace
    if pace.seconds_to_wait(address_of(request), price=_PRICE):
        return _again(request, form, "slow_down", 429)
    if not handed_in.strip():
        return _again(request, form, "required", 422)
    try:
        found = await witness(platform, handed_in)
    except InvalidInputError as error:
        return _again(request, form, error.fields["text"], 422)
    return _page(request, form, found) if found else _again(request, form, "none", 422)


async def _read(request: Request[None, None, State]) -> tuple[Form, bytes]:
    """Read what was pasted, and the file in its place if one was chosen; it is then shown in the field."""
    data = await request.form()
    file, text = data.get("file"), data.get("text", "")
    handed_in = text.encode() if isinstance(text, str) else b""
    if isinstance(file, UploadFile):
        chosen = await file.read(TEXT_LIMIT + 1)
        handed_in = chosen or handed_in
    return Form({"text": handed_in.decode("utf-8", "replace").replace("\r\n", "\n")}), handed_in


def _again(request: Request[None, None, State], form: Form, code: str, status: int) -> Answer:
    form.errors = {"text": _(_ERRORS[code])}
    answer = _page(request, form, [], status=status)
    if status == 429:  # noqa: PLR2004 -- HTTP's own number
        answer.headers["Retry-After"] = "60"
    return answer


def _page(request: Request[None, None, State], form: Form, found: list[Testimony], *, status: int = 200) -> Answer:
    return page(request, "log/witness.html", form=form, found=found, status=status)
