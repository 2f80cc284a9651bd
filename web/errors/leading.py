"""Where a page of a refusal leads on: to the nearest page above it that its reader may surely open."""

import re
from http import HTTPStatus
from typing import Final

from odr.words import _, phrase

_BROKEN: Final = 500
_ID: Final = "[0-9a-f-]{36}"
_ABOVE: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(f"({place})/.+"), label)
    for place, label in (
        (f"/disputes/{_ID}/exhibits/{_ID}", phrase("Back to the exhibit")),
        (f"/disputes/{_ID}/rooms/{_ID}", phrase("Back to the room")),
        (f"/disputes/{_ID}/agreements/{_ID}", phrase("Back to the text")),
        (f"/disputes/{_ID}/expertise/{_ID}", phrase("Back to the mission")),
        (f"/disputes/{_ID}", phrase("Back to the dispute")),
        ("/invitation/[^/]+", phrase("Back to the invitation")),
    )
)
"""Pages with acts below them: whoever is refused an act, and is told so, reads the page that it hangs from."""


def way_on(status: int, method: str, path: str, *, known: bool) -> tuple[str, str]:
    """Return the label and the address of the one button; ``known``: whether the reader came with a session."""
    if status >= _BROKEN and method == "GET":
        return _("Try again"), path
    if status not in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}:
        for place, label in _ABOVE:
            found = place.fullmatch(path)
            if found:
                return _(label), found[1]
        return _("Back to the start"), "/"
    if known:
        return _("Back to my disputes"), "/disputes"
    return (_("Sign in"), "/sign-in") if status == HTTPStatus.GONE else (_("Back to the start"), "/")
