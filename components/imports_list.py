"""What was imported lately, and taking it back."""

from __future__ import annotations

import streamlit as st

from components import cached_measures, feedback, measures, session
from components import format as fmt
from components.import_files import say_lines
from components.library import Desk
from services.measures import importing
from services.measures.models import Accounts, FileImport


def draw_imports(found: Accounts, desk: Desk) -> None:
    """The files imported last, the newest on top."""
    if not found.imports:
        return
    st.header("Imported lately", anchor=False)
    accounts = found.by_id
    for one in found.imports:
        account = accounts.get(one.source.account_id)
        may_write = account is not None and account.may_write
        with st.container(border=True, gap="small"):
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
            ):
                whose = "" if account is None else measures.say_account(account)
                st.markdown(_say(one, whose, desk), width="content")
                if (
                    one.undone_at is None
                    and may_write
                    and st.button(
                        "Take back", key=f"import_undo_{one.source.id}", icon=":material/undo:"
                    )
                ):
                    _ask_undo(one, whose, desk)
            if one.rejected and one.undone_at is None:
                count = fmt.count(one.rejected_count, "line")
                with st.expander(f"{count} were not taken", icon=":material/rule:"):
                    st.markdown(say_lines(one.rejected, one.rejected_count))


def _say(one: FileImport, whose: str, desk: Desk) -> str:
    source, zone = one.source, desk.person.time_zone
    facts = [
        fmt.plain(whose),
        f"{fmt.count(one.rows, 'post')}, {one.added:,} new",
        measures.say_cover(source),
    ]
    by = f"by {fmt.plain(source.by_name)}, {fmt.moment(source.at, zone)}"
    lines = [f"**{fmt.plain(source.file_name or '')}**", f":small[{' · '.join(facts)}  \n{by}]"]
    if one.undone_at is not None:
        who = fmt.plain(one.undone_by_name or "")
        at = fmt.moment(one.undone_at, zone)
        lines.append(f":gray-badge[:material/undo: Taken back] :small[by {who}, {at}]")
    return "  \n".join(lines)


def _ask_undo(one: FileImport, whose: str, desk: Desk) -> None:
    feedback.confirm(
        title="Take this import back?",
        body=f"The figures of {fmt.plain(one.source.file_name or 'it')} for {fmt.plain(whose)} go. "
        "Posts that only this file knew go with them; other posts have the figures from before. "
        "You can import the file again at any time.",
        action_label="Take it back",
        on_confirm=lambda: _undo(one, desk),
    )


def _undo(one: FileImport, desk: Desk) -> None:
    try:
        done = importing.undo_import(
            session.gateway(), workspace_id=desk.person.workspace_id, import_id=one.source.id
        )
    finally:
        # Also when somebody else was faster.
        cached_measures.forget_all()
    parts = [
        words
        for number, words in (
            (done.removed, f"{fmt.count(done.removed, 'post')} gone"),
            (done.changed, f"{fmt.count(done.changed, 'post')} with the figures from before"),
        )
        if number
    ]
    feedback.flash(f"The import is taken back: {fmt.listing(parts) or 'no post has changed'}.")
