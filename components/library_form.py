"""Writing an entry of the library down: a new one, or other facts for one that is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4
from zoneinfo import available_timezones

import streamlit as st

from components import cached, countries, feedback, session
from components import format as fmt
from components.library import Desk
from components.several import choose_several
from services import languages
from services.errors import TandemError
from services.library import store
from services.library.models import COSTS, KINDS, METHODS, TOPICS, Contact, Entry, Resource

_ROWS = "library_form_rows"
_MOST_CONTACTS = 20
_ADDRESS_LABELS = {
    "call": "Number, exactly as dialled",
    "text": "Number, exactly as dialled",
    "chat": "Address of the page",
    "web": "Address of the page",
    "mail": "Mail address",
}
# With "/" in the name: the rest are old spellings and offsets.
_ZONES = ("", *sorted(z for z in available_timezones() if "/" in z and not z.startswith("Etc/")))
_EMPTY = Entry("helpline", "", "", ())


@dataclass(frozen=True, slots=True)
class _Row:
    """A contact in the form: a key of its own for its fields, and what it was at first."""

    key: str
    contact: Contact


def ask_entry(desk: Desk) -> None:
    """Write a new entry down."""

    def save(entry: Entry) -> None:
        store.add_resource(session.gateway(), workspace_id=desk.person.workspace_id, entry=entry)
        feedback.flash(f"{fmt.plain(entry.name)} is in the library. Check it next.")

    _open("Add an entry", _EMPTY, save)


def ask_correction(resource: Resource, desk: Desk) -> None:
    """Write other facts down for an entry."""

    def save(entry: Entry) -> None:
        store.correct_resource(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            resource_id=resource.id,
            revision=resource.revision,
            entry=entry,
        )
        feedback.flash(f"{fmt.plain(entry.name)} is corrected. Check what you changed.")

    shared = (
        "This is a shared entry: your workspace gets one of its own in its place, and has to check "
        "it. Other workspaces keep theirs."
        if resource.shared
        else ""
    )
    _open(f"Correct {fmt.plain(resource.entry.name)}", resource.entry, save, note=shared)


def _open(title: str, entry: Entry, save: Callable[[Entry], None], *, note: str = "") -> None:
    rows = [_Row(uuid4().hex, one) for one in entry.contacts]
    st.session_state[_ROWS] = rows or [_Row(uuid4().hex, Contact("call", ""))]
    # Fields of a form opened before must not show here.
    form = uuid4().hex

    def draw() -> None:
        if note:
            st.info(note, icon=":material/info:")
        written = _draw_fields(entry, form)
        if st.button("Save", key=f"library_form_save_{form}", type="primary"):
            try:
                save(written)
            except TandemError as error:
                feedback.show_error(error)
                return
            cached.forget_library()
            st.rerun()

    st.dialog(title, width="medium", icon=":material/edit_note:")(draw)()


def _draw_fields(entry: Entry, form: str) -> Entry:
    """All fields; the entry as it is written down now."""
    kind = st.selectbox(
        "Kind",
        list(KINDS),
        index=list(KINDS).index(entry.kind),
        format_func=lambda one: KINDS[one],
        key=f"library_form_kind_{form}",
    )
    name = st.text_input("Name", entry.name, key=f"library_form_name_{form}", max_chars=120)
    codes = ["", *countries.COUNTRIES]
    country = st.selectbox(
        "Country",
        codes,
        index=codes.index(entry.country) if entry.country in codes else 0,
        format_func=lambda one: countries.name_of(one) if one else "Any country",
        key=f"library_form_country_{form}",
    )
    topics = _pick_many("Topics", TOPICS, entry.topics, f"library_form_topics_{form}")
    spoken = _pick_many(
        "Languages", languages.LANGUAGES, entry.languages, f"library_form_languages_{form}"
    )
    audience = st.text_input(
        "For whom, and what to know before",
        entry.audience,
        key=f"library_form_audience_{form}",
        max_chars=400,
    )
    words = entry.words
    if kind != "helpline":
        words = st.text_area(
            "What it says, in plain words, on one screen",
            entry.words,
            key=f"library_form_words_{form}",
            max_chars=2000,
            height=220,
        )
    contacts = _draw_contacts()
    sources = st.text_area(
        "Sources: addresses of pages, one a line",
        "\n".join(entry.sources),
        key=f"library_form_sources_{form}",
    )
    pair = st.text_input(
        "Comes together with others",
        entry.pair,
        key=f"library_form_pair_{form}",
        max_chars=60,
        help="Give the same word to entries of a country that are to be given together, such as "
        "a line for adults and one for the young.",
    )
    return Entry(
        kind=kind,
        name=name,
        country=country,
        topics=topics,
        audience=audience,
        languages=spoken,
        words=words,
        sources=tuple(sources.split()),
        seen=entry.seen,
        confidence=entry.confidence,
        pair=pair,
        contacts=contacts,
    )


def _pick_many(
    label: str, options: dict[str, str], chosen: tuple[str, ...], key: str
) -> tuple[str, ...]:
    # Codes that are not in the table are kept all the same.
    known = list(dict.fromkeys([*options, *chosen]))
    return tuple(
        choose_several(
            label, known, default=chosen, format_func=lambda one: options.get(one, one), key=key
        )
    )


def _draw_contacts() -> tuple[Contact, ...]:
    """A frame for each way to reach it; those without an address are left out."""
    st.markdown("**How to reach it**")
    rows: list[_Row] = st.session_state[_ROWS]
    found = [_draw_contact(row, place) for place, row in enumerate(rows, 1)]
    if len(rows) < _MOST_CONTACTS and st.button(
        "Another way to reach it", key="library_form_more", icon=":material/add:"
    ):
        rows.append(_Row(uuid4().hex, Contact("call", "")))
        st.rerun(scope="fragment")
    st.caption("One whose number or address is emptied is left out.")
    return tuple(one for one in found if one.address)


def _draw_contact(row: _Row, place: int) -> Contact:
    contact = row.contact
    with st.container(border=True, gap="small"):
        method = st.selectbox(
            f"Way {place}",
            list(METHODS),
            index=list(METHODS).index(contact.method),
            format_func=lambda one: METHODS[one],
            key=f"library_form_method_{row.key}",
        )
        address = st.text_input(
            _ADDRESS_LABELS[method],
            contact.address,
            key=f"library_form_address_{row.key}",
            max_chars=500,
        )
        keyword = contact.keyword
        if method == "text":
            keyword = st.text_input(
                "Word to text, if one is needed",
                contact.keyword,
                key=f"library_form_keyword_{row.key}",
                max_chars=40,
            )
        hours, zone, cost = contact.hours, contact.time_zone, contact.cost
        if method in ("call", "text", "chat"):
            hours, zone, cost = _draw_hours(row)
    return Contact(
        method=method,
        address=address.strip(),
        keyword=keyword,
        hours=hours,
        time_zone=zone,
        cost=cost,
        languages=contact.languages,
    )


def _draw_hours(row: _Row) -> tuple[str, str, str]:
    """Hours, their zone and the cost."""
    contact = row.contact
    with st.container(horizontal=True, vertical_alignment="bottom"):
        hours = st.text_input(
            "Hours, or 24/7",
            contact.hours,
            key=f"library_form_hours_{row.key}",
            max_chars=200,
            width=240,
        )
        zone = st.selectbox(
            "Time zone of these hours",
            _ZONES,
            index=_ZONES.index(contact.time_zone) if contact.time_zone in _ZONES else 0,
            format_func=lambda one: one or "Not needed or not known",
            key=f"library_form_zone_{row.key}",
            width=280,
        )
        cost = st.selectbox(
            "Cost",
            list(COSTS),
            index=list(COSTS).index(contact.cost),
            format_func=lambda one: COSTS[one],
            key=f"library_form_cost_{row.key}",
            width=240,
        )
    return hours, zone, cost
