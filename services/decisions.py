"""A professional's decision on exactly the text they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.drafts import write_content
from services.gateway.client import Gateway
from services.ids import require_id
from services.models import need_at
from services.posts import Content

REASONS: dict[str, str] = {
    "safety": "Could harm somebody who is struggling",
    "accuracy": "Not accurate, or not supported",
    "wording": "Wording",
    "missing_help": "Help is missing or wrong",
    "privacy": "Privacy or consent",
    "out_of_scope": "Better reviewed by another profession",
    "other": "Something else",
}

KINDS: dict[str, str] = {
    "approved": "Approved",
    "approved_with_edits": "Approved with edits",
    "changes_requested": "Sent back",
    "declined": "Declined",
    "approval_withdrawn": "Approval withdrawn",
    "edits_taken_back": "Edit taken back",
}

WHY_NOT: dict[str, str] = {
    "not_a_professional": "Only professionals decide. You can comment.",
    "own_draft": "You wrote this draft, so somebody else decides on it.",
    "no_credential": (
        "You can decide once a coordinator has checked your credential. You can comment meanwhile."
    ),
    "out_of_scope": (
        "This topic is outside the scope of your checked credential. You can comment, "
        "or leave it to a colleague."
    ),
}


def decide_draft(
    gateway: Gateway,
    *,
    draft_id: str,
    version: int,
    content_hash: str,
    kind: str,
    reason_code: str | None = None,
    note: str = "",
) -> None:
    """Approve, send back or decline one version.

    Args:
        content_hash: Of the text that was on the screen; the database refuses any other.
        kind: approved, changes_requested or declined; the last two need a reason and a note.

    Raises:
        Conflict: `stale_version` when the author sent a newer one meanwhile, `already_decided`
            when a colleague was faster, `on_hold`; of an approval also `not_checked` when the
            checker has not read exactly this, `blocker_stands` when nobody answers for a blocker.
        Forbidden: `own_draft`, `no_credential`, `out_of_scope`, `role_missing`.
        Invalid: no reason or note, or one that is too long.
    """
    gateway.write(
        "decide_draft",
        {
            "p_draft": draft_id,
            "p_version": version,
            "p_content_hash": content_hash,
            "p_kind": kind,
            "p_reason_code": reason_code,
            "p_note": note,
        },
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    """An edit the author took: the draft is approved, its text being written at `revision`."""

    revision: int
    content_hash: str
    valid_until: datetime


def approve_with_edits(
    gateway: Gateway,
    *,
    draft_id: str,
    version: int,
    content_hash: str,
    content: Content,
    note: str = "",
) -> int:
    """Approve the version as edited here, once its author accepts; returns the edit's number.

    Args:
        content_hash: Of the version that was edited.
        content: Other words only: platform, format, topic, countries, images and video stay.

    Raises:
        Conflict, Forbidden: as `decide_draft`.
        Invalid: `nothing_edited`, `edit_too_wide`, or what a version may not hold.
    """
    row = gateway.write(
        "approve_with_edits",
        {
            "p_draft": require_id(draft_id),
            "p_version": version,
            "p_content_hash": content_hash,
            "p_content": write_content(content),
            "p_note": note,
        },
    )
    number: int = row["version"]
    return number


def accept_edits(
    gateway: Gateway, *, draft_id: str, version: int, content_hash: str, expected_revision: int
) -> Accepted:
    """As author, take a professional's edit exactly as it is: it is approved at once.

    What the author had written on meanwhile is kept as a version of their own.

    Raises:
        Conflict: `nothing_offered`, `hash_differs`, `approval_expired`, `stale_revision`,
            `not_checked`, `blocker_stands`.
        Forbidden: the caller is not the author.
    """
    row = gateway.write(
        "accept_edits",
        {
            "p_draft": require_id(draft_id),
            "p_version": version,
            "p_content_hash": content_hash,
            "p_expected_revision": expected_revision,
        },
    )
    return Accepted(row["revision"], row["content_hash"], need_at(row["valid_until"]))


def take_back_edits(
    gateway: Gateway, *, draft_id: str, version: int, content_hash: str, note: str = ""
) -> None:
    """Take back an edit one offered, before its author accepted it: the review goes on.

    Args:
        version: The edit's number.
        content_hash: Of the edit that was on the screen.
        note: What the author reads about it; may be empty.

    Raises:
        Conflict: `nothing_offered` when the author accepted it, sent another text or withdrew the
            draft; `hash_differs`.
        Forbidden: `not_the_editor`, or as `decide_draft`.
        Invalid: the note is too long.
    """
    gateway.write(
        "take_back_edits",
        {
            "p_draft": require_id(draft_id),
            "p_version": version,
            "p_content_hash": content_hash,
            "p_note": note,
        },
    )


def hold_draft(gateway: Gateway, *, draft_id: str, note: str) -> None:
    """Set a review aside without deciding; the author reads why."""
    gateway.write("hold_draft", {"p_draft": require_id(draft_id), "p_note": note})


def resume_draft(gateway: Gateway, *, draft_id: str) -> None:
    """Take up a review that was on hold."""
    gateway.write("resume_draft", {"p_draft": require_id(draft_id)})


def withdraw_approval(
    gateway: Gateway, *, draft_id: str, content_hash: str, reason_code: str | None, note: str
) -> None:
    """Take an approval back, also after publication; author and coordinators are told.

    Raises:
        Conflict: `not_approved`, `hash_differs`.
        Forbidden: as `decide_draft`.
        Invalid: no reason or note.
    """
    gateway.write(
        "withdraw_approval",
        {
            "p_draft": require_id(draft_id),
            "p_content_hash": content_hash,
            "p_reason_code": reason_code,
            "p_note": note,
        },
    )
