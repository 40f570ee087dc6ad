"""A professional answers for words that a rule stops: for exactly these, with a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.posts import Content
from tests.support.acts import (
    accepting,
    act,
    actions_of,
    assert_record_whole,
    deny,
    edits,
    get_rows,
    set_roles,
    state_of,
)
from tests.support.findings import (
    STOPPED,
    WAIVED,
    WARNED,
    choose,
    find,
    own_word,
    refuse_approval,
    save_card,
    waive,
    waive_last,
)
from tests.support.matrix import hide
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    have_checked,
    make_content,
    submit,
)

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def stopped(world: World) -> MadeDraft:
    """In review by ines, read by the checker, which found one blocker."""
    return draft_in_state(world, "in_review", content=STOPPED)


class TestWaiver:
    def test_lets_the_approval_through_and_stands_on_it(
        self, world: World, stopped: MadeDraft
    ) -> None:
        waive_last(world, stopped, by=world.kim)
        decide(world, stopped, "approved")

        room = world.marco.gateway().read("get_review", {"p_draft": stopped.id})
        ((decision,),) = (room["decisions"],)
        ((waiver,),) = (decision["waivers"],)
        assert (waiver["name"], waiver["reason"]) == ("Kim", WAIVED)
        assert waiver["quote"] == "Stop taking your antidepressants"
        assert actions_of(world, stopped)[-2:] == ["finding_waived", "draft_approved"]
        assert_record_whole(world)

    def test_covers_nothing_that_was_edited(self, world: World, stopped: MadeDraft) -> None:
        waive_last(world, stopped)
        longer = make_content(f"{STOPPED.caption} They say.")

        second = submit(world, edit(world, stopped, longer))

        refuse_approval("blocker_stands", second, by=world.dana)

    def test_covers_no_other_card(self, world: World, stopped: MadeDraft) -> None:
        waive_last(world, stopped)
        draft = save_card(stopped, "Another goal")
        have_checked(world, draft.id)
        refuse_approval("blocker_stands", draft, by=world.dana)

        decide(world, save_card(draft, ""), "approved")

    def test_covers_no_other_blocker(self, world: World) -> None:
        two = make_content("Stop taking your antidepressants today. My tea cures depression.")
        draft = draft_in_state(world, "in_review", content=two)
        found = find(world.dana, draft)
        assert len(found) > 1
        for one in found:
            refuse_approval("blocker_stands", draft, by=world.dana)
            waive(world.dana, one)

        decide(world, draft, "approved")

    def test_covers_no_other_words_of_the_workspace(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        choose(world, own_words=[own_word("rest")])
        have_checked(world, draft.id)
        waive_last(world, draft)

        choose(world, own_words=[own_word("rest", reason="It is a brand now.")])
        have_checked(world, draft.id)

        refuse_approval("blocker_stands", draft, by=world.dana)

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("ines", "role_missing"),
            ("marco", "role_missing"),
            ("sam", "role_missing"),
            ("paul", "no_credential"),
            ("otto", "not_found"),
            ("nobody", "not_found"),
        ],
    )
    def test_is_for_those_who_may_decide(
        self, world: World, stopped: MadeDraft, name: str, word: str
    ) -> None:
        finding = find(world.dana, stopped)[0]
        person = getattr(world, name)

        deny(word, person, "waive_finding", finding=finding["id"], reason=WAIVED)
        waiver = waive(world.dana, finding)
        deny(word, person, "take_back_waiver", waiver=waiver)

    def test_of_a_hidden_draft_is_not_there_for_others(
        self, world: World, stopped: MadeDraft
    ) -> None:
        finding = find(world.dana, stopped)[0]
        waiver = waive(world.dana, finding)
        hide(stopped)

        for person in (world.marco, world.sam):
            assert find(person, stopped) == []
            assert get_rows(person, "/safety_waivers") == []
            deny("not_found", person, "waive_finding", finding=finding["id"], reason=WAIVED)
            deny("not_found", person, "take_back_waiver", waiver=waiver)
        assert find(world.paul, stopped) == [finding]

    def test_is_not_for_the_author(self, world: World) -> None:
        set_roles(world, world.kim, "coordinator", "influencer", "professional")
        draft = draft_in_state(world, "in_review", content=STOPPED, author=world.kim)
        finding = find(world.kim, draft)[0]

        deny("own_draft", world.kim, "waive_finding", finding=finding["id"], reason=WAIVED)

    @pytest.mark.parametrize(
        ("reason", "word"),
        [("", "text_missing"), (" \u200b ", "text_missing"), ("x" * 1001, "text_too_long")],
    )
    def test_has_a_reason(self, world: World, stopped: MadeDraft, reason: str, word: str) -> None:
        finding = find(world.dana, stopped)[0]

        deny(word, world.dana, "waive_finding", finding=finding["id"], reason=reason)

    def test_is_of_a_blocker_that_is_there(self, world: World, stopped: MadeDraft) -> None:
        finding = find(world.dana, stopped)[0]
        waiving = {"finding": finding["id"], "reason": WAIVED}
        deny("not_found", world.dana, "waive_finding", **waiving | {"finding": UNKNOWN})
        save_card(stopped, "Another goal")
        deny("check_stale", world.dana, "waive_finding", **waiving)

        warned = draft_in_state(world, "in_review", content=WARNED)
        warning = find(world.dana, warned, "warning")[0]["id"]
        deny("not_a_blocker", world.dana, "waive_finding", **waiving | {"finding": warning})

    def test_is_of_what_can_still_be_decided(self, world: World, stopped: MadeDraft) -> None:
        finding = find(world.dana, stopped)[0]
        waiving = {"finding": finding["id"], "reason": WAIVED}
        act(world.dana, "hold_draft", stopped, note="A question first.")
        deny("on_hold", world.kim, "waive_finding", **waiving)
        act(world.dana, "resume_draft", stopped)
        waiver = waive(world.kim, finding)
        deny("already_waived", world.dana, "waive_finding", **waiving)
        decide(world, stopped, "changes_requested")

        deny("already_decided", world.kim, "waive_finding", **waiving)
        deny("already_decided", world.kim, "take_back_waiver", waiver=waiver)

    def test_can_be_taken_back_until_the_decision(self, world: World, stopped: MadeDraft) -> None:
        waiver = waive_last(world, stopped)

        act(world.kim, "take_back_waiver", waiver=waiver)

        refuse_approval("blocker_stands", stopped, by=world.dana)
        deny("already_taken_back", world.dana, "take_back_waiver", waiver=waiver)
        deny("not_found", world.dana, "take_back_waiver", waiver=UNKNOWN)
        last = waive_last(world, stopped)
        decide(world, stopped, "approved")
        deny("already_decided", world.kim, "take_back_waiver", waiver=last)
        room = world.ines.gateway().read("get_review", {"p_draft": stopped.id})
        assert [one["id"] for one in room["decisions"][0]["waivers"]] == [last]


class TestEdits:
    def offer(self, world: World, content: Content) -> MadeDraft:
        """Dana's edit, offered with curl, so the checker has not read it."""
        draft = draft_in_state(world, "in_review")
        made = act(world.dana, "approve_with_edits", draft, **edits(draft, content))
        return replace(draft, version=made["version"], content_hash=made["content_hash"])

    def test_are_accepted_once_they_were_read(self, world: World) -> None:
        offered = self.offer(world, make_content("Rest is a skill."))
        deny("not_checked", world.ines, "accept_edits", offered, **accepting(offered))

        have_checked(world, offered.id)

        act(world.ines, "accept_edits", offered, **accepting(offered))
        assert state_of(world, offered) == "approved"

    def test_bring_no_blocker_in(self, world: World) -> None:
        offered = self.offer(world, STOPPED)
        have_checked(world, offered.id)
        deny("blocker_stands", world.ines, "accept_edits", offered, **accepting(offered))
        assert state_of(world, offered) == "changes_requested"

        waive_last(world, offered)

        act(world.ines, "accept_edits", offered, **accepting(offered))
        room = world.ines.gateway().read("get_review", {"p_draft": offered.id})
        decision = next(d for d in room["decisions"] if d["kind"] == "approved_with_edits")
        assert [one["reason"] for one in decision["waivers"]] == [WAIVED]
