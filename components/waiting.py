"""What waits for a person, as Home shows it: words first, then the lists, all as one element."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from components import (
    badges,
    cached,
    feedback,
    links,
    requests,
    session,
    steps,
    telling,
)
from components import format as fmt
from components.rows import Group, Press, Row, RowList, Way, draw_rows
from components.words import Line, Words, join
from services import home as services_home
from services.errors import TandemError
from services.home import Asked, Home, Watched
from services.models import Draft
from services.person import Person

# Own drafts by what to do next, the most pressing first.
PRESSING: tuple[tuple[str, str, str], ...] = (
    ("changes_requested", "Sent back to you", "Read what was asked for, change it, send it again."),
    ("expired", "Approval ended", "Send it for review again before you publish it."),
    ("approved", "Ready to publish", "Post exactly this text, then mark it published."),
)
RESTING: tuple[tuple[str, str, str], ...] = (
    ("drafting", "You are writing", ""),
    ("in_review", "With the professionals", "Nothing to do for you here."),
    ("on_hold", "On hold", "A professional set them aside and says why."),
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


def say_sent_back(draft: Draft) -> Line:
    """Who sent it back and why."""
    back = draft.sent_back
    if back is None:
        return ()
    said = {
        "approved_with_edits": " approves it with a few edits, if you accept them.",
        "approval_withdrawn": f" withdrew the approval: {fmt.reason_label(back.reason_code)}.",
    }.get(back.kind, f" sent it back: {fmt.reason_label(back.reason_code)}.")
    name = Words(back.name, look="strong", is_typed=True)
    return (name, Words(said), *(_quote(back.note) if back.note else ()))


def say_summary(home: Home) -> str:
    """What waits, in a few short sentences."""
    mine, late = home.mine_counts, home.queue_overdue_count
    sentences = []
    if alarms := len(home.alarms) + len(home.hidden_alarms):
        posts = "A published post has" if alarms == 1 else f"{alarms} published posts have"
        sentences.append(f"{posts} lost the approval.")
    if back := mine.get("changes_requested", 0):
        sentences.append(f"{fmt.count(back, 'draft')} came back to you.")
    if asked := len(home.asked):
        waits = "waits" if asked == 1 else "wait"
        sentences.append(f"{fmt.count(asked, 'draft')} {waits} for your look.")
    if ready := mine.get("approved", 0):
        are = "is" if ready == 1 else "are"
        sentences.append(f"{fmt.count(ready, 'draft')} of yours {are} ready to publish.")
    if home.roles & {"professional", "coordinator"} and home.queue_count:
        wait = "waits" if home.queue_count == 1 else "wait"
        overdue = f", {late:,} of them overdue" if late else ""
        sentences.append(f"{fmt.count(home.queue_count, 'post')} {wait} for a decision{overdue}.")
    return " ".join(sentences) or "Nothing is pressing today."


def draw_lists(home: Home, reader: Reader) -> Press | None:
    """Every list there is something in, what needs the person first; the button pressed, if any."""

    def make() -> RowList:
        groups = (group for group in _list_groups(home, reader) if group is not None)
        return RowList.of([group for group in groups if group.rows])

    found = cached.make_once(f"home {reader.person.time_zone}", home, make)
    if not found.groups:
        return None
    return draw_rows(found, key="home_lists", on_open=telling.note_open)


def act(press: Press) -> None:
    """Do what a button below a list says, and draw Home anew."""
    person = session.person()
    try:
        if press.name == telling.MARK_ALL.name:
            telling.mark_all()
        elif press.name == steps.PUT_AWAY.name:
            services_home.hide_first_steps(session.gateway(), workspace_id=person.workspace_id)
            cached.forget_drafts()
    except TandemError as error:
        feedback.show_error(error)
    else:
        st.rerun()


def draw_nothing(home: Home) -> None:
    """When no list of drafts has anything: what to do next, by role."""
    professional = "professional" in home.roles
    alarms = home.alarms or home.hidden_alarms
    listed = home.mine or home.ready_to_publish or home.asked or alarms or home.watching
    if listed or (professional and home.queue):
        return
    if home.roles & {"coordinator"} and home.queue_overdue_count:
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


# -- the lists, in their order ---------------------------------------------------------------


def _list_groups(home: Home, reader: Reader) -> Iterable[Group | None]:
    professional = "professional" in home.roles
    yield _make_alarms(home, reader)
    yield from _make_own(home, reader, PRESSING)
    yield _make_asked(home, reader)
    yield _make_watching(home, reader)
    if professional:
        yield from _make_queue(home, reader)
    elif "coordinator" in home.roles:
        yield _make_overdue(home, reader)
    yield _make_ready(home, reader)
    yield from _make_own(home, reader, RESTING)
    yield telling.make_group(home.news, person=reader.person, now=reader.now)
    yield steps.make_group(home.steps)


def _make_alarms(home: Home, reader: Reader) -> Group:
    def note(draft: Draft) -> Line:
        when = draft.approval_withdrawn_at or reader.now
        since = fmt.ago(when, reader.now, reader.person.time_zone)
        badge = Words("Approval withdrawn", look="badge", icon="gpp_maybe", colour="red")
        return (badge, Words(f" {since}, and it is still out."))

    hint = "Take the post down where it was published, then record that here."
    return _make_group(
        "Published without an approval",
        home.alarms,
        reader,
        note=note,
        hint=hint,
        action="See why",
        own_page="draft",
    )


def _make_own(
    home: Home, reader: Reader, kinds: tuple[tuple[str, str, str], ...]
) -> Iterable[Group]:
    """Own drafts, grouped by what to do next; the last group leads to all of them."""

    def note(draft: Draft) -> Line:
        if draft.state == "changes_requested":
            return say_sent_back(draft)
        if draft.state not in ("in_review", "on_hold"):
            return ()
        return requests.say_holders(
            home.mine_requests.get(draft.id, ()),
            reader_id=reader.person.profile_id,
            now=reader.now,
            zone=reader.person.time_zone,
            is_mine=True,
        )

    total = sum(home.mine_counts.values())
    shown = {draft.state for draft in home.mine}
    states = [state for state, _title, _hint in (*PRESSING, *RESTING) if state in shown]
    for state, title, hint in kinds:
        found = [draft for draft in home.mine if draft.state == state]
        more: tuple[Way, ...] = ()
        if found and state == states[-1] and total > len(home.mine):
            more = (Way(f"All your {total:,} open drafts", "drafts", (("drafts_mine", "true"),)),)
        yield _make_group(title, found, reader, note=note, hint=hint, more=more)


def _make_asked(home: Home, reader: Reader) -> Group:
    """What the reader has or was asked about, second looks first."""
    ordered = sorted(home.asked, key=lambda one: one.request.reason != "second_look")
    rows = tuple(_make_asked_row(one, reader) for one in ordered)
    return Group("For you to look at", rows, more=(Way("All reviews", "reviews"),) if rows else ())


def _make_asked_row(asked: Asked, reader: Reader) -> Row:
    draft, request = asked.draft, asked.request
    zone = reader.person.time_zone
    why = requests.say_asked(request, now=reader.now, zone=zone)
    late = requests.say_overdue(draft, now=reader.now, today=reader.today)
    return badges.draft_row(
        draft,
        zone=zone,
        now=reader.now,
        viewer_id=reader.person.profile_id,
        note=join((why, late), " "),
        action="Read and advise" if request.kind == "peer" else "Review",
    )


def _make_watching(home: Home, reader: Reader) -> Group:
    return Group(
        "Comments you watch",
        tuple(_make_watched_row(one, reader) for one in home.watching),
        hint="People in distress may write under these posts.",
    )


def _make_watched_row(watched: Watched, reader: Reader) -> Row:
    draft, zone = watched.draft, reader.person.time_zone
    until = fmt.moment(watched.until, zone)
    address = draft.published_url
    where: Line = (Words(address, is_typed=True),) if address else ()
    return Row(
        title=(Words(draft.title, is_typed=True),),
        lines=(
            (Words(f"Until {until}, on {fmt.platform_label(draft.platform)}"),),
            where,
        ),
        action="Details",
        page="draft" if draft.author_id == reader.person.profile_id else "review",
        draft_id=draft.id,
        key=f"watch {draft.id}",
        outside=address or "",
    )


def _make_queue(home: Home, reader: Reader) -> Iterable[Group]:
    """What nobody has: what the reader may decide on, then what they may only comment on."""

    def note(draft: Draft) -> Line:
        late = requests.say_overdue(draft, now=reader.now, today=reader.today)
        return join((requests.say_risk(draft), late), " ")

    def note_why(draft: Draft) -> Line:
        why = {
            "out_of_scope": "Outside your credential's topics.",
            "own_draft": "You wrote a version of it, so somebody else decides.",
        }.get(draft.why_not or "", "")
        return join((note(draft), (Words(why),) if why else ()), " ")

    mine = [draft for draft in home.queue if draft.why_not is None]
    others = [draft for draft in home.queue if draft.why_not is not None]
    more = (Way("All reviews", "reviews", (("show", "unassigned"),)),)
    yield _make_group("Waiting for your decision", mine, reader, note=note, more=more)
    yield _make_group(
        "Also in review",
        others,
        reader,
        note=note_why,
        hint="You can read and comment; others decide.",
        action="Read",
        more=() if mine else more,
    )


def _make_overdue(home: Home, reader: Reader) -> Group:
    """What takes too long, for coordinators who do not see the queue anyway."""

    def note(draft: Draft) -> Line:
        return requests.say_overdue(draft, now=reader.now, today=reader.today)

    return _make_group(
        "Overdue, and nobody has it",
        [draft for draft in home.queue if note(draft)],
        reader,
        note=note,
        hint="Assign it to a professional whose credential covers the topic.",
        action="Read",
        more=(Way("Assign", "reviews", (("show", "overdue"),)),),
    )


def _make_ready(home: Home, reader: Reader) -> Group:
    """Approved posts of everybody, for coordinators."""
    me = reader.person.profile_id
    return _make_group(
        "Ready to publish by others",
        [draft for draft in home.ready_to_publish or () if draft.author_id != me],
        reader,
        note=_say_approved,
        hint="Approved by a professional. The author or you can mark them published.",
        action="Publish",
    )


def _make_group(
    title: str,
    found: Iterable[Draft],
    reader: Reader,
    *,
    note: Callable[[Draft], Line],
    hint: str = "",
    action: str = "",
    more: tuple[Way, ...] = (),
    own_page: links.PageName | None = None,
) -> Group:
    rows = tuple(
        badges.draft_row(
            draft,
            zone=reader.person.time_zone,
            now=reader.now,
            viewer_id=reader.person.profile_id,
            note=note(draft),
            action=action,
            own_page=own_page,
        )
        for draft in found
    )
    return Group(title, rows, hint=hint, more=more)


def _quote(note: str) -> Line:
    """The beginning of somebody's note."""
    end = " …”" if len(note) >= 280 else "”"
    return (Words(" “"), Words(note, is_typed=True), Words(end))


def _say_approved(draft: Draft) -> Line:
    return (
        Words(f"Version {draft.approved_version}, approved by "),
        Words(draft.approved_by_name or "a professional", is_typed=True),
        Words("."),
    )
