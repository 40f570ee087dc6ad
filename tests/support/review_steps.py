"""The steps of the random walk that concern reviews, on top of what every step needs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from services.errors import TandemError
from tests.support.dice import AUTHORS, CHIEFS, DECIDERS, TEAM, Dice
from tests.support.people import Person, World, make_content
from tests.support.rules_model import Model
from tests.support.rules_state import ModelDraft, Text


def json_of(text: Text) -> str:
    """The text as the functions of the database take it."""
    return json.dumps(make_content(text.caption, topic=text.topic).to_json())


class ReviewSteps:
    """Somebody asks, takes, passes on, advises or decides: in the database and in the model."""

    world: World
    model: Model
    hashes: dict[Text, str]

    # -- helpers -------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        found: Person = getattr(self.world, name)
        return found

    def compare(self, expected: str | None, action: Callable[[], Any]) -> Any:
        """Do it; the database says what the model says."""
        try:
            word, result = None, action()
        except TandemError as error:
            word, result = error.detail, None
        assert word == expected
        return result

    def call(self, name: str, function: str, key: str, **more: Any) -> Callable[[], Any]:
        arguments = {"p_draft": key, **{f"p_{k}": v for k, v in more.items()}}
        return lambda: self.person(name).gateway().write(function, arguments)

    def pick(self, dice: Dice, mark: str = "") -> tuple[str, ModelDraft, str, int]:
        """A draft, who does something with it (mostly its author), and the revision they saw."""
        ready = [key for key, draft in self.model.drafts.items() if mark in draft.marks]
        key = dice.one_of(ready if ready and not dice.seldom() else list(self.model.drafts))
        draft = self.model.drafts[key]
        name = dice.one_of(TEAM) if dice.seldom() else draft.author
        return key, draft, name, draft.revision - 1 if dice.seldom() else draft.revision

    def hash_of(self, text: Text | None) -> str:
        """The hash that the database gave this text; of an unknown one, some other."""
        return self.hashes.get(text, "0" * 64) if text is not None else "f" * 64

    # -- who has it ----------------------------------------------------------------------------

    def take(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(DECIDERS)
        self.compare(self.model.take(name, draft), self.call(name, "take_review", key))

    def assign(self, dice: Dice) -> None:
        by, name = dice.somebody(CHIEFS), dice.somebody(DECIDERS)
        keys = sorted({self.pick(dice, "in_review")[0] for _ in range(dice.one_of((1, 1, 2)))})
        self.compare(
            self.model.assign(by, keys, name),
            lambda: (
                self.person(by)
                .gateway()
                .write(
                    "assign_reviews",
                    {
                        "p_workspace": self.world.home,
                        "p_drafts": keys,
                        "p_assignee": self.person(name).id,
                    },
                )
            ),
        )

    def ask(self, dice: Dice) -> None:
        key, draft, by, _ = self.pick(dice, "in_review")
        kind = dice.one_of(("peer", "professional"))
        name = dice.somebody(AUTHORS if kind == "peer" else DECIDERS)
        self.compare(
            self.model.ask(by, draft, name, kind),
            self.call(by, "ask_reviewer", key, assignee=self.person(name).id, kind=kind),
        )

    def pass_on(self, dice: Dice) -> None:
        held = [key for key, draft in self.model.drafts.items() if draft.requests]
        key = dice.one_of(held) if held else self.pick(dice, "in_review")[0]
        draft = self.model.drafts[key]
        name = dice.somebody(sorted(draft.requests) or DECIDERS)
        to = None if dice.seldom() else dice.somebody(DECIDERS)
        reason = dice.one_of(("not_my_area", "second_opinion", "no_time"))
        self.compare(
            self.model.pass_on(name, draft, reason, to),
            self.call(
                name,
                "pass_on_review",
                key,
                reason=reason,
                to=None if to is None else self.person(to).id,
            ),
        )

    def set_away(self, dice: Dice) -> None:
        """Mostly come back."""
        name = dice.somebody(DECIDERS)
        away = dice.one_of((True, False, False))
        until = (datetime.now(UTC) + timedelta(days=3)).date().isoformat() if away else None
        self.compare(
            self.model.set_away(name, away=away),
            lambda: (
                self.person(name)
                .gateway()
                .write("set_away", {"p_workspace": self.world.home, "p_until": until})
            ),
        )

    # -- saying what one thinks ----------------------------------------------------------------

    def comment(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice)
        name, version = dice.one_of(TEAM), dice.one_of((0, 1, 2, 3))
        expected = self.model.comment(name, draft, version)
        self.compare(expected, self.call(name, "add_comment", key, version=version, body="Yes."))

    def believe(self, dice: Dice, draft: ModelDraft) -> tuple[int, Text | None]:
        """The version that somebody has before them, mostly the one in review, and its text."""
        version = dice.one_of((1, 2, 3)) if dice.seldom() else draft.submitted or 1
        known = draft.text_of(version) if version <= len(draft.versions) else None
        return version, dice.text() if dice.seldom() else known

    def advise(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(AUTHORS)
        version, text = self.believe(dice, draft)
        self.compare(
            self.model.advise(name, draft, version, text),
            self.call(
                name,
                "advise_draft",
                key,
                version=version,
                content_hash=self.hash_of(text),
                kind="looks_good",
                note="",
            ),
        )

    # -- deciding ------------------------------------------------------------------------------

    def decide(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(DECIDERS)
        version, text = self.believe(dice, draft)
        kind = dice.one_of(("approved", "approved", "approved", "changes_requested", "declined"))
        expected = self.model.decide(name, draft, version, text, kind)
        self.compare(
            expected,
            self.call(
                name,
                "decide_draft",
                key,
                version=version,
                content_hash=self.hash_of(text),
                kind=kind,
                reason_code=None if kind == "approved" else "other",
                note="" if kind == "approved" else "Because.",
            ),
        )

    def offer_edits(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(DECIDERS)
        version, text = self.believe(dice, draft)
        others = [c for c in ("one", "two", "three") if text is None or c != text.caption]
        edited = dice.text() if dice.seldom() else Text(dice.one_of(others), draft.topic)
        row = self.compare(
            self.model.offer_edits(name, draft, version, text, edited),
            self.call(
                name,
                "approve_with_edits",
                key,
                version=version,
                content_hash=self.hash_of(text),
                content=json_of(edited),
                note="",
            ),
        )
        if row is not None:
            assert row["version"] == draft.offered
            assert self.hashes.setdefault(edited, row["content_hash"]) == row["content_hash"]
            self.mostly_read(dice, key)

    def mostly_read(self, dice: Dice, key: str) -> None:
        """What the app does after a version came up: the checker reads it."""

    def accept_edits(self, dice: Dice) -> None:
        key, draft, name, revision = self.pick(dice, "offered")
        version = draft.offered if draft.offered and not dice.seldom() else dice.one_of((1, 2, 3))
        known = draft.text_of(version) if version <= len(draft.versions) else None
        text = dice.text() if dice.seldom() else known
        self.compare(
            self.model.accept_edits(name, draft, version, text, revision),
            self.call(
                name,
                "accept_edits",
                key,
                version=version,
                content_hash=self.hash_of(text),
                expected_revision=revision,
            ),
        )

    def take_back_edits(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "offered")
        name = dice.somebody(draft.decided[-1:] or DECIDERS)
        version = draft.offered if draft.offered and not dice.seldom() else dice.one_of((1, 2, 3))
        known = draft.text_of(version) if version <= len(draft.versions) else None
        text = dice.text() if dice.seldom() else known
        self.compare(
            self.model.take_back_edits(name, draft, version, text),
            self.call(
                name,
                "take_back_edits",
                key,
                version=version,
                content_hash=self.hash_of(text),
                note="",
            ),
        )

    def hold(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(DECIDERS)
        self.compare(
            self.model.hold(name, draft), self.call(name, "hold_draft", key, note="Not yet.")
        )

    def resume(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "on_hold")
        name = dice.somebody(DECIDERS)
        self.compare(self.model.resume(name, draft), self.call(name, "resume_draft", key))

    def withdraw_approval(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, dice.one_of(("approved", "published")))
        name = dice.somebody(DECIDERS)
        known = None if draft.approved is None else draft.text_of(draft.approved)
        text = dice.text() if dice.seldom() else known
        self.compare(
            self.model.withdraw_approval(name, draft, text),
            self.call(
                name,
                "withdraw_approval",
                key,
                content_hash=self.hash_of(text),
                reason_code="safety",
                note="New findings.",
            ),
        )
