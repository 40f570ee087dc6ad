"""Lets through only what is known to be harmless of what Supabase Lite prints.

It prints its secret key at every start and whole rows in error messages, so every line is dropped
unless it is a known one.
"""

import os
import re
import subprocess
import threading
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from services.embedded.keys import Keys

KNOWN = (
    re.compile(r"Server running on\s+http://127\.0\.0\.1:\d+$"),
    re.compile(r"Ready in [\d.]+ms$"),
    re.compile(r"admin mode off\b"),
)
# Of an error only its class and its code are kept; the message quotes what people wrote.
_ERROR_CLASS = re.compile(r"^(?:Auth error: )?(\w*Error)\b")
_ERROR_SEVERITY = re.compile(r"^severity: '(ERROR|FATAL|PANIC)',$")
_ERROR_CODE = re.compile(r"^(code: '\w{4,16}'),?$")
LARGEST_LOG_BYTES = 5_000_000
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class OutputFilter:
    """Cleans what one Lite process prints; `keys` must never come through."""

    def __init__(self, keys: Keys) -> None:
        self._secrets = [value for value in astuple(keys) if value]
        self._in_error = False

    def clean(self, text: str) -> str:
        """The text without secrets: for errors shown to the person who starts the server."""
        text = _COLOURS.sub("", text)
        for secret in self._secrets:
            text = text.replace(secret, "(secret)")
        return text.strip()

    def keep(self, line: str) -> str | None:
        """What may be kept of a line; None for nothing. Lines come in the order they were said."""
        line = self.clean(line)
        if any(known.search(line) for known in KNOWN):
            return line
        if error := _ERROR_CLASS.match(line):
            self._in_error = True
            return error[1]
        if _ERROR_SEVERITY.match(line):
            self._in_error = True
            return None
        code = _ERROR_CODE.match(line)
        if code and self._in_error:
            self._in_error = False
            return code[1]
        return None

    def follow(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """Read all that the process prints, in the background, and keep the known lines."""
        thread = threading.Thread(target=self._pump, args=(process, log), daemon=True, name="lite")
        thread.start()

    def _pump(self, process: subprocess.Popen[bytes], log: Path) -> None:
        if process.stdout is None:
            return
        dropped = 0
        handle = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with process.stdout as output, os.fdopen(handle, "w", encoding="utf-8") as file:
            for raw in output:
                line = self.keep(raw.decode("utf-8", errors="replace"))
                if line is None:
                    dropped += 1
                elif file.tell() < LARGEST_LOG_BYTES:
                    file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {line}\n")
                    file.flush()
            file.write(f"Ended; {dropped} other lines were not kept.\n")
