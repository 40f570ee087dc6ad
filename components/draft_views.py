"""The views of the Drafts page: each reads what it shows and draws it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from components import badges, board, cached, feedback, filters, session, tables
from components import format as fmt
from components.rows import Group, RowList, draw_rows
from components.sheet import draw_sheet
from services.drafts import DraftPage
from services.overview import Day, Narrowing
from services.person import Person

# Months around the present one that the calendar offers.
_BACK, _AHEAD = 12, 12


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at what."""

    person: Person
    now: datetime
    asked: filters.DraftFilter

    @property
    def narrowing(self) -> Narrowing:
        """What the services are asked for."""
        return self.asked.narrow(
            viewer_id=self.person.profile_id, today=self.now.astimezone(UTC).date()
        )

    @property
    def reader(self) -> board.Reader:
        """For whom it is drawn."""
        return board.Reader(self.person.profile_id, self.person.time_zone, self.now)


def draw_list(look: Look) -> None:
    """A box a draft, latest change first."""
    found = _read_page(look)
    if found is None:
        return
    person = look.person

    def list_boxes() -> RowList:
        boxes = tuple(
            badges.draft_row(
                draft, zone=person.time_zone, now=look.now, viewer_id=person.profile_id
            )
            for draft in found.drafts
        )
        return RowList.of([Group("Drafts", boxes, is_headed=False)])

    draw_rows(cached.make_once(f"drafts {person.time_zone}", found, list_boxes), key="drafts_boxes")
    filters.draw_pages(found.total)


def draw_table(look: Look) -> None:
    """A row a draft, a column a fact, and the same as a file."""
    found = _read_page(look)
    if found is None:
        return
    rows = _list_rows(look, found)
    st.download_button(
        "Export this page",
        lambda: tables.write_csv(tables.DRAFT_COLUMNS, _list_rows(look, found)),
        file_name=f"tandem-drafts-{fmt.today_in(look.person.time_zone, look.now).isoformat()}.csv",
        mime="text/csv",
        key="drafts_export",
        icon=":material/download:",
        on_click="ignore",
    )
    st.dataframe(rows, key="drafts_rows", hide_index=True, alt="The drafts listed on this page")
    filters.draw_pages(found.total)


def _list_rows(look: Look, found: DraftPage) -> list[dict[str, Any]]:
    return tables.list_draft_rows(found.drafts, zone=look.person.time_zone)


def _read_page(look: Look) -> DraftPage | None:
    """The page of the list that is asked for, with its count above it; None: nothing to list."""
    number = filters.find_page()
    found = cached.list_drafts(
        session.gateway(),
        look.person,
        asked=look.narrowing,
        offset=(number - 1) * filters.PAGE_SIZE,
        limit=filters.PAGE_SIZE,
    )
    if not found.drafts and number > 1:
        # A page from an old address, or the list got shorter.
        filters.to_first_page()
        st.rerun()
    if not found.drafts:
        draw_nothing(look)
        return None
    total = "More than 1,000 drafts" if found.more else fmt.count(found.total, "draft")
    st.caption(f"{total}, latest change first")
    return found


def draw_nothing(look: Look) -> None:
    """No draft to show, and what to do about it."""
    if look.asked.is_narrow:
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
        return
    feedback.empty_state(
        "No drafts yet",
        "Drafts appear here once somebody has sent one for review. Your own appear at once.",
        icon="edit_note",
    )


def draw_board(look: Look) -> None:
    """Columns by state."""
    found = cached.get_board(session.gateway(), look.person, asked=look.narrowing)
    if not found.drafts:
        draw_nothing(look)
        return
    states = look.asked.states
    sheet = cached.make_once(
        f"board {look.person.time_zone} {states}",
        found,
        lambda: board.build_board(found, states, look.reader),
    )
    columns = board.list_columns(states)

    def show_column(number: int) -> None:
        if 0 <= number < len(columns):
            filters.show_list(states=columns[number][1])

    draw_sheet(sheet, key="drafts_board", on_list=show_column)
    if not states:
        st.caption("Declined and withdrawn drafts are left out. Choose their state to see them.")


def draw_calendar(look: Look) -> None:
    """A month: publish-by days of what is open, and the days on which posts went out."""
    first = _pick_month(look.reader.today)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found = cached.get_calendar(
        session.gateway(), look.person, asked=look.narrowing, first=first, last=last
    )
    st.caption(_say_month(first, found, look))
    if found:
        sheet = cached.make_once(
            f"month {first} {look.person.time_zone} {look.reader.today}",
            found,
            lambda: board.build_month(first, found, look.reader),
        )
        draw_sheet(sheet, key="drafts_days")
    elif look.asked.is_narrow:
        draw_nothing(look)


def _say_month(first: date, found: tuple[Day, ...], look: Look) -> str:
    if not found:
        return f"Nothing is due in {fmt.month(first)}, and nothing went out."
    how = "A draft stands on its publish-by day, a post on the day it went out."
    if any(day.count > len(day.drafts) for day in found):
        return how
    placed = [(day.on, draft.state) for day in found for draft in day.drafts]
    out = sum(state == "published" for _on, state in placed)
    late = sum(state != "published" and fmt.is_late(on, look.reader.today) for on, state in placed)
    counts = {"due": len(placed) - out - late, "late": late, "out": out}
    said = fmt.listing(f"{count} {word}" for word, count in counts.items() if count)
    return f"{said}. {how}"


def _pick_month(today: date) -> date:
    months = [_add_months(today, step) for step in range(-_BACK, _AHEAD + 1)]
    this = months[_BACK]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.session_state.get("drafts_month") or this
        month = st.selectbox(
            "Month",
            months,
            index=_BACK,
            format_func=fmt.month,
            key="drafts_month",
            label_visibility="collapsed",
            # Leaves room for no button beside it on a phone, so that both stay together.
            width=300,
            bind="query-params",
        )
        for label, icon, by, last in (
            ("Earlier", "chevron_left", -1, months[0]),
            ("Later", "chevron_right", 1, months[-1]),
        ):
            st.button(
                label,
                key=f"drafts_month_{label.lower()}",
                icon=f":material/{icon}:",
                disabled=shown == last,
                on_click=_turn,
                args=(months, this, by),
            )
    return month if month in months else this


def _turn(months: list[date], this: date, by: int) -> None:
    shown = st.session_state.get("drafts_month") or this
    place = months.index(shown) + by if shown in months else months.index(this)
    st.session_state["drafts_month"] = months[min(max(place, 0), len(months) - 1)]


def _add_months(on: date, by: int) -> date:
    years, month = divmod(on.year * 12 + on.month - 1 + by, 12)
    return date(years, month + 1, 1)
