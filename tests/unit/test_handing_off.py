"""What there is to copy, and the times of whoever reads the comments."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from components import handing_off, watching
from services.posts import Content, Image
from services.publishing import Watch

NOW = datetime(2026, 3, 27, 9, 7, 31, tzinfo=UTC)
CAPTION = "Zeile 1  \n\u05e9\u05dc\u05d5\u05dd\n👩🏽‍⚕️ e\u0301 "


class TestListCopies:
    def test_the_caption_is_exact(self) -> None:
        copies = handing_off.list_copies(Content("instagram", "general", CAPTION))
        assert [(one.what, one.text) for one in copies] == [("the caption", CAPTION)]

    def test_hashtags_come_after_the_caption_and_by_themselves(self) -> None:
        content = Content("instagram", "general", CAPTION, hashtags=("rest", "sleep"))
        copies = {one.what: one.text for one in handing_off.list_copies(content)}
        assert copies == {
            "the caption": CAPTION,
            "caption and hashtags": f"{CAPTION}\n\n#rest #sleep",
            "the hashtags": "#rest #sleep",
        }

    def test_every_other_text_has_its_button(self) -> None:
        content = Content(
            "youtube",
            "general",
            "",
            script="S",
            on_screen_text="O",
            link="https://example.org",
            transcript="T",
            media=(Image("1", "a" * 64, "A bed"),),
        )
        copies = {one.what: one.text for one in handing_off.list_copies(content)}
        assert copies == {
            "the link": "https://example.org",
            "the script": "S",
            "the text on the screen": "O",
            "the transcript": "T",
            "the description of image 1": "A bed",
        }


class TestTimes:
    def test_two_days_from_now_on_the_readers_clock_across_a_change_of_clocks(self) -> None:
        there = watching.default_until(NOW, "Europe/Berlin")
        # Berlin is one hour ahead on the 27th and two on the 29th.
        assert there == datetime(2026, 3, 29, 11, 15)  # noqa: DTZ001 - a field's value
        assert watching.to_utc(there, "Europe/Berlin") == datetime(2026, 3, 29, 9, 15, tzinfo=UTC)

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"])
    def test_it_is_never_less_than_two_days(self, zone: str) -> None:
        until = watching.to_utc(watching.default_until(NOW, zone), zone)
        assert watching.WATCH_FOR <= until - NOW.replace(second=0) < watching.WATCH_FOR * 1.01


class TestSayWatch:
    def test_who_reads_read_and_is_done(self) -> None:
        until = datetime(2026, 3, 29, 9, 15, tzinfo=UTC)
        mine = Watch("me", "Ines", until, None)
        others = Watch("them", "*Sam*", until, None)
        done = Watch("them", "Sam", until, NOW)

        def say(watch: Watch, now: datetime = NOW) -> str:
            return watching.say_watch(watch, me="me", zone="UTC", now=now)

        assert say(mine) == "**You read the comments until 29 March 2026, 09:15.**"
        assert r"\*Sam\* reads the comments" in say(others)
        assert say(done) == "Sam read the comments until 27 March 2026, 09:07."
        assert say(others, until) == r"\*Sam\* read the comments until 29 March 2026, 09:15."
