"""An entry of the library as a card: how to reach it, for whom, and what its check is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components import format as fmt
from components.library import Desk, say_about
from services import languages
from services.library.models import COSTS, METHODS, STATES, Contact, Resource

# The word and the sign say it; the colour only helps.
_LOOKS: dict[str, tuple[str, str]] = {
    "current": ("verified", "green"),
    "due": ("schedule", "orange"),
    "overdue": ("event_busy", "red"),
    "unchecked": ("help", "gray"),
    "withdrawn": ("archive", "gray"),
}
_ICONS = {
    "call": "call",
    "text": "sms",
    "chat": "forum",
    "web": "language",
    "mail": "mail",
}
_MENU = {
    "check": "Check in another way",
    "correct": "Correct",
    "doubt": "Not right any more",
    "withdraw": "Withdraw",
    "restore": "Bring back",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody wants to do with an entry: `check`, `posts` or a key of the menu."""

    action: str
    resource: Resource


def draw_group(
    group: tuple[Resource, ...],
    desk: Desk,
    draw_actions: Callable[[Resource], Chosen | None] | None = None,
) -> Chosen | None:
    """Entries that come together, in one frame; what the reader chose to do, if anything.

    Args:
        draw_actions: draws what can be done with an entry, in place of what the library offers.
    """
    chosen: Chosen | None = None
    with st.container(border=True, gap="small"):
        if len(group) > 1:
            st.markdown(":material/link: :small[These come together.]")
        for resource in group:
            st.markdown(_say_entry(resource, desk))
            chosen = _draw_uses(resource) or chosen
            if draw_actions is not None:
                chosen = draw_actions(resource) or chosen
            elif desk.is_checker:
                chosen = _draw_actions(resource) or chosen
    return chosen


def say_state(resource: Resource, desk: Desk) -> str:
    """The state as a badge with its words, and who looked when, where and how: Markdown."""
    icon, colour = _LOOKS[resource.state]
    badge = f":{colour}-badge[:material/{icon}: {STATES[resource.state]}]"
    return "  \n".join([badge, *(f":small[{line}]" for line in _say_check(resource, desk))])


def say_facts(resource: Resource) -> str:
    """How to reach it, for whom it is and what it says: Markdown."""
    entry = resource.entry
    lines = [_say_contact(contact) for contact in entry.contacts]
    if entry.audience:
        lines.append(f":material/group: For: {fmt.plain(entry.audience)}")
    if entry.kind != "helpline":
        lines += [f":material/link: Source: {_link(source)}" for source in entry.sources]
    text = "  \n".join(lines)
    paragraphs = [fmt.plain(one) for one in entry.words.split("\n") if one.strip()]
    return "\n\n".join([*paragraphs, text] if text else paragraphs)


def draw_menu(resource: Resource, *, more: tuple[str, ...] = ()) -> Chosen | None:
    """What is done less often with an entry; `more` are further keys of the menu, on top."""
    action = st.menu_button(
        "More",
        [*more, *_list_actions(resource)],
        format_func=lambda option: _MENU[option],
        key=f"library_menu_{resource.id}",
    )
    return Chosen(action, resource) if action else None


def _say_entry(resource: Resource, desk: Desk) -> str:
    heading = f"**{fmt.plain(resource.entry.name)}**  \n:small[{say_about(resource)}]"
    return f"{heading}\n\n{say_facts(resource)}\n\n{say_state(resource, desk)}"


def _draw_uses(resource: Resource) -> Chosen | None:
    """The way to the posts that rely on it."""
    pressed = resource.posts and st.button(
        f"Used by {fmt.count(resource.posts, 'post')}",
        key=f"library_posts_{resource.id}",
        type="tertiary",
        icon=":material/article:",
    )
    return Chosen("posts", resource) if pressed else None


def _draw_actions(resource: Resource) -> Chosen | None:
    chosen: Chosen | None = None
    with st.container(horizontal=True, vertical_alignment="center"):
        if resource.state != "withdrawn" and st.button(
            "Check" if resource.state == "unchecked" else "Check again",
            key=f"library_check_{resource.id}",
            icon=":material/fact_check:",
        ):
            chosen = Chosen("check", resource)
        return draw_menu(resource) or chosen


def _list_actions(resource: Resource) -> list[str]:
    if resource.state == "withdrawn":
        return [] if resource.shared else ["restore"]
    return [
        "correct",
        *(["doubt"] if resource.state != "unchecked" else []),
        *([] if resource.shared else ["withdraw"]),
    ]


def _say_contact(contact: Contact) -> str:
    """How to reach it in one line: method, number or page, hours, cost; pages are links."""
    if contact.method in ("chat", "web"):
        where = _link(contact.address)
    else:
        where = f"**{fmt.plain(contact.address)}**"
    if contact.keyword:
        where = f"**{fmt.plain(contact.keyword)}** to {where}"
    facts = [f":material/{_ICONS[contact.method]}: {METHODS[contact.method]} {where}"]
    if contact.method in ("call", "text", "chat"):
        facts.append(_say_hours(contact))
    if contact.method in ("call", "text"):
        facts.append(COSTS[contact.cost])
    if contact.languages:
        facts.append(fmt.plain(languages.names_of(contact.languages)))
    return " · ".join(facts)


def _link(page: str) -> str:
    return f"[{fmt.plain(page)}](<{page}>)"


def _say_hours(contact: Contact) -> str:
    if not contact.hours:
        return "Hours not known"
    zone = f" ({fmt.plain(contact.time_zone)})" if contact.time_zone else ""
    return f"{fmt.plain(contact.hours)}{zone}"


def _say_check(resource: Resource, desk: Desk) -> list[str]:
    """Who looked, and what that is worth; for one never checked, what its facts stand on."""
    check = resource.check
    own = "Your workspace's own entry in place of a shared one." if resource.replaces else ""
    if check is None:
        return [line for line in (_say_origin(resource), own) if line]
    on = fmt.day(fmt.today_in(desk.person.time_zone, check.at))
    name = fmt.plain(check.name)
    if check.method == "doubt":
        told = f"{name} on {on}: “{fmt.plain(check.source)}”"
        return [told, "Not to be given to anybody until somebody has checked it again."]
    how = {"own_page": "on its own page", "public_body": "on a public body's page"}
    where = how.get(check.method, "with the service")
    lines = [f"{name} checked it on {on} {where}: {fmt.plain(check.source)}"]
    if resource.state == "unchecked":
        lines.append("Something was changed since, so that check does not count any more.")
    elif resource.next_due is not None:
        verb = "Counted" if resource.state == "overdue" else "Counts"
        lines.append(f"{verb} until {fmt.day(resource.next_due)}.")
    return [line for line in (*lines, own) if line]


def _say_origin(resource: Resource) -> str:
    entry = resource.entry
    if not resource.shared:
        who = fmt.plain(resource.changed_by_name or "")
        return f"Written down by {who}." if who else ""
    seen = (
        f"last seen in a source of {entry.seen}" if entry.seen else "from a source without a date"
    )
    sure = ", in one source only" if entry.confidence == "medium" else ""
    return f"From the list that comes with Tandem: {seen}{sure}."
