"""Two windows at odds over a part of a draft: both texts, what differs, and the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import autosave, diff, draft_fields, editor, feedback, images, session, text
from components import desk as desks
from components.desk import Desk, key_of
from components.writing import Clash, Writing
from components.written import LABELS, image_of
from services import errors
from services.formats import PARTS, part_label


def draw_clashes(desk: Desk, writing: Writing) -> None:
    """Every part that both windows changed, each with its own choice. Nothing is lost before."""
    if not writing.clashes:
        return
    with st.container(border=True):
        st.warning(
            "This draft was changed in another window or on another device since you opened it "
            "here. Both texts are kept; choose which one to go on with. Everything else is saved "
            "as you write.",
            icon=":material/sync_problem:",
            title="Two texts",
        )
        choice: _Choice | None = st.session_state.pop(_key_of_choice(desk.draft.id), None)
        for name, clash in tuple(writing.clashes.items()):
            _draw_clash(desk, writing, name, clash)
            if choice is not None and choice.name == name:
                _obey(desk, writing, choice)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What somebody pressed, and the other window's text that they had before them."""

    name: str
    keeps_mine: bool
    theirs: Any


def _draw_clash(desk: Desk, writing: Writing, name: str, clash: Clash) -> None:
    draft_id = desk.draft.id
    label = _label_of(writing, name)
    theirs = writing.theirs(name)
    st.markdown(f"**{label}**")
    if name in LABELS or image_of(name) is not None:
        _draw_texts(desk, writing, name, clash)
    else:
        mine = draft_fields.describe_choice(name, clash.mine)
        other = draft_fields.describe_choice(name, theirs)
        st.markdown(f"{mine} here, {other} in the other window, saved {desk.ago(clash.at)}")
    # One choice is read as part of the box; of several, each says which it is.
    which = "" if len(writing.clashes) == 1 else f": {label}"
    choice_key = _key_of_choice(draft_id)
    with st.container(horizontal=True):
        st.button(
            f"Keep mine{which}",
            key=key_of(f"keep_mine_{name}", draft_id),
            type="primary",
            icon=":material/check:",
            on_click=_choose,
            args=(choice_key, _Choice(name, keeps_mine=True, theirs=theirs)),
        )
        st.button(
            f"Take the other one{which}",
            key=key_of(f"take_other_{name}", draft_id),
            on_click=_choose,
            args=(choice_key, _Choice(name, keeps_mine=False, theirs=theirs)),
        )


def _key_of_choice(draft_id: str) -> str:
    return key_of("clash_choice", draft_id)


def _choose(key: str, choice: _Choice) -> None:
    st.session_state[key] = choice


def _draw_texts(desk: Desk, writing: Writing, name: str, clash: Clash) -> None:
    draft_id, theirs = desk.draft.id, writing.theirs(name)
    here, there = st.columns(2)
    with here, st.container(border=True):
        st.markdown("**Yours, in this window**")
        _draw_side(clash.mine, label="Your text", key=key_of(f"clash_mine_{name}", draft_id))
    with there, st.container(border=True):
        st.markdown(f"**From the other window**, saved {desk.ago(clash.at)}")
        _draw_side(theirs, label="The other text", key=key_of(f"clash_theirs_{name}", draft_id))
    with st.expander("What differs, from the other text to yours", expanded=True):
        diff.draw_diff(
            theirs, clash.mine, label="What differs", key=key_of(f"clash_diff_{name}", draft_id)
        )


def _draw_side(words: str, *, label: str, key: str) -> None:
    if words:
        text.draw_text(words, label=label, key=key)
    else:
        st.caption("Nothing: the text was taken out.")


def _label_of(writing: Writing, name: str) -> str:
    if name in PARTS:
        return part_label(writing.post.choices.format, name)
    if (image_id := image_of(name)) is not None:
        ids = [image.id for image in writing.post.choices.media]
        return f"Description of image {ids.index(image_id) + 1}"
    return LABELS[name] if name in LABELS else draft_fields.choice_label(name)


def _obey(desk: Desk, writing: Writing, choice: _Choice) -> None:
    """Do what was chosen, unless the other window wrote on: nobody gives up words unseen."""
    name = choice.name
    if choice.theirs != writing.theirs(name):
        st.info(
            "The other window has changed it once more. Please look at both again, then choose.",
            icon=":material/sync:",
        )
        return
    message = editor.heard_messages(desk.draft.id).get(name)
    if (image_id := image_of(name)) is not None:
        newest = images.take_newest(desk.draft.id, image_id)
        if newest is not None:
            writing.clashes[name] = replace(writing.clashes[name], mine=newest)
    try:
        autosave.settle(
            session.gateway(), writing, name, keeps_mine=choice.keeps_mine, message=message
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return
    desks.forget(desk.draft.id)
    kept = "Yours is kept" if choice.keeps_mine else "The other one is here now"
    feedback.flash(f"{kept}. The other window will show it too.", kind="info")
    st.rerun()
