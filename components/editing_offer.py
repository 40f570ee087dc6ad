"""Approve with edits: a professional changes the words in place, sees exactly what changed, and
approves that. It counts once the author accepts exactly that text.

What is typed lives in this tab and in the browser until it is sent, so that a reload or a newer
version of the author's loses none of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import (
    cached,
    changes,
    checks,
    copying,
    covers,
    feedback,
    history,
    keeper,
    post_help,
    review,
    session,
)
from components.copying import Copy
from components.refusals import show_refusal
from components.review import Visit, key_of
from services import decisions, edits
from services.checking import list_sensitive
from services.edits import Part
from services.errors import TandemError
from services.posts import Content

KIND = "approved_with_edits"


def draw_editing(visit: Visit) -> None:
    """The words to edit, then what changed and the button; one after the other."""
    _prepare(visit)
    if st.session_state[_base(visit)] != visit.room.version.number:
        _draw_moved_on(visit)
    elif st.session_state.get(key_of("edit_check", visit.room.draft.id)):
        _draw_check(visit)
    else:
        _draw_fields(visit)


def keep_typed(visit: Visit) -> None:
    """Have the browser keep the edit until it is sent; draw it in every run of the room."""
    _prepare(visit)
    parts = edits.list_parts(_content(visit))
    keeper.draw_keeper(
        profile_id=visit.person.profile_id,
        place=_place(visit),
        fields={part.name: _field(part.name, visit) for part in parts},
        labels={part.name: (part.label,) for part in parts},
        pristine=_begun(visit),
        stamp=str(st.session_state[_base(visit)]),
        key="keeper_edit",
        then=lambda stamp: _come_back(visit, stamp),
    )


def draw_left_over(visit: Visit) -> None:
    """An edit that came too late, so that it can still be of use."""
    begun = _begun(visit)
    texts = {name: _typed(name, visit) for name in begun}
    changed = {name: text for name, text in texts.items() if text and text != begun[name]}
    if not changed:
        return
    with st.container(border=True):
        st.markdown("**The edit you were writing**")
        st.caption("It was not sent. Copy what you want to keep, for a comment or for later.")
        labels = {part.name: part.label for part in edits.list_parts(_content(visit))}
        copying.draw_copies(
            [
                Copy(f"your words: {labels.get(name, name).lower()}", text)
                for name, text in changed.items()
            ],
            key=key_of("edit_left", visit.room.draft.id),
        )
        st.button(
            "Throw it away",
            key=key_of("edit_drop", visit.room.draft.id),
            type="tertiary",
            on_click=_forget,
            args=(visit,),
        )


# -- the three faces -------------------------------------------------------------------------


def _draw_fields(visit: Visit) -> None:
    st.markdown(
        "Change the words as they should be. Platform, countries, images and video stay as they "
        "are; for anything else, send the draft back."
    )
    for part in edits.list_parts(_content(visit)):
        _draw_field(part, visit)
    with st.container(horizontal=True):
        st.button(
            "Show what I changed",
            key=key_of("edit_show", visit.room.draft.id),
            type="primary",
            on_click=_set_check,
            args=(visit.room.draft.id, True),
        )
        st.button(
            "Start over",
            key=key_of("edit_over", visit.room.draft.id),
            type="tertiary",
            on_click=_forget,
            args=(visit,),
        )


def _draw_field(part: Part, visit: Visit) -> None:
    key = _field(part.name, visit)
    if part.is_line:
        st.text_input(
            part.label, key=key, max_chars=part.most, on_change="ignore", persist_state="session"
        )
    else:
        st.text_area(
            part.label,
            key=key,
            max_chars=part.most,
            height="content",
            on_change="ignore",
            persist_state="session",
        )


def _draw_check(visit: Visit) -> None:
    """What was edited, part by part; the fields are not on the page, so it stays what is shown."""
    room = visit.room
    before, after = _content(visit), _edited(visit)
    found = changes.compare_contents(before, after)
    if found.is_empty:
        st.info("You have not changed anything yet.", icon=":material/edit_note:")
        _draw_back(visit, primary=True)
        return
    st.markdown("**Exactly this changes:**")
    with st.container(border=True):
        changes.draw_changes(found, label="your edit", key=key_of("edit_diff", room.draft.id))
    note = st.text_area(
        review.FIELD_LABELS["note"][0],
        key=key_of("note", room.draft.id),
        max_chars=4000,
        on_change="ignore",
        persist_state="session",
    )
    if lacking := post_help.say_missing(room.help, list_sensitive(after)):
        st.markdown(f"**Its author cannot accept it yet.** {lacking}")
    st.markdown(covers.say_covers(visit, KIND))
    # The text is part of the key: a press meant for one version never counts for another.
    fingerprint = history.short_hash(room.version.content_hash)
    pressed = st.button(
        f"Approve version {room.version.number} with these edits",
        key=key_of(f"decide_{KIND}_{fingerprint}", room.draft.id),
        type="primary",
    )
    _draw_back(visit, primary=False)
    st.caption(covers.say_statement(visit))
    if pressed:
        _approve(visit, after, note or "")


def _draw_back(visit: Visit, *, primary: bool) -> None:
    st.button(
        "Go on editing",
        key=key_of("edit_on", visit.room.draft.id),
        type="primary" if primary else "secondary",
        on_click=_set_check,
        args=(visit.room.draft.id, False),
    )


def _draw_moved_on(visit: Visit) -> None:
    """The author sent a newer version under an edit: the edit is kept, and the reader chooses."""
    number = visit.room.version.number
    st.markdown(
        f"**You were editing version {st.session_state[_base(visit)]}.** The author has sent "
        f"version {number} since. Your words are kept; this is what they would change in "
        f"version {number}:"
    )
    with st.container(border=True):
        changes.draw_changes(
            changes.compare_contents(_content(visit), _edited(visit)),
            label=f"your words against version {number}",
            key=key_of("edit_moved", visit.room.draft.id),
        )
    with st.container(horizontal=True):
        st.button(
            f"Start again from version {number}",
            key=key_of("edit_restart", visit.room.draft.id),
            type="primary",
            on_click=_forget,
            args=(visit,),
        )
        st.button(
            "Go on with my words",
            key=key_of("edit_take", visit.room.draft.id),
            on_click=_rebase,
            args=(visit,),
        )


def _approve(visit: Visit, content: Content, note: str) -> None:
    room = visit.room
    try:
        decisions.approve_with_edits(
            session.gateway(),
            draft_id=room.draft.id,
            version=room.version.number,
            content_hash=room.version.content_hash,
            content=content,
            note=note,
        )
    except TandemError as error:
        show_refusal(error, visit)
        return
    checks.have_read(room.draft.id)
    _forget(visit)
    review.clear_later({key_of("kind", room.draft.id): None, key_of("note", room.draft.id): ""})
    keeper.forget(room.draft.id, "note")
    feedback.flash("Approved with your edits. The author is asked to accept exactly that text.")
    cached.forget_drafts()
    st.rerun()


# -- what is typed ---------------------------------------------------------------------------


def _prepare(visit: Visit) -> None:
    """Begin with the version's own words; follow a newer version while nothing was typed."""
    base = st.session_state.get(_base(visit))
    begun = _begun(visit)
    is_touched = any(_typed(name, visit) != text for name, text in begun.items())
    if base is None or (base != visit.room.version.number and not is_touched):
        _begin(visit)


def _begin(visit: Visit) -> None:
    texts = {part.name: part.text for part in edits.list_parts(_content(visit))}
    for name, text in texts.items():
        st.session_state[_field(name, visit)] = text
    st.session_state[_base(visit)] = visit.room.version.number
    st.session_state[key_of("edit_begun", visit.room.draft.id)] = texts


def _rebase(visit: Visit) -> None:
    """Take the words over to the version on the screen."""
    mine = _texts(visit)
    _begin(visit)
    for name, text in mine.items():
        st.session_state[_field(name, visit)] = text


def _forget(visit: Visit) -> None:
    """Let go of what was typed, here and in the browser."""
    draft_id = visit.room.draft.id
    names = [*_begun(visit), *(part.name for part in edits.list_parts(_content(visit)))]
    keeper.forget(_place(visit), *dict.fromkeys(names))
    for name in names:
        st.session_state.pop(_field(name, visit), None)
    for key in ("edit_base", "edit_begun", "edit_check"):
        st.session_state.pop(key_of(key, draft_id), None)


def _come_back(visit: Visit, stamp: str) -> None:
    """The browser had kept an edit: open it where it was."""
    if stamp.isascii() and stamp.isdigit():
        st.session_state[_base(visit)] = int(stamp)
    st.session_state[key_of("kind", visit.room.draft.id)] = KIND


def _set_check(draft_id: str, checks: bool) -> None:
    st.session_state[key_of("edit_check", draft_id)] = checks


def _edited(visit: Visit) -> Content:
    """The version with the words that are in the fields."""
    return edits.with_texts(_content(visit), _texts(visit))


def _texts(visit: Visit) -> dict[str, str]:
    """The words of each part: as typed where somebody typed, else as the version has them."""
    begun = _begun(visit)
    return {
        part.name: part.text
        if _typed(part.name, visit) == begun.get(part.name, "")
        else _typed(part.name, visit)
        for part in edits.list_parts(_content(visit))
    }


def _typed(name: str, visit: Visit) -> str:
    return st.session_state.get(_field(name, visit)) or ""


def _begun(visit: Visit) -> Mapping[str, str]:
    """The words as they were when the edit began; empty before."""
    begun: Mapping[str, str] = st.session_state.get(key_of("edit_begun", visit.room.draft.id), {})
    return begun


def _field(name: str, visit: Visit) -> str:
    return key_of(f"edit_{name}", visit.room.draft.id)


def _base(visit: Visit) -> str:
    """The key of the number of the version that the edit builds on."""
    return key_of("edit_base", visit.room.draft.id)


def _place(visit: Visit) -> str:
    return f"{visit.room.draft.id}:edit"


def _content(visit: Visit) -> Content:
    if visit.room.version.content is None:
        raise ValueError("a version in the room comes with its content")
    return visit.room.version.content
