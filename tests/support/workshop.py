"""A workshop in which drafts get a past: people do things at times of a test's choosing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from services.embedded.history import History, PastDesk, open_history
from services.safety_record import record_check
from tests.support.people import Person, World, make_content
from tests.support.review_model import Event, compute, tell_stories

Row = dict[str, Any]

# Recent enough for approvals to hold until today, long enough ago for several months.
START = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=120)
YEAR = ((START - timedelta(days=30)).date(), (START + timedelta(days=300)).date())

# What may be tried next, by where a draft stands; more often listed, more often tried.
MOVES = {
    "drafting": ["submit"],
    "in_review": ["approve", "back", "back", "edit", "decline", "hold", "submit", "withdraw"],
    "on_hold": ["resume", "resume", "withdraw"],
    "changes_requested": ["submit", "submit", "accept", "take_back", "withdraw", "hand_over"],
    "approved": ["change", "publish", "end_approval"],
    "published": ["end_approval"],
    "withdrawn": ["reopen"],
}


class Workshop:
    """Plays what people do to drafts of ines, at times of the test's choosing.

    Each move (see MOVES) is a method: it takes the moment, the draft as it is, and who decides.
    """

    def __init__(self, world: World, connection: psycopg.Connection[Any], history: History) -> None:
        self.world = world
        self.connection = connection
        self.history = history
        self.texts = 0

    def draft(self, draft: str) -> Row:
        """The draft as it is, with its buffer's revision and the hashes of its versions."""
        cursor = self.connection.execute(
            "select to_jsonb(d) || jsonb_build_object('revision', b.revision, 'hashes',"
            " (select jsonb_object_agg(v.number, v.content_hash) from public.draft_versions v"
            " where v.draft_id = d.id)) from public.drafts d"
            " join public.draft_buffers b on b.draft_id = d.id where d.id = %s",
            [draft],
        )
        ((row,),) = cursor.fetchall()
        found: Row = row
        return found

    def create(self, at: datetime) -> str:
        """A new draft of ines."""
        made = self.history.act(
            at,
            self.world.ines.id,
            "create_draft",
            p_workspace=self.world.home,
            p_title="Figures",
            p_publish_by=None,
            p_content=self.content(),
        )
        return str(made["id"])

    def content(self) -> str:
        """Another text every time."""
        self.texts += 1
        return json.dumps(make_content(f"Text number {self.texts}.").to_json())

    def move(self, at: datetime, draft: str, move: str, *, by: Person | None = None) -> None:
        """One of MOVES; decisions are dana's unless told otherwise."""
        getattr(self, move)(at, self.draft(draft), (by or self.world.dana).id)

    def change(self, at: datetime, found: Row, _by: str) -> None:
        """The author writes something else."""
        self._call(
            at,
            found["author_id"],
            "save_buffer",
            found,
            p_expected_revision=found["revision"],
            p_title="Figures",
            p_publish_by=None,
            p_content=self.content(),
        )

    def submit(self, at: datetime, found: Row, by: str) -> None:
        """The author sends the draft, with another text if it was sent before."""
        if found["version_count"]:
            self.change(at, found, by)
            found = self.draft(found["id"])
        revision = found["revision"]
        author = found["author_id"]
        self._call(at, author, "submit_draft", found, p_expected_revision=revision, p_note="")
        self._have_checked(at, found)

    def approve(self, at: datetime, found: Row, by: str) -> None:
        """As it is."""
        self._decide(at, found, by, "approved")

    def back(self, at: datetime, found: Row, by: str) -> None:
        """Sent back."""
        self._decide(at, found, by, "changes_requested")

    def decline(self, at: datetime, found: Row, by: str) -> None:
        """For good."""
        self._decide(at, found, by, "declined")

    def edit(self, at: datetime, found: Row, by: str) -> None:
        """Approved with edits."""
        self._call(
            at,
            by,
            "approve_with_edits",
            found,
            **self._current(found),
            p_content=self.content(),
            p_note="",
        )
        self._have_checked(at, found)

    def accept(self, at: datetime, found: Row, _by: str) -> None:
        """The author takes the edits, if there are any."""
        offered = found["offered_version"]
        if offered:
            self._call(
                at,
                found["author_id"],
                "accept_edits",
                found,
                p_version=offered,
                p_content_hash=found["hashes"][str(offered)],
                p_expected_revision=found["revision"],
            )

    def take_back(self, at: datetime, found: Row, _by: str) -> None:
        """Whoever offered edits takes them back, if there are any."""
        offered = found["offered_version"]
        if offered:
            ((editor,),) = self.connection.execute(
                "select decided_by::text from public.decisions"
                " where draft_id = %s and version_number = %s",
                [found["id"], offered],
            ).fetchall()
            self._call(
                at,
                editor,
                "take_back_edits",
                found,
                p_version=offered,
                p_content_hash=found["hashes"][str(offered)],
            )

    def hold(self, at: datetime, found: Row, by: str) -> None:
        """Set aside."""
        self._call(at, by, "hold_draft", found, p_note="I asked the author something.")

    def resume(self, at: datetime, found: Row, by: str) -> None:
        """Taken up again."""
        self._call(at, by, "resume_draft", found)

    def withdraw(self, at: datetime, found: Row, _by: str) -> None:
        """The author takes it back."""
        state = found["state"]
        self._call(at, found["author_id"], "withdraw_draft", found, p_expected_state=state)

    def reopen(self, at: datetime, found: Row, _by: str) -> None:
        """And goes on with it."""
        self._call(at, found["author_id"], "reopen_draft", found)

    def publish(self, at: datetime, found: Row, _by: str) -> None:
        """The approved text goes out."""
        approved = found["approved_hash"]
        self._call(at, found["author_id"], "mark_published", found, p_content_hash=approved)

    def end_approval(self, at: datetime, found: Row, by: str) -> None:
        """The approval is withdrawn, unless it was."""
        if found["approval_withdrawn_at"] is None:
            self._call(
                at,
                by,
                "withdraw_approval",
                found,
                p_content_hash=found["approved_hash"],
                p_reason_code="accuracy",
                p_note="A figure turned out to be wrong.",
            )

    def hand_over(self, at: datetime, found: Row, _by: str) -> None:
        """All open drafts of the author get another: marco's become ines's, hers his."""
        ines, marco = self.world.ines.id, self.world.marco.id
        self.history.act(
            at,
            self.world.sam.id,
            "hand_over_drafts",
            p_workspace=self.world.home,
            p_from=found["author_id"],
            p_to=marco if found["author_id"] == ines else ines,
        )

    def restrict(self, draft: str) -> None:
        """For professionals only, or for all again."""
        self.connection.execute(
            "update public.drafts set professionals_only = not professionals_only where id = %s",
            [draft],
        )

    def _call(self, at: datetime, who: str, function: str, found: Row, **arguments: Any) -> None:
        self.history.act(at, who, function, p_draft=found["id"], **arguments)

    def _have_checked(self, at: datetime, found: Row) -> None:
        """As the app does."""
        record_check(PastDesk(self.history, at), draft_id=found["id"])

    def _current(self, found: Row) -> Row:
        version = found["submitted_version"]
        return {"p_version": version, "p_content_hash": found["hashes"][str(version)]}

    def _decide(self, at: datetime, found: Row, by: str, kind: str) -> None:
        self._call(
            at,
            by,
            "decide_draft",
            found,
            **self._current(found),
            p_kind=kind,
            p_reason_code="wording",
            p_note="Softer, please.",
        )

    def play(self, *moves: tuple[float, str]) -> str:
        """A draft, and what happened to it after so many days."""
        draft = self.create(START - timedelta(days=1))
        for after, move in moves:
            self.move(START + timedelta(days=after), draft, move)
        return draft

    def figures(self, who: Person, *period: date) -> dict[str, Any]:
        """What `who` gets for the period, the whole year unless told otherwise."""
        since, to = period or YEAR
        return dict(
            self.history.act(
                datetime.now(UTC),
                who.id,
                "get_review_figures",
                p_workspace=self.world.home,
                p_from=since,
                p_to=to,
            )
        )

    def rounds(self) -> list[tuple[Any, ...]]:
        """All rounds, in order."""
        return self.connection.execute(
            "select * from public.review_rounds order by draft_id, number"
        ).fetchall()

    def sums(self) -> list[tuple[Any, ...]]:
        """All that is kept by month, but what has come to nothing."""
        return [
            row
            for table, counted in (
                ("author_months", "first_answers + approvals"),
                ("decider_months", "approved + edited + sent_back + declined"),
                ("wait_months", "drafts"),
            )
            for row in self.connection.execute(
                # Intervals are compared by their length: a day is 24 hours.
                f"select '{table}', m.* from public.{table} m where {counted} <> 0"  # noqa: S608
                " order by m::text"
            ).fetchall()
        ]

    def model(self, *period: date, hidden_from: Person | None = None) -> dict[str, Any]:
        """The same figures from the record, by Python.

        Args:
            period: Days of its first and last month, the whole year unless told otherwise.
            hidden_from: Somebody who is no professional: without what they may not see.
        """
        rows = self.connection.execute(
            "select e.draft_id::text, e.at, e.actor_id::text, e.action"
            " from public.audit_events e join public.drafts d on d.id = e.draft_id"
            " where e.workspace_id = %s and (%s::uuid is null or not d.professionals_only"
            " or d.author_id = %s) order by e.seq",
            [self.world.home, *[hidden_from and hidden_from.id] * 2],
        ).fetchall()
        since, to = period or YEAR
        return compute(tell_stories(Event(*row) for row in rows).values(), since, to)


@contextmanager
def open_workshop(world: World) -> Iterator[Workshop]:
    """A workshop whose work is undone at the end."""
    with psycopg.connect(world.stack.dsn) as connection:
        with open_history(connection, START) as history:
            yield Workshop(world, connection, history)
        connection.rollback()
