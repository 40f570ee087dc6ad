"""What is chosen about a draft rather than typed: platform, format, topic, countries, dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import streamlit as st

from components import countries
from components import format as fmt
from components.writing import Writing
from components.written import TITLE, Choices
from services.drafts import TOPICS
from services.formats import format_label
from services.platforms import PLATFORMS
from services.posts import FORMATS, LONGEST_TITLE, Content

# In pixels.
_HALF_A_PHONE = 140

PLATFORM = "Platform"
FORMAT = "Format"
TOPIC = "Topic"
COUNTRIES = "Countries it is for"
PUBLISH_BY = "Publish by"
PROFESSIONALS_ONLY = "Visible to professionals only"

_TITLE_HINT = "For you and your colleagues; it is not published."
_TOPIC_HINT = "The topic decides which professionals may approve the post."
_COUNTRIES_HINT = "Help that a post names must work where its readers are."


@dataclass(frozen=True, slots=True)
class NewDraft:
    """What the form for a new draft asks."""

    title: str
    content: Content
    publish_by: date | None


def keys_of(draft_id: str) -> dict[str, str]:
    """The widget keys of a draft's choices, by the choice's name."""
    return {each.name: f"draft_{each.name}_{draft_id}" for each in fields(Choices)}


def seed(writing: Writing) -> None:
    """Give the widgets the server's values: when they are new, or when those have moved on."""
    choices = writing.post.choices
    for name, key in keys_of(writing.draft_id).items():
        if writing.moved or key not in st.session_state:
            value = getattr(choices, name)
            st.session_state[key] = list(value) if name == "countries" else value
    writing.moved = False


def read_choices(writing: Writing) -> Choices:
    """What the widgets hold now, before or after they are drawn."""
    known = writing.post.choices
    held = {
        name: st.session_state.get(key, getattr(known, name))
        for name, key in keys_of(writing.draft_id).items()
    }
    return Choices(**held | {"countries": tuple(sorted(held["countries"]))})


def draw_choices(writing: Writing) -> None:
    """Draw the choices of a draft that is being written."""
    seed(writing)
    keys = keys_of(writing.draft_id)
    _draw_platform(keys["platform"])
    _draw_format(keys["format"])
    _draw_topic(keys["topic"])
    countries.pick(COUNTRIES, key=keys["countries"])
    st.date_input(PUBLISH_BY, key=keys["publish_by"], format="DD/MM/YYYY")


def draw_audience(writing: Writing) -> None:
    """Who of the colleagues may see the draft, and what that means."""
    is_narrow = st.toggle(
        fmt.switch_label(PROFESSIONALS_ONLY, meaning="Not for all colleagues."),
        key=keys_of(writing.draft_id)["professionals_only"],
    )
    if is_narrow:
        st.caption(
            "Once you send it, you and the professionals of your workspace see the draft. "
            "Other influencers and coordinators do not, and neither do their lists. If the post "
            "has to come down after it was published, coordinators learn where it is, and no more."
        )
    else:
        st.caption("Once you send it for review, everybody in your workspace can read it.")


def draw_new(*, today: date) -> NewDraft | None:
    """A form for a new draft; what it says once it was sent with a title, else None."""
    # Without a frame, and two fields side by side, so that a phone shows the button as well.
    with st.form("draft_new", border=False, enter_to_submit=True):
        with st.grid(2, min_column_width=_HALF_A_PHONE):
            platform = _draw_platform("draft_new_platform")
            format_code = _draw_format("draft_new_format")
        topic = _draw_topic("draft_new_topic")
        st.caption(_TOPIC_HINT)
        title = st.text_input(TITLE, key="draft_new_title", max_chars=LONGEST_TITLE)
        st.caption(_TITLE_HINT)
        with st.expander("Countries and date (optional)"):
            chosen = countries.pick(COUNTRIES, key="draft_new_countries")
            st.caption(_COUNTRIES_HINT)
            publish_by = st.date_input(
                PUBLISH_BY,
                value=None,
                min_value=today,
                key="draft_new_publish_by",
                format="DD/MM/YYYY",
            )
        sent = st.form_submit_button("Start writing", type="primary", icon=":material/edit:")
    if not sent:
        return None
    if not fmt.one_line(title):
        st.warning("Please give it a working title first.", icon=":material/edit_note:")
        return None
    content = Content(platform, topic, "", tuple(sorted(chosen)), format=format_code)
    return NewDraft(fmt.one_line(title), content, publish_by)


def choice_label(name: str) -> str:
    """What a choice is called."""
    return _LABELS[name]


def describe_choice(name: str, value: Any) -> str:
    """A choice in words, as Markdown; `value` is what Choices holds under that name."""
    return _IN_WORDS[name](value)


_LABELS: dict[str, str] = {
    "platform": PLATFORM,
    "format": FORMAT,
    "topic": TOPIC,
    "countries": COUNTRIES,
    "publish_by": PUBLISH_BY,
    "media": "Images",
    "professionals_only": PROFESSIONALS_ONLY,
}

_IN_WORDS: dict[str, Callable[[Any], str]] = {
    "platform": fmt.platform_label,
    "format": format_label,
    "topic": fmt.topic_label,
    "countries": lambda codes: countries.names_of(codes) or "none",
    "publish_by": lambda day: "none" if day is None else fmt.day(day),
    "media": lambda images: fmt.count(len(images), "image") if images else "none",
    "professionals_only": lambda is_narrow: "yes" if is_narrow else "no",
}


def _draw_platform(key: str) -> str:
    return st.selectbox(PLATFORM, list(PLATFORMS), key=key, format_func=fmt.platform_label)


def _draw_format(key: str) -> str:
    return st.selectbox(FORMAT, list(FORMATS), key=key, format_func=format_label)


def _draw_topic(key: str) -> str:
    return st.selectbox(TOPIC, list(TOPICS), key=key, format_func=fmt.topic_label)
