"""What a professional decides in the review room: edits, second looks, holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import decisions, discussion
from tests.pages.conftest import read_page
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)
from tests.support.room_steps import (
    WHOLE,
    choose,
    components_of,
    key,
    labels,
    press,
    read_room,
)

OpenPage = Callable[..., AppTest]


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, version 1, by Ines, with more than a caption."""
    return draft_in_state(world, "in_review", content=WHOLE)


class TestApproveWithEdits:
    def open(self, open_page: OpenPage, draft: MadeDraft) -> AppTest:
        at = open_page("dana", "review", draft=draft.id)
        return choose(at, draft, "approved_with_edits")

    def test_offers_only_the_parts_that_the_post_has(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        assert at.text_area(key=key("edit_caption", draft)).value == "Rest is a skill."
        assert at.text_input(key=key("edit_hashtags", draft)).value == "#rest #sleep"
        known = {element.label for element in [*at.text_area, *at.text_input]}
        assert {"Caption", "Script", "Hashtags", "Link"} <= known
        assert not known & {"Transcript", "Text on the screen", "Description of image 1"}

    def test_shows_what_changes_and_what_it_covers_before_the_button(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        assert labels(at, kind="primary") == ["Show what I changed"]
        at.text_area(key=key("edit_caption", draft)).set_value("Rest is a skill you can learn.")
        at = press(at, "Show what I changed")
        page = read_page(at)
        assert "You **approve version 1 as you edited it**" in page
        assert "valid until" in page
        assert f"{key('edit_diff', draft)}_Caption" in components_of(at)
        assert labels(at, kind="primary") == ["Approve version 1 with these edits"]
        assert not [one for one in at.text_area if one.label == "Caption"]

    def test_approving_offers_exactly_the_edited_post(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        at.text_area(key=key("edit_caption", draft)).set_value("Rest is a skill. ")
        at.text_input(key=key("edit_hashtags", draft)).set_value("#rest calm")
        at = press(at, "Show what I changed")
        at.text_area(key=key("note", draft)).set_value("Lovely, with this.")
        at = press(at, "Approve version 1 with these edits")
        page = read_page(at)
        assert "Approved with your edits" in page
        assert "counts once the author accepts exactly" in page
        room = read_room(world, draft, version=2)
        assert room.draft.offered_version == 2
        assert room.draft.state == "changes_requested"
        assert room.version.content is not None
        assert room.version.content.caption == "Rest is a skill. "
        assert room.version.content.hashtags == ("rest", "calm")
        assert room.version.content.script == WHOLE.script
        assert room.decisions[0].kind == "approved_with_edits"
        assert room.decisions[0].note == "Lovely, with this."

    def test_nothing_edited_is_no_edit(self, open_page: OpenPage, draft: MadeDraft) -> None:
        at = press(self.open(open_page, draft), "Show what I changed")
        assert "You have not changed anything yet" in read_page(at)
        assert labels(at, kind="primary") == ["Go on editing"]

    def test_what_the_database_refuses_is_said_and_kept(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        at.text_input(key=key("edit_link", draft)).set_value("example.org")
        at = press(press(at, "Show what I changed"), "Approve version 1 with these edits")
        assert "not a full address" in read_page(at)
        at = press(at, "Go on editing")
        assert at.text_input(key=key("edit_link", draft)).value == "example.org"
        assert read_room(world, draft).draft.offered_version is None

    def test_a_newer_version_refuses_it_and_keeps_the_words(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        at.text_area(key=key("edit_caption", draft)).set_value("Rest is a gift.")
        at = press(at, "Show what I changed")
        newer = make_content("Rest is a skill.", script="Say it fast.", format="video")
        submit(world, edit(world, draft, newer))
        at = press(at, "Approve version 1 with these edits")
        assert "The author sent a newer version while you were reading" in read_page(at)
        at = press(at, "Show what is new")
        page = read_page(at)
        assert "You were editing version 1" in page
        assert "Your words are kept" in page
        at = press(at, "Go on with my words")
        at = press(at, "Go on editing")
        assert at.text_area(key=key("edit_caption", draft)).value == "Rest is a gift."
        # What nobody edited is as the author has it now.
        assert at.text_area(key=key("edit_script", draft)).value == "Say it fast."
        at = press(press(at, "Show what I changed"), "Approve version 2 with these edits")
        room = read_room(world, draft, version=3)
        assert room.version.content is not None
        assert room.version.content.caption == "Rest is a gift."
        assert room.version.content.script == "Say it fast."

    def test_starting_again_takes_the_newer_version(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        at.text_area(key=key("edit_caption", draft)).set_value("Rest is a gift.")
        at = press(at, "Show what I changed")
        submit(world, edit(world, draft, make_content("Rest well.")))
        at = press(at, "Approve version 1 with these edits")
        at = press(press(at, "Show what is new"), "Start again from version 2")
        assert at.text_area(key=key("edit_caption", draft)).value == "Rest well."

    def test_a_newer_version_is_followed_while_nothing_was_typed(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        self.open(open_page, draft)
        submit(world, edit(world, draft, make_content("Rest well.")))
        at = self.open(open_page, draft)
        assert at.text_area(key=key("edit_caption", draft)).value == "Rest well."

    def test_a_faster_colleague_leaves_the_words_to_copy(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = self.open(open_page, draft)
        at.text_area(key=key("edit_caption", draft)).set_value("Rest is a gift.")
        at = press(at, "Show what I changed")
        decide(world, draft, "approved", by=world.kim)
        at = press(at, "Approve version 1 with these edits")
        assert "Somebody was faster" in read_page(at)
        at = press(at, "Show what is new")
        assert "The edit you were writing" in read_page(at)
        at = press(at, "Throw it away")
        assert "The edit you were writing" not in read_page(at)


class TestSecondLook:
    @pytest.fixture
    def second(self, world: World) -> MadeDraft:
        """Dana sent version 1 back; Ines sent version 2."""
        first = draft_in_state(world, "changes_requested")
        return submit(world, edit(world, first, make_content("Rest is a skill we can learn.")))

    def test_opens_on_what_changed_with_two_ways_on(
        self, open_page: OpenPage, second: MadeDraft
    ) -> None:
        at = open_page("dana", "review", draft=second.id)
        page = read_page(at)
        assert at.toggle(key=key("changes", second)).value is True
        assert "1 word added, 1 word removed" in page
        assert "**You sent version 1 back** just now: Wording." in page
        assert "Please soften the second sentence." in page
        assert labels(at, kind="primary") == ["Approve these changes"]

    def test_two_taps_approve(self, world: World, open_page: OpenPage, second: MadeDraft) -> None:
        at = press(open_page("dana", "review", draft=second.id), "Approve these changes")
        page = read_page(at)
        assert "You **approve version 2**" in page
        assert "It covers exactly version 2" in page
        assert labels(at, kind="primary") == ["Approve version 2"]
        assert read_room(world, second).draft.state == "in_review"
        press(at, "Approve version 2")
        assert read_room(world, second).draft.approved_version == 2

    def test_or_it_goes_back_again(
        self, world: World, open_page: OpenPage, second: MadeDraft
    ) -> None:
        at = press(open_page("dana", "review", draft=second.id), "Send back again")
        at.selectbox(key=key("reason", second)).set_value("accuracy")
        at.text_area(key=key("note", second)).set_value("Say who says so.")
        press(at, "Send back version 2")
        room = read_room(world, second)
        assert room.draft.state == "changes_requested"
        assert room.decisions[0].note == "Say who says so."

    def test_the_difference_is_to_the_version_that_was_decided_on(
        self, world: World, open_page: OpenPage, second: MadeDraft
    ) -> None:
        # She looks at version 2 and leaves it; version 3 comes in.
        discussion.note_look(world.dana.gateway(), draft_id=second.id, version=2)
        submit(world, edit(world, second, make_content("Rest is a skill we all can learn.")))
        at = open_page("dana", "review", draft=second.id)
        assert "Show changes since version 1" in at.toggle(key=key("changes", second)).label
        assert "Show what changed since version 1" not in read_page(at)

    def test_a_colleague_has_a_first_look(self, open_page: OpenPage, second: MadeDraft) -> None:
        page = read_page(open_page("kim", "review", draft=second.id))
        assert "Your decision" in page
        assert "Approve these changes" not in page

    def test_a_newer_version_refuses_the_second_tap(
        self, world: World, open_page: OpenPage, second: MadeDraft
    ) -> None:
        at = press(open_page("dana", "review", draft=second.id), "Approve these changes")
        submit(world, edit(world, second, make_content("Something else.")))
        at = press(at, "Approve version 2")
        assert "The author sent a newer version" in read_page(at)
        assert read_room(world, second).draft.state == "in_review"


class TestHold:
    def test_a_hold_says_why_and_can_be_resumed_by_a_colleague(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = choose(open_page("dana", "review", draft=draft.id), draft, "hold")
        at = press(at, "Put it on hold")
        assert "why it waits" in read_page(at)
        at.text_area(key=key("note", draft)).set_value("Waiting for the study.")
        at = press(at, "Put it on hold")
        page = read_page(at)
        assert "The review was put on hold** by Dana" in page
        assert "Waiting for the study." in page
        assert "The note you were writing" not in page
        at = press(open_page("kim", "review", draft=draft.id), "Resume the review")
        assert "Your decision" in read_page(at)
        assert read_room(world, draft).draft.state == "in_review"

    @pytest.mark.parametrize("name", ["ines", "marco", "sam", "paul"])
    def test_others_read_why_and_cannot_resume(
        self, world: World, open_page: OpenPage, draft: MadeDraft, name: str
    ) -> None:
        decisions.hold_draft(world.dana.gateway(), draft_id=draft.id, note="Waiting.")
        at = open_page(name, "review", draft=draft.id)
        assert "Waiting." in read_page(at)
        assert "Resume the review" not in labels(at)

    def test_its_author_reads_why_on_their_own_page(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        decisions.hold_draft(world.dana.gateway(), draft_id=draft.id, note="Waiting.")
        at = open_page("ines", "draft", draft=draft.id)
        assert "The review was set aside by Dana" in read_page(at)
        assert f"draft_hold_note_{draft.id}" in components_of(at)
