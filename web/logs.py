"""Structured logs: one JSON object a line, with the request it belongs to.

What people typed never gets in: of an error only its class and the places in the code are kept,
never its words, which may quote a text, a token or a row.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

import streamlit.logger

request_id: ContextVar[str] = ContextVar("request_id", default="")

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FRAMES = 12
# Loggers that tell of every request, with its full address.
_TALKATIVE = ("httpx", "httpcore", "uvicorn.access", "websockets", "asyncio")


class JsonLines(logging.Formatter):
    """One line of JSON a record; fields given as `extra=` are kept beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            # asyncio and others append the error's own words on further lines.
            line["message"] = str(line["message"]).partition("\n")[0]
        if known := request_id.get():
            line["request_id"] = known
        line.update({name: value for name, value in vars(record).items() if name not in _PLAIN})
        if record.exc_info and record.exc_info[1] is not None:
            line.update(describe_error(record.exc_info[1]))
        return json.dumps(line, default=str, ensure_ascii=False)


def describe_error(error: BaseException) -> dict[str, object]:
    """The error's class and where it happened; never its words or anybody's values."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    found: dict[str, object] = {
        "error": type(error).__name__,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    cause = error.__cause__ or error.__context__
    if cause is not None:
        found["cause"] = type(cause).__name__
    return found


def set_up_logs() -> None:
    """Sends every record of this process through `JsonLines`, Streamlit's and uvicorn's too.

    Called when the app is loaded and once more when it starts, because both give their loggers
    handlers of their own in between.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    streamlit.logger.setup_formatter = _hand_over
    for logger in list(root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            _hand_over(logger)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _hand_over(logger: logging.Logger) -> None:
    """Lets the root handler write what this logger has to say."""
    logger.handlers = [kept for kept in logger.handlers if type(kept) is not logging.StreamHandler]
    logger.propagate = True
