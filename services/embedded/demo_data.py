"""Writes the demo workspace: five people and about forty drafts over three months.

Straight into the tables as the database's owner, because the functions people use know only
today: a demo without a past shows nothing. Content, hashes and the audit chain come from the
database's own helpers, so that what is seeded is what the functions would have made.
"""

import json
import secrets
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from services.embedded.places import write_private
from services.errors import Invalid
from services.gateway.auth import Auth
from services.gateway.http import make_client

DRAFTS = Path(__file__).with_name("demo_drafts.toml")
WORKSPACE = "Clear Skies campaign"
HOURS_BETWEEN_STEPS = 19

PEOPLE: dict[str, tuple[str, str]] = {
    "ines": ("Ines Marquez", "influencer"),
    "marco": ("Marco Hale", "influencer"),
    "dana": ("Dr Dana Okafor", "professional"),
    "paul": ("Paul Lindqvist", "professional"),
    "sam": ("Sam Rivera", "coordinator"),
}
ZONES = {"ines": "America/New_York", "sam": "America/New_York"}
ACTIONS = {
    "submit": "draft_submitted",
    "approve": "draft_approved",
    "back": "draft_changes_requested",
    "decline": "draft_declined",
    "publish": "draft_published",
    "withdraw": "draft_withdrawn",
}
STATE_AFTER = {
    "submit": "in_review",
    "approve": "approved",
    "back": "changes_requested",
    "decline": "declined",
    "publish": "published",
    "withdraw": "withdrawn",
}


@dataclass
class Story:
    """One draft and where it stands while its steps are played."""

    id: UUID
    data: dict[str, Any]
    started_at: datetime
    version: int = 0
    hashes: list[str] = field(default_factory=list)


def seed(*, dsn: str, url: str, publishable_key: str, demo_file: Path) -> None:
    """Fill an empty database and keep the sign-ins in `demo_file` (mode 0600).

    Raises: TandemError, psycopg.Error: nothing of it can be used then; start afresh.
    """
    passwords = {name: secrets.token_urlsafe(12) for name in PEOPLE}
    with make_client() as http:
        auth = Auth(url=url, publishable_key=publishable_key, http=http)
        ids = {name: _sign_up(auth, f"{name}@example.org", passwords[name]) for name in PEOPLE}
    with psycopg.connect(dsn) as connection:
        _Writer(connection, ids, datetime.now(UTC)).write()
    people = [
        {
            "role": role,
            "name": title,
            "email": f"{name}@example.org",
            "password": passwords[name],
        }
        for name, (title, role) in PEOPLE.items()
    ]
    write_private(demo_file, json.dumps({"people": people}, indent=1))


def _sign_up(auth: Auth, email: str, password: str) -> UUID:
    tokens = auth.sign_up(email=email, password=password, name=email)
    if tokens is None or tokens == "confirm":
        raise Invalid("The demo people could not be signed up.")
    return UUID(tokens.profile_id)


def _only_value(cursor: psycopg.Cursor) -> Any:
    (value,) = cursor.fetchall()[0]
    return value


class _Writer:
    def __init__(self, connection: psycopg.Connection, ids: dict[str, UUID], now: datetime) -> None:
        self.run = connection.execute
        self.ids = ids
        self.now = now
        self.workspace = uuid4()
        self.credential = uuid4()

    def write(self) -> None:
        """Everything, oldest first, so that the audit chain is in order of time."""
        self._write_people()
        stories = [
            Story(uuid4(), data, self.now - timedelta(days=data["started"], hours=3))
            for data in tomllib.loads(DRAFTS.read_text(encoding="utf-8"))["draft"]
        ]
        deeds = sorted((deed for s in stories for deed in self._deeds(s)), key=lambda d: d[0])
        for at, do in deeds:
            do(at)
        for story in stories:
            self._write_buffer(story)

    def _write_people(self) -> None:
        start = self.now - timedelta(days=100)
        self.run(
            "insert into public.workspaces (id, name, created_at) values (%s, %s, %s)",
            [self.workspace, WORKSPACE, start],
        )
        for name, (title, role) in PEOPLE.items():
            zone = ZONES.get(name, "Europe/London")
            self.run(
                "insert into public.profiles (id, display_name, time_zone, created_at)"
                " values (%s, %s, %s, %s)",
                [self.ids[name], title, zone, start],
            )
            self.run(
                "insert into public.profile_contacts values (%s, %s)",
                [self.ids[name], f"{name}@example.org"],
            )
            self.run(
                "insert into public.memberships (workspace_id, profile_id, roles, created_at)"
                " values (%s, %s, %s, %s)",
                [self.workspace, self.ids[name], [role], start],
            )
        self._record("workspace_created", None, None, None, {}, start)
        self._write_credentials(start)

    def _write_credentials(self, start: datetime) -> None:
        insert = (
            "insert into public.credentials (id, workspace_id, profile_id, profession,"
            " register_url, jurisdiction, scope, submitted_by, submitted_at, checked_by,"
            " checked_at, expires_on)"
            " select %s, %s, %s, %s, %s, %s, {scope}, %s, %s, %s, %s, %s"
        )
        self.run(
            insert.format(scope="private.topics()"),
            [
                *(self.credential, self.workspace, self.ids["dana"], "Clinical psychologist"),
                *("https://register.example.org/psychologists/PYL30112", "United Kingdom"),
                *(self.ids["dana"], start, self.ids["sam"], start + timedelta(days=2)),
                (self.now + timedelta(days=240)).date(),
            ],
        )
        self.run(
            insert.format(scope="array['medication', 'psychosis_bipolar']"),
            [
                *(uuid4(), self.workspace, self.ids["paul"], "Psychiatrist"),
                *("https://register.example.org/doctors/7061133", "Sweden"),
                *(self.ids["paul"], self.now - timedelta(days=2), None, None, None),
            ],
        )
        self._record(
            "credential_checked",
            "sam",
            None,
            self.credential,
            {"profile_id": str(self.ids["dana"])},
            start + timedelta(days=2),
        )

    def _deeds(self, story: Story) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        """What happened to one draft, and when: spread out, but never in the future."""
        yield story.started_at, lambda at: self._create(story, at)
        steps: list[str] = story.data["steps"]
        left = self.now - timedelta(minutes=20) - story.started_at
        pause = min(timedelta(hours=HOURS_BETWEEN_STEPS), left / (len(steps) + 1))
        at = story.started_at
        for number, step in enumerate(steps):
            at = at + pause * (1 + 0.2 * (number % 3))
            yield min(at, self.now), self._deed(story, step, steps[: number + 1])
            if step == "submit" and number == 0:
                for place, (who, body) in enumerate(story.data.get("comments", [])):
                    yield (
                        min(at + pause * 0.2 * (place + 1), self.now),
                        self._comment_deed(story, who, body),
                    )

    def _deed(self, story: Story, step: str, so_far: list[str]) -> Callable[[datetime], None]:
        nth_back = so_far.count("back")
        return lambda at: self._step(story, step, nth_back, at)

    def _comment_deed(self, story: Story, who: str, body: str) -> Callable[[datetime], None]:
        return lambda at: self._comment(story, who, body, at)

    def _content(self, story: Story, text: str) -> dict[str, Any]:
        keys = {"platform": story.data["platform"], "topic": story.data["topic"]}
        content = {**keys, "caption": text, "audience_countries": story.data["countries"]}
        found = self.run("select private.normalise_content(%s)", [json.dumps(content)])
        normalised: dict[str, Any] = _only_value(found)
        return normalised

    def _create(self, story: Story, at: datetime) -> None:
        data = story.data
        due = data.get("publish_by")
        self.run(
            "insert into public.drafts (id, workspace_id, author_id, title, platform, topic,"
            " publish_by, created_at, updated_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(story.id, self.workspace, self.ids[data["author"]], data["title"]),
                *(data["platform"], data["topic"]),
                *(None if due is None else (self.now + timedelta(days=due)).date(), at, at),
            ],
        )
        self._record("draft_created", data["author"], story.id, None, {}, at)

    def _step(self, story: Story, step: str, nth_back: int, at: datetime) -> None:
        subject = None
        if step == "submit":
            self._submit(story, at)
        elif step in ("approve", "back", "decline"):
            subject = self._decide(story, step, nth_back, at)
        if step in ("approve", "publish"):
            self._approve_or_publish(story, step, at)
        else:
            self.run(
                "update public.drafts set state = %s, change_number = change_number + 1,"
                " updated_at = %s where id = %s",
                [STATE_AFTER[step], at, story.id],
            )
        actor = "dana" if step in ("approve", "back", "decline") else story.data["author"]
        detail = {"version": story.version, "content_hash": story.hashes[-1]}
        self._record(ACTIONS[step], actor, story.id, subject, detail, at)

    def _submit(self, story: Story, at: datetime) -> None:
        content = self._content(story, story.data["texts"][story.version])
        why = story.data.get("why", [])
        note = why[story.version] if story.version < len(why) else ""
        story.version += 1
        inserted = self.run(
            "insert into public.draft_versions (workspace_id, draft_id, number, content,"
            " content_hash, submitted, note, created_by, created_at)"
            " select %s, %s, %s, c, private.content_hash(c), true, %s, %s, %s"
            " from (select %s::jsonb as c) x returning content_hash",
            [
                *(self.workspace, story.id, story.version, note),
                *(self.ids[story.data["author"]], at, Jsonb(content)),
            ],
        )
        story.hashes.append(_only_value(inserted))
        self.run(
            "update public.drafts set version_count = %s, submitted_version = %s,"
            " submitted_at = %s, first_submitted_at = coalesce(first_submitted_at, %s),"
            " excerpt = left(%s, 280) where id = %s",
            [story.version, story.version, at, at, content["caption"], story.id],
        )

    def _valid_until(self, story: Story, at: datetime) -> datetime:
        return at + timedelta(days=60 if story.data.get("expired") else 180)

    def _decide(self, story: Story, step: str, nth_back: int, at: datetime) -> UUID:
        approved = step == "approve"
        note = "" if approved else story.data["note"]
        if step == "back" and nth_back > 1:
            note = (
                "Much better. One more round: say where this comes from, so that people can"
                " read on."
            )
        decision = uuid4()
        self.run(
            "insert into public.decisions (id, workspace_id, draft_id, version_number,"
            " content_hash, kind, reason_code, note, decided_by, decided_at, credential_id,"
            " credential, statement_version, statement, valid_until)"
            " select %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, c.id, private.credential_snapshot(c),"
            " (public.review_statement() ->> 'version')::integer,"
            " public.review_statement() ->> 'text', %s"
            " from public.credentials c where c.id = %s",
            [
                *(decision, self.workspace, story.id, story.version, story.hashes[-1]),
                *(STATE_AFTER[step], None if approved else story.data["reason"], note),
                *(self.ids["dana"], at),
                *(self._valid_until(story, at) if approved else None, self.credential),
            ],
        )
        return decision

    def _approve_or_publish(self, story: Story, step: str, at: datetime) -> None:
        if step == "approve":
            self.run(
                "update public.drafts set state = 'approved', approved_version = %s,"
                " approved_hash = %s, approved_by = %s, approved_at = %s, approved_until = %s,"
                " change_number = change_number + 1, updated_at = %s where id = %s",
                [
                    *(story.version, story.hashes[-1], self.ids["dana"], at),
                    *(self._valid_until(story, at), at, story.id),
                ],
            )
            return
        self.run(
            "update public.drafts set state = 'published', published_at = %s, published_by = %s,"
            " published_url = %s, change_number = change_number + 1, updated_at = %s"
            " where id = %s",
            [
                *(at, self.ids[story.data["author"]]),
                *(f"https://social.example.org/{story.data['author']}/{story.id}", at, story.id),
            ],
        )

    def _comment(self, story: Story, who: str, body: str, at: datetime) -> None:
        comment = uuid4()
        self.run(
            "insert into public.comments (id, workspace_id, draft_id, version_number, author_id,"
            " body, created_at) values (%s, %s, %s, %s, %s, %s, %s)",
            [comment, self.workspace, story.id, story.version, self.ids[who], body, at],
        )
        self._record("comment_added", who, story.id, comment, {"version": story.version}, at)

    def _write_buffer(self, story: Story) -> None:
        text = story.data.get("writing") or story.data["texts"][max(story.version - 1, 0)]
        self.run(
            "insert into public.draft_buffers (draft_id, workspace_id, author_id, content,"
            " content_hash, updated_at)"
            " select %s, %s, %s, c, private.content_hash(c), d.updated_at"
            " from (select %s::jsonb as c) x, public.drafts d where d.id = %s",
            [
                *(story.id, self.workspace, self.ids[story.data["author"]]),
                *(Jsonb(self._content(story, text)), story.id),
            ],
        )

    def _record(
        self,
        action: str,
        actor: str | None,
        draft: UUID | None,
        subject: UUID | None,
        detail: dict[str, Any],
        at: datetime,
    ) -> None:
        self.run(
            "select private.record_event(%s, %s, %s, %s, %s, %s, %s)",
            [
                *(self.workspace, None if actor is None else self.ids[actor], action),
                *(draft, subject, Jsonb(detail), at),
            ],
        )
