"""What a person sees when something worked, failed, is empty, or must be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Literal

import streamlit as st

from services import errors

Kind = Literal["success", "info", "warning"]

_FLASH = "feedback_flash"
_WAITING = "feedback_waiting"
_TRIES = "feedback_tries"
# Seconds between tries; the last one goes on for ever.
_PAUSES_SECONDS = (2, 3, 5, 8, 12)
_FORGET_TRIES_SECONDS = 60.0

_ICONS: dict[type[errors.TandemError], str] = {
    errors.Conflict: ":material/sync_problem:",
    errors.Forbidden: ":material/lock:",
    errors.NotFound: ":material/search_off:",
    errors.Invalid: ":material/edit_note:",
    errors.TooMany: ":material/hourglass_top:",
    errors.SignedOut: ":material/logout:",
}


def show_error(error: errors.TandemError) -> None:
    """Show the error's own sentence, beside the action that met it.

    An unreachable database becomes the reconnecting notice.
    """
    if isinstance(error, errors.Unavailable):
        reconnecting()
        return
    icon = _ICONS.get(type(error), ":material/info:")
    if isinstance(error, errors.NotFound | errors.SignedOut):
        st.info(error.message, icon=icon)
    else:
        st.warning(error.message, icon=icon)


def flash(message: str, *, kind: Kind = "success", title: str | None = None) -> None:
    """Leave a message for the next run; `draw_flash` shows it once. Markdown: use `plain`."""
    st.session_state[_FLASH] = (kind, message, title)


def draw_flash() -> None:
    """Show what the last run left. Every page calls it under its title."""
    left = st.session_state.pop(_FLASH, None)
    if left is None:
        return
    kind, message, title = left
    draw, icon = {
        "success": (st.success, ":material/check_circle:"),
        "info": (st.info, ":material/info:"),
        "warning": (st.warning, ":material/warning:"),
    }[kind]
    draw(message, icon=icon, title=title)


def empty_state(
    title: str, body: str, *, icon: str = "inbox", action: Callable[[], object] | None = None
) -> None:
    """Nothing to show: says so, and what to do next.

    Args:
        icon: Name of a Material symbol.
        action: Draws one link or button.
    """
    with st.container(
        border=True, horizontal_alignment="center", gap="small", vertical_alignment="center"
    ):
        st.space("small")
        st.markdown(f"**:material/{icon}: {title}**", text_alignment="center")
        st.markdown(body, text_alignment="center")
        if action is not None:
            action()
        st.space("small")


def reconnecting() -> None:
    """The database is away: says so calmly and tries again by itself, less and less often."""
    count, last = st.session_state.get(_TRIES, (0, 0.0))
    now = monotonic()
    count = count + 1 if now - last < _FORGET_TRIES_SECONDS else 0
    st.session_state[_TRIES] = (count, now)
    st.session_state[_WAITING] = True
    pause = _PAUSES_SECONDS[min(count, len(_PAUSES_SECONDS) - 1)]
    st.fragment(_draw_reconnecting, run_every=pause)()


def _draw_reconnecting() -> None:
    # The first pass belongs to the run that found the database away; the next is the retry.
    if not st.session_state.pop(_WAITING, False):
        st.rerun()
    st.info(
        "The database is not answering at the moment. Nothing you typed is lost. "
        "This page tries again by itself.",
        icon="spinner",
        title="Reconnecting",
    )
    st.button("Try now", key="feedback_try_now", icon=":material/refresh:")


def confirm(
    *,
    title: str,
    body: str,
    action_label: str,
    on_confirm: Callable[[], None],
    icon: str | None = None,
) -> None:
    """Ask before something that is not easily undone; call it when the button was pressed.

    Args:
        body: Markdown that says what will happen and what will not.
        on_confirm: Does it, with a gateway fetched anew; a TandemError is shown in the dialog.
    """

    def ask() -> None:
        st.markdown(body)
        with st.container(horizontal=True):
            go = st.button(action_label, key="feedback_confirm", type="primary")
            if st.button("Cancel", key="feedback_cancel"):
                st.rerun()
        if go:
            try:
                on_confirm()
            except errors.TandemError as error:
                show_error(error)
            else:
                st.rerun()

    st.dialog(title, icon=icon)(ask)()
