"""The checker's rules as people look them up: search and filters, groups, and what is off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from components import feedback
from components import format as fmt
from services.checking import AT_RISK
from services.person import Person
from services.rules import Change, Kind, Settings, gravest_of
from services.safety import OwnWord, check, load_rules
from services.safety.about import About, list_abouts
from services.safety.book import Rule
from services.safety.models import Severity

_WIDTH = 210
_NO_WORDS = About("")

# What the address holds, and what it asks for.
SHOWS: dict[str, str] = {
    "Switched off": "off",
    "Stops an approval": "blocker",
    "Worth changing": "warning",
    "Smaller ideas": "suggestion",
}
_DEFAULTS: dict[str, object] = {"rules_search": "", "rules_group": None, "rules_show": None}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at the page, when, and what their workspace has chosen."""

    person: Person
    now: datetime
    settings: Settings

    @property
    def may_change(self) -> bool:
        """Whether the reader decides what the checker looks for."""
        return "coordinator" in self.person.roles

    def say_change(self, change: Change) -> str:
        """Who did it and when: "Dana, 3 November 2026"; Markdown."""
        on = fmt.day(fmt.today_in(self.person.time_zone, change.at))
        return f"{fmt.plain(change.by_name)}, {on}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader looks for. `group` is a pack, `show` a value of SHOWS."""

    search: str = ""
    group: str | None = None
    show: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that can be switched off together, all of them or those that the reader looks for."""

    pack: str
    title: str
    rules: tuple[Rule, ...]
    is_whole: bool


def list_packs() -> Mapping[str, str]:
    """What can be switched off as a whole, with titles."""
    return load_rules().packs


def about_of(rule: str) -> About:
    """What a rule looks for, in plain words."""
    return list_abouts().get(rule, _NO_WORDS)


def is_off(rule: Rule, settings: Settings) -> bool:
    """Whether the rule says nothing in this workspace."""
    return not settings.chosen.is_on(rule.id, rule.pack)


def pick_filter() -> Asked:
    """Draw search and filters, which are part of the address."""
    titles = {title: pack for pack, title in list_packs().items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            key="rules_search",
            type="search",
            placeholder="A word, or a sentence that was marked",
            icon=":material/search:",
            live="400ms",
            max_chars=200,
            width=300,
            bind="query-params",
        )
        group = _pick("Group", list(titles), "rules_group", "All groups")
        show = _pick("Show", list(SHOWS), "rules_show", "All rules")
    return Asked((search or "").strip(), titles.get(group or ""), SHOWS.get(show or ""))


def _pick(label: str, options: list[str], key: str, nothing: str) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        key=key,
        placeholder=nothing,
        width=_WIDTH,
        bind="query-params",
    )


def clear_filter() -> None:
    """Everything again. A callback, because the filters are drawn already."""
    for key, value in _DEFAULTS.items():
        st.session_state[key] = value


def list_groups(asked: Asked, settings: Settings) -> list[Group]:
    """The groups with what fits, in the rules' own order; those without are left out."""
    # Whoever gives a sentence wants to know which rules speak of it.
    speaking = {one.rule for one in check(asked.search)} if asked.search else set()
    found = [
        rule
        for rule in load_rules().rules.values()
        if (asked.group or rule.pack) == rule.pack
        and _fits(asked.show, gravest_of(rule), off=is_off(rule, settings))
        and (not asked.search or rule.id in speaking or _has_words(asked.search, _words_of(rule)))
    ]
    sizes = Counter(rule.pack for rule in load_rules().rules.values())
    groups = []
    for pack, title in list_packs().items():
        members = tuple(rule for rule in found if rule.pack == pack)
        if members:
            groups.append(Group(pack, title, members, is_whole=len(members) == sizes[pack]))
    return groups


def list_own(asked: Asked, settings: Settings) -> list[OwnWord]:
    """The workspace's own words that fit; they belong to no group."""
    if asked.group is not None:
        return []
    return [
        word
        for word in settings.chosen.own_words
        if _fits(asked.show, word.severity, off=False)
        and _has_words(asked.search, (word.words, word.instead, word.reason))
    ]


def _fits(show: str | None, severity: Severity, *, off: bool) -> bool:
    return show is None or (off if show == "off" else severity == show)


def _words_of(rule: Rule) -> tuple[str, ...]:
    about = about_of(rule.id)
    guidelines = (one.name for one in (rule.guideline, *rule.also))
    said = (rule.id.replace("-", " "), rule.reason, rule.instead)
    return (about.looks_for, about.example, *said, *guidelines)


def _has_words(search: str, texts: Iterable[str]) -> bool:
    whole = " ".join(texts).casefold()
    return all(word in whole for word in search.casefold().split())


def say_summary(desk: Desk) -> str:
    """How much is on, and the last change: Markdown."""
    rules = load_rules().rules.values()
    on = sum(not is_off(rule, desk.settings) for rule in rules)
    own = len(desk.settings.chosen.own_words)
    words = f", with {fmt.count(own, 'wording')} of your own" if own else ""
    changed = desk.settings.changed
    last = (
        f"Last changed by {desk.say_change(changed)}."
        if changed
        else "Nothing was changed here: everything is on."
    )
    return f"**{on} of {len(rules)} rules are on**{words}. {last}"


def list_off(settings: Settings) -> list[tuple[Kind, str, str]]:
    """What is off, groups first: kind, name and what it is called. Markdown."""
    book = load_rules()
    packs: list[tuple[Kind, str, str]] = [
        ("pack", pack, f"The group “{title}”")
        for pack, title in book.packs.items()
        if pack in settings.chosen.disabled_packs
    ]
    rules: list[tuple[Kind, str, str]] = [
        ("rule", rule.id, about_of(rule.id).looks_for)
        for rule in book.rules.values()
        if rule.id in settings.chosen.disabled_rules and rule.id != AT_RISK
    ]
    return packs + rules


def draw_empty() -> None:
    """Nothing fits."""
    feedback.empty_state(
        "No rule fits",
        "Try other words, another group, or give the sentence that was marked.",
        icon="search_off",
        action=lambda: st.button("Show all rules", key="rules_clear", on_click=clear_filter),
    )
