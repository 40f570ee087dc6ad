"""Saving beside another window: what is merged, what waits for a choice, what is replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components import autosave
from components.writing import Writing, count_adopted_images, meet_words, start_writing
from components.written import alt_name
from services import errors
from services.gateway.client import Gateway
from tests.support.fake_drafts import CHOICES, IMAGES, FakeDrafts, say, write


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
        assert count_adopted_images(writing) == ({} if keeps_mine else {mine.id: 1})

    def test_different_images_described_in_two_windows_are_merged(
        self, gateway: Gateway, server: FakeDrafts
    ) -> None:
        two = (IMAGES[0], replace(IMAGES[0], id="another"))
        server.by_another_window(media=two)
        writing = start_writing(server.editor())
        server.by_another_window(media=(replace(two[0], alt="Theirs"), two[1]))
        chosen = replace(writing.post.choices, media=(two[0], replace(two[1], alt="Mine")))
        write(gateway, writing, choices=chosen)
        assert [image.alt for image in server.content.media] == ["Theirs", "Mine"]
        assert writing.clashes == {}

    def test_nothing_waits_for_an_image_that_was_taken_out(
        self, server: FakeDrafts, writing: Writing
    ) -> None:
        assert meet_words(writing, {IMAGES[0].id: "Mine"})
        assert not meet_words(writing, {IMAGES[0].id: "Mine"})
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
        after_a_reload = start_writing(server.editor())
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
