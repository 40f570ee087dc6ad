"""Log lines: JSON, with the request they belong to, and never an error's own words."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import streamlit.logger

from web.logs import JsonLines, request_id, set_up_logs


def line_of(record: logging.LogRecord) -> dict[str, object]:
    found = json.loads(JsonLines().format(record))
    assert isinstance(found, dict)
    return found


def make_record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("tandem.x", logging.WARNING, "f.py", 1, message, args, None)
    vars(record).update(extra)
    return record


def fail(words: str) -> None:
    try:
        int(words)
    except ValueError as first:
        raise KeyError(words) from first


def make_failure(words: str) -> logging.LogRecord:
    record = make_record(f"it failed\n{words}")
    try:
        fail(words)
    except KeyError:
        record.exc_info = sys.exc_info()
    return record


@pytest.fixture
def kept_loggers() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers, level, formatter = root.handlers[:], root.level, streamlit.logger.setup_formatter
    yield
    root.handlers, streamlit.logger.setup_formatter = handlers, formatter
    root.setLevel(level)


class TestJsonLines:
    def test_a_line_is_one_object(self) -> None:
        found = line_of(make_record("signed in %s", "twice\nover", method="code", count=3))
        assert found["message"] == "signed in twice\nover"
        assert (found["level"], found["logger"]) == ("warning", "tandem.x")
        assert (found["method"], found["count"]) == ("code", 3)
        assert "\n" not in JsonLines().format(make_record("two\nlines"))

    def test_it_names_the_request(self) -> None:
        token = request_id.set("abc")
        try:
            assert line_of(make_record("x"))["request_id"] == "abc"
        finally:
            request_id.reset(token)
        assert "request_id" not in line_of(make_record("x"))

    def test_of_an_error_it_keeps_class_and_place(self) -> None:
        record = make_failure("canary words")
        text = JsonLines().format(record)
        found = line_of(record)
        assert "canary" not in text
        assert (found["error"], found["cause"]) == ("KeyError", "ValueError")
        assert found["message"] == "it failed"
        assert " fail" in str(found["trace"])

    def test_anything_can_be_logged(self) -> None:
        assert line_of(make_record("x", thing=object(), name_="é"))["name_"] == "é"


@pytest.mark.usefixtures("kept_loggers")
class TestSetUpLogs:
    def test_streamlit_and_uvicorn_write_the_same_lines(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = streamlit.logger.get_logger("tests.before")
        uvicorn = logging.getLogger("uvicorn.error")
        uvicorn.addHandler(logging.StreamHandler())
        set_up_logs()
        after = streamlit.logger.get_logger("tests.after")
        for logger in (before, uvicorn, after):
            logger.warning("hello")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        names = [line["logger"] for line in lines if line["message"] == "hello"]
        assert names == ["tests.before", "uvicorn.error", "tests.after"]

    def test_the_talkative_are_quiet(self, capsys: pytest.CaptureFixture[str]) -> None:
        set_up_logs()
        logging.getLogger("httpx").info("GET http://x/?token=canary")
        assert "canary" not in capsys.readouterr().err
