"""THE table: error → status and words. What each room says stands in its own part, joined here once."""

from typing import Final

from odr.errors import (
    ConflictError,
    ConsentMissingError,
    InvalidInputError,
    LinkExpiredError,
    NotFoundError,
    NotPermittedError,
    OdrError,
    SignInRefusedError,
    TooManyAttemptsError,
    UnavailableError,
    UploadRefusedError,
    WrongStageError,
)
from web.errors import (
    agreements,
    anywhere,
    appointment,
    archive,
    crossing,
    evidence,
    expertise,
    inviting,
    losses,
    offers,
    parties,
    repeating,
    sessions,
    statuses,
)
from web.errors.words import Words

STATUS: Final[dict[type[OdrError], int]] = {
    NotFoundError: 404,
    NotPermittedError: 403,
    WrongStageError: 409,
    ConsentMissingError: 409,
    ConflictError: 409,
    InvalidInputError: 422,
    SignInRefusedError: 401,
    TooManyAttemptsError: 429,
    LinkExpiredError: 410,
    UploadRefusedError: 422,
    UnavailableError: 503,
}

UPLOAD_STATUS: Final = {
    "wrong_version": 412,
    "wrong_media_type": 415,
    "too_large": 413,
    "longer_than_announced": 413,
    "field_too_large": 413,
    "unreadable_upload": 400,
    "piece_too_small": 400,
    "upload_busy": 423,
}
"""What tus 1.0.0 asks for where it is more precise than the table above."""

PARTS: Final = (
    anywhere,
    evidence,
    crossing,
    archive,
    agreements,
    parties,
    expertise,
    losses,
    inviting,
    appointment,
    sessions,
    offers,
    repeating,
)
BY_CODE: Final[dict[str, Words]] = {code: words for part in PARTS for code, words in part.WORDS.items()}


def status_of(error: OdrError) -> int:
    """Return the status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def upload_status(error: OdrError) -> int:
    """Return the status of a refusal to a resumable upload."""
    return UPLOAD_STATUS.get(error.code) or status_of(error)


def words_for(status: int, code: str = "") -> Words:
    """Return the sentences for an error's code, else for its status."""
    known = statuses.WORDS
    return BY_CODE.get(code) or known.get(status) or known[500 if status >= 500 else 400]  # noqa: PLR2004 -- HTTP's own border
