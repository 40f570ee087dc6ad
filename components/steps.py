"""The first steps on Home: at most five, each a sentence with the way to do it."""

from __future__ import annotations

from components.links import PageName
from components.rows import Button, Group, Query, Row
from components.words import Words

PUT_AWAY = Button("put_steps_away", "Put away", "close")

# By the words of private.first_steps: what to do, the link's words, and where.
STEPS: dict[str, tuple[str, str, PageName, Query]] = {
    "draft_written": ("Write your first draft.", "New draft", "draft", ()),
    "draft_sent": ("Send a draft for review.", "Your drafts", "drafts", (("drafts_mine", "true"),)),
    "peer_helped": (
        "Say something helpful about somebody else's draft.",
        "Drafts in review",
        "drafts",
        (("drafts_state", "In review"),),
    ),
    "draft_approved": (
        "Have a draft approved by a professional.",
        "Your drafts",
        "drafts",
        (("drafts_mine", "true"),),
    ),
    "draft_published": ("See a first post published.", "Drafts", "drafts", ()),
    "credential_recorded": ("Record your credential.", "Settings", "settings", ()),
    "credential_checked": (
        "Have a coordinator check your credential.",
        "People",
        "people",
        (("people_show", "Coordinators"),),
    ),
    "draft_read": ("Read a draft in its review room.", "Reviews", "reviews", ()),
    "comment_written": ("Write a comment.", "Reviews", "reviews", ()),
    "decision_made": ("Decide on a draft.", "Reviews", "reviews", ()),
    "person_invited": ("Invite somebody.", "People", "people", ()),
    "person_joined": ("Welcome the first person who joins.", "People", "people", ()),
    "check_done": (
        "Check a professional's credential.",
        "People",
        "people",
        (("people_show", "Credential to check"),),
    ),
    "review_assigned": ("Assign a draft to a professional.", "Reviews", "reviews", ()),
}


def make_group(steps: tuple[tuple[str, bool], ...] | None) -> Group | None:
    """The list as Home shows it; None once it was put away or all is done."""
    if not steps or all(done for _word, done in steps):
        return None
    done = sum(done for _word, done in steps)
    return Group(
        "First steps",
        tuple(_make_row(word, is_done) for word, is_done in steps),
        hint=f"{done} of {len(steps)} done. They tick themselves.",
        button=PUT_AWAY,
        is_compact=True,
    )


def _make_row(word: str, is_done: bool) -> Row:
    sentence, label, page, query = STEPS[word]
    if is_done:
        mark = Words("Done", look="badge", icon="check_circle", colour="green")
        return Row((mark, Words(f" {sentence}")), (), "", page, key=f"step {word}")
    mark = Words("To do", look="badge", icon="radio_button_unchecked")
    return Row((mark, Words(f" {sentence}")), (), label, page, query=query, key=f"step {word}")
