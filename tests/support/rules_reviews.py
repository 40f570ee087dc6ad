"""The rules of reviews, said once more in plain Python: who has a draft, and who decides what."""

from __future__ import annotations

from tests.support.rules_safety import SafetyRules
from tests.support.rules_state import REVIEWABLE, ModelDraft, ModelVersion, Text


class ReviewRules(SafetyRules):
    """Asking, taking, passing on, advising and deciding.

    Every method answers as the database should: None when it is done, else the word of the refusal.
    """

    # -- who has it ----------------------------------------------------------------------------

    def why_not_ask(self, by: str, draft: ModelDraft, name: str, kind: str) -> str | None:
        """Why `by` cannot put the draft before the person."""
        person = self.people[name]
        professional = kind == "professional"
        if person.suspended:
            return "not_found"
        if name == draft.author or (professional and name in draft.former):
            return "own_draft"
        if professional and not person.covers(draft.topic):
            return "cannot_decide"
        if not professional and "influencer" not in person.roles:
            return "no_peer"
        if not self.can_see(name, draft):
            return "cannot_see"
        return "away" if person.away and name != by else None

    def _has(self, draft: ModelDraft, name: str, kind: str) -> bool:
        """Whether asking for that would change nothing."""
        return draft.requests.get(name) in {kind, "professional"}

    def _deciders(self, draft: ModelDraft) -> set[str]:
        return {name for name, kind in draft.requests.items() if kind == "professional"}

    def take(self, name: str, draft: ModelDraft) -> str | None:
        """Say that one will decide."""
        if not self.can_see(name, draft):
            return "not_found"
        if word := self.decider(name, draft, draft.topic):
            return word
        if draft.state not in REVIEWABLE:
            return "wrong_state"
        if self._deciders(draft) - {name}:
            return "already_taken"
        draft.requests[name] = "professional"
        return None

    def assign(self, by: str, keys: list[str], name: str) -> str | None:
        """Give drafts to a professional, all or none."""
        if word := self.coordinator(by):
            return word
        for key in sorted(keys):
            draft = self.drafts[key]
            if not self.can_see(by, draft):
                return "not_found"
            if draft.state not in REVIEWABLE:
                return "wrong_state"
            if word := self.why_not_ask(by, draft, name, "professional"):
                return word
        for key in keys:
            draft = self.drafts[key]
            for other in self._deciders(draft) - {name}:
                draft.release(other)
            draft.requests[name] = "professional"
        return None

    def ask(self, by: str, draft: ModelDraft, name: str, kind: str) -> str | None:
        """As author, ask somebody."""
        if word := self.own(by, draft):
            return word
        if draft.state not in REVIEWABLE:
            return "wrong_state"
        if kind == "professional" and self._deciders(draft) - {name}:
            return "already_taken"
        if word := self.why_not_ask(by, draft, name, kind):
            return word
        if self._has(draft, name, kind):
            return "already_asked"
        draft.requests[name] = kind
        return None

    def pass_on(self, name: str, draft: ModelDraft, reason: str, to: str | None) -> str | None:
        """Give a draft back, or to somebody, or ask for a second opinion."""
        if not self.can_see(name, draft):
            return "not_found"
        kind = draft.requests.get(name)
        if kind is None:
            return "not_yours"
        second = reason == "second_opinion"
        if to == name or (second and to is None):
            return "colleague_missing"
        if to is not None:
            if word := self.why_not_ask(name, draft, to, kind):
                return word
            if second and self._has(draft, to, kind):
                return "already_asked"
            if not self._has(draft, to, kind):
                draft.requests[to] = kind
        if not second:
            draft.release(name)
        return None

    def set_away(self, name: str, *, away: bool) -> str | None:
        """Take no reviews, or take them again."""
        if self.people[name].suspended:
            return "not_found"
        self.people[name].away = away
        return None

    def look_again(self, draft: ModelDraft) -> None:
        """A version sent in goes to whoever decided last, unless somebody has the draft."""
        if self._deciders(draft):
            return
        for name in reversed(draft.decided):
            person = self.people[name]
            able = person.is_active("professional") and not person.away
            if able and name not in draft.returned:
                if self.why_not(name, draft, draft.topic) is None:
                    draft.requests[name] = "professional"
                return

    # -- saying what one thinks ----------------------------------------------------------------

    def comment(self, name: str, draft: ModelDraft, version: int) -> str | None:
        """Say something about a submitted version."""
        seen = self.can_see(name, draft) and draft.has_submitted(version)
        return None if seen else "not_found"

    def _peer(self, name: str, draft: ModelDraft) -> str | None:
        if not self.can_see(name, draft):
            return "not_found"
        if "influencer" not in self.people[name].roles:
            return "role_missing"
        return "own_draft" if name == draft.author else None

    def advise(self, name: str, draft: ModelDraft, version: int, text: Text | None) -> str | None:
        """A peer's advice on the version in review."""
        if word := self._peer(name, draft):
            return word
        if not draft.has_submitted(version):
            return "not_found"
        if version != draft.submitted or text != draft.text_of(version):
            return "stale_version"
        if draft.state not in REVIEWABLE:
            return "wrong_state"
        if (version, name) in draft.advised:
            return "already_advised"
        draft.advised.add((version, name))
        if draft.requests.get(name) == "peer":
            del draft.requests[name]
        return None

    # -- deciding ------------------------------------------------------------------------------

    def _current(self, draft: ModelDraft, version: int, text: Text | None) -> str | None:
        if version != draft.submitted or text != draft.text_of(version):
            return "stale_version"
        if draft.state == "on_hold":
            return "on_hold"
        return None if draft.state == "in_review" else "already_decided"

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
        if word := self.decider(name, draft, draft.text_of(version).topic):
            return word
        if word := self._current(draft, version, text):
            return word
        if kind == "approved" and (word := self.gate(draft, version)):
            return word
        draft.state = kind
        draft.record_decision(name)
        draft.requests.clear()
        if kind == "approved":
            draft.approved = version
        return None

    def offer_edits(
        self, name: str, draft: ModelDraft, version: int, text: Text | None, edited: Text
    ) -> str | None:
        """Approve another wording, for the author to accept."""
        if not self.can_see(name, draft) or not draft.has_submitted(version):
            return "not_found"
        if word := self.decider(name, draft, draft.text_of(version).topic):
            return word
        if word := self._current(draft, version, text):
            return word
        if edited == text:
            return "nothing_edited"
        if edited.topic != draft.topic:
            return "edit_too_wide"
        if not edited.caption:
            return "text_missing"
        draft.versions.append(ModelVersion(edited, submitted=True))
        draft.offered = len(draft.versions)
        draft.state = "changes_requested"
        draft.record_decision(name)
        draft.set_aside = dict(draft.requests)
        draft.requests.clear()
        return None

    def take_back_edits(
        self, name: str, draft: ModelDraft, version: int, text: Text | None
    ) -> str | None:
        """Take an offered wording back: the version before it is in review again."""
        if not self.can_see(name, draft):
            return "not_found"
        if word := self.decider(name, draft, draft.topic):
            return word
        if draft.state != "changes_requested" or draft.offered != version:
            return "nothing_offered"
        if draft.decided[-1] != name:
            return "not_the_editor"
        if text != draft.text_of(version):
            return "hash_differs"
        draft.state, draft.offered = "in_review", None
        draft.record_decision(name)
        for who, kind in draft.set_aside.items():
            if self._could_still(who, draft, kind):
                draft.requests[who] = kind
        draft.requests[name] = "professional"
        return None

    def _could_still(self, name: str, draft: ModelDraft, kind: str) -> bool:
        if kind == "peer":
            able, wrote = self.people[name].is_active("influencer"), {draft.author}
        else:
            able = self.people[name].is_active("professional")
            wrote = {draft.author, *draft.former}
        return able and name not in wrote and self.can_see(name, draft)

    def accept_edits(
        self, name: str, draft: ModelDraft, version: int, text: Text | None, revision: int
    ) -> str | None:
        """Take an offered wording as it is, which approves it."""
        if word := self.own(name, draft):
            return word
        if "influencer" not in self.people[name].roles:
            return "role_missing"
        if draft.state != "changes_requested" or draft.offered != version:
            return "nothing_offered"
        if text != draft.text_of(version):
            return "hash_differs"
        if revision != draft.revision:
            return "stale_revision"
        if word := self.gate(draft, version):
            return word
        if all(draft.buffer != known.text for known in draft.versions):
            draft.versions.append(ModelVersion(draft.buffer, submitted=False))
        draft.buffer = draft.text_of(version)
        draft.revision += 1
        draft.state = "approved"
        draft.submitted = draft.approved = version
        draft.offered = None
        return None

    def hold(self, name: str, draft: ModelDraft) -> str | None:
        """Set a review aside."""
        return self._move(name, draft, "in_review", "on_hold")

    def resume(self, name: str, draft: ModelDraft) -> str | None:
        """Take it up again."""
        return self._move(name, draft, "on_hold", "in_review")

    def _move(self, name: str, draft: ModelDraft, state: str, to: str) -> str | None:
        if not self.can_see(name, draft):
            return "not_found"
        if word := self.decider(name, draft, draft.topic):
            return word
        if draft.state != state:
            return "wrong_state"
        draft.state = to
        return None

    def withdraw_approval(self, name: str, draft: ModelDraft, text: Text | None) -> str | None:
        """Take an approval of `text` back, also after publication."""
        if not self.can_see(name, draft):
            return "not_found"
        if word := self.decider(name, draft, draft.topic):
            return word
        if draft.approved is None or draft.withdrawn_after:
            return "not_approved"
        if text != draft.text_of(draft.approved):
            return "hash_differs"
        draft.record_decision(name)
        if draft.state == "published":
            draft.withdrawn_after = True
            self.tell_blind(name, draft, "hidden_post_withdrawn")
        else:
            draft.state = "changes_requested"
            draft.end_approval()
        return None
