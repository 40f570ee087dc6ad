"""Calling the database's functions as a person with a token would, past our own services.

act(world.dana, "take_review", draft)
deny("already_taken", world.kim, "take_review", draft)
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from services.posts import Content, Image
from tests.support.people import MadeDraft, Person, World, have_checked, make_content

STRANGERS = ("otto", "wes", "nobody")


def _arguments(draft: MadeDraft | None, named: dict[str, Any]) -> dict[str, Any]:
    arguments = {f"p_{name}": value for name, value in named.items()}
    return arguments if draft is None else {"p_draft": draft.id, **arguments}


def act(person: Person, function: str, draft: MadeDraft | None = None, /, **named: Any) -> Any:
    """Call the function, whose parameters are named without their `p_`; returns its answer."""
    return person.gateway().write(function, _arguments(draft, named))


def deny(
    word: str, person: Person, function: str, draft: MadeDraft | None = None, /, **named: Any
) -> None:
    """The call is refused with this word, its own status, and a sentence for people."""
    with person.rest() as client:
        answer = client.post(f"/rpc/{function}", json=_arguments(draft, named))
    body = answer.json()
    assert answer.status_code >= 400, body
    assert (body.get("details"), body["code"]) == (word, f"PT{answer.status_code}"), body
    assert body["message"][0].isupper()
    assert body["message"].endswith(".")


def get_rows(person: Person, path: str) -> list[Any]:
    """What the person reads of a table: `get_rows(ines, "/advice?select=kind")`."""
    with person.rest() as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    rows: list[Any] = answer.json()
    return rows


def row_of(world: World, draft: MadeDraft) -> dict[str, Any]:
    """The draft's row, as it is."""
    ((row,),) = world.run_sql("select to_jsonb(d) from public.drafts d where id = %s", draft.id)
    return dict(row)


def state_of(world: World, draft: MadeDraft) -> str:
    """The draft's state in its row."""
    return str(row_of(world, draft)["state"])


def actions_of(world: World, draft: MadeDraft) -> list[str]:
    """What the record says happened to the draft, oldest first."""
    return [
        str(row[0])
        for row in world.run_sql(
            "select action from public.audit_events where draft_id = %s order by seq", draft.id
        )
    ]


def told(world: World, person: Person) -> list[str]:
    """The kinds of what the person was told and may read, oldest first."""
    news = person.gateway().read("list_notifications", {"p_workspace": world.home, "p_limit": 100})
    return [one["kind"] for one in reversed(news["notifications"])]


def open_requests(world: World, draft: MadeDraft) -> list[tuple[str, str, str]]:
    """Who has the draft: (name, kind, reason), in the order of names."""
    return [
        (str(name), str(kind), str(reason))
        for name, kind, reason in world.run_sql(
            "select lower(p.display_name), r.kind, r.reason from public.review_requests r"
            " join public.profiles p on p.id = r.assignee_id"
            " where r.draft_id = %s and r.closed_at is null order by 1",
            draft.id,
        )
    ]


def assign(by: Person, world: World, to: Person, *drafts: MadeDraft) -> Any:
    """Give the drafts to a professional, as a coordinator; returns how many are new to them."""
    return act(
        by,
        "assign_reviews",
        workspace=world.home,
        drafts=[draft.id for draft in drafts],
        assignee=to.id,
    )


def assert_record_whole(world: World) -> None:
    """The chain of the audit record has no gap and no change."""
    assert world.sam.gateway().read("verify_audit", {"p_workspace": world.home}) is None


def add_image(world: World, draft: MadeDraft, letter: str = "a", *, alt: str = "A cup.") -> Image:
    """An image of the draft as the app would have stored it; another letter, another image."""
    sha256 = letter * 64
    ((media_id,),) = world.run_sql(
        "select public.server_add_media(%s, %s, %s, %s, 'image/webp', 8, 8, 99)::text",
        draft.author.id,
        draft.id,
        sha256,
        f"{draft.id}/{sha256}.webp",
    )
    return Image(media_id, sha256, alt)


def save(draft: MadeDraft, content: Content | None = None, **named: Any) -> MadeDraft:
    """Save the draft as its author's editor does; `named` are other parameters of save_buffer."""
    content = content or draft.content
    saved = act(
        draft.author,
        "save_buffer",
        draft,
        **{
            "expected_revision": draft.revision,
            "title": draft.title,
            "publish_by": None,
            "content": json.dumps(content.to_json()),
            **named,
        },
    )
    return replace(draft, content=content, revision=saved["revision"])


def hide(draft: MadeDraft) -> MadeDraft:
    """Let professionals alone see it from now on."""
    return save(draft, professionals_only=True)


def set_roles(world: World, person: Person, *roles: str) -> None:
    """Give the person these roles in the home workspace, past the functions."""
    world.run_sql(
        "update public.memberships set roles = %s where profile_id = %s", sorted(roles), person.id
    )


def set_suspended(world: World, person: Person, *, is_suspended: bool = True) -> None:
    """Suspend the person, as sam, or let them back in."""
    act(
        world.sam,
        "set_suspended",
        workspace=world.home,
        profile=person.id,
        suspended=is_suspended,
    )


EDITED = make_content("Rest is a skill, and you can learn it.")


def edits(draft: MadeDraft, content: Content = EDITED, **named: Any) -> dict[str, Any]:
    """What approve_with_edits takes beside the draft; `named` are other values of it."""
    given = {"version": draft.version, "content_hash": draft.content_hash, "note": "A comma."}
    return {**given, "content": json.dumps(content.to_json()), **named}


def offer(world: World, draft: MadeDraft, content: Content = EDITED) -> MadeDraft:
    """The draft with dana's edit offered; `version` and `content_hash` are the edit's."""
    made = act(world.dana, "approve_with_edits", draft, **edits(draft, content))
    have_checked(world, draft.id)
    return replace(draft, version=made["version"], content_hash=made["content_hash"])


def accepting(draft: MadeDraft, **named: Any) -> dict[str, Any]:
    """What accept_edits takes beside the draft; `named` are other values of it."""
    return {
        "version": draft.version,
        "content_hash": draft.content_hash,
        "expected_revision": draft.revision,
        **named,
    }


def accept(draft: MadeDraft) -> Any:
    """Accept the edit as the draft's author."""
    return act(draft.author, "accept_edits", draft, **accepting(draft))
