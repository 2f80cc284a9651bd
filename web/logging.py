"""Logs: one JSON object a line, or plain words on a terminal; nothing named like a secret ever stands in them."""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET: Final = re.compile(r"passw|token|secret|cookie|authorization|credential|(^|_)keys?$", re.IGNORECASE)
_QUIET: Final = ("alembic", "asyncio", "boto3", "botocore", "s3transfer", "sqlalchemy", "urllib3")
_GONE: Final = "[left out]"


def drop_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the value of everything that is named like a secret, at any depth (a structlog processor)."""
    return {name: _GONE if _SECRET.search(name) else _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:  # noqa: ANN401 -- a log's values are whatever was given
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, Any]", value)
        return {name: _GONE if _SECRET.search(str(name)) else _clean(inner) for name, inner in pairs.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in cast("Sequence[Any]", value)]
    return value


def make_formatter(*, plain: bool) -> structlog.stdlib.ProcessorFormatter:
    """Return what writes one line: ``plain`` words for a terminal, else JSON. Tracebacks never show variables."""
    traceback: list[Processor]
    if plain:
        traceback = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        shape = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        traceback = [structlog.processors.ExceptionRenderer(shape), structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drop_secrets, *traceback],
    )


def configure_logging(stream: TextIO = sys.stderr) -> None:
    """Send every log of this process to ``stream``, our own and the libraries'."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make_formatter(plain=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
