"""Mirror the public register of an Entente into a folder, and verify that it is one history and continues the last one.

Nothing but the address is needed, no settings and no account. The folder holds the register as the site publishes it
(C2SP tlog-tiles), so any static web server can publish it again. Run it from time to time, from a place of your own.
"""

from collections.abc import Sequence
from pathlib import Path

from odr.mirroring import MirrorError, mirror
from odr.words import _
from web.terminal import FAILED, OK, complain, parser_for, say


def run(argv: Sequence[str]) -> int:
    """Fetch what is new and verify everything; 1 with an alarm when it does not hold, and the last good state stays."""
    parser = parser_for("mirror", __doc__)
    parser.add_argument("url", metavar="URL", help="the site's address, such as https://mediation.example.org")
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--key", help="the register's key (name+hash+key), when you know it from elsewhere")
    given = parser.parse_args(argv)
    try:
        size = mirror(given.url, given.directory, key=given.key)
    except MirrorError as error:
        complain(f"entente mirror: {error}")
        complain(_("Keep this folder as it is: it may be a proof. Its last good checkpoint was not replaced."))
        return FAILED
    say(_("The register holds: %(n)s entries, one history, signed by the same key.", n=size))
    return OK
