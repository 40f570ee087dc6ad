"""Who has a draft and who can be asked, in words; and what a list answers to a browser."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from components import colleagues, queue_dialogs, queueing, requests, rows, steps
from components.rows import Button, Group, Row, RowList, Way
from components.words import Words, to_text
from services.embedded.places import ROOT
from services.people import Member
from services.person import Person
from services.reviews import Colleague, QueueEntry, Request
from tests.support.made import NOW, TODAY, make_credential, make_draft


def make_request(who: str, **changes: Any) -> Request:
    values: dict[str, Any] = {
        "id": f"r-{who}",
        "kind": "professional",
        "assignee_id": who,
        "assignee_name": who.capitalize(),
        "reason": "assigned",
        "note": "",
        "asked_at": NOW - timedelta(days=1),
        "asked_by_name": "Sam",
    }
    return Request(**(values | changes))


def make_member(name: str, *roles: str, **changes: Any) -> Member:
    values: dict[str, Any] = {
        "profile_id": name,
        "name": name.capitalize(),
        "email": None,
        "roles": roles or ("professional",),
        "suspended_at": None,
        "joined_at": NOW,
        "open_drafts": 0,
        "credentials": (make_credential(),),
    }
    return Member(**(values | changes))


def make_reader(*roles: str) -> queueing.Reader:
    person = Person("me", "Me", "", "UTC", "w1", "Home", frozenset(roles), ())
    return queueing.Reader(person, NOW)


class TestWhoHasIt:
    def say(self, *found: Request, mine: bool = False) -> str:
        line = requests.say_holders(found, reader_id="me", now=NOW, zone="UTC", is_mine=mine)
        return to_text(line)

    def test_nobody(self) -> None:
        assert self.say() == "Nobody has it yet."
        assert self.say(mine=True) == "No professional has it yet."

    def test_deciders_come_before_advisers(self) -> None:
        peer = make_request("marco", kind="peer", asked_at=NOW - timedelta(hours=2))
        assert self.say(peer, make_request("dana")) == (
            "Dana has it since yesterday, 12:00. Marco was asked for advice today, 10:00."
        )

    def test_a_peer_alone_does_not_have_it(self) -> None:
        assert self.say(make_request("marco", kind="peer")).startswith("Nobody has it yet. Marco")

    def test_the_reader_is_called_you(self) -> None:
        assert self.say(make_request("me")) == "You have it since yesterday, 12:00."

    @pytest.mark.parametrize(
        ("reason", "says"),
        [
            ("taken", "You took it"),
            ("assigned", "Sam gave it to you"),
            ("asked", "Sam asked you to decide"),
            ("second_look", "You decided on an earlier version"),
            ("second_opinion", "your opinion as well"),
            ("not_my_area", "not their area"),
        ],
    )
    def test_why_the_reader_has_it(self, reason: str, says: str) -> None:
        line = requests.say_asked(make_request("me", reason=reason), now=NOW, zone="UTC")
        assert says in to_text(line)

    def test_the_risk_is_said_in_words(self) -> None:
        assert to_text(requests.say_risk(make_draft(risk=3))) == "Very sensitive topic"
        assert to_text(requests.say_risk(make_draft(risk=2))) == "Sensitive topic"
        assert requests.say_risk(make_draft(risk=1)) == ()


class TestWhoCanBeAsked:
    def reasons(self, *members: Member, topic: str = "general") -> dict[str, str]:
        drafts = [make_draft(topic=topic)]
        return {c.name: c.why_not for c in colleagues.list_deciders(members, drafts, today=TODAY)}

    def test_professionals_and_why_some_cannot(self) -> None:
        away = date(2026, 12, 3)
        assert self.reasons(
            make_member("dana"),
            make_member("kim", away_until=away),
            make_member("paul", credentials=()),
            make_member("ines", "influencer", "professional"),
            make_member("marco", "influencer"),
            make_member("lou", suspended_at=NOW),
        ) == {
            "Dana": "",
            "Kim": "away until 3 December 2026",
            "Paul": "no checked credential",
            "Ines": "wrote it",
        }

    def test_every_draft_must_be_covered(self) -> None:
        held = make_credential(scope=("general",))
        dana = make_member("dana", credentials=(held,))
        both = [make_draft(), make_draft(topic="medication")]
        (choice,) = colleagues.list_deciders([dana], both, today=TODAY)
        assert choice.why_not == "credential does not cover Medication"

    def test_the_load_is_part_of_the_label(self) -> None:
        (choice,) = colleagues.list_deciders(
            [make_member("dana", open_reviews=3)], [make_draft()], today=TODAY
        )
        assert choice.label == "Dana, has 3 drafts"

    def test_those_who_see_a_draft(self) -> None:
        people = [
            Colleague("ines", "Ines", frozenset({"influencer"}), None, can_decide=False),
            Colleague("marco", "Marco", frozenset({"influencer"}), None, can_decide=False),
            Colleague("dana", "Dana", frozenset({"professional"}), None, can_decide=True),
            Colleague("paul", "Paul", frozenset({"professional"}), None, can_decide=False),
        ]

        def among(kind: str) -> dict[str, str]:
            found = colleagues.list_among(people, kind=kind, author_id="ines", asked=["marco"])
            return {one.name: one.why_not for one in found}

        assert among("peer") == {"Marco": "has it already"}
        assert among("professional") == {"Dana": "", "Paul": "cannot decide on this topic"}


class TestUndo:
    def test_remembers_who_had_each(self) -> None:
        entries = [
            QueueEntry(make_draft(id="d1"), (), None),
            QueueEntry(make_draft(id="d2"), (make_request("kim"),), None),
            QueueEntry(make_draft(id="d3"), (make_request("dana"),), None),
        ]
        assert queue_dialogs.find_before(entries, "dana") == {"d1": None, "d2": "kim"}

    def test_is_not_offered_where_two_had_one(self) -> None:
        entry = QueueEntry(make_draft(), (make_request("kim"), make_request("paul")), None)
        assert queue_dialogs.find_before([entry], "dana") is None


class TestView:
    def test_each_role_begins_where_its_work_is(self) -> None:
        assert queueing.read_view(make_reader("professional"), {}).show == "mine"
        assert queueing.read_view(make_reader("coordinator"), {}).show == "all"
        assert queueing.read_view(make_reader("influencer"), {"show": "all"}).show == "mine"

    @pytest.mark.parametrize("page", ["0", "-1", "x", "\u0665", "99999"])
    def test_a_strange_address_shows_the_usual(self, page: str) -> None:
        asked = {"show": "x", "sort": "x", "page": page}
        view = queueing.read_view(make_reader("professional"), asked)
        assert (view.show, view.sort, view.number) == ("mine", "risk", 1)


class TestRows:
    def test_an_address_holds_the_draft_and_what_is_added(self) -> None:
        row = Row((Words("T"),), (), "Open", "review", "d1", query=(("comment", "a&b"),))
        assert row.as_data()["href"] == "review?draft=d1&comment=a%26b"

    def test_only_a_safe_address_leads_outside(self) -> None:
        row = Row((Words("T"),), (), "Open", "review", "d1", outside="javascript:alert(1)")
        assert row.as_data()["outside"] == ""

    @pytest.mark.parametrize(
        "pressed",
        [None, 3, "x", {}, {"name": "take"}, {"name": "take", "ids": ["other"]}, {"ids": [{}]}],
    )
    def test_a_browser_may_say_anything(
        self, pressed: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.draw(pressed, monkeypatch) is None

    def test_a_button_answers_for_the_entries_still_here(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = self.draw({"name": "take", "ids": ["d1"]}, monkeypatch)
        assert found is not None
        assert (found.name, [row.draft_id for row in found.rows]) == ("take", ["d1"])
        assert self.draw({"name": "take", "ids": ["d1", "gone"]}, monkeypatch) is None

    def draw(self, pressed: object, monkeypatch: pytest.MonkeyPatch) -> rows.Press | None:
        class Drawn:
            press = pressed

        monkeypatch.setattr(rows, "_ROWS", lambda **_named: Drawn())
        row = Row((Words("T"),), (), "Open", "review", "d1", buttons=(Button("take", "Take", "x"),))
        group = Group("All", (row,), more=(Way("More", "reviews"),))
        return rows.draw_rows(RowList.of([group]), key="k")


class TestSteps:
    def test_nothing_once_all_is_done_or_put_away(self) -> None:
        assert steps.make_group(None) is None
        assert steps.make_group((("draft_written", True),)) is None

    def test_what_is_done_has_no_link(self) -> None:
        group = steps.make_group((("draft_written", True), ("draft_sent", False)))
        assert group is not None
        assert [row.action for row in group.rows] == ["", "Your drafts"]
        assert group.hint.startswith("1 of 2 done")


def test_every_first_step_of_the_database_has_words() -> None:
    written = "".join(
        file.read_text(encoding="utf-8").partition("create function private.first_steps")[2]
        for file in (ROOT / "supabase/migrations").glob("*.sql")
    )
    words = set(re.findall(r"jsonb_build_array\('(\w+)',", written.partition("$$;")[0]))
    assert words == set(steps.STEPS)
