"""The rules of drafts and people, said once more in plain Python, to hold the database against.

Every method answers as the database should: None when it is done, else the word of the refusal.
A text stands for its own hash. Nothing here knows SQL.
"""

from __future__ import annotations

from tests.support.rules_reviews import ReviewRules
from tests.support.rules_state import OPEN, SENSITIVE, ModelDraft, ModelVersion, Text


class Model(ReviewRules):
    """One workspace: people by name, drafts by id."""

    # -- drafts --------------------------------------------------------------------------------

    def create(self, name: str, key: str, text: Text, *, hidden: bool = False) -> str | None:
        """Start a draft."""
        if word := self.may_create(name):
            return word
        self.drafts[key] = ModelDraft(author=name, buffer=text, hidden=hidden)
        return None

    def may_create(self, name: str) -> str | None:
        """Whether they may start one; its key is known only afterwards."""
        if self.people[name].suspended:
            return "not_found"
        return None if "influencer" in self.people[name].roles else "role_missing"

    def save(
        self,
        name: str,
        draft: ModelDraft,
        revision: int,
        text: Text,
        *,
        hidden: bool | None = None,
        context: str | None = None,
    ) -> str | None:
        """Keep the text being written; another text ends an approval."""
        if word := self.own(name, draft):
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
        if context is not None:
            draft.context = context
        if hidden is not None:
            draft.hidden = hidden
            for blind in [n for n in draft.requests if not self.can_see(n, draft)]:
                draft.release(blind)
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
        if word := self.own(name, draft):
            return word
        if draft.state not in OPEN:
            return "draft_closed"
        return self._cut(draft, revision, submitted=False)

    def submit(self, name: str, draft: ModelDraft, revision: int) -> str | None:
        """Put the text before the professionals."""
        if word := self.own(name, draft):
            return word
        if "influencer" not in self.people[name].roles:
            return "role_missing"
        if draft.shown not in ("drafting", "changes_requested", "in_review", "expired"):
            return "wrong_state"
        if word := self._cut(draft, revision, submitted=True):
            return word
        draft.state = "in_review"
        draft.submitted, draft.offered = len(draft.versions), None
        draft.end_approval()
        self.look_again(draft)
        return None

    def publish(
        self,
        name: str,
        draft: ModelDraft,
        text: Text | None,
        watcher: str | None,
        links: dict[str, str],
    ) -> str | None:
        """Say that `text` is out, and who reads the comments."""
        if word := self.publisher(name, draft):
            return word
        if draft.state != "approved" or draft.approved is None:
            return "not_approved"
        if draft.expired:
            return "approval_expired"
        if text != draft.text_of(draft.approved):
            return "hash_differs"
        if watcher is None and draft.topic in SENSITIVE:
            return "watcher_missing"
        if watcher is not None and not self.can_see(watcher, draft):
            return "watcher_invalid"
        draft.state = "published"
        draft.links = dict(links)
        return None

    def put_into_campaign(
        self, name: str, draft: ModelDraft, campaign: str | None, known: str | None
    ) -> str | None:
        """Say which campaign it is for, in place of the one that one knew; None there for none."""
        if not self.can_see(name, draft):
            return "not_found"
        if not self.people[name].is_active("coordinator"):
            if word := self.own(name, draft):
                return word
            if draft.state not in OPEN:
                return "draft_closed"
        if known != draft.campaign:
            return "stale_campaign"
        draft.campaign = campaign
        return None

    def change_links(
        self, name: str, draft: ModelDraft, links: dict[str, str], known: dict[str, str]
    ) -> str | None:
        """Say where a post is, in place of what one knew; None there for none."""
        if word := self.publisher(name, draft):
            return word
        if draft.state != "published":
            return "wrong_state"
        changes = {
            platform: links.get(platform)
            for platform in {*links, *known}
            if draft.links.get(platform) != links.get(platform)
        }
        if any(draft.links.get(platform) != known.get(platform) for platform in changes):
            return "links_differ"
        if None in changes.values() and draft.has_to_come_down:
            return "still_out"
        kept = {**draft.links, **changes}
        draft.links = {platform: url for platform, url in kept.items() if url is not None}
        return None

    def take_down(self, name: str, draft: ModelDraft) -> str | None:
        """Say that a post is not out any more."""
        is_told = draft.withdrawn_after and self.is_blind(name, draft)
        if not is_told and (word := self.publisher(name, draft)):
            return word
        if draft.state != "published" or draft.taken_down:
            return "wrong_state"
        draft.taken_down = True
        if draft.withdrawn_after:
            self.tell_blind(name, draft, "hidden_post_taken_down")
        return None

    def withdraw(self, name: str, draft: ModelDraft, expected: str) -> str | None:
        """Take a draft back from the state that was on the screen."""
        if word := self.own(name, draft):
            return word
        if (
            draft.state not in OPEN
            or ("approved" if expected == "expired" else expected) != draft.state
        ):
            return "wrong_state"
        draft.state, draft.offered = "withdrawn", None
        draft.requests.clear()
        draft.end_approval()
        return None

    def reopen(self, name: str, draft: ModelDraft) -> str | None:
        """Go on with a withdrawn draft."""
        if word := self.own(name, draft):
            return word
        if draft.state != "withdrawn":
            return "wrong_state"
        draft.state = "drafting"
        return None

    # -- people --------------------------------------------------------------------------------

    def hand_over(self, by: str, giver: str, taker: str) -> str | None:
        """Give open drafts another author."""
        if word := self.coordinator(by):
            return word
        if giver == taker or not self.people[taker].is_active("influencer"):
            return "cannot_take_over"
        given = [d for d in self.drafts.values() if d.author == giver and d.state in OPEN]
        if any(taker in d.decided for d in given):
            return "decided_by_them"
        for draft in given:
            draft.author = taker
            draft.former.add(giver)
            draft.release(taker)
        return None

    def _others_coordinate(self, name: str) -> bool:
        return any(p.is_active("coordinator") for n, p in self.people.items() if n != name)

    def suspend(self, by: str, name: str, *, suspended: bool) -> str | None:
        """Shut somebody out, or let them back in."""
        if word := self.coordinator(by):
            return word
        if suspended and not self._others_coordinate(name):
            return "last_coordinator"
        self.people[name].suspended = suspended
        self._release_unable(name)
        return None

    def _release_unable(self, name: str) -> None:
        """Whoever cannot do it any more has not got it any more."""
        person = self.people[name]
        for draft in self.drafts.values():
            kind = draft.requests.get(name)
            needed = "influencer" if kind == "peer" else "professional"
            if kind is not None and not person.is_active(needed):
                draft.release(name)

    def set_roles(
        self, by: str, name: str, roles: frozenset[str], expected: frozenset[str]
    ) -> str | None:
        """Give and take roles."""
        if word := self.coordinator(by):
            return word
        if "coordinator" not in roles and not self._others_coordinate(name):
            return "last_coordinator"
        if expected != self.people[name].roles:
            return "stale_roles"
        self.people[name].roles = roles
        self._release_unable(name)
        return None
