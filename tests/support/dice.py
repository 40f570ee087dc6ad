"""What the random walk of tests/database/test_stateful.py draws: who does what to which draft."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from tests.support.people import MEMBERSHIPS
from tests.support.rules_state import Text

T = TypeVar("T")

TEAM = tuple(name for name in MEMBERSHIPS if name not in ("otto", "wes", "paul"))
AUTHORS, DECIDERS, CHIEFS = ("ines", "marco"), ("dana", "kim"), ("sam", "kim")
TOPICS = ("general", "trauma")
ROLES = ("influencer", "professional", "coordinator")
MOST_DRAFTS = 4

# How often each is tried, and the mark that a draft mostly has then.
WEIGHTS = {
    "create": 2,
    "save": 3,
    "save_version": 1,
    "submit": 6,
    "comment": 1,
    "decide": 6,
    "advise": 1,
    "take": 2,
    "assign": 2,
    "ask": 2,
    "pass_on": 2,
    "set_away": 1,
    "hold": 0.5,
    "resume": 3,
    "offer_edits": 6,
    "accept_edits": 6,
    "take_back_edits": 6,
    "withdraw_approval": 4,
    "take_down": 2,
    "change_links": 3,
    "publish": 5,
    "withdraw": 1,
    "reopen": 3,
    "put_into_campaign": 1,
    "let_time_pass": 1,
    "read_version": 4,
    "waive": 4,
    "take_back_waiver": 1,
    "choose": 1,
    "change_help": 9,
    "check_line": 4,
    "hand_over": 1,
    "suspend": 1,
    "set_roles": 1,
    "change_credentials": 1,
}
NEEDS = {
    "decide": "in_review",
    "advise": "in_review",
    "take": "in_review",
    "assign": "in_review",
    "ask": "in_review",
    "pass_on": "in_review",
    "hold": "in_review",
    "resume": "on_hold",
    "offer_edits": "in_review",
    "read_version": "in_review",
    "waive": "in_review",
    "take_back_waiver": "in_review",
    "change_help": "in_review",
    "accept_edits": "offered",
    "take_back_edits": "offered",
    "withdraw_approval": "published",
    "publish": "approved",
    "take_down": "to_come_down",
    "change_links": "published",
    "reopen": "withdrawn",
}


class Dice:
    """What one step draws, all of it from two numbers: hypothesis likes to repeat its own."""

    def __init__(self, seed: int, step: int) -> None:
        self._random = random.Random(f"{seed} {step}")  # noqa: S311 - a test's walk

    def one_of(self, options: Sequence[T]) -> T:
        """Any of them."""
        return self._random.choice(options)

    def seldom(self) -> bool:
        """One time in eight."""
        return self._random.random() < 1 / 8

    def somebody(self, usual: Sequence[str]) -> str:
        """Mostly one of those who can, sometimes anybody."""
        return self.one_of(TEAM if self._random.random() < 1 / 4 else usual)

    def text(self) -> Text:
        """One of a few, so that texts come back."""
        caption = "" if self.seldom() else self.one_of(("one", "two", "three"))
        return Text(caption, self.one_of(("general", "general", "trauma")))

    def links(self) -> dict[str, str]:
        """Addresses on one or two platforms, or none; few enough that they come back."""
        return {
            platform: f"https://example.org/{self.one_of('12')}"
            for platform in ("instagram", "x")
            if self._random.random() < 1 / 2
        }

    def subset(self, options: Sequence[T]) -> frozenset[T]:
        """One or more of them."""
        return frozenset(self._random.sample(options, self._random.randint(1, len(options))))

    def kind(self, marks: set[str]) -> str:
        """What to do: now and then also what no draft is ready for."""
        weights = [
            weight if NEEDS.get(kind, "") in {"", *marks} else 0.1
            for kind, weight in WEIGHTS.items()
        ]
        return self._random.choices(list(WEIGHTS), weights)[0]
