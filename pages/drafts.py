"""Drafts: everybody finds a draft here, by words, state, platform or author."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from components import badges, cached, feedback, filters, links, session, tables
from components import format as fmt
from components.rows import Group, RowList, draw_rows
from services.errors import TandemError

person = session.require()
now = datetime.now(UTC)
writes = "influencer" in person.roles

heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("Drafts", anchor=False, width="content")
if writes and heading.button("New draft", key="drafts_new", type="primary", icon=":material/add:"):
    links.go("draft")
feedback.draw_flash()

asked = filters.pick_drafts(offer_mine=writes)
number = filters.find_page()
try:
    found = cached.list_drafts(
        session.gateway(),
        person,
        search=asked.search,
        states=asked.states,
        platform=asked.platform,
        author_id=person.profile_id if asked.mine else None,
        offset=(number - 1) * filters.PAGE_SIZE,
        limit=filters.PAGE_SIZE,
    )
except TandemError as error:
    feedback.show_error(error)
    st.stop()

if not found.drafts and number > 1:
    # A page from an old address, or the list got shorter.
    st.session_state["drafts_page"] = 1
    st.rerun()

if not found.drafts and asked.is_narrow:
    feedback.empty_state(
        "No draft fits",
        "Nothing has all of these. Try fewer filters or another word.",
        icon="search_off",
        action=lambda: st.button(
            "Clear filters",
            key="drafts_clear",
            icon=":material/filter_alt_off:",
            on_click=filters.clear,
        ),
    )
    st.stop()

if not found.drafts:
    feedback.empty_state(
        "No drafts yet",
        "Drafts appear here once somebody has sent one for review. Your own appear at once.",
        icon="edit_note",
    )
    st.stop()


def list_table() -> list[dict[str, Any]]:
    """The drafts of this page, a column a fact."""
    return tables.list_draft_rows(found.drafts, zone=person.time_zone)


def list_boxes() -> RowList:
    """The same, a box a draft."""
    boxes = tuple(
        badges.draft_row(draft, zone=person.time_zone, now=now, viewer_id=person.profile_id)
        for draft in found.drafts
    )
    return RowList.of([Group("Drafts", boxes, is_headed=False)])


with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    total = "More than 1,000 drafts" if found.more else fmt.count(found.total, "draft")
    st.caption(f"{total}, latest change first", width="content")
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        as_table = st.toggle("As a table", key="drafts_table", bind="query-params")
        st.download_button(
            "Export this page",
            lambda: tables.write_csv(tables.DRAFT_COLUMNS, list_table()),
            file_name=f"tandem-drafts-{fmt.today_in(person.time_zone, now).isoformat()}.csv",
            mime="text/csv",
            key="drafts_export",
            icon=":material/download:",
            on_click="ignore",
        )

if as_table:
    st.dataframe(
        list_table(), key="drafts_rows", hide_index=True, alt="The drafts listed on this page"
    )
else:
    draw_rows(cached.make_once(f"drafts {person.time_zone}", found, list_boxes), key="drafts_boxes")

filters.draw_pages(found.total)
