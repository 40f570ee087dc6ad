"""Saving what a tab typed: what may be saved over what, and what the browser is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components import autosave
from components.writing import Writing
from services import errors
from services.gateway.client import Gateway
from tests.support.fake_drafts import CAPTION, CHOICES, IMAGES, TEXTS, FakeDrafts, say, write


class TestSaving:
    def test_a_saved_text_is_acknowledged_with_its_revision(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(gateway, writing, caption=say("New text"))
        assert server.content.caption == "New text"
        assert writing.acks == {"caption": {"page": "page", "seq": 1, "revision": 6}}
        assert writing.refusals == {}
        assert not writing.is_new("caption", say("New text"))
        assert writing.is_new("caption", say("Newer", seq=2))
        assert writing.is_new("script", say("Something else"))

    def test_every_part_is_saved_and_answered_by_itself_in_one_save(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(
            gateway,
            writing,
            script=say("Hello and welcome.", seq=2, on=""),
            hashtags=say("calm  rest, Sleep", seq=3, on="#rest"),
            goal=say("  Less   guilt ", seq=4, on=""),
        )
        assert server.content.script == "Hello and welcome."
        assert server.content.hashtags == ("calm", "rest", "Sleep")
        assert server.context.goal == "Less guilt"
        assert server.saves == [5]
        assert {name: ack["seq"] for name, ack in writing.acks.items()} == {
            "script": 2,
            "hashtags": 3,
            "goal": 4,
        }

    def test_whatever_is_saved_the_images_stay(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(gateway, writing, caption=say("New text"))
        server.by_another_window(script="Theirs")
        write(gateway, writing, caption=say("Newer", seq=2, on="New text"))
        write(gateway, writing, choices=replace(writing.post.choices, platform="tiktok"))
        autosave.put_back(gateway, writing, content=replace(server.content, caption="Earlier"))
        assert server.content.media == IMAGES

    def test_a_text_that_was_sent_before_the_last_answer_came_is_saved_over_it(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(gateway, writing, caption=say("One"))
        write(gateway, writing, caption=say("One two", seq=2, own=("One",)))
        assert server.content.caption == "One two"
        assert server.saves == [5, 6]
        assert writing.clashes == {}

    def test_a_choice_saved_in_between_does_not_stand_in_the_way(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(gateway, writing, choices=replace(CHOICES, platform="tiktok"))
        write(gateway, writing, caption=say("Typed"))
        assert (server.content.platform, server.content.caption) == ("tiktok", "Typed")

    def test_what_is_saved_already_is_not_saved_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        write(gateway, writing, caption=say(CAPTION))
        assert server.saves == []
        assert writing.acks["caption"]["seq"] == 1

    def test_saving_as_it_is_makes_a_revision(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.voids = True
        autosave.save_as_is(gateway, writing)
        assert server.saves == [5]
        assert writing.voided

    def test_an_earlier_post_comes_back_without_touching_title_or_card(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        earlier = replace(server.content, caption="Earlier", format="video", script="Said")
        write(gateway, writing, goal=say("Less guilt", on=""))
        autosave.put_back(gateway, writing, content=earlier)
        assert server.content == earlier
        assert (server.title, server.context.goal) == ("Rest days", "Less guilt")
        assert writing.adopted["script"] == 1
        assert {"title", "goal"}.isdisjoint(writing.adopted)
        assert writing.moved

    def test_the_end_of_an_approval_is_remembered_until_told(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.voids = True
        write(gateway, writing, caption=say("Edited"))
        server.voids = False
        write(gateway, writing, caption=say("More", seq=2, on="Edited"))
        assert writing.voided

    @pytest.mark.parametrize(
        ("name", "text", "words"),
        [
            ("title", "  ", "Please give it a working title"),
            ("title", "x" * 141, "141 characters, and 140 is the most"),
            ("link", "https://example.org/" + "x" * 500, "520 characters, and 500 is the most"),
            ("action", "x" * 501, "501 characters, and 500 is the most"),
            ("script", "x" * 100_001, "100,001 characters, and 100,000 is the most"),
            ("hashtags", " ".join(f"tag{n}" for n in range(61)), "61 hashtags, and 60 is the most"),
            ("hashtags", "x" * 101, "at most 100 characters"),
        ],
    )
    def test_a_part_that_cannot_be_kept_does_not_hold_up_the_others(
        self,
        gateway: Gateway,
        server: FakeDrafts,
        writing: Writing,
        name: str,
        text: str,
        words: str,
    ) -> None:
        messages = {"caption": say("New text"), name: say(text, on=TEXTS[name])}
        autosave.save(gateway, writing, choices=CHOICES, messages=messages)
        assert server.content.caption == "New text"
        assert server.title == "Rest days"
        assert words in writing.refusals[name]["message"]
        assert not writing.refusals[name]["again"]
        assert list(writing.acks) == ["caption"]


class TestFailures:
    def test_an_unreachable_database_makes_the_browser_try_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Unavailable()
        write(gateway, writing, caption=say("Kept"), script=say("Kept too", seq=2, on=""))
        assert all(refusal["again"] for refusal in writing.refusals.values())
        assert writing.caption == CAPTION
        write(gateway, writing, caption=say("Kept", seq=3), script=say("Kept too", seq=4, on=""))
        assert (server.content.caption, server.content.script) == ("Kept", "Kept too")
        assert writing.refusals == {}

    def test_a_text_that_cannot_be_taken_is_told_and_not_tried_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Invalid("Too long.")
        write(gateway, writing, caption=say("x"))
        assert writing.refusals["caption"]["message"] == "Not saved: Too long."
        assert not writing.refusals["caption"]["again"]

    @pytest.mark.parametrize(
        "trouble",
        [
            errors.Conflict("Closed.", detail="draft_closed"),
            errors.SignedOut(),
            errors.Forbidden(),
            errors.NotFound(),
        ],
    )
    def test_what_no_repetition_helps_is_raised_and_the_text_stays_in_the_browser(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing, trouble: errors.TandemError
    ) -> None:
        server.trouble = trouble
        with pytest.raises(type(trouble)):
            write(gateway, writing, caption=say("x"))
        assert "caption" in writing.refusals
        assert writing.acks == {}

    def test_choices_alone_raise_what_went_wrong(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.trouble = errors.Unavailable()
        with pytest.raises(errors.Unavailable):
            write(gateway, writing, choices=replace(CHOICES, platform="x"))
        assert writing.post.choices == CHOICES
