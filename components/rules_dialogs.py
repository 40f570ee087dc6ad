"""Switching rules off and on, and the words a workspace adds; recorded, and for coordinators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components import cached, feedback, session
from components import format as fmt
from components.hints_list import LOOKS
from components.rules import Desk, about_of, list_packs
from components.rules_cards import Chosen
from services import errors, rules
from services.checking import AT_RISK
from services.rules import Kind, Settings, gravest_of
from services.safety import BadOwnWord, Configuration, OwnWord, check, load_rules
from services.safety.config import LONGEST_OWN
from services.safety.models import SEVERITIES, Severity

LONGEST_TRY = 2200
_UNDO = "rules_undo"
_REREAD = (
    "Drafts in review are read anew when somebody opens them. What is approved stays approved."
)
_MEANINGS: dict[Severity, str] = {
    "suggestion": "Folded away below the text.",
    "warning": "Marked in the text, with what to write instead.",
    "blocker": "Nothing with these words is approved until they change, or a professional answers "
    "for them with a reason.",
}


@dataclass(frozen=True, slots=True)
class _Undo:
    """What was done to own words, as long as nothing else was chosen since."""

    said: str
    before: OwnWord | None
    now: OwnWord | None
    seen: str


class _Pen:
    """Writes a change onto what was read last.

    When a colleague was faster, it reads theirs: another press then adds to it, on purpose.
    """

    def __init__(self, desk: Desk) -> None:
        self.workspace_id = desk.person.workspace_id
        self.settings: Settings = desk.settings

    def write(self, change: Callable[[Configuration], Configuration]) -> str:
        """The name of the new choice.

        Raises:
            TandemError: nothing was saved.
        """
        try:
            return rules.save_choice(
                session.gateway(),
                workspace_id=self.workspace_id,
                chosen=change(self.settings.chosen),
                seen=self.settings.seen,
            )
        except errors.Conflict as stale:
            if stale.detail != "stale_settings":
                raise
            gateway = session.gateway()
            self.settings = rules.get_settings(gateway, workspace_id=self.workspace_id)
            changed = self.settings.changed
            who = fmt.plain(changed.by_name) if changed else "Somebody"
            raise errors.Conflict(
                f"{who} changed the rules meanwhile, so nothing was saved. What you chose and "
                "typed is still here. Press again to add it to that change.",
                detail=stale.detail,
            ) from stale
        finally:
            cached.forget_rules()

    def try_write(self, change: Callable[[Configuration], Configuration]) -> str | None:
        """The same in a dialog: a refusal is drawn there, and what was typed stays."""
        try:
            return self.write(change)
        except errors.TandemError as error:
            feedback.show_error(error)
            return None


def _write_at_once(desk: Desk, change: Callable[[Configuration], Configuration]) -> str | None:
    """The same without a dialog: a refusal is told at the top of a page that shows what is now."""
    try:
        return _Pen(desk).write(change)
    except errors.TandemError as error:
        feedback.flash(error.message, kind="warning")
        st.rerun()


def act(chosen: Chosen, desk: Desk) -> None:
    """Do what somebody chose, or open the dialog that asks."""
    kind: Kind = "pack" if chosen.action.endswith("pack") else "rule"
    if chosen.action.startswith("off"):
        _ask_off(kind, chosen.name, desk)
    elif chosen.action.startswith("on"):
        _switch_on(kind, chosen.name, desk)
    elif chosen.action == "edit_word":
        ask_word(desk, chosen.word)
    elif chosen.word is not None:
        _drop(chosen.word, desk)


def say_off(kind: Kind, name: str, workspace: str) -> str:
    """What switching it off means; Markdown."""
    book = load_rules()
    members = [
        rule for rule in book.rules.values() if (rule.pack if kind == "pack" else rule.id) == name
    ]
    switched = [rule for rule in members if rule.id != AT_RISK]
    stopping = sum(gravest_of(rule) == "blocker" for rule in switched)
    what = "this" if kind == "rule" else f"what these {len(switched)} rules look for"
    parts = [f"The checker says nothing about {what} any more, in any draft of **{workspace}**."]
    if stopping:
        parts.append(
            ("**This rule stops approvals.**" if kind == "rule" else _say_stopping(stopping))
            + " Once off, a post with such words can be approved and published without a "
            "professional answering for them."
        )
    if len(switched) < len(members):
        parts.append(
            "That an author may be in danger is still looked for: that cannot be switched off."
        )
    parts.append(
        f"{_REREAD} Everybody here can read on this page that you switched it off, and you can "
        "switch it on again at any time."
    )
    return "\n\n".join(parts)


def _say_stopping(count: int) -> str:
    return f"**{count} of them {'stops' if count == 1 else 'stop'} approvals.**"


def _ask_off(kind: Kind, name: str, desk: Desk) -> None:
    title = list_packs()[name] if kind == "pack" else about_of(name).looks_for
    pen = _Pen(desk)

    def draw() -> None:
        st.markdown(f"**{title}**")
        st.markdown(say_off(kind, name, fmt.plain(desk.person.workspace_name)))
        with st.container(horizontal=True):
            go = st.button("Switch it off", key="rules_off_go", type="primary")
            if st.button("Keep it on", key="rules_off_cancel"):
                st.rerun()
        if go and pen.try_write(lambda chosen: rules.switch(chosen, kind, name, on=False)):
            feedback.flash(f"{title}: switched off.")
            st.rerun()

    what = "Switch off a whole group?" if kind == "pack" else "Switch off this rule?"
    st.dialog(what, icon=":material/toggle_off:")(draw)()


def _switch_on(kind: Kind, name: str, desk: Desk) -> None:
    title = list_packs()[name] if kind == "pack" else about_of(name).looks_for
    if _write_at_once(desk, lambda chosen: rules.switch(chosen, kind, name, on=True)):
        feedback.flash(f"{title}: on again. {_REREAD}")
        st.rerun()


def ask_word(desk: Desk, word: OwnWord | None = None) -> None:
    """Write own words down, new ones or others in the place of some that are there."""
    pen = _Pen(desk)
    form = word.rule if word else "new"

    def draw() -> None:
        words, instead, reason, severity = _draw_fields(word, form)
        _draw_try(pen, word, form, (words, instead, reason, severity))
        if not st.button("Save", key=f"rules_save_{form}", type="primary"):
            return
        try:
            written = rules.write_word(
                words=words, instead=instead, reason=reason, severity=severity
            )
        except errors.Invalid as error:
            feedback.show_error(error)
            return
        seen = pen.try_write(lambda chosen: rules.put_word(chosen, written, instead_of=word))
        if seen:
            _leave_undo(f"“{fmt.plain(written.words)}” is looked for now.", word, written, seen)
            st.rerun()

    title = "Edit words of your own" if word else "Add words of your own"
    st.dialog(title, width="medium", icon=":material/edit_note:")(draw)()


def _draw_fields(word: OwnWord | None, form: str) -> tuple[str, str, str, Severity]:
    """All fields, as they are filled in now."""
    words = st.text_input(
        "Words to look for",
        word.words if word else "",
        key=f"rules_words_{form}",
        max_chars=LONGEST_OWN,
        help="As they stand, capitals or not. Other forms of a word are words of their own.",
    )
    instead = st.text_input(
        "What to write instead",
        word.instead if word else "",
        key=f"rules_instead_{form}",
        max_chars=200,
    )
    reason = st.text_input(
        "Why", word.reason if word else "", key=f"rules_reason_{form}", max_chars=300
    )
    options = SEVERITIES[::-1]
    severity: Severity = st.radio(
        "What the note does",
        options,
        index=options.index(word.severity if word else "suggestion"),
        format_func=lambda one: LOOKS[one],
        captions=[_MEANINGS[one] for one in options],
        key=f"rules_severity_{form}",
    )
    return words, instead, reason, severity


def _draw_try(
    pen: _Pen, word: OwnWord | None, form: str, fields: tuple[str, str, str, Severity]
) -> None:
    """A field that reads a text with the settings as they would be; nothing of it is kept."""
    words, instead, reason, severity = fields
    text = _ask_text(form)
    if text is None:
        return
    try:
        written = OwnWord(words=words, instead=instead, reason=reason, severity=severity)
        chosen = rules.put_word(pen.settings.chosen, written, instead_of=word)
    except BadOwnWord:
        st.caption("Give the words to look for first.")
        return
    except errors.Invalid as error:
        feedback.show_error(error)
        return
    st.markdown(say_found(text, chosen))


def draw_try(settings: Settings) -> None:
    """The same with the settings as they are."""
    with st.expander("Try a text", icon=":material/spellcheck:"):
        text = _ask_text("now")
        if text is not None:
            st.markdown(say_found(text, settings.chosen))


def _ask_text(form: str) -> str | None:
    """The text to read, when somebody asks for it."""
    text = st.text_area(
        "Try it: a text to read",
        key=f"rules_try_{form}",
        max_chars=LONGEST_TRY,
        height=100,
        help="It is read here and not kept. What concerns a whole post, such as that help is "
        "missing, is not said of it.",
    )
    pressed = st.button("Try it", key=f"rules_try_go_{form}", icon=":material/play_arrow:")
    return (text or "") if pressed else None


def say_found(text: str, chosen: Configuration) -> str:
    """What the checker finds in a text: Markdown."""
    if not text.strip():
        return "Write a text to try first."
    own = {word.rule: word for word in chosen.own_words}
    lines = [
        f"{LOOKS[one.severity]} **“{fmt.plain(one.quote)}”**  \n"
        + ("Words of your own." if one.rule in own else f"{about_of(one.rule).looks_for}.")
        for one in check(text, config=chosen)
    ]
    return "\n\n".join(lines) or ":material/check_circle: Nothing is found in this text."


def _drop(word: OwnWord, desk: Desk) -> None:
    seen = _write_at_once(desk, lambda chosen: rules.drop_word(chosen, word))
    if seen:
        _leave_undo(f"“{fmt.plain(word.words)}” is not looked for any more.", word, None, seen)
        st.rerun()


def _leave_undo(said: str, before: OwnWord | None, now: OwnWord | None, seen: str) -> None:
    st.session_state[_UNDO] = _Undo(said, before, now, seen)


def draw_undo(desk: Desk) -> None:
    """What was just done to own words, and the way back, until anybody changes something else."""
    undo: _Undo | None = st.session_state.get(_UNDO)
    if undo is None or undo.seen != desk.settings.seen:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":green[:material/check_circle:] {undo.said}")
        pressed = st.button("Undo", key="rules_undo_go", icon=":material/undo:")
    if pressed and _write_at_once(desk, lambda chosen: _undone(chosen, undo)):
        feedback.flash("Undone: these words are as they were.")
        st.rerun()


def _undone(chosen: Configuration, undo: _Undo) -> Configuration:
    if undo.before is not None:
        return rules.put_word(chosen, undo.before, instead_of=undo.now)
    return chosen if undo.now is None else rules.drop_word(chosen, undo.now)
