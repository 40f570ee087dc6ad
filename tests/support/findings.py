"""What the checker found, in tests: drafts that it stops, waivers, and what a workspace chose."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from services.posts import ContextCard
from tests.support.acts import act, deny, get_rows
from tests.support.people import MadeDraft, Person, World, make_content

STOPPED = make_content("Stop taking your antidepressants today.")
WARNED = make_content("The weather is so bipolar.")
AT_RISK = make_content("I can't do this anymore. I have the pills and I said my goodbyes.")
WAIVED = "A quote that the next line takes apart."


def approving(draft: MadeDraft) -> dict[str, Any]:
    """What decide_draft takes beside the draft."""
    given = {"version": draft.version, "content_hash": draft.content_hash, "kind": "approved"}
    return {**given, "reason_code": None, "note": ""}


def refuse_approval(word: str, draft: MadeDraft, *, by: Person) -> None:
    """The function itself, called with a professional's token, refuses; nothing has changed."""
    deny(word, by, "decide_draft", draft, **approving(draft))


def submit_unread(draft: MadeDraft) -> MadeDraft:
    """Sent with curl, past the app, so the checker has not read it."""
    row = act(draft.author, "submit_draft", draft, expected_revision=draft.revision, note="")
    return replace(draft, version=row["version"], content_hash=row["content_hash"])


def find(person: Person, draft: MadeDraft, severity: str = "blocker") -> list[dict[str, Any]]:
    """Findings of the last version that this person reads with curl."""
    return get_rows(
        person,
        f"/safety_findings?draft_id=eq.{draft.id}&version_number=eq.{draft.version}"
        f"&severity=eq.{severity}&order=position",
    )


def waive(person: Person, finding: dict[str, Any], reason: str = WAIVED) -> str:
    """Answer for the finding; the waiver's id."""
    return str(act(person, "waive_finding", finding=finding["id"], reason=reason))


def waive_last(world: World, draft: MadeDraft, *, by: Person | None = None) -> str:
    """Waive the blocker that was found last."""
    return waive(by or world.dana, find(world.dana, draft)[-1])


def save_card(draft: MadeDraft, goal: str) -> MadeDraft:
    """The author writes on the context card; the text stays."""
    act(
        draft.author,
        "save_buffer",
        draft,
        expected_revision=draft.revision,
        title=draft.title,
        publish_by=None,
        content=json.dumps(draft.content.to_json()),
        context=json.dumps(ContextCard(goal=goal).to_json()),
    )
    return replace(draft, revision=draft.revision + 1)


def choose(world: World, **changes: Any) -> str:
    """Sam chooses for the workspace; the hash of what is chosen then."""
    now = world.sam.gateway().read("get_safety_settings", {"p_workspace": world.home})
    chosen = act(
        world.sam,
        "set_safety_settings",
        workspace=world.home,
        settings=json.dumps(now["settings"] | changes),
        expected=now["configuration_hash"],
    )
    return str(chosen["configuration_hash"])


def own_word(words: str, **changes: Any) -> dict[str, str]:
    """Words that a workspace has looked for."""
    usual = {"words": words, "instead": "other words", "reason": "Ours.", "severity": "blocker"}
    return usual | changes


def check_as_server(world: World, draft: MadeDraft, **changes: Any) -> bool:
    """Record that nothing was found, with what is current unless told otherwise."""
    sheet = world.server().get_check(draft_id=draft.id, version=draft.version)
    assert sheet is not None
    usual = {
        name: sheet[name]
        for name in ("version", "review_hash", "rule_set_hash", "configuration_hash")
    }
    found: dict[str, Any] = {"findings": [], "blockers": 0, "topics": []}
    return world.server().record_findings(draft_id=draft.id, **(usual | found | changes))
