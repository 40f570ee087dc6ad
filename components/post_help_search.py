"""Looking for a service that goes with a post, in the whole library of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from components import feedback, session
from components import format as fmt
from components.countries import name_of
from components.library import list_groups, say_about
from services import errors
from services.library.models import STATES, Resource
from services.library.store import Asked, list_library

_MOST = 8

Choose = Callable[[list[str]], None]


def draw_search(
    draft_id: str,
    *,
    workspace_id: str,
    countries: Sequence[str],
    taken: Collection[str],
    on_choose: Choose,
) -> None:
    """The button that opens the search.

    Args:
        countries: The first is looked in until somebody chooses another.
        taken: Services that go with the post already.
        on_choose: Called with the ids of services that come together.
    """
    if st.button("Look for others", key=f"help_search_{draft_id}", icon=":material/search:"):

        def draw() -> None:
            _draw_dialog(draft_id, workspace_id, countries, taken, on_choose)

        st.dialog("Services in your library", icon=":material/support:")(draw)()


def _draw_dialog(
    draft_id: str,
    workspace_id: str,
    countries: Sequence[str],
    taken: Collection[str],
    on_choose: Choose,
) -> None:
    words = st.text_input(
        "Name, number or words",
        key=f"help_words_{draft_id}",
        max_chars=100,
        icon=":material/search:",
    )
    country: str | None = countries[0]
    if len(countries) > 1:
        country = st.selectbox(
            "Country", list(countries), key=f"help_country_{draft_id}", format_func=name_of
        )
    for group in _find(words or "", country, workspace_id):
        _draw_group(group, draft_id, taken, on_choose)


def _find(words: str, country: str | None, workspace_id: str) -> list[tuple[Resource, ...]]:
    try:
        found = list_library(
            session.gateway(),
            workspace_id=workspace_id,
            asked=Asked(search=words.strip(), kind="helpline", country=country),
            limit=_MOST,
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return []
    if not found.resources:
        st.markdown("Nothing fits. Try other words, or ask a coordinator to add it to the library.")
    elif found.groups > _MOST:
        st.caption(f"The first {_MOST} of {found.groups}; more words find fewer.")
    return list_groups(found.resources)


def _draw_group(
    group: tuple[Resource, ...], draft_id: str, taken: Collection[str], on_choose: Choose
) -> None:
    with st.container(border=True, gap="small"):
        for one in group:
            st.markdown(
                f"**{fmt.plain(one.entry.name)}**  \n:small[{say_about(one)}]  \n"
                f":small[{STATES[one.state]}]"
            )
        ids = [one.id for one in group]
        if set(ids) <= set(taken):
            st.caption("Goes with the post.")
        elif st.button("Attach", key=f"help_choose_{draft_id}_{ids[0]}", icon=":material/add:"):
            on_choose(ids)
            st.rerun()
