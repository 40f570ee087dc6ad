"""How a file was read, and putting right what it does not say for sure."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import accounts, measures
from components.file_field import Picked
from services.measures.importing import LookUp, Reading
from services.metrics import METRICS, Corrections
from services.metrics.models import DateOrder
from services.metrics.sources import POST_FIELDS

_ORDERS: dict[DateOrder, str] = {
    "month_first": "Month first: 03/11 is 11 March",
    "day_first": "Day first: 03/11 is 3 November",
}
# What a column can be said to mean; the rest is kept as it is.
_FIELDS: dict[str, str] = {
    "": "Leave it out",
    **{str(metric): measures.say_label(metric) for metric in METRICS},
    "external_id": "The post's id",
    "permalink": "The post's address",
    "published": "When it was published",
    "caption": "Its text",
    "post_type": "What kind of post it is",
}


def corrections_of(file: Picked) -> Corrections:
    """What was corrected of a file so far."""
    kept: Corrections = st.session_state.get(f"imports_corrected_{file.id}", Corrections())
    return kept


def correct(file: Picked, corrections: Corrections) -> None:
    """Have the file read with these from the next run on."""
    st.session_state[f"imports_corrected_{file.id}"] = corrections
    # What was chosen before must not overrule what the file is read with now.
    st.session_state[f"imports_asked_{file.id}"] = _count_asked(file) + 1


def _count_asked(file: Picked) -> int:
    asked: int = st.session_state.get(f"imports_asked_{file.id}", 0)
    return asked


def draw_corrections(file: Picked, reading: Reading, known: LookUp) -> None:
    """What the file does not say for sure, and how to put it right."""
    understood = reading.inspection.understood
    now = reading.corrections
    turn = f"{file.id}_{_count_asked(file)}"
    asked = understood.date_order_source == "assumed"
    with st.expander(
        "How it was read", icon=":material/tune:", expanded=asked, key=f"imports_how_{file.id}"
    ):
        if known.corrections != Corrections() and now == Corrections():
            st.markdown("The last file with such columns was corrected.")
            if st.button("Correct this one in the same way", key=f"imports_again_{file.id}"):
                correct(file, known.corrections)
                st.rerun()
        wanted = now
        if understood.date_order_source not in ("written", None):
            order = st.radio(
                "Dates such as 03/11/2026",
                list(_ORDERS),
                list(_ORDERS).index(understood.date_order or "month_first"),
                format_func=lambda one: _ORDERS[one],
                key=f"imports_order_{turn}",
                disabled=understood.date_order_source == "proven",
            )
            if understood.date_order_source == "proven":
                st.caption("The file's own dates show it.")
            elif order != understood.date_order:
                wanted = replace(wanted, date_order=order)
        zones = accounts.list_zones()
        zone = st.selectbox(
            "Its times are in",
            zones,
            zones.index(understood.time_zone) if understood.time_zone in zones else None,
            key=f"imports_zone_{turn}",
        )
        if understood.zone_source == "assumed":
            st.caption("An assumption: the file does not say it. The account can keep another.")
        if zone and zone != understood.time_zone:
            wanted = replace(wanted, time_zone=zone)
        wanted = _draw_columns(file, reading, wanted)
    if wanted != now:
        correct(file, wanted)
        st.rerun()


def _draw_columns(file: Picked, reading: Reading, wanted: Corrections) -> Corrections:
    """Which column became what, and changing one of them."""
    columns = [one for one in reading.inspection.understood.columns if one.header]
    st.dataframe(
        [
            {"Column of the file": one.header, "Read as": _say_meaning(one.meaning)}
            for one in columns
        ],
        hide_index=True,
        height=min(36 * (len(columns) + 1), 260),
        alt="Which column of the file was read as which figure",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        header = st.selectbox(
            "Read the column",
            [one.header for one in columns],
            index=None,
            key=f"imports_column_{file.id}",
            placeholder="Choose a column",
            width=220,
        )
        meaning = st.selectbox(
            "as",
            list(_FIELDS),
            index=None,
            format_func=lambda one: _FIELDS.get(one, one),
            key=f"imports_meaning_{file.id}",
            placeholder="Choose what it is",
            width=220,
        )
        pressed = st.button("Read it so", key=f"imports_map_{file.id}")
    if pressed and header and meaning is not None:
        return replace(wanted, columns={**wanted.columns, header: meaning})
    return wanted


def _say_meaning(meaning: str | None) -> str:
    if meaning in _FIELDS:
        return _FIELDS[meaning]
    return "Known, kept beside the figures" if meaning in POST_FIELDS else "Kept as it is"
