"""A rule as a card: what it looks for with an example, why, what instead, and what authors say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components import format as fmt
from components.hint_rates import say_share
from components.hints_list import LOOKS
from components.rules import Asked, Desk, Group, about_of, is_off, list_off
from services.checking import AT_RISK
from services.hints import Rate
from services.rules import gravest_of
from services.safety import OwnWord
from services.safety.book import Rule

Action = Literal["off_pack", "off_rule", "on_pack", "on_rule", "edit_word", "drop_word"]

_OFF = ":gray-badge[:material/toggle_off: Off]"
_ALWAYS = ":green-badge[:material/lock: Always on]"
# Shown to those only who ask for them; part of no address, or a link would show them to others.
_HARD = "rules_hard"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a coordinator wants to do, and with which pack, rule or own words."""

    action: Action
    name: str = ""
    word: OwnWord | None = None


def draw_off(desk: Desk) -> Chosen | None:
    """What is off, who switched it off and when; what the reader chose to do, if anything."""
    chosen: Chosen | None = None
    found = list_off(desk.settings)
    if not found:
        return None
    st.header("Switched off", anchor=False)
    with st.container(border=True, gap="small"):
        for kind, name, title in found:
            change = desk.settings.switches.get((kind, name))
            who = f"  \n:small[Switched off by {desk.say_change(change)}]" if change else ""
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
            ):
                st.markdown(f"**{title}**{who}", width="content")
                if desk.may_change and st.button("Switch on", key=f"rules_off_{kind}_{name}"):
                    chosen = Chosen("on_pack" if kind == "pack" else "on_rule", name)
    return chosen


def draw_words(words: list[OwnWord], desk: Desk) -> Chosen | None:
    """The workspace's own words; what the reader chose to do, if anything."""
    chosen: Chosen | None = None
    for word in words:
        with st.container(border=True, gap="small"):
            lines = [
                f"**“{fmt.plain(word.words)}”** {LOOKS[word.severity]}",
                f"Why: {fmt.plain(word.reason)}",
                f"Instead: *{fmt.plain(word.instead)}*",
                _say_rate(desk.settings.rates.get(word.rule)),
            ]
            st.markdown("  \n".join(line for line in lines if line))
            if desk.may_change:
                with st.container(horizontal=True):
                    if st.button("Edit", key=f"rules_edit_{word.rule}"):
                        chosen = Chosen("edit_word", word=word)
                    if st.button("Remove", key=f"rules_drop_{word.rule}"):
                        chosen = Chosen("drop_word", word=word)
    return chosen


def pick_hard() -> bool:
    """Draw the switch that shows examples which are hard to read."""
    return st.toggle(
        "Show examples that are hard to read",
        key=_HARD,
        help="Such as how somebody died, or what was said to them. They are short.",
    )


def draw_group(group: Group, desk: Desk, asked: Asked, *, hard: bool) -> Chosen | None:
    """The rules of a group, folded unless the reader looks for some; what they chose to do."""
    off = sum(is_off(rule, desk.settings) for rule in group.rules)
    is_pack_off = group.pack in desk.settings.chosen.disabled_packs
    told = "switched off" if is_pack_off else f"{off} off" if off else ""
    label = f"{group.title} ({len(group.rules)})" + (f" · {told}" if told else "")
    box = st.expander(
        label,
        expanded=asked.is_narrow,
        # Another key, so that it opens by itself when somebody begins to look for something.
        key=f"rules_group_{group.pack}_{'found' if asked.is_narrow else 'all'}",
        on_change="rerun",
    )
    if not box.open:
        return None
    chosen: Chosen | None = None
    with box:
        for rule in group.rules:
            chosen = _draw_rule(rule, desk, hard=hard) or chosen
        if not (desk.may_change and group.is_whole):
            return chosen
        verb = "on" if is_pack_off else "off"
        if st.button(f"Switch the whole group {verb}", key=f"rules_pack_{group.pack}"):
            chosen = Chosen("on_pack" if is_pack_off else "off_pack", group.pack)
    return chosen


def _draw_rule(rule: Rule, desk: Desk, *, hard: bool) -> Chosen | None:
    is_pack_off = rule.pack in desk.settings.chosen.disabled_packs
    off = is_off(rule, desk.settings)
    with st.container(border=True, gap="small"):
        st.markdown(say_rule(rule, desk, hard=hard))
        if rule.id == AT_RISK or not desk.may_change:
            return None
        if is_pack_off:
            st.caption("Off with its group.")
            return None
        if off and st.button("Switch on", key=f"rules_on_{rule.id}"):
            return Chosen("on_rule", rule.id)
        if not off and st.button("Switch off", key=f"rules_switch_{rule.id}"):
            return Chosen("off_rule", rule.id)
    return None


def say_rule(rule: Rule, desk: Desk, *, hard: bool) -> str:
    """Everything there is to say of a rule: Markdown."""
    about = about_of(rule.id)
    badges = [LOOKS[gravest_of(rule)]]
    if rule.id == AT_RISK:
        badges = [_ALWAYS]
    elif is_off(rule, desk.settings):
        badges.append(_OFF)
    lines = [
        f"**{about.looks_for or fmt.plain(rule.id)}** {' '.join(badges)}",
        f"Why: {fmt.plain(rule.reason)}",
        _say_example(about.example, is_hidden=about.hard and not hard),
        f"Instead: *{fmt.plain(rule.instead)}*",
        f":small[Guideline: {_say_guideline(rule)}]",
        _say_rate(desk.settings.rates.get(rule.id)),
    ]
    return "  \n".join(line for line in lines if line)


def _say_example(example: str, *, is_hidden: bool) -> str:
    if not example:
        return ""
    if is_hidden:
        return "For example: *hard to read, so it shows when you ask for it above*"
    return f"For example: “{fmt.plain(example)}”"


def _say_guideline(rule: Rule) -> str:
    """The first as a link; all of them would be longer than the rest of the card."""
    one = rule.guideline
    year = "" if one.year == "n.d." else f", {one.year}"
    others = fmt.count(len(rule.also), "other") if rule.also else ""
    return f"[{fmt.plain(one.name + year)}](<{one.url}>)" + (f", and {others}" if others else "")


def _say_rate(rate: Rate | None) -> str:
    """What authors make of its notes; coordinators alone have any."""
    if rate is None:
        return ""
    said = f"“Not what I meant”: {rate.not_meant} of {fmt.count(rate.answers, 'answer')}"
    return f":small[:material/rate_review: {said}, {say_share(rate)}]"
