"""Where a post that is out can be found: adding an address, correcting one, removing one.

Each field belongs to the address that it was filled with. When somebody else changed that one, the
field is another, so that nobody saves over a correction that they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import streamlit as st

from components import format as fmt
from components import session
from components.handing_off import Post
from components.several import choose_several
from services import publishing
from services.platforms import PLATFORMS


def order_platforms(first: str, platforms: Iterable[str]) -> list[str]:
    """One platform first if it is among them, the others by name."""
    return sorted(platforms, key=lambda name: (name != first, fmt.platform_label(name)))


def draw_addresses(post: Post) -> None:
    """For whoever may post: a field for each address, and a button to remove it."""
    known = post.handoff.links
    title = "Change the addresses" if known else "Add its address"
    with st.expander(title, icon=":material/link:", key=post.key("links_open")):
        for platform in order_platforms(post.draft.platform, {*known, post.draft.platform}):
            _draw_field(post, platform)
        for platform in _pick_others(post):
            _draw_field(post, platform)
        saves = st.button("Save the addresses", key=post.key("save_links"))
        emptied = [name for name in known if not _read(post, name)]
        if saves and emptied:
            _ask(post, emptied)
            st.rerun()
        elif saves:
            _save(post)
        if len(_asked(post)) > 1:
            _draw_question(post, _asked(post))


def _pick_others(post: Post) -> list[str]:
    there = {*post.handoff.links, post.draft.platform}
    chosen: list[str] = choose_several(
        "Posted elsewhere too?",
        [name for name in PLATFORMS if name not in there],
        format_func=fmt.platform_label,
        key=post.key("elsewhere"),
        placeholder="Choose the platforms",
        persist_state="session",
    )
    return chosen


def _draw_field(post: Post, platform: str) -> None:
    key, known = _key(post, platform), post.handoff.links.get(platform, "")
    name = fmt.platform_label(platform)
    st.session_state.setdefault(key, known)
    st.text_input(
        f"Address of the post on {name}",
        key=key,
        max_chars=500,
        placeholder="https://",
        on_change="ignore",
        persist_state="session",
    )
    _say_unsaved(post, platform)
    if known:
        st.button(
            f"Remove the address on {name}",
            key=f"{key}_remove",
            type="tertiary",
            icon=":material/link_off:",
            on_click=_ask,
            args=(post, [platform]),
        )
    if _asked(post) == [platform]:
        _draw_question(post, [platform])


def _say_unsaved(post: Post, platform: str) -> None:
    """What somebody was typing here when another address came in, which is in no field any more."""
    key, known = _key(post, platform), post.handoff.links.get(platform, "")
    noted = post.key(f"address_{platform}_noted")
    before, filled = st.session_state.setdefault(noted, (key, known))
    typed = (st.session_state.get(before) or "").strip()
    if typed in ("", filled, known):
        st.session_state[noted] = (key, known)
    elif before != key:
        st.markdown(
            ":material/sync_problem: This address was changed meanwhile. Not saved, what you had "
            f"typed: {fmt.plain(typed)}"
        )


def _key(post: Post, platform: str) -> str:
    known = post.handoff.links.get(platform)
    which = "new" if known is None else sha256(known.encode()).hexdigest()[:8]
    return post.key(f"address_{platform}_{which}")


def _read(post: Post, platform: str) -> str:
    return (st.session_state.get(_key(post, platform)) or "").strip()


def _ask(post: Post, platforms: list[str]) -> None:
    """Have the question drawn: whether these addresses are to go."""
    st.session_state[post.key("removing")] = platforms


def _asked(post: Post) -> list[str]:
    """The addresses that the question is about, as far as they are still there."""
    asked = st.session_state.get(post.key("removing")) or []
    return order_platforms(
        post.draft.platform, (name for name in asked if name in post.handoff.links)
    )


def _draw_question(post: Post, platforms: list[str]) -> None:
    names = fmt.listing(map(fmt.platform_label, platforms))
    it = "it" if len(platforms) == 1 else "them"
    with st.container(border=True):
        st.markdown(
            f"**Remove the address on {names}?** Nobody finds the post from here any more. The "
            "post itself stays where it is: Tandem cannot take it down. The history keeps who "
            f"removed {it}, and you can add {it} again."
        )
        with st.container(horizontal=True):
            # The address is part of the key: a press meant for one never removes another.
            pressed = st.button(
                f"Remove {it}", key=f"{_key(post, platforms[0])}_sure", type="primary"
            )
            st.button("Keep it", key=post.key("removing_not"), on_click=_ask, args=(post, []))
    if pressed:
        post.do(
            lambda: _set(post, {}, removed=platforms), said=f"The address on {names} is removed."
        )


def _save(post: Post) -> None:
    """What differs from the addresses on the screen."""
    known = post.handoff.links
    others = st.session_state.get(post.key("elsewhere")) or []
    typed = {name: _read(post, name) for name in {*known, post.draft.platform, *others}}
    changed = {name: url for name, url in typed.items() if url and url != known.get(name)}
    if not changed:
        st.info("Nothing has changed.", icon=":material/edit_note:")
        return
    names = fmt.listing(map(fmt.platform_label, order_platforms(post.draft.platform, changed)))
    post.do(lambda: _set(post, changed), said=f"Saved: the address on {names}.")


def _set(post: Post, changed: dict[str, str], *, removed: Iterable[str] = ()) -> None:
    known = post.handoff.links
    publishing.set_links(
        session.gateway(),
        draft_id=post.draft.id,
        links=changed,
        known={name: known[name] for name in (*changed, *removed) if name in known},
    )
