"""From an approved text to a post that is out: copy, save, post, record. Made for a phone.

The same steps stand on the author's page and in the review room, for the author and for
coordinators.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import streamlit as st

from components import copying, history, presses, session, watching
from components import format as fmt
from components.copying import Copy
from components.several import choose_several
from components.watching import Watching
from services import publishing
from services.errors import TandemError
from services.models import Draft
from services.person import Person
from services.platforms import PLATFORMS
from services.posts import TEXTS, Content, write_hashtags
from services.publishing import Handoff
from services.reviews import Colleague


@dataclass(frozen=True, slots=True)
class Post:
    """An approved draft for whoever posts it.

    Args:
        content: The approved post, exactly.
        key_of: The page's own way to name a widget of a draft.
        button: What the last button says.
        after: Called with a message when something was recorded.
        refused: Called when it was not.
    """

    draft: Draft
    content: Content
    handoff: Handoff
    people: tuple[Colleague, ...]
    person: Person
    now: datetime
    key_of: Callable[[str, str], str]
    button: str
    after: Callable[[str], None]
    refused: Callable[[TandemError], None]

    def key(self, name: str) -> str:
        """The key of a widget."""
        return self.key_of(name, self.draft.id)

    def do(self, write: Callable[[], None], *, said: str) -> None:
        """Record something; whoever drew this says how it went."""
        try:
            write()
        except TandemError as error:
            self.refused(error)
        else:
            self.after(said)


def draw_steps(post: Post) -> None:
    """The steps of posting an approved draft, one below the other."""
    draft = post.draft
    where = fmt.platform_label(draft.platform)
    number = count(1)
    st.markdown(f"**{next(number)}. Copy the words**")
    copying.draw_copies(list_copies(post.content), key=post.key("copies"))
    if post.content.media or post.content.video_link:
        st.markdown(f"**{next(number)}. Save images and video**")
        _draw_media(post)
    st.markdown(f"**{next(number)}. Post it on {where}, then paste its address here**")
    _draw_links(post)
    chosen = Watching()
    if watching.is_sensitive(draft):
        st.markdown(f"**{next(number)}. Say who reads the comments**")
        chosen = _pick_watching(post)
    # The text is part of the key: a press meant for one text never counts for another.
    key = post.key(f"publish_{history.short_hash(draft.approved_hash or '')}")
    pressed = st.button(
        post.button,
        key=key,
        type="primary",
        icon=":material/public:",
        width="stretch",
        on_click=presses.note,
        args=(key,),
    )
    if presses.take(key, pressed=pressed):
        _publish(post, chosen)


def list_copies(content: Content) -> tuple[Copy, ...]:
    """What there is to copy. The caption is exactly the approved one, whatever comes after it."""
    tags = write_hashtags(content.hashtags)
    copies = []
    if content.caption:
        copies.append(Copy("the caption", content.caption))
        if tags:
            copies.append(Copy("caption and hashtags", f"{content.caption}\n\n{tags}"))
    if tags:
        copies.append(Copy("the hashtags", tags))
    if content.link:
        copies.append(Copy("the link", content.link))
    names = {"script": "the script", "on_screen_text": "the text on the screen"}
    names["transcript"] = "the transcript"
    copies += [
        Copy(names[name], getattr(content, name))
        for name in TEXTS
        if name in names and getattr(content, name)
    ]
    copies += [
        Copy(f"the description of image {place}", image.alt)
        for place, image in enumerate(content.media, start=1)
        if image.alt
    ]
    return tuple(copies)


def _draw_media(post: Post) -> None:
    with st.container(horizontal=True):
        for place, image in enumerate(post.content.media, start=1):
            st.link_button(
                f"Save image {place}",
                f"/images/{image.id}?download=1",
                icon=":material/download:",
                key=post.key(f"save_{place}"),
            )
        if post.content.video_link:
            st.link_button(
                "Open the video",
                post.content.video_link,
                icon=":material/movie:",
                key=post.key("video"),
            )


def _draw_links(post: Post) -> None:
    """A field for the draft's own platform, and for others it is posted on as well."""
    own = post.draft.platform
    _draw_link(post, own)
    others = choose_several(
        "Posted elsewhere too?",
        [name for name in PLATFORMS if name != own],
        format_func=fmt.platform_label,
        key=post.key("elsewhere"),
        placeholder="Choose the platforms",
        persist_state="session",
    )
    for platform in others:
        _draw_link(post, platform)


def _draw_link(post: Post, platform: str) -> None:
    st.text_input(
        f"Address of the post on {fmt.platform_label(platform)} (optional)",
        key=_link_key(post, platform),
        max_chars=500,
        placeholder="https://",
        on_change="ignore",
        persist_state="session",
    )


def _read_links(post: Post) -> dict[str, str]:
    others = st.session_state.get(post.key("elsewhere")) or []
    platforms = (post.draft.platform, *others)
    typed = {name: st.session_state.get(_link_key(post, name)) or "" for name in platforms}
    return {name: url.strip() for name, url in typed.items()}


def _link_key(post: Post, platform: str) -> str:
    return post.key("url" if platform == post.draft.platform else f"url_{platform}")


def _pick_watching(post: Post) -> Watching:
    st.caption(
        "People in distress may write under a post like this. Somebody reads the comments for a "
        "while; it stands on their Home until they are done."
    )
    return watching.pick_watching(
        post.people,
        me=post.person.profile_id,
        zone=post.person.time_zone,
        now=post.now,
        keys=(post.key("watcher"), post.key("watch_until")),
    )


def _publish(post: Post, chosen: Watching) -> None:
    post.do(
        lambda: publishing.mark_published(
            session.gateway(),
            draft_id=post.draft.id,
            content_hash=post.draft.approved_hash or "",
            links=_read_links(post),
            watcher_id=chosen.watcher_id,
            watch_until=chosen.until,
        ),
        said="Marked as published. Well done, all of you.",
    )


def draw_watching_again(post: Post) -> None:
    """For a post that is out: have somebody else read the comments, or for longer."""
    with st.expander(
        "Change who reads the comments", icon=":material/visibility:", key=post.key("watch_open")
    ):
        chosen = _pick_watching(post)
        watcher, until = chosen.watcher_id, chosen.until
        if not st.button("Save who reads them", key=post.key("save_watch")):
            return
        if watcher is None or until is None:
            st.warning("Choose who, and until when.", icon=":material/edit_note:")
            return
        post.do(
            lambda: publishing.set_watch(
                session.gateway(), draft_id=post.draft.id, watcher_id=watcher, until=until
            ),
            said="Saved. They are told.",
        )
