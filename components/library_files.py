"""The library as a file: out, in again after a look at what would happen, and back."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from components import cached, feedback, session
from components import format as fmt
from components.file_field import pick_file
from components.library import Desk
from services.errors import TandemError
from services.library import sheets, store
from services.library.models import Import, Library
from services.library.sheets import Problem, Sheet

_SHOWN = 50
_OUTCOMES: dict[store.Outcome, str] = {
    "added": "new",
    "corrected": "corrected",
    "unchanged": "there already, unchanged",
}


def ask_files(asked: store.Asked, library: Library, desk: Desk) -> None:
    """Export what is asked for; for those who may, import a file or take one back."""

    def draw() -> None:
        _draw_export(asked, desk)
        if desk.is_checker:
            st.markdown("**Import**")
            _draw_import(desk)
            if library.imports:
                st.markdown("**Imported lately**")
                for one in library.imports:
                    _draw_undo(one, desk)

    title = "Export and import" if desk.is_checker else "Export"
    st.dialog(title, icon=":material/table:")(draw)()


def _draw_export(asked: store.Asked, desk: Desk) -> None:
    try:
        found = store.list_library(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            asked=asked,
            limit=store.MOST_AT_ONCE,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    st.markdown(
        f"{fmt.count(found.total, 'entry', 'entries')} as your filters show them, a row for each "
        "way to reach one. Checks are not in the file."
    )
    st.download_button(
        "Export as CSV",
        sheets.write_sheet(one.entry for one in found.resources),
        file_name=f"tandem-library-{desk.today.isoformat()}.csv",
        mime="text/csv",
        key="library_export",
        icon=":material/download:",
        on_click="ignore",
    )


def _draw_import(desk: Desk) -> None:
    st.caption(
        "A file in the columns of an export. Entries of the same name and country are corrected, "
        "others are added; what is not in the file stays. You see first what would happen."
    )
    raw = pick_file(
        "File to import", ending="csv", largest_bytes=sheets.LARGEST_BYTES, key="library_file"
    )
    if raw is None:
        return
    sheet = sheets.read_sheet(raw)
    if sheet.problems:
        _draw_problems(sheet.problems)
        return
    try:
        seen = _read(sheet, raw, desk, preview=True)
    except TandemError as error:
        feedback.show_error(error)
        return
    _draw_preview(sheet, seen)
    todo = sum(outcome != "unchanged" for outcome in seen.outcomes)
    if todo and st.button(
        f"Import {fmt.count(todo, 'entry', 'entries')}", key="library_import", type="primary"
    ):
        _import(sheet, raw, desk)


def _read(sheet: Sheet, raw: bytes, desk: Desk, *, preview: bool) -> store.Imported:
    return store.import_entries(
        session.gateway(),
        workspace_id=desk.person.workspace_id,
        entries=sheet.entries,
        file=raw,
        preview=preview,
    )


def _import(sheet: Sheet, raw: bytes, desk: Desk) -> None:
    try:
        done = _read(sheet, raw, desk, preview=False)
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_library()
    feedback.flash(
        f"Imported: {_say_outcomes(done)}. You can take it back under Export and import."
    )
    st.rerun()


def _draw_problems(problems: tuple[Problem, ...]) -> None:
    st.warning(
        f"{fmt.count(len(problems), 'thing')} in this file cannot be taken, so nothing was "
        "imported. Correct the file and choose it again.",
        icon=":material/edit_note:",
    )
    lines = [
        f"- Line {one.line}{f', {one.column}' if one.column else ''}: {fmt.plain(one.message)}"
        for one in problems[:_SHOWN]
    ]
    if len(problems) > _SHOWN:
        lines.append(f"- and {len(problems) - _SHOWN} more")
    st.markdown("\n".join(lines))


def _draw_preview(sheet: Sheet, seen: store.Imported) -> None:
    st.info(f"In this file: {_say_outcomes(seen)}.", icon=":material/preview:")
    lines = [
        f"- {fmt.plain(entry.name)}: {_OUTCOMES[outcome]}"
        for entry, outcome in zip(sheet.entries, seen.outcomes, strict=True)
        if outcome != "unchanged"
    ]
    if lines:
        with st.expander("What would change", icon=":material/list:"):
            st.markdown("\n".join(lines[:_SHOWN]))
            if len(lines) > _SHOWN:
                st.caption(f"and {len(lines) - _SHOWN} more")


def _say_outcomes(done: store.Imported) -> str:
    counts = Counter(done.outcomes)
    return fmt.listing(
        f"{counts[outcome]:,} {words}" for outcome, words in _OUTCOMES.items() if counts[outcome]
    )


def _draw_undo(one: Import, desk: Desk) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        at = fmt.moment(one.at, desk.person.time_zone)
        st.markdown(
            f"{fmt.plain(one.name)}, {at}  \n"
            f":small[{one.added:,} new, {one.corrected:,} corrected]",
            width="content",
        )
        if not st.button("Take back", key=f"library_undo_{one.id}", icon=":material/undo:"):
            return
    try:
        store.undo_import(
            session.gateway(), workspace_id=desk.person.workspace_id, import_id=one.id
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_library()
    feedback.flash("The import is taken back; the library is as it was before.")
    st.rerun()
