"""The text field of a draft: saves by itself and keeps in the browser what is not saved yet.

What the browser keeps lies in localStorage under names that begin with `STORAGE_PREFIX`, one
entry per person, draft and window; it goes when the server acknowledges it, and all of it has to
go on sign-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.autosave import Message, Writing, fingerprint, read_message
from services.drafts import LONGEST_CAPTION

STORAGE_PREFIX = "tandem:"

# Characters the platforms take; None where there is no limit worth a warning.
PLATFORM_LIMITS: dict[str, int] = {
    "instagram": 2_200,
    "tiktok": 4_000,
    "youtube": 5_000,
    "facebook": 63_206,
    "x": 280,
    "linkedin": 3_000,
    "podcast": 4_000,
}

_DROPPED = "draft_dropped"

_HERE = Path(__file__).parent

_HTML = """
<div class="editor">
  <label for="text"></label>
  <textarea id="text" dir="auto" spellcheck="true" rows="9"></textarea>
  <div class="line"><span id="status"></span><span id="count"></span></div>
  <span class="aside" id="heard" role="status" aria-live="polite"></span>
  <span class="aside" id="hint">Saved by itself as you write.</span>
</div>
"""

_EDITOR = st.components.v2.component(
    "tandem_editor",
    html=_HTML,
    css=(_HERE / "editor.css").read_text(encoding="utf-8"),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("editor_shelf.js", "editor.js")
    ),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a text may be on its platform; `most` is None without a limit."""

    name: str
    most: int | None


def key_of(draft_id: str) -> str:
    """The widget key of a draft's editor."""
    return f"draft_text_{draft_id}"


def heard_message(draft_id: str) -> Message | None:
    """The last message of the browser, whether it was answered or not."""
    state: Any = st.session_state.get(key_of(draft_id))
    return read_message(state.get("draft")) if state else None


def draw_editor(
    writing: Writing, *, profile_id: str, limits: Limits, saved_label: str
) -> Message | None:
    """Draw the field; returns the last message, as `heard_message` of the next run will.

    Args:
        writing: What this tab knows of the draft.
        profile_id: Whose text it is; part of the name under which the browser keeps it.
        saved_label: What to say while nothing is unsaved, such as "Saved 14:05".
    """
    return _mount(
        writing,
        {
            "profile": profile_id,
            "closed": False,
            "label": "Text of the post",
            "placeholder": "Write here. It is saved as you go.",
            "ack": writing.ack,
            "refusal": writing.refusal,
            "adopt": writing.adopt,
            "savedLabel": saved_label,
            "limit": limits.most,
            "limitName": limits.name,
            "longest": LONGEST_CAPTION,
        },
    )


def draw_closed(writing: Writing, *, profile_id: str) -> Message | None:
    """Draw nothing; returns text that this browser kept and that was never saved, if any."""
    left = _mount(writing, {"profile": profile_id, "closed": True})
    if left is None or not writing.is_new(left) or _name(writing, left) in _dropped():
        return None
    return left


def drop(writing: Writing, message: Message) -> None:
    """Let the browser forget a text that was never saved, from the next run on."""
    _dropped().add(_name(writing, message))


def _dropped() -> set[str]:
    names: set[str] = st.session_state.setdefault(_DROPPED, set())
    return names


def _name(writing: Writing, message: Message) -> str:
    return f"{writing.draft_id}:{fingerprint(message.text)}"


def _mount(writing: Writing, data: dict[str, object]) -> Message | None:
    common = {
        "draft": writing.draft_id,
        "text": writing.caption,
        "revision": writing.revision,
        "dropped": sorted(_dropped()),
    }
    result: Any = _EDITOR(
        key=key_of(writing.draft_id), data=common | data, on_draft_change=_nothing
    )
    return read_message(result.draft)


def _nothing() -> None:
    """The message is read from the state at the start of the run; this only declares it."""
