"""A draft of the demo workspace while it is played: what can happen to it, each as a call.

When it happens: demo_play.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from services.checking import list_sensitive
from services.embedded.demo_studio import Studio
from services.embedded.history import History, PastDesk
from services.posts import Content, Image
from services.safety_record import record_check

SENSITIVE_WATCH_DAYS = 3

Draft = dict[str, Any]


@dataclass
class Cast:
    """Who plays where. `ids` are profiles' by short name, `campaigns` ids of those begun so far,
    `lines` those of services by country.
    """

    history: History
    studio: Studio
    connection: psycopg.Connection[Any]
    workspace: str
    ids: dict[str, str]
    now: datetime
    lines: dict[str, list[str]] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)

    def run(self, query: str, values: list[Any]) -> Any:
        """The one value a query gives."""
        ((value,),) = self.connection.execute(query.encode(), values).fetchall()
        return value


@dataclass
class Story:
    """One draft while it is played."""

    cast: Cast
    data: Draft
    id: str = ""
    sent: int = 0
    backs: int = 0
    comments: dict[str, str] = field(default_factory=dict)
    images: list[dict[str, str]] = field(default_factory=list)

    @property
    def author(self) -> str:
        """Short name."""
        return str(self.data["author"])

    @property
    def decider(self) -> str:
        """Short name of the professional who decides."""
        return str(self.data.get("by", "dana"))

    def call(self, at: datetime, who: str, function: str, **arguments: Any) -> Any:
        """Somebody does something about this draft."""
        return self.cast.history.act(at, self.cast.ids[who], function, p_draft=self.id, **arguments)

    def read(self) -> Any:
        """The draft's row and its buffer's revision, as JSON has them."""
        return self.cast.run(
            "select to_jsonb(d) || jsonb_build_object('revision', b.revision) from public.drafts d"
            " join public.draft_buffers b on b.draft_id = d.id where d.id = %s",
            [self.id],
        )

    def hash_of(self, version: int) -> Any:
        """The content hash of a version."""
        return self.cast.run(
            "select content_hash from public.draft_versions where draft_id = %s and number = %s",
            [self.id, version],
        )

    def content(self, caption: str, **parts: Any) -> str:
        """What the public would see with this caption."""
        keys = {"platform": self.data["platform"], "topic": self.data["topic"]}
        more = {"media": self.images, **self.data.get("parts", {}), **parts}
        countries = self.data["countries"]
        return json.dumps({**keys, "caption": caption, "audience_countries": countries, **more})

    # What happens, each at a moment.

    def create(self, at: datetime) -> None:
        """A new draft with its first text."""
        due = self.data.get("publish_by")
        made = self.cast.history.act(
            at,
            self.cast.ids[self.author],
            "create_draft",
            p_workspace=self.cast.workspace,
            p_title=self.data["title"],
            p_publish_by=None if due is None else (self.cast.now + timedelta(days=due)).date(),
            p_content=self.content(self.data["texts"][0]),
            p_context=json.dumps(self.data.get("context", {})),
            p_professionals_only=self.data.get("professionals_only", False),
        )
        self.id = made["id"]

    def join(self, at: datetime) -> None:
        """The author says which campaign it is for."""
        campaign = self.cast.campaigns[self.data["campaign"]]
        self.call(at, self.author, "set_draft_campaign", p_campaign=campaign)

    def illustrate(self, at: datetime) -> None:
        """The author adds the pictures, each with its description."""
        with self.cast.history.shared(at):
            for picture in self.data["pictures"]:
                added = self.cast.studio.add(
                    picture["shows"],
                    workspace_id=self.cast.workspace,
                    draft_id=self.id,
                    profile_id=self.cast.ids[self.author],
                )
                self.images.append(Image(added.id, added.sha256, picture["alt"]).to_json())
        self.write(at, self.data["texts"][0])

    def write(self, at: datetime, text: str) -> None:
        """The author changes the text being written."""
        found = self.read()
        self.call(
            at,
            self.author,
            "save_buffer",
            p_expected_revision=found["revision"],
            p_title=found["title"],
            p_publish_by=found["publish_by"],
            p_content=self.content(text),
        )

    def submit(self, at: datetime) -> None:
        """The next text goes to the professionals."""
        if self.sent:
            self.write(at, self.data["texts"][self.sent])
        elif self.data.get("help", True):
            self._attach_help(at)
        why = self.data.get("why", [])
        note = why[self.sent] if self.sent < len(why) else ""
        revision = self.read()["revision"]
        self.call(at, self.author, "submit_draft", p_expected_revision=revision, p_note=note)
        self._have_checked(at)
        self.sent += 1

    def decide(self, at: datetime, kind: str) -> None:
        """The professional decides on what is in review."""
        approved = kind == "approved"
        note = "" if approved else self.data["note"]
        if kind == "changes_requested":
            self.backs += 1
            if self.backs > 1:
                note = self.data.get("second_note", note)
        if self.data.get("expired"):
            self._keep_approvals(60)
        self._look(at, self.decider)
        self.call(
            at,
            self.decider,
            "decide_draft",
            **self._current(),
            p_kind=kind,
            p_reason_code=None if approved else self.data["reason"],
            p_note=note,
        )
        if self.data.get("expired"):
            self._keep_approvals(180)

    def waive(self, at: datetime) -> None:
        """The professional answers for each blocker in what is in review."""
        found = self.cast.run(
            "select coalesce(array_agg(f.id::text order by f.position), '{}')"
            " from public.safety_findings f where f.draft_id = %s and f.version_number = %s"
            " and f.severity = 'blocker'",
            [self.id, self.read()["submitted_version"]],
        )
        for finding in found:
            self.cast.history.act(
                at,
                self.cast.ids[self.decider],
                "waive_finding",
                p_finding=finding,
                p_reason=self.data["waive_note"],
            )

    def edit(self, at: datetime) -> None:
        """The professional approves it as edited here."""
        self._look(at, self.decider)
        self.call(
            at,
            self.decider,
            "approve_with_edits",
            **self._current(),
            p_content=self.content(self.data["edited"]),
            p_note=self.data["note"],
        )
        self._have_checked(at)

    def accept(self, at: datetime) -> None:
        """The author takes the edit."""
        found = self.read()
        version = found["offered_version"]
        self.call(
            at,
            self.author,
            "accept_edits",
            p_version=version,
            p_content_hash=self.hash_of(version),
            p_expected_revision=found["revision"],
        )

    def publish(self, at: datetime) -> None:
        """The approved text goes out; on sensitive topics somebody reads the comments."""
        found = self.read()
        watcher, days = self.data.get("watch", (self.author, SENSITIVE_WATCH_DAYS))
        sensitive = self.cast.run("select %s = any (private.sensitive_topics())", [found["topic"]])
        watch: dict[str, Any] = {}
        if sensitive or "watch" in self.data:
            until = at + timedelta(days=days)
            watch = {"p_watcher": self.cast.ids[watcher], "p_watch_until": until}
        slug = self.id[:8]
        links = self.data.get("links") or {
            found["platform"]: f"https://{found['platform']}.example.org/clear-skies/{slug}"
        }
        self.call(
            at,
            self.author,
            "mark_published",
            p_content_hash=found["approved_hash"],
            p_links=json.dumps(links),
            **watch,
        )

    def end_approval(self, at: datetime) -> None:
        """The professional withdraws the approval."""
        self.call(
            at,
            self.decider,
            "withdraw_approval",
            p_content_hash=self.read()["approved_hash"],
            p_reason_code=self.data["reason"],
            p_note=self.data["end_note"],
        )

    def comment(self, at: datetime, thread: Draft) -> None:
        """Somebody begins a thread; `mentions` are short names."""
        self._look(at, thread["who"])
        self.comments[thread["body"]] = self.call(
            at,
            thread["who"],
            "add_comment",
            p_version=self.read()["submitted_version"],
            p_body=thread["body"],
            p_mentions=[UUID(self.cast.ids[name]) for name in thread.get("mentions", [])],
        )

    def answer(self, at: datetime, thread: Draft, who: str, body: str) -> None:
        """Somebody answers in it."""
        self._look(at, who)
        self.call(
            at,
            who,
            "add_comment",
            p_version=self.read()["submitted_version"],
            p_body=body,
            p_parent=self.comments[thread["body"]],
        )

    def resolve(self, at: datetime, thread: Draft) -> None:
        """Somebody says that it is settled."""
        self.cast.history.act(
            at,
            self.cast.ids[thread["resolved_by"]],
            "resolve_thread",
            p_comment=self.comments[thread["body"]],
            p_resolved=True,
        )

    def note(self, at: datetime, who: str, body: str) -> None:
        """A note among professionals."""
        version = self.read()["submitted_version"]
        self.call(at, who, "add_professional_note", p_version=version, p_body=body)

    def request(self, at: datetime, step: str, who: str) -> None:
        """Somebody is asked to look, or says that they will."""
        if step == "take":
            self.call(at, who, "take_review")
        elif step == "assign":
            self.cast.history.act(
                at,
                self.cast.ids["sam"],
                "assign_reviews",
                p_workspace=self.cast.workspace,
                p_drafts=[UUID(self.id)],
                p_assignee=self.cast.ids[who],
                p_note=self.data.get("assign_note", ""),
            )
        elif step == "second_opinion":
            self.call(
                at,
                self.decider,
                "pass_on_review",
                p_reason="second_opinion",
                p_to=self.cast.ids[who],
                p_note=self.data.get("opinion_note", ""),
            )
        else:
            kind = "peer" if step == "ask_peer" else "professional"
            self.call(
                at,
                self.author,
                "ask_reviewer",
                p_assignee=self.cast.ids[who],
                p_kind=kind,
                p_note=self.data.get("ask_note", ""),
            )

    def advise(self, at: datetime, who: str, kind: str) -> None:
        """A peer's opinion."""
        self._look(at, who)
        note = self.data.get("advice", "")
        self.call(at, who, "advise_draft", **self._current(), p_kind=kind, p_note=note)

    def do(self, step: str, at: datetime) -> None:
        """One of `steps`: a word, and what follows its colons."""
        verb, *rest = step.split(":")
        plain: dict[str, Callable[[datetime], None]] = {
            "submit": self.submit,
            "approve": lambda when: self.decide(when, "approved"),
            "back": lambda when: self.decide(when, "changes_requested"),
            "decline": lambda when: self.decide(when, "declined"),
            "waive": self.waive,
            "edit": self.edit,
            "accept": self.accept,
            "publish": self.publish,
            "end_approval": self.end_approval,
            "hold": lambda when: self.call(
                when, self.decider, "hold_draft", p_note=self.data["hold_note"]
            ),
            "resume": lambda when: self.call(when, self.decider, "resume_draft"),
            "withdraw": lambda when: self.call(
                when, self.author, "withdraw_draft", p_expected_state=self.read()["state"]
            ),
            "take_down": lambda when: self.call(when, self.author, "take_down"),
            "end_watch": lambda when: self.call(when, self.author, "end_comment_watch"),
            "look": lambda when: self._look(when, rest[0]),
            "advise": lambda when: self.advise(when, *rest),
        }
        if verb in plain:
            plain[verb](at)
        else:
            self.request(at, verb, rest[0])

    def _attach_help(self, at: datetime) -> None:
        """The author lets services go with a post that will ask for them, or the directory."""
        texts = [*self.data["texts"], self.data.get("edited", "")]
        contents = [Content.from_json(json.loads(self.content(text))) for text in texts]
        if not any(map(list_sensitive, contents)):
            return
        lines = [self.cast.lines.get(country, []) for country in self.data["countries"]]
        ids = [UUID(line) for found in lines for line in found]
        if ids:
            self.call(at, self.author, "attach_help", p_resources=ids)
        if not all(lines):
            self.call(at, self.author, "attach_directory", p_attached=True)

    def _have_checked(self, at: datetime) -> None:
        """The checker reads what could become approved next."""
        record_check(PastDesk(self.cast.history, at), draft_id=self.id)

    def _current(self) -> dict[str, Any]:
        version = self.read()["submitted_version"]
        return {"p_version": version, "p_content_hash": self.hash_of(version)}

    def _look(self, at: datetime, who: str) -> None:
        self.call(at, who, "note_look", p_version=self.read()["submitted_version"])

    def _keep_approvals(self, days: int) -> None:
        self.cast.connection.execute(
            "update public.workspaces set approval_days = %s where id = %s",
            [days, self.cast.workspace],
        )
