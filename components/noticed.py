"""What the checker noticed in the version that could be approved next, and waiving a blocker."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from components import cached, feedback, links, post_help, session
from components import format as fmt
from components.refusals import show_refusal
from components.review import Visit, content_of, key_of
from services import findings
from services.checking import ALT
from services.errors import TandemError
from services.findings import Recorded, Safety
from services.formats import part_label
from services.models import Waiver

_BADGES = {
    "blocker": ":red-badge[:material/front_hand: Stops the approval]",
    "warning": ":orange-badge[:material/edit_note: Better changed]",
    "suggestion": ":blue-badge[:material/lightbulb: An idea]",
}
_WAIVED = ":green-badge[:material/verified: Waived]"
_SEVERITIES = tuple(_BADGES)


def draw_noticed(visit: Visit, *, text_is_shown: bool) -> None:
    """The panel beside the text; nothing when no version could become approved next."""
    safety = visit.room.safety
    if safety is None:
        return
    with st.container(border=True, key=key_of("noticed", visit.room.draft.id)):
        st.header("What the checker noticed", anchor=False)
        if not safety.checked:
            _draw_unread(safety)
        elif visit.is_author and any(one.is_about_author for one in safety.findings):
            _draw_for_author(safety)
        elif not safety.findings:
            st.markdown(
                f":material/check_circle: Nothing to change in version {safety.version_number}. "
                "The checker reads English, and it only advises: people decide."
            )
        else:
            _draw_findings(visit, safety, text_is_shown=text_is_shown)


def say_stopped(visit: Visit) -> str:
    """Why this version cannot be approved yet and what to do, as Markdown; empty if it can."""
    safety = visit.room.safety
    if safety is None or safety.version_number != visit.room.version.number:
        return ""
    if not safety.checked:
        return (
            "**This version cannot be approved yet:** the checker has not read it. Reload the page "
            "to have it read."
        )
    lacking = post_help.say_missing(visit.room.help, safety.topics)
    if not safety.stopping:
        return f"**This version cannot be approved yet.** {lacking}" if lacking else ""
    if lacking:
        lacking = f"\n\n{lacking} See to that first: a waiver covers exactly what is there with it."
    many = fmt.count(len(safety.stopping), "place in it stops", "places in it stop")
    return (
        f"**This version cannot be approved yet:** {many} that. Waive each with a reason under "
        "“What the checker noticed”, change the words with “Approve with edits”, or send it back."
        f"{lacking}"
    )


def say_waiver(waiver: Waiver, *, text_is_shown: bool) -> str:
    """Who answers for which words, and why; Markdown. The words stay away as long as the text."""
    what = fmt.plain(waiver.said)
    if waiver.quote:
        what = f"“{fmt.plain(waiver.quote)}”" if text_is_shown else "words of the post"
    return (
        f"{_WAIVED} **{fmt.plain(waiver.name)}**, {fmt.plain(waiver.profession)}, on {what}: "
        f"{fmt.plain(waiver.reason)}"
    )


def _draw_unread(safety: Safety) -> None:
    st.warning(
        f"The checker has not read version {safety.version_number} as it is now, so it cannot be "
        "approved yet. Reload the page to have it read. If this stays, tell whoever runs Tandem.",
        icon=":material/hourglass_top:",
    )


def _draw_for_author(safety: Safety) -> None:
    """The author comes first: nothing else is said."""
    one = next(one for one in safety.findings if one.is_about_author)
    st.markdown(
        f"**{fmt.plain(one.reason)}**\n\n{fmt.plain(one.suggestion)}\n\n"
        "Professionals who review the post see this note too. Other colleagues see only the post."
    )
    links.draw_link("library", "Find somebody to talk to", icon=":material/support:")


def _draw_findings(visit: Visit, safety: Safety, *, text_is_shown: bool) -> None:
    st.markdown(_say_summary(safety))
    if not text_is_shown:
        st.markdown("It quotes the post, so the rest shows with the text.")
        return
    shown = [one for one in safety.findings if one.severity != "suggestion"]
    ideas = [one for one in safety.findings if one.severity == "suggestion"]
    for label, group in _by_part(visit, shown):
        st.markdown(f"**{label}**")
        for one in group:
            _draw_one(visit, one)
    if ideas:
        with st.expander(f"Ideas ({len(ideas)})", icon=":material/lightbulb:"):
            st.markdown(
                "\n\n".join(
                    f"**{label}**\n\n" + "\n\n".join(_say_finding(one) for one in group)
                    for label, group in _by_part(visit, ideas)
                )
            )


def _say_summary(safety: Safety) -> str:
    number = safety.version_number
    if safety.stopping:
        many = fmt.count(len(safety.stopping), "place stops", "places stop")
        return (
            f"In version {number}, {many} an approval until the words change, or a professional "
            "answers for them with a reason."
        )
    return f"In version {number}, and nothing of it stops an approval: people decide."


def _by_part(visit: Visit, found: list[Recorded]) -> list[tuple[str, list[Recorded]]]:
    """Findings under the names of their parts: parts with blockers first, and blockers in each."""
    places = {one.part: place for place, one in reversed(list(enumerate(found)))}
    ordered = sorted(found, key=lambda one: (places[one.part], _SEVERITIES.index(one.severity)))
    return [
        (_say_part(visit, part), list(group))
        for part, group in groupby(ordered, key=lambda one: one.part)
    ]


def _say_part(visit: Visit, part: str) -> str:
    content = content_of(visit.room.version)
    if not part:
        return "The post as a whole"
    if part.startswith(ALT):
        ids = [image.id for image in content.media]
        image = part.removeprefix(ALT)
        number = f" {ids.index(image) + 1}" if image in ids else ""
        return f"Description of image{number}"
    return part_label(content.format, part)


def _draw_one(visit: Visit, one: Recorded) -> None:
    st.markdown(_say_finding(one))
    if one.waiver is not None:
        who = f"**{fmt.plain(one.waiver.name)}**, {fmt.plain(one.waiver.profession)}"
        st.markdown(
            f"{who}: {fmt.plain(one.waiver.reason)} :small[{visit.ago(one.waiver.waived_at)}]"
        )
    if one.severity != "blocker" or not _may_waive(visit):
        return
    if one.waiver is None:
        pressed = st.button(
            "Waive with a reason", key=key_of("waive", one.id), icon=":material/verified_user:"
        )
        if pressed:
            _open_waiving(visit, one)
    elif st.button("Take the waiver back", key=key_of("unwaive", one.id), type="tertiary"):
        _take_back(visit, one.waiver)


def _may_waive(visit: Visit) -> bool:
    draft = visit.room.draft
    is_open = draft.state == "in_review" or draft.offered_version is not None
    return visit.room.why_not is None and is_open


def _say_finding(one: Recorded) -> str:
    badge = _WAIVED if one.waiver is not None else _BADGES[one.severity]
    quote = f" **“{fmt.plain(one.quote)}”**" if one.quote else ""
    lines = [f"{badge}{quote}", fmt.plain(one.reason)]
    if one.suggestion:
        label = "Write instead" if one.quote and not one.is_about_author else "What helps"
        lines.append(f"{label}: *{fmt.plain(one.suggestion)}*")
    if one.is_about_author:
        lines.append(
            "Think of the author first, and write to them. Only they and professionals see this."
        )
    year = "" if one.source.year == "n.d." else f", {one.source.year}"
    named = fmt.plain(f"{one.source.name}{year}")
    lines.append(f":small[[{named}]({one.source.url})]" if one.source.url else f":small[{named}]")
    return "  \n".join(lines)


def _open_waiving(visit: Visit, one: Recorded) -> None:
    def draw() -> None:
        what = f"“{fmt.plain(one.quote)}”" if one.quote else "The post as a whole"
        st.markdown(
            f"**{what}**  \n{fmt.plain(one.reason)}\n\n"
            "You answer for these words with your name, in exactly this version: any edit ends "
            "the waiver. Everybody who reads the draft reads your reason, and it stands on the "
            "decision."
        )
        reason = st.text_area(
            "Why these words are right here",
            key=key_of("waive_reason", one.id),
            max_chars=findings.LONGEST_REASON,
            persist_state="session",
        )
        go = st.button("Waive it", key=key_of("waive_go", one.id), type="primary")
        if go and not (reason or "").strip():
            st.warning("Please write a reason first.", icon=":material/edit_note:")
        elif go:
            _waive(visit, one, reason or "")

    st.dialog("Waive with a reason", icon=":material/verified_user:")(draw)()


def _waive(visit: Visit, one: Recorded, reason: str) -> None:
    try:
        findings.waive(session.gateway(), finding_id=one.id, reason=reason)
    except TandemError as error:
        show_refusal(error, visit)
        return
    feedback.flash("Waived. Your name and reason stand beside these words and on the decision.")
    cached.forget_drafts()
    st.rerun()


def _take_back(visit: Visit, waiver: Waiver) -> None:
    try:
        findings.take_back(session.gateway(), waiver_id=waiver.id)
    except TandemError as error:
        show_refusal(error, visit)
        return
    feedback.flash("The waiver is taken back. These words stop an approval again.")
    cached.forget_drafts()
    st.rerun()
