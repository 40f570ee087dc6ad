"""What the editor shows of the checker's notes, when the database was told what no page says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from services import hints
from services.posts import Json
from services.safety import check
from tests.support.findings import STOPPED, refuse_approval
from tests.support.people import MadeDraft, World, draft_in_state


def answer_directly(world: World, draft: MadeDraft) -> None:
    """Put all notes on the caption aside, as somebody with a token and `curl` can."""
    for finding in check(STOPPED.caption):
        rule, quote_hash = hints.mark_of(draft.id, finding)
        told = {"p_rule": rule, "p_quote_hash": quote_hash, "p_answer": "not_meant"}
        world.ines.gateway().write("answer_hint", {"p_draft": draft.id, **told})


def notes(at: AppTest) -> list[Json]:
    """The notes on the caption, as the editor's script gets them."""
    assert not at.exception
    drawn: list[Any] = [one.proto for one in at.get("bidi_component")]
    found = [json.loads(one.json) for one in drawn if one.component_name == "tandem_editor"]
    fields = [field for data in found for field in data["fields"]]
    (caption,) = [field for field in fields if field["name"] == "caption"]
    return list(caption["hints"])


def test_an_answer_puts_no_note_aside_that_stops_an_approval(
    world: World, open_page: Callable[..., AppTest]
) -> None:
    draft = draft_in_state(world, "drafting", content=STOPPED)
    answer_directly(world, draft)
    found = notes(open_page("ines", "draft", draft=draft.id))
    assert [(one["severity"], one["aside"]) for one in found] == [("blocker", False)]


def test_an_answer_opens_no_gate(world: World) -> None:
    draft = draft_in_state(world, "in_review", content=STOPPED)
    answer_directly(world, draft)
    refuse_approval("blocker_stands", draft, by=world.dana)
