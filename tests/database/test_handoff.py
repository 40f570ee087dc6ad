"""From approved to public: addresses, who reads the comments, taking it down."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.acts import (
    act,
    actions_of,
    assert_record_whole,
    deny,
    get_rows,
    hide,
    row_of,
    set_suspended,
    state_of,
    told,
)
from tests.support.people import MadeDraft, Person, World, draft_in_state, make_content
from tests.support.together import refusals, run_together

SENSITIVE = make_content(topic="suicide_self_harm")
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).isoformat()


def out(draft: MadeDraft, **named: Any) -> dict[str, Any]:
    return {"content_hash": draft.content_hash, **named}


def change_links(
    person: Person, draft: MadeDraft, links: dict[str, str], *, known: dict[str, str] | None = None
) -> Any:
    return act(person, "set_post_links", draft, **addresses(links, known=known))


def addresses(links: dict[str, str], *, known: dict[str, str] | None = None) -> dict[str, str]:
    return {"links": json.dumps(links), "known": json.dumps(known or {})}


def links_of(world: World, draft: MadeDraft) -> dict[str, str]:
    rows = world.run_sql(
        "select platform, url from public.post_links where draft_id = %s", draft.id
    )
    return dict(rows)


class TestAddresses:
    def test_are_kept_one_a_platform(self, world: World) -> None:
        draft = draft_in_state(world, "approved")
        links = {"instagram": " https://instagram.com/p/1\n", "x": "https://x.com/1", "blog": " "}
        act(world.ines, "mark_published", draft, **out(draft, links=json.dumps(links)))
        change_links(world.sam, draft, {"x": "https://x.com/2"}, known={"x": "https://x.com/1"})

        rows = get_rows(world.marco, "/post_links?select=platform,url&order=platform")
        assert rows == [
            {"platform": "instagram", "url": "https://instagram.com/p/1"},
            {"platform": "x", "url": "https://x.com/2"},
        ]
        assert row_of(world, draft)["published_url"] == "https://instagram.com/p/1"
        assert get_rows(world.wes, "/post_links") == []

    @pytest.mark.parametrize(
        "links",
        [
            "{",
            "[]",
            "null",
            "3",
            '"https://example.org"',
            '{"myspace": "https://example.org"}',
            '{"x": 3}',
            '{"x": null}',
            '{"x": ["https://example.org"]}',
            '{"x": "http://example.org"}',
            '{"x": "javascript:alert(1)"}',
            '{"x": "https://user:pass@example.org"}',
            '{"x": "https://example.org/<script>"}',
            '{"x": "https://localhost"}',
            '{"x": "https://example.org/\u202e"}',
            json.dumps({"x": "https://example.org/" + "x" * 500}),
        ],
    )
    def test_that_are_none_are_refused_whole(self, world: World, links: str) -> None:
        draft = draft_in_state(world, "approved")

        deny("url_invalid", world.ines, "mark_published", draft, **out(draft, links=links))

        assert state_of(world, draft) == "approved"

    def test_of_what_is_not_out_are_refused(self, world: World) -> None:
        for state in ("drafting", "in_review", "approved", "withdrawn"):
            draft = draft_in_state(world, state)

            deny("wrong_state", world.ines, "set_post_links", draft, links="{}")

    @pytest.mark.parametrize(
        ("name", "word"),
        [("marco", "role_missing"), ("dana", "role_missing"), ("otto", "not_found")],
    )
    def test_come_from_author_and_coordinators(self, world: World, name: str, word: str) -> None:
        draft = draft_in_state(world, "published")
        person = getattr(world, name)

        act(world.ines, "set_post_links", draft, links='{"blog": "https://example.org/1"}')
        for change in (
            addresses({"x": "https://example.org"}),
            addresses({}, known={"blog": "https://example.org/1"}),
        ):
            deny(word, person, "set_post_links", draft, **change)
        deny(word, person, "set_comment_watch", draft, watcher=person.id, until=NEXT_WEEK)
        deny(word, person, "take_down", draft)


OLD, NEW = "https://example.org/old", "https://example.org/new"


class TestCorrecting:
    @pytest.fixture
    def draft(self, world: World) -> MadeDraft:
        """Out on instagram and on a blog."""
        draft = draft_in_state(world, "published")
        change_links(world.ines, draft, {"instagram": OLD, "blog": OLD})
        return draft

    @pytest.mark.parametrize("name", ["ines", "sam"])
    def test_replaces_what_was_on_the_screen(
        self, world: World, draft: MadeDraft, name: str
    ) -> None:
        before = row_of(world, draft)["change_number"]

        answer = change_links(
            getattr(world, name), draft, {"instagram": f" {NEW}\n"}, known={"instagram": OLD}
        )

        assert answer == {"corrected": ["instagram"]}
        assert links_of(world, draft) == {"instagram": NEW, "blog": OLD}
        row = row_of(world, draft)
        assert (row["published_url"], row["change_number"]) == (NEW, before + 1)

    @pytest.mark.parametrize("name", ["ines", "sam"])
    def test_removes_what_is_not_to_be_there_any_more(
        self, world: World, draft: MadeDraft, name: str
    ) -> None:
        answer = change_links(getattr(world, name), draft, {}, known={"instagram": OLD})

        assert answer == {"removed": ["instagram"]}
        assert links_of(world, draft) == {"blog": OLD}
        assert row_of(world, draft)["published_url"] == OLD
        change_links(getattr(world, name), draft, {}, known={"blog": OLD})
        assert row_of(world, draft)["published_url"] is None

    def test_is_recorded_without_the_address(self, world: World, draft: MadeDraft) -> None:
        links = {"x": NEW, "instagram": NEW}
        change_links(world.sam, draft, links, known={"instagram": OLD, "blog": OLD})

        rows = world.run_sql(
            "select actor_id::text, detail from public.audit_events"
            " where action = 'links_changed' and draft_id = %s order by seq",
            draft.id,
        )
        assert rows[-1] == (
            world.sam.id,
            {"added": ["x"], "corrected": ["instagram"], "removed": ["blog"]},
        )
        assert rows[0] == (world.ines.id, {"added": ["blog", "instagram"]})
        assert_record_whole(world)

    @pytest.mark.parametrize(
        ("links", "known"),
        [
            ({"instagram": NEW}, {}),
            ({"instagram": NEW}, {"instagram": NEW + "er"}),
            ({}, {"instagram": NEW}),
            ({"x": NEW}, {"x": OLD}),
            ({"x": NEW, "instagram": NEW}, {}),
        ],
        ids=["unseen", "another", "another to remove", "gone", "one of two"],
    )
    def test_never_goes_over_what_was_not_seen(
        self, world: World, draft: MadeDraft, links: dict[str, str], known: dict[str, str]
    ) -> None:
        deny("links_differ", world.ines, "set_post_links", draft, **addresses(links, known=known))

        assert links_of(world, draft) == {"instagram": OLD, "blog": OLD}

    @pytest.mark.parametrize(
        ("links", "known"),
        [({"instagram": OLD}, {}), ({"instagram": OLD}, {"instagram": NEW}), ({}, {"x": NEW})],
        ids=["again", "by somebody else", "removed"],
    )
    def test_of_what_is_so_already_is_nothing(
        self, world: World, draft: MadeDraft, links: dict[str, str], known: dict[str, str]
    ) -> None:
        before = actions_of(world, draft)

        assert change_links(world.ines, draft, links, known=known) == {}
        assert actions_of(world, draft) == before

    @pytest.mark.parametrize("known", ["{", "[]", '{"x": 3}', '{"x": "http://example.org"}'])
    def test_takes_addresses_alone(self, world: World, draft: MadeDraft, known: str) -> None:
        deny("url_invalid", world.ines, "set_post_links", draft, links="{}", known=known)

    def test_of_a_post_that_has_to_come_down_removes_nothing(
        self, world: World, draft: MadeDraft
    ) -> None:
        act(
            world.dana,
            "withdraw_approval",
            draft,
            content_hash=draft.content_hash,
            reason_code="safety",
            note="New findings.",
        )
        gone = addresses({}, known={"blog": OLD})
        for person in (world.ines, world.sam):
            deny("still_out", person, "set_post_links", draft, **gone)
        change_links(world.sam, draft, {"blog": NEW}, known={"blog": OLD})
        act(world.ines, "take_down", draft)

        change_links(world.ines, draft, {}, known={"blog": NEW})

        assert links_of(world, draft) == {"instagram": OLD}

    def test_of_two_at_once_is_done_by_one(self, world: World, draft: MadeDraft) -> None:
        known = {"instagram": OLD}
        for _ in range(3):
            done = run_together(
                partial(change_links, world.ines, draft, {}, known=known),
                partial(change_links, world.sam, draft, {"instagram": NEW}, known=known),
            )

            assert refusals(done) == ["links_differ"]
            left = links_of(world, draft).get("instagram")
            assert left in (None, NEW)
            back = {} if left is None else {"instagram": left}
            change_links(world.ines, draft, {"instagram": OLD}, known=back)


class TestWatching:
    @pytest.mark.parametrize(
        "topic",
        [
            "suicide_self_harm",
            "eating_disorders",
            "trauma",
            "substance_use",
            "psychosis_bipolar",
            "young_people",
        ],
    )
    def test_is_needed_on_a_sensitive_topic(self, world: World, topic: str) -> None:
        draft = draft_in_state(world, "approved", content=make_content(topic=topic))
        deny("watcher_missing", world.ines, "mark_published", draft, **out(draft))

        watch = {"watcher": world.marco.id, "watch_until": NEXT_WEEK}
        act(world.ines, "mark_published", draft, **out(draft, **watch))

        assert told(world, world.marco) == ["watch_wanted"]
        home = world.marco.gateway().read("get_home", {"p_workspace": world.home})
        assert [one["id"] for one in home["watching"]] == [draft.id]

    def test_is_by_somebody_who_sees_the_draft(self, world: World) -> None:
        set_suspended(world, world.paul)
        draft = draft_in_state(world, "approved", content=SENSITIVE)
        for who in (world.wes, world.nobody, world.paul):
            watch = {"watcher": who.id, "watch_until": NEXT_WEEK}
            deny("watcher_invalid", world.ines, "mark_published", draft, **out(draft, **watch))
        hide(draft)
        for who in (world.marco, world.sam):
            watch = {"watcher": who.id, "watch_until": NEXT_WEEK}
            deny("watcher_invalid", world.ines, "mark_published", draft, **out(draft, **watch))

        assert state_of(world, draft) == "approved"

    @pytest.mark.parametrize("days", [None, -1, 61])
    def test_has_an_end_within_two_months(self, world: World, days: int | None) -> None:
        draft = draft_in_state(world, "approved", content=SENSITIVE)
        until = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()

        for end in (until, "infinity"):
            watch = {"watcher": world.marco.id, "watch_until": end}
            deny("day_invalid", world.ines, "mark_published", draft, **out(draft, **watch))

    def test_can_be_taken_over_and_ended_by_the_watcher(self, world: World) -> None:
        draft = draft_in_state(world, "published")
        act(world.sam, "set_comment_watch", draft, watcher=world.marco.id, until=NEXT_WEEK)
        deny("not_yours", world.dana, "end_comment_watch", draft)
        before = row_of(world, draft)["change_number"]

        act(world.marco, "end_comment_watch", draft)

        assert row_of(world, draft)["change_number"] == before + 1
        deny("not_yours", world.marco, "end_comment_watch", draft)
        act(world.sam, "set_comment_watch", draft, watcher=world.marco.id, until=NEXT_WEEK)
        home = world.marco.gateway().read("get_home", {"p_workspace": world.home})
        assert len(home["watching"]) == 1
        assert_record_whole(world)

    def test_is_of_what_is_out(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        deny(
            "wrong_state",
            world.ines,
            "set_comment_watch",
            draft,
            watcher=world.marco.id,
            until=NEXT_WEEK,
        )


class TestTakingDown:
    def test_ends_watching_and_tells(self, world: World) -> None:
        draft = draft_in_state(world, "published")
        act(world.ines, "set_comment_watch", draft, watcher=world.marco.id, until=NEXT_WEEK)

        act(world.sam, "take_down", draft)

        row = row_of(world, draft)
        assert row["state"] == "published"
        assert row["taken_down_at"] is not None
        home = world.marco.gateway().read("get_home", {"p_workspace": world.home})
        assert home["watching"] == []
        for person in (world.ines, world.kim, world.dana):
            assert "taken_down" in told(world, person)
        assert actions_of(world, draft)[-1] == "draft_taken_down"
        deny("wrong_state", world.ines, "take_down", draft)
        deny(
            "wrong_state",
            world.ines,
            "set_comment_watch",
            draft,
            watcher=world.marco.id,
            until=NEXT_WEEK,
        )

    @pytest.mark.parametrize("state", ["drafting", "in_review", "approved", "withdrawn"])
    def test_of_what_is_not_out_is_refused(self, world: World, state: str) -> None:
        deny("wrong_state", world.ines, "take_down", draft_in_state(world, state))
