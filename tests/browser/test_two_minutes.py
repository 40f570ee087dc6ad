"""Two minutes of typing in the same draft, at people's pace: no character is lost, none is doubled.

The author writes on a laptop and on a phone at once, for a while even in the same part, and a
professional edits the version that was sent. Little of this is work for the machine, all of it
waiting: `tests/run.py` runs it beside the others.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.browser import support
from tests.browser.editing import area_of, open_draft, stored_text, wait_for_saved
from tests.browser.support import ON_A_PHONE
from tests.support.people import MadeDraft, World, draft_in_state, make_content

pytestmark = pytest.mark.browser

# Each of the three stretches takes a third of it.
TWO_MINUTES = 120.0
# A turn of one hand, in milliseconds: with three of them about five keys a second for each.
TURN_MS = (40, 90)
# Turns that a hand lets pass when it stops to think: half a second to three.
PAUSE_TURNS = (3, 16)
LETTERS = "abcdefghijklmnopqrstuvwxyzäçéñöß🌿"
BEGUN = "Rest is a skill."


class Hand:
    """Somebody at a keyboard, who stops to think, mistypes and starts new lines.

    Args:
        name: Part of every word, so that no word of one hand is like any other.
        page: Where the hand types.
    """

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.page = page
        self.text = ""
        self.characters = 0
        self._caret = 0
        self._dice = random.Random(name)  # noqa: S311 - only for variety
        self._words = 0
        self._keys: deque[str] = deque()
        self._pause = 0

    def add(self, part: str) -> None:
        """Begin a part that the post does not have yet."""
        self.page.locator(f"[data-adds={part}]").click()
        self.go_to(part)

    def go_to(self, part: str) -> None:
        """Put the caret behind what stands in a part."""
        area = area_of(self.page, part)
        area.click()
        self.page.keyboard.press("Control+End")
        self.text = area.input_value()
        self._caret = len(self.text)

    def take_turn(self) -> None:
        """Press one key, or think."""
        turn = self._dice.uniform(*TURN_MS)
        if self._pause:
            self._pause -= 1
            # Types nothing, and takes as long as any other key.
            self.page.keyboard.press("Shift", delay=turn)
            return
        if not self._keys:
            self._keys.extend(self._think_of_a_word())
            if self._dice.random() < 0.2:
                self._pause = self._dice.randint(*PAUSE_TURNS)
        self._press(self._keys.popleft(), turn)

    def finish_word(self) -> None:
        """Type what was begun."""
        while self._keys:
            self._press(self._keys.popleft(), TURN_MS[0])

    def type_word(self) -> None:
        """Type one word more."""
        self.finish_word()
        self._keys.extend(self._think_of_a_word())
        self.finish_word()

    def _think_of_a_word(self) -> Iterator[str]:
        self._words += 1
        yield from f"{self.name}{self._words}"
        tail = [self._dice.choice(LETTERS) for _ in range(self._dice.randint(2, 6))]
        yield from tail
        chance = self._dice.random()
        if chance < 0.15:
            # Mistyped and taken back.
            yield from ("x", "q", "Backspace", "Backspace")
        elif chance < 0.25:
            # A letter more, inside the word.
            yield from ("ArrowLeft", "ArrowLeft", "-", "Control+End")
        elif chance < 0.35:
            yield from (".", "Enter")
            return
        yield " "

    def _press(self, key: str, turn: float) -> None:
        """Press it, and do to the text what it should do."""
        if len(key) == 1:
            self.page.keyboard.type(key, delay=turn)
        else:
            self.page.keyboard.press(key, delay=turn)
        before, after = self.text[: self._caret], self.text[self._caret :]
        if key == "Backspace":
            before = before[:-1]
        elif key == "ArrowLeft":
            before, after = before[:-1], before[-1:] + after
        elif key == "Control+End":
            before, after = before + after, ""
        else:
            before += "\n" if key == "Enter" else key
            self.characters += 1
        self.text, self._caret = before + after, len(before)


def type_until(end: float, *hands: Hand) -> None:
    """All of them type, key by key in turns, until the clock says so; then finish their words."""
    while monotonic() < end:
        for hand in hands:
            hand.take_turn()
    for hand in hands:
        hand.finish_word()


def test_two_people_type_in_the_same_draft_for_two_minutes(
    browser_as: Callable[..., Page], members: World
) -> None:
    draft = draft_in_state(members, "in_review", content=make_content(BEGUN))
    laptop = Hand("laptop", browser_as("ines"))
    phone = Hand("phone", browser_as("ines", **ON_A_PHONE))
    editor = Hand("editor", browser_as("dana"))
    open_draft(laptop.page, draft)
    open_draft(phone.page, draft)
    support.open_room(editor.page, draft.id)
    support.press(editor.page, "Approve with edits")
    began, stretch = monotonic(), TWO_MINUTES / 3

    # In different parts.
    laptop.go_to("caption")
    phone.add("script")
    editor.go_to("caption")
    type_until(began + stretch, laptop, phone, editor)
    wait_for_saved(laptop.page)
    # The phone hears what the laptop wrote with what it saves next.
    phone.type_word()
    wait_for_saved(phone.page, "script")
    expect(area_of(phone.page)).to_have_value(laptop.text)
    before, script = laptop.text, phone.text

    # In the same part, from the same words on: whoever saves second is asked.
    phone.go_to("caption")
    type_until(began + 2 * stretch, laptop, phone, editor)
    merged = bring_together(laptop, phone, before)
    assert stored_text(members, draft) == merged

    # In different parts again, one of them the one that both wrote in.
    laptop.add("on_screen_text")
    phone.add("transcript")
    type_until(began + TWO_MINUTES, laptop, phone, editor)
    wait_for_saved(laptop.page, "on_screen_text")
    wait_for_saved(phone.page, "transcript")
    assert monotonic() - began >= TWO_MINUTES
    written = {
        "caption": merged,
        "script": script,
        "on_screen_text": laptop.text,
        "transcript": phone.text,
    }
    for part, text in written.items():
        assert stored_text(members, draft, part) == text
    for page in (laptop.page, phone.page):
        expect(page.get_by_text("Two texts")).to_have_count(0)
        page.reload()
        for part, text in written.items():
            expect(area_of(page, part)).to_have_value(text)
    saves = members.run_sql(
        "select revision from public.draft_buffers where draft_id = %s", draft.id
    )
    assert saves[0][0] > 20, "saved while they typed"
    assert min(hand.characters for hand in (laptop, phone, editor)) > 100
    approve(editor, members, draft)


def bring_together(laptop: Hand, phone: Hand, before: str) -> str:
    """Two texts of one part: both are shown whole, and the one who is asked keeps both."""
    asked = phone if phone.page.get_by_text("Two texts").count() else laptop
    other = laptop if asked is phone else phone
    wait_for_saved(other.page)
    asked.type_word()
    page = asked.page
    expect(page.get_by_role("group", name="Your text")).to_have_text(asked.text)
    expect(page.get_by_role("group", name="The other text")).to_have_text(other.text)
    page.get_by_role("button", name="Keep mine").click()
    wait_for_saved(page)
    expect(page.get_by_text("Two texts")).to_have_count(0)
    asked.go_to("caption")
    page.keyboard.insert_text(other.text.removeprefix(before))
    wait_for_saved(page)
    return asked.text + other.text.removeprefix(before)


def approve(editor: Hand, members: World, draft: MadeDraft) -> None:
    """The edit is what was typed, whatever the author wrote meanwhile."""
    support.press(editor.page, "Show what I changed")
    support.press(editor.page, "Approve version 1 with these edits")
    expect(editor.page.get_by_text("Approved with your edits.")).to_be_visible()
    rows = members.run_sql(
        "select content ->> 'caption' from public.draft_versions"
        " where draft_id = %s and number = 2",
        draft.id,
    )
    assert rows == [(editor.text,)]
