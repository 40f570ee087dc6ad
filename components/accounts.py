"""Accounts: whose figures are kept, how fresh they are, and adding and changing one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from uuid import uuid4
from zoneinfo import available_timezones

import streamlit as st

from components import cached_measures, feedback, measures, session
from components import format as fmt
from components.library import Desk
from components.words import to_markdown
from services.errors import TandemError
from services.measures import accounts
from services.measures.accounts import LONGEST_NAME, AccountPlan
from services.measures.models import Account, Accounts
from services.platforms import PLATFORMS

_OWN = "own"
_USUAL = "As the platform uses"


def is_coordinator(desk: Desk) -> bool:
    """Whether the reader keeps everybody's accounts."""
    return "coordinator" in desk.person.roles


def may_add(desk: Desk) -> bool:
    """Whether the reader may add an account."""
    return is_coordinator(desk) or "influencer" in desk.person.roles


def draw_accounts(found: Accounts, desk: Desk) -> Account | None:
    """A line for each account; the one to change, if the reader pressed that."""
    chosen: Account | None = None
    for account in found.accounts:
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(_say(account, desk), width="content")
            if account.may_write and st.button(
                "Change", key=f"account_change_{account.id}", icon=":material/edit:"
            ):
                chosen = account
    return chosen


def _say(account: Account, desk: Desk) -> str:
    facts = [fmt.plain(account.owner_name) if account.owner_name else "the organisation's own"]
    if account.captured_on is not None:
        facts.append(f"figures until {fmt.day(account.captured_on, short=True)}")
    if account.time_zone:
        facts.append(f"times in {account.time_zone}")
    mark = to_markdown(measures.find_missing(account, desk.today))
    name = fmt.plain(account.name)
    title = f"**{fmt.platform_label(account.platform)}, {name}** {mark}"
    return f"{title}  \n:small[{' · '.join(facts)}]"


def ask_new(found: Accounts, desk: Desk, *, platform: str | None = None, name: str = "") -> None:
    """Add an account, with what a file says of it if there is one."""

    def save(plan: AccountPlan, _closed: bool) -> None:
        accounts.add_account(session.gateway(), workspace_id=desk.person.workspace_id, plan=plan)
        _done(f"{fmt.plain(measures.say_name(plan.platform, plan.name))} is added.")

    owner = None if is_coordinator(desk) else desk.person.profile_id
    if owner is None and desk.person.profile_id in found.owners:
        owner = desk.person.profile_id
    _open(
        "Add an account",
        AccountPlan(platform or "", name, owner),
        found,
        desk,
        save,
        is_new=True,
        closed=False,
    )


def ask_change(account: Account, found: Accounts, desk: Desk) -> None:
    """Change an account's name, owner or zone, or close it."""

    def save(plan: AccountPlan, closed: bool) -> None:
        accounts.change_account(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            account_id=account.id,
            revision=account.revision,
            plan=plan,
            closed=closed,
        )
        _done(f"{fmt.plain(measures.say_name(plan.platform, plan.name))} is changed.")

    plan = AccountPlan(account.platform, account.name, account.owner_id, account.time_zone)
    closed = account.closed_at is not None
    _open("Change the account", plan, found, desk, save, is_new=False, closed=closed)


def _open(
    title: str,
    plan: AccountPlan,
    found: Accounts,
    desk: Desk,
    save: Callable[[AccountPlan, bool], None],
    *,
    is_new: bool,
    closed: bool,
) -> None:
    # Fields of a form opened before must not show here.
    form = uuid4().hex

    def draw() -> None:
        platform = _pick_platform(plan, form, is_new=is_new)
        name = st.text_input(
            "Name there",
            plan.name,
            key=f"account_name_{form}",
            max_chars=LONGEST_NAME,
            placeholder="As the platform shows it, without @",
        )
        owner_id = _pick_owner(plan, found, desk, form)
        zone = _pick_zone(plan, form)
        shut = closed
        if not is_new:
            shut = st.toggle(
                fmt.switch_label("Closed", meaning="No more figures come; those here stay."),
                closed,
                key=f"account_closed_{form}",
            )
        if not st.button("Save", key=f"account_save_{form}", type="primary"):
            return
        try:
            save(
                AccountPlan(platform or "", fmt.one_line(name or "").lstrip("@"), owner_id, zone),
                shut,
            )
        except TandemError as error:
            feedback.show_error(error)

    st.dialog(title, icon=":material/alternate_email:")(draw)()


def _pick_platform(plan: AccountPlan, form: str, *, is_new: bool) -> str | None:
    options = list(PLATFORMS)
    return st.selectbox(
        "Platform",
        options,
        options.index(plan.platform) if plan.platform in options else None,
        format_func=fmt.platform_label,
        key=f"account_platform_{form}",
        placeholder="Choose a platform",
        disabled=not is_new,
    )


def _pick_owner(plan: AccountPlan, found: Accounts, desk: Desk, form: str) -> str | None:
    """Whose it is: only coordinators choose."""
    if not is_coordinator(desk):
        return plan.owner_id
    names = {_OWN: "The organisation's own", **found.owners}
    options = list(names)
    start = plan.owner_id if plan.owner_id in names else _OWN
    chosen = st.selectbox(
        "Whose it is",
        options,
        options.index(start),
        format_func=lambda one: names.get(one, one),
        key=f"account_owner_{form}",
    )
    st.caption("They can bring its figures, beside coordinators.")
    return None if chosen == _OWN else chosen


def _pick_zone(plan: AccountPlan, form: str) -> str | None:
    options = [_USUAL, *list_zones()]
    start = options.index(plan.time_zone) if plan.time_zone in options else 0
    chosen = st.selectbox(
        "Time zone of its exports",
        options,
        start,
        key=f"account_zone_{form}",
    )
    st.caption(
        "Hardly any file names one. Instagram, Facebook and YouTube mostly use Pacific time, the "
        "others UTC."
    )
    return None if chosen == _USUAL else chosen


@cache
def list_zones() -> list[str]:
    """All IANA zones that somebody lives in, sorted."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
    zones = available_timezones()
    return ["UTC", *sorted(one for one in zones if one.startswith((*areas, "Pacific/")))]


def _done(message: str) -> None:
    feedback.flash(message)
    cached_measures.forget_all()
    st.rerun()
