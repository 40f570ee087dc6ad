"""Having a post read: what is recorded, again when it changed meanwhile, and never past a limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.checking import read_settings
from services.errors import Conflict, Unavailable
from services.safety_record import LONGEST_QUOTE, MOST_KEPT, record_check
from services.safety_record import rule_set_hash as current_rules
from tests.support.findings import STOPPED
from tests.support.people import make_content

NOTHING_CHOSEN: dict[str, Any] = {"packs_off": [], "rules_off": [], "own_words": []}


@dataclass
class FakeDesk:
    """A database with one post, which may change while it is read."""

    sheet: dict[str, Any] | None
    stale: int = 0
    recorded: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, int | None]] = field(default_factory=list)

    def get_check(self, *, draft_id: str, version: int | None) -> dict[str, Any] | None:
        self.asked.append((draft_id, version))
        return self.sheet

    def record_findings(
        self,
        *,
        draft_id: str,
        version: int,
        review_hash: str,
        rule_set_hash: str,
        configuration_hash: str,
        findings: Sequence[Mapping[str, object]],
        blockers: int,
        topics: Sequence[str],
    ) -> bool:
        if self.stale:
            self.stale -= 1
            raise Conflict(detail="check_stale")
        bound = (draft_id, version, review_hash, rule_set_hash, configuration_hash)
        found = {"findings": list(findings), "blockers": blockers, "topics": list(topics)}
        self.recorded.append({"bound": bound, **found})
        return True


def make_sheet(caption: str = STOPPED.caption, **changes: Any) -> dict[str, Any]:
    sheet: dict[str, Any] = {
        "version": 2,
        "content": make_content(caption).to_json(),
        "context": {},
        "settings": NOTHING_CHOSEN,
        "review_hash": "a" * 64,
        "rule_set_hash": current_rules(),
        "configuration_hash": "b" * 64,
        "checked": False,
    }
    return sheet | changes


def test_records_what_it_found_for_what_it_read() -> None:
    desk = FakeDesk(make_sheet())

    assert record_check(desk, draft_id="d")

    (done,) = desk.recorded
    assert done["bound"] == ("d", 2, "a" * 64, current_rules(), "b" * 64)
    (found,) = done["findings"]
    assert (found["part"], found["rule"]) == ("caption", "stop-medication-advice")
    assert done["blockers"] == 1


@pytest.mark.parametrize("sheet", [None, make_sheet(checked=True)])
def test_does_nothing_where_there_is_nothing_to_do(sheet: dict[str, Any] | None) -> None:
    desk = FakeDesk(sheet)

    assert not record_check(desk, draft_id="d", version=3)
    assert (desk.asked, desk.recorded) == ([("d", 3)], [])


def test_reads_again_when_the_post_changed_meanwhile() -> None:
    desk = FakeDesk(make_sheet(), stale=2)

    assert record_check(desk, draft_id="d")
    assert len(desk.recorded) == 1


def test_gives_up_on_a_post_that_changes_all_the_time() -> None:
    with pytest.raises(Conflict):
        record_check(FakeDesk(make_sheet(), stale=9), draft_id="d")


def test_records_nothing_by_rules_that_do_not_count() -> None:
    desk = FakeDesk(make_sheet(rule_set_hash="c" * 64))

    with pytest.raises(Unavailable) as refused:
        record_check(desk, draft_id="d")

    assert refused.value.detail == "rules_differ"
    assert desk.recorded == []


def test_keeps_blockers_first_and_counts_those_it_does_not_keep() -> None:
    words = {"words": "rest", "instead": "sleep", "reason": "Ours."}
    warned = {**NOTHING_CHOSEN, "own_words": [{**words, "severity": "warning"}]}
    text = "rest. " * 20 + "Stop taking your antidepressants today. " * (MOST_KEPT + 7)
    desk = FakeDesk(make_sheet(text, settings=warned))

    record_check(desk, draft_id="d")

    (done,) = desk.recorded
    assert len(done["findings"]) == MOST_KEPT
    assert {one["severity"] for one in done["findings"]} == {"blocker"}
    assert done["blockers"] > MOST_KEPT
    assert all(len(one["quote"]) <= LONGEST_QUOTE for one in done["findings"])


def test_reads_what_a_workspace_chose() -> None:
    word = {"words": "rest", "instead": "sleep", "reason": "Ours.", "severity": "blocker"}

    chosen = read_settings(
        {"packs_off": ["help"], "rules_off": ["commit-suicide"], "own_words": [word]}
    )

    assert chosen.disabled_packs == {"help"}
    assert chosen.disabled_rules == {"commit-suicide"}
    assert (chosen.own_words[0].words, chosen.own_words[0].severity) == ("rest", "blocker")
