"""A professional's credential: what state it is in, in words, who is told so, and its form."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import streamlit as st

from components import feedback, links
from components import format as fmt
from components.session import gateway
from components.several import choose_several
from services import people
from services.drafts import TOPICS
from services.errors import TandemError
from services.home import Home
from services.models import Credential

State = Literal["unchecked", "current", "lapsing", "expired", "revoked"]

LAPSING_DAYS = 30

_BADGES: dict[State, str] = {
    "unchecked": ":gray-badge[:material/hourglass_top: Not checked yet]",
    "current": ":green-badge[:material/verified: Checked]",
    "lapsing": ":orange-badge[:material/event_upcoming: Ends soon]",
    "expired": ":orange-badge[:material/event_busy: Ended]",
    "revoked": ":gray-badge[:material/block: Withdrawn]",
}


def find_state(credential: Credential, *, today: date) -> State:
    """Whether decisions can be made under it, and for how much longer."""
    if credential.revoked_at is not None:
        return "revoked"
    if credential.checked_at is None or credential.expires_on is None:
        return "unchecked"
    if credential.expires_on < today:
        return "expired"
    soon = credential.expires_on <= today + timedelta(days=LAPSING_DAYS)
    return "lapsing" if soon else "current"


def say_state(credential: Credential, *, today: date, zone: str) -> str:
    """The state in a sentence, as Markdown."""
    state = find_state(credential, today=today)
    if state == "unchecked":
        return f"Recorded on {_on(credential.submitted_at, zone)}. A coordinator will look it up."
    if state == "revoked":
        ended = credential.revoked_at or credential.submitted_at
        return f"Withdrawn on {_on(ended, zone)}. Earlier decisions keep it."
    last = credential.expires_on or today
    checker = f" by {fmt.plain(credential.checked_by_name)}" if credential.checked_by_name else ""
    checked = f"Checked on {_on(credential.checked_at or credential.submitted_at, zone)}{checker}"
    if state == "expired":
        return f"{checked}. Its last day was {fmt.day(last)}; record it again to go on deciding."
    days = (last - today).days
    left = "today" if days == 0 else f"in {fmt.count(days, 'day')}"
    return f"{checked}. Good through {fmt.day(last)}" + (
        f", which is {left}." if state == "lapsing" else "."
    )


def say_scope(credential: Credential) -> str:
    """The topics it covers, or that it covers all."""
    if set(credential.scope) >= set(TOPICS):
        return "All topics"
    return fmt.listing(fmt.topic_label(topic) for topic in credential.scope)


def draw_credential(credential: Credential, *, today: date, zone: str) -> None:
    """What it is, where its register entry is, and whether it counts."""
    badge = _BADGES[find_state(credential, today=today)]
    held = f"{fmt.plain(credential.profession)}, {fmt.plain(credential.jurisdiction)}"
    st.markdown(f"{badge} {held}")
    st.caption(f"{say_state(credential, today=today, zone=zone)} Topics: {say_scope(credential)}.")


def draw_register_link(credential: Credential) -> None:
    """Opens the public register's entry in a new tab."""
    st.link_button(
        "Open the register entry",
        credential.register_url,
        icon=":material/open_in_new:",
        key=f"credential_register_{credential.id}",
    )


def draw_form(*, workspace_id: str, profile_id: str, key: str) -> bool:
    """A form that records a credential; whether one was recorded in this run.

    What was typed stays when it is refused; the refusal is shown under the form.
    """
    with st.form(key, border=False):
        profession = st.text_input(
            "Profession", key=f"{key}_profession", max_chars=80, placeholder="Psychologist"
        )
        register_url = st.text_input(
            "Address of the entry in the public register",
            key=f"{key}_url",
            max_chars=500,
            placeholder="https://",
            help="The page of the register that shows this person, so that anybody can look it up.",
        )
        jurisdiction = st.text_input(
            "Country or state", key=f"{key}_jurisdiction", max_chars=80, placeholder="Kenya"
        )
        scope = choose_several(
            "Topics to decide on",
            list(TOPICS),
            format_func=fmt.topic_label,
            key=f"{key}_scope",
            placeholder="Choose one or more",
        )
        sent = st.form_submit_button("Record credential", type="primary")
    if not sent:
        return False
    try:
        people.submit_credential(
            gateway(),
            workspace_id=workspace_id,
            profile_id=profile_id,
            profession=profession or "",
            register_url=(register_url or "").strip(),
            jurisdiction=jurisdiction or "",
            scope=scope,
        )
    except TandemError as error:
        feedback.show_error(error)
        return False
    return True


def _on(at: datetime, zone: str) -> str:
    return fmt.day(fmt.today_in(zone, at))


def draw_credential_counts(home: Home) -> None:
    """What a coordinator has to look up, with the way there."""
    if home.unchecked_credentials:
        links.draw_link(
            "people",
            f"{fmt.count(home.unchecked_credentials, 'credential')} to check",
            icon=":material/verified_user:",
            query={"people_show": "Credential to check"},
        )
    if home.lapsing_credentials:
        links.draw_link(
            "people",
            f"{fmt.count(home.lapsing_credentials, 'credential')} ending within 30 days",
            icon=":material/event_upcoming:",
            query={"people_show": "Credential ending"},
        )


def draw_own_credential(credential: Credential | None, *, today: date, zone: str) -> None:
    """Says so when the reader cannot decide, or soon cannot."""
    if credential is None:
        message = (
            "You can decide on drafts once your credential is recorded and a coordinator has "
            "checked it. Until then you can read and comment."
        )
        _draw_notice(message, "Record your credential")
        return
    state = find_state(credential, today=today)
    if state == "unchecked":
        message = (
            "Your credential waits for a coordinator to look it up. Until then you can read "
            "and comment."
        )
        _draw_notice(message, "See your credential")
    elif state in ("lapsing", "expired"):
        message = say_state(credential, today=today, zone=zone)
        _draw_notice(message, "Record it again")


def _draw_notice(message: str, label: str) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":material/badge: **Your credential.** {message}")
        links.draw_link("settings", label, icon=":material/arrow_forward:")
