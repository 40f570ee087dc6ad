"""What the model of the rules knows: people, drafts, versions, and who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

OPEN = ("drafting", "in_review", "changes_requested", "on_hold", "approved")
REVIEWABLE = ("in_review", "on_hold")
SENSITIVE = ("trauma",)


class Text(NamedTuple):
    """A caption and the topic that decides who may approve it."""

    caption: str
    topic: str


class Before(NamedTuple):
    """What somebody who decides has before them."""

    version: int
    context: str
    helped: bool


class State(NamedTuple):
    """What a check is bound to: a version, its draft's context card, whether help goes with it,
    and what the workspace chose.
    """

    version: int
    context: str
    helped: bool
    settings: str

    @property
    def before_decider(self) -> Before:
        """What a waiver is bound to."""
        return Before(self.version, self.context, self.helped)


@dataclass
class ModelPerson:
    """Somebody in the workspace; `scopes` are of checked credentials that still count."""

    roles: frozenset[str]
    suspended: bool = False
    scopes: list[frozenset[str]] = field(default_factory=list)
    away: bool = False

    def is_active(self, role: str) -> bool:
        """Whether they have the role and are not suspended."""
        return not self.suspended and role in self.roles

    def covers(self, topic: str) -> bool:
        """Whether they are a professional with a credential for the topic."""
        return "professional" in self.roles and any(topic in scope for scope in self.scopes)


@dataclass
class ModelVersion:
    """A version: its text, and who may read it."""

    text: Text
    submitted: bool


@dataclass
class ModelDraft:
    """A draft; versions count from 1, `approved` is the version an approval is of.

    `requests` are open ones, kind by person. `decided` are deciders, latest last, and `returned`
    those who have had a request since that they gave back or were relieved of. `set_aside` are the
    requests that the edit on offer answered. `links` are addresses by platform, and
    `blind_news` (person, kind) what coordinators were told who could not read it. `checked` has the
    id of the blocker found in each state that was read (empty: none), `waived` the waiver that
    counts for what was before its decider, `waivers` all there ever were. `helped`: the walk's one
    service goes with the post.
    """

    author: str
    buffer: Text
    state: str = "drafting"
    revision: int = 1
    hidden: bool = False
    former: set[str] = field(default_factory=set)
    versions: list[ModelVersion] = field(default_factory=list)
    submitted: int | None = None
    offered: int | None = None
    approved: int | None = None
    campaign: str | None = None
    expired: bool = False
    withdrawn_after: bool = False
    taken_down: bool = False
    decided: list[str] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)
    requests: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    blind_news: set[tuple[str, str]] = field(default_factory=set)
    advised: set[tuple[int, str]] = field(default_factory=set)
    context: str = ""
    checked: dict[State, str] = field(default_factory=dict)
    waived: dict[Before, str] = field(default_factory=dict)
    waivers: list[tuple[Before, str]] = field(default_factory=list)
    helped: bool = False

    @property
    def shown(self) -> str:
        """The state as people see it."""
        return "expired" if self.state == "approved" and self.expired else self.state

    @property
    def marks(self) -> set[str]:
        """What it is ready for: its state, and more that somebody could act on."""
        more = {"offered": self.offered is not None, "to_come_down": self.has_to_come_down}
        return {self.state} | {mark for mark, is_so in more.items() if is_so}

    @property
    def has_to_come_down(self) -> bool:
        """Published without an approval, and still out."""
        return self.withdrawn_after and not self.taken_down

    @property
    def topic(self) -> str:
        """Of the latest submitted version, or of the text before there is one."""
        return self.buffer.topic if self.submitted is None else self.text_of(self.submitted).topic

    def text_of(self, number: int) -> Text:
        """The text of a version."""
        return self.versions[number - 1].text

    def has_submitted(self, number: int) -> bool:
        """Whether there is such a version for others to read."""
        return 1 <= number <= len(self.versions) and self.versions[number - 1].submitted

    def end_approval(self) -> None:
        """No approval any more."""
        self.approved, self.expired = None, False

    def release(self, name: str) -> None:
        """The person has not got it any more, without having answered."""
        if self.requests.pop(name, None) is not None:
            self.returned.add(name)

    def record_decision(self, name: str) -> None:
        """One decision more."""
        self.decided.append(name)
        self.returned.discard(name)


class Rules:
    """One workspace: people by name, drafts by id."""

    def __init__(self, people: dict[str, ModelPerson]) -> None:
        self.people = people
        self.drafts: dict[str, ModelDraft] = {}

    def can_see(self, name: str, draft: ModelDraft) -> bool:
        """Their own, and colleagues' once submitted, unless kept for professionals."""
        person = self.people[name]
        shared = draft.submitted is not None and (
            not draft.hidden or "professional" in person.roles
        )
        return (draft.author == name or shared) and not person.suspended

    def visible(self, name: str) -> dict[str, str]:
        """Drafts the person sees, with the state they see them in."""
        return {key: d.shown for key, d in self.drafts.items() if self.can_see(name, d)}

    def is_blind(self, name: str, draft: ModelDraft) -> bool:
        """Whether they coordinate, and may not read the draft."""
        return self.people[name].is_active("coordinator") and not self.can_see(name, draft)

    def tell_blind(self, by: str, draft: ModelDraft, kind: str) -> None:
        """Tell coordinators who may not read it of a post that has to come down."""
        told = {name for name in self.people if name != by and self.is_blind(name, draft)}
        draft.blind_news |= {(name, kind) for name in told}

    def hidden_posts(self, name: str) -> set[str]:
        """Posts that have to come down and whose drafts this coordinator may not read."""
        return {
            key
            for key, draft in self.drafts.items()
            if draft.has_to_come_down and self.is_blind(name, draft)
        }

    def count_blind_news(self, name: str) -> int:
        """What a coordinator was told about drafts that they may not read."""
        return sum(
            who == name and self.is_blind(name, draft)
            for draft in self.drafts.values()
            for who, _kind in draft.blind_news
        )

    def queue(self, name: str) -> set[str]:
        """Drafts of others that the person sees in review or on hold."""
        return {
            key
            for key, draft in self.drafts.items()
            if draft.state in REVIEWABLE and draft.author != name and self.can_see(name, draft)
        }

    def why_not(self, name: str, draft: ModelDraft, topic: str) -> str | None:
        """Why the person may not decide, or None."""
        person = self.people[name]
        if not person.is_active("professional"):
            return "not_a_professional"
        if name == draft.author or name in draft.former:
            return "own_draft"
        if not person.scopes:
            return "no_credential"
        return None if person.covers(topic) else "out_of_scope"

    def coordinator(self, name: str) -> str | None:
        """Whether the person may do what coordinators do."""
        if self.people[name].suspended:
            return "not_found"
        return None if "coordinator" in self.people[name].roles else "role_missing"

    def own(self, name: str, draft: ModelDraft) -> str | None:
        """Whether the person may do what authors do."""
        if not self.can_see(name, draft):
            return "not_found"
        return None if draft.author == name else "not_the_author"

    def decider(self, name: str, draft: ModelDraft, topic: str) -> str | None:
        """Whether the person, who sees the draft, may decide on that topic of it."""
        word = self.why_not(name, draft, topic)
        return "role_missing" if word == "not_a_professional" else word

    def publisher(self, name: str, draft: ModelDraft) -> str | None:
        """Whether the person may say where the post is."""
        if not self.can_see(name, draft):
            return "not_found"
        able = {"influencer", "coordinator"} if draft.author == name else {"coordinator"}
        return None if self.people[name].roles & able else "role_missing"
