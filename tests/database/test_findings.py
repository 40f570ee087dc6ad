"""Nothing is approved unread, past a blocker, or with findings that somebody made up."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import psycopg
import pytest

from services.errors import TandemError
from services.safety_record import MOST_KEPT, record_check, rule_set_hash
from tests.support.acts import act, assert_record_whole, deny, get_rows, state_of
from tests.support.findings import (
    AT_RISK,
    STOPPED,
    WARNED,
    check_as_server,
    choose,
    find,
    own_word,
    refuse_approval,
    save_card,
    submit_unread,
    waive,
    waive_last,
)
from tests.support.people import (
    MadeDraft,
    World,
    decide,
    draft_in_state,
    edit,
    have_checked,
    make_content,
    make_draft,
    submit,
)
from tests.support.together import refusals, run_together


@pytest.fixture
def stopped(world: World) -> MadeDraft:
    """In review by ines, read by the checker, which found one blocker."""
    return draft_in_state(world, "in_review", content=STOPPED)


class TestApproval:
    def test_waits_until_the_checker_has_read(self, world: World) -> None:
        draft = submit_unread(make_draft(world))

        refuse_approval("not_checked", draft, by=world.dana)
        assert state_of(world, draft) == "in_review"
        assert have_checked(world, draft.id)
        decide(world, draft, "approved")

    def test_is_refused_while_a_blocker_stands(self, world: World, stopped: MadeDraft) -> None:
        for person in (world.dana, world.kim):
            refuse_approval("blocker_stands", stopped, by=person)

        assert state_of(world, stopped) == "in_review"
        assert get_rows(world.dana, "/approval_checks") == []

    def test_of_a_better_text_needs_nothing(self, world: World, stopped: MadeDraft) -> None:
        decide(world, submit(world, edit(world, stopped, make_content())), "approved")

    @pytest.mark.parametrize("kind", ["changes_requested", "declined"])
    def test_is_all_that_is_held_up(self, world: World, stopped: MadeDraft, kind: str) -> None:
        decide(world, stopped, kind)

    def test_does_not_wait_for_warnings(self, world: World) -> None:
        draft = draft_in_state(world, "in_review", content=WARNED)
        assert find(world.ines, draft, "warning")

        decide(world, draft, "approved")

    def test_rests_on_what_was_checked(self, world: World) -> None:
        draft = draft_in_state(world, "approved")

        sheet = world.server().get_check(draft_id=draft.id, version=1)
        ((rests_on,),) = (get_rows(world.ines, "/approval_checks"),)
        assert sheet is not None
        for name in ("review_hash", "rule_set_hash", "configuration_hash"):
            assert rests_on[name] == sheet[name]

    def test_of_another_card_or_choice_is_one_of_something_unread(self, world: World) -> None:
        draft = save_card(draft_in_state(world, "in_review"), "Take the fear out")
        refuse_approval("not_checked", draft, by=world.dana)

        draft = save_card(draft, "")
        before = choose(world, rules_off=["commit-suicide"])
        refuse_approval("not_checked", draft, by=world.dana)

        assert choose(world, rules_off=[]) != before
        decide(world, draft, "approved")

    def test_waits_when_the_server_reads_with_new_rules(self, world: World) -> None:
        draft = draft_in_state(world, "in_review")
        assert world.server().state_rule_set(rule_set_hash="e" * 64)
        assert not world.server().state_rule_set(rule_set_hash="e" * 64)

        refuse_approval("not_checked", draft, by=world.dana)
        with pytest.raises(TandemError, match="`make rules`"):
            have_checked(world, draft.id)
        assert world.server().state_rule_set(rule_set_hash=rule_set_hash())
        decide(world, draft, "approved")

    def test_counts_what_is_not_kept_as_a_row(self, world: World) -> None:
        draft = submit_unread(make_draft(world, content=STOPPED))
        row = {
            "rule": "a",
            "category": "b",
            "severity": "blocker",
            "part": "caption",
            "start": 0,
            "end": 1,
            "quote": "S",
            "reason": "R.",
            "suggestion": "",
            "source": {},
            "needs_professional": True,
        }
        assert check_as_server(world, draft, findings=[row], blockers=2)
        waive_last(world, draft)

        refuse_approval("blocker_stands", draft, by=world.dana)

    def test_holds_also_for_a_text_of_a_thousand_findings(self, world: World) -> None:
        line = "Stop taking your antidepressants today.\n"
        draft = draft_in_state(world, "in_review", content=make_content(line * 480))

        assert len(find(world.dana, draft)) <= MOST_KEPT
        refuse_approval("blocker_stands", draft, by=world.dana)

    def test_races_with_another_card(self, world: World) -> None:
        for _ in range(4):
            draft = draft_in_state(world, "in_review")
            done = run_together(
                partial(save_card, draft, "Another goal"),
                partial(decide, world, draft, "approved"),
            )

            approved = state_of(world, draft) == "approved"
            assert refusals(done) == ([] if approved else ["not_checked"])


class TestRecording:
    def test_is_the_servers_alone(self, world: World) -> None:
        draft = submit_unread(make_draft(world))
        sheet = world.server().get_check(draft_id=draft.id, version=None)
        assert sheet is not None
        call = {
            "p_draft": draft.id,
            "p_version": 1,
            "p_findings": "[]",
            "p_blockers": 0,
            "p_topics": [],
            **{f"p_{n}": sheet[n] for n in ("review_hash", "rule_set_hash", "configuration_hash")},
        }
        for person in world.people:
            with person.rest() as client:
                for name, arguments in (
                    ("server_record_findings", call),
                    ("server_get_check", {"p_draft": draft.id}),
                    ("server_state_rule_set", {"p_hash": "e" * 64}),
                ):
                    answer = client.post(f"/rpc/{name}", json=arguments)
                    assert (answer.status_code, answer.json()["code"]) == (403, "42501")

        refuse_approval("not_checked", draft, by=world.dana)

    @pytest.mark.parametrize("name", ["review_hash", "rule_set_hash", "configuration_hash"])
    def test_of_what_is_not_there_any_more_is_refused(self, world: World, name: str) -> None:
        draft = submit_unread(make_draft(world))

        with pytest.raises(TandemError) as refused:
            check_as_server(world, draft, **{name: "d" * 64})

        assert refused.value.detail == "check_stale"
        assert check_as_server(world, draft)
        assert not check_as_server(world, draft)

    def test_starts_with_the_first_submission(self, world: World) -> None:
        draft = make_draft(world, content=AT_RISK)
        act(world.ines, "save_version", draft, expected_revision=1, note="")

        assert not have_checked(world, draft.id)
        assert not record_check(world.server(), draft_id=draft.id, version=1)
        with pytest.raises(TandemError) as refused:
            world.server().record_findings(
                draft_id=draft.id,
                version=1,
                review_hash="d" * 64,
                rule_set_hash="d" * 64,
                configuration_hash="d" * 64,
                findings=[],
                blockers=0,
                topics=[],
            )
        assert refused.value.detail == "not_found"
        assert world.run_sql("select count(*) from public.safety_checks") == [(0,)]

    @pytest.mark.parametrize(
        "table",
        ["safety_checks", "safety_findings", "safety_waivers", "approval_checks"],
    )
    def test_is_never_changed(self, world: World, stopped: MadeDraft, table: str) -> None:
        waive_last(world, stopped)
        decide(world, stopped, "approved")

        with pytest.raises(psycopg.Error, match="never changed or removed"):
            world.run_sql(f"delete from public.{table}")  # noqa: S608

    def test_of_an_author_at_risk_is_read_by_those_concerned(self, world: World) -> None:
        draft = draft_in_state(world, "in_review", content=AT_RISK)
        waive(world.dana, next(f for f in find(world.dana, draft) if is_at_risk(f)))

        for person in world.people:
            told = any(is_at_risk(one) for one in find(person, draft))
            concerned = person.name in ("ines", "dana", "paul", "kim")
            assert (told, len(get_rows(person, "/safety_waivers"))) == (concerned, int(concerned))
            room = person.gateway().read("get_review", {"p_draft": draft.id})
            if room is not None:
                assert any(is_at_risk(one) for one in room["safety"]["findings"]) == concerned


def is_at_risk(finding: dict[str, Any]) -> bool:
    return bool(finding["rule"] == "author-at-risk")


class TestChoices:
    def test_are_recorded_without_their_words(self, world: World) -> None:
        choose(world, rules_off=["commit-suicide"], own_words=[own_word("a secret brand")])

        ((detail,),) = world.run_sql(
            "select detail from public.audit_events where action = 'safety_settings_changed'"
        )
        assert (detail["rules_off"], detail["own_words"]) == (["commit-suicide"], 1)
        assert "brand" not in json.dumps(detail)
        assert_record_whole(world)

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"rules_off": ["author-at-risk"]}, "always_on"),
            ({"rules_off": ["No such; rule"]}, "settings_invalid"),
            ({"packs_off": "all"}, "settings_invalid"),
            ({"own_words": ["rest"]}, "settings_invalid"),
            ({"own_words": [own_word("x" * 81)]}, "text_too_long"),
            ({"own_words": [own_word("...")]}, "settings_invalid"),
            ({"own_words": [own_word("rest", severity="fatal")]}, "settings_invalid"),
            ({"own_words": [own_word("rest")] * 101}, "too_many_words"),
            ({"unknown": 1}, "settings_invalid"),
        ],
    )
    def test_are_bounded(self, world: World, changes: dict[str, Any], word: str) -> None:
        with pytest.raises(TandemError) as refused:
            choose(world, **changes)

        assert refused.value.detail == word

    def test_are_not_overwritten_unseen(self, world: World) -> None:
        deny(
            "stale_settings",
            world.sam,
            "set_safety_settings",
            workspace=world.home,
            settings=json.dumps({"packs_off": [], "rules_off": [], "own_words": []}),
            expected="d" * 64,
        )

    def test_are_what_the_checker_reads_with(self, world: World, stopped: MadeDraft) -> None:
        choose(world, rules_off=["stop-medication-advice"])
        have_checked(world, stopped.id)

        decide(world, stopped, "approved")
