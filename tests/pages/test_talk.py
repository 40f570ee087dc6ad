"""Talk in the review room: what each reader gets, what is asked for it, what arrives by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import lookout, talk
from services import decisions, discussion, reviews
from services.errors import Unavailable
from services.gateway.server import Server
from services.news import News, Numbers, Ticket
from services.sessions import hash_cookie
from tests.pages.conftest import COOKIE, SEALER, Seat, find_talk, read_page
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    submit,
)

OpenPage = Callable[..., AppTest]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def draft(world: World) -> MadeDraft:
    """In review, version 1, by Ines."""
    return draft_in_state(world, "in_review")


def say(world: World, name: str, draft: MadeDraft, body: str, **more: Any) -> str:
    gateway = getattr(world, name).gateway()
    return discussion.add_comment(gateway, draft_id=draft.id, version=1, body=body, **more)


def finds_news(at: AppTest, seat: Seat) -> bool:
    """Whether the page's script is told of news where it looks for them."""
    watch = find_talk(at)["watch"]
    text = watch["address"].removeprefix("/rooms/")
    ticket = Ticket.read(text, session=hash_cookie(COOKIE), sealer=SEALER)
    assert ticket is not None
    known = seat.news.look(ticket.draft_id)
    return known is not None and ticket.is_behind(Numbers(watch["changes"], watch["notes"]), known)


@pytest.fixture
def read_it(monkeypatch: pytest.MonkeyPatch) -> Callable[[AppTest], AppTest]:
    """The run after the script said that the reader had the text before them for a while."""
    drawn = talk._TALK

    def read(at: AppTest) -> AppTest:
        left = ["read"]

        def draw(**named: Any) -> Any:
            if left:
                named[f"on_{left.pop()}_change"]()
            return drawn(**named)

        monkeypatch.setattr(talk, "_TALK", draw)
        return at.run()

    return read


class TestWhatEachReaderGets:
    def test_notes_reach_professionals_and_never_the_author(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        discussion.add_note(world.kim.gateway(), draft_id=draft.id, version=1, body="Between us")
        page = read_page(open_page("dana", "review", draft=draft.id))
        assert "Notes among professionals (1)" in page
        assert "Between us" in page
        for name in ("ines", "marco", "sam"):
            at = open_page(name, "review", draft=draft.id)
            assert find_talk(at)["talk"]["notes"] is None
            assert "Between us" not in read_page(at)

    def test_a_professional_who_wrote_the_draft_gets_none(
        self, world: World, open_page: OpenPage
    ) -> None:
        world.run_sql(
            "update public.memberships set roles = %s where profile_id = %s",
            ["influencer", "professional"],
            world.paul.id,
        )
        own = draft_in_state(world, "in_review", author=world.paul)
        discussion.add_note(world.kim.gateway(), draft_id=own.id, version=1, body="Between us")
        assert find_talk(open_page("paul", "review", draft=own.id))["talk"]["notes"] is None

    def test_threads_mentions_and_advice_are_told(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        first = say(world, "marco", draft, "Which *source*?", mentions=[world.ines.id])
        say(world, "ines", draft, "My diary.", parent_id=first)
        discussion.advise(
            world.marco.gateway(),
            draft_id=draft.id,
            version=1,
            content_hash=draft.content_hash,
            kind="please_change",
            note="Softer, please",
        )
        talk = find_talk(open_page("ines", "review", draft=draft.id))["talk"]
        assert talk["heading"] == "Comments (2)"
        (thread,) = talk["open"]
        assert [item["body"] for item in thread["items"]] == ["Which *source*?", "My diary."]
        assert thread["mark"] == "For you"
        assert talk["advice"]["items"][0]["label"] == "Please change"
        assert not talk["advice"]["may"]

    def test_the_head_says_who_has_it_and_why_it_waits(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        reviews.take(world.dana.gateway(), draft_id=draft.id)
        assert "**Dana** has it since" in read_page(open_page("ines", "review", draft=draft.id))
        assert "You have it since" in read_page(open_page("dana", "review", draft=draft.id))
        decisions.hold_draft(
            world.dana.gateway(), draft_id=draft.id, note="Waiting for *one* source"
        )
        page = read_page(open_page("ines", "review", draft=draft.id))
        assert "Waiting for *one* source" in page

    def test_a_link_to_a_comment_is_an_id_or_nothing(
        self, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        asked = "</script>"
        at = open_page("ines", "review", draft=draft.id, comment=asked)
        assert find_talk(at)["focus"] == ""


class TestNews:
    def test_nobody_is_asked_while_nothing_happens(
        self, open_page: OpenPage, seat: Seat, draft: MadeDraft
    ) -> None:
        at = open_page("dana", "review", draft=draft.id)
        assert seat.calls == ["get_review"]
        assert not finds_news(at, seat)
        seat.news.ask()
        seat.calls.clear()
        at.run()
        assert not finds_news(at, seat)
        assert seat.calls == []

    def test_a_comment_is_news(
        self, world: World, open_page: OpenPage, seat: Seat, draft: MadeDraft
    ) -> None:
        at = open_page("dana", "review", draft=draft.id)
        say(world, "marco", draft, "Hello")
        assert not finds_news(at, seat)
        seat.news.ask()
        assert finds_news(at, seat)

    def test_a_note_is_news_for_professionals_only(
        self, world: World, open_page: OpenPage, seat: Seat, draft: MadeDraft
    ) -> None:
        pages = {name: open_page(name, "review", draft=draft.id) for name in ("ines", "dana")}
        discussion.add_note(world.kim.gateway(), draft_id=draft.id, version=1, body="Between us")
        seat.news.ask()
        assert {name: finds_news(at, seat) for name, at in pages.items()} == {
            "ines": False,
            "dana": True,
        }

    def test_a_database_that_is_away_is_told_and_nothing_is_asked(
        self,
        world: World,
        open_page: OpenPage,
        read_it: Callable[[AppTest], AppTest],
        seat: Seat,
        draft: MadeDraft,
    ) -> None:
        at = open_page("dana", "review", draft=draft.id)
        # Nothing listens there.
        dead = News(server=Server(url=NOWHERE, secret_key="sb_secret_x", http=world.dana._http))
        lookout.install(dead, write_ticket=partial(Ticket.write, sealer=SEALER))
        assert not find_talk(at.run())["watch"]["away"]
        with pytest.raises(Unavailable):
            dead.ask()
        seat.calls.clear()
        watch = find_talk(read_it(at))["watch"]
        assert watch["away"]
        assert watch["unread"]
        assert seat.calls == []

    def test_coming_back_to_the_page_reads_anew(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        at = open_page("dana", "review", draft=draft.id)
        say(world, "marco", draft, "Hello")
        at.switch_page("../pages/home.py").run()
        at.switch_page("../pages/review.py")
        at.query_params["draft"] = draft.id
        assert "Hello" in read_page(at.run())

    def test_the_look_is_noted_once_the_text_was_there_a_while(
        self,
        world: World,
        open_page: OpenPage,
        read_it: Callable[[AppTest], AppTest],
        seat: Seat,
        draft: MadeDraft,
    ) -> None:
        at = open_page("dana", "review", draft=draft.id)
        assert find_talk(at)["watch"]["unread"]
        assert "note_look" not in seat.calls
        read_it(at)
        assert not find_talk(at.run())["watch"]["unread"]
        assert seat.calls.count("note_look") == 1
        looks = world.run_sql("select profile_id::text, version_number from public.draft_looks")
        assert looks == [(world.dana.id, 1)]

    def test_a_text_behind_a_word_of_warning_was_not_read(
        self, world: World, open_page: OpenPage
    ) -> None:
        draft = draft_in_state(world, "in_review", content=make_content(topic="trauma"))
        at = open_page("dana", "review", draft=draft.id)
        assert not find_talk(at)["watch"]["unread"]


class TestSince:
    def test_it_opens_on_what_changed_since_my_last_look(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        discussion.note_look(world.dana.gateway(), draft_id=draft.id, version=1)
        draft = submit(world, edit(world, draft, make_content("Rest is a gift.")))
        submit(world, edit(world, draft, make_content("Rest is a gift, sometimes.")))
        page = read_page(open_page("dana", "review", draft=draft.id))
        assert "You last read version 1. This is what changed since." in page
        assert "2 words added, 4 words removed" in page
        # Somebody who never was here reads the text.
        assert "words added" not in read_page(open_page("kim", "review", draft=draft.id))

    def test_any_two_versions_compare_the_older_first(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        submit(world, edit(world, draft, make_content("Rest is a skill you can learn slowly.")))
        for version, compare in (("1", "2"), ("2", "1")):
            at = open_page("kim", "review", draft=draft.id, version=version, compare=compare)
            assert "1 word added, 0 words removed" in read_page(at)

    def test_why_it_changed_stands_with_it(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        edited = edit(world, draft, make_content("Rest is a gift."))
        world.ines.gateway().write(
            "submit_draft",
            {
                "p_draft": draft.id,
                "p_expected_revision": edited.revision,
                "p_note": "Softer *opening*",
            },
        )
        at = open_page("kim", "review", draft=draft.id, compare="1")
        assert "Softer *opening*" in [text.value for text in at.text]
        assert "**Ines wrote with it**" in read_page(at)


class TestRestore:
    def test_only_the_author_and_only_an_earlier_version(
        self, world: World, open_page: OpenPage, draft: MadeDraft
    ) -> None:
        submit(world, edit(world, draft, make_content("Rest is a gift.")))
        earlier = {"draft": draft.id, "version": "1"}
        assert "Go on with version 1" in read_page(open_page("ines", "review", **earlier))
        assert "Go on with version" not in read_page(open_page("dana", "review", **earlier))
        latest = {"draft": draft.id, "version": "2"}
        assert "Go on with version" not in read_page(open_page("ines", "review", **latest))

    def test_not_once_the_draft_is_closed(self, world: World, open_page: OpenPage) -> None:
        draft = draft_in_state(world, "in_review")
        second = submit(world, edit(world, draft, make_content("Rest is a gift.")))
        decide(world, second, "declined")
        page = read_page(open_page("ines", "review", draft=draft.id, version="1"))
        assert "Go on with version" not in page
