"""Import: files of platforms in, accounts they are of, and what was imported, to be taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import (
    accounts,
    cached_measures,
    feedback,
    import_files,
    imports_list,
    imports_where,
    links,
    session,
)
from components.library import Desk
from services.errors import TandemError
from services.measures.models import Account

desk = Desk(session.require(), datetime.now(UTC))
links.draw_link("posts", "Posts", icon=":material/arrow_back:")
st.title("Import figures", anchor=False)
feedback.draw_flash()

try:
    found = cached_measures.get_accounts(session.gateway(), desk.person)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

wanted: str | None = None
adding: list[bool] = []
if found.writable:
    st.markdown(
        "Drop the files as the platforms gave them. You see first what is in each, and you can "
        "take an import back."
    )
    try:
        wanted = import_files.draw_files(found, desk)
    except TandemError as error:
        feedback.show_error(error)
elif accounts.may_add(desk):
    feedback.empty_state(
        "No accounts yet",
        "Figures belong to an account on a platform. Add the first one, then drop its export here.",
        icon="alternate_email",
        action=lambda: adding.append(
            st.button("Add an account", key="account_first", type="primary", icon=":material/add:")
        ),
    )
else:
    st.markdown("Influencers import figures of their own accounts, coordinators of all.")
imports_where.draw_where(
    is_open=bool(found.writable) and not found.imports and not import_files.has_files()
)

changing: Account | None = None
if found.accounts:
    heading = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    heading.header("Accounts", anchor=False, width="content")
    if found.writable and accounts.may_add(desk):
        adding.append(heading.button("Add an account", key="account_add", icon=":material/add:"))
    changing = accounts.draw_accounts(found, desk)
imports_list.draw_imports(found, desk)

# One dialog a run.
if any(adding) or wanted is not None:
    accounts.ask_new(found, desk, platform=wanted)
elif changing is not None:
    accounts.ask_change(changing, found, desk)
