"""What the pages say and export, without drawing anything."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from components import (
    badges,
    credentials,
    history,
    people_dialogs,
    profile,
    requests,
    tables,
    waiting,
)
from components.words import Words, join, to_data, to_markdown, to_text
from services.decisions import KINDS
from services.home import Home
from services.models import (
    Event,
    SentBack,
    Version,
)
from services.notifications import News
from tests.support.made import (
    NOW,
    TODAY,
    make_credential,
    make_decision,
    make_draft,
    make_member,
    make_room,
)


class TestOverdue:
    @pytest.mark.parametrize(
        ("publish_by", "waited", "says"),
        [
            (None, timedelta(days=2), ""),
            (None, timedelta(days=3, minutes=1), "waited 3 days"),
            (TODAY, timedelta(), "to go out today"),
            (TODAY - timedelta(days=1), timedelta(), "has passed"),
            (TODAY + timedelta(days=1), timedelta(), ""),
            (TODAY + timedelta(days=1), timedelta(days=5), "waited 5 days"),
        ],
    )
    def test_counts_as_the_database_does(
        self, publish_by: date | None, waited: timedelta, says: str
    ) -> None:
        draft = make_draft(publish_by=publish_by, submitted_at=NOW - waited)
        found = to_text(requests.say_overdue(draft, now=NOW, today=TODAY))
        assert says in found
        assert bool(says) == bool(found)


class TestSentBack:
    def test_escapes_name_and_note(self) -> None:
        back = SentBack("*Dana*", "wording", "[x](javascript:alert(1))\n# no", NOW)
        line = to_markdown(waiting.say_sent_back(make_draft(sent_back=back)))
        assert r"\*Dana\*" in line
        assert "[x](" not in line
        assert "\n" not in line


def make_home(roles: frozenset[str], mine: dict[str, int], *, waiting: int, late: int) -> Home:
    return Home(
        roles=roles,
        mine_counts=mine,
        mine=(),
        mine_requests={},
        asked=(),
        queue=(),
        queue_count=waiting,
        queue_overdue_count=late,
        has_next=False,
        credential=None,
        alarms=(),
        hidden_alarms=(),
        watching=(),
        news=News((), 0),
        steps=None,
        ready_to_publish=None,
        unchecked_credentials=None,
        lapsing_credentials=None,
    )


class TestSummary:
    def test_is_calm_when_nothing_waits(self) -> None:
        home = make_home(frozenset({"influencer"}), {}, waiting=3, late=1)
        assert waiting.say_summary(home) == "Nothing is pressing today."

    def test_counts_for_each_role(self) -> None:
        mine = {"changes_requested": 1, "approved": 2}
        roles = frozenset({"influencer", "professional"})
        home = make_home(roles, mine, waiting=4, late=1)
        assert waiting.say_summary(home) == (
            "1 draft came back to you. 2 drafts of yours are ready to publish. "
            "4 posts wait for a decision, 1 of them overdue."
        )


class TestCredentialState:
    @pytest.mark.parametrize(
        ("changes", "state"),
        [
            ({}, "current"),
            ({"checked_at": None, "expires_on": None}, "unchecked"),
            ({"expires_on": TODAY + timedelta(days=30)}, "lapsing"),
            ({"expires_on": TODAY + timedelta(days=31)}, "current"),
            ({"expires_on": TODAY}, "lapsing"),
            ({"expires_on": TODAY - timedelta(days=1)}, "expired"),
            ({"revoked_at": NOW}, "revoked"),
        ],
    )
    def test_says_what_counts(self, changes: dict[str, Any], state: str) -> None:
        credential = make_credential(**changes)
        assert credentials.find_state(credential, today=TODAY) == state
        assert credential.is_current(today=TODAY) == (state in ("current", "lapsing"))
        assert credentials.say_state(credential, today=TODAY, zone="UTC")


class TestHistory:
    def test_tells_versions_and_decisions_once(self) -> None:
        room = make_room(
            decisions=(make_decision("changes_requested", note="Softer."),),
            events=(
                Event(1, NOW, "draft_created", {}, "Ines"),
                Event(2, NOW, "draft_submitted", {"version": 1}, "Ines"),
                Event(3, NOW, "draft_changes_requested", {"version": 1}, "Dana"),
                Event(4, NOW, "approval_voided", {"version": 1}, "Ines"),
            ),
        )
        told = [line.what for line in history.list_lines(room)]
        assert sorted(told) == [
            "changed the approved text, so its approval ended",
            "sent version 1 back: Wording",
            "sent version 1 for review",
            "started the draft",
        ]

    def test_an_event_it_does_not_know_is_still_told(self) -> None:
        room = make_room(events=(Event(1, NOW, "draft_put_on_hold", {}, None),))
        line = next(one for one in history.list_lines(room) if one.who == "The operator")
        assert line.what == "draft put on hold"

    @pytest.mark.parametrize("kind", list(KINDS))
    def test_every_kind_of_decision_has_words_and_an_icon(self, kind: str) -> None:
        room = make_room(versions=(), decisions=(make_decision(kind),))
        line = history.list_lines(room)[0]
        assert "version 1" in line.what
        assert line.icon

    @pytest.mark.parametrize(
        "action",
        [
            "draft_held",
            "draft_resumed",
            "edits_accepted",
            "draft_taken_down",
            "links_changed",
            "watch_set",
            "watch_ended",
            "audience_changed",
            "review_asked",
            "review_assigned",
            "review_taken",
            "review_passed_on",
            "advice_given",
            "thread_resolved",
            "thread_reopened",
        ],
    )
    def test_every_event_has_words_of_its_own(self, action: str) -> None:
        said = history.say_event(Event(1, NOW, action, {"version": 2}, "Dana"))
        assert said != action.replace("_", " ")
        assert "{" not in said

    def test_a_change_of_audience_says_which_way(self) -> None:
        for only, words in ((True, "professionals only"), (False, "everybody")):
            event = Event(1, NOW, "audience_changed", {"professionals_only": only}, "Ines")
            assert words in history.say_event(event)

    def test_an_edit_on_offer_is_told_by_its_decision_alone(self) -> None:
        version = Version(2, "abcdef0123", True, "", NOW, "Dana", proposed=True)
        decision = make_decision("approved_with_edits", version_number=2)
        room = make_room(versions=(version,), decisions=(decision,))
        told = [line.what for line in history.list_lines(room)]
        assert [words.split(":")[0] for words in told] == ["approved it with edits, as version 2"]

    def test_publication_is_told_to_those_without_the_record(self) -> None:
        room = make_room(draft=make_draft(state="published", published_at=NOW))
        assert "marked it published" in [line.what for line in history.list_lines(room)]


class TestMarks:
    def test_a_state_that_says_it_all_has_none(self) -> None:
        assert badges.mark_words(make_draft()) == ()

    def test_a_published_post_whose_approval_was_withdrawn_cannot_be_missed(self) -> None:
        draft = make_draft(state="published", approval_withdrawn_at=NOW)
        mark = badges.mark_words(draft)[1]
        assert (mark.text, mark.icon, mark.colour) == ("Approval withdrawn", "gpp_bad", "red")
        assert "Approval withdrawn" in badges.draft_markdown(draft)
        assert tables.list_draft_rows([draft], zone="UTC")[0]["State"] == (
            "Published, approval withdrawn"
        )

    def test_once_it_is_down_it_is_no_alarm(self) -> None:
        draft = make_draft(state="published", approval_withdrawn_at=NOW, taken_down_at=NOW)
        marks = [word for word in badges.mark_words(draft) if word.look == "badge"]
        assert [word.text for word in marks] == ["Approval withdrawn", "Taken down"]
        assert {word.colour for word in marks} == {"gray"}

    def test_an_edit_to_accept_is_marked_only_while_it_waits(self) -> None:
        draft = make_draft(state="changes_requested", offered_version=2)
        assert "Edit to accept" in to_text(badges.draft_words(draft))
        assert badges.mark_words(make_draft(state="approved", offered_version=2)) == ()


class TestTables:
    def test_no_cell_is_a_formula(self) -> None:
        titles = ["=1+1", "-2", 'a,b\n"c"', None]
        rows = [{"Title": title} for title in titles]
        text = tables.write_csv(["Title"], rows).decode("utf-8-sig")
        assert list(csv.reader(io.StringIO(text))) == [
            ["Title"],
            ["'=1+1"],
            ["'-2"],
            ['a,b\n"c"'],
            [""],
        ]

    def test_rows_have_the_columns_they_promise(self) -> None:
        row = tables.list_draft_rows([make_draft()], zone="UTC")[0]
        assert tuple(row) == tables.DRAFT_COLUMNS
        member = make_member("Dana", "professional", credentials=(make_credential(),))
        row = tables.list_people_rows([member], zone="UTC", today=TODAY)[0]
        assert tuple(row) == tables.PEOPLE_COLUMNS


class TestPeople:
    def test_the_link_of_an_invitation_keeps_its_token_whole(self) -> None:
        link = people_dialogs.make_link("a b&c", "https://tandem.example")
        assert link == "https://tandem.example/auth/sign-up?invitation=a%20b%26c"


class TestZones:
    def test_lists_places_and_the_one_in_use(self) -> None:
        zones = profile.list_zones("Etc/GMT+3")
        assert {"Africa/Nairobi", "Europe/Lisbon", "UTC", "Etc/GMT+3"} <= set(zones)
        assert "Etc/GMT+4" not in zones
        assert zones == sorted(zones)


class TestWords:
    def test_markdown_escapes_what_was_typed_only(self) -> None:
        line = (Words("By "), Words("*Ines* :smile:", is_typed=True))
        assert to_markdown(line).startswith(r"By \*Ines\*")
        assert to_text(line) == "By *Ines* :smile:"

    def test_a_component_gets_it_as_it_was_typed_without_marks_that_reorder(self) -> None:
        typed = Words("<b>\u202eevil\n name", look="strong", is_typed=True)
        assert to_data((typed,)) == [["<b>evil name", "strong", "typed", "", ""]]

    def test_a_badge_says_its_words(self) -> None:
        badge = Words("Overdue", look="badge", icon="schedule", colour="orange")
        assert to_markdown((badge,)) == ":orange-badge[:material/schedule: Overdue]"
        assert to_data((badge,)) == [["Overdue", "badge", "", "schedule", "orange"]]

    def test_joining_leaves_out_what_is_empty(self) -> None:
        assert to_text(join(((Words("a"),), (), (Words("b"),)), " · ")) == "a · b"
        assert join((), " · ") == ()
