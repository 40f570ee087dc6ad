"""Safety rules: what the checker looks for and why; coordinators switch off, on, and add words."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from components import cached, feedback, rules, rules_cards, rules_dialogs, session
from services.errors import TandemError

person = session.require()
heading = st.container(
    horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
)
heading.title("Safety rules", anchor=False, width="content")
adding = "coordinator" in person.roles and heading.button(
    "Add words", key="rules_add", type="primary", icon=":material/add:"
)
feedback.draw_flash()

try:
    settings = cached.get_rules(session.gateway(), person)
except TandemError as error:
    feedback.show_error(error)
    st.stop()

desk = rules.Desk(person, datetime.now(UTC), settings)
rules_dialogs.draw_undo(desk)
st.markdown(
    "What the checker looks for in every draft, and why. It advises, and people decide. "
    + ("" if desk.may_change else "Coordinators can switch rules off and add words.")
)
st.markdown(rules.say_summary(desk))
chosen = rules_cards.draw_off(desk)

st.header("All rules", anchor=False)
asked = rules.pick_filter()
hard = rules_cards.pick_hard()
own = rules.list_own(asked, settings)
groups = rules.list_groups(asked, settings)
for group in groups:
    chosen = rules_cards.draw_group(group, desk, asked, hard=hard) or chosen
if own:
    st.subheader("Words of your own", anchor=False)
    chosen = rules_cards.draw_words(own, desk) or chosen
if not own and not groups:
    rules.draw_empty()
rules_dialogs.draw_try(settings)

# One dialog a run.
if adding:
    rules_dialogs.ask_word(desk)
elif chosen is not None:
    rules_dialogs.act(chosen, desk)
