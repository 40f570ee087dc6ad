"""Figures: how reviews go, for those who run them, and for authors their own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from components import cached, charts, feedback, hint_rates, periods, saved, session, tables
from components import review_figures as figures
from components.review_figures import Exhibit
from services.errors import TandemError
from services.figures import FEW_DRAFTS, OpenReviews, ReviewFigures
from services.overview import NO_CHOICES

person = session.require()
today = datetime.now(UTC).date()
sees_people = bool(person.roles & {"professional", "coordinator"})

st.title("Review figures", anchor=False)
feedback.draw_flash()


def draw_exhibit(exhibit: Exhibit) -> None:
    """A finding, its chart, and the table behind it."""
    st.subheader(exhibit.title, anchor=False)
    st.plotly_chart(
        exhibit.figure,
        key=f"figures_{exhibit.name}",
        alt=exhibit.alt,
        config=dict(charts.CONFIG),
    )
    if exhibit.note:
        st.caption(exhibit.note)
    table = st.expander("The numbers", key=f"figures_{exhibit.name}_open", on_change="rerun")
    if not table.open:
        return
    with table:
        # Above the table, which comes late and would move it, and with the file at hand: asked for
        # through the page's connection it is lost when another run begins at that moment.
        st.download_button(
            "Download as CSV",
            tables.write_csv(exhibit.columns, exhibit.rows),
            file_name=f"tandem-{exhibit.name}.csv",
            mime="text/csv",
            key=f"figures_{exhibit.name}_export",
            icon=":material/download:",
            on_click="ignore",
        )
        st.dataframe(
            list(exhibit.rows),
            key=f"figures_{exhibit.name}_rows",
            column_order=exhibit.columns,
            hide_index=True,
            alt=f"The numbers behind the chart: {exhibit.title}",
        )


def draw_open(now_open: OpenReviews) -> None:
    """What waits at this moment; the period does not matter to it."""
    with st.container(horizontal=True):
        st.metric("In review now", now_open.drafts, border=True)
        st.metric("Waiting over 3 days", now_open.over_three_days, border=True)
        if now_open.drafts:
            st.metric("Half wait longer than", figures.say_days(now_open.median_days), border=True)
            st.metric("Longest wait", figures.say_days(now_open.longest_days), border=True)
    if now_open.on_hold:
        st.caption(f"{now_open.on_hold} of them on hold: a professional has set the review aside.")


def draw_period(found: ReviewFigures, since: date, to: date) -> None:
    """What the period shows, by month and by person."""
    total = found.total
    if total.first_answers < FEW_DRAFTS:
        st.info(
            f"Fewer than {FEW_DRAFTS} drafts were decided on in this period. "
            "These figures say little yet; a longer period says more.",
            icon=":material/info:",
        )
    months = cached.make_once(
        f"months {since} {to}", found, lambda: figures.build_months(found, since, to)
    )
    for exhibit in months:
        draw_exhibit(exhibit)
    if found.approvals_withdrawn:
        st.caption(f"Approvals withdrawn in this period: {found.approvals_withdrawn}.")
    people = cached.make_once(
        "people",
        found,
        lambda: (
            figures.build_professionals(found.professionals, of=found.professional_count),
            figures.build_authors(found.authors, of=found.author_count, is_own=not sees_people),
        ),
    )
    if any(people):
        st.header("By person", anchor=False)
        if not sees_people:
            st.caption("Only you see this. Coordinators and professionals see everybody's.")
    for person_exhibit in people:
        if person_exhibit is not None:
            draw_exhibit(person_exhibit)


try:
    # A request more, so only for whoever looks at the saved filters.
    opened = st.session_state.get("figures_saved")
    choices = cached.get_choices(session.gateway(), person) if opened else NO_CHOICES
except TandemError as error:
    feedback.show_error(error)
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = periods.pick_period(today)
    saved.draw_saved(
        person,
        choices.views,
        page="figures",
        read=periods.read_query,
        apply=lambda query: periods.apply_query(query, today),
    )
if period.problem:
    st.warning(period.problem, icon=":material/event:")
    st.stop()
since, to = period.first, period.last
try:
    found = cached.get_review_figures(session.gateway(), person, since=since, to=to)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

st.header("Waiting now", anchor=False)
draw_open(found.open)
st.header("By month", anchor=False)
if found.total.first_answers or found.total.approvals:
    draw_period(found, since, to)
else:
    feedback.empty_state(
        "No decisions in this period",
        "Figures appear once drafts were decided on. Try a longer period.",
        icon="bar_chart",
    )
if "coordinator" in person.roles:
    hint_rates.draw_rates(person)
with st.expander("What counts", icon=":material/help:"):
    st.markdown(figures.WHAT_COUNTS)
