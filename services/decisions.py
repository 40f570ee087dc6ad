"""A professional's decision on exactly the text they read."""

from __future__ import annotations

from services.gateway.client import Gateway

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
    "changes_requested": "Sent back",
    "declined": "Declined",
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
        kind: A key of KINDS. All but `approved` need a reason and a note.

    Raises:
        Conflict: `stale_version` when the author sent a newer one meanwhile, `already_decided`
            when a colleague was faster.
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
