"""Logs: one line each, and nothing named like a secret in them."""

import io
import json
import logging

import pytest
import structlog

from web.logging import configure_logging, drop_secrets


@pytest.fixture
def stream():
    """A stream that logs go to, and logging as it was afterwards."""
    root = logging.getLogger()
    handlers, level, was = root.handlers, root.level, structlog.get_config()
    written = io.StringIO()
    configure_logging(written)
    yield written
    root.handlers, root.level = handlers, level
    structlog.configure(**was)


@pytest.mark.parametrize(
    "name", ["password", "token", "session_token", "key", "root_key", "secret", "cookie", "Authorization", "keys"]
)
def test_what_is_named_like_a_secret_is_left_out_at_any_depth(name: str):
    event = {name: "hush", "deep": {"list": [{name: "hush"}], "kind": "kept"}}
    said = json.dumps(drop_secrets(None, "info", event))
    assert "hush" not in said
    assert "kept" in said


@pytest.mark.parametrize("name", ["kind", "job", "monkey", "keyboard", "dispute", "because"])
def test_what_is_not_a_secret_stays(name: str):
    assert drop_secrets(None, "info", {name: "kept"}) == {name: "kept"}


def test_a_line_is_one_json_object_with_time_level_and_logger(stream: io.StringIO):
    structlog.get_logger("archive").info("record_sealed", size=12, token="hush")
    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert said["event"] == "record_sealed"
    assert (said["level"], said["logger"], said["size"]) == ("info", "archive", 12)
    assert "timestamp" in said
    assert "hush" not in line


def test_libraries_speak_the_same_way(stream: io.StringIO):
    logging.getLogger("uvicorn.error").warning("something %s", "odd")
    said = json.loads(stream.getvalue())
    assert (said["event"], said["level"], said["logger"]) == ("something odd", "warning", "uvicorn.error")


def test_a_traceback_never_shows_variables(stream: io.StringIO):
    def fail(password: str) -> None:
        raise ValueError(f"{len(password)} letters")

    try:
        fail("hush" + "-hush")
    except ValueError as error:
        structlog.get_logger("web").error("bug", exc_info=error)
    (line,) = stream.getvalue().splitlines()
    assert "ValueError" in line
    assert "hush-hush" not in line


def test_chatty_libraries_are_quiet(stream: io.StringIO):
    logging.getLogger("botocore.auth").info("Authorization: hush")
    assert stream.getvalue() == ""


@pytest.mark.usefixtures("stream")
def test_on_a_terminal_a_line_is_plain_words():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    configure_logging(terminal)
    structlog.get_logger("web").info("started", token="hush")
    assert "started" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert "hush" not in terminal.getvalue()
