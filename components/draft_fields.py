"""What a draft has besides its text: title, platform, topic, countries, publish-by."""

from __future__ import annotations

from datetime import date

import streamlit as st

from components import countries
from components import format as fmt
from components.autosave import Fields, Writing, fields_of
from services.drafts import LONGEST_TITLE, PLATFORMS, TOPICS
from services.posts import Content

_MOST_COUNTRIES = 60

TITLE = "Working title"
PLATFORM = "Platform"
TOPIC = "Topic"
COUNTRIES = "Countries it is for"
PUBLISH_BY = "Publish by"

_TITLE_HINT = "For you and your colleagues; it is not published."
_TOPIC_HINT = "The topic decides which professionals may approve the post."
_COUNTRIES_HINT = "Help that a post names must work where its readers are."


def keys_of(draft_id: str) -> dict[str, str]:
    """The widget keys of a draft's fields, by the field's name."""
    names = ("title", "platform", "topic", "countries", "publish_by", "media")
    return {name: f"draft_{name}_{draft_id}" for name in names}


def seed(writing: Writing) -> None:
    """Give the widgets the server's values: when they are new, or when those have moved on."""
    fields, keys = writing.fields, keys_of(writing.draft_id)
    for name, key in keys.items():
        if writing.moved or key not in st.session_state:
            value = getattr(fields, name)
            st.session_state[key] = list(value) if name == "countries" else value
    writing.moved = False


def read_fields(writing: Writing) -> Fields:
    """What the widgets hold now, before or after they are drawn; the saved title if empty."""
    keys = keys_of(writing.draft_id)
    known = writing.fields
    return Fields(
        title=_one_line(st.session_state.get(keys["title"], known.title)) or known.title,
        platform=st.session_state.get(keys["platform"], known.platform),
        topic=st.session_state.get(keys["topic"], known.topic),
        countries=tuple(sorted(st.session_state.get(keys["countries"], known.countries))),
        publish_by=st.session_state.get(keys["publish_by"], known.publish_by),
        media=st.session_state.get(keys["media"], known.media),
    )


def draw_fields(writing: Writing) -> Fields:
    """Draw the fields of a draft that is being written, and read them."""
    seed(writing)
    keys = keys_of(writing.draft_id)
    title = st.text_input(TITLE, key=keys["title"], max_chars=LONGEST_TITLE)
    if not _one_line(title):
        st.caption("Please give it a working title. The last one is kept until then.")
    _draw_platform(keys["platform"])
    _draw_topic(keys["topic"])
    _draw_countries(keys["countries"])
    st.date_input(PUBLISH_BY, key=keys["publish_by"], format="DD/MM/YYYY")
    return read_fields(writing)


def draw_new(*, today: date) -> Fields | None:
    """A form for a new draft; its fields once it was sent with a title, else None."""
    with st.form("draft_new", border=True, enter_to_submit=True):
        title = st.text_input(TITLE, key="draft_new_title", max_chars=LONGEST_TITLE)
        st.caption(_TITLE_HINT)
        left, right = st.columns(2)
        with left:
            platform = _draw_platform("draft_new_platform")
        with right:
            topic = _draw_topic("draft_new_topic")
        st.caption(_TOPIC_HINT)
        chosen = _draw_countries("draft_new_countries")
        st.caption(_COUNTRIES_HINT)
        publish_by = st.date_input(
            f"{PUBLISH_BY} (optional)",
            value=None,
            min_value=today,
            key="draft_new_publish_by",
            format="DD/MM/YYYY",
        )
        sent = st.form_submit_button("Start writing", type="primary", icon=":material/edit:")
    if not sent:
        return None
    if not _one_line(title):
        st.warning("Please give it a working title first.", icon=":material/edit_note:")
        return None
    return Fields(_one_line(title), platform, topic, tuple(sorted(chosen)), publish_by)


def describe_difference(mine: Fields, theirs: Fields) -> list[str]:
    """What two windows say differently about a draft, as Markdown lines: ours, then theirs."""
    return [
        f"**{name}:** {here} here, {there} in the other window"
        for name, here, there in _differences(mine, theirs)
    ]


def describe_content_change(before: Content, now: Fields) -> list[str]:
    """Which fields the public sees differ from an earlier version's, as Markdown lines."""
    then = fields_of(before, title=now.title, publish_by=now.publish_by)
    return [f"**{name}:** {old} before, {new} now" for name, new, old in _differences(now, then)]


def _differences(one: Fields, other: Fields) -> list[tuple[str, str, str]]:
    """The fields that differ: name, and how each side words it."""
    words = [
        (
            fmt.plain(fields.title),
            fmt.platform_label(fields.platform),
            fmt.topic_label(fields.topic),
            countries.names_of(fields.countries) or "none",
            "none" if fields.publish_by is None else fmt.day(fields.publish_by),
            fmt.count(len(fields.media), "image") if fields.media else "none",
        )
        for fields in (one, other)
    ]
    names = (TITLE, PLATFORM, TOPIC, COUNTRIES, PUBLISH_BY, "Images")
    return [
        (name, here, there)
        for name, here, there in zip(names, *words, strict=True)
        if here != there
    ]


def _draw_platform(key: str) -> str:
    return st.selectbox(PLATFORM, list(PLATFORMS), key=key, format_func=fmt.platform_label)


def _draw_topic(key: str) -> str:
    return st.selectbox(TOPIC, list(TOPICS), key=key, format_func=fmt.topic_label)


def _draw_countries(key: str) -> list[str]:
    known = list(countries.COUNTRIES)
    # A code that is not in the table any more stays chosen until somebody removes it.
    unknown = [code for code in st.session_state.get(key, []) if code not in countries.COUNTRIES]
    return st.multiselect(
        COUNTRIES,
        known + unknown,
        key=key,
        format_func=countries.name_of,
        max_selections=_MOST_COUNTRIES,
        placeholder="Choose countries",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
