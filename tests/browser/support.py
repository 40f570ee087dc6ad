"""What people do in the browser, each in a step or two; and `make run` as they start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from services.embedded.places import ROOT
from services.embedded.ports import find_free_port
from tests.support.pages import PHONE, axe, check_phone, screenshot, settle
from tests.support.waiting import wait_until

BrowserAs = Callable[..., Page]

PASSWORD = "a long enough password"
# What others say or decide shows within five seconds.
NEWS_MS = 5_000
# `browser_as("ines", **ON_A_PHONE)`: a small screen under a finger.
ON_A_PHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


def press(page: Page, name: str) -> None:
    """Press a button and wait for what it does."""
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def tap(page: Page, name: str) -> None:
    """Tap a button and wait for what it does."""
    page.get_by_role("button", name=name, exact=True).tap()
    settle(page)


def look_at(page: Page, name: str) -> None:
    """Accessible in light and dark, whole on a phone; a picture for people to look at."""
    axe(page)
    check_phone(page)
    screenshot(page, name)


def follow(page: Page, name: str) -> None:
    """Follow a link inside a page, not in the navigation."""
    page.get_by_test_id("stMain").get_by_role("link", name=name, exact=True).first.click()
    settle(page)


def go(page: Page, name: str) -> None:
    """Open a page of the navigation."""
    page.get_by_role("navigation", name="Pages").get_by_role(
        "link", name=re.compile(rf"^{name}( [\d,]+ new)?$")
    ).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)


def read_draft_id(page: Page) -> str:
    """The draft in the page's address."""
    found = re.search(r"[?&]draft=([0-9a-f-]{36})", page.url)
    assert found, page.url
    return found.group(1)


def start_draft(page: Page, title: str) -> str:
    """From Home to an empty text; the draft's id."""
    press(page, "New draft")
    page.get_by_label("Working title").fill(title)
    page.get_by_role("button", name="Start writing").click()
    expect(page.get_by_label("Caption", exact=True)).to_be_visible()
    page.wait_for_url(re.compile("draft="))
    settle(page)
    return read_draft_id(page)


def write(page: Page, text: str) -> None:
    """Replace the text in the editor, and wait until it is saved."""
    area = page.get_by_label("Caption", exact=True)
    area.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    area.blur()
    expect(page.locator("#status-caption")).to_contain_text("Saved ")
    settle(page)


def send(page: Page) -> None:
    """Send what the editor holds for review."""
    button = page.get_by_role("button", name=re.compile("^Send (again )?for review$"))
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_text("Sent for review", exact=True)).to_be_visible()
    settle(page)


def open_room(page: Page, draft_id: str) -> None:
    """The review room by its address."""
    page.goto(f"/review?draft={draft_id}")
    expect(page.get_by_text(re.compile(r"fingerprint [0-9a-f]{8}")).first).to_be_visible()
    settle(page)


def choose(page: Page, decision: str) -> None:
    """Open one of the decisions that cover a version, to see what it means."""
    if page.get_by_role("button", name="Decide otherwise", exact=True).count():
        press(page, "Decide otherwise")
    page.get_by_role("button", name=decision, exact=True).click()
    expect(page.get_by_text("It covers exactly version")).to_be_visible()
    settle(page)


def pick(place: Locator, name: str) -> None:
    """Choose one of a list by typing it: a click closes a list that opened by itself."""
    place.click()
    place.page.keyboard.type(name)
    place.page.get_by_role("option", name=re.compile(f"^{re.escape(name)}")).click()


def send_back(page: Page, *, reason: str, note: str) -> None:
    """Send the version on the screen back."""
    choose(page, "Send back")
    pick(page.get_by_label("Reason"), reason)
    settle(page)
    page.get_by_label("What should change, and why").fill(note)
    page.get_by_role("button", name=re.compile(r"^Send back version \d+$")).click()
    expect(page.get_by_text("Sent back. The author sees your note")).to_be_visible()
    settle(page)


def approve(page: Page, version: int) -> None:
    """Approve the version on the screen."""
    choose(page, "Approve")
    press(page, f"Approve version {version}")
    expect(page.get_by_text("Approved. The author can publish exactly this text.")).to_be_visible()


def comment(page: Page, body: str) -> None:
    """Say something in the review room."""
    page.get_by_label("Your comment").fill(body)
    press(page, "Add comment")
    expect(said(page, body)).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("")


def said(page: Page, body: str) -> Locator:
    """A comment, an answer, a note or advice in the room, by its words."""
    return page.locator("#talk .said").filter(has_text=body)


def thread(page: Page, body: str) -> Locator:
    """The thread in which somebody said this."""
    return page.locator("#talk .thread").filter(has_text=body)


def dialog(page: Page) -> Locator:
    """The open dialog."""
    return page.get_by_role("dialog")


def invite(page: Page, *, email: str, roles: list[str]) -> str:
    """From People: invite somebody; the link."""
    press(page, "Invite somebody")
    dialog(page).get_by_label("E-mail address").fill(email)
    for role in roles:
        dialog(page).get_by_text(role, exact=True).click()
    dialog(page).get_by_role("button", name="Make the link").click()
    code = dialog(page).get_by_test_id("stCode")
    expect(code).to_be_visible()
    link = code.inner_text().strip()
    dialog(page).get_by_role("button", name="Done").click()
    expect(dialog(page)).to_have_count(0)
    settle(page)
    return link


def sign_up(page: Page, link: str, *, name: str) -> None:
    """Make an account through an invitation's link."""
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account and join").click()
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    settle(page)


class Runner:
    """`make run` without make: the servers and the app in a data folder of their own.

    Args:
        folder: For the data and the output.
        settings: Environment variables on top of the usual ones.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self._log = folder / "run.log"
        self._environment = os.environ | {
            "TANDEM_DATA_DIR": str(folder / "var"),
            "PORT": str(find_free_port()),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What a browser opens."""
        return f"http://localhost:{self._environment['PORT']}"

    def __enter__(self) -> Runner:
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.embedded", "run"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(self._is_ready, what="the runner", seconds=120)
        except AssertionError:
            self.stop()
            raise
        return self

    def __exit__(self, *_args: object) -> None:
        self.stop()

    def run(self, *arguments: str) -> str:
        """Another command of the Makefile beside it; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "services.embedded", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def output(self) -> str:
        """What it printed so far."""
        return self._log.read_text(errors="replace")

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.output()
        return "Tandem is ready" in self.output()
