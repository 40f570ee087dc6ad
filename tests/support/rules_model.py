"""The rules of drafts and people, said once more in plain Python, to hold the database against.

Every method answers as the database should: None when it is done, else the word of the refusal.
A text stands for its own hash. Nothing here knows SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

OPEN = ("drafting", "in_review", "changes_requested", "approved")


class Text(NamedTuple):
    """A caption and the topic that decides who may approve it."""

    caption: str
    topic: str


@dataclass
class ModelPerson:
    """Somebody in the workspace; `scopes` are of checked credentials that still count."""

    roles: frozenset[str]
    suspended: bool = False
    scopes: list[frozenset[str]] = field(default_factory=list)

    def is_active(self, role: str) -> bool:
        """Whether they have the role and are not suspended."""
        return not self.suspended and role in self.roles


@dataclass
class ModelVersion:
    """A version: its text, and who may read it."""

    text: Text
    submitted: bool


@dataclass
class ModelDraft:
    """A draft; versions count from 1, `approved` is the version an approval is of."""

    author: str
    buffer: Text
    state: str = "drafting"
    revision: int = 1
    former: set[str] = field(default_factory=set)
    versions: list[ModelVersion] = field(default_factory=list)
    submitted: int | None = None
    approved: int | None = None
    expired: bool = False
    deciders: set[str] = field(default_factory=set)
    decisions: int = 0

    @property
    def shown(self) -> str:
        """The state as people see it."""
        return "expired" if self.state == "approved" and self.expired else self.state

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


class Model:
    """One workspace: people by name, drafts by any key."""

    def __init__(self, people: dict[str, ModelPerson]) -> None:
        self.people = people
        self.drafts: dict[str, ModelDraft] = {}

    # -- what people may see and do ------------------------------------------------------------

    def can_see(self, name: str, draft: ModelDraft) -> bool:
        """Their own, and colleagues' once they were submitted."""
        shared = draft.author == name or draft.submitted is not None
        return shared and not self.people[name].suspended

    def visible(self, name: str) -> dict[str, str]:
        """Drafts the person sees, with the state they see them in."""
        return {key: d.shown for key, d in self.drafts.items() if self.can_see(name, d)}

    def why_not(self, name: str, draft: ModelDraft, topic: str) -> str | None:
        """Why the person may not decide, or None."""
        person = self.people[name]
        if not person.is_active("professional"):
            return "not_a_professional"
        if name == draft.author or name in draft.former:
            return "own_draft"
        if not person.scopes:
            return "no_credential"
        return None if any(topic in scope for scope in person.scopes) else "out_of_scope"

    def _coordinator(self, name: str) -> str | None:
        if self.people[name].suspended:
            return "not_found"
        return None if "coordinator" in self.people[name].roles else "role_missing"

    def _own(self, name: str, draft: ModelDraft) -> str | None:
        if not self.can_see(name, draft):
            return "not_found"
        return None if draft.author == name else "not_the_author"

    def _others_coordinate(self, name: str) -> bool:
        return any(p.is_active("coordinator") for n, p in self.people.items() if n != name)

    # -- drafts --------------------------------------------------------------------------------

    def create(self, name: str, key: str, text: Text) -> str | None:
        """Start a draft."""
        if word := self.may_create(name):
            return word
        self.drafts[key] = ModelDraft(author=name, buffer=text)
        return None

    def may_create(self, name: str) -> str | None:
        """Whether they may start one; its key is known only afterwards."""
        if self.people[name].suspended:
            return "not_found"
        return None if "influencer" in self.people[name].roles else "role_missing"

    def save(self, name: str, draft: ModelDraft, revision: int, text: Text) -> str | None:
        """Keep the text being written; another text ends an approval."""
        if word := self._own(name, draft):
            return word
        if draft.state not in OPEN:
            return "draft_closed"
        if revision != draft.revision:
            return "stale_revision"
        draft.revision += 1
        draft.buffer = text
        if draft.approved is not None and text != draft.text_of(draft.approved):
            draft.state = "drafting"
            draft.end_approval()
        return None

    def _cut(self, draft: ModelDraft, revision: int, *, submitted: bool) -> str | None:
        if revision != draft.revision:
            return "stale_revision"
        if not draft.buffer.caption:
            return "text_missing"
        same = submitted and draft.state == "in_review" and draft.submitted is not None
        if same and draft.text_of(draft.submitted or 0) == draft.buffer:
            return "already_submitted"
        draft.versions.append(ModelVersion(draft.buffer, submitted))
        return None

    def save_version(self, name: str, draft: ModelDraft, revision: int) -> str | None:
        """Keep a version for oneself."""
        if word := self._own(name, draft):
            return word
        if draft.state not in OPEN:
            return "draft_closed"
        return self._cut(draft, revision, submitted=False)

    def submit(self, name: str, draft: ModelDraft, revision: int) -> str | None:
        """Put the text before the professionals."""
        if word := self._own(name, draft):
            return word
        if "influencer" not in self.people[name].roles:
            return "role_missing"
        if draft.shown not in ("drafting", "changes_requested", "in_review", "expired"):
            return "wrong_state"
        if word := self._cut(draft, revision, submitted=True):
            return word
        draft.state = "in_review"
        draft.submitted = len(draft.versions)
        draft.end_approval()
        return None

    def comment(self, name: str, draft: ModelDraft, version: int) -> str | None:
        """Say something about a submitted version."""
        seen = self.can_see(name, draft) and draft.has_submitted(version)
        return None if seen else "not_found"

    def decide(
        self, name: str, draft: ModelDraft, version: int, text: Text | None, kind: str
    ) -> str | None:
        """Decide on a version, believing it to hold `text`."""
        if not self.can_see(name, draft):
            return "not_found"
        if "professional" not in self.people[name].roles:
            return "role_missing"
        if not draft.has_submitted(version):
            return "not_found"
        if word := self.why_not(name, draft, draft.text_of(version).topic):
            return word
        if version != draft.submitted or text != draft.text_of(version):
            return "stale_version"
        if draft.state != "in_review":
            return "already_decided"
        draft.state = kind
        draft.deciders.add(name)
        draft.decisions += 1
        if kind == "approved":
            draft.approved = version
        return None

    def publish(self, name: str, draft: ModelDraft, text: Text | None) -> str | None:
        """Say that `text` is out."""
        if not self.can_see(name, draft):
            return "not_found"
        roles = self.people[name].roles
        if not roles & ({"influencer", "coordinator"} if draft.author == name else {"coordinator"}):
            return "role_missing"
        if draft.state != "approved" or draft.approved is None:
            return "not_approved"
        if draft.expired:
            return "approval_expired"
        if text != draft.text_of(draft.approved):
            return "hash_differs"
        draft.state = "published"
        return None

    def withdraw(self, name: str, draft: ModelDraft, expected: str) -> str | None:
        """Take a draft back from the state that was on the screen."""
        if word := self._own(name, draft):
            return word
        if (
            draft.state not in OPEN
            or ("approved" if expected == "expired" else expected) != draft.state
        ):
            return "wrong_state"
        draft.state = "withdrawn"
        draft.end_approval()
        return None

    def reopen(self, name: str, draft: ModelDraft) -> str | None:
        """Go on with a withdrawn draft."""
        if word := self._own(name, draft):
            return word
        if draft.state != "withdrawn":
            return "wrong_state"
        draft.state = "drafting"
        return None

    # -- people --------------------------------------------------------------------------------

    def hand_over(self, by: str, giver: str, taker: str) -> str | None:
        """Give open drafts another author."""
        if word := self._coordinator(by):
            return word
        if giver == taker or not self.people[taker].is_active("influencer"):
            return "cannot_take_over"
        given = [d for d in self.drafts.values() if d.author == giver and d.state in OPEN]
        if any(taker in d.deciders for d in given):
            return "decided_by_them"
        for draft in given:
            draft.author = taker
            draft.former.add(giver)
        return None

    def suspend(self, by: str, name: str, *, suspended: bool) -> str | None:
        """Shut somebody out, or let them back in."""
        if word := self._coordinator(by):
            return word
        if suspended and not self._others_coordinate(name):
            return "last_coordinator"
        self.people[name].suspended = suspended
        return None

    def set_roles(
        self, by: str, name: str, roles: frozenset[str], expected: frozenset[str]
    ) -> str | None:
        """Give and take roles."""
        if word := self._coordinator(by):
            return word
        if "coordinator" not in roles and not self._others_coordinate(name):
            return "last_coordinator"
        if expected != self.people[name].roles:
            return "stale_roles"
        self.people[name].roles = roles
        return None
