"""Ask the running site whether it is well: exit status 0 only then. For a container's health check."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from urllib.parse import urlsplit

from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for


def run(argv: Sequence[str]) -> int:
    """Ask once, and wait a few seconds at most."""
    parser = parser_for("health", __doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where it listens (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long to wait (default: %(default)s)")
    given = parser.parse_args(argv)
    url: str = given.url
    if urlsplit(url).scheme not in {"http", "https"}:
        complain("--url: http:// or https://")
        return UNUSABLE
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=given.seconds):  # noqa: S310 -- http(s), checked above
            return OK
    except (OSError, urllib.error.URLError) as error:
        complain(f"{url}: {getattr(error, 'reason', error)}")
        return FAILED
