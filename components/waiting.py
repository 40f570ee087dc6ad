"""What waits for a person, as Home shows it: words first, then the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from components import badges, cached, credentials, feedback, links
from components import format as fmt
from components.rows import Group, RowList, draw_rows
from components.words import Line, Words, join
from services.home import Home
from services.models import Credential, Draft
from services.sessions import Person

# A review is overdue when its day has come or nobody decided for this long; the database counts
# the same way (get_home).
PATIENCE = timedelta(days=3)

# Own drafts by what to do next, the most pressing first.
GROUPS: tuple[tuple[str, str, str], ...] = (
    ("changes_requested", "Sent back to you", "Read what was asked for, change it, send it again."),
    ("expired", "Approval ended", "Send it for review again before you publish it."),
    ("approved", "Ready to publish", "Post exactly this text, then mark it published."),
    ("drafting", "You are writing", ""),
    ("in_review", "With the professionals", "Nothing to do for you here."),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at Home, and when."""

    person: Person
    now: datetime

    @property
    def today(self) -> date:
        """The reader's date."""
        return fmt.today_in(self.person.time_zone, self.now)


def say_overdue(draft: Draft, *, now: datetime, today: date) -> Line:
    """Why a review is overdue; empty when it is not."""
    if draft.publish_by == today:
        why = "It is to go out today."
    elif draft.publish_by is not None and draft.publish_by < today:
        why = "Its day to go out has passed."
    elif draft.submitted_at is not None and draft.submitted_at < now - PATIENCE:
        why = f"It has waited {fmt.lasting(now - draft.submitted_at)} for a decision."
    else:
        return ()
    return (Words("Overdue", look="badge", icon="schedule", colour="orange"), Words(f" {why}"))


def say_sent_back(draft: Draft) -> Line:
    """Who sent it back and why."""
    back = draft.sent_back
    if back is None:
        return ()
    return (
        Words(back.name, look="strong", is_typed=True),
        Words(f" sent it back: {fmt.reason_label(back.reason_code)}. “"),
        Words(back.note, is_typed=True),
        Words(" …”" if len(back.note) >= 280 else "”"),
    )


def say_summary(home: Home) -> str:
    """What waits, in a few short sentences."""
    mine, late = home.mine_counts, home.queue_overdue_count
    sentences = []
    if back := mine.get("changes_requested", 0):
        sentences.append(f"{fmt.count(back, 'draft')} came back to you.")
    if ready := mine.get("approved", 0):
        are = "is" if ready == 1 else "are"
        sentences.append(f"{fmt.count(ready, 'draft')} of yours {are} ready to publish.")
    if home.roles & {"professional", "coordinator"} and home.queue_count:
        wait = "waits" if home.queue_count == 1 else "wait"
        overdue = f", {late:,} of them overdue" if late else ""
        sentences.append(f"{fmt.count(home.queue_count, 'post')} {wait} for a decision{overdue}.")
    return " ".join(sentences) or "Nothing is pressing today."


def find_next_review(home: Home) -> Draft | None:
    """The first draft of the queue that this person may decide on."""
    return next((draft for draft in home.queue if draft.why_not is None), None)


def draw_mine(home: Home, reader: Reader) -> None:
    """Own drafts, grouped by what to do next."""

    def make() -> list[Group]:
        return [
            _make_group(title, found, reader, note=say_sent_back, hint=hint)
            for state, title, hint in GROUPS
            if (found := [draft for draft in home.mine if draft.state == state])
        ]

    _draw_groups("mine", home, reader, make)
    total = sum(home.mine_counts.values())
    if total > len(home.mine):
        links.draw_link(
            "drafts",
            f"All your {total:,} open drafts",
            icon=":material/arrow_forward:",
            query={"drafts_mine": "true"},
        )


def draw_queue(home: Home, reader: Reader) -> None:
    """The review queue: what the reader may decide on, then what they may only comment on."""

    def note(draft: Draft) -> Line:
        return say_overdue(draft, now=reader.now, today=reader.today)

    def note_why(draft: Draft) -> Line:
        why = {
            "out_of_scope": "Outside your credential's topics.",
            "own_draft": "You wrote a version of it, so somebody else decides.",
        }.get(draft.why_not or "", "")
        return join((note(draft), (Words(why),) if why else ()), " ")

    def make() -> list[Group]:
        groups = []
        if mine := [draft for draft in home.queue if draft.why_not is None]:
            groups.append(_make_group("Waiting for your decision", mine, reader, note=note))
        if others := [draft for draft in home.queue if draft.why_not is not None]:
            hint = "You can read and comment; others decide."
            groups.append(
                _make_group(
                    "Also in review", others, reader, note=note_why, hint=hint, action="Read"
                )
            )
        return groups

    _draw_groups("queue", home, reader, make)
    if home.queue_count > len(home.queue):
        links.draw_link(
            "drafts",
            f"All {home.queue_count:,} in review",
            icon=":material/arrow_forward:",
            query={"drafts_state": fmt.state_label("in_review")},
        )


def draw_ready(home: Home, reader: Reader) -> None:
    """Approved posts of everybody, for coordinators."""

    def make() -> list[Group]:
        me = reader.person.profile_id
        ready = [draft for draft in home.ready_to_publish or () if draft.author_id != me]
        hint = "Approved by a professional. The author or you can mark them published."
        group = _make_group(
            "Ready to publish", ready, reader, note=_say_approved, hint=hint, action="Publish"
        )
        return [group] if ready else []

    _draw_groups("ready", home, reader, make)


def draw_overdue(home: Home, reader: Reader) -> None:
    """Reviews that take too long, for coordinators who do not see the queue anyway."""

    def note(draft: Draft) -> Line:
        return say_overdue(draft, now=reader.now, today=reader.today)

    def make() -> list[Group]:
        late = [draft for draft in home.queue if note(draft)]
        hint = "Ask a professional whose credential covers the topic."
        title = "Reviews that are overdue"
        group = _make_group(title, late, reader, note=note, hint=hint, action="Read")
        return [group] if late else []

    _draw_groups("overdue", home, reader, make)


def draw_credential_counts(home: Home) -> None:
    """What a coordinator has to look up, with the way there."""
    if home.unchecked_credentials:
        links.draw_link(
            "people",
            f"{fmt.count(home.unchecked_credentials, 'credential')} to check",
            icon=":material/verified_user:",
            query={"people_show": "Credential to check"},
        )
    if home.lapsing_credentials:
        links.draw_link(
            "people",
            f"{fmt.count(home.lapsing_credentials, 'credential')} ending within 30 days",
            icon=":material/event_upcoming:",
            query={"people_show": "Credential ending"},
        )


def draw_own_credential(credential: Credential | None, reader: Reader) -> None:
    """Says so when the reader cannot decide, or soon cannot."""
    if credential is None:
        message = (
            "You can decide on drafts once your credential is recorded and a coordinator has "
            "checked it. Until then you can read and comment."
        )
        _draw_credential_notice(message, "Record your credential")
        return
    state = credentials.find_state(credential, today=reader.today)
    if state == "unchecked":
        message = (
            "Your credential waits for a coordinator to look it up. Until then you can read "
            "and comment."
        )
        _draw_credential_notice(message, "See your credential")
    elif state in ("lapsing", "expired"):
        message = credentials.say_state(
            credential, today=reader.today, zone=reader.person.time_zone
        )
        _draw_credential_notice(message, "Record it again")


def draw_nothing(home: Home) -> None:
    """When there is nothing in any list: what to do next, by role."""
    professional = "professional" in home.roles
    listed = home.mine or home.ready_to_publish or (professional and home.queue)
    if listed or (home.roles & {"coordinator"} and home.queue_overdue_count):
        return
    if "influencer" in home.roles:
        feedback.empty_state(
            "No drafts yet",
            "Start with a few sentences. A professional reads them before anybody else does, "
            "and you can always change them.",
            icon="edit_note",
            action=lambda: links.draw_link("draft", "Start a draft", icon=":material/add:"),
        )
    elif professional:
        feedback.empty_state(
            "The queue is empty",
            "Nothing waits for a decision. New drafts appear here as soon as they are sent in.",
            icon="done_all",
            action=lambda: links.draw_link(
                "drafts", "Read earlier drafts", icon=":material/arrow_forward:"
            ),
        )
    else:
        feedback.empty_state(
            "All quiet",
            "Nothing is overdue and nothing waits to be published. "
            "You can look at who is here and invite others.",
            icon="done_all",
            action=lambda: links.draw_link("people", "See people", icon=":material/arrow_forward:"),
        )


def _draw_credential_notice(message: str, label: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":material/badge: **Your credential.** {message}")
        links.draw_link("settings", label, icon=":material/arrow_forward:")


def _make_group(
    title: str,
    found: Iterable[Draft],
    reader: Reader,
    *,
    note: Callable[[Draft], Line],
    hint: str = "",
    action: str = "",
) -> Group:
    rows = tuple(
        badges.draft_row(
            draft,
            zone=reader.person.time_zone,
            now=reader.now,
            viewer_id=reader.person.profile_id,
            note=note(draft),
            action=action,
        )
        for draft in found
    )
    return Group(title, rows, hint=hint)


def _draw_groups(name: str, home: Home, reader: Reader, make: Callable[[], list[Group]]) -> None:
    """Draw what `make` makes of this answer, if it is anything."""
    found = cached.make_once(
        f"home {name} {reader.person.time_zone}", home, lambda: RowList.of(make())
    )
    if found.rows:
        draw_rows(found, key=f"home_{name}")


def _say_approved(draft: Draft) -> Line:
    return (
        Words(f"Version {draft.approved_version}, approved by "),
        Words(draft.approved_by_name or "a professional", is_typed=True),
        Words("."),
    )
