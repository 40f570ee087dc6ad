"""When the words sound as if their author were in danger: help first, and nothing about the post.

Nothing of it is stored or counted, and nobody is told: it lives in this tab alone. The library is
asked for lines of a country, as on its own page.
"""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from components import draft_fields, feedback, keeping, library_cards, session
from components import format as fmt
from components.desk import Desk, key_of
from components.hints import Hints, say_safe
from services import errors
from services.library.models import Resource
from services.library.near import country_of, find_emergency, list_near

_DIALLED = {"call": "tel", "text": "sms"}


def place_of(draft_id: str) -> str:
    """The key of the container, to which the line below the field leads."""
    return key_of("care", draft_id)


def care_in(hints: Hints) -> dict[str, str]:
    """Where help stands, by the name of each part whose words ask for it."""
    return {one.part: place_of(hints.draft_id) for one in hints.about_author}


def draw_care(desk: Desk, hints: Hints) -> None:
    """Draw the panel, if the words ask for it."""
    if not hints.about_author:
        return
    countries = _find_countries(desk, hints)
    with st.container(border=True, key=place_of(desk.draft.id)):
        st.header("Before the post: are you all right?", anchor=False)
        st.markdown(
            "Some of these words sound as if things may be very hard for you at the moment. If "
            "they are, you matter more than the post, and you need not be alone with it. Is there "
            "somebody who could be with you now, or whom you could call?"
        )
        _draw_emergency(countries)
        for resource in _find_near(desk, countries):
            _draw_line(resource)
        if directory := session.find_directory():
            st.markdown(f"Lines in many countries: <{directory}>")
        st.markdown(f"**Who sees what**  \n{_say_who(desk)}")
        _draw_choices(desk, hints)


def _draw_emergency(countries: list[str]) -> None:
    number = find_emergency(countries[0]) if countries else ""
    if number:
        st.markdown("If you are in danger right now, please call for help.")
        st.link_button(f"Call {number}", f"tel:{number}", icon=":material/call:", type="primary")
    else:
        st.markdown(
            "If you are in danger right now, please call the emergency number where you are."
        )


def _draw_line(resource: Resource) -> None:
    with st.container(gap="small"):
        st.markdown(f"**{fmt.plain(resource.entry.name)}**\n\n{library_cards.say_facts(resource)}")
        with st.container(horizontal=True):
            for contact in resource.entry.contacts:
                scheme = _DIALLED.get(contact.method)
                if scheme:
                    verb = "Call" if contact.method == "call" else "Text"
                    st.link_button(
                        f"{verb} {fmt.plain(contact.address)}",
                        f"{scheme}:{quote(contact.address.replace(' ', ''), safe='+*#')}",
                        icon=":material/call:" if verb == "Call" else ":material/sms:",
                    )


def _say_who(desk: Desk) -> str:
    draft = desk.draft
    noticed = "That this page noticed something is stored nowhere, counted nowhere, told to nobody."
    if keeping.is_kept(desk):
        return (
            f"{noticed} You keep this draft to yourself: what you are writing is yours alone, "
            "and none of it can be sent until you change that."
        )
    if draft.submitted_version is None:
        return (
            f"{noticed} Nobody but you can read this draft. If you send it for review, everybody "
            "in your workspace can, or only its professionals if you choose that below; and its "
            "professionals then see what the page noticed."
        )
    return (
        f"{noticed} Version {draft.submitted_version}, which you sent, can be read by "
        f"{_say_readers(desk)}; professionals see what was noticed in it. What you have written "
        "since is yours alone until you send it."
    )


def _say_readers(desk: Desk) -> str:
    if desk.draft.professionals_only:
        return "the professionals of your workspace"
    return "everybody in your workspace"


def _draw_choices(desk: Desk, hints: Hints) -> None:
    draft_id = desk.draft.id
    hidden = draft_fields.keys_of(draft_id)["professionals_only"]
    with st.container(horizontal=True):
        if not keeping.is_kept(desk):
            st.button(
                "Keep this private",
                key=key_of("care_keep", draft_id),
                icon=":material/lock:",
                on_click=keeping.set_kept,
                args=(draft_id, True),
            )
        if not desk.draft.professionals_only:
            st.button(
                "Professionals only",
                key=key_of("care_hide", draft_id),
                icon=":material/visibility_off:",
                on_click=_hide,
                args=(hidden,),
            )
        st.button(
            "I am all right, show the notes",
            key=key_of("care_safe", draft_id),
            on_click=say_safe,
            args=(draft_id, hints),
        )


def _hide(key: str) -> None:
    st.session_state[key] = True


def _find_countries(desk: Desk, hints: Hints) -> list[str]:
    """Where the author is, as far as their clock says, then where the post's readers are."""
    own = country_of(desk.person.time_zone)
    codes = (own, *hints.content.audience_countries)
    return list(dict.fromkeys(code for code in codes if code))[:3]


def _find_near(desk: Desk, countries: list[str]) -> tuple[Resource, ...]:
    """The lines, asked for once a tab; without a database the numbers above still stand."""
    key = key_of("near", desk.draft.id)
    held = st.session_state.get(key)
    if held is not None and held[0] == countries:
        found: tuple[Resource, ...] = held[1]
        return found
    try:
        found = list_near(
            session.gateway(), workspace_id=desk.draft.workspace_id, countries=countries
        )
    except errors.TandemError as error:
        feedback.show_error(error)
        return ()
    st.session_state[key] = (countries, found)
    return found
