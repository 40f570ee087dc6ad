"""What the checker says while somebody writes: seen in the text, heard, used, and gone again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, expect

from components.units import to_units
from services.embedded.places import ROOT
from tests.browser.editing import (
    area_of,
    open_draft,
    small_controls,
    stored_text,
    wait_for_saved,
    write,
)
from tests.support import library
from tests.support.pages import PHONE, axe, check_phone, screenshot, settle
from tests.support.people import MadeDraft, World
from tests.support.waiting import wait_until

pytestmark = pytest.mark.browser

HINTS = ROOT / "components" / "editor_hints.js"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SIGNS = f"{FAMILY} e\u0301 \U0001f494"
AT_RISK = " I want to die and I have the pills here."
PANEL = "Before the post: are you all right?"


def marks(page: Page, part: str = "caption") -> Locator:
    return page.locator(f'[data-part="{part}"] mark')


def notes(page: Page, part: str = "caption") -> Locator:
    return page.locator(f'[data-part="{part}"] .notes')


def answers(members: World) -> list[tuple[str, str]]:
    found = members.run_sql("select rule, answer from public.hint_answers order by rule")
    return [(rule, answer) for rule, answer in found]


def expect_answers(members: World, *expected: tuple[str, str]) -> None:
    """The page shows an answer before it is kept."""
    wait_until(lambda: answers(members) == list(expected), what=f"the answers {expected}")


class TestWriting:
    def test_words_are_marked_and_replaced_with_one_click(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        write(page, f" {SIGNS} He hanged himself. Call 988 in the US.")
        expect(marks(page)).to_have_text(["hanged himself"])
        expect(notes(page)).to_contain_text("1 note on the wording")
        expect(page.locator('[data-part="caption"] .aside').last).to_have_text(
            "1 note on the wording."
        )
        notes(page).get_by_role("button", name="Use died by suicide").focus()
        page.keyboard.press("Enter")
        expect(marks(page)).to_have_count(0)
        expect(notes(page)).to_be_hidden()
        expect(area).to_be_focused()
        text = f"Rest is a skill. {SIGNS} He died by suicide. Call 988 in the US."
        expect(area).to_have_value(text)
        wait_for_saved(page)
        assert stored_text(members, draft) == text
        expect_answers(members, ("suicide-method-detail", "used"))
        page.keyboard.press("Control+z")
        expect(marks(page)).to_have_text(["hanged himself"])

    def test_marks_move_with_the_words_and_go_with_them(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        write(page, " My cousin is an addict.")
        expect(marks(page)).to_have_text(["addict"])
        settle(page)
        page.context.set_offline(True)
        page.keyboard.press("Control+Home")
        page.keyboard.type(f"{FAMILY} So: ")
        expect(marks(page)).to_have_text(["addict"])
        start, end = area.evaluate(
            """(area) => {
              const mark = area.parentElement.querySelector("mark")
              const range = document.createRange()
              range.setStart(mark.parentElement, 0)
              range.setEndBefore(mark)
              const start = range.toString().length
              return [start, start + mark.textContent.length]
            }"""
        )
        assert area.input_value().encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == (
            "addict"
        )
        area.evaluate("(area) => area.setSelectionRange(area.value.length - 3, area.value.length)")
        page.keyboard.press("Delete")
        expect(marks(page)).to_have_count(0)
        page.context.set_offline(False)
        wait_for_saved(page)

    def test_the_article_fits_what_is_put_in(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        area = open_draft(page, draft)
        write(page, " My cousin is an addict.")
        notes(page).get_by_role("button", name="Use person with an addiction").click()
        expect(area).to_have_value("Rest is a skill. My cousin is a person with an addiction.")

    def test_the_sheet_keeps_in_step_with_the_field(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines", viewport=PHONE)
        area = open_draft(page, draft)
        area.fill("Long lines of words that break. " * 40 + "My cousin is an addict. " + "x" * 200)
        expect(marks(page)).to_have_count(1)
        area.evaluate("(area) => { area.style.height = '150px'; area.scrollTop = 9999 }")
        page.wait_for_function(
            """() => [...document.querySelectorAll("*")].some((host) => {
              const area = host.shadowRoot?.querySelector("#part-caption")
              if (!area) return false
              const sheet = area.parentElement.querySelector(".sheet")
              return area.scrollTop > 0 && sheet.scrollHeight === area.scrollHeight &&
                sheet.style.transform === `translate(0px, ${-area.scrollTop}px)`
            })"""
        )

    def test_other_parts_have_marks_of_their_own(
        self, browser_as: Callable[..., Page], draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        tags = area_of(page, "hashtags")
        tags.fill("endthestigma rest")
        tags.blur()
        expect(tags).to_have_value("#endthestigma #rest")
        expect(marks(page, "hashtags")).to_have_text(["#endthestigma"])
        notes(page, "hashtags").get_by_text("1 smaller idea").click()
        notes(page, "hashtags").get_by_role("button", name="Use #EndTheStigma").click()
        expect(tags).to_have_value("#EndTheStigma #rest")
        expect(marks(page, "hashtags")).to_have_count(0)


class TestNotMeant:
    def test_a_note_is_put_aside_and_taken_back(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " My cousin is an addict. He hanged himself. Call 988 in the US.")
        expect(marks(page)).to_have_text(["addict", "hanged himself"])
        aside = notes(page).get_by_role("button", name=re.compile("^Not what I meant"))
        expect(aside).to_have_count(1)
        aside.click()
        expect(marks(page)).to_have_text(["hanged himself"])
        back = notes(page).get_by_role("button", name="Take it back: addict")
        expect(back).to_be_focused()
        settle(page)
        expect_answers(members, ("addict-label", "not_meant"))
        page.reload()
        expect(marks(page)).to_have_text(["hanged himself"])
        settle(page)
        back.click()
        expect(marks(page)).to_have_text(["addict", "hanged himself"])
        expect_answers(members)

    def test_a_note_on_the_whole_post_as_well(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " My brother died by suicide in March. I found him. Call 988 in the US.")
        page.get_by_role("button", name="Not what I meant").click()
        expect(page.get_by_text("Put aside: ")).to_be_visible()
        settle(page)
        expect_answers(members, ("content-note-missing", "not_meant"))
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("Put aside: ")).to_have_count(0)


class TestAuthorAtRisk:
    def test_help_comes_first_and_alone_and_nothing_is_stored(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        line = library.add(members.dana, members, replace(library.LINE, country="DE"))
        library.check(members.dana, members, line)
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, " My cousin is an addict." + AT_RISK)
        expect(page.get_by_role("heading", name=PANEL)).to_be_visible()
        expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
        call = page.get_by_role("link", name="Call 01632 960 001")
        expect(call).to_have_attribute("href", "tel:01632960001")
        expect(page.get_by_text("Nobody but you can read this draft")).to_be_visible()
        expect(marks(page)).to_have_count(0)
        expect(notes(page)).to_be_hidden()
        page.get_by_role("button", name="Are you all right?").click()
        expect(page.locator(f".st-key-draft_care_{draft.id}")).to_be_focused()
        axe(page)
        screenshot(page, "editor at risk")
        assert answers(members) == []

        page.get_by_role("button", name="Keep this private").click()
        expect(page.get_by_text("You keep this draft to yourself.")).to_be_visible()
        expect(page.get_by_role("button", name="Send for review")).to_be_disabled()
        page.get_by_role("button", name="I am all right, show the notes").click()
        expect(page.get_by_role("heading", name=PANEL)).to_have_count(0)
        expect(marks(page).first).to_have_text("addict")
        page.get_by_text("Keep this draft to myself").click()
        expect(page.get_by_role("button", name="Send for review")).to_be_enabled()

    def test_the_switch_for_professionals_is_at_hand(
        self, browser_as: Callable[..., Page], members: World, draft: MadeDraft
    ) -> None:
        page = browser_as("ines")
        open_draft(page, draft)
        write(page, AT_RISK)
        page.get_by_role("button", name="Professionals only").click()
        expect(page.get_by_role("button", name="Professionals only")).to_have_count(0)
        settle(page)
        hidden = members.run_sql(
            "select professionals_only from public.drafts where id = %s", draft.id
        )
        assert hidden == [(True,)]


class TestLooks:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_everybody_can_read_them(
        self, browser_as: Callable[..., Page], draft: MadeDraft, scheme: str
    ) -> None:
        page = browser_as("ines", color_scheme=scheme)
        open_draft(page, draft)
        write(
            page,
            " My cousin is an addict and this is crazy. He hanged himself, they said. It was"
            " crazy, and she suffers from depression.",
        )
        expect(marks(page)).to_have_count(5)
        area_of(page).blur()
        settle(page)
        for one in notes(page).locator("summary").all():
            one.click()
        axe(page)
        assert small_controls(page) == []
        screenshot(page, f"editor hints {scheme}")
        check_phone(page)


TEXT = st.lists(
    st.one_of(
        st.sampled_from(["addict", "junkie", FAMILY, "e\u0301", "\U0001f494", "\n", "an addict."]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=4),
    ),
    max_size=12,
).map(" ".join)


@pytest.fixture(scope="module")
def blank(browser: object) -> object:
    """A page without an app: only the browser's own texts."""
    page = browser.new_page()  # type: ignore[attr-defined]
    yield page
    page.close()


@given(TEXT, st.data())
@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_browser_cuts_the_same_words_out(blank: Page, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    units = to_units(text, start, end)
    assert (
        blank.evaluate("([text, [start, end]]) => text.slice(start, end)", [text, units])
        == (text[start:end])
    )


@given(TEXT, TEXT, st.data())
@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_spans_that_outlive_an_edit_still_hold_their_words(
    blank: Page, text: str, typed: str, data: st.DataObject
) -> None:
    """Any words replaced by any others, where a browser's selection can begin and end."""
    places = st.integers(0, len(text))
    first, last = sorted((data.draw(places), data.draw(places)))
    after = text[:first] + typed + text[last:]
    spans = [sorted((data.draw(places), data.draw(places))) for _ in range(3)]
    hints = [
        {"start": start, "end": end, "quote": text[left:right]}
        for left, right in spans
        for start, end in [to_units(text, left, right)]
    ]
    wrong, kept = blank.evaluate(
        """([source, hints, before, after]) => {
          const move = new Function(source + "; return move")()
          const kept = move(hints, before, after)
          const holds = ({ start, end, quote }) => after.slice(start, end) === quote
          return [kept.filter((hint) => !holds(hint)), kept.length]
        }""",
        [HINTS.read_text(encoding="utf-8"), hints, text, after],
    )
    assert wrong == []
    outside = [one for one in spans if one[1] <= first]
    assert kept >= len(outside)
