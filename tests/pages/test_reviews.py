"""Reviews: what each role sees of the queue, and what they do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from services import reviews
from tests.pages.conftest import Seat, read_groups, read_page, read_tabs
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    find_today,
    make_content,
    submit,
)

OpenPage = Callable[..., AppTest]
PressRow = Callable[..., AppTest]


def find_buttons(at: AppTest, title: str) -> list[str]:
    """The labels of an entry's buttons and link."""
    for group in read_groups(at):
        for row in group["rows"]:
            if "".join(part[0] for part in row["title"]) == title:
                return [*(label for _name, label, _icon in row["buttons"]), row["action"]]
    raise AssertionError(title)


def find_holders(world: World, draft: MadeDraft) -> list[str]:
    queue = reviews.get_queue(world.sam.gateway(), workspace_id=world.home, show="all")
    entry = next(one for one in queue.entries if one.draft.id == draft.id)
    return [one.assignee_name for one in entry.holders]


def press(at: AppTest, label: str) -> AppTest:
    return next(one for one in at.button if one.label == label).click().run()


class TestProfessional:
    def test_sees_what_they_have_first_and_how_many_there_are_of_each(
        self, world: World, open_page: OpenPage, seat: Seat
    ) -> None:
        mine = draft_in_state(world, "in_review", title="Mine")
        others = draft_in_state(world, "in_review", title="Kim's")
        draft_in_state(world, "in_review", title="Free")
        reviews.take(world.dana.gateway(), draft_id=mine.id)
        reviews.take(world.kim.gateway(), draft_id=others.id)
        at = open_page("dana", "reviews")
        assert seat.calls == ["get_queue"]
        tabs = read_tabs(at)
        assert (tabs["Mine"], tabs["Nobody has it"], tabs["With others"]) == (1, 1, 1)
        assert tabs["All"] == 3
        assert find_buttons(at, "Mine") == ["Pass on", "Review"]
        assert "Kim's" not in read_page(at)

    def test_the_address_says_which_view(self, world: World, open_page: OpenPage) -> None:
        draft_in_state(world, "in_review", title="Free")
        at = open_page("dana", "reviews", show="unassigned")
        assert find_buttons(at, "Free") == ["Take", "Review"]
        assert "Nobody has it yet." in read_page(at)
        assert "Nothing is waiting for you" in read_page(open_page("dana", "reviews"))

    def test_most_sensitive_or_due_first(self, world: World, open_page: OpenPage) -> None:
        grave = draft_in_state(
            world, "in_review", title="Grave", content=make_content(topic="suicide_self_harm")
        )
        soon = draft_in_state(world, "in_review", title="Soon")
        for draft, days in ((grave, 9), (soon, 2)):
            world.run_sql(
                "update public.drafts set publish_by = %s where id = %s",
                find_today() + timedelta(days=days),
                draft.id,
            )
        page = read_page(open_page("dana", "reviews", show="all"))
        assert "Very sensitive topic" in page
        assert page.index("Grave") < page.index("Soon")
        page = read_page(open_page("dana", "reviews", show="all", sort="publish_by"))
        assert page.index("Soon") < page.index("Grave")

    def test_a_draft_that_came_back_is_a_second_look(
        self, world: World, open_page: OpenPage
    ) -> None:
        back = decide(world, draft_in_state(world, "in_review"), "changes_requested")
        submit(world, edit(world, back, make_content("Softer words.")))
        page = read_page(open_page("dana", "reviews"))
        assert "Second look" in page
        assert "You decided on an earlier version" in page

    def test_taking_makes_it_theirs(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        draft = draft_in_state(world, "in_review")
        at = press_row(open_page("dana", "reviews", show="unassigned"), "take", draft.id)
        assert "You have it now." in read_page(at)
        assert find_holders(world, draft) == ["Dana"]

    def test_who_comes_too_late_is_told_who_has_it(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        draft = draft_in_state(world, "in_review")
        at = open_page("dana", "reviews", show="unassigned")
        reviews.take(world.kim.gateway(), draft_id=draft.id)
        assert "Kim has this draft already." in read_page(press_row(at, "take", draft.id))

    def test_review_the_next_takes_it_and_goes_there(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review")
        at = press(open_page("dana", "reviews"), "Review the next")
        assert at.query_params["draft"] in (draft.id, [draft.id])
        assert find_holders(world, draft) == ["Dana"]

    def test_passing_on_names_those_who_cannot_be_asked(
        self, world: World, open_page: OpenPage, press_row: PressRow
    ) -> None:
        draft = draft_in_state(world, "in_review")
        reviews.take(world.dana.gateway(), draft_id=draft.id)
        at = press_row(open_page("dana", "reviews"), "pass_on", draft.id)
        assert "Not now: Paul (no checked credential)" in read_page(at)
        offered = at.selectbox(key=f"queue_to_False_{draft.id}").options
        assert offered == ["Nobody: back to the queue", "Kim"]

    def test_without_a_credential_there_is_nothing_to_take(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft_in_state(world, "in_review", title="Free")
        assert find_buttons(open_page("paul", "reviews", show="all"), "Free") == ["Read"]


class TestInfluencer:
    def test_sees_what_they_were_asked_to_advise_on_and_nothing_else(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review", title="Ines's")
        draft_in_state(world, "in_review", title="Another")
        reviews.ask(
            world.ines.gateway(),
            draft_id=draft.id,
            assignee_id=world.marco.id,
            kind="peer",
            note="Too *long*?",
        )
        at = open_page("marco", "reviews", show="all")
        page = read_page(at)
        assert "Ines asked for your advice" in page
        assert "Too *long*?" in page
        assert "Another" not in page
        assert read_tabs(at) == {}
        assert find_buttons(at, "Ines's") == ["Pass on", "Read and advise"]

    def test_nothing_asked_says_what_would_be_here(self, open_page: OpenPage) -> None:
        assert "asks for your advice" in read_page(open_page("marco", "reviews"))


class TestCoordinator:
    @pytest.fixture
    def pair(self, world: World) -> tuple[MadeDraft, MadeDraft]:
        """One that nobody has, and one of Kim's."""
        free = draft_in_state(world, "in_review", title="Free")
        held = draft_in_state(world, "in_review", title="Held")
        reviews.take(world.kim.gateway(), draft_id=held.id)
        return free, held

    def test_the_dialog_says_who_can_decide_on_all_of_them(
        self, open_page: OpenPage, press_row: PressRow, pair: tuple[MadeDraft, MadeDraft]
    ) -> None:
        at = press_row(open_page("sam", "reviews"), "assign", *(draft.id for draft in pair))
        page = read_page(at)
        assert "- Free\n- Held" in page
        assert "Whoever has one of them now no longer does." in page
        assert "Paul (no checked credential)" in page
        assert at.selectbox(key="queue_assignee").options == ["Dana", "Kim, has 1 draft"]

    def test_who_is_away_cannot_be_chosen(
        self,
        world: World,
        open_page: OpenPage,
        press_row: PressRow,
        pair: tuple[MadeDraft, MadeDraft],
    ) -> None:
        reviews.set_away(
            world.dana.gateway(),
            workspace_id=world.home,
            until=find_today() + timedelta(days=3),
        )
        at = press_row(open_page("sam", "reviews"), "assign", pair[0].id)
        assert "Dana (away until" in read_page(at)
        assert at.selectbox(key="queue_assignee").options == ["Kim, has 1 draft"]

    def test_sees_everything_and_no_way_to_decide(
        self, open_page: OpenPage, pair: tuple[MadeDraft, MadeDraft]
    ) -> None:
        assert len(pair) == 2
        at = open_page("sam", "reviews")
        assert find_buttons(at, "Free") == ["Assign", "Read"]
        assert "Review the next" not in read_page(at)


class TestRoom:
    def test_after_a_decision_the_next_draft_is_one_press_away(
        self, world: World, open_page: OpenPage, seat: Seat
    ) -> None:
        done = draft_in_state(world, "approved", title="Done")
        waiting = draft_in_state(world, "in_review", title="Waiting")
        at = open_page("dana", "review", draft=done.id)
        assert seat.calls == ["get_review", "get_next_review"]
        at = press(at, "Next: Waiting")
        assert at.query_params["draft"] in (waiting.id, [waiting.id])
        assert at.query_params["queue"] in ("mine", ["mine"])

    def test_the_last_one_says_so(self, world: World, open_page: OpenPage) -> None:
        done = draft_in_state(world, "approved")
        page = read_page(open_page("dana", "review", draft=done.id))
        assert "Nothing else waits for your decision." in page

    def test_others_are_not_led_on(self, world: World, open_page: OpenPage, seat: Seat) -> None:
        done = draft_in_state(world, "approved")
        for name in ("ines", "sam", "kim"):
            at = open_page(name, "review", draft=done.id)
            assert "Nothing else waits" not in read_page(at)
            assert seat.calls == ["get_review"], name

    def test_says_who_has_it_and_lets_a_professional_take_it(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review")
        at = press(open_page("dana", "review", draft=draft.id), "Take it")
        assert "You have it since today" in read_page(at)
        assert "Pass on" in read_page(at)
        assert "Dana" in read_page(open_page("ines", "review", draft=draft.id))


class TestAuthor:
    def test_asks_a_peer_from_the_draft(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "in_review")
        at = open_page("ines", "draft", draft=draft.id)
        assert "No professional has it yet." in read_page(at)
        at = at.button(key=f"asking_open_{draft.id}").click().run()
        assert at.selectbox(key=f"asking_to_peer_{draft.id}").options == ["Marco"]

    def test_while_a_professional_has_it_only_peers_are_offered(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review")
        reviews.take(world.dana.gateway(), draft_id=draft.id)
        at = open_page("ines", "draft", draft=draft.id)
        assert "**Dana** has it since today" in read_page(at)
        at = at.button(key=f"asking_open_{draft.id}").click().run()
        assert "A professional has it already." in read_page(at)
