"""The panel behind which a professional takes something back: seldom, and never by accident."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import keeper, review
from components.review import Visit, key_of


@dataclass(frozen=True, slots=True)
class Panel:
    """A quiet button; once pressed, what is said here, a note, and the button that does it.

    Args:
        name: Begins the names of its widgets.
        field: The note's name among `review.FIELD_LABELS`.
        label: On the quiet button, with its icon.
        stay: On the button that closes the panel again.
    """

    name: str
    field: str
    label: str
    icon: str
    stay: str

    def is_open(self, visit: Visit) -> bool:
        """Whether the reader opened it; draws the quiet button where they did not."""
        draft_id = visit.room.draft.id
        if st.session_state.get(self._opened(draft_id)):
            return True
        st.button(
            self.label,
            key=key_of(f"{self.name}_open", draft_id),
            type="tertiary",
            icon=self.icon,
            on_click=self._set,
            args=(draft_id, True),
        )
        return False

    def draw_note(self, visit: Visit) -> str:
        """The field for the note; what is typed there."""
        note = st.text_area(
            review.FIELD_LABELS[self.field][0],
            key=key_of(self.field, visit.room.draft.id),
            max_chars=4000,
            on_change="ignore",
            persist_state="session",
        )
        return note or ""

    def draw_buttons(self, visit: Visit, label: str, *, content_hash: str) -> bool:
        """The button that does it to exactly this text, and the one that does not; if pressed."""
        draft_id = visit.room.draft.id
        with st.container(horizontal=True):
            # The text is part of the key: a press meant for one text never counts for another.
            pressed = st.button(
                label, key=key_of(f"{self.name}_{content_hash[:8]}", draft_id), type="primary"
            )
            st.button(
                self.stay,
                key=key_of(f"{self.name}_close", draft_id),
                on_click=self._set,
                args=(draft_id, False),
            )
        return pressed

    def close(self, draft_id: str, **fields: object) -> None:
        """It is done: closed and without a note from the next run on.

        Args:
            fields: The panel's own fields by name, with their empty values.
        """
        empty = {self.field: "", **fields}
        emptied = {key_of(name, draft_id): value for name, value in empty.items()}
        review.clear_later({self._opened(draft_id): False, **emptied})
        keeper.forget(draft_id, self.field)

    def _opened(self, draft_id: str) -> str:
        return key_of(self.name, draft_id)

    def _set(self, draft_id: str, is_open: bool) -> None:
        st.session_state[self._opened(draft_id)] = is_open
