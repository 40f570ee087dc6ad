"""The rules of approvals and the checker, said once more in plain Python."""

from __future__ import annotations

from tests.support.rules_state import REVIEWABLE, SENSITIVE, ModelDraft, Rules, State

# The caption in which the walk has the checker find a blocker.
STOPPED = "three"


class SafetyRules(Rules):
    """What may be approved, as far as the checker is concerned, and who answers for its blockers.

    Every method answers as the database should: None when it is done, else the word of the refusal.
    """

    # What the workspace has chosen: one of few, so that choices come back.
    settings: str = ""
    # Whether the check of the one service there is counts today.
    is_checked: bool = True

    def version_to_approve(self, draft: ModelDraft) -> int | None:
        """The version that could become approved next."""
        if draft.state in REVIEWABLE:
            return draft.submitted
        return draft.offered if draft.state == "changes_requested" else None

    def state_of(self, draft: ModelDraft, version: int) -> State:
        """What a check of this version is bound to now."""
        return State(version, draft.context, draft.helped, self.settings)

    def gate(self, draft: ModelDraft, version: int) -> str | None:
        """Why this version cannot be approved."""
        if self.state_of(draft, version) not in draft.checked:
            return "not_checked"
        before = self.state_of(draft, version).before_decider
        if draft.text_of(version).caption == STOPPED and before not in draft.waived:
            return "blocker_stands"
        if draft.text_of(version).topic in SENSITIVE and not (draft.helped and self.is_checked):
            return "help_missing"
        return None

    def change_help(self, name: str, draft: ModelDraft, *, helped: bool) -> str | None:
        """Let the service go with the post, or not any more."""
        if not self.can_see(name, draft):
            return "not_found"
        if name == draft.author:
            if draft.shown not in (*REVIEWABLE, "drafting", "changes_requested", "expired"):
                return "wrong_state"
        elif word := self.decider(name, draft, draft.topic):
            return word
        elif self.version_to_approve(draft) is None:
            return "already_decided"
        draft.helped = helped
        return None

    def set_settings(self, by: str, chosen: str, believed: str) -> str | None:
        """Switch a rule off or on."""
        if word := self.coordinator(by):
            return word
        if believed != self.settings:
            return "stale_settings"
        self.settings = chosen
        return None

    def waive(self, name: str, draft: ModelDraft, read: State) -> str | None:
        """Answer for the blocker that was found in `read`."""
        if word := self._waivable(name, draft, read.version):
            return word
        if read != self.state_of(draft, read.version):
            return "check_stale"
        return "already_waived" if read.before_decider in draft.waived else None

    def take_back_waiver(
        self, name: str, draft: ModelDraft, version: int, *, is_over: bool
    ) -> str | None:
        """End a waiver."""
        if word := self._waivable(name, draft, version):
            return word
        return "already_taken_back" if is_over else None

    def _waivable(self, name: str, draft: ModelDraft, version: int) -> str | None:
        if not self.can_see(name, draft):
            return "not_found"
        if word := self.decider(name, draft, draft.topic):
            return word
        if draft.state == "on_hold":
            return "on_hold"
        return None if self.version_to_approve(draft) == version else "already_decided"
