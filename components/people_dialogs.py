"""What coordinators do for people, each in a dialog that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import quote

import streamlit as st

from components import cached, credentials, feedback, session
from components import format as fmt
from components.people import ROLE_MEANINGS, Chosen, Desk
from services import people
from services.errors import TandemError
from services.models import ROLES
from services.people import Asked, Invitation, Member

_INVITED = "people_invited"
_LONGEST_DAYS = 730
_USUAL_DAYS = 365


def ask(chosen: Chosen, desk: Desk) -> None:
    """Open the dialog of what a coordinator chose."""
    actions: dict[str, Callable[[], None]] = {
        "roles": lambda: _ask_roles(chosen.member, desk),
        "credential": lambda: _ask_credential(chosen.member, desk),
        "hand_over": lambda: _ask_hand_over(chosen.member, desk),
        "suspend": lambda: _ask_suspend(chosen.member, desk),
        "reinstate": lambda: _ask_suspend(chosen.member, desk),
        "check": lambda: _ask_check(chosen, desk),
        "revoke": lambda: _ask_revoke(chosen, desk),
    }
    actions[chosen.action]()


def ask_invitation(desk: Desk) -> None:
    """Invite somebody: address and roles first, then the link, shown this one time."""
    st.session_state.pop(_INVITED, None)

    def draw() -> None:
        if _INVITED in st.session_state:
            _draw_link(*st.session_state[_INVITED])
            return
        with st.form("people_invite", border=False):
            email = st.text_input(
                "E-mail address", key="people_invite_email", autocomplete="off", max_chars=254
            )
            roles = _pick_roles("people_invite_roles")
            sent = st.form_submit_button("Make the link", type="primary")
        if sent:
            _invite(desk, email or "", roles)

    st.dialog("Invite somebody", icon=":material/person_add:", on_dismiss="rerun")(draw)()


def take_back(invitation: Invitation, desk: Desk) -> None:
    """Make an invitation's link useless, after asking."""

    def revoke() -> None:
        people.revoke_invitation(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            invitation_id=invitation.id,
        )
        _done(f"The invitation of {fmt.plain(invitation.email)} is taken back.")

    feedback.confirm(
        title="Take this invitation back?",
        body=(
            f"The link for {fmt.plain(invitation.email)} stops working. "
            "You can invite them again at any time."
        ),
        action_label="Take back",
        on_confirm=revoke,
    )


def make_link(token: str, origin: str) -> str:
    """The link of an invitation; `origin` is scheme and host."""
    return f"{origin}/auth/sign-up?invitation={quote(token, safe='')}"


def _invite(desk: Desk, email: str, roles: list[str]) -> None:
    try:
        made = people.invite_person(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            email=email.strip(),
            roles=roles,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_people()
    link = make_link(made.token, session.find_origin())
    until = fmt.moment(made.expires_at, desk.person.time_zone)
    st.session_state[_INVITED] = (email.strip(), link, until)
    st.rerun(scope="fragment")


def _draw_link(email: str, link: str, until: str) -> None:
    st.markdown(
        f"Send this link to **{fmt.plain(email)}** yourself. It works once, until {until}, "
        "and is shown only now."
    )
    st.code(link, language=None, wrap_lines=True)
    st.caption("Whoever has the link can join with these roles, so send it to nobody else.")
    if st.button("Done", key="people_invite_done", type="primary"):
        st.session_state.pop(_INVITED, None)
        st.rerun()


def _pick_roles(key: str) -> list[str]:
    """One box a role, each with what it may do."""
    st.markdown("Roles")
    return [
        role
        for role in ROLES
        if st.checkbox(f"**{fmt.role_label(role)}**  \n{ROLE_MEANINGS[role]}", key=f"{key}_{role}")
    ]


def _ask_roles(member: Member, desk: Desk) -> None:
    key = f"people_roles_{member.profile_id}"
    for role in ROLES:
        st.session_state[f"{key}_{role}"] = role in member.roles

    def draw() -> None:
        with st.form(f"{key}_form", border=False):
            roles = _pick_roles(key)
            st.caption("Taking a role away signs the person out everywhere, at once.")
            saved = st.form_submit_button("Save roles", type="primary")
        if not saved:
            return
        try:
            people.set_roles(
                session.gateway(),
                workspace_id=desk.person.workspace_id,
                profile_id=member.profile_id,
                roles=roles,
                expected=member.roles,
            )
        except TandemError as error:
            feedback.show_error(error)
        else:
            _done(f"{fmt.plain(member.name)} has other roles now.")
            st.rerun()

    st.dialog(f"Roles of {fmt.plain(member.name)}")(draw)()


def _ask_credential(member: Member, desk: Desk) -> None:
    def draw() -> None:
        st.caption("Recording is not checking: look the entry up and check it afterwards.")
        if credentials.draw_form(
            workspace_id=desk.person.workspace_id,
            profile_id=member.profile_id,
            key=f"people_credential_{member.profile_id}",
        ):
            _done(f"The credential of {fmt.plain(member.name)} is recorded. Check it next.")
            st.rerun()

    st.dialog(f"Credential of {fmt.plain(member.name)}", icon=":material/badge:")(draw)()


def _ask_hand_over(member: Member, desk: Desk) -> None:
    try:
        found = cached.get_people(session.gateway(), desk.person, Asked(show="influencer"))
    except TandemError as error:
        feedback.show_error(error)
        return
    names = {
        other.profile_id: other.name
        for other in found.members
        if other.profile_id != member.profile_id
    }

    def draw() -> None:
        if not names:
            st.markdown("There is no other influencer yet. Invite somebody or give them the role.")
            return
        st.markdown(
            f"All open drafts of **{fmt.plain(member.name)}** get another author, those not sent "
            "for review too. Versions keep the name of who wrote them."
        )
        to_id = st.selectbox(
            "New author",
            list(names),
            index=None,
            format_func=names.__getitem__,
            key=f"people_successor_{member.profile_id}",
            placeholder="Choose somebody",
        )
        if st.button("Hand over", key="people_hand_over", type="primary", disabled=to_id is None):
            _hand_over(member, str(to_id), names, desk)

    st.dialog("Hand over drafts", icon=":material/move_up:")(draw)()


def _hand_over(member: Member, to_id: str, names: dict[str, str], desk: Desk) -> None:
    try:
        count = people.hand_over_drafts(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            from_id=member.profile_id,
            to_id=to_id,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    cached.forget_drafts()
    _done(f"{fmt.count(count, 'draft')} handed over to {fmt.plain(names[to_id])}.")
    st.rerun()


def _ask_suspend(member: Member, desk: Desk) -> None:
    suspend = member.suspended_at is None
    name = fmt.plain(member.name)

    def change() -> None:
        people.set_suspended(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            profile_id=member.profile_id,
            suspended=suspend,
        )
        _done(f"{name} is suspended." if suspend else f"{name} can come back in.")

    open_drafts = (
        f" They have {fmt.count(member.open_drafts, 'open draft')}; hand them over if others "
        "are to go on with them."
        if member.open_drafts
        else ""
    )
    feedback.confirm(
        title=f"Suspend {name}?" if suspend else f"Let {name} back in?",
        body=(
            "They are signed out at once and see nothing of this workspace. What they wrote and "
            f"decided stays. You can let them back in at any time.{open_drafts}"
            if suspend
            else "They can sign in again with the roles they had."
        ),
        action_label="Suspend" if suspend else "Let back in",
        on_confirm=change,
    )


def _ask_check(chosen: Chosen, desk: Desk) -> None:
    credential = next(c for c in chosen.member.credentials if c.id == chosen.credential_id)

    def draw() -> None:
        st.markdown(
            f"Look up **{fmt.plain(chosen.member.name)}** in the register and compare name, "
            "profession and country. What you confirm is kept with every decision."
        )
        credentials.draw_credential(credential, today=desk.today, zone=desk.person.time_zone)
        st.link_button(
            "Open the register entry",
            credential.register_url,
            icon=":material/open_in_new:",
            key="people_check_open",
        )
        last = st.date_input(
            "It counts through",
            desk.today + timedelta(days=_USUAL_DAYS),
            min_value=desk.today,
            max_value=desk.today + timedelta(days=_LONGEST_DAYS),
            key=f"people_check_last_{credential.id}",
            help="The last day of the registration, or the day you want to look again.",
            format="DD/MM/YYYY",
        )
        if st.button("I found this entry", key="people_check_go", type="primary"):
            _check(chosen, last, desk)

    st.dialog("Check a credential", icon=":material/verified:")(draw)()


def _check(chosen: Chosen, last: date | None, desk: Desk) -> None:
    try:
        people.check_credential(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            credential_id=chosen.credential_id,
            expires_on=last or desk.today,
        )
    except TandemError as error:
        feedback.show_error(error)
        return
    _done(f"{fmt.plain(chosen.member.name)} can decide on drafts now.")
    st.rerun()


def _ask_revoke(chosen: Chosen, desk: Desk) -> None:
    def revoke() -> None:
        people.revoke_credential(
            session.gateway(),
            workspace_id=desk.person.workspace_id,
            credential_id=chosen.credential_id,
        )
        _done(f"The credential of {fmt.plain(chosen.member.name)} is withdrawn.")

    feedback.confirm(
        title="Withdraw this credential?",
        body=(
            f"From now on {fmt.plain(chosen.member.name)} cannot decide under it. Decisions "
            "already made stay, with the credential as it was."
        ),
        action_label="Withdraw",
        on_confirm=revoke,
    )


def _done(message: str) -> None:
    feedback.flash(message)
    cached.forget_people()
