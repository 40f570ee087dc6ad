"""What the checker says of a post as a whole, below its fields, and what is good about it."""

from __future__ import annotations

import streamlit as st

from components import cached, links
from components import format as fmt
from components.desk import key_of
from components.hints import Hints, answer, say_source
from components.written import image_of
from services.checking import STRENGTHS, find_strengths
from services.hints import Answer, mark_of, may_dismiss
from services.posts import ContextCard
from services.safety import Finding
from services.safety.models import SEVERITIES

LOOKS = {
    "blocker": ":red-badge[:material/back_hand: Stops an approval]",
    "warning": ":orange-badge[:material/edit_note: Worth changing]",
    "suggestion": ":blue-badge[:material/lightbulb: A smaller idea]",
}


def draw_whole(hints: Hints, *, card: ContextCard) -> None:
    """Draw the notes on the whole post and its images, and the list of what makes a post strong.

    Nothing while the post is empty, or while its author may be in danger.
    """
    if hints.about_author or not hints.texts:
        return
    st.header("The post as a whole", anchor=False)
    for finding in sorted(hints.about_post, key=lambda one: SEVERITIES.index(one.severity)):
        _draw_note(hints, finding, fmt.plain(finding.reason))
    for part, finding in hints.about_images:
        place = hints.place_of(image_of(part) or "")
        words = f"**Description of image {place}:** “{fmt.plain(finding.quote)}”"
        _draw_note(hints, finding, f"{words}  \n{fmt.plain(finding.reason)}")
    _draw_strengths(hints, card)


def _draw_note(hints: Hints, finding: Finding, words: str) -> None:
    key = key_of(f"note_{finding.rule}_{mark_of(hints.draft_id, finding)[1][:8]}", hints.draft_id)
    if hints.is_aside(finding):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Put aside: {fmt.plain(finding.reason)}", width="content")
            _draw_answer("Take it back", hints, finding, None, key)
        return
    lines = [
        LOOKS[finding.severity],
        words,
        f"Instead: {fmt.plain(finding.suggestion)}",
        f":small[Guideline: [{fmt.plain(say_source(finding))}](<{finding.source.url}>)]",
    ]
    with st.container(border=True):
        st.markdown("  \n".join(lines))
        if may_dismiss(finding):
            _draw_answer("Not what I meant", hints, finding, "not_meant", key)


def _draw_answer(
    label: str, hints: Hints, finding: Finding, given: Answer | None, key: str
) -> None:
    st.button(
        label,
        key=f"{key}_{given}",
        type="tertiary",
        on_click=answer,
        args=(hints.draft_id, finding.rule, finding.quote, given),
    )


def _draw_strengths(hints: Hints, card: ContextCard) -> None:
    found = cached.make_once(
        f"strengths {hints.draft_id} {hash((card, hints.checked_with))}",
        hints.content,
        lambda: find_strengths(hints.content, card, hints.checked_with),
    )
    lines = [
        f":green[:material/check_circle:] {STRENGTHS[name]}"
        if is_there
        else f":gray[:material/radio_button_unchecked:] Not yet: {_small(STRENGTHS[name])}"
        for name, is_there in found.items()
    ]
    st.markdown("  \n".join(lines))
    links.draw_link("rules", "What the checker looks for", icon=":material/rule:")


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
