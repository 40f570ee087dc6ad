"""Random people do random things, allowed or not: the database and the model never differ.

A night's run: TANDEM_HYPOTHESIS=night python -m pytest tests/database/test_stateful.py
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpx
import psycopg
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services import drafts, people
from services.embedded.stack import Stack
from services.errors import TandemError
from tests.support.people import CREDENTIALED, MEMBERSHIPS, Person, World, make_content, make_world
from tests.support.rules_model import Model, ModelDraft, ModelPerson, Text
from tests.support.server import Cleaner

T = TypeVar("T")
BY_NIGHT = os.environ.get("TANDEM_HYPOTHESIS") == "night"
EXAMPLES, STEPS = (400, 80) if BY_NIGHT else (12, 40)

TEAM = tuple(name for name in MEMBERSHIPS if name not in ("otto", "wes", "paul"))
AUTHORS, DECIDERS, CHIEFS = ("ines", "marco"), ("dana", "kim"), ("sam", "kim")
TOPICS = ("general", "trauma")
ROLES = ("influencer", "professional", "coordinator")
MOST_DRAFTS = 4

# How often each is tried, and the state that a draft is mostly in then.
WEIGHTS = {
    "create": 2,
    "save": 4,
    "save_version": 1,
    "submit": 4,
    "comment": 1,
    "decide": 6,
    "publish": 3,
    "withdraw": 1,
    "reopen": 3,
    "let_time_pass": 1,
    "hand_over": 1,
    "suspend": 1,
    "set_roles": 1,
    "change_credentials": 1,
}
NEEDS = {"decide": "in_review", "publish": "approved", "reopen": "withdrawn"}


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

    def subset(self, options: Sequence[T]) -> frozenset[T]:
        """One or more of them."""
        return frozenset(self._random.sample(options, self._random.randint(1, len(options))))

    def kind(self, states: set[str]) -> str:
        """What to do: now and then also what no draft is ready for."""
        weights = [
            weight if NEEDS.get(kind, "") in {"", *states} else 0.5
            for kind, weight in WEIGHTS.items()
        ]
        return self._random.choices(list(WEIGHTS), weights)[0]


class Tandem(RuleBasedStateMachine):
    """The team of the home workspace at work."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.model = Model(
            {
                name: ModelPerson(
                    roles=frozenset(MEMBERSHIPS[name][1]),
                    scopes=[frozenset(TOPICS)] if name in CREDENTIALED else [],
                )
                for name in TEAM
            }
        )
        self.watch = psycopg.connect(world.stack.dsn, autocommit=True)
        self.hashes: dict[Text, str] = {}
        self.steps = 0

    def teardown(self) -> None:
        """At the end the record is whole and holds as many decisions as were made."""
        with self.watch as watch:
            ((gapless, decided),) = watch.execute(
                "select (select count(*) = coalesce(max(seq), 0) from public.audit_events),"
                " (select count(*) from public.decisions)"
            ).fetchall()
        assert gapless
        assert decided == sum(draft.decisions for draft in self.model.drafts.values())

    @rule(seed=st.integers(0, 2**32 - 1))
    def act(self, seed: int) -> None:
        """Somebody does something."""
        self.steps += 1
        dice = Dice(seed, self.steps)
        states = {draft.state for draft in self.model.drafts.values()}
        kind = dice.kind(states) if states else "create"
        action: Callable[[Dice], None] = getattr(self, kind)
        note(f"{kind} by the dice of {seed}")
        action(dice)

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

    def pick(self, dice: Dice, state: str = "") -> tuple[str, ModelDraft, str, int]:
        """A draft, who does something with it (mostly its author), and the revision they saw."""
        ready = [key for key, draft in self.model.drafts.items() if draft.state == state]
        key = dice.one_of(ready if ready and not dice.seldom() else list(self.model.drafts))
        draft = self.model.drafts[key]
        name = dice.one_of(TEAM) if dice.seldom() else draft.author
        return key, draft, name, draft.revision - 1 if dice.seldom() else draft.revision

    def hash_of(self, text: Text | None) -> str:
        """The hash that the database gave this text; of an unknown one, some other."""
        return self.hashes.get(text, "0" * 64) if text is not None else "f" * 64

    # -- drafts --------------------------------------------------------------------------------

    def create(self, dice: Dice) -> None:
        if len(self.model.drafts) >= MOST_DRAFTS:
            return
        name, text = dice.somebody(AUTHORS), dice.text()
        key = self.compare(
            self.model.may_create(name),
            lambda: drafts.create_draft(
                self.person(name).gateway(),
                workspace_id=self.world.home,
                title="T",
                content=make_content(text.caption, topic=text.topic),
                publish_by=None,
            ),
        )
        if key is not None:
            self.model.create(name, key, text)

    def save(self, dice: Dice) -> None:
        key, draft, name, revision = self.pick(dice)
        text = dice.text()
        self.compare(
            self.model.save(name, draft, revision, text),
            lambda: drafts.save_buffer(
                self.person(name).gateway(),
                draft_id=key,
                expected_revision=revision,
                title="T",
                content=make_content(text.caption, topic=text.topic),
                publish_by=None,
            ),
        )

    def save_version(self, dice: Dice) -> None:
        key, draft, name, revision = self.pick(dice)
        expected = self.model.save_version(name, draft, revision)
        self.compare(
            expected, self.call(name, "save_version", key, expected_revision=revision, note="")
        )

    def submit(self, dice: Dice) -> None:
        key, draft, name, revision = self.pick(dice)
        text = draft.buffer
        expected = self.model.submit(name, draft, revision)
        row = self.compare(
            expected, self.call(name, "submit_draft", key, expected_revision=revision, note="")
        )
        if row is not None:
            assert row["version"] == len(draft.versions)
            assert self.hashes.setdefault(text, row["content_hash"]) == row["content_hash"]
            assert len(set(self.hashes.values())) == len(self.hashes)

    def comment(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice)
        name, version = dice.one_of(TEAM), dice.one_of((0, 1, 2, 3))
        expected = self.model.comment(name, draft, version)
        self.compare(expected, self.call(name, "add_comment", key, version=version, body="Yes."))

    def decide(self, dice: Dice) -> None:
        key, draft, _, _ = self.pick(dice, "in_review")
        name = dice.somebody(DECIDERS)
        version = dice.one_of((1, 2, 3)) if dice.seldom() else draft.submitted or 1
        known = draft.text_of(version) if version <= len(draft.versions) else None
        text = dice.text() if dice.seldom() else known
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

    def publish(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice, "approved")
        approved = None if draft.approved is None else draft.text_of(draft.approved)
        text = dice.text() if dice.seldom() else approved
        expected = self.model.publish(name, draft, text)
        self.compare(
            expected,
            self.call(name, "mark_published", key, content_hash=self.hash_of(text)),
        )

    def withdraw(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice)
        screen = dice.one_of(("drafting", "expired", "published")) if dice.seldom() else draft.shown
        self.compare(
            self.model.withdraw(name, draft, screen),
            lambda: drafts.withdraw_draft(
                self.person(name).gateway(), draft_id=key, expected_state=screen
            ),
        )

    def reopen(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice, "withdrawn")
        self.compare(self.model.reopen(name, draft), self.call(name, "reopen_draft", key))

    def let_time_pass(self, _dice: Dice) -> None:
        """Every approval there is ends."""
        for draft in self.model.drafts.values():
            draft.expired = draft.expired or draft.state == "approved"
        self.watch.execute(
            "update public.drafts set approved_until = now() where state = 'approved'"
        )

    # -- people --------------------------------------------------------------------------------

    def hand_over(self, dice: Dice) -> None:
        by, giver, taker = dice.somebody(CHIEFS), dice.somebody(AUTHORS), dice.somebody(AUTHORS)
        self.compare(
            self.model.hand_over(by, giver, taker),
            lambda: people.hand_over_drafts(
                self.person(by).gateway(),
                workspace_id=self.world.home,
                from_id=self.person(giver).id,
                to_id=self.person(taker).id,
            ),
        )

    def suspend(self, dice: Dice) -> None:
        """Mostly let somebody back in."""
        by, name = dice.somebody(CHIEFS), dice.one_of(TEAM)
        out = [n for n, p in self.model.people.items() if p.suspended]
        suspended = not out or dice.seldom()
        if not suspended:
            name = dice.one_of(out)
        self.compare(
            self.model.suspend(by, name, suspended=suspended),
            lambda: people.set_suspended(
                self.person(by).gateway(),
                workspace_id=self.world.home,
                profile_id=self.person(name).id,
                suspended=suspended,
            ),
        )

    def set_roles(self, dice: Dice) -> None:
        """Mostly one role more, so that people hold two."""
        by, name = dice.somebody(CHIEFS), dice.one_of(TEAM)
        current = self.model.people[name].roles
        roles = dice.subset(ROLES) if dice.seldom() else current | {dice.one_of(ROLES)}
        believed = dice.subset(ROLES) if dice.seldom() else current
        self.compare(
            self.model.set_roles(by, name, roles, believed),
            lambda: people.set_roles(
                self.person(by).gateway(),
                workspace_id=self.world.home,
                profile_id=self.person(name).id,
                roles=sorted(roles),
                expected=sorted(believed),
            ),
        )

    def change_credentials(self, dice: Dice) -> None:
        """By hand in both: other tests check who may."""
        name = dice.somebody(DECIDERS)
        who = self.person(name).id
        if dice.one_of((True, True, False)):
            scope = dice.subset(TOPICS)
            self.model.people[name].scopes.append(scope)
            self.watch.execute(
                "insert into public.credentials (workspace_id, profile_id, profession,"
                " register_url, jurisdiction, scope, submitted_by, checked_by, checked_at,"
                " expires_on) values (%s, %s, 'P', 'https://example.org/', 'DE', %s, %s, %s,"
                " now(), private.today())",
                [self.world.home, who, sorted(scope), who, self.world.otto.id],
            )
        else:
            self.model.people[name].scopes.clear()
            end = dice.one_of(("revoked_at = now()", "expires_on = private.today() - 1"))
            self.watch.execute(f"update public.credentials set {end} where profile_id = %s", [who])  # noqa: S608

    # -- what must hold after every step -------------------------------------------------------

    @invariant()
    def rows_are_the_models(self) -> None:
        rows = self.watch.execute(
            "select d.id::text, d.state, d.version_count, d.submitted_version, d.approved_version,"
            " b.revision from public.drafts d join public.draft_buffers b on b.draft_id = d.id"
        ).fetchall()

        assert {row[0]: row[1:] for row in rows} == {
            key: (d.state, len(d.versions), d.submitted, d.approved, d.revision)
            for key, d in self.model.drafts.items()
        }

    @invariant()
    def everybody_sees_what_they_may(self) -> None:
        for name in TEAM:
            visible = self.model.visible(name)
            drafts_of_model = {key: self.model.drafts[key] for key in visible}
            assert self.look(name) == (
                visible,
                {k: self.model.why_not(name, d, d.topic) for k, d in drafts_of_model.items()},
                {key for key, d in drafts_of_model.items() if d.author == name},
            ), name

    def look(self, name: str) -> tuple[dict[str, str], dict[str, str | None], set[str]]:
        """What the person reads, through the same policies and functions as over HTTP."""
        with self.watch.transaction():
            self.watch.execute(
                "select set_config('request.jwt.claim.sub', %s, true)", [self.person(name).id]
            )
            self.watch.execute("set local role authenticated")
            ((listed, why_not, buffers),) = self.watch.execute(
                """
                select (select public.list_drafts(%(home)s, p_limit => 100)),
                  (select coalesce(jsonb_object_agg(d.id, private.why_not_decide(
                      d, private.my_roles(%(home)s), private.my_scope(%(home)s))), '{}')
                    from public.drafts d),
                  (select coalesce(array_agg(b.draft_id::text), '{}') from public.draft_buffers b)
                """,
                {"home": self.world.home},
            ).fetchall()
        return {d["id"]: d["state"] for d in listed["drafts"]}, why_not, set(buffers)


def test_no_difference(stack: Stack, cleaner: Cleaner, gateway_http: httpx.Client) -> None:
    class HereAndNow(Tandem):
        def __init__(self) -> None:
            cleaner.clean()
            super().__init__(make_world(stack, gateway_http))

    run_state_machine_as_test(
        HereAndNow,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # The same walk in every ordinary run, a new one every night.
            derandomize=not BY_NIGHT,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )
