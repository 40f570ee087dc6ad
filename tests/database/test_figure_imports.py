"""Figures from files and by hand: in, newer, and back again, over HTTP with real tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services import errors
from services.measures import importing
from services.metrics import Metric
from tests.support.acts import act, get_rows
from tests.support.exports import YOUTUBE, X, write_csv
from tests.support.measures import (
    UNTIL,
    add_account,
    bring,
    figures_of,
    find_account,
    find_posts,
    read,
    type_in,
    undo,
    view,
    write_export,
)
from tests.support.people import World

ONE, TWO, THREE = (f"1789569566800455{number}" for number in (1, 2, 3))
LINK = "https://www.instagram.com/p/Cab_de-1/"


@pytest.fixture
def account(world: World) -> str:
    """On Instagram, ines's own."""
    return add_account(world.ines, world)


class TestBringing:
    def test_an_influencer_brings_figures_of_their_own_account(
        self, world: World, account: str
    ) -> None:
        done = bring(world.ines, world, account, write_export(1, 2))
        assert (done.posts, done.added, done.changed, done.matched) == (2, 2, 0, 0)
        for person in (world.ines, world.dana, world.sam):
            assert figures_of(person, world) == {
                ONE: {"views": 100, "reach": 80, "likes": 10, "comments": 1, "shares": 0},
                TWO: {"views": 200, "reach": 160, "likes": 20, "comments": 2, "shares": 0},
            }
        found = view(world.ines, world, ONE)
        assert (found.caption, found.post.published_on) == ("Caption 1", date(2025, 11, 30))
        assert (found.post.source.file_name, found.post.line) == ("content.csv", 2)
        assert (found.post.source.time_zone, found.post.source.zone_source) == (
            "America/Los_Angeles",
            "assumed",
        )
        assert find_account(world.sam, world, account).captured_on == UNTIL

    def test_peers_see_none_of_it(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1))
        assert figures_of(world.marco, world) == {}
        for table in ("accounts", "imports", "posts", "post_snapshots"):
            assert get_rows(world.marco, f"/{table}") == []
            assert len(get_rows(world.ines, f"/{table}")) == 1

    def test_only_the_owner_and_coordinators_bring_them(self, world: World, account: str) -> None:
        for person in (world.marco, world.dana, world.otto):
            with pytest.raises((errors.Forbidden, errors.NotFound)):
                bring(person, world, account, write_export(1))
        assert bring(world.sam, world, account, write_export(1)).added == 1

    def test_the_same_file_twice_changes_nothing(self, world: World, account: str) -> None:
        raw = write_export(1, 2)
        bring(world.ines, world, account, raw)
        before = get_rows(world.ines, "/post_snapshots?order=post_id")
        with pytest.raises(errors.Conflict) as refused:
            bring(world.sam, world, account, raw, name="again.csv", until=date(2026, 11, 27))
        assert refused.value.detail == "already_imported"
        assert get_rows(world.ines, "/post_snapshots?order=post_id") == before
        found = importing.look_up(
            world.ines.gateway(), workspace_id=world.home, reading=read(raw, name="again.csv")
        )
        assert [one.file_name for one in found.same] == ["content.csv"]

    def test_a_later_file_updates_what_overlaps(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1, 2), until=date(2026, 11, 1))
        done = bring(world.ines, world, account, write_export(2, 3, Views=999))
        assert (done.posts, done.added, done.changed) == (2, 1, 1)
        views = {post: found["views"] for post, found in figures_of(world.ines, world).items()}
        assert views == {ONE: 100, TWO: 999, THREE: 999}
        assert [moment.figures["views"] for moment in view(world.ines, world, TWO).history] == [
            999,
            200,
        ]

    def test_an_earlier_file_does_not_replace_later_figures(
        self, world: World, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1))
        done = bring(world.ines, world, account, write_export(1, Views=5), until=date(2026, 1, 1))
        assert (done.added, done.changed) == (0, 0)
        assert figures_of(world.ines, world)[ONE]["views"] == 100

    def test_a_figure_that_is_missing_is_not_zero(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1, Views="", Likes=0))
        found = figures_of(world.ines, world)[ONE]
        assert "views" not in found
        assert found["likes"] == 0

    def test_large_and_broken_numbers_come_back_to_the_digit(self, world: World) -> None:
        account = add_account(world.ines, world, platform="youtube", name="Calm corner")
        hours = "12345.678901"
        row = ["abcdefghijk", "Title", "Dec 15, 2025", "61", 9_007_199_254_740_993, hours, 1, -2, 3]
        bring(
            world.ines,
            world,
            account,
            write_csv(YOUTUBE, [*row, 10**15 + 1]),
            start=date(2020, 1, 1),
        )
        found = figures_of(world.ines, world)["abcdefghijk"]
        assert found["views"] == 9_007_199_254_740_993
        assert found["impressions"] == 10**15 + 1
        assert found["watch_time_seconds"] == Decimal(hours) * 3600

    @pytest.mark.parametrize(
        "caption",
        [
            'He said: "Rest."',
            "{a,b}",
            "NULL",
            "back\\slash\\",
            "two\nlines, one \u2028 more",
            "\U0001f319 \u0301 \u202e",
            "=1+1",
            "'; drop table posts; --",
        ],
    )
    def test_captions_come_back_as_they_were(
        self, world: World, account: str, caption: str
    ) -> None:
        bring(world.ines, world, account, write_export(1, Description=caption))
        assert view(world.ines, world, ONE).caption == caption

    def test_a_post_that_stands_twice_has_the_figures_of_its_last_row(
        self, world: World, account: str
    ) -> None:
        twice = write_export(1, 2) + write_export(1, Views=5).split(b"\n", 1)[1]
        done = bring(world.ines, world, account, twice)
        assert (done.posts, done.added) == (2, 2)
        assert figures_of(world.ines, world)[ONE]["views"] == 5
        assert view(world.ines, world, ONE).post.line == 4

    def test_a_post_without_its_id_is_found_by_its_address(
        self, world: World, account: str
    ) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        done = bring(world.ines, world, account, write_export(1, Post_ID="1.79E+16", Views=7))
        assert (done.added, done.changed) == (0, 1)
        assert [found["views"] for found in figures_of(world.ines, world).values()] == [7]

    def test_two_accounts_keep_their_posts_apart(self, world: World, account: str) -> None:
        other = add_account(world.marco, world, name="other")
        bring(world.ines, world, account, write_export(1))
        bring(world.marco, world, other, write_export(1, Views=1))
        assert figures_of(world.ines, world)[ONE]["views"] == 100
        assert figures_of(world.marco, world)[ONE]["views"] == 1
        assert len(find_posts(world.sam, world)) == 2

    def test_a_closed_account_takes_no_more(self, world: World, account: str) -> None:
        act(
            world.ines,
            "change_account",
            workspace=world.home,
            account=account,
            revision=1,
            name="calm.corner",
            owner=world.ines.id,
            closed=True,
        )
        with pytest.raises(errors.Conflict) as refused:
            bring(world.ines, world, account, write_export(1))
        assert refused.value.detail == "account_closed"


class TestPeriods:
    """Figures of a period are the post's own only if it began in it."""

    X_POST = ("1990000000000000001", "Sat, Nov 1, 2025", "Words", "", 100, 5, 9, 0, 0, 0, 0, 0, 0)

    def test_a_period_that_holds_the_whole_life_counts_like_a_lifetime(self, world: World) -> None:
        account = add_account(world.ines, world, platform="x", name="calm")
        early, late = date(2025, 10, 1), date(2025, 12, 1)
        bring(world.ines, world, account, write_csv(X, [*self.X_POST, 3]), start=early, until=late)
        part = [*self.X_POST[:4], 40, *self.X_POST[5:], 3]
        bring(
            world.ines,
            world,
            account,
            write_csv(X, part),
            start=late,
            until=date(2026, 2, 1),
        )
        found = view(world.ines, world, "1990000000000000001")
        assert found.post.figures["impressions"] == 100
        assert [moment.figures["impressions"] for moment in found.history] == [40, 100]

    def test_a_file_of_a_period_says_when_it_begins(self, world: World) -> None:
        account = add_account(world.ines, world, platform="x", name="calm")
        with pytest.raises(errors.Invalid) as refused:
            bring(world.ines, world, account, write_csv(X, [*self.X_POST, 3]), start=None)
        assert refused.value.detail == "file_invalid"


class TestTyping:
    def test_figures_are_typed_for_a_post_that_is_here(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        post = view(world.ines, world, ONE).post
        type_in(world.ines, world, account, {"views": 150, "saves": 4}, post_id=post.id)
        found = view(world.ines, world, ONE)
        assert found.post.figures == {"views": 150, "saves": 4}
        assert (found.post.source.is_typed, found.caption) == (True, "Caption 1")

    def test_a_post_is_added_by_its_address_and_a_file_finds_it(
        self, world: World, account: str
    ) -> None:
        typed = type_in(
            world.ines, world, account, {"views": 3}, link=LINK, until=date(2026, 11, 1)
        )
        assert typed.added == 1
        done = bring(world.ines, world, account, write_export(1))
        assert (done.added, done.changed) == (0, 1)
        assert figures_of(world.ines, world)[ONE]["views"] == 100

    def test_typed_figures_are_taken_back_like_a_file(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1), until=date(2026, 11, 1))
        before = figures_of(world.ines, world)
        post = view(world.ines, world, ONE).post
        typed = type_in(world.ines, world, account, {"views": 150}, post_id=post.id)
        assert undo(world.ines, world, typed.id) == importing.Undone(removed=0, changed=1)
        assert figures_of(world.ines, world) == before

    @pytest.mark.parametrize(
        ("figures", "link", "until", "detail"),
        [
            ({}, LINK, UNTIL, "figures_missing"),
            ({"views": -1}, LINK, UNTIL, "figures_invalid"),
            ({"views": 10**12 + 1}, LINK, UNTIL, "figures_invalid"),
            ({"views": "1"}, LINK, UNTIL, "figures_invalid"),
            ({"views": 1.5}, LINK, UNTIL, "figures_invalid"),
            ({"views": 1}, "", UNTIL, "url_invalid"),
            ({"views": 1}, "javascript:alert(1)", UNTIL, "url_invalid"),
            ({"views": 1}, LINK, date(2100, 1, 1), "day_invalid"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self,
        world: World,
        account: str,
        figures: dict[Metric, Any],
        link: str,
        until: date,
        detail: str,
    ) -> None:
        with pytest.raises(errors.Invalid) as refused:
            type_in(world.ines, world, account, figures, link=link, until=until)
        assert refused.value.detail == detail
        assert figures_of(world.ines, world) == {}


class TestTakingBack:
    def test_new_posts_go_and_others_are_as_before(self, world: World, account: str) -> None:
        bring(world.ines, world, account, write_export(1, 2), until=date(2026, 11, 1))
        before = get_rows(world.ines, "/posts?order=id")
        second = bring(world.ines, world, account, write_export(2, 3, Views=9))
        assert undo(world.ines, world, second.id) == importing.Undone(removed=1, changed=1)
        assert get_rows(world.ines, "/posts?order=id") == before
        with pytest.raises(errors.Conflict) as refused:
            undo(world.sam, world, second.id)
        assert refused.value.detail == "already_undone"

    def test_a_file_taken_back_can_come_again(self, world: World, account: str) -> None:
        raw = write_export(1)
        undo(world.sam, world, bring(world.ines, world, account, raw).id)
        assert figures_of(world.ines, world) == {}
        assert bring(world.ines, world, account, raw, until=date(2026, 11, 2)).added == 1

    def test_only_the_owner_and_coordinators_take_back(self, world: World, account: str) -> None:
        done = bring(world.ines, world, account, write_export(1))
        for person in (world.marco, world.dana, world.otto):
            with pytest.raises((errors.Forbidden, errors.NotFound)):
                undo(person, world, done.id)
        assert len(figures_of(world.ines, world)) == 1


@dataclass
class Model:
    """Imports as lists of rows, and the plain reading of what is in force."""

    imports: dict[str, tuple[date, int, dict[str, int]]] = field(default_factory=dict)

    def in_force(self) -> dict[str, int]:
        """Views by post: those of the import that was captured last."""
        found: dict[str, int] = {}
        for _, _, rows in sorted(self.imports.values(), key=lambda one: one[:2]):
            found.update(rows)
        return found


STEP = st.one_of(
    st.tuples(
        st.just("bring"),
        st.dates(date(2026, 10, 1), date(2026, 10, 5)),
        st.dictionaries(st.integers(1, 6), st.integers(0, 1000), min_size=1, max_size=4),
    ),
    st.tuples(st.just("undo"), st.integers(0, 9), st.none()),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=1, max_size=10))
def test_any_order_of_imports_and_undos_leaves_the_latest_figures(
    world: World, account: str, steps: list[tuple[str, Any, Any]]
) -> None:
    """Against a plain model, and against plain SQL over the snapshots that are left."""
    world.run_sql(
        "delete from public.posts; delete from public.imports where state in ('applied', 'undone')"
    )
    model = Model()
    for number, (what, first, rows) in enumerate(steps):
        if what == "bring":
            raw = b"".join(
                part if at == 0 else part.split(b"\n", 1)[1]
                for at, part in enumerate(
                    write_export(post, Views=views, Data_comment=f"file {number}")
                    for post, views in rows.items()
                )
            )
            done = bring(world.ines, world, account, raw, until=first)
            named = {f"1789569566800455{post}": views for post, views in rows.items()}
            model.imports[done.id] = (first, number, named)
        elif model.imports:
            chosen = sorted(model.imports)[first % len(model.imports)]
            undo(world.ines, world, chosen)
            del model.imports[chosen]
    found = {post: figures["views"] for post, figures in figures_of(world.ines, world).items()}
    assert found == model.in_force()
    raw_rows = world.run_sql(
        "select distinct on (s.external_id) s.external_id, s.views from public.post_snapshots s"
        " join public.imports i on i.id = s.import_id where i.state = 'applied'"
        " order by s.external_id, i.captured_on desc, i.seq desc"
    )
    assert found == dict(raw_rows)
