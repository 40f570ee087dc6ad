"""Help with a post: the services that go with it, for its author and for whoever reviews it.

Nothing here is held to be true for an approval: the database decides that anew. What is missing is
said before a button is pressed, in the same words everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components import checks, countries, feedback, links, post_help_search, session
from components import desk as desks
from components import format as fmt
from services import errors
from services.checking import SENSITIVE
from services.library import attached
from services.library.attached import CountryHelp, Help, Together
from services.library.models import METHODS, USABLE, Contact, Resource

HEADING = "Help with this post"

_LOOKS = {
    "services": ":green-badge[:material/verified: Help goes with it]",
    "directory": ":blue-badge[:material/language: The directory stands in]",
    "": ":orange-badge[:material/pending: Nothing counts yet]",
}
_WAITING = ":orange-badge[:material/pending: Waiting for a check]"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the part stands, and who looks at it.

    Args:
        topics: what the post touches so that help has to go with it.
        names_place: Where its author says which countries it is for, or what a reviewer can do.
        is_sent: Whether somebody may decide on it, so that a change has to be read.
        may_check: Whether the reader may check services.
    """

    draft_id: str
    workspace_id: str
    help: Help
    topics: tuple[str, ...]
    names_place: str
    is_sent: bool
    may_check: bool

    def key(self, name: str) -> str:
        """The key of a widget."""
        return f"help_{name}_{self.draft_id}"


def draw_part(shelf: Shelf) -> None:
    """Draw the part; folded while the post needs no help and none goes with it."""
    if shelf.topics or not shelf.help.is_empty:
        with st.container(border=True, key=shelf.key("part")):
            st.header(HEADING, anchor=False)
            _draw_inside(shelf)
    elif shelf.help.may_change:
        with st.expander(HEADING, icon=":material/support:"):
            _draw_inside(shelf)


def say_missing(help_: Help, topics: tuple[str, ...]) -> str:
    """Why the post cannot be approved for want of help, as Markdown; empty if it can."""
    if not topics:
        return ""
    if not help_.countries:
        return (
            f"It touches on {say_topics(topics)}, so help goes with it, and nobody has said which "
            "countries it is for. Send it back and ask its author to choose them."
        )
    if missing := help_.list_missing(topics):
        names = fmt.listing(_name(code) for code in missing)
        return (
            f"It touches on {say_topics(topics)}, and no checked help goes with it for {names}. "
            f"“{HEADING}” says what is missing."
        )
    return ""


def say_topics(topics: tuple[str, ...]) -> str:
    """What the post touches, in a sentence: suicide and self-harm."""
    return fmt.listing(SENSITIVE[topic] for topic in topics)


def _draw_inside(shelf: Shelf) -> None:
    help_ = shelf.help
    if shelf.topics:
        st.markdown(
            f"The post touches on {say_topics(shelf.topics)}. Some who read it may need somebody "
            "to talk to. So it can be approved once help that somebody here has checked goes with "
            "it, for every country it is for."
        )
    else:
        st.caption("This post needs none to be approved. What you attach, its reviewer sees.")
    if not help_.countries:
        st.markdown(f":material/public: {shelf.names_place}")
    _draw_undo(shelf)
    for code in help_.countries:
        _draw_country(shelf, help_.in_country(code, shelf.topics))
    for together in help_.elsewhere:
        st.caption(f"{_name(together.country)} is none of its countries:")
        _draw_together(shelf, together, code=together.country)
    for service in help_.gone:
        st.markdown(
            f"**{fmt.plain(service.entry.name)}** is not in the library any more, so it does not "
            "count."
        )
        _draw_take_off(shelf, (service,), code="gone")
    if help_.may_change and help_.countries:
        post_help_search.draw_search(
            shelf.draft_id,
            workspace_id=shelf.workspace_id,
            countries=help_.countries,
            taken=frozenset(one for together in help_.attached for one in together.attached),
            on_choose=lambda ids: _attach(shelf, ids),
        )


def _draw_country(shelf: Shelf, here: CountryHelp) -> None:
    look = f" {_LOOKS[here.kind]}" if shelf.topics else ""
    st.markdown(f"**{_name(here.country)}**{look}")
    for together in here.attached:
        _draw_together(shelf, together, code=here.country)
    if shelf.help.directory_attached and here.may_use_directory:
        _draw_directory(shelf, here)
    if here.kind != "services":
        _draw_waiting(shelf, here)
    if not shelf.help.may_change or here.kind == "services" or not shelf.topics:
        return
    if here.offers:
        _draw_offers(
            shelf,
            here.offers,
            code=here.country,
            label=f"Add the fitting ones for {_name(here.country)}",
            words="Checked here, and for what the post is about:",
        )
    elif here.to_check and not here.attached:
        _draw_offers(
            shelf,
            here.to_check,
            code=here.country,
            label=f"Add these for {_name(here.country)}, to be checked",
            words="Nothing that fits is checked here yet. These are in the library and would fit; "
            "a professional or coordinator looks each up, which takes a minute:",
        )
    elif not here.attached:
        st.caption(
            "Nothing in your library fits. Professionals and coordinators can add a service there."
        )
    if here.may_use_directory and shelf.help.directory and not shelf.help.directory_attached:
        host = _host_of(shelf.help.directory)
        st.button(
            f"Send readers to {host} instead",
            key=shelf.key(f"directory_{here.country}"),
            icon=":material/language:",
            on_click=_attach_directory,
            args=(shelf, True),
        )
        st.caption(
            "A list of services in many countries, named by whoever runs Tandem. It counts while "
            f"nothing that fits is checked here for {_name(here.country)}."
        )


def _draw_offers(
    shelf: Shelf, offers: tuple[Together, ...], *, code: str, label: str, words: str
) -> None:
    names = [fmt.plain(one.entry.name) for together in offers for one in together.services]
    st.markdown(f"{words} {fmt.listing(names)}.")
    st.button(
        label,
        key=shelf.key(f"add_{code}"),
        icon=":material/add:",
        on_click=_attach,
        args=(shelf, [one for together in offers for one in together.ids]),
    )


def _draw_waiting(shelf: Shelf, here: CountryHelp) -> None:
    """Who can do what about services that go with the post and do not count yet."""
    waiting = [
        one
        for together in here.attached
        if together.fits(shelf.topics) and not together.is_checked
        for one in together.services
        if one.state not in USABLE
    ]
    if not waiting:
        return
    if not shelf.may_check:
        st.caption(
            "Professionals and coordinators check services in the library. Whoever reviews the "
            "post sees what is waiting."
        )
        return
    query = {"library_country": _name(here.country), "library_show": "To check"}
    if len(waiting) == 1:
        query["library_search"] = waiting[0].entry.name
    links.draw_link(
        "library",
        f"Check {'it' if len(waiting) == 1 else 'them'} in the library",
        icon=":material/fact_check:",
        query=query,
    )


def _draw_together(shelf: Shelf, together: Together, *, code: str) -> None:
    there = [one for one in together.services if one.id in together.attached]
    lacking = [one for one in together.services if one.id not in together.attached]
    lines = [_say_service(one) for one in there]
    if lacking:
        names = fmt.listing(fmt.plain(one.entry.name) for one in lacking)
        lines.append(
            f":material/link: {names} comes together with it, and does not go with it yet."
        )
    st.markdown("\n\n".join(lines))
    with st.container(horizontal=True):
        if lacking and shelf.help.may_change:
            st.button(
                "Add what comes with it",
                key=shelf.key(f"whole_{code}_{together.ids[0]}"),
                on_click=_attach,
                args=(shelf, list(together.ids)),
            )
        _draw_take_off(shelf, tuple(there), code=code)


def _draw_take_off(shelf: Shelf, services: tuple[Resource, ...], *, code: str) -> None:
    if not shelf.help.may_change:
        return
    names = fmt.listing(fmt.plain(one.entry.name) for one in services)
    st.button(
        f"Take off {names}",
        key=shelf.key(f"off_{code}_{services[0].id}"),
        type="tertiary",
        icon=":material/close:",
        on_click=_take_off,
        args=(shelf, [one.id for one in services], names),
    )


def _draw_directory(shelf: Shelf, here: CountryHelp) -> None:
    page = shelf.help.directory
    st.markdown(f":material/language: [{fmt.plain(_host_of(page))}](<{page}>), the directory")
    if shelf.help.may_change:
        st.button(
            "Take the directory off",
            key=shelf.key(f"directory_off_{here.country}"),
            type="tertiary",
            icon=":material/close:",
            on_click=_attach_directory,
            args=(shelf, False),
        )


def _draw_undo(shelf: Shelf) -> None:
    """What was just taken off can be put back with one click."""
    taken = st.session_state.get(shelf.key("taken"))
    if taken is None or not shelf.help.may_change:
        return
    ids, names = taken
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Taken off: {names}.", width="content")
        st.button(
            "Put it back",
            key=shelf.key("undo"),
            icon=":material/undo:",
            on_click=_attach,
            args=(shelf, ids),
        )


def _attach(shelf: Shelf, ids: list[str]) -> None:
    st.session_state.pop(shelf.key("taken"), None)
    _change(
        shelf,
        lambda: attached.attach(session.gateway(), draft_id=shelf.draft_id, resource_ids=ids),
    )


def _take_off(shelf: Shelf, ids: list[str], names: str) -> None:
    def do() -> None:
        attached.take_off(session.gateway(), draft_id=shelf.draft_id, resource_ids=ids)
        st.session_state[shelf.key("taken")] = (ids, names)

    _change(shelf, do)


def _attach_directory(shelf: Shelf, wish: bool) -> None:
    _change(
        shelf,
        lambda: attached.attach_directory(
            session.gateway(), draft_id=shelf.draft_id, attached=wish
        ),
    )


def _change(shelf: Shelf, do: Callable[[], object]) -> None:
    """Do it before the run that shows it; the checker's verdict is of what goes with the post."""
    try:
        do()
    except errors.TandemError as error:
        feedback.flash(error.message, kind="warning")
    else:
        if shelf.is_sent:
            checks.have_read(shelf.draft_id)
    desks.forget(shelf.draft_id)


def _say_service(service: Resource) -> str:
    """A service in one paragraph: name, how to reach it, and what its check is worth."""
    ways = " · ".join(_say_way(one) for one in service.entry.contacts[:3])
    if service.state in USABLE and service.next_due is not None:
        state = f":green-badge[:material/verified: Checked until {fmt.day(service.next_due)}]"
    else:
        state = _WAITING
    return f"**{fmt.plain(service.entry.name)}** {state}  \n{ways}"


def _say_way(contact: Contact) -> str:
    where = fmt.plain(contact.address)
    if contact.method in ("chat", "web"):
        where = f"[{fmt.plain(_host_of(contact.address))}](<{contact.address}>)"
        return f"{METHODS[contact.method]} {where}"
    word = f"{fmt.plain(contact.keyword)} to " if contact.keyword else ""
    return f"{METHODS[contact.method]} {word}**{where}**"


def _name(code: str) -> str:
    return countries.COUNTRIES.get(code, code) or "Any country"


def _host_of(page: str) -> str:
    return page.partition("//")[2].partition("/")[0].removeprefix("www.")
