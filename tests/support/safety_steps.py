"""The steps of the random walk that concern the checker: it reads, somebody waives or chooses."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from services.library.models import Resource
from tests.support.dice import AUTHORS, CHIEFS, DECIDERS, Dice
from tests.support.library import expire
from tests.support.review_steps import ReviewSteps
from tests.support.rules_safety import STOPPED
from tests.support.rules_state import SENSITIVE, ModelDraft

CHOICES = ("", "commit-suicide")
FOUND = {
    "rule": "kys-directed",
    "category": "suicide-and-self-harm",
    "severity": "blocker",
    "part": "caption",
    "start": 0,
    "end": 5,
    "quote": STOPPED,
    "reason": "Found by the walk.",
    "suggestion": "",
    "source": {"name": "A guide", "year": "2026", "url": ""},
    "needs_professional": True,
}


class SafetySteps(ReviewSteps):
    """The server has a version read; people waive what was found, and choose what is looked for."""

    watch: psycopg.Connection[Any]
    line: Resource

    def read_version(self, dice: Dice, key: str | None = None) -> None:
        """The server has the checker read what could become approved next, if anything."""
        if key is None:
            key = self.pick(dice, dice.one_of(("in_review", "offered")))[0]
        draft = self.model.drafts[key]
        server = self.world.server()
        version = self.model.version_to_approve(draft)
        sheet = server.get_check(draft_id=key, version=None)
        assert (None if sheet is None else sheet["version"]) == version
        if sheet is None or version is None:
            return
        state = self.model.state_of(draft, version)
        assert sheet["checked"] == (state in draft.checked)
        found = [FOUND] if draft.text_of(version).caption == STOPPED else []
        recorded = server.record_findings(
            draft_id=key,
            version=version,
            review_hash=sheet["review_hash"],
            rule_set_hash=sheet["rule_set_hash"],
            configuration_hash=sheet["configuration_hash"],
            findings=found,
            blockers=len(found),
            topics=["abuse"] if draft.text_of(version).topic in SENSITIVE else [],
        )
        assert recorded == (state not in draft.checked)
        draft.checked.setdefault(state, self._last_finding(key) if recorded and found else "")

    def mostly_read(self, dice: Dice, key: str) -> None:
        """As the app does with every version that comes up, unless something is in its way."""
        if not dice.seldom():
            self.read_version(dice, key)

    def _last_finding(self, key: str) -> str:
        ((finding,),) = self.watch.execute(
            "select f.id::text from public.safety_findings f join public.safety_checks c"
            " on c.id = f.check_id where f.draft_id = %s order by c.checked_at desc limit 1",
            [key],
        ).fetchall()
        return str(finding)

    def waive(self, dice: Dice) -> None:
        """Mostly what is before them, seldom what was."""
        draft, name = self._pick_stopped(dice)
        found = [(state, finding) for state, finding in draft.checked.items() if finding]
        if not found:
            return
        state, finding = dice.one_of(found) if dice.seldom() else found[-1]
        expected = self.model.waive(name, draft, state)
        waiver = self.compare(
            expected,
            lambda: (
                self.person(name)
                .gateway()
                .write("waive_finding", {"p_finding": finding, "p_reason": "A quote."})
            ),
        )
        if waiver is not None:
            draft.waived[state.before_decider] = waiver
            draft.waivers.append((state.before_decider, waiver))

    def take_back_waiver(self, dice: Dice) -> None:
        draft, name = self._pick_stopped(dice)
        if not draft.waivers:
            return
        before, waiver = dice.one_of(draft.waivers)
        is_over = draft.waived.get(before) != waiver
        expected = self.model.take_back_waiver(name, draft, before.version, is_over=is_over)
        self.compare(
            expected,
            lambda: self.person(name).gateway().write("take_back_waiver", {"p_waiver": waiver}),
        )
        if expected is None:
            del draft.waived[before]

    def change_help(self, dice: Dice) -> None:
        """Attach the service, or take it off; mostly while somebody may decide."""
        key, draft, name, _ = self.pick(dice, dice.one_of(("in_review", "offered", "")))
        name = dice.one_of((name, dice.somebody(DECIDERS)))
        helped = not dice.seldom()
        expected = self.model.change_help(name, draft, helped=helped)
        function = "attach_help" if helped else "take_off_help"
        self.compare(expected, self.call(name, function, key, resources=[self.line.id]))
        if expected is None:
            self.mostly_read(dice, key)

    def check_line(self, dice: Dice) -> None:
        """The check of the service lapses, or holds again. By hand: other tests check who may."""
        self.model.is_checked = dice.one_of((True, False))
        expire(self.world, self.line, days=30 if self.model.is_checked else -1)

    def choose(self, dice: Dice) -> None:
        """A coordinator switches a rule off, or on again."""
        by, chosen = dice.somebody(CHIEFS), dice.one_of(CHOICES)
        believed = dice.one_of(CHOICES) if dice.seldom() else self.model.settings
        self.compare(
            self.model.set_settings(by, chosen, believed),
            lambda: (
                self.person(by)
                .gateway()
                .write(
                    "set_safety_settings",
                    {
                        "p_workspace": self.world.home,
                        "p_settings": _choice(chosen),
                        "p_expected": self._hash_of_choice(believed),
                    },
                )
            ),
        )

    def _hash_of_choice(self, rule: str) -> str:
        ((found,),) = self.watch.execute(
            "select private.configuration_hash(%s::jsonb)", [_choice(rule)]
        ).fetchall()
        return str(found)

    def _pick_stopped(self, dice: Dice) -> tuple[ModelDraft, str]:
        _, draft, _, _ = self.pick(dice, dice.one_of(("in_review", "offered")))
        name = dice.somebody(AUTHORS if dice.seldom() else DECIDERS)
        return draft, name


def _choice(rule: str) -> str:
    return json.dumps({"packs_off": [], "rules_off": [rule] if rule else [], "own_words": []})
