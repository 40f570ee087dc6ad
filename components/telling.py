"""What people are told, in words: one sentence a notification, and the place it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from components import cached, session
from components import format as fmt
from components.links import PageName
from components.rows import Button, Group, Query, Row, Way
from components.words import Line, Words, join
from services import notifications
from services.errors import TandemError
from services.notifications import Notification
from services.person import Person

MARK_ALL = Button("mark_all_read", "Mark all read", "done_all")
ALL_NEWS = Way("All news", "news")

_NEW = Words("New", look="badge", icon="mark_email_unread", colour="blue")
# The library's list, as its address asks for it.
_TO_CHECK: Query = (("library_show", "To check"),)
# What a row's key begins with when it is news; Home has other rows beside them.
_KEY = "news "


@dataclass(frozen=True, slots=True)
class _Told:
    """How one kind is said; `{who}` and `{draft}` stand for the names.

    `where`: "room" always, "comment" in the room at that comment, "own" for the author's own page,
    "home" where the reader may not read the draft, "check" for what is to check in the library.
    """

    icon: str
    says: str | Callable[[Notification], str]
    where: str = "own"


def _say_wanted(news: Notification) -> str:
    reasons = {
        "assigned": "{who} gave you {draft} to decide on",
        "second_look": "{draft} came back changed, for your second look",
        "second_opinion": "{who} would like your opinion on {draft} as well",
        "not_my_area": "{who} passed {draft} on to you: not their area",
    }
    return reasons.get(str(news.detail.get("reason")), "{who} asked you to decide on {draft}")


def _say_advice(news: Notification) -> str:
    if news.detail.get("kind") == "looks_good":
        return "{who} says that {draft} looks good"
    return "{who} advises to change something in {draft}"


def _say_passed_on(news: Notification) -> str:
    reasons = {"not_my_area": ": not their area", "no_time": ": they will not get to it"}
    to = "passed {draft} on" if news.subject_id else "gave {draft} back"
    return f"{{who}} {to}{reasons.get(str(news.detail.get('reason')), '')}"


def _say_approval_withdrawn(news: Notification) -> str:
    if news.detail.get("was") == "published":
        return "{who} withdrew the approval of {draft}, which is published"
    return "{who} withdrew the approval of {draft}"


def _say_ending(news: Notification) -> str:
    entries = int(news.detail.get("entries", 1))
    have = "has a check that ends" if entries == 1 else "have checks that end"
    return f"{fmt.count(entries, 'entry', 'entries')} of the library {have} within two weeks"


def _say_ended(news: Notification) -> str:
    entries = int(news.detail.get("entries", 1))
    are, why = ("is", "its check has") if entries == 1 else ("are", "their checks have")
    counted = fmt.count(entries, "entry", "entries")
    return f"{counted} of the library {are} given to nobody any more: {why} ended"


_KINDS: dict[str, _Told] = {
    "comment_added": _Told("forum", "{who} commented on {draft}", "comment"),
    "mentioned": _Told("alternate_email", "{who} mentioned you in {draft}", "comment"),
    "thread_resolved": _Told("check", "{who} settled what you said about {draft}", "comment"),
    "advice_wanted": _Told("forum", "{who} asked for your advice on {draft}", "room"),
    "advice_given": _Told("thumbs_up_down", _say_advice, "room"),
    "review_wanted": _Told("rate_review", _say_wanted, "room"),
    "review_passed_on": _Told("forward", _say_passed_on),
    "review_taken_back": _Told("undo", "{who} took {draft} back: you no longer have it", "room"),
    "new_version": _Told("difference", "There is a newer version of {draft}", "room"),
    "draft_approved": _Told("verified", "{who} approved {draft}"),
    "draft_changes_requested": _Told("reply", "{who} sent {draft} back to you"),
    "draft_declined": _Told("block", "{who} declined {draft}"),
    "edits_offered": _Told("edit_note", "{who} would approve {draft} with a few edits"),
    "edits_accepted": _Told("verified", "{who} accepted the edits: {draft} is approved"),
    "edits_taken_back": _Told(
        "undo", "{who} took back the edits to {draft}: it is in review again"
    ),
    "draft_held": _Told("pause_circle", "{who} put {draft} on hold"),
    "draft_resumed": _Told("play_circle", "{who} took the review of {draft} up again"),
    "approval_withdrawn": _Told("gpp_maybe", _say_approval_withdrawn),
    "ready_to_publish": _Told("verified", "{draft} is approved and can be published"),
    "draft_published": _Told("public", "{who} marked {draft} as published"),
    "watch_wanted": _Told("visibility", "{who} asked you to watch the comments under {draft}"),
    "hidden_post_withdrawn": _Told(
        "gpp_maybe", "{who} withdrew the approval of {draft}: it has to come down", "home"
    ),
    "hidden_post_taken_down": _Told(
        "visibility_off", "{who} recorded that {draft} was taken down", "home"
    ),
    "taken_down": _Told("visibility_off", "{who} took {draft} down"),
    "checks_ending": _Told("schedule", _say_ending, "check"),
    "checks_ended": _Told("event_busy", _say_ended, "check"),
    "help_changed": _Told(
        "support", "A service that goes with {draft} has changed since it was approved", "room"
    ),
    "help_ended": _Told(
        "event_busy",
        "A service that goes with {draft} is given to nobody any more: its check has ended",
        "room",
    ),
    "draft_withdrawn": _Told("archive", "{who} withdrew {draft}: there is nothing to review"),
}
KINDS = frozenset(_KINDS)


def say(news: Notification) -> Line:
    """What happened, in a sentence without its full stop."""
    told = _KINDS.get(news.kind)
    says = told.says if told else "Something happened to {draft}"
    template = says if isinstance(says, str) else says(news)
    who = Words(news.actor_name or "Somebody", look="strong", is_typed=bool(news.actor_name))
    line: list[Words] = []
    for place, part in enumerate(
        template.replace("{who}", "\0w\0").replace("{draft}", "\0d\0").split("\0")
    ):
        if place % 2:
            line += (who,) if part == "w" else _name_draft(news)
        elif part:
            line.append(Words(part))
    return tuple(line)


def _name_draft(news: Notification) -> Line:
    """The draft's title; whose post it is and where, for somebody who may not read the draft."""
    post = news.post
    if post is None:
        return (Words("“"), Words(news.title, is_typed=True), Words("”"))
    author = Words(post.author_name, look="strong", is_typed=True)
    return (Words("a post by "), author, Words(f" on {fmt.platform_label(post.platform)}"))


def find_place(news: Notification, *, reader_id: str) -> tuple[PageName, Query]:
    """The page a notification leads to, and what the address adds to the draft's id."""
    told = _KINDS.get(news.kind)
    where = told.where if told else "own"
    if where == "comment" and news.subject_id:
        return "review", (("comment", news.subject_id),)
    if where == "home":
        return "home", ()
    if where == "check":
        return "library", _TO_CHECK
    if where == "own" and news.author_id == reader_id:
        return "draft", ()
    return "review", ()


def make_rows(found: Iterable[Notification], *, person: Person, now: datetime) -> tuple[Row, ...]:
    """A row a notification, for `components.rows`."""
    return tuple(_make_row(news, person, now) for news in found)


def make_group(found: notifications.News, *, person: Person, now: datetime) -> Group:
    """The latest on Home, with the way to all."""
    return Group(
        "News",
        make_rows(found.notifications, person=person, now=now),
        more=(ALL_NEWS,),
        button=MARK_ALL if found.unread else None,
    )


def note_open(row: Row) -> None:
    """Somebody follows a row: if it is news, it is read."""
    if row.key.startswith(_KEY):
        _mark([row.key.removeprefix(_KEY)])


def mark_all() -> None:
    """Everything here is read. Raises TandemError."""
    person = session.person()
    notifications.mark_read(session.gateway(), workspace_id=person.workspace_id)
    _look_anew()


def _mark(ids: list[str]) -> None:
    person = session.person()
    try:
        notifications.mark_read(session.gateway(), workspace_id=person.workspace_id, ids=ids)
    except TandemError:
        return  # It stays unread; where it leads matters more.
    _look_anew()


def _look_anew() -> None:
    cached.forget_news()
    session.look_anew()


def _make_row(news: Notification, person: Person, now: datetime) -> Row:
    page, query = find_place(news, reader_id=person.profile_id)
    told = _KINDS.get(news.kind)
    icon = Words("", icon=told.icon if told else "notifications")
    marks: list[Line] = [] if news.read_at else [(_NEW,)]
    marks.append((Words(fmt.ago(news.created_at, now, person.time_zone)),))
    if news.times > 1:
        marks.append((Words(f"{news.times} times since you last looked"),))
    return Row(
        title=(icon, Words(" "), *say(news)),
        lines=(join(marks, " · ") if news.read_at else join(marks, " "),),
        action="Open",
        page=page,
        draft_id=news.draft_id if page in ("draft", "review") else "",
        query=query,
        key=f"{_KEY}{news.id}",
    )
