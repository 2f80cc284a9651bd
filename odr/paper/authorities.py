"""Time authorities as pages and papers name them: the demo's in the reader's own words, any other by its own name."""

from odr.words import pgettext
from vault import DEMO_AUTHORITY


def with_demo_in_words(text: str) -> str:
    """Return a text with the demo's authority, wherever its certificate's name stands in it, in words of its language.

    The certificate's own name stays in the proof.
    """
    return text.replace(DEMO_AUTHORITY, pgettext("time authority", "the demonstration's time authority"))
