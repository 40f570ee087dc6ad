"""Looking an entry up and saying so; and that it is not right any more, or not needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from components import cached, feedback, library_form, links, session
from components import format as fmt
from components.library import Desk, say_about
from components.library_cards import Chosen, say_facts
from services.drafts import STATES
from services.errors import TandemError
from services.library import store
from services.library.models import CHECK_METHODS, Resource

# A crisis line that moved three months ago is a door that does not open.
USUAL_DAYS = 90
_LONGEST_DAYS = 365
_MOST_PAGES = 3


def ask(chosen: Chosen, desk: Desk) -> None:
    """Open the dialog of what somebody chose."""
    actions: dict[str, Callable[[Resource, Desk], None]] = {
        "check": _ask_check,
        "correct": library_form.ask_correction,
        "doubt": _ask_doubt,
        "withdraw": _ask_withdraw,
        "restore": _ask_restore,
        "posts": _show_posts,
    }
    actions[chosen.action](chosen.resource, desk)


def list_pages(resource: Resource) -> list[str]:
    """Where its facts can be looked up, one page a site: its own first, then other sources."""
    sites: dict[str, str] = {}
    for page in (*_list_own_pages(resource), *resource.entry.sources):
        sites.setdefault(_host_of(page), page)
    return list(sites.values())


def find_own_page(resource: Resource) -> str | None:
    """The page that is the service's own, if one is known: other sources only write about it."""
    return next(iter(_list_own_pages(resource)), None)


def _list_own_pages(resource: Resource) -> list[str]:
    contacts = resource.entry.contacts
    return [one.address for method in ("web", "chat") for one in contacts if one.method == method]


def name_site(page: str) -> str:
    """The site of a page, as a button names it."""
    return fmt.plain(_host_of(page))


def pick_due(desk: Desk, *, key: str) -> date:
    """Draw until when a check counts; three months unless somebody says otherwise."""
    usual = desk.today + timedelta(days=USUAL_DAYS)
    return st.date_input(
        "Check again by",
        usual,
        min_value=desk.today + timedelta(days=1),
        max_value=desk.today + timedelta(days=_LONGEST_DAYS),
        key=key,
        format="DD/MM/YYYY",
    )


def keep_check(resource: Resource, method: str, source: str, due: date, desk: Desk) -> None:
    """Keep that everything is right, with the reader's name and today's date.

    Raises:
        TandemError: see `store.check_resource`.
    """
    store.check_resource(
        session.gateway(),
        workspace_id=desk.person.workspace_id,
        resource_id=resource.id,
        revision=resource.revision,
        method=method,
        source=source,
        next_due=due,
    )
    cached.forget_library()


def keep_doubt(resource: Resource, reason: str, desk: Desk) -> None:
    """Keep that it is given to nobody until somebody has checked it again.

    Raises:
        TandemError: see `store.doubt_resource`.
    """
    store.doubt_resource(
        session.gateway(),
        workspace_id=desk.person.workspace_id,
        resource_id=resource.id,
        revision=resource.revision,
        reason=reason,
    )
    cached.forget_library()


def _ask_check(resource: Resource, desk: Desk) -> None:
    pages = list_pages(resource)

    def draw() -> None:
        st.markdown(f"**{fmt.plain(resource.entry.name)}**  \n:small[{say_about(resource)}]")
        st.markdown(say_facts(resource))
        with st.container(horizontal=True):
            for place, page in enumerate(pages[:_MOST_PAGES]):
                st.link_button(
                    f"Open {name_site(page)}",
                    page,
                    icon=":material/open_in_new:",
                    key=f"library_open_{place}",
                )
        st.caption(
            "Compare every number, the hours and for whom it is. A crisis line is never called or "
            "texted to test it."
        )
        method = st.radio(
            "How you checked it",
            list(CHECK_METHODS),
            format_func=lambda one: CHECK_METHODS[one],
            key=f"library_method_{resource.id}",
        )
        source = st.text_input(
            "Who confirmed it, and how" if method == "confirmed" else "Address of the page",
            "" if method == "confirmed" else next(iter(pages), ""),
            key=f"library_source_{method}_{resource.id}",
            max_chars=500,
        )
        due = pick_due(desk, key=f"library_due_{resource.id}")
        if st.button(
            "Everything is right", key="library_check_go", type="primary", icon=":material/check:"
        ):
            _save(
                lambda: keep_check(resource, method, source or "", due, desk),
                f"{fmt.plain(resource.entry.name)} is checked, with your name and today's date.",
            )
        st.caption("If something is not, close this and choose Correct beside the entry.")

    st.dialog("Check an entry", icon=":material/fact_check:")(draw)()


def _save(keep: Callable[[], None], said: str) -> None:
    """Keep it and close the dialog; what the database refuses is said in it."""
    try:
        keep()
    except TandemError as error:
        feedback.show_error(error)
        return
    feedback.flash(said)
    st.rerun()


def _ask_doubt(resource: Resource, desk: Desk) -> None:
    def draw() -> None:
        st.markdown(
            f"**{fmt.plain(resource.entry.name)}** is given to nobody from now on, until somebody "
            "has checked it again. Your colleagues see what you write here."
        )
        reason = st.text_input(
            "What is not right", key=f"library_reason_{resource.id}", max_chars=500
        )
        if st.button("Stop giving it", key="library_doubt_go", type="primary"):
            _save(
                lambda: keep_doubt(resource, reason or "", desk),
                f"{fmt.plain(resource.entry.name)} has to be checked again.",
            )

    st.dialog("Not right any more", icon=":material/report:")(draw)()


def _ask_withdraw(resource: Resource, desk: Desk) -> None:
    back = " The shared entry shows again in its place." if resource.replaces else ""
    feedback.confirm(
        title=f"Withdraw {fmt.plain(resource.entry.name)}?",
        body=f"It leaves the library, and you can bring it back at any time.{back}",
        action_label="Withdraw",
        on_confirm=lambda: _set_withdrawn(resource, desk, withdrawn=True),
    )


def _ask_restore(resource: Resource, desk: Desk) -> None:
    feedback.confirm(
        title=f"Bring {fmt.plain(resource.entry.name)} back?",
        body="It is in the library again, with the checks it had.",
        action_label="Bring back",
        on_confirm=lambda: _set_withdrawn(resource, desk, withdrawn=False),
    )


def _set_withdrawn(resource: Resource, desk: Desk, *, withdrawn: bool) -> None:
    store.set_withdrawn(
        session.gateway(),
        workspace_id=desk.person.workspace_id,
        resource_id=resource.id,
        revision=resource.revision,
        withdrawn=withdrawn,
    )
    _done(f"{fmt.plain(resource.entry.name)} is {'withdrawn' if withdrawn else 'back'}.")


def _show_posts(resource: Resource, desk: Desk) -> None:
    """Where it is used, with the way to each post."""

    def draw() -> None:
        try:
            posts = store.list_posts_with(
                session.gateway(),
                workspace_id=desk.person.workspace_id,
                resource_id=resource.id,
            )
        except TandemError as error:
            feedback.show_error(error)
            return
        st.markdown(
            f"**{fmt.plain(resource.entry.name)}** goes with these posts, which are published or "
            "may be. Their authors and your coordinators hear of it when it changes, or when its "
            "check has ended."
        )
        for post in posts:
            links.draw_link(
                "review",
                f"{fmt.plain(post.title)}, by {fmt.plain(post.author_name)} "
                f"({STATES[post.state].lower()})",
                icon=":material/article:",
                draft_id=post.draft_id,
            )

    st.dialog("Used by", icon=":material/article:")(draw)()


def _host_of(page: str) -> str:
    return page.partition("//")[2].partition("/")[0].removeprefix("www.")


def _done(message: str) -> None:
    feedback.flash(message)
    cached.forget_library()
