"""Error → status, words and answer: table.py is the one place, joined of a part for each room."""

from web.errors.answering import HANDLERS, SignInNeededError, refusal_page, show_error
from web.errors.table import BY_CODE, status_of, upload_status, words_for
from web.errors.words import Words

__all__ = [
    "BY_CODE",
    "HANDLERS",
    "SignInNeededError",
    "Words",
    "refusal_page",
    "show_error",
    "status_of",
    "upload_status",
    "words_for",
]
