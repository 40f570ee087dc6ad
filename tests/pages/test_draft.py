"""The draft page as its author, state by state; typing itself is tested in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from services import drafts
from services.posts import Content
from tests.pages.conftest import Say, Seat, press, read_page
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    submit,
)

OpenPage = Callable[..., AppTest]


def texts_of(at: AppTest) -> list[str]:
    """The keys of the texts and fields that are components of ours."""
    return [str(element.key) for element in at.get("bidi_component")]


def stored(world: World, draft: MadeDraft) -> str:
    rows = world.run_sql(
        "select content ->> 'caption' from public.draft_buffers where draft_id = %s", draft.id
    )
    return str(rows[0][0])


def state_of(world: World, draft: MadeDraft) -> str:
    rows = world.run_sql("select state from public.drafts where id = %s", draft.id)
    return str(rows[0][0])


class TestNewDraft:
    def test_it_makes_a_draft_and_goes_there(self, world: World, open_page: OpenPage) -> None:
        at = open_page("ines", "draft")
        at.text_input(key="draft_new_title").set_value("  Small   steps ")
        at.multiselect(key="draft_new_countries").set_value(["PT", "DE"])
        at = press(at, "Start writing")
        rows = world.run_sql("select id::text, title from public.drafts")
        assert [title for _, title in rows] == ["Small steps"]
        assert at.query_params["draft"] in (rows[0][0], [rows[0][0]])
        assert "Only you can see this" in read_page(at)

    def test_a_title_is_needed(self, world: World, open_page: OpenPage) -> None:
        at = press(open_page("ines", "draft"), "Start writing")
        assert "working title first" in read_page(at)
        assert world.run_sql("select count(*) from public.drafts") == [(0,)]

    @pytest.mark.parametrize("name", ["dana", "sam", "nobody"])
    def test_only_influencers_start_one(self, open_page: OpenPage, name: str) -> None:
        at = open_page(name, "draft")
        assert not at.text_input


class TestWriting:
    def test_a_text_is_saved_and_acknowledged(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        say("A new text.")
        at.run()
        assert stored(world, draft) == "A new text."
        writing = at.session_state[f"draft_writing_{draft.id}"]
        assert writing.acks["caption"]["seq"] == 1

    def test_a_run_that_saves_asks_the_server_once(
        self, world: World, open_page: OpenPage, seat: Seat, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        assert seat.calls == ["get_draft"]
        seat.calls.clear()
        say("A new text.")
        at.run()
        assert seat.calls == ["save_buffer"]

    def test_title_and_choices_are_saved_and_shown_at_once(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting", title="Rest days")
        at = open_page("ines", "draft", draft=draft.id)
        say("Better", "title", on="Rest days")
        at.run()
        assert at.title[0].value == "Better"
        at.selectbox(key=f"draft_platform_{draft.id}").set_value("tiktok").run()
        at.selectbox(key=f"draft_format_{draft.id}").set_value("video").run()
        rows = world.run_sql(
            "select d.title, b.content ->> 'platform', b.content ->> 'format'"
            " from public.drafts d join public.draft_buffers b on b.draft_id = d.id"
        )
        assert rows == [("Better", "tiktok", "video")]

    def test_an_empty_title_keeps_the_last_one_and_still_saves_the_text(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting", title="Rest days")
        at = open_page("ines", "draft", draft=draft.id)
        say("Text without a title.")
        say(" ", "title", on="Rest days")
        at.run()
        refused = at.session_state[f"draft_writing_{draft.id}"].refusals["title"]
        assert "The last one is kept" in refused["message"]
        assert stored(world, draft) == "Text without a title."
        assert world.run_sql("select title from public.drafts") == [("Rest days",)]

    def test_sending_and_what_keeps_from_it(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        content = Content("instagram", "general", "", ("DE",))
        draft = draft_in_state(world, "drafting", content=content)
        at = open_page("ines", "draft", draft=draft.id)
        assert "Write something first." in read_page(at)
        say("Now there is a text.", on="")
        at = press(at.run(), "Send for review")
        assert "Version 1 is with the professionals" in read_page(at)
        assert "This text is in review already." in read_page(at)
        assert state_of(world, draft) == "in_review"

    def test_a_private_version_is_kept(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        at.text_input(key=f"draft_note_0_{draft.id}").set_value("*Before* lunch")
        at = press(at, "Save a version")
        assert "Kept as version 1" in read_page(at)
        assert world.run_sql("select submitted, note from public.draft_versions") == [
            (False, "*Before* lunch")
        ]

    def test_a_clash_keeps_both_until_a_choice(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "drafting")
        at = open_page("ines", "draft", draft=draft.id)
        edit(world, draft, Content("instagram", "general", "From elsewhere.", ("DE",)))
        say("Written here.")
        at.run()
        assert "Both texts are kept" in read_page(at)
        assert stored(world, draft) == "From elsewhere."
        at = press(at, "Keep mine")
        assert stored(world, draft) == "Written here."
        assert "Both texts are kept" not in read_page(at)

    def test_comparing_with_the_version_sent_last(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "changes_requested")
        at = open_page("ines", "draft", draft=draft.id)
        assert "Dana sent version 1 back" in read_page(at)
        say("Rest is a skill everybody can learn.")
        at.run()
        at.toggle(key=f"draft_compare_{draft.id}").set_value(True).run()
        assert f"draft_diff_{draft.id}_Caption" in texts_of(at)


class TestApproved:
    def test_the_first_edit_ends_the_approval_and_says_so(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("ines", "draft", draft=draft.id)
        assert "Any edit ends the approval" in read_page(at)
        at = press(at, "Edit the text")
        assert "The first change ends the approval" in read_page(at)
        say("Edited.")
        at.run()
        assert "Your edit ended the approval of version 1" in at.warning[0].proto.title
        assert state_of(world, draft) == "drafting"

    def test_looking_at_it_and_leaving_changes_nothing(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "approved")
        at = press(open_page("ines", "draft", draft=draft.id), "Edit the text")
        at = press(at, "Leave it as it is")
        assert "Mark as published" in read_page(at)
        assert state_of(world, draft) == "approved"

    def test_publishing_with_an_address(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "approved")
        at = open_page("ines", "draft", draft=draft.id)
        at.text_input(key=f"draft_url_{draft.id}").set_value("example.org")
        at = press(at, "Mark as published")
        assert "starts with https://" in read_page(at)
        at.text_input(key=f"draft_url_{draft.id}").set_value("https://example.org/p/1")
        at = press(at, "Mark as published")
        assert "Marked as published" in read_page(at)
        assert state_of(world, draft) == "published"

    def test_a_newer_text_can_go_back_to_the_approved_one(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = submit(world, draft_in_state(world, "drafting"))
        edit(world, draft, Content("instagram", "general", "Newer.", ("DE",)))
        decide(world, draft, "approved")
        at = open_page("ines", "draft", draft=draft.id)
        assert "You changed the text after sending version 1" in read_page(at)
        at = press(at, "Go back to the approved text")
        assert "The approved text is back" in read_page(at)
        assert stored(world, draft) == draft.content.caption
        assert state_of(world, draft) == "approved"


class TestClosed:
    def test_a_withdrawn_draft_can_be_reopened(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "withdrawn")
        at = press(open_page("ines", "draft", draft=draft.id), "Reopen")
        assert "Reopened" in read_page(at)
        assert state_of(world, draft) == "drafting"

    @pytest.mark.parametrize("state", ["published", "declined"])
    def test_a_new_draft_starts_from_a_closed_one(
        self, world: World, open_page: OpenPage, state: str
    ) -> None:
        draft = draft_in_state(world, state)
        at = press(open_page("ines", "draft", draft=draft.id), "Start a new draft from this")
        assert "new draft with the same text" in read_page(at)
        rows = world.run_sql(
            "select content ->> 'caption' from public.draft_buffers where draft_id <> %s", draft.id
        )
        assert rows == [(draft.content.caption,)]

    def test_an_expired_approval_is_sent_again_as_it_is(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "expired")
        at = open_page("ines", "draft", draft=draft.id)
        assert "ended on" in read_page(at)
        press(at, "Send again for review")
        assert state_of(world, draft) == "in_review"


class TestStrangers:
    def test_somebody_elses_text_is_not_shown(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "in_review")
        at = open_page("marco", "draft", draft=draft.id)
        assert "Ines writes this draft" in read_page(at)
        assert not at.text_input
        assert not [key for key in texts_of(at) if draft.id in key]

    @pytest.mark.parametrize("name", ["otto", "wes"])
    def test_another_workspaces_draft_is_not_there(
        self, world: World, open_page: OpenPage, name: str
    ) -> None:
        draft = draft_in_state(world, "in_review")
        assert "This draft is not here" in read_page(open_page(name, "draft", draft=draft.id))

    def test_a_private_draft_is_not_there_for_peers(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "drafting")
        assert "This draft is not here" in read_page(open_page("marco", "draft", draft=draft.id))


class TestTrouble:
    def test_an_unreachable_database_reconnects_and_refuses_nothing_silently(
        self, world: World, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from services.errors import Unavailable

        draft = draft_in_state(world, "drafting")

        def fail(*_args: object, **_named: object) -> None:
            raise Unavailable

        monkeypatch.setattr(drafts, "get_editor", fail)
        at = open_page("ines", "draft", draft=draft.id)
        assert at.info[0].proto.title == "Reconnecting"
        assert not at.exception

    def test_a_draft_closed_in_another_window_stops_taking_text(
        self, world: World, open_page: OpenPage, say: Say
    ) -> None:
        draft = draft_in_state(world, "in_review")
        at = open_page("ines", "draft", draft=draft.id)
        decide(world, draft, "declined")
        say("Too late.")
        at.run()
        assert "cannot be edited" in read_page(at)
        at.run()
        assert "declined version 1" in read_page(at)
        assert stored(world, draft) == draft.content.caption
