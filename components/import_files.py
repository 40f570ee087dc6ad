"""Files on their way in: what was understood of each, what to correct, and taking them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from components import cached_measures, feedback, measures, session
from components import format as fmt
from components.exports import FILE_ADVICE, LINE_REASONS
from components.file_field import Picked, pick_files
from components.import_corrections import correct, corrections_of, draw_corrections
from components.library import Desk
from services.errors import TandemError
from services.measures import importing
from services.measures.importing import LookUp, Reading
from services.measures.models import Account, Accounts, Basis
from services.metrics import BadCorrections, Corrections, Rejection

# More than any platform gives out at once.
LARGEST_BYTES = 60_000_000
_ENDINGS = ("csv", "tsv", "txt", "xlsx", "xls", "zip")
_READ = "imports_read"
_FIELD = "imports_field"
_SHOWN = 30
_KINDS = {
    "posts_lifetime": "posts, with all that each did so far",
    "posts_period": "posts, with what each did in a period",
    "post_daily_breakdown": "a row for each post and day",
    "account_daily": "figures of an account by day",
    "ads_daily": "figures of paid ads",
    "site_traffic": "visits to a website",
}
_DAYS: dict[Basis, str] = {
    "lifetime": "All that the posts did until then: the day on which the file was downloaded.",
    "period": "The first and the last day that were chosen on the platform.",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that can be taken, and for which account and days."""

    reading: Reading
    account_id: str
    captured_on: date
    period_start: date | None


def draw_files(found: Accounts, desk: Desk) -> str | None:
    """The field, a card for each file, and the button that takes them all.

    Returns the platform of an account that a file needs and that is not here, if the reader wants
    to add it.
    """
    picked = pick_files(
        "Files to import",
        endings=_ENDINGS,
        largest_bytes=LARGEST_BYTES,
        key=f"{_FIELD}_{st.session_state.get(_FIELD, 0)}",
    )
    if not picked:
        st.session_state.pop(_READ, None)
        return None
    _forget_others(picked)
    wanted: str | None = None
    ready: list[Ready] = []
    hashes: set[str] = set()
    for file in picked:
        with st.container(border=True):
            reading, known = _read(file, desk)
            if reading.file_hash in hashes:
                st.markdown(f"**{fmt.plain(file.name)}**")
                st.info("The same file was chosen twice; once is enough.", icon=":material/info:")
                continue
            hashes.add(reading.file_hash)
            one = _draw_file(file, reading, known, found, desk)
            if isinstance(one, str):
                wanted = one
            elif one is not None:
                ready.append(one)
    if ready:
        _draw_taking(ready, desk)
    return wanted


def has_files() -> bool:
    """Whether files wait to be imported."""
    return bool(st.session_state.get(_READ))


def _forget_others(picked: Sequence[Picked]) -> None:
    """Files that were taken out of the field take no more memory."""
    shelf = st.session_state.get(_READ, {})
    for file_id in shelf.keys() - {one.id for one in picked}:
        del shelf[file_id]


def _read(file: Picked, desk: Desk) -> tuple[Reading, LookUp]:
    """The file as it is understood with the corrections so far; read again when they change."""
    shelf: dict[str, tuple[Corrections, Reading, LookUp]] = st.session_state.setdefault(_READ, {})
    wanted = corrections_of(file)
    kept = shelf.get(file.id)
    if kept is not None and kept[0] == wanted:
        return kept[1], kept[2]
    with st.spinner(f"Reading {fmt.plain(file.name)}"):
        try:
            reading = importing.read_file(file.raw, name=file.name, corrections=wanted)
        except BadCorrections:
            # Of a file before, whose columns this one has not.
            reading = importing.read_file(file.raw, name=file.name)
        known = importing.look_up(
            session.gateway(), workspace_id=desk.person.workspace_id, reading=reading
        )
    shelf[file.id] = (wanted, reading, known)
    return reading, known


def _draw_file(
    file: Picked, reading: Reading, known: LookUp, found: Accounts, desk: Desk
) -> Ready | str | None:
    inspection = reading.inspection
    platform = inspection.platform
    kind = _KINDS.get(inspection.kind or "", "not recognised")
    whose = f"{fmt.platform_label(platform)}: " if platform else ""
    st.markdown(f"**{fmt.plain(file.name)}**  \n:small[{whose}{kind}]")
    if inspection.status == "rejected":
        _draw_refusal(reading, file)
        return None
    _draw_facts(reading)
    if known.same:
        origin = fmt.plain(measures.say_origin(known.same[0], desk.person.time_zone))
        st.info(
            f"These figures are here already: {origin}. "
            "To read the file another way, take that import back first.",
            icon=":material/done_all:",
        )
        return None
    _draw_lines(inspection.rejected)
    draw_corrections(file, reading, known)
    return _pick_target(file, reading, known, found, desk)


def _draw_refusal(reading: Reading, file: Picked) -> None:
    inspection = reading.inspection
    advice = FILE_ADVICE.get(inspection.reason, "") if inspection.reason else ""
    words = " ".join((*inspection.warnings, advice)).strip()
    st.warning(f"Not taken. {fmt.plain(words)}", icon=":material/block:")
    _draw_lines(inspection.rejected)
    others = inspection.understood.other_parts
    if others and inspection.reason == "unsupported_file_type":
        part = st.selectbox(
            "Which part of it holds the posts",
            others,
            index=None,
            key=f"imports_part_{file.id}",
            placeholder="Choose a part",
        )
        if part:
            correct(file, replace(reading.corrections, part=part))
            st.rerun()


def _draw_facts(reading: Reading) -> None:
    inspection, understood = reading.inspection, reading.inspection.understood
    facts = [fmt.count(inspection.entities, "post")]
    if understood.published is not None:
        first, last = understood.published
        facts.append(f"published {fmt.day(first, short=True)} to {fmt.day(last, short=True)}")
    if inspection.duplicates:
        again = fmt.count(len(inspection.duplicates), "post")
        facts.append(f"{again} came again: the last row counts")
    totals = measures.say_figures(inspection.totals)
    st.markdown(" · ".join(facts) + (f"  \n:small[In all: {totals}]" if totals else ""))
    for warning in inspection.warnings:
        st.caption(f":material/info: {fmt.plain(warning)}")


def _draw_lines(rejected: Sequence[Rejection]) -> None:
    if not rejected:
        return
    with st.expander(
        f"{fmt.count(len(rejected), 'line')} of it cannot be taken", icon=":material/rule:"
    ):
        st.markdown(say_lines(rejected))


def say_lines(rejected: Sequence[Rejection], total: int = 0) -> str:
    """Lines that were not taken, each with its reason, as a Markdown list."""
    lines = [
        f"- Line {one.line:,}: {LINE_REASONS.get(one.reason, 'it could not be read')}"
        for one in rejected[:_SHOWN]
    ]
    more = max(total, len(rejected)) - len(lines)
    return "\n".join([*lines, f"- and {more:,} more"] if more > 0 else lines)


def _pick_target(
    file: Picked, reading: Reading, known: LookUp, found: Accounts, desk: Desk
) -> Ready | str | None:
    """For which account the file is, and which days its figures cover."""
    platform = reading.inspection.platform or ""
    fitting = {one.id: one for one in found.writable if one.platform == platform}
    if not fitting:
        st.markdown(f"There is no account of yours on {fmt.platform_label(platform)} yet.")
        add = st.button("Add the account", key=f"imports_add_{file.id}", icon=":material/add:")
        return platform if add else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        account = _pick_account(file, fitting, known)
        start = _pick_start(file, reading, desk) if reading.basis == "period" else None
        until = _pick_until(file, reading, desk)
    st.caption(_DAYS[reading.basis])
    if account is not None and _takes_zone(account, reading):
        correct(file, replace(reading.corrections, time_zone=account.time_zone))
        st.rerun()
    if account is None or until is None or (reading.basis == "period" and start is None):
        return None
    if start is not None and start > until:
        st.warning("The period ends before it begins.", icon=":material/edit_note:")
        return None
    return Ready(reading, account.id, until, start)


def _takes_zone(account: Account, reading: Reading) -> bool:
    """Whether the account knows the time zone that the file does not name and nobody has chosen."""
    return (
        account.time_zone is not None
        and reading.corrections.time_zone is None
        and reading.inspection.understood.zone_source == "assumed"
    )


def _pick_account(file: Picked, fitting: dict[str, Account], known: LookUp) -> Account | None:
    options = list(fitting)
    usual = known.account_id if known.account_id in fitting else None
    start = options.index(usual) if usual else (0 if len(options) == 1 else None)
    chosen = st.selectbox(
        "For the account",
        options,
        start,
        format_func=lambda one: measures.say_account(fitting[one]),
        key=f"imports_account_{file.id}",
        placeholder="Choose an account",
        width=300,
    )
    return None if chosen is None else fitting[chosen]


def _pick_start(file: Picked, reading: Reading, desk: Desk) -> date | None:
    period = reading.inspection.understood.period
    return st.date_input(
        "Its figures begin on",
        None if period is None else period[0],
        max_value=desk.today,
        min_value=date(2000, 1, 1),
        key=f"imports_start_{file.id}",
        format="DD/MM/YYYY",
        width=180,
    )


def _pick_until(file: Picked, reading: Reading, desk: Desk) -> date | None:
    understood = reading.inspection.understood
    said = understood.period[1] if understood.period else understood.exported_on
    usual = min(said, desk.today) if said is not None else desk.today
    return st.date_input(
        "Its figures go until",
        usual,
        max_value=desk.today,
        min_value=date(2000, 1, 1),
        key=f"imports_until_{file.id}",
        format="DD/MM/YYYY",
        width=180,
    )


def _draw_taking(ready: Sequence[Ready], desk: Desk) -> None:
    posts = sum(one.reading.inspection.entities for one in ready)
    files = f" of {fmt.count(len(ready), 'file')}" if len(ready) > 1 else ""
    if st.button(f"Import {fmt.count(posts, 'post')}{files}", key="imports_take", type="primary"):
        _take(ready, desk)


def _take(ready: Sequence[Ready], desk: Desk) -> None:
    """One file after the other; those before one that fails stay."""
    done: list[str] = []
    failed: TandemError | None = None
    bar = st.progress(0.0, "Sending")
    for one in ready:
        name = fmt.plain(one.reading.name)

        def tell(sent: int, whole: int, name: str = name) -> None:
            words = f"{name}: {sent:,} of {whole:,} posts sent"
            bar.progress(sent / max(1, whole), words if sent < whole else f"{name}: being put in")

        try:
            imported = importing.import_file(
                session.gateway(),
                workspace_id=desk.person.workspace_id,
                account_id=one.account_id,
                reading=one.reading,
                captured_on=one.captured_on,
                period_start=one.period_start,
                progress=tell,
            )
        except TandemError as error:
            failed = error
            break
        done.append(f"{name}: {say_imported(imported)}")
    bar.empty()
    cached_measures.forget_all()
    if failed is not None:
        if done:
            st.success("  \n".join(done), icon=":material/check:")
        feedback.show_error(failed)
        return
    st.session_state[_FIELD] = st.session_state.get(_FIELD, 0) + 1
    st.session_state.pop(_READ, None)
    feedback.flash("  \n".join(done) + "  \nYou can take an import back below.")
    st.rerun()


def say_imported(done: importing.Imported) -> str:
    """What an import did, in a sentence."""
    parts = [f"{done.added:,} new"]
    if done.changed:
        parts.append(f"{done.changed:,} with newer figures")
    same = done.posts - done.added - done.changed
    if same > 0:
        parts.append(f"{same:,} for which later figures are here already")
    found = f" For {done.matched:,} of them the draft was found." if done.matched else ""
    return f"{fmt.count(done.posts, 'post')}, {fmt.listing(parts)}.{found}"
