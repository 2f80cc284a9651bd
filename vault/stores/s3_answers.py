"""What an S3 answers, in the store's own errors: its code is told, never its message."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from vault.errors import DiskFullError, ObjectLockedError, ObjectMissingError, StoreError, StoreUnavailableError

_MISSING: Final = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchUpload", "NotFound"})
_PASSING: Final = frozenset(
    {
        "408",
        "429",
        "500",
        "502",
        "503",
        "504",
        "InternalError",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "TooManyRequestsException",
    }
)
_PASSING_STATUS: Final = frozenset({408, 429, 500, 502, 503, 504})
_FULL: Final = frozenset({"507", "InsufficientStorage", "XMinioStorageFull", "QuotaExceeded"})
_BEYOND_END: Final = frozenset({"416", "InvalidRange"})
_LOCKED: Final = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest"})


class BeyondEndError(StoreError):
    """The range starts where the object ends, or after."""


@contextmanager
def named() -> Generator[None, None, None]:
    """Turn the service's errors into the store's; an answer that cannot be read counts as none."""
    try:
        yield
    except ClientError as error:
        raise _name_refusal(error) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise StoreUnavailableError(f"the store cannot be reached ({type(error).__name__})") from error


def _name_refusal(error: ClientError) -> StoreError:
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _MISSING:
        return ObjectMissingError("the store has no such object")
    if code in _BEYOND_END:
        return BeyondEndError("the range starts after the object's end")
    if code in _FULL:
        return DiskFullError("no room is left where the store writes")
    if code in _PASSING or status in _PASSING_STATUS:
        return StoreUnavailableError(f"the store does not answer now ({code})")
    if code in _LOCKED and error.operation_name == "DeleteObject":
        return ObjectLockedError(f"the store refuses to delete this version ({code})")
    return StoreError(f"the store refused ({code})")
