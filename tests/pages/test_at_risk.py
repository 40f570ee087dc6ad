"""When the words sound as if their author were in danger: help, who sees what, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from components.desk import key_of
from services import drafts
from tests.pages.conftest import Seat, read_page
from tests.support.acts import save
from tests.support.library import CARD, LINE, YOUTH, add, check
from tests.support.people import MadeDraft, World, draft_in_state, make_content, make_draft

OpenPage = Callable[..., AppTest]

DANGER = make_content("My cousin is an addict. I want to die and I have the pills here.")
PANEL = "Before the post: are you all right?"


@pytest.fixture
def draft(world: World) -> MadeDraft:
    return make_draft(world, content=DANGER)


def test_other_notes_wait_until_the_author_says_so(
    world: World, open_page: OpenPage, draft: MadeDraft
) -> None:
    at = open_page("ines", "draft", draft=draft.id)
    page = read_page(at)
    assert PANEL in page
    assert "The post as a whole" not in page
    at.button(key=key_of("care_safe", draft.id)).click().run()
    page = read_page(at)
    assert PANEL not in page
    assert "The post as a whole" in page
    # Remembered in the tab, and nowhere else.
    for table in ("hint_answers", "kept_drafts", "audit_events"):
        rows = world.run_sql(f"select count(*) from public.{table} t where t::text ~ 'risk'")  # noqa: S608
        assert rows == [(0,)]


def test_lines_are_those_checked_and_whole(
    world: World, open_page: OpenPage, draft: MadeDraft, seat: Seat
) -> None:
    near = replace(LINE, country="DE", pair="harbour")
    for entry in (near, replace(YOUTH, country="DE", pair="harbour")):
        check(world.dana, world, add(world.dana, world, entry))
    add(world.dana, world, replace(LINE, name="Nobody checked", country="DE"))
    add(world.dana, world, replace(YOUTH, name="Half", country="DE", pair="half"))
    check(world.dana, world, add(world.dana, world, replace(near, name="A half", pair="half")))
    check(world.dana, world, add(world.dana, world, CARD))
    at = open_page("ines", "draft", draft=draft.id)
    page = read_page(at)
    assert "Harbour Line" in page
    assert "Quay" in page
    assert "Nobody checked" not in page
    assert "A half" not in page
    assert "Talking does not plant" not in page
    seat.calls.clear()
    at.run()
    assert seat.calls == ["get_draft"]


def test_without_lines_the_directory_and_the_emergency_number_stand(
    open_page: OpenPage, draft: MadeDraft
) -> None:
    page = read_page(open_page("ines", "draft", draft=draft.id))
    assert "https://directory.example.org/" in page
    assert "please call" in page


def test_who_sees_what_is_said_as_it_is(world: World, open_page: OpenPage) -> None:
    fresh = make_draft(world, content=DANGER)
    assert "Nobody but you can read this draft" in read_page(
        open_page("ines", "draft", draft=fresh.id)
    )
    sent = save(draft_in_state(world, "in_review"), DANGER)
    page = read_page(open_page("ines", "draft", draft=sent.id))
    assert "Version 1, which you sent, can be read by everybody in your workspace" in page
    hidden = save(sent, DANGER, professionals_only=True)
    page = read_page(open_page("ines", "draft", draft=hidden.id))
    assert "can be read by the professionals of your workspace" in page


def test_keeping_it_private_holds_in_the_database(
    world: World, open_page: OpenPage, draft: MadeDraft
) -> None:
    at = open_page("ines", "draft", draft=draft.id)
    at.button(key=key_of("care_keep", draft.id)).click().run()
    assert at.button(key=key_of("send", draft.id)).disabled
    assert "You keep this draft to yourself" in read_page(at)
    editor = drafts.get_editor(world.ines.gateway(), draft_id=draft.id)
    assert editor.answers.kept
    at.toggle(key=key_of("kept", draft.id)).set_value(False).run()
    assert not at.button(key=key_of("send", draft.id)).disabled
