"""Who is looking at this page: the only way from a page to data.

`gateway()` is fetched anew in every page run, callback and fragment, because each of them can
run without the others: it compares the browser's cookie with the one this tab's state was built
for, and asks whether the session still stands. Never keep a gateway in a variable that outlives
the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn, cast
from urllib.parse import quote, urlsplit

import streamlit as st

from components import feedback, way
from services.errors import Unavailable
from services.gateway.client import Gateway
from services.person import Person
from services.posts import Media
from services.sessions import Sessions, hash_cookie

__all__ = [
    "Person",
    "add_image",
    "draw_account",
    "draw_sign_out",
    "find_origin",
    "find_unread",
    "gateway",
    "id_hash",
    "install",
    "is_over",
    "look_anew",
    "person",
    "record_check",
    "require",
]

_BUILT_FOR = "session_built_for"
_GATEWAY = "session_gateway"
_ENDED = "ended"
_WORKSPACE = "session_workspace"
_SEEN = "session_seen"
# How long a tab goes on with whom it saw last while the database is away.
_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class _Source:
    """Where sessions come from; installed once when the app starts."""

    sessions: Sessions
    connect: Callable[[str], Gateway]
    add_image: Callable[..., Media]
    record_check: Callable[..., bool]
    cookie_name: str
    public_url: str
    help_directory: str


_installed: list[_Source] = []


def install(
    *,
    sessions: Sessions,
    connect: Callable[[str], Gateway],
    add_image: Callable[..., Media],
    record_check: Callable[..., bool],
    cookie_name: str,
    public_url: str = "",
    help_directory: str = "",
) -> None:
    """Tells this module, once a process, where sessions come from; `app.py` and tests call it.

    Args:
        sessions: The process's sessions.
        connect: Makes the gateway of the session with this hash.
        add_image: `services.media.add_image` with the server's calls filled in.
        record_check: The same of `services.safety_record.record_check`.
        cookie_name: The cookie that holds a browser's session.
        public_url: Scheme and host of links that leave the app; without it, those of the page.
        help_directory: Address of a list of services in many countries.
    """
    _installed[:] = [
        _Source(sessions, connect, add_image, record_check, cookie_name, public_url, help_directory)
    ]


def find_origin() -> str:
    """Scheme and host for a link that somebody will send to somebody else."""
    if _installed and _installed[0].public_url:
        return _installed[0].public_url
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"


def find_directory() -> str:
    """The address of a list of services in many countries, which the operator chose."""
    return _installed[0].help_directory if _installed else ""


def gateway() -> Gateway:
    """Supabase as the person this tab was opened by; ends the run for anybody else."""
    _find_person()
    return cast(Gateway, st.session_state[_GATEWAY])


def add_image(*, workspace_id: str, draft_id: str, raw: bytes) -> Media:
    """Take in a picture for a draft of the person's; raises as `services.media.add_image` does."""
    me = _find_person()
    return _source().add_image(
        gateway(),
        workspace_id=workspace_id,
        draft_id=draft_id,
        profile_id=me.profile_id,
        raw=raw,
    )


def record_check(draft_id: str) -> bool:
    """Have the checker read what could become approved next; whether there was something to do.

    For a draft that the person was seen to read: the server does it with its own key. Raises as
    `services.safety_record.record_check` does.
    """
    _find_person()
    return _source().record_check(draft_id=draft_id)


def person() -> Person:
    """Who is signed in, in the workspace they chose; ends the run when nobody is."""
    return _find_person()


def require(*roles: str) -> Person:
    """The guard at the top of a page: the person, if they hold one of the roles (or any role).

    Ends the run for somebody signed out, without a membership, or in another role.
    """
    found = _find_person()
    if not found.roles:
        st.title("Welcome to Tandem")
        st.info(
            "You are signed in, but you do not belong to a workspace yet. People join by "
            "invitation: ask a coordinator for a link and open it in this browser."
        )
        st.stop()
    if roles and not found.roles.intersection(roles):
        st.title("Not for you, this one")
        st.info(f"This page is for {_list_roles(roles)}. Nothing is wrong with your account.")
        st.stop()
    return found


def id_hash() -> str:
    """The hash that names this browser's session; ends the run when nobody is signed in."""
    _find_person()
    return cast(str, st.session_state[_BUILT_FOR])


def look_anew() -> None:
    """Forget what was remembered of the person, because they just changed it."""
    _source().sessions.look_anew(st.session_state[_BUILT_FOR])


def draw_account() -> None:
    """The person's name, their workspace and the way out, in the sidebar."""
    found = _find_person()
    with st.sidebar:
        st.markdown(f"**{_escape(found.name)}**")
        if len(found.memberships) > 1:
            _pick_workspace(found)
        elif found.workspace_name:
            st.caption(_escape(found.workspace_name))
        way.draw_way("/auth/sign-out", label="Sign out")


def draw_sign_out() -> None:
    """The way out of this browser."""
    way.draw_way("/auth/sign-out", label="Sign out of this browser")


def is_over() -> bool:
    """Whether this tab has nothing to show any more but the way back; draws nothing."""
    id_hash = _read_id_hash()
    try:
        return _built_for_another(id_hash) or _source().sessions.find(id_hash) is None
    except Unavailable:
        return False


def find_unread() -> int:
    """News not read yet, for the menu; none while nobody is signed in or the database is away."""
    if is_over():
        return 0
    try:
        found = _source().sessions.find(_read_id_hash())
    except Unavailable:
        return 0
    return found.within(st.session_state.get(_WORKSPACE, "")).unread if found else 0


def _source() -> _Source:
    if not _installed:
        raise RuntimeError("components.session.install was not called")
    return _installed[0]


def _read_id_hash() -> str:
    """The hash of the cookie this tab's socket came with; empty without one."""
    cookie = st.context.cookies.get(_source().cookie_name)
    return hash_cookie(cookie) if cookie else ""


def _built_for_another(id_hash: str) -> bool:
    return bool(st.session_state.get(_BUILT_FOR, id_hash) != id_hash)


def _find_person() -> Person:
    """Checks cookie and session; the person in the workspace this tab shows."""
    source = _source()
    id_hash = _read_id_hash()
    try:
        found = source.sessions.find(id_hash)
    except Unavailable:
        return _find_seen(id_hash).within(st.session_state.get(_WORKSPACE, ""))
    if found is None or _built_for_another(id_hash):
        _leave(is_signed_in=found is not None)
    if _BUILT_FOR not in st.session_state:
        st.session_state[_BUILT_FOR] = id_hash
        st.session_state[_GATEWAY] = source.connect(id_hash)
    st.session_state[_SEEN] = (monotonic(), found)
    return found.within(st.session_state.get(_WORKSPACE, ""))


def _find_seen(id_hash: str) -> Person:
    """Whom this tab saw last, while the database is away; without anybody, says so and waits.

    Nothing can be read or changed meanwhile. The page stays, and with it the field somebody is
    just typing into.
    """
    seen: tuple[float, Person] | None = st.session_state.get(_SEEN)
    if seen is None or _built_for_another(id_hash) or monotonic() - seen[0] > _PATIENCE_SECONDS:
        feedback.reconnecting()
        st.stop()
    return seen[1]


def _leave(*, is_signed_in: bool) -> NoReturn:
    """Clears what this tab knew, shows the way back to where it was, and ends the run.

    The tab stays ended until it is loaded anew: its browser still holds what was typed into it,
    which must not reach whoever signed in since.
    """
    for key in list(st.session_state.keys()):
        del st.session_state[key]
    st.session_state[_BUILT_FOR] = _ENDED
    if is_signed_in:
        st.title("This tab was emptied")
        st.write("Somebody signed in anew with this browser, so this tab starts afresh.")
        label = "Open this page again"
    else:
        st.title("Please sign in again")
        st.write("You are signed out. What you saved is safe.")
        label = "Sign in and come back here"
    # For somebody signed in, this address leads straight on.
    way.draw_way(f"/auth/sign-in?next={quote(_find_address(), safe='')}", label=label, primary=True)
    st.stop()


def _find_address() -> str:
    """The page this tab shows, with its query."""
    parts = urlsplit(st.context.url or "/")
    query = "&".join(
        f"{quote(name)}={quote(value)}"
        for name in st.query_params
        for value in st.query_params.get_all(name)
    )
    return (parts.path or "/") + (f"?{query}" if query else "")


def _pick_workspace(found: Person) -> None:
    names = {one.workspace_id: one.workspace_name for one in found.memberships}
    ids = list(names)
    st.selectbox(
        "Workspace",
        ids,
        index=ids.index(found.workspace_id),
        format_func=lambda one: names[one],
        key="session_workspace_choice",
        on_change=_choose_workspace,
    )


def _choose_workspace() -> None:
    chosen = st.session_state["session_workspace_choice"]
    found = _find_person()
    source = _source()
    st.session_state[_WORKSPACE] = found.within(chosen).workspace_id
    source.sessions.choose_workspace(st.session_state[_BUILT_FOR], workspace_id=chosen)


def _list_roles(roles: tuple[str, ...]) -> str:
    names = [f"{role}s" for role in roles]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _escape(text: str) -> str:
    """Markdown shown as it was typed."""
    return "".join(f"\\{one}" if one in r"\`*_{}[]<>()#+-.!|$:~" else one for one in text)
