"""The author's half: a professional's edit to accept, and posting what is approved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from streamlit.testing.v1 import AppTest

from services import decisions, drafts, publishing
from tests.pages.conftest import read_page
from tests.support.acts import state_of
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
from tests.support.room_steps import (
    WHOLE,
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
        assert "3 words added, 0 words removed" in shown
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

    def test_afterwards_the_watcher_can_change(self, world: World, open_page: OpenPage) -> None:
        content = make_content("It gets lighter.", topic="trauma")
        draft = draft_in_state(world, "approved", content=content)
        publishing.mark_published(
            world.ines.gateway(),
            draft_id=draft.id,
            content_hash=draft.content_hash,
            watcher_id=world.ines.id,
            watch_until=datetime.now(UTC) + timedelta(hours=48),
        )
        at = open_page("sam", "review", draft=draft.id)
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


class TestStoppedRun:
    """Another run may stop the one that a press came with, before it reached the button."""

    def _open(self, world: World, open_page: OpenPage) -> tuple[MadeDraft, AppTest, str]:
        approved = draft_in_state(world, "approved")
        at = open_page("sam", "review", draft=approved.id)
        button = next(one for one in at.button if one.label.startswith("Mark version"))
        assert button.key is not None
        return approved, at, button.key

    def test_a_press_counts_in_the_next_run_and_only_once(
        self, world: World, open_page: OpenPage
    ) -> None:
        approved, at, noted = self._open(world, open_page)
        at.session_state["presses_noted"] = (noted, monotonic())
        at.run()
        assert state_of(world, approved) == "published"
        assert "presses_noted" not in at.session_state

    @pytest.mark.parametrize(("other", "seconds"), [("", 11.0), ("_of_another_text", 0.0)])
    def test_an_old_one_and_one_for_another_text_do_not(
        self, world: World, open_page: OpenPage, other: str, seconds: float
    ) -> None:
        approved, at, noted = self._open(world, open_page)
        at.session_state["presses_noted"] = (noted + other, monotonic() - seconds)
        at.run()
        assert state_of(world, approved) == "approved"
