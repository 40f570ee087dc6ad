"""The rules of approvals and the checker, said once more in plain Python."""

from __future__ import annotations

from tests.support.rules_state import REVIEWABLE, ModelDraft, Rules, State

# The caption in which the walk has the checker find a blocker.
STOPPED = "three"


class SafetyRules(Rules):
    """What may be approved, as far as the checker is concerned, and who answers for its blockers.

    Every method answers as the database should: None when it is done, else the word of the refusal.
    """

    # What the workspace has chosen: one of few, so that choices come back.
    settings: str = ""

    def version_to_approve(self, draft: ModelDraft) -> int | None:
        """The version that could become approved next."""
        if draft.state in REVIEWABLE:
            return draft.submitted
        return draft.offered if draft.state == "changes_requested" else None

    def state_of(self, draft: ModelDraft, version: int) -> State:
        """What a check of this version is bound to now."""
        return State(version, draft.context, self.settings)

    def gate(self, draft: ModelDraft, version: int) -> str | None:
        """Why this version cannot be approved."""
        if self.state_of(draft, version) not in draft.checked:
            return "not_checked"
        if (
            draft.text_of(version).caption == STOPPED
            and (version, draft.context) not in draft.waived
        ):
            return "blocker_stands"
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
        return "already_waived" if (read.version, read.context) in draft.waived else None

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
