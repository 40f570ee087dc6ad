"""The review room says what the checker noticed, and what stops an approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components import format as fmt
from tests.pages.conftest import Seat, press, read_page
from tests.support.acts import act, edits, state_of
from tests.support.findings import (
    AT_RISK,
    STOPPED,
    WAIVED,
    WARNED,
    refuse_approval,
    submit_unread,
    waive_last,
)
from tests.support.helped import have_help
from tests.support.people import MadeDraft, World, decide, draft_in_state, make_draft
from tests.support.people import make_content as content_of

HEADING = "What the checker noticed"


@pytest.fixture
def stopped(world: World) -> MadeDraft:
    """In review by ines, read by the checker, which found one blocker."""
    return draft_in_state(world, "in_review", content=STOPPED)


def choose(at: AppTest, draft: MadeDraft, kind: str) -> AppTest:
    return at.button(key=f"review_choose_{kind}_{draft.id}").click().run()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


class TestPanel:
    def test_explains_a_blocker_and_how_to_go_on(
        self, open_page: Callable[..., AppTest], stopped: MadeDraft
    ) -> None:
        at = open_page("dana", "review", draft=stopped.id)

        page = read_page(at)
        assert HEADING in page
        assert "Stops the approval" in page
        assert "“Stop taking your antidepressants”" in page
        assert "**Caption**" in page
        assert "Write instead:" in page
        assert "](https://" in page
        assert "Waive with a reason" in labels(at)

    def test_quotes_nothing_before_the_reader_asks_for_a_hard_text(
        self, world: World, open_page: Callable[..., AppTest]
    ) -> None:
        grave = replace(STOPPED, topic="suicide_self_harm")
        draft = draft_in_state(world, "in_review", content=grave)
        at = open_page("dana", "review", draft=draft.id)
        page = read_page(at)
        assert "an approval until the words change" in page
        assert "antidepressants" not in page
        assert "Waive with a reason" not in labels(at)

        at = press(at, "Show the text")
        assert "“Stop taking your antidepressants”" in read_page(at)
        assert "Waive with a reason" in labels(at)

    @pytest.mark.parametrize("name", ["ines", "marco", "sam", "paul"])
    def test_lets_only_deciders_waive(
        self, open_page: Callable[..., AppTest], stopped: MadeDraft, name: str
    ) -> None:
        at = open_page(name, "review", draft=stopped.id)

        assert "“Stop taking your antidepressants”" in read_page(at)
        assert "Waive with a reason" not in labels(at)

    def test_says_that_there_is_nothing(
        self, open_page: Callable[..., AppTest], world: World
    ) -> None:
        draft = draft_in_state(world, "in_review")

        assert "Nothing to change in version 1." in read_page(
            open_page("dana", "review", draft=draft.id)
        )

    def test_puts_the_author_first(self, open_page: Callable[..., AppTest], world: World) -> None:
        draft = draft_in_state(world, "in_review", content=AT_RISK)

        author = read_page(open_page("ines", "review", draft=draft.id))
        assert "You matter more than the post" in author
        assert "Find somebody to talk to" in author
        assert "Stops the approval" not in author
        peer = read_page(open_page("marco", "review", draft=draft.id))
        assert "You matter more than the post" not in peer
        professional = read_page(open_page("dana", "review", draft=draft.id))
        assert "Think of the author first" in professional

    def test_is_gone_once_it_was_decided(
        self, open_page: Callable[..., AppTest], world: World
    ) -> None:
        draft = draft_in_state(world, "approved")

        assert HEADING not in read_page(open_page("dana", "review", draft=draft.id))


class TestReading:
    def test_happens_when_the_room_is_opened(
        self, open_page: Callable[..., AppTest], world: World
    ) -> None:
        draft = submit_unread(make_draft(world, content=WARNED))
        refuse_approval("not_checked", draft, by=world.dana)

        page = read_page(open_page("dana", "review", draft=draft.id))

        assert "Better changed" in page
        assert "nothing of it stops an approval" in page
        decide(world, draft, "approved")

    def test_does_not_hold_the_room_up(
        self,
        open_page: Callable[..., AppTest],
        world: World,
    ) -> None:
        draft = submit_unread(make_draft(world))
        world.server().state_rule_set(rule_set_hash="e" * 64)

        at = open_page("dana", "review", draft=draft.id)

        assert "The checker has not read version 1" in read_page(at)
        at = choose(at, draft, "approved")
        assert "This version cannot be approved yet" in read_page(at)
        assert "Approve version 1" not in labels(at)

    def test_takes_no_more_round_trips_once_it_was(
        self, open_page: Callable[..., AppTest], seat: Seat, world: World
    ) -> None:
        draft = submit_unread(make_draft(world))
        open_page("dana", "review", draft=draft.id)
        assert seat.calls.count("get_review") == 2

        open_page("kim", "review", draft=draft.id)
        assert seat.calls.count("get_review") == 1

    def test_happens_before_an_edit_is_accepted(
        self, open_page: Callable[..., AppTest], world: World
    ) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "approve_with_edits", draft, **edits(draft, content_of("Rest.")))

        at = press(open_page("ines", "draft", draft=draft.id), "Accept: approved at once")

        assert not at.exception
        assert state_of(world, draft) == "approved"


class TestDeciding:
    def test_says_why_it_cannot_be_approved(
        self, open_page: Callable[..., AppTest], stopped: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=stopped.id), stopped, "approved")

        assert "1 place in it stops that" in read_page(at)
        assert "Approve version 1" not in labels(at)

    def test_goes_on_with_a_waiver_that_the_decision_shows(
        self, open_page: Callable[..., AppTest], world: World, stopped: MadeDraft
    ) -> None:
        waive_last(world, stopped, by=world.kim)
        at = choose(open_page("dana", "review", draft=stopped.id), stopped, "approved")
        assert "Waived" in read_page(at)

        at = press(at, "Approve version 1")

        assert state_of(world, stopped) == "approved"
        page = read_page(open_page("ines", "review", draft=stopped.id))
        assert f"on “Stop taking your antidepressants”: {fmt.plain(WAIVED)}" in page
        assert "**Kim**, Psychologist" in page

    def test_quotes_no_waived_words_of_a_hard_text_before_it_is_shown(
        self, open_page: Callable[..., AppTest], world: World
    ) -> None:
        grave = replace(STOPPED, topic="suicide_self_harm")
        draft = draft_in_state(world, "in_review", content=grave)
        have_help(world, draft)
        waive_last(world, draft)
        decide(world, draft, "approved")
        at = open_page("marco", "review", draft=draft.id)
        page = read_page(at)
        assert f"on words of the post: {fmt.plain(WAIVED)}" in page
        assert "antidepressants" not in page

        assert "on “Stop taking your antidepressants”" in read_page(press(at, "Show the text"))

    def test_can_take_a_waiver_back(
        self, open_page: Callable[..., AppTest], world: World, stopped: MadeDraft
    ) -> None:
        waive_last(world, stopped)

        at = press(open_page("kim", "review", draft=stopped.id), "Take the waiver back")

        assert "These words stop an approval again." in read_page(at)
        refuse_approval("blocker_stands", stopped, by=world.dana)


class TestOffer:
    def test_shows_what_stops_it(self, open_page: Callable[..., AppTest], world: World) -> None:
        draft = draft_in_state(world, "in_review")
        act(world.dana, "approve_with_edits", draft, **edits(draft, STOPPED))

        at = open_page("dana", "review", draft=draft.id)

        assert "In version 2, 1 place stops an approval" in read_page(at)
        assert "Waive with a reason" in labels(at)
