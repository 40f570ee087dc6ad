"""Choosing a colleague: who can be asked, and who cannot at the moment and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from components import format as fmt
from components.credentials import find_state
from services.models import Draft
from services.people import Member
from services.reviews import Colleague

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who may be asked; `why_not` is a few words when they cannot be.

    `has` is how many drafts they have, None where it was not read.
    """

    profile_id: str
    name: str
    why_not: str = ""
    has: int | None = None

    @property
    def label(self) -> str:
        """Name and load, for a list to choose from."""
        if self.has is None:
            return self.name
        return f"{self.name}, has {fmt.count(self.has, 'draft')}" if self.has else self.name


def list_deciders(
    members: Iterable[Member], drafts: Sequence[Draft], *, today: date
) -> list[Choice]:
    """All professionals, as choices for deciding on every one of these drafts.

    Args:
        today: in UTC, as the database counts.
    """
    return [
        Choice(one.profile_id, one.name, _why_not_decide(one, drafts, today), one.open_reviews)
        for one in members
        if "professional" in one.roles and one.suspended_at is None
    ]


def list_advisers(members: Iterable[Member], drafts: Sequence[Draft]) -> list[Choice]:
    """All influencers, as choices for advice on every one of these drafts."""
    authors = {draft.author_id for draft in drafts}
    return [
        Choice(
            one.profile_id,
            one.name,
            "wrote it" if one.profile_id in authors else _say_away(one.away_until),
            one.open_reviews,
        )
        for one in members
        if "influencer" in one.roles and one.suspended_at is None
    ]


def list_among(
    people: Iterable[Colleague], *, kind: str, author_id: str, asked: Iterable[str] = ()
) -> list[Choice]:
    """Those who may see a draft, as choices for advice (peer) or a decision (professional).

    Args:
        asked: ids of those who have it already.
    """
    role = "influencer" if kind == "peer" else "professional"
    already = frozenset(asked)
    return [
        Choice(one.profile_id, one.name, _why_not_ask(one, kind, already))
        for one in people
        if role in one.roles and one.profile_id != author_id
    ]


def without(choices: Iterable[Choice], *profile_ids: str) -> list[Choice]:
    """The choices but for these people."""
    return [one for one in choices if one.profile_id not in profile_ids]


def pick_colleague(
    label: str, choices: Sequence[Choice], *, key: str, nobody: str | None = None
) -> str | None:
    """Draw the choice; the chosen person's id, NOBODY, or None while nothing is chosen.

    Args:
        nobody: words for asking no one in particular, if that is possible.
    """
    free = {one.profile_id: one.label for one in choices if not one.why_not}
    options = {**({NOBODY: nobody} if nobody else {}), **free}
    if not options:
        st.markdown("Nobody can be asked at the moment.")
        chosen = None
    else:
        chosen = st.selectbox(
            label,
            list(options),
            index=0 if nobody else None,
            format_func=options.__getitem__,
            key=key,
            placeholder="Choose somebody",
        )
    if busy := [one for one in choices if one.why_not]:
        st.caption("Not now: " + "; ".join(f"{fmt.plain(c.name)} ({c.why_not})" for c in busy))
    return chosen


def _why_not_decide(member: Member, drafts: Sequence[Draft], today: date) -> str:
    if any(draft.author_id == member.profile_id for draft in drafts):
        return "wrote it" if len(drafts) == 1 else "wrote one of them"
    covered = {
        topic
        for held in member.credentials
        if find_state(held, today=today) in ("current", "lapsing")
        for topic in held.scope
    }
    if not covered:
        return "no checked credential"
    missing = sorted({fmt.topic_label(d.topic) for d in drafts if d.topic not in covered})
    if missing:
        return f"credential does not cover {fmt.listing(missing)}"
    return _say_away(member.away_until)


def _why_not_ask(one: Colleague, kind: str, already: frozenset[str]) -> str:
    if one.profile_id in already:
        return "has it already"
    if kind == "professional" and not one.can_decide:
        return "cannot decide on this topic"
    return _say_away(one.away_until)


def _say_away(until: date | None) -> str:
    return f"away until {fmt.day(until)}" if until else ""
