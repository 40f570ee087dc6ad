"""Saving what a tab typed: what may be saved over what, and what the browser is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components import autosave
from components.autosave import Writing
from components.messages import Message, fingerprint
from components.written import Choices, alt_name
from services import errors
from services.gateway.client import Gateway
from tests.support.fake_drafts import CAPTION, CHOICES, IMAGES, TEXTS, FakeDrafts


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeDrafts:
    fake = FakeDrafts()
    monkeypatch.setattr("services.drafts.get_editor", lambda *_args, **_named: fake.editor())
    return fake


@pytest.fixture
def gateway(server: FakeDrafts) -> Gateway:
    return server  # type: ignore[return-value]


@pytest.fixture
def writing(server: FakeDrafts) -> Writing:
    return autosave.start_writing(server.editor())


def say(text: str, *, seq: int = 1, on: str = CAPTION, own: tuple[str, ...] = ()) -> Message:
    """A message written on `on`; `own` are texts this browser sent and had no answer to."""
    known = {fingerprint(words) for words in (on, *own, text)}
    return Message("page", seq, text, frozenset(known))


def write(
    gateway: Gateway, writing: Writing, *, choices: Choices | None = None, **messages: Message
) -> None:
    """A run of the page that has something to save."""
    chosen = writing.post.choices if choices is None else choices
    autosave.save(gateway, writing, choices=chosen, messages=messages)


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


class TestOtherWindow:
    def test_two_texts_make_a_clash_and_nothing_is_saved(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"))
        assert writing.clashes["caption"].mine == "Mine"
        assert writing.theirs("caption") == "Theirs"
        assert server.content.caption == "Theirs"
        assert writing.refusals["caption"]["message"] == autosave.CLASH_WORDS
        assert not writing.refusals["caption"]["again"]

    @pytest.mark.parametrize("part", ["script", "on_screen_text", "transcript", "link", "goal"])
    def test_different_parts_are_merged(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing, part: str
    ) -> None:
        server.by_another_window("Their caption")
        messages = {part: say("Mine", on="")}
        autosave.save(gateway, writing, choices=CHOICES, messages=messages)
        assert writing.clashes == {}
        assert server.content.caption == "Their caption"
        mine = getattr(server.context if part == "goal" else server.content, part)
        assert mine == "Mine"
        assert writing.post.texts["caption"] == "Their caption"

    def test_only_the_part_that_clashes_waits(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"), script=say("My script", seq=2, on=""))
        assert list(writing.clashes) == ["caption"]
        assert server.content.script == "My script"
        assert writing.acks["script"]["seq"] == 2
        write(gateway, writing, script=say("My script, on", seq=3, on="My script"))
        assert server.content.script == "My script, on"
        assert server.content.caption == "Theirs"
        assert list(writing.clashes) == ["caption"]

    def test_a_text_this_browser_sent_before_is_no_other_text(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Half a sen")
        write(gateway, writing, caption=say("Half a sentence", own=("Half a sen",)))
        assert writing.clashes == {}
        assert server.content.caption == "Half a sentence"

    def test_the_same_text_in_both_windows_is_no_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("The same")
        write(gateway, writing, caption=say("The same"))
        assert writing.clashes == {}
        assert writing.acks["caption"] == {"page": "page", "seq": 1, "revision": 6}
        assert server.saves == []

    def test_a_choice_made_there_and_a_text_here_are_merged(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(title="Their title", platform="tiktok")
        write(gateway, writing, caption=say("My text"))
        assert writing.clashes == {}
        assert server.content.caption == "My text"
        assert (server.title, server.content.platform) == ("Their title", "tiktok")
        assert writing.moved

    def test_a_choice_made_differently_in_both_is_a_clash_until_one_is_taken(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(platform="tiktok")
        write(gateway, writing, choices=replace(CHOICES, platform="youtube"))
        assert writing.clashes["platform"].mine == "youtube"
        assert server.content.platform == "tiktok"
        autosave.settle(gateway, writing, "platform", keeps_mine=True, message=None)
        assert server.content.platform == "youtube"
        assert writing.clashes == {}

    def test_choosing_anew_is_an_answer_to_a_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(platform="tiktok")
        write(gateway, writing, choices=replace(CHOICES, platform="youtube"))
        write(gateway, writing, choices=replace(writing.post.choices, platform="x"))
        assert server.content.platform == "x"
        assert writing.clashes == {}

    def test_images_changed_in_both_are_a_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window(media=())
        described = (replace(IMAGES[0], alt="A cup of tea on a sill"),)
        write(gateway, writing, choices=replace(CHOICES, media=described))
        assert writing.clashes["media"].mine == described
        assert server.content.media == ()

    @pytest.mark.parametrize("keeps_mine", [True, False])
    def test_an_image_described_in_both_waits_for_a_choice(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing, keeps_mine: bool
    ) -> None:
        mine, theirs = (replace(IMAGES[0], alt=alt) for alt in ("Mine", "Theirs"))
        server.by_another_window(media=(theirs,))
        write(gateway, writing, choices=replace(CHOICES, media=(mine,)))
        name = alt_name(mine.id)
        assert (writing.clashes[name].mine, writing.theirs(name)) == ("Mine", "Theirs")
        assert server.content.media == (theirs,)
        autosave.settle(gateway, writing, name, keeps_mine=keeps_mine, message=None)
        assert writing.clashes == {}
        assert server.content.media == ((mine,) if keeps_mine else (theirs,))
        assert autosave.count_adopted_images(writing) == ({} if keeps_mine else {mine.id: 1})

    def test_different_images_described_in_two_windows_are_merged(
        self, gateway: Gateway, server: FakeDrafts
    ) -> None:
        two = (IMAGES[0], replace(IMAGES[0], id="another"))
        server.by_another_window(media=two)
        writing = autosave.start_writing(server.editor())
        server.by_another_window(media=(replace(two[0], alt="Theirs"), two[1]))
        chosen = replace(writing.post.choices, media=(two[0], replace(two[1], alt="Mine")))
        write(gateway, writing, choices=chosen)
        assert [image.alt for image in server.content.media] == ["Theirs", "Mine"]
        assert writing.clashes == {}

    def test_nothing_waits_for_an_image_that_was_taken_out(
        self, server: FakeDrafts, writing: Writing
    ) -> None:
        assert autosave.meet_words(writing, {IMAGES[0].id: "Mine"})
        assert not autosave.meet_words(writing, {IMAGES[0].id: "Mine"})
        server.by_another_window(media=())
        writing.follow(server.editor())
        assert writing.clashes == {}

    def test_a_text_built_on_something_older_than_this_tab_knows_is_not_merged(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        writing.follow(server.editor())
        write(gateway, writing, caption=say("Mine"))
        assert "caption" in writing.clashes
        assert server.content.caption == "Theirs"

    def test_a_text_built_on_something_older_is_merged_where_only_other_parts_changed(
        self, gateway: Gateway, server: FakeDrafts
    ) -> None:
        server.by_another_window(script="Theirs")
        after_a_reload = autosave.start_writing(server.editor())
        write(gateway, after_a_reload, caption=say("Kept in the browser"))
        assert after_a_reload.clashes == {}
        assert server.content.caption == "Kept in the browser"
        assert server.content.script == "Theirs"

    def test_words_typed_while_a_clash_waits_are_the_ones_to_keep(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"))
        write(gateway, writing, caption=say("Mine, longer", seq=2))
        assert writing.clashes["caption"].mine == "Mine, longer"
        last = say("Mine, longer", seq=2)
        autosave.settle(gateway, writing, "caption", keeps_mine=True, message=last)
        assert server.content.caption == "Mine, longer"
        assert writing.clashes == {}
        assert writing.acks["caption"] == {"page": "page", "seq": 2, "revision": 7}

    def test_typing_what_the_other_window_has_ends_the_clash(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"))
        write(gateway, writing, caption=say("Theirs", seq=2))
        assert writing.clashes == {}
        assert writing.acks["caption"]["seq"] == 2
        assert "caption" not in writing.refusals

    def test_keeping_mine_against_a_third_text_asks_again(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"))
        server.by_another_window("Theirs, again")
        with pytest.raises(errors.Conflict):
            autosave.settle(gateway, writing, "caption", keeps_mine=True, message=say("Mine"))
        assert writing.clashes["caption"].mine == "Mine"
        assert writing.theirs("caption") == "Theirs, again"
        assert server.content.caption == "Theirs, again"

    def test_taking_theirs_tells_the_browser_to_let_go(
        self, gateway: Gateway, server: FakeDrafts, writing: Writing
    ) -> None:
        server.by_another_window("Theirs")
        write(gateway, writing, caption=say("Mine"))
        autosave.settle(gateway, writing, "caption", keeps_mine=False, message=say("Mine"))
        assert (writing.caption, writing.revision) == ("Theirs", 6)
        assert writing.adopted == {"caption": 1}
        assert writing.clashes == {}
        assert writing.refusals == {}
        assert not writing.is_new("caption", say("Mine"))


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
