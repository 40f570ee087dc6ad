"""What the talk in a review room says, in which order, and what it takes from a browser."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from components.review import Visit, say_context
from components.review_text import say_since
from components.talk_acts import Act, Answers, read_act
from components.talk_words import make_talk, mark_of, may_advise, say_news, sort_threads
from services.discussion import group_threads
from services.errors import Conflict
from services.posts import ContextCard
from services.rooms import Room
from tests.support.room import (
    NOW,
    before,
    make_advice,
    make_comment,
    make_look,
    make_note,
    make_room,
    make_version,
    make_visit,
)


def talk_of(room: Room, reader: str = "dana", role: str = "professional") -> dict[str, Any]:
    told: dict[str, Any] = json.loads(make_talk(make_visit(room, reader=reader, role=role)))
    return told


class TestThreads:
    def test_answers_follow_the_comment_they_answer(self) -> None:
        comments = (
            make_comment("a"),
            make_comment("b"),
            make_comment("a1", parent_id="a"),
            make_comment("b1", parent_id="b"),
            make_comment("a2", parent_id="a"),
        )
        found = [[t.first.id, *(c.id for c in t.answers)] for t in group_threads(comments)]
        assert found == [["a", "a1", "a2"], ["b", "b1"]]

    def test_those_for_me_come_first_then_mine_then_the_newest(self) -> None:
        threads = group_threads(
            (
                make_comment("old", created_at=before(days=3)),
                make_comment("mine", created_at=before(days=2), author_id="dana"),
                make_comment("for me", created_at=before(days=4)),
                make_comment("asked", parent_id="for me", mentions=("dana",)),
                make_comment("new", created_at=before(hours=2)),
            )
        )
        order = [thread.first.id for thread in sort_threads(threads, me="dana")]
        assert order == ["for me", "mine", "new", "old"]
        assert [mark_of(one, "dana") for one in sort_threads(threads, me="dana")] == [
            "for_you",
            "yours",
            "",
            "",
        ]

    def test_resolved_ones_are_folded_and_say_by_whom(self) -> None:
        talk = talk_of(
            make_room(
                comments=(
                    make_comment("open"),
                    make_comment("done", resolved_at=before(minutes=5), resolved_by_name="Ines"),
                )
            )
        )
        assert [one["id"] for one in talk["open"]] == ["open"]
        assert [one["resolved"] for one in talk["resolved"]] == ["Resolved by Ines, 5 minutes ago"]
        assert talk["folded"] == "1 resolved"
        assert talk["heading"] == "Comments (2)"

    def test_mentions_are_names_and_somebody_who_left_is_said_so(self) -> None:
        room = make_room(comments=(make_comment("a", mentions=("dana", "ines", "gone")),))
        (thread,) = talk_of(room)["open"]
        assert thread["items"][0]["to"] == ["you", "Ines", "somebody who left"]
        assert thread["mark"] == "For you"

    def test_a_name_cannot_turn_the_line_around(self) -> None:
        room = make_room(comments=(make_comment("a", author_name="Ma\u202erco\n\nHale"),))
        assert talk_of(room)["open"][0]["items"][0]["who"] == "Marco Hale"


class TestNew:
    COMMENTS = (
        make_comment("before", created_at=before(days=2)),
        make_comment("since", created_at=before(minutes=10)),
        make_comment("mine", created_at=before(minutes=5), author_id="dana"),
    )

    def find_new(self, room: Room) -> set[str]:
        talk = talk_of(room)
        items = [item for thread in talk["open"] for item in thread["items"]]
        return {item["id"] for item in items if item["new"]}

    def test_what_came_since_my_last_visit_and_is_not_mine(self) -> None:
        room = make_room(comments=self.COMMENTS, look=make_look(looked_at=before(days=1)))
        assert self.find_new(room) == {"since"}
        assert talk_of(room)["summary"] == "1 new since your last visit, yesterday, 12:00"

    def test_a_reload_is_the_same_visit(self) -> None:
        look = make_look(looked_at=before(minutes=2), previous_at=before(days=1))
        assert self.find_new(make_room(comments=self.COMMENTS, look=look)) == {"since"}

    def test_on_a_first_visit_nothing_is_marked(self) -> None:
        assert self.find_new(make_room(comments=self.COMMENTS)) == set()
        assert talk_of(make_room(comments=self.COMMENTS))["summary"] == ""

    def test_times_are_words_from_an_hour_on(self) -> None:
        item = talk_of(make_room(comments=(make_comment("a", created_at=NOW),)))["open"][0]["items"]
        assert item[0]["when"] == "today, 12:00"
        assert item[0]["at"] == int(NOW.timestamp())


class TestNotes:
    def test_only_those_who_may_know_of_notes_get_any(self) -> None:
        assert talk_of(make_room(), reader="ines", role="influencer")["notes"] is None
        notes = talk_of(make_room(notes=(make_note("n"),)))["notes"]
        assert notes["heading"] == "Notes among professionals (1)"
        assert notes["items"][0]["body"] == "n"


class TestAdvice:
    def test_a_peer_may_once_a_version(self) -> None:
        assert may_advise(make_visit(make_room(), reader="marco", role="influencer"))
        advised = make_room(advice=(make_advice(),))
        assert not may_advise(make_visit(advised, reader="marco", role="influencer"))
        earlier = make_room(advice=(make_advice(version_number=0),))
        assert may_advise(make_visit(earlier, reader="marco", role="influencer"))

    @pytest.mark.parametrize(
        ("room", "reader", "role"),
        [
            (make_room(), "ines", "influencer"),
            (make_room(), "dana", "professional"),
            (make_room(), "sam", "coordinator"),
            (make_room(draft={"state": "approved"}), "marco", "influencer"),
            (make_room(draft={"submitted_version": 2}), "marco", "influencer"),
        ],
    )
    def test_nobody_else_may(self, room: Room, reader: str, role: str) -> None:
        assert not may_advise(make_visit(room, reader=reader, role=role))

    def test_it_says_who_what_and_on_which_version(self) -> None:
        (said,) = talk_of(make_room(advice=(make_advice(kind="please_change", note="Softer"),)))[
            "advice"
        ]["items"]
        assert (said["who"], said["label"], said["about"], said["body"]) == (
            "Marco",
            "Please change",
            "version 1",
            "Softer",
        )


class TestHead:
    def visit(self, room: Room) -> Visit:
        return make_visit(room)

    def test_the_card_shows_what_was_filled_in_as_typed(self) -> None:
        assert say_context(ContextCard()) == ""
        told = say_context(ContextCard(goal="*Ask* for help"))
        assert told == r"**What it should do:** \*Ask\* for help"


class TestSince:
    def test_it_opens_on_what_changed_since_the_last_version_read(self) -> None:
        room = make_room(
            draft={"submitted_version": 3},
            version=make_version(3),
            compare=make_version(1),
            look=make_look(version_number=1),
        )
        told = "You last read version 1. This is what changed since."
        assert say_since(make_visit(room)) == told
        # The same after this visit was noted and the page reloaded.
        noted = make_look(version_number=3, previous_version=1, looked_at=before(minutes=1))
        assert say_since(make_visit(replace(room, look=noted))) == told

    @pytest.mark.parametrize(
        "look",
        [
            None,
            make_look(version_number=3),
            make_look(version_number=3, previous_version=3, looked_at=before(minutes=1)),
        ],
    )
    def test_and_on_the_text_when_nothing_did(self, look: Any) -> None:
        room = make_room(
            draft={"submitted_version": 3},
            version=make_version(3),
            compare=make_version(2),
            look=look,
        )
        assert say_since(make_visit(room)) == ""


class TestRoom:
    def test_talk_arrives_without_the_rest(self) -> None:
        older = make_room()
        talked = make_room(draft={"change_number": 9}, comments=(make_comment("a"),))
        assert not older.differs_from(talked)
        decided = replace(talked, draft=replace(talked.draft, state="approved"))
        assert older.differs_from(decided)
        kept = older.with_talk_of(decided)
        assert (kept.draft.state, kept.draft.change_number) == ("in_review", 9)
        assert len(kept.comments) == 1
        assert say_news(older, decided) == "It is approved now."

    def test_what_the_author_saves_for_themselves_is_no_news(self) -> None:
        saved = make_room(
            versions=(make_version(2, submitted=False), make_version(1)),
            draft={"version_count": 2, "excerpt": "x"},
        )
        assert not make_room().differs_from(saved)
        sent = make_room(
            versions=(make_version(2), make_version(1)), draft={"submitted_version": 2}
        )
        assert make_room().differs_from(sent)
        assert say_news(make_room(), sent) == "Ines sent version 2."


class TestActs:
    ID = str(uuid4())

    def test_what_a_browser_sends_is_read(self) -> None:
        sent = {
            "page": "p",
            "seq": 3,
            "kind": "comment",
            "body": "Hello",
            "target": self.ID,
            "mentions": [self.ID],
        }
        assert read_act(sent) == Act("p", 3, "comment", "Hello", self.ID, "", (self.ID,))

    @pytest.mark.parametrize(
        "sent",
        [
            None,
            "comment",
            {},
            {"page": "p", "seq": 1, "kind": "delete"},
            {"page": "p", "seq": "1", "kind": "comment"},
            {"page": "p", "seq": True, "kind": "comment"},
            {"page": "p", "seq": float("nan"), "kind": "comment"},
            {"page": 1, "seq": 1, "kind": "comment"},
            {"page": "p", "seq": 1, "kind": ["comment"]},
        ],
    )
    def test_anything_else_is_none(self, sent: object) -> None:
        assert read_act(sent) is None

    def test_wrong_parts_are_left_out_and_long_ones_cut(self) -> None:
        act = read_act(
            {
                "page": "p" * 99,
                "seq": 1,
                "kind": "comment",
                "body": "x" * 99_999,
                "target": "'; drop table comments",
                "choice": 7,
                "mentions": ["nobody", 3, *[self.ID] * 50],
            }
        )
        assert act is not None
        assert (len(act.page), len(act.body), act.target, act.choice) == (40, 20_000, None, "")
        assert len(act.mentions) < 22

    def test_the_same_act_counts_once(self) -> None:
        answers = Answers()
        act = Act("p", 4, "comment", "Hello")
        assert answers.is_new(act)
        answers.note(act, Conflict("Too late."))
        assert answers.as_data() == {"page": "p", "seq": 4, "refusal": "Too late."}
        assert not answers.is_new(act)
        assert answers.is_new(replace(act, seq=5))
        assert answers.is_new(replace(act, page="another", seq=1))
