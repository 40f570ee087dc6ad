"""Random people do random things, allowed or not: the database and the model never differ.

A night's run: TANDEM_HYPOTHESIS=night python -m pytest tests/database/test_stateful.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
from services.posts import ContextCard
from tests.support.campaigns import ASK_EARLY, begin
from tests.support.dice import AUTHORS, CHIEFS, DECIDERS, MOST_DRAFTS, ROLES, TEAM, TOPICS, Dice
from tests.support.helped import add_line
from tests.support.people import CREDENTIALED, MEMBERSHIPS, World, make_content, make_world
from tests.support.rules_model import Model
from tests.support.rules_state import ModelPerson, Text
from tests.support.safety_steps import SafetySteps
from tests.support.server import Cleaner

BY_NIGHT = os.environ.get("TANDEM_HYPOTHESIS") == "night"
EXAMPLES, STEPS = (400, 80) if BY_NIGHT else (12, 45)

PARTS = (
    "draft_versions",
    "comments",
    "comment_threads",
    "decisions",
    "advice",
    "review_requests",
    "holds",
    "comment_watches",
    "post_links",
    "notifications",
)
ROWS = " union all ".join(f"select draft_id from public.{name}" for name in PARTS)  # noqa: S608
LOOK = f"""
    select (select public.list_drafts(%(home)s, p_limit => 100)),
      (select coalesce(jsonb_object_agg(d.id, private.why_not_decide(
          d, private.my_roles(%(home)s), private.my_scope(%(home)s))), '{{}}')
        from public.drafts d),
      (select coalesce(array_agg(b.draft_id::text), '{{}}') from public.draft_buffers b),
      (select public.get_queue(%(home)s, 'all')),
      (select coalesce(array_agg(p ->> 'draft_id'), '{{}}')
        from jsonb_array_elements(private.hidden_posts_json(%(home)s)) p),
      (select count(*) from ({ROWS}) p
        where not exists (select from public.drafts d where d.id = p.draft_id))
""".encode()  # noqa: S608 - names of this file


class Tandem(SafetySteps, RuleBasedStateMachine):
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
        self.line = add_line(world)
        self.campaigns = [
            begin(world.sam, world, replace(ASK_EARLY, name=name)).id for name in ("One", "Two")
        ]
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
        assert decided == sum(len(draft.decided) for draft in self.model.drafts.values())
        chief = next(n for n, p in self.model.people.items() if p.is_active("coordinator"))
        verify = self.person(chief).gateway().read
        assert verify("verify_audit", {"p_workspace": self.world.home}) is None

    @rule(seed=st.integers(0, 2**32 - 1))
    def act(self, seed: int) -> None:
        """Somebody does something."""
        self.steps += 1
        dice = Dice(seed, self.steps)
        marks = {mark for draft in self.model.drafts.values() for mark in draft.marks}
        kind = dice.kind(marks) if marks else "create"
        action: Callable[[Dice], None] = getattr(self, kind)
        note(f"{kind} by the dice of {seed}")
        action(dice)

    # -- drafts --------------------------------------------------------------------------------

    def create(self, dice: Dice) -> None:
        if len(self.model.drafts) >= MOST_DRAFTS:
            return
        name, text, hidden = dice.somebody(AUTHORS), dice.text(), dice.one_of((True, False, False))
        key = self.compare(
            self.model.may_create(name),
            lambda: drafts.create_draft(
                self.person(name).gateway(),
                workspace_id=self.world.home,
                title="T",
                content=make_content(text.caption, topic=text.topic),
                publish_by=None,
                professionals_only=hidden,
            ),
        )
        if key is not None:
            self.model.create(name, key, text, hidden=hidden)

    def save(self, dice: Dice) -> None:
        key, draft, name, revision = self.pick(dice)
        text = dice.text()
        hidden = dice.one_of((None, None, None, True, False))
        context = dice.one_of((None, None, "", "a goal"))
        self.compare(
            self.model.save(name, draft, revision, text, hidden=hidden, context=context),
            lambda: drafts.save_buffer(
                self.person(name).gateway(),
                draft_id=key,
                expected_revision=revision,
                title="T",
                content=make_content(text.caption, topic=text.topic),
                publish_by=None,
                context=None if context is None else ContextCard(goal=context),
                professionals_only=hidden,
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
            self.mostly_read(dice, key)

    def publish(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice, "approved")
        approved = None if draft.approved is None else draft.text_of(draft.approved)
        text = dice.text() if dice.seldom() else approved
        watcher = None if dice.seldom() else dice.one_of(TEAM)
        links = dice.links()
        until = datetime.now(UTC) + timedelta(days=7)
        self.compare(
            self.model.publish(name, draft, text, watcher, links),
            self.call(
                name,
                "mark_published",
                key,
                content_hash=self.hash_of(text),
                links=json.dumps(links),
                watcher=None if watcher is None else self.person(watcher).id,
                watch_until=None if watcher is None else until.isoformat(),
            ),
        )

    def take_down(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice, dice.one_of(("published", "to_come_down")))
        name = dice.one_of((name, dice.somebody(CHIEFS)))
        self.compare(self.model.take_down(name, draft), self.call(name, "take_down", key))

    def change_links(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice, "published")
        links = dice.links()
        known = dice.links() if dice.seldom() else dict(draft.links)
        self.compare(
            self.model.change_links(name, draft, links, known),
            self.call(
                name, "set_post_links", key, links=json.dumps(links), known=json.dumps(known)
            ),
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

    def put_into_campaign(self, dice: Dice) -> None:
        key, draft, name, _ = self.pick(dice)
        name = dice.one_of((name, dice.somebody(CHIEFS)))
        campaign = dice.one_of((None, *self.campaigns))
        known = dice.one_of((None, *self.campaigns)) if dice.seldom() else draft.campaign
        self.compare(
            self.model.put_into_campaign(name, draft, campaign, known),
            self.call(name, "set_draft_campaign", key, campaign=campaign, expected=known),
        )

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
            "select d.id::text, d.state, d.version_count, d.submitted_version, d.offered_version,"
            " d.approved_version, d.campaign_id::text, d.professionals_only,"
            " d.taken_down_at is not null,"
            " d.approval_withdrawn_at is not null, b.revision,"
            " (select coalesce(jsonb_object_agg(r.assignee_id, r.kind), '{}')"
            "  from public.review_requests r where r.draft_id = d.id and r.closed_at is null),"
            " (select coalesce(jsonb_object_agg(k.platform, k.url), '{}')"
            "  from public.post_links k where k.draft_id = d.id)"
            " from public.drafts d join public.draft_buffers b on b.draft_id = d.id"
        ).fetchall()

        assert {row[0]: row[1:] for row in rows} == {
            key: (
                d.state,
                len(d.versions),
                d.submitted,
                d.offered,
                d.approved,
                d.campaign,
                d.hidden,
                d.taken_down,
                d.withdrawn_after,
                d.revision,
                {self.person(name).id: kind for name, kind in d.requests.items()},
                d.links,
            )
            for key, d in self.model.drafts.items()
        }

    @invariant()
    def everybody_sees_what_they_may(self) -> None:
        # Half the team after each step: every look costs as much as a step.
        for name in TEAM[self.steps % 2 :: 2]:
            visible = self.model.visible(name)
            drafts_of_model = {key: self.model.drafts[key] for key in visible}
            assert self.look(name) == (
                visible,
                {k: self.model.why_not(name, d, d.topic) for k, d in drafts_of_model.items()},
                {key for key, d in drafts_of_model.items() if d.author == name},
                None if self.model.people[name].suspended else self.model.queue(name),
                self.model.hidden_posts(name),
                self.model.count_blind_news(name),
            ), name

    def look(self, name: str) -> tuple[Any, ...]:
        """What the person reads, through the same policies and functions as over HTTP.

        The states of drafts, why they may not decide on each, their own buffers, the queue, hidden
        posts that have to come down, and how many rows there are of drafts that they do not see:
        only what coordinators were told of such posts.
        """
        with self.watch.transaction():
            self.watch.execute(
                "select set_config('request.jwt.claim.sub', %s, true)", [self.person(name).id]
            )
            self.watch.execute("set local role authenticated")
            ((listed, why_not, buffers, queue, hidden_posts, stray),) = self.watch.execute(
                LOOK, {"home": self.world.home}
            ).fetchall()
        return (
            {d["id"]: d["state"] for d in listed["drafts"]},
            why_not,
            set(buffers),
            None if queue is None else {d["id"] for d in queue["drafts"]},
            set(hidden_posts),
            stray,
        )


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
            database=None,
            # The same walk in every ordinary run, a new one every night.
            derandomize=not BY_NIGHT,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )
