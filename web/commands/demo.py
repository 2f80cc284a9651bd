"""Live through a whole mediation, with invented people: see web/demo/command.py, which adds its own arguments."""

from collections.abc import Sequence

from web.demo.command import add_demo
from web.terminal import parser_for


def run(argv: Sequence[str]) -> int:
    """Hand over to the demo."""
    parser = parser_for("demo", __doc__)
    play = add_demo(parser)
    return play(parser.parse_args(argv))
