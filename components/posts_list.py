"""The list of posts with their figures: filters in the address, rows, and the list as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from math import ceil
from typing import cast, get_args

import streamlit as st

from components import cached, cached_measures, feedback, links, measures, paging, session, tables
from components import format as fmt
from components.library import Desk
from components.rows import Group, Row, RowList, draw_rows
from components.words import Line, Words, join
from services.gateway.client import Gateway
from services.measures import posts
from services.measures.models import Post
from services.measures.posts import Asked, Match, PostPage, Sort
from services.metrics import METRICS
from services.platforms import PLATFORMS

PAGE_SIZE = 20
_WIDTH = 220
_PAGE = "posts_page"
_LAST_PAGE = 10_000
_MATCHES: dict[str, str] = {
    "all": "All posts",
    "draft": "Its draft is known",
    "none": "No draft known",
}
_SORTS: dict[str, str] = {
    "published_on": "Newest first",
    **{
        str(metric): f"Most {meaning.label.lower()}"
        for metric, meaning in measures.MEANINGS.items()
    },
}
_DEFAULTS: Mapping[str, object] = {
    "posts_search": "",
    "posts_platform": None,
    "posts_account": None,
    "posts_match": "all",
    "posts_sort": "published_on",
    "posts_from": None,
    "posts_to": None,
}
EARLIEST = date(2000, 1, 1)


def pick_filter(desk: Desk) -> Asked:
    """Draw search and filters, all part of the address.

    Raises what `services.measures.accounts.get_accounts` raises.
    """
    # Before they are drawn: accounts are asked for only when somebody looks at the filters.
    accounts = _find_accounts(desk)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    search = row.text_input(
        "Search",
        key="posts_search",
        type="search",
        placeholder="Words of the post",
        icon=":material/search:",
        live="400ms",
        max_chars=100,
        width=320,
        on_change=to_first_page,
        bind="query-params",
    )
    with row:
        sort = _pick("Order", _SORTS, "posts_sort")
    box = st.expander(
        _say_filters(), icon=":material/tune:", key="posts_filters", on_change="rerun"
    )
    with box.container(horizontal=True, vertical_alignment="bottom"):
        names = {code: one.name for code, one in PLATFORMS.items()}
        platform = _pick("Platform", names, "posts_platform", nothing="Any platform")
        account = _pick("Account", accounts, "posts_account", nothing="Any account")
        match = _pick("Drafts", _MATCHES, "posts_match")
        first = _pick_day("Published from", "posts_from", desk)
        last = _pick_day("Published until", "posts_to", desk)
    return Asked(
        search=(search or "").strip(),
        platform=platform,
        account_id=account,
        match=cast("Match", match if match in get_args(Match) else "all"),
        first_day=first,
        last_day=last,
        sort=cast("Sort", sort if sort in _SORTS else "published_on"),
    )


def _find_accounts(desk: Desk) -> dict[str, str]:
    """Accounts by id, once there is something to choose."""
    wanted = ("posts_filters", "posts_account")
    if not any(st.session_state.get(key) or key in st.query_params for key in wanted):
        return {}
    found = cached_measures.get_accounts(session.gateway(), desk.person)
    return {one.id: measures.say_account(one) for one in found.accounts}


def _pick(
    label: str, options: Mapping[str, str], key: str, *, nothing: str | None = None
) -> str | None:
    return st.selectbox(
        label,
        list(options),
        index=0 if nothing is None else None,
        format_func=lambda one: options.get(one, one),
        key=key,
        placeholder=nothing,
        width=_WIDTH,
        on_change=to_first_page,
        bind="query-params",
    )


def _pick_day(label: str, key: str, desk: Desk) -> date | None:
    return st.date_input(
        label,
        None,
        min_value=EARLIEST,
        max_value=desk.today,
        key=key,
        format="DD/MM/YYYY",
        width=180,
        on_change=to_first_page,
        bind="query-params",
    )


def _say_filters() -> str:
    rare = ("posts_platform", "posts_account", "posts_from", "posts_to")
    set_now = sum(bool(st.session_state.get(key)) for key in rare)
    set_now += st.session_state.get("posts_match", "all") != "all"
    return f"Filters ({set_now})" if set_now else "Filters"


def clear() -> None:
    """All posts again. A callback, because the filters are drawn already."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = value
    to_first_page()


def to_first_page() -> None:
    """Begin at the front again. A callback too."""
    paging.to_first(_PAGE)


def read_page(asked: Asked, desk: Desk) -> PostPage:
    """The part of the list that the address asks for; the last one where it asks for more.

    Raises what `services.measures.posts.list_posts` raises.
    """
    number = paging.find_page(_PAGE, most=_LAST_PAGE)
    found = _read_part(asked, desk, number)
    if found.total and not found.posts:
        found = _read_part(asked, desk, ceil(found.total / PAGE_SIZE))
    return found


def _read_part(asked: Asked, desk: Desk, number: int) -> PostPage:
    return cached_measures.list_posts(
        session.gateway(),
        desk.person,
        asked=asked,
        offset=(number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )


def draw_posts(found: PostPage, asked: Asked, desk: Desk) -> None:
    """The list, or what to do where there is none."""
    if not found.posts:
        _draw_empty(asked)
        return
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.caption(fmt.count(found.total, "post"), width="content")
        st.download_button(
            "Export this list",
            partial(_write_list, session.gateway(), desk, asked),
            file_name=f"tandem-posts-{desk.today.isoformat()}.csv",
            mime="text/csv",
            key="posts_export",
            icon=":material/download:",
            on_click="ignore",
        )
    draw_rows(
        cached.make_once(f"posts {asked.sort}", found, lambda: _list(found, asked)),
        key="posts_list",
    )
    paging.draw_pages(_PAGE, ceil(found.total / PAGE_SIZE))


def _draw_empty(asked: Asked) -> None:
    if asked != Asked(sort=asked.sort):
        feedback.empty_state(
            "No post fits",
            "Try other words, or show all posts.",
            icon="search_off",
            action=lambda: st.button("Show all posts", key="posts_clear", on_click=clear),
        )
        return
    feedback.empty_state(
        "No posts yet",
        "Posts appear here once their figures are imported or typed.",
        icon="web_stories",
        action=lambda: links.draw_link("imports", "Import figures", icon=":material/upload_file:"),
    )


def _list(found: PostPage, asked: Asked) -> RowList:
    rows = tuple(_row(post, asked) for post in found.posts)
    return RowList.of([Group("Posts", rows, is_headed=False)])


def _row(post: Post, asked: Asked) -> Row:
    on = fmt.day(post.published_on, short=True) if post.published_on else "day not given"
    where: Line = (
        Words(fmt.platform_label(post.platform)),
        Words(", "),
        Words(post.account_name, is_typed=True),
        Words(f" · {on}"),
    )
    lines: list[Line] = [where, _say_figures(post, asked)]
    lines.append((*say_draft(post), *say_part(post)))
    lines.append((Words(_say_source(post)),))
    return Row(
        title=(Words(say_title(post), is_typed=True),),
        lines=tuple(lines),
        action="Look at it",
        page="posts",
        query=(("post", post.id),),
        key=post.id,
        outside=post.permalink or "",
    )


def say_title(post: Post) -> str:
    """The first words of a post, or what it is called without any."""
    first = post.caption.strip().split("\n", 1)[0]
    if not first:
        return "Post without text"
    return first if len(first) <= 90 else f"{first[:89].rstrip()}…"


def _say_figures(post: Post, asked: Asked) -> Line:
    """The figure that orders the list first, then the others that there are."""
    words: list[Words] = []
    if asked.sort != "published_on":
        amount = measures.say_amount(asked.sort, post.figures.get(asked.sort))
        words.append(Words(f"{measures.say_label(asked.sort)}: {amount}", look="strong"))
    others = {metric: one for metric, one in post.figures.items() if metric != asked.sort}
    rest = measures.say_figures(others, post.approximate)
    return join([tuple(words), (Words(rest),) if rest else ()], " · ") or (
        Words("No figure given"),
    )


def say_draft(post: Post) -> Line:
    """Which draft it was."""
    if post.draft is not None:
        return (
            Words("Draft: ", icon="verified"),
            Words(post.draft.title, is_typed=True),
            Words("  "),
        )
    if post.matched_by == "person":
        return (Words("Not one of our drafts", look="badge", icon="link_off", colour="gray"),)
    return (Words("No draft known", look="badge", icon="help", colour="orange"),)


def say_part(post: Post) -> Line:
    """A mark for figures that cover only a part of the post's life; empty for others."""
    if not measures.is_part(post):
        return ()
    return (
        Words(" "),
        Words("Part of its time: not comparable", look="badge", icon="hourglass", colour="gray"),
    )


def _say_source(post: Post) -> str:
    how = "typed by hand" if post.source.is_typed else "from a file"
    return f"Figures {measures.say_cover(post.source)}, {how}"


_COLUMNS = (
    "Platform",
    "Account",
    "Post id",
    "Address",
    "Published",
    "Text",
    "Draft",
    *(measures.say_label(metric) for metric in METRICS),
    "Figures from",
    "Figures until",
    "Source",
)


def _write_list(gateway: Gateway, desk: Desk, asked: Asked) -> bytes:
    """The first thousand posts as a file for a spreadsheet. Called when the file is wanted."""
    found = posts.list_posts(
        gateway, workspace_id=desk.person.workspace_id, asked=asked, limit=posts.MOST_AT_ONCE
    )
    return tables.write_csv(_COLUMNS, (_make_cells(post, desk) for post in found.posts))


def _make_cells(post: Post, desk: Desk) -> dict[str, object]:
    return {
        "Platform": fmt.platform_label(post.platform),
        "Account": post.account_name,
        "Post id": post.external_id,
        "Address": post.permalink,
        "Published": post.published_on,
        "Text": post.caption,
        "Draft": post.draft.title if post.draft else None,
        **{measures.say_label(metric): post.figures.get(metric) for metric in METRICS},
        "Figures from": post.source.period_start,
        "Figures until": post.source.captured_on,
        "Source": measures.say_origin(post.source, desk.person.time_zone, line=post.line),
    }
