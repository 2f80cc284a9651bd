"""What happened to the words of mails: in the centre's own space."""

from typing import Final

from odr.event import Event

CENTRE_WORDS: Final = "P6"
"""The secretariat chooses the words of the centre's mails."""


class MailReworded(Event, frozen=True, kw_only=True):
    """A mail has other words from now on; ``sha256`` is of subject and body, empty where the default was restored."""

    letter: str
    language: str
    version: int
    sha256: str
