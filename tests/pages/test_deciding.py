"""What a professional decides in the review room: edits, second looks, holds, withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from services import decisions, discussion, drafts, publishing, rooms
from services.posts import Content
from services.rooms import Room
from tests.pages.conftest import Seat, read_page
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    publish,
    submit,
)

OpenPage = Callable[..., AppTest]

WHOLE = make_content(
    "Rest is a skill.",
    format="video",
    script="Say it slowly.",
    hashtags=("rest", "sleep"),
    link="https://example.org/help",
)


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, version 1, by Ines, with more than a caption."""
    return draft_in_state(world, "in_review", content=WHOLE)


def key(name: str, draft: MadeDraft) -> str:
    return f"review_{name}_{draft.id}"


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def labels(at: AppTest, *, kind: str = "") -> list[str]:
    return [button.label for button in at.button if not kind or button.proto.type == kind]


def choose(at: AppTest, draft: MadeDraft, kind: str) -> AppTest:
    return at.radio(key=key("kind", draft)).set_value(kind).run()


def read_room(world: World, draft: MadeDraft) -> Room:
    return rooms.get_room(world.sam.gateway(), draft_id=draft.id)


def withdraw_approval(world: World, draft: MadeDraft) -> None:
    decisions.withdraw_approval(
        world.kim.gateway(),
        draft_id=draft.id,
        content_hash=draft.content_hash,
        reason_code="safety",
        note="A reader was hurt.",
    )


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
        assert key("edit_diff_0", draft) in [str(one.key) for one in at.get("bidi_component")]
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
        room = rooms.get_room(world.sam.gateway(), draft_id=draft.id, version=2)
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
        room = rooms.get_room(world.sam.gateway(), draft_id=draft.id, version=3)
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
        assert f"draft_hold_note_{draft.id}" in [str(x.key) for x in at.get("bidi_component")]


class TestWithdrawApproval:
    def test_says_what_happens_and_needs_a_reason(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "published")
        at = press(open_page("dana", "review", draft=draft.id), "Withdraw the approval")
        page = read_page(at)
        assert "You **withdraw the approval of version 1**" in page
        assert "told at once" in page
        assert "The post is out." in page
        at = press(at, "Leave it as it is")
        assert "You **withdraw" not in read_page(at)

    @pytest.mark.parametrize(
        ("name", "may"), [("dana", True), ("kim", True), ("paul", False), ("sam", False)]
    )
    @pytest.mark.parametrize("state", ["approved", "published"])
    def test_by_whoever_could_have_decided(
        self, world: World, open_page: OpenPage, state: str, name: str, may: bool
    ) -> None:
        draft = draft_in_state(world, state)
        at = open_page(name, "review", draft=draft.id)
        assert ("Withdraw the approval" in labels(at)) is may

    @pytest.mark.parametrize("state", ["in_review", "changes_requested", "expired", "declined"])
    def test_there_is_nothing_to_withdraw(
        self, world: World, open_page: OpenPage, state: str
    ) -> None:
        draft = draft_in_state(world, state)
        at = open_page("dana", "review", draft=draft.id)
        assert "Withdraw the approval" not in labels(at)

    @pytest.mark.parametrize("page", ["review", "draft"])
    def test_its_author_sees_it_first_with_what_to_do(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page("ines", page, draft=draft.id)
        assert "approval of this published post was withdrawn" in at.error[0].proto.title
        assert "Kim withdrew the approval just now: could harm somebody" in at.error[0].value
        assert "Approval withdrawn" in read_page(at)
        assert "A reader was hurt." in read_page(at)
        assert labels(at, kind="primary") == ["I have taken the post down"]
        assert "Start a new draft from th" in read_page(at)

    def test_a_coordinator_sees_it_too(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page("sam", "review", draft=draft.id)
        assert at.error[0].proto.title
        assert "I have taken the post down" in labels(at)
        assert "Approval withdrawn" in read_page(open_page("sam", "drafts"))

    @pytest.mark.parametrize("name", ["marco", "dana", "paul"])
    def test_others_see_it_without_being_asked_to_act(
        self, world: World, open_page: OpenPage, name: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        at = open_page(name, "review", draft=draft.id)
        assert "they take it down and record it" in at.error[0].value
        assert "I have taken the post down" not in labels(at)

    @pytest.mark.parametrize("page", ["review", "draft"])
    def test_once_it_is_down_the_alarm_is_over(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        draft = draft_in_state(world, "published")
        withdraw_approval(world, draft)
        publishing.take_down(world.ines.gateway(), draft_id=draft.id)
        at = open_page("ines", page, draft=draft.id)
        assert not at.error
        assert "Taken down" in read_page(at)
        assert "I have taken the post down" not in labels(at)

    def test_before_publication_it_goes_back_with_the_reason(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "approved")
        withdraw_approval(world, draft)
        at = open_page("ines", "draft", draft=draft.id)
        assert "Kim withdrew the approval of version 1" in read_page(at)
        assert f"draft_note_read_{draft.id}" in [str(x.key) for x in at.get("bidi_component")]


class TestOffer:
    @pytest.fixture
    def offered(self, world: World, draft: MadeDraft) -> MadeDraft:
        """Dana approved it with edits, as version 2."""
        decisions.approve_with_edits(
            world.dana.gateway(),
            draft_id=draft.id,
            version=1,
            content_hash=draft.content_hash,
            content=make_content(
                "Rest is a skill you can learn.",
                format="video",
                script="Say it slowly.",
                hashtags=("rest", "sleep"),
                link="https://example.org/help",
            ),
            note="Lovely, with this.",
        )
        return draft

    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_shows_what_changes_and_says_what_accepting_does(
        self, open_page: OpenPage, offered: MadeDraft, page: str
    ) -> None:
        at = open_page("ines", page, draft=offered.id)
        shown = read_page(at)
        assert "Dana edited your post and approved it like this" in shown
        assert "exactly this text is approved at once, as version 2" in shown
        assert "Caption: 3 words added, 0 words removed" in shown
        assert "Script:" not in shown
        assert labels(at, kind="primary") == ["Accept: approved at once"]
        assert "Keep writing my own" in shown

    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_accepting_approves_exactly_that(
        self, world: World, open_page: OpenPage, offered: MadeDraft, page: str
    ) -> None:
        at = press(open_page("ines", page, draft=offered.id), "Accept: approved at once")
        assert "Accepted. Exactly this text is approved" in read_page(at)
        editor = drafts.get_editor(world.ines.gateway(), draft_id=offered.id)
        assert editor.draft.state == "approved"
        assert editor.draft.approved_version == 2
        assert editor.buffer is not None
        assert editor.buffer.content.caption == "Rest is a skill you can learn."
        assert editor.buffer.content_hash == editor.draft.approved_hash

    def test_writing_on_puts_it_aside_and_it_can_be_fetched_again(
        self, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = press(open_page("ines", "draft", draft=offered.id), "Keep writing my own")
        page = read_page(at)
        assert "You can still accept the edit by Dana" in page
        assert "Accept: approved at once" not in page
        assert "Send again for review" in labels(at, kind="primary")
        at = press(at, "Show the edit")
        assert "Accept: approved at once" in read_page(at)

    def test_what_the_author_wrote_on_stays_a_version(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        edit(world, offered, make_content("My own way."))
        at = open_page("ines", "draft", draft=offered.id)
        assert "You have written on since you sent it" in read_page(at)
        press(at, "Accept: approved at once")
        kept = world.run_sql(
            "select content ->> 'caption' from public.draft_versions"
            " where draft_id = %s and not submitted",
            offered.id,
        )
        assert kept == [("My own way.",)]

    def test_a_text_sent_from_another_window_refuses_it_in_words(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = open_page("ines", "draft", draft=offered.id)
        submit(world, edit(world, offered, make_content("My own way.")))
        at = press(at, "Accept: approved at once")
        page = read_page(at)
        assert "There is no such edit to accept any more" in page
        assert "Accept: approved at once" not in page

    def test_a_text_from_another_window_is_kept_too(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        at = open_page("ines", "review", draft=offered.id)
        edit(world, offered, make_content("My own way."))
        # The room still has the revision it read.
        at = press(at, "Accept: approved at once")
        assert "changed in another window" in read_page(at)
        assert read_room(world, offered).draft.state == "changes_requested"
        at = press(press(at, "Show what is new"), "Accept: approved at once")
        assert "Accepted." in read_page(at)

    def test_an_expired_one_cannot_be_accepted(
        self, world: World, open_page: OpenPage, offered: MadeDraft
    ) -> None:
        world.run_sql("alter table public.decisions disable trigger user")
        world.run_sql(
            "update public.decisions set valid_until = now() - interval '1 minute'"
            " where draft_id = %s",
            offered.id,
        )
        world.run_sql("alter table public.decisions enable trigger user")
        at = open_page("ines", "draft", draft=offered.id)
        assert "This approval has expired" in read_page(at)
        assert "Accept: approved at once" not in labels(at)

    @pytest.mark.parametrize("name", ["marco", "sam", "kim", "paul"])
    def test_others_read_about_it(self, open_page: OpenPage, offered: MadeDraft, name: str) -> None:
        at = open_page(name, "review", draft=offered.id)
        page = read_page(at)
        assert "Version 2 is a professional's edit" in page
        assert "Read version 2" in page
        assert "Accept: approved at once" not in labels(at)


class TestDecisionPage:
    def test_offers_a_file_for_any_decision(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        decide(world, draft, "changes_requested")
        submit(world, edit(world, draft, Content("x", "general", "Another.", ("KE",))))
        decide(world, draft_version(world, draft), "approved")
        for place in (0, 1):
            at = open_page("ines", "review", draft=draft.id)
            saves = [button for button in at.button if button.label == "Save as a page"]
            assert len(saves) == 2
            at = saves[place].click().run()
            assert not at.exception
            assert [one.proto.label for one in at.get("download_button")] == ["Download the page"]

    def test_the_words_it_needs_are_read_only_when_asked_for(
        self, world: World, open_page: OpenPage, seat: Seat, draft: MadeDraft
    ) -> None:
        decide(world, draft, "approved")
        open_page("marco", "review", draft=draft.id)
        assert seat.calls == ["get_review"]


def draft_version(world: World, draft: MadeDraft) -> MadeDraft:
    """The draft as it is in review now."""
    from dataclasses import replace

    room = read_room(world, draft)
    return replace(draft, version=room.version.number, content_hash=room.version.content_hash)


class TestHandOff:
    def press_publish(self, at: AppTest, page: str) -> AppTest:
        return press(at, "Mark as published" if page == "draft" else "Mark version 1 as published")

    @pytest.mark.parametrize(
        ("name", "page"), [("ines", "draft"), ("ines", "review"), ("sam", "review")]
    )
    def test_lists_the_steps(self, world: World, open_page: OpenPage, name: str, page: str) -> None:
        draft = decide(world, submit(world, make_draft(world, content=WHOLE)), "approved")
        at = open_page(name, page, draft=draft.id)
        shown = read_page(at)
        assert "**1. Copy the words**" in shown
        assert "**2. Post it on Instagram, then paste its address here**" in shown
        assert "Who reads" not in shown
        assert len(labels(at, kind="primary")) == 1

    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_addresses_on_several_platforms(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("ines", page, draft=draft.id)
        at.text_input(key=f"{page}_url_{draft.id}").set_value(" https://example.org/p/1 ")
        at.multiselect(key=f"{page}_elsewhere_{draft.id}").set_value(["tiktok"]).run()
        at.text_input(key=f"{page}_url_tiktok_{draft.id}").set_value("https://example.org/t/1")
        self.press_publish(at, page)
        handoff = read_room(world, draft).handoff
        assert handoff.links == {
            "instagram": "https://example.org/p/1",
            "tiktok": "https://example.org/t/1",
        }
        assert handoff.watches == ()

    @pytest.mark.parametrize("page", ["draft", "review"])
    def test_on_a_sensitive_topic_somebody_reads_the_comments(
        self, world: World, open_page: OpenPage, page: str
    ) -> None:
        content = make_content("It gets lighter.", topic="trauma")
        draft = draft_in_state(world, "approved", content=content)
        at = open_page("ines", page, draft=draft.id)
        assert "Say who reads the comments" in read_page(at)
        who = at.selectbox(key=f"{page}_watcher_{draft.id}")
        assert who.value == world.ines.id
        assert "You" in who.options
        who.set_value(world.sam.id)
        at = self.press_publish(at, page)
        watch = read_room(world, draft).handoff.watches[0]
        assert watch.profile_id == world.sam.id
        in_two_days = datetime.now(UTC) + timedelta(hours=48)
        assert (
            timedelta() <= watch.until - in_two_days + timedelta(minutes=1) < timedelta(minutes=17)
        )
        assert "**Sam reads the comments until" in read_page(at)

    def test_afterwards_addresses_and_watcher_can_change(
        self, world: World, open_page: OpenPage
    ) -> None:
        content = make_content("It gets lighter.", topic="trauma")
        draft = draft_in_state(world, "approved", content=content)
        publishing.mark_published(
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=draft.content_hash,
            links={"instagram": "https://example.org/old"},
            watcher_id=world.ines.id,
            watch_until=datetime.now(UTC) + timedelta(hours=48),
        )
        at = open_page("sam", "review", draft=draft.id)
        address = at.text_input(key=key("url", draft))
        assert address.value == "https://example.org/old"
        address.set_value("https://example.org/new")
        at = press(at, "Save the addresses")
        assert read_room(world, draft).handoff.links == {"instagram": "https://example.org/new"}
        at.selectbox(key=key("watcher", draft)).set_value(world.marco.id)
        press(at, "Save who reads them")
        watches = {one.profile_id for one in read_room(world, draft).handoff.watches}
        assert watches == {world.ines.id, world.marco.id}

    def test_whoever_reads_the_comments_can_be_done(
        self, world: World, open_page: OpenPage
    ) -> None:
        content = make_content("It gets lighter.", topic="trauma")
        draft = draft_in_state(world, "approved", content=content)
        publishing.mark_published(
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=draft.content_hash,
            watcher_id=world.marco.id,
            watch_until=datetime.now(UTC) + timedelta(hours=48),
        )
        assert "I am done watching" not in labels(open_page("sam", "review", draft=draft.id))
        at = open_page("marco", "review", draft=draft.id)
        at = press(press(at, "Show the text"), "I am done watching")
        assert "You read the comments until" in read_page(at)
        assert read_room(world, draft).handoff.watches[0].ended_at is not None

    @pytest.mark.parametrize("name", ["marco", "dana", "paul"])
    def test_others_see_where_it_is_and_change_nothing(
        self, world: World, open_page: OpenPage, name: str
    ) -> None:
        draft = publish(world, draft_in_state(world, "approved"))
        at = open_page(name, "review", draft=draft.id)
        assert "**Published**" in read_page(at)
        assert not {"Save the addresses", "The post was taken down"} & set(labels(at))
