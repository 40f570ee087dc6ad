"""The text fields of a draft: each saves by itself and keeps in the browser what is not saved yet.

One component draws a group of fields, as many groups as a page has places for them. Every field
sends its own messages, and the server answers each. What the browser keeps lies in localStorage
under names that begin with `STORAGE_PREFIX`, one entry per person, draft, part and window; it goes
when the server acknowledges it, and all of it has to go on sign-out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from components.messages import Message, fingerprint, read_message
from components.writing import Writing
from components.written import LABELS
from services.hints import Answer
from services.posts import TEXTS

STORAGE_PREFIX = "tandem:"

# The places of a page that have fields.
GROUPS = ("head", "post", "card")

NO_HINTS: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({})
NO_CARE: Mapping[str, str] = MappingProxyType({})

_DROPPED = "draft_dropped"

_HERE = Path(__file__).parent

_EDITOR = st.components.v2.component(
    "tandem_editor",
    html='<div class="fields"></div>\n<!-- filled by the script -->',
    css="\n".join(
        (_HERE / name).read_text(encoding="utf-8") for name in ("editor.css", "editor_hints.css")
    ),
    js="\n".join(
        (_HERE / name).read_text(encoding="utf-8")
        for name in (
            "mounted.js",
            "editor_shelf.js",
            "editor_words.js",
            "editor_view.js",
            "editor_hints.js",
            "editor_field.js",
            "editor.js",
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Field:
    """How one text is drawn.

    Args:
        name: The part's name; see `components.written.LABELS`.
        label: What it is called here.
        hint: What to write, in a sentence below the label.
        limit: What the platform takes, in characters or hashtags; None without a limit.
        limit_name: Whose limit it is.
        longest: The most that can be sent for review; None where saving has the only limit.
        shown: Whether it is there before anything is in it; else it is offered as a button.
        add: The words of that button.
        required: Words to say while it is empty, when it may not be.
    """

    name: str
    label: str
    hint: str = ""
    limit: int | None = None
    limit_name: str = ""
    longest: int | None = None
    shown: bool = True
    add: str = ""
    required: str = ""


def key_of(draft_id: str, group: str) -> str:
    """The widget key of a group of fields."""
    return f"draft_text_{group}_{draft_id}"


def heard_messages(draft_id: str) -> dict[str, Message]:
    """The last message of the browser about each part, whether it was answered or not."""
    heard: dict[str, Message] = {}
    for group in GROUPS:
        state: Any = st.session_state.get(key_of(draft_id, group))
        if isinstance(state, Mapping):
            heard |= _read_messages(state)
    return heard


def draw_fields(
    writing: Writing,
    group: str,
    fields: Sequence[Field],
    *,
    profile_id: str,
    saved_label: str,
    hints: Mapping[str, Sequence[Mapping[str, Any]]] = NO_HINTS,
    care: Mapping[str, str] = NO_CARE,
    on_answer: Callable[[str, str], None] | None = None,
) -> None:
    """Draw a group of fields.

    Args:
        writing: What this tab knows of the draft.
        group: One of GROUPS, once a page.
        profile_id: Whose text it is; part of the name under which the browser keeps it.
        saved_label: What to say while nothing is unsaved, such as "Saved 14:05".
        hints: What the checker says, by the part's name; see `components.hints.field_hints`.
        care: The key of the container with help, by the name of the part whose words ask for it.
        on_answer: Called with draft and group when somebody answered a hint; see `heard_answer`.
    """
    data = {
        "profile": profile_id,
        "closed": False,
        "savedLabel": saved_label,
        "fields": [
            _describe(writing, field)
            | {"hints": hints.get(field.name, []), "care": care.get(field.name, "")}
            for field in fields
        ],
    }
    _mount(writing, group, data, on_answer)


def draw_closed(writing: Writing, *, profile_id: str) -> dict[str, Message]:
    """Draw nothing; returns texts that this browser kept and that were never saved."""
    parts = [
        {"name": name, "kind": _kind_of(name), "text": text}
        for name, text in writing.post.texts.items()
    ]
    left = _mount(writing, "post", {"profile": profile_id, "closed": True, "fields": parts})
    return {
        name: message
        for name, message in left.items()
        if writing.is_new(name, message) and _mark(writing, name, message) not in _dropped()
    }


def drop(writing: Writing, messages: Mapping[str, Message]) -> None:
    """Let the browser forget texts that were never saved, from the next run on."""
    _dropped().update(_mark(writing, name, message) for name, message in messages.items())


def _kind_of(name: str) -> str:
    """Long texts grow and count; the others are one line, of words, of tags or an address."""
    if name in TEXTS:
        return "long"
    return {"hashtags": "tags", "link": "address", "video_link": "address"}.get(name, "line")


def _describe(writing: Writing, field: Field) -> dict[str, object]:
    return {
        "name": field.name,
        "label": field.label,
        "kind": _kind_of(field.name),
        "hint": field.hint,
        "limit": field.limit,
        "limitName": field.limit_name,
        "longest": field.longest,
        "shown": field.shown,
        "add": field.add,
        "required": field.required,
        "text": writing.post.texts[field.name],
        "ack": writing.acks.get(field.name),
        "refusal": writing.refusals.get(field.name),
        "adopt": writing.adopted.get(field.name, 0),
    }


def heard_answer(draft_id: str, group: str) -> tuple[str, str, Answer | None] | None:
    """The rule, the words and what was answered, as the browser just sent it. Trusts nothing."""
    state: Any = st.session_state.get(key_of(draft_id, group))
    told = state.get("answer") if isinstance(state, Mapping) else None
    if not isinstance(told, Mapping):
        return None
    rule, words, given = (told.get(name) for name in ("rule", "quote", "answer"))
    if not isinstance(rule, str) or not isinstance(words, str):
        return None
    return rule, words, given if given in ("not_meant", "used") else None


def _mount(
    writing: Writing,
    group: str,
    data: dict[str, Any],
    on_answer: Callable[[str, str], None] | None = None,
) -> dict[str, Message]:
    common = {
        "draft": writing.draft_id,
        "revision": writing.revision,
        "dropped": sorted(_dropped()),
    }
    callbacks: dict[str, Any] = {f"on_{part['name']}_change": _nothing for part in data["fields"]}
    if on_answer is not None:
        callbacks["on_answer_change"] = partial(on_answer, writing.draft_id, group)
    result: Any = _EDITOR(key=key_of(writing.draft_id, group), data=common | data, **callbacks)
    return _read_messages(result)


def _read_messages(state: Mapping[str, object]) -> dict[str, Message]:
    found = {name: read_message(state.get(name)) for name in LABELS}
    return {name: message for name, message in found.items() if message is not None}


def _dropped() -> set[str]:
    names: set[str] = st.session_state.setdefault(_DROPPED, set())
    return names


def _mark(writing: Writing, name: str, message: Message) -> str:
    return f"{writing.draft_id}:{name}:{fingerprint(message.text)}"


def _nothing() -> None:
    """Messages are read from the state at the start of the run; this only declares them."""
