"""Catches the mail of the local Supabase: one file a message, readable by its owner only.

A mail server just large enough for one client on the same machine that signs in with a generated
password. Codes therefore never pass through a log.
"""

import base64
import hmac
import itertools
import socketserver
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from services.embedded.mail_certificate import certificate_file, make_tls_context
from services.embedded.places import write_private
from services.embedded.ports import LOOPBACK

USER = "tandem"
SENDER = "tandem@example.org"
LARGEST_BYTES = 1_000_000
KEPT = 200

_numbers = itertools.count(1)


class MailCatcher:
    """Listens on a free port of 127.0.0.1 between `start` and `stop`."""

    def __init__(self, *, folder: Path, password: str, keys_folder: Path) -> None:
        self.folder = folder
        self.certificate = certificate_file(keys_folder)
        self._keys_folder = keys_folder
        self._login = base64.b64encode(f"\0{USER}\0{password}".encode()).decode()
        self._server: socketserver.ThreadingTCPServer | None = None

    def start(self) -> None:
        """Begin to listen."""
        login, keep, context = self._login, self._keep, make_tls_context(self._keys_folder)

        class Handler(_Conversation):
            expected_login = login
            deliver = staticmethod(keep)
            tls = context

        self._server = _Server((LOOPBACK, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True, name="mail").start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def settings(self, password: str) -> dict[str, object]:
        """The `[auth.email.smtp]` table that leads here."""
        if self._server is None:
            return {"enabled": False}
        return {
            "enabled": True,
            "host": LOOPBACK,
            "port": self._server.server_address[1],
            "user": USER,
            "pass": password,
            "admin_email": SENDER,
            "sender_name": "Tandem",
        }

    def _keep(self, raw: bytes) -> None:
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S.%f}-{next(_numbers):04d}.txt"
        write_private(self.folder / name, _as_text(raw))
        for old in sorted(self.folder.glob("*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Conversation(socketserver.StreamRequestHandler):
    """One SMTP conversation: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT."""

    expected_login = ""
    tls: ssl.SSLContext
    deliver: Callable[[bytes], None]
    timeout = 30

    def handle(self) -> None:
        signed_in = False
        self._say("220 tandem")
        while line := self.rfile.readline(2048):
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    self._say("250-tandem\r\n250-STARTTLS\r\n250 AUTH PLAIN")
                case "STARTTLS":
                    self._say("220 go on")
                    self._encrypt()
                case "AUTH":
                    login = rest.partition(" ")[2]
                    signed_in = hmac.compare_digest(login, self.expected_login)
                    self._say("235 ok" if signed_in else "535 wrong password")
                case "MAIL" | "RCPT" | "RSET" | "NOOP":
                    self._say("250 ok" if signed_in else "530 sign in first")
                case "DATA" if signed_in:
                    self._say("354 go on")
                    self._receive()
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("502 unknown")

    def _encrypt(self) -> None:
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")

    def _receive(self) -> None:
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(65_536)) not in (b".\r\n", b""):
            size += len(line)
            if size <= LARGEST_BYTES:
                # A line that begins with a dot was sent with one more.
                lines.append(line[1:] if line.startswith(b".") else line)
        if size > LARGEST_BYTES:
            self._say("552 too large")
            return
        type(self).deliver(b"".join(lines))
        self._say("250 kept")

    def _say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())

    def finish(self) -> None:
        """Close what encryption put in place of the plain connection."""
        super().finish()
        self.connection.close()


def _as_text(raw: bytes) -> str:
    """To, Subject, an empty line and the readable text."""
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    # The page of a mail follows our template; its plain text is Lite's own, with a dead link.
    body = message.get_body(preferencelist=("html", "plain"))
    if body is None:
        content = ""
    elif body.get_content_subtype() == "html":
        content = _strip_tags(body.get_content())
    else:
        content = body.get_content()
    return f"To: {message['To']}\nSubject: {message['Subject']}\n\n{content}"


class _Words(HTMLParser):
    """Collects what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.said = ""

    def handle_data(self, data: str) -> None:
        self.said += data


def _strip_tags(page: str) -> str:
    words = _Words()
    words.feed(page)
    words.close()
    return words.said
