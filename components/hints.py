"""What the checker says while somebody writes, as the editor shows it.

It reads what was just saved, in the run that saved it: a run of its own would come later and cost
more. What it finds stays in this tab's memory; only what the author answers is written down, and
never of the author at risk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import desk as desks
from components import editor, feedback, session
from components.desk import Desk, key_of
from components.units import to_units
from components.written import image_of
from services import errors
from services.checking import PartFinding, check_post, list_shown, part_texts
from services.hints import Answer, Mark, answer_hint, mark_of, may_dismiss
from services.posts import Content
from services.safety import Configuration, Finding, load_rules
from services.safety.book import Rule
from services.safety.config import EVERYTHING
from services.swaps import list_swaps

_NO_YEAR = "n.d."

# What was read, with what, and what was found.
_Held = tuple[Content, Configuration, tuple[PartFinding, ...]]


@dataclass(frozen=True, slots=True)
class Hints:
    """What to say about a post: everything, or that its author may be in danger and no more.

    `put_aside` are marks of findings that the author says miss the point, `checked_with` is what
    the workspace has chosen for the checker.
    """

    draft_id: str
    content: Content
    findings: tuple[PartFinding, ...]
    put_aside: frozenset[Mark]
    checked_with: Configuration = EVERYTHING

    @property
    def texts(self) -> dict[str, str]:
        """What is written in the post, by the part's name."""
        return part_texts(self.content)

    @property
    def about_author(self) -> tuple[PartFinding, ...]:
        """Where the words sound as if the author were in danger."""
        return tuple(one for one in self.findings if one.is_about_author)

    @property
    def about_post(self) -> tuple[Finding, ...]:
        """What is said of the post as a whole."""
        return self.in_part("")

    @property
    def about_images(self) -> tuple[tuple[str, Finding], ...]:
        """What is said of descriptions of images, each with the part's name."""
        return tuple(
            (one.part, one.finding) for one in self.findings if image_of(one.part) is not None
        )

    def place_of(self, image_id: str) -> int:
        """Where the image stands in the post, from 1."""
        return [image.id for image in self.content.media].index(image_id) + 1

    def in_part(self, part: str) -> tuple[Finding, ...]:
        """What is said of words in a part of the post, in their order."""
        return tuple(
            one.finding for one in self.findings if one.part == part and not one.is_about_author
        )

    def is_aside(self, finding: Finding) -> bool:
        """Whether the author put it aside. What stops an approval cannot be."""
        return may_dismiss(finding) and mark_of(self.draft_id, finding) in self.put_aside


def read_hints(desk: Desk) -> Hints:
    """The hints on the post as it is saved; the same post is read once a tab.

    Raises:
        NotFound: the draft is somebody else's.
    """
    draft_id, content = desk.draft.id, desk.content
    key = key_of("hints", draft_id)
    chosen = desk.editor.checked_with
    held: _Held | None = st.session_state.get(key)
    if held is None or held[:2] != (content, chosen):
        held = content, chosen, check_post(content, chosen)
        st.session_state[key] = held
    safe = st.session_state.get(key_of("safe", draft_id), frozenset())
    shown = list_shown(
        one
        for one in held[2]
        if not (one.is_about_author and mark_of(draft_id, one.finding) in safe)
    )
    return Hints(draft_id, held[0], shown, desk.editor.answers.not_meant, chosen)


def say_safe(draft_id: str, hints: Hints) -> None:
    """The author says that these words are no danger to them; remembered in this tab alone."""
    key = key_of("safe", draft_id)
    said = frozenset(mark_of(draft_id, one.finding) for one in hints.about_author)
    st.session_state[key] = st.session_state.get(key, frozenset()) | said


def answer(draft_id: str, rule: str, words: str, given: Answer | None) -> None:
    """Keep what the author makes of the notes of a rule on these words; called before a run."""
    held: _Held | None = st.session_state.get(key_of("hints", draft_id))
    found = () if held is None else (one.finding for one in held[2])
    finding = next((one for one in found if (one.rule, one.quote) == (rule, words)), None)
    if finding is None:
        return
    try:
        answer_hint(session.gateway(), draft_id=draft_id, finding=finding, answer=given)
    except errors.TandemError as error:
        feedback.flash(error.message, kind="warning")
    if given != "used":
        desks.forget(draft_id)


def hear_answer(draft_id: str, group: str) -> None:
    """What somebody pressed in a group of fields; called before a run."""
    told = editor.heard_answer(draft_id, group)
    if told is not None:
        rule, words, given = told
        answer(draft_id, rule, words, given)


def field_hints(hints: Hints) -> dict[str, list[dict[str, Any]]]:
    """What each field marks and lists, by the part's name; spans count UTF-16 units."""
    rules = load_rules(hints.checked_with).rules
    return {
        part: [_describe(one, text, rules, hints) for one in found]
        for part, text in hints.texts.items()
        if (found := hints.in_part(part))
    }


def say_source(finding: Finding) -> str:
    """The guideline's name and year: "Media guidelines, Samaritans, 2020"."""
    source = finding.source
    return source.name if source.year == _NO_YEAR else f"{source.name}, {source.year}"


def _describe(
    finding: Finding, text: str, rules: Mapping[str, Rule], hints: Hints
) -> dict[str, Any]:
    start, end = to_units(text, finding.start, finding.end)
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "start": start,
        "end": end,
        "quote": finding.quote,
        "reason": finding.reason,
        "advice": finding.suggestion,
        "swaps": list(_swaps_of(finding, text, rules)),
        "source": say_source(finding),
        "url": finding.source.url,
        "mayDismiss": may_dismiss(finding),
        "aside": hints.is_aside(finding),
    }


def _swaps_of(finding: Finding, text: str, rules: Mapping[str, Rule]) -> Sequence[str]:
    # Words inside a hashtag have no room for others.
    if text[: finding.start].endswith("#"):
        return ()
    return list_swaps(finding, rules[finding.rule])
