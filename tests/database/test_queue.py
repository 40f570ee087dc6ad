"""The review queue: what is in it, in which order, and that its counts are those of its lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.acts import act, hide, save, set_suspended
from tests.support.people import (
    MadeDraft,
    Person,
    World,
    decide,
    draft_in_state,
    edit,
    make_content,
    make_draft,
    submit,
)

SHOWS = ("mine", "unassigned", "others", "overdue", "all")


def queue(world: World, person: Person, show: str = "all", **named: Any) -> Any:
    arguments = {"p_workspace": world.home, "p_show": show}
    more = {f"p_{name}": value for name, value in named.items()}
    return person.gateway().read("get_queue", {**arguments, **more})


def ids(world: World, person: Person, show: str = "all", **named: Any) -> list[str]:
    return [one["id"] for one in queue(world, person, show, **named)["drafts"]]


@pytest.fixture
def drafts(world: World) -> dict[str, MadeDraft]:
    """One of each kind that waits, and some that do not."""
    made = {
        name: draft_in_state(world, "in_review", title=name)
        for name in ("free", "danas", "marcos", "held", "late", "hidden")
    }
    act(world.dana, "take_review", made["danas"])
    act(world.ines, "ask_reviewer", made["marcos"], assignee=world.marco.id, kind="peer")
    act(world.dana, "hold_draft", made["held"], note="Wait.")
    world.run_sql(
        "update public.drafts set submitted_at = now() - interval '4 days' where id = %s",
        made["late"].id,
    )
    made["hidden"] = hide(made["hidden"])
    made["peers"] = draft_in_state(world, "in_review", author=world.marco, title="peers")
    for state in ("drafting", "approved", "changes_requested", "published", "withdrawn"):
        draft_in_state(world, state, author=world.marco)
    return made


class TestLists:
    @pytest.mark.parametrize(
        ("name", "show", "expected"),
        [
            ("dana", "mine", {"danas"}),
            ("dana", "unassigned", {"free", "marcos", "late", "hidden", "peers"}),
            ("dana", "others", set()),
            ("dana", "overdue", {"late"}),
            ("dana", "all", {"free", "danas", "marcos", "held", "late", "hidden", "peers"}),
            ("kim", "mine", set()),
            ("kim", "others", {"danas"}),
            ("marco", "mine", {"marcos"}),
            ("marco", "unassigned", {"free", "marcos", "late"}),
            ("marco", "all", {"free", "danas", "marcos", "held", "late"}),
            ("sam", "all", {"free", "danas", "marcos", "held", "late", "peers"}),
            ("ines", "all", {"peers"}),
        ],
    )
    def test_hold_what_they_say(
        self,
        world: World,
        drafts: dict[str, MadeDraft],
        name: str,
        show: str,
        expected: set[str],
    ) -> None:
        found = ids(world, getattr(world, name), show)

        assert set(found) == {drafts[one].id for one in expected}
        assert len(found) == len(expected)

    def test_are_as_long_as_their_counts(self, world: World, drafts: dict[str, MadeDraft]) -> None:
        assert drafts
        for person in (world.ines, world.marco, world.dana, world.paul, world.sam, world.kim):
            counts = queue(world, person)["counts"]
            assert counts == {show: len(ids(world, person, show)) for show in SHOWS}, person.name

    def test_are_null_for_strangers(self, world: World) -> None:
        set_suspended(world, world.paul)
        for person in (world.otto, world.wes, world.nobody, world.paul):
            assert queue(world, person) is None

    def test_say_who_has_it_and_what_one_decided(self, world: World) -> None:
        draft = decide(world, draft_in_state(world, "in_review"), "changes_requested")
        submit(world, edit(world, draft, make_content("Better.")))

        (one,) = queue(world, world.dana)["drafts"]
        assert (one["my_decision"], one["why_not"]) == (1, None)
        (request,) = one["requests"]
        assert (request["assignee_name"], request["reason"]) == ("Dana", "second_look")
        (one,) = queue(world, world.marco)["drafts"]
        assert (one["my_decision"], one["why_not"]) == (None, "not_a_professional")


class TestOrder:
    @pytest.fixture
    def days(self, world: World) -> list[str]:
        """Five of them, in the order in which they were sent in."""
        made = []
        for topic, day in [
            ("general", 1),
            ("general", 3),
            ("medication", 2),
            ("suicide_self_harm", 4),
            ("suicide_self_harm", None),
        ]:
            draft = make_draft(world, content=make_content(topic=topic))
            due = None if day is None else datetime.now(UTC).date() + timedelta(days=day)
            draft = save(draft, publish_by=None if due is None else due.isoformat())
            made.append(submit(world, draft).id)
        return made

    def test_is_by_risk_then_day(self, world: World, days: list[str]) -> None:
        assert ids(world, world.dana, sort="risk") == [days[n] for n in (3, 4, 2, 0, 1)]

    def test_is_by_day_then_risk(self, world: World, days: list[str]) -> None:
        assert ids(world, world.dana, sort="publish_by") == [days[n] for n in (0, 2, 1, 3, 4)]

    def test_stays_over_pages(self, world: World, days: list[str]) -> None:
        pages = [ids(world, world.dana, offset=n, limit=2) for n in (0, 2, 4)]

        assert [len(page) for page in pages] == [2, 2, 1]
        assert [one for page in pages for one in page] == ids(world, world.dana)
        assert set(days) == set(ids(world, world.dana))

    @pytest.mark.parametrize(
        "named",
        [
            {"show": "'; drop table public.drafts; --"},
            {"sort": "id; select pg_sleep(5)"},
            {"offset": -5, "limit": -5},
            {"offset": 2_000_000_000, "limit": 2_000_000_000},
            {"show": None, "sort": None, "offset": None, "limit": None},
        ],
        ids=str,
    )
    def test_takes_any_argument(self, world: World, days: list[str], named: dict[str, Any]) -> None:
        assert days
        show = named.pop("show", "all")

        assert queue(world, world.dana, show, **named)["counts"]["all"] == 5
