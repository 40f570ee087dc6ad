"""For coordinators: how often authors say that the checker's notes are not what they meant."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import feedback, links, session
from components import format as fmt
from services import hints
from services.errors import TandemError
from services.hints import Rate
from services.person import Person
from services.safety import load_rules
from services.safety.config import OWN

FEW = 10
_COLUMNS = ("What it says", "Answers", "Not what they meant", "Share", "Rule")
_MEANING = (
    "An answer is a press on “Not what I meant”, or on a wording that a note offers. Notes that "
    "authors pass over, or follow in words of their own, are not counted, and a note that stops an "
    f"approval can only be followed. Below {FEW} answers a share says little. Nobody learns whose "
    "answers these are, of which drafts or words. That an author may be in danger is never counted."
)


def draw_rates(person: Person) -> None:
    """Draw the table, folded away; it is asked for by whoever opens it."""
    box = st.expander(
        "What authors make of the checker's notes",
        key="hint_rates_open",
        on_change="rerun",
        icon=":material/rule:",
    )
    if not box.open:
        return
    with box:
        try:
            rates = hints.list_rates(session.gateway(), workspace_id=person.workspace_id)
        except TandemError as error:
            feedback.show_error(error)
            return
        st.caption(_MEANING)
        if not rates:
            st.markdown("Nobody has answered a note yet.")
            return
        st.dataframe(
            make_rows(rates),
            key="hint_rates",
            column_order=_COLUMNS,
            hide_index=True,
            alt="How often authors answered the notes of each rule, and with what",
        )
        links.draw_link("rules", "Each rule, and switching it off", icon=":material/rule:")


def make_rows(rates: Sequence[Rate]) -> list[dict[str, object]]:
    """The table: those that missed the point most often first."""
    rules = load_rules().rules
    return [
        {
            "What it says": rules[rate.rule].reason if rate.rule in rules else _say_other(rate),
            "Answers": rate.answers,
            "Not what they meant": rate.not_meant,
            "Share": say_share(rate),
            "Rule": fmt.one_line(rate.rule),
        }
        for rate in rates
    ]


def _say_other(rate: Rate) -> str:
    return "Words of your own" if rate.rule.startswith(OWN) else ""


def say_share(rate: Rate) -> str:
    """In whole per cent, or that there are too few to tell."""
    if rate.answers < FEW:
        return "too few to tell"
    return f"{round(100 * rate.not_meant / rate.answers)}%"
